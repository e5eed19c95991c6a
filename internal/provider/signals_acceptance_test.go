// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"fmt"
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

// TestAccSignals checks that a signal to Terraform or to its process group loses no deployment, and
// that the next apply deploys nothing.
func TestAccSignals(t *testing.T) {
	t.Parallel()
	built := buildProvider(t)
	for name, signal := range map[string]syscall.Signal{"interrupt": syscall.SIGINT, "terminate": syscall.SIGTERM} {
		for to, group := range map[string]bool{"terraform": false, "group": true} {
			for often, times := range map[string]int{"once": 1, "twice": 2} {
				t.Run(name+"_"+to+"_"+often, func(t *testing.T) {
					t.Parallel()
					testSignal(t, built, signal, group, times)
				})
			}
		}
	}
}

// testSignal runs one case of TestAccSignals.
func testSignal(t *testing.T, built string, signal syscall.Signal, group bool, times int) {
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
	s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 0.1)}) // the action takes a minute
	w := workspaceWith(t, built, config)
	// The provider polls, so the deployment is in the state.
	a := w.startApply(s, func() bool { return s.Stats().Operations["scheduledAction"] >= 2 })
	a.signal(signal, group, times)
	w.expectNoProvider()
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
	output := w.run([]string{"apply", "-input=false", "-no-color", "-auto-approve"}, s.environment()...)
	if times == 1 && !strings.Contains(output, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("%s", output)
	}
	if stats := s.Stats(); stats.Deployments != 1 || stats.Operations["actionPerform"] != 1 {
		t.Errorf("%+v\n%s", stats, output)
	}
	w.run([]string{"destroy", "-input=false", "-no-color", "-auto-approve"}, s.environment()...)
	if stats := s.Stats(); stats.OpenScheduledActions != 0 {
		t.Errorf("%+v", stats)
	}
	w.expectNoProvider()
}

// TestAccInvokeSignals checks that a signal during an invocation cancels its action or keeps it,
// and that Terraform shows what was done and fails.
func TestAccInvokeSignals(t *testing.T) {
	t.Parallel()
	needsActions(t)
	built := buildProvider(t)
	for policy, c := range map[string]struct {
		says string
		open int
	}{
		"cancel": {"Interrupted, and the action was cancelled: Action 6112010 of scheduled action 88001 was", 0},
		"keep":   {"Interrupted while the action was running: Action 6112010 of scheduled action 88001 was", 1},
	} {
		for name, signal := range map[string]syscall.Signal{"interrupt": syscall.SIGINT, "terminate": syscall.SIGTERM} {
			t.Run(policy+"_"+name, func(t *testing.T) {
				t.Parallel()
				s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 0.1)}) // the action takes a minute
				w := workspaceWith(t, built, tagAll(fmt.Sprintf("on_interrupt = %q", policy)))
				a := w.startApply(s, func() bool { return s.Stats().Operations["scheduledAction"] >= 2 },
					"-invoke=action.tanium_action_deploy.tag")
				a.signal(signal, true, 1)
				w.expectNoProvider()
				if code := a.command.ProcessState.ExitCode(); code <= 0 || !strings.Contains(a.output(), c.says) {
					t.Errorf("exit code %d\n%s", code, a.output())
				}
				if err := checkActions(s, 1, c.open, nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestAccInvokeSignalsMany checks a signal among ten invocations in a row: Terraform may make
// some after it. Nothing stays open, and nothing is deployed that the output does not name.
func TestAccInvokeSignalsMany(t *testing.T) {
	t.Parallel()
	needsActions(t)
	s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 0.1)}) // an action takes a minute
	w := workspaceWith(t, buildProvider(t), `
locals { rings = toset([for i in range(10) : "ring-${i}"]) }

action "tanium_action_deploy" "tag" {
  for_each = local.rings
  config {
    name = each.key
    package {
      name       = "Custom Tagging - Add Tags"
      parameters = [each.key]
    }
    targets {
      action_group = { name = "All Computers" }
      endpoint_ids = ["274301"]
    }
  }
}
`)
	a := w.startApply(s, func() bool { return s.Stats().Deployments >= 2 },
		"-parallelism=4", "-invoke=action.tanium_action_deploy.tag")
	a.signal(syscall.SIGTERM, false, 1)
	w.expectNoProvider()
	output := a.output()
	if code := a.command.ProcessState.ExitCode(); code <= 0 {
		t.Errorf("exit code %d\n%s", code, output)
	}
	stats := s.Stats()
	if stats.OpenScheduledActions != 0 {
		t.Errorf("%d of %d deployments are open\n%s", stats.OpenScheduledActions, stats.Deployments, output)
	}
	for i := range stats.Deployments {
		if id := strconv.Itoa(88001 + i); !strings.Contains(output, id) {
			t.Errorf("it does not name %s\n%s", id, output)
		}
	}
}

// TestAccSignalsKill checks that an idle provider ends after Terraform was killed.
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
	a := w.startApply(s, func() bool {
		_, err := os.Stat(reached)
		return err == nil && len(w.providers()) > 0
	})
	a.signal(syscall.SIGKILL, false, 1)
	w.expectNoProvider()
	if err := os.Remove(reached); err != nil { // this ends the provisioner
		t.Fatal(err)
	}
}
