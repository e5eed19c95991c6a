// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// runningApply is a running apply in its own process group.
type runningApply struct {
	*workspace

	command *exec.Cmd
	file    *os.File
}

// startApply starts an apply, with more arguments, and returns once the condition is true.
func (w *workspace) startApply(s *tenant, reached func() bool, more ...string) *runningApply {
	w.t.Helper()
	file, err := os.Create(filepath.Join(w.folder, "output.txt")) // a file can be read while Terraform writes
	if err != nil {
		w.t.Fatal(err)
	}
	a := &runningApply{
		workspace: w,
		command: w.command(append([]string{"apply", "-input=false", "-no-color", "-auto-approve"}, more...),
			s.environment()...),
		file: file,
	}
	a.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	a.command.Stdout, a.command.Stderr = file, file
	if err := a.command.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if w.t.Failed() {
			for _, process := range w.providers() {
				_ = syscall.Kill(process, syscall.SIGKILL)
			}
		}
		_ = file.Close()
	})
	if !eventually(30*time.Second, reached) {
		_ = a.command.Process.Kill()
		_ = a.command.Wait()
		w.t.Fatalf("the apply does not get there: %s", a.output())
	}
	if runtime.GOOS == "linux" && len(w.providers()) == 0 {
		w.t.Error("the provider's process is not found, so its end would not be seen")
	}
	return a
}

// output returns the output so far.
func (a *runningApply) output() string {
	a.t.Helper()
	output, err := os.ReadFile(a.file.Name())
	if err != nil {
		a.t.Fatal(err)
	}
	return string(output)
}

// waitFor waits until the output contains a text.
func (a *runningApply) waitFor(text string) {
	a.t.Helper()
	if !eventually(10*time.Second, func() bool { return strings.Contains(a.output(), text) }) {
		a.t.Errorf("it does not say %q: %s", text, a.output())
	}
}

// signal sends a signal a number of times to Terraform, or to its process group, and waits for the
// end.
func (a *runningApply) signal(signal syscall.Signal, group bool, times int) {
	a.t.Helper()
	process := a.command.Process.Pid
	if group {
		process = -process
	}
	send := func(process int, signal syscall.Signal) {
		if err := syscall.Kill(process, signal); err != nil {
			a.t.Error(err)
		}
	}
	if times == 1 {
		send(process, signal)
	} else {
		// A stopped provider keeps Terraform from ending before the second signal.
		still := a.providers()
		for _, provider := range still {
			send(provider, syscall.SIGSTOP)
		}
		send(process, signal)
		a.waitFor("Gracefully shutting down")
		if err := syscall.Kill(process, signal); err != nil && len(still) > 0 {
			a.t.Error(err)
		}
		if len(still) > 0 {
			a.waitFor("Two interrupts received")
		}
		for _, provider := range still {
			send(provider, syscall.SIGCONT)
		}
	}
	_ = a.command.Wait()
}

// providers returns the process IDs of the workspace's provider, on systems that show the program
// of a process.
func (w *workspace) providers() []int {
	w.t.Helper()
	own, err := filepath.EvalSymlinks(w.program)
	if err != nil {
		w.t.Fatal(err)
	}
	programs, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		w.t.Fatal(err)
	}
	var found []int
	for _, program := range programs {
		// A process that has ended has no program.
		if target, err := os.Readlink(program); err == nil && target == own {
			process, err := strconv.Atoi(filepath.Base(filepath.Dir(program)))
			if err != nil {
				w.t.Fatal(err)
			}
			found = append(found, process)
		}
	}
	return found
}

// expectNoProvider fails if a provider is running a few seconds after Terraform has ended.
func (w *workspace) expectNoProvider() {
	w.t.Helper()
	if !eventually(5*time.Second, func() bool { return len(w.providers()) == 0 }) {
		w.t.Error("the provider outlives Terraform")
	}
}
