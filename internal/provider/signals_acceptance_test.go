// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"fmt"
	"os"
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
		"cancel": {says: "Interrupted, and the action was cancelled: Action 6112010 of scheduled action 88001 was"},
		"keep": {says: "Interrupted while the action was running: Action 6112010 of scheduled action 88001 was",
			open: 1},
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
