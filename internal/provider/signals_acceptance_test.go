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
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
)

// within says whether a condition comes true in that time.
func within(limit time.Duration, condition func() bool) bool {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(limit); !condition(); <-ticker.C {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// applying is an apply that runs, in a process group of its own.
type applying struct {
	*workspace

	command *exec.Cmd
	file    *os.File
}

// applying starts an apply and returns it when it is where the test wants it.
func (w *workspace) applying(s *tenant, reached func() bool) *applying {
	w.t.Helper()
	file, err := os.Create(filepath.Join(w.folder, "output.txt")) // a file can be read while Terraform writes
	if err != nil {
		w.t.Fatal(err)
	}
	a := &applying{
		workspace: w,
		command:   w.command([]string{"apply", "-input=false", "-no-color", "-auto-approve"}, s.access()...),
		file:      file,
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
	if !within(30*time.Second, reached) {
		_ = a.command.Process.Kill()
		_ = a.command.Wait()
		w.t.Fatalf("the apply does not get there: %s", a.output())
	}
	if runtime.GOOS == "linux" && len(w.providers()) == 0 {
		w.t.Error("the provider's process is not found, so its end would not be seen")
	}
	return a
}

func (a *applying) output() string {
	a.t.Helper()
	output, err := os.ReadFile(a.file.Name())
	if err != nil {
		a.t.Fatal(err)
	}
	return string(output)
}

// says waits until Terraform has said something.
func (a *applying) says(text string) {
	a.t.Helper()
	if !within(10*time.Second, func() bool { return strings.Contains(a.output(), text) }) {
		a.t.Errorf("it does not say %q: %s", text, a.output())
	}
}

// signal it so many times, it alone or with all the processes of its group, and wait for its end.
func (a *applying) signal(signal syscall.Signal, group bool, times int) {
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
		// A provider that stands still keeps Terraform from ending before the second signal.
		still := a.providers()
		for _, provider := range still {
			send(provider, syscall.SIGSTOP)
		}
		send(process, signal)
		a.says("Gracefully shutting down")
		if err := syscall.Kill(process, signal); err != nil && len(still) > 0 {
			a.t.Error(err)
		}
		if len(still) > 0 {
			a.says("Two interrupts received")
		}
		for _, provider := range still {
			send(provider, syscall.SIGCONT)
		}
	}
	_ = a.command.Wait()
}

// access is the environment of a Terraform that works on the tenant.
func (s *tenant) access() []string {
	return []string{"TANIUM_URL=" + s.url, "TANIUM_API_TOKEN=" + simulator.DefaultToken}
}

// providers are the processes of the workspace's provider, where the system tells which program a
// process runs.
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
		// A process that ended meanwhile has no program anymore.
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

// nothingLeft of the provider a few seconds after Terraform ended.
func (w *workspace) nothingLeft() {
	w.t.Helper()
	if !within(5*time.Second, func() bool { return len(w.providers()) == 0 }) {
		w.t.Error("the provider outlives Terraform")
	}
}

// A person who presses Ctrl-C loses nothing, nor does a runner that cancels its job, which signals
// every process of it: the deployment is in the state or found again, and the next apply makes no
// other one.
func TestAccSignals(t *testing.T) {
	t.Parallel()
	built := buildProvider(t)
	for name, signal := range map[string]syscall.Signal{"interrupt": syscall.SIGINT, "terminate": syscall.SIGTERM} {
		for to, group := range map[string]bool{"terraform": false, "group": true} {
			for often, times := range map[string]int{"once": 1, "twice": 2} {
				t.Run(name+"_"+to+"_"+often, func(t *testing.T) {
					t.Parallel()
					signalled(t, built, signal, group, times)
				})
			}
		}
	}
}

func signalled(t *testing.T, built string, signal syscall.Signal, group bool, times int) {
	t.Helper()
	const config = `
resource "tanium_action" "tag" {
  name         = "Tag"
  on_duplicate = "adopt"
  package {
    name = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
    endpoint_ids = ["274177"]
  }
  wait { poll_interval = "1s" }
}
`
	s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 0.1)}) // it would take a minute
	w := workspaceWith(t, built, config)
	// It polls: the deployment is in the state.
	a := w.applying(s, func() bool { return s.Stats().Operations["scheduledAction"] >= 2 })
	a.signal(signal, group, times)
	w.nothingLeft()
	if code, output := a.command.ProcessState.ExitCode(), a.output(); code <= 0 ||
		times == 1 && !strings.Contains(output, "Stopped waiting for the action") {
		t.Errorf("exit code %d\n%s", code, output)
	}
	if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 1 {
		t.Errorf("%+v", stats)
	}
	if times == 1 {
		if state := w.run([]string{"state", "list"}); !strings.Contains(state, "tanium_action.tag") {
			t.Errorf("the state has no action: %s", state)
		}
	}
	s.Advance(time.Minute)
	output := w.run([]string{"apply", "-input=false", "-no-color", "-auto-approve"}, s.access()...)
	if times == 1 && !strings.Contains(output, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("%s", output)
	}
	if stats := s.Stats(); stats.Deployments != 1 || stats.Operations["actionPerform"] != 1 {
		t.Errorf("%+v\n%s", stats, output)
	}
	w.run([]string{"destroy", "-input=false", "-no-color", "-auto-approve"}, s.access()...)
	if stats := s.Stats(); stats.OpenScheduledActions != 0 {
		t.Errorf("%+v", stats)
	}
	w.nothingLeft()
}

// A Terraform that is killed tells its provider nothing: the provider sees for itself that it is
// alone, also when it has nothing to do.
func TestAccSignalsKill(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells which program a process runs, under /proc")
	}
	const config = `
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "touch reached; while [ -e reached ]; do sleep 0.1; done"
  }
}

data "tanium_package_spec" "tag" {
  name       = "Custom Tagging - Add Tags"
  depends_on = [terraform_data.slow]
}
`
	s := newTenant(t, simulator.Options{})
	w := newWorkspace(t, config)
	reached := filepath.Join(w.folder, "reached")
	a := w.applying(s, func() bool {
		_, err := os.Stat(reached)
		return err == nil && len(w.providers()) > 0
	})
	a.signal(syscall.SIGKILL, false, 1)
	w.nothingLeft()
	if err := os.Remove(reached); err != nil { // it ends the provisioner
		t.Fatal(err)
	}
}
