// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// twoActions deploys to servers, one of which fails, and to workstations, waits for both actions
// together, and reads their results.
const twoActions = `
resource "tanium_action" "x" {
  count = 2
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = [["Blue", "Green"][count.index]]
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = ["win-", "wks-"][count.index] }
  }
  wait { enabled = false }
  %s
}

resource "tanium_action_wait" "x" {
  scheduled_action_ids    = tanium_action.x[*].id
  targeted_endpoint_count = sum(tanium_action.x[*].targeted_endpoint_count)
  %s
}

data "tanium_action_results" "x" {
  scheduled_action_ids    = tanium_action_wait.x.actions[*].scheduled_action_id
  targeted_endpoint_count = tanium_action_wait.x.targeted_endpoint_count
  %s
}
`

// TestAccActionWait checks that a wait for many actions names those that failed, that they are
// deployed again if on_failure is "error", and that the data source reads their results without an
// error.
func TestAccActionWait(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, "")
	// applied applies a configuration, whose plan must have lines that name what is changed.
	applied := func(actions, wait, results, says string, changes ...string) {
		t.Helper()
		w.write("main.tf", s.config(twoActions, actions, wait, results))
		code, output := w.try("apply", "-auto-approve", "-input=false")
		for _, words := range append(changes, says) {
			if code != 0 || !strings.Contains(output, words) {
				t.Fatalf("exits with %d and does not say %q: %s", code, words, output)
			}
		}
	}
	deployed := func(deployments, open int) {
		t.Helper()
		if err := checkActions(s, deployments, open, nil); err != nil {
			t.Error(err)
		}
	}
	const wait, data = "tanium_action_wait.x", "data.tanium_action_results.x"
	noChanges := func() {
		t.Helper()
		w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
	}

	w.write("main.tf", s.config(twoActions, "", "", ""))
	w.exits(1, "Of 16 endpoints, 1 failed: 6.25 %, where at most 0 % may fail. "+
		"Endpoints that did not complete it: win-print-01 (100209), action 61120", "apply", "-auto-approve")

	// The failed wait is not in the state. The actions are, and stay.
	applied("", "max_failed_percent = 10", "max_failed_percent = 10", "Resources: 1 added, 0 changed, 0 destroyed",
		"# tanium_action_wait.x will be created")
	deployed(2, 2)
	w.expects(wait, map[string]any{
		"finished": true, "succeeded": true, "results.completed": 15, "results.failed": 1, "actions.0.status": "OPEN",
	})
	w.expects(data, map[string]any{
		"finished": true, "succeeded": true, "results.completed": 15, "endpoints.#": 16, "truncated": false,
		"actions.0.status": "OPEN", "actions.1.found": true, "endpoints.0.state": "completed",
		"endpoints.0.status": "Completed.", "endpoints.0.log": nil,
	})
	noChanges()

	applied("", `on_failure = "warn"`, "include_completed = false\n  include_log = true",
		"Resources: 0 added, 1 changed, 0 destroyed", "# tanium_action_wait.x will be updated in-place")
	w.expects(wait, map[string]any{"succeeded": false})
	w.expects(data, map[string]any{
		"succeeded": false, "endpoints.#": 1, "endpoints.0.name": "win-print-01", "endpoints.0.os_platform": "Windows",
		"endpoints.0.state": "failed",
	})
	if line := asJSON(valueAt(w.state().objects()[data].Attributes, "endpoints.0.log.2")); !strings.Contains(line,
		"Access is denied") {
		t.Errorf("the log has %s", line)
	}
	noChanges()

	applied("", `on_failure = "warn"`, "max_results = 3", "Resources: 0 added, 0 changed, 0 destroyed")
	w.expects(data, map[string]any{"endpoints.#": 3, "truncated": true})
	noChanges()

	applied(`on_failure = "error"`, `on_failure = "warn"`, "max_results = 0",
		"Resources: 1 added, 2 changed, 1 destroyed", "# tanium_action.x[0] must be replaced",
		`-/+ resource "tanium_action" "x"`, "# tanium_action.x[1] will be updated in-place",
		"# tanium_action_wait.x will be updated in-place")
	deployed(3, 2)
	w.expects(data, map[string]any{"endpoints.#": 0})
	w.expects(wait, map[string]any{"actions.0.scheduled_action_id": "88003"})
	// It failed again, so the next apply deploys it again.
	w.exits(2, "# tanium_action.x[0] must be replaced", "plan", "-detailed-exitcode", "-input=false")
	w.exits(0, "3 destroyed", "destroy", "-auto-approve", "-input=false")
	deployed(3, 0)
}

// TestAccActionResultsOf reads the results of one action by either ID, with each undocumented
// behavior of Tanium.
func TestAccActionResultsOf(t *testing.T) {
	t.Parallel()
	all := simulator.Options{
		OldSchema: true,
		Unknowns: world.Unknowns{
			MissingIsError: true,
			Deleted:        world.DeletedIsShown,
			Placeholder:    true,
			OldStatuses:    true,
			CountSilent:    true,
			JoinedStatuses: true,
		},
	}
	const quarantine = `
resource "tanium_action" "x" {
  package { name = "Apply Windows IPsec Quarantine" }
  targets {
    action_group   = { name = "All Computers" }
    computer_group = { name = "All Windows Servers" }
  }
  schedule { start_time = "2026-03-07T09:10:00Z" }
  wait { enabled = false }
}
`
	const byAction, byScheduled = "action_ids = [tanium_action.x.actions[0].action_id]", "scheduled_action_ids = " +
		"[tanium_action.x.id]"
	for name, c := range map[string]struct {
		options   simulator.Options
		more      string
		says      string // empty for success
		finished  bool
		endpoints int
	}{
		"before it is issued":       {more: byScheduled},
		"not issued, by its action": {more: byAction},
		"unknown":                   {more: `action_ids = ["1"]`, finished: true},
		"unknown, other answers":    {options: all, more: `scheduled_action_ids = ["1"]`, finished: true},
		"no ID":                     {says: "must be specified"},
		"an empty ID": {more: `action_ids = [""]`,
			says: "string length must be at least 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, c.options)
			w := newAttachedWorkspace(t, s,
				quarantine+"\ndata \"tanium_action_results\" \"x\" {\n"+c.more+"\n}\n")
			if c.says != "" {
				w.exits(1, c.says, "plan", "-input=false")
				return
			}
			w.exits(0, "1 added", "apply", "-auto-approve", "-input=false")
			w.expects("data.tanium_action_results.x", map[string]any{
				"finished": c.finished, "endpoints.#": c.endpoints,
			})
			w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
		})
	}
}

// TestAccActionResultsWithoutSensor checks that the counters are read even if endpoints cannot be
// asked.
func TestAccActionResultsWithoutSensor(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	if err := s.Fail(simulator.Fault{
		Field:   "endpoints",
		Kind:    simulator.GraphQLError,
		Message: `sensor "Action Statuses" must refer to an existing sensor`,
		Skip:    2,
		Times:   -1,
	}); err != nil {
		t.Fatal(err)
	}
	w := newAttachedWorkspace(t, s, fmt.Sprintf(tagAction, "Blue", "")+"\ndata \"tanium_action_results\" \"x\" {\n"+
		"  action_ids = tanium_action.tag.actions[*].action_id\n  include_log = true\n}\n")
	w.exits(0, "1 added", "apply", "-auto-approve", "-input=false")
	w.expects("data.tanium_action_results.x", map[string]any{
		"results.completed": 7, "endpoints.#": 0, "truncated": true,
	})
	noChanges := []string{"plan", "-detailed-exitcode", "-input=false"}
	w.exits(0, "No changes.", noChanges...)
	s.Advance(time.Hour)
	w.exits(0, "No changes.", noChanges...)
}
