// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
)

// interrupted runs an apply, interrupts it so many times once the deployment is made, and returns its exit code and output.
func (w *workspace) interrupted(s *tenant, times int) (int, string) {
	w.t.Helper()
	command := w.command([]string{"apply", "-input=false", "-no-color", "-auto-approve"}, "TANIUM_URL="+s.url, "TANIUM_API_TOKEN="+simulator.DefaultToken)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		w.t.Fatal(err)
	}
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for waited := 0; s.Stats().Operations["scheduledAction"] < 2; waited++ { // it polls: the deployment is in the state
		<-ticker.C
		if waited > 1500 {
			w.t.Fatalf("nothing was deployed: %s", output.String())
		}
	}
	for range times {
		if err := command.Process.Signal(os.Interrupt); err != nil {
			w.t.Fatal(err)
		}
		for range 15 {
			<-ticker.C
		}
	}
	_ = command.Wait()
	return command.ProcessState.ExitCode(), output.String()
}

// A person who presses Ctrl-C, once or twice, loses nothing: the deployment is in the state or found again, and the next apply makes no other one.
func TestAccSigint(t *testing.T) {
	t.Parallel()
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
	for name, times := range map[string]int{"once": 1, "twice": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 0.1)}) // it would take a minute
			w := newWorkspace(t, config)
			code, output := w.interrupted(s, times)
			if times == 1 && (code == 0 || !strings.Contains(output, "Stopped waiting for the action")) {
				t.Errorf("exit code %d\n%s", code, output)
			}
			if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 1 {
				t.Errorf("%+v", stats)
			}
			s.Advance(time.Minute)
			output = w.run([]string{"apply", "-input=false", "-no-color", "-auto-approve"}, "TANIUM_URL="+s.url, "TANIUM_API_TOKEN="+simulator.DefaultToken)
			if times == 1 && !strings.Contains(output, "0 added, 1 changed, 0 destroyed") {
				t.Errorf("%s", output)
			}
			if stats := s.Stats(); stats.Deployments != 1 || stats.Operations["actionPerform"] != 1 {
				t.Errorf("%+v\n%s", stats, output)
			}
			w.run([]string{"destroy", "-input=false", "-no-color", "-auto-approve"}, "TANIUM_URL="+s.url, "TANIUM_API_TOKEN="+simulator.DefaultToken)
			if stats := s.Stats(); stats.OpenScheduledActions != 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}
