// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccActionExamples applies, plans and destroys the three deployments in Tanium's
// documentation.
func TestAccActionExamples(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, address string
		endpoints     int
		names         []string
	}{
		{file: "resources/tanium_action/resource.tf", address: "tanium_action.kill_openssh", endpoints: 5,
			names: []string{"win-dc-01", "win-dc-02", "win-file-01", "win-web-01", "win-web-02"}},
		{file: "resources/tanium_action/tag_by_name.tf", address: "tanium_action.tag_by_name", endpoints: 1,
			names: []string{"testmachine999"}},
		{file: "resources/tanium_action/tag_by_id.tf", address: "tanium_action.tag_by_id", endpoints: 1,
			names: []string{"testmachine999"}},
	} {
		t.Run(c.address, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, "")
			w.write("main.tf", s.example(t, c.file))
			w.exits(0, "1 added, 0 changed, 0 destroyed", "apply", "-auto-approve", "-input=false")
			w.expects(c.address, map[string]any{
				"id": "88001", "targeted_endpoint_count": c.endpoints, "finished": true, "succeeded": true,
				"status":            "OPEN", // until it expires, even if all endpoints are done
				"results.completed": c.endpoints, "results.failed": 0,
				"actions.#": 1, "actions.0.scheduled_action_id": "88001", "actions.0.action_id": "6112010",
				"actions.0.issue_count": 1,
			})
			if err := checkActions(s, 1, 1, c.names); err != nil {
				t.Error(err)
			}
			w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
			w.exits(0, "1 destroyed", "destroy", "-auto-approve", "-input=false")
			if err := checkActions(s, 1, 0, c.names); err != nil {
				t.Error(err)
			}
		})
	}
}

// checkActions compares the deployments and the open scheduled actions of the tenant with those
// expected.
func checkActions(s *tenant, deployments, open int, names []string) error {
	stats := s.Stats()
	if stats.Deployments != deployments || stats.OpenScheduledActions != open {
		return fmt.Errorf("%d deployments, %d open; want %d and %d", stats.Deployments, stats.OpenScheduledActions,
			deployments, open)
	}
	if len(s.Actions()) == 0 || names == nil {
		return nil
	}
	var reached []string
	for _, action := range s.Actions()[0].Actions {
		for _, endpoint := range action.Endpoints {
			reached = append(reached, endpoint.Name)
		}
	}
	slices.Sort(reached)
	if !slices.Equal(reached, names) {
		return fmt.Errorf("reached %v, want %v", reached, names)
	}
	return nil
}

// tagAction is an action that adds a tag.
const tagAction = `
resource "tanium_action" "tag" {
  name    = "Tag"
  package {
    name = "Custom Tagging - Add Tags"
    parameters = [%q]
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "wks-00" }
  }
%s}
`

// TestAccActionPlanIsEmpty checks that a plan after an apply is empty, and that a refresh sends one
// request for an open action and none for one that is over.
func TestAccActionPlanIsEmpty(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, fmt.Sprintf(tagAction, "Blue", ""))
	requests := s.requests()
	counted := func(want map[string]int) {
		t.Helper()
		if got := requests(); !maps.Equal(got, want) {
			t.Errorf("requests %v, want %v", got, want)
		}
	}
	w.exits(0, "", "apply", "-auto-approve")
	requests()
	w.exits(0, "No changes.", "plan", "-detailed-exitcode")
	counted(map[string]int{"action": 1, "scheduledAction": 1})
	s.Advance(time.Hour)
	w.exits(0, "", "apply", "-refresh-only", "-auto-approve")
	requests()
	w.exits(0, "No changes.", "plan", "-detailed-exitcode")
	w.expects("tanium_action.tag", map[string]any{"status": "CLOSED"})
	counted(map[string]int{})
	w.exits(0, "1 destroyed", "destroy", "-auto-approve")
	if err := checkActions(s, 1, 0, nil); err != nil {
		t.Error(err)
	}
}

// TestAccActionReplacement checks which arguments deploy a new action.
func TestAccActionReplacement(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, "")
	for _, c := range []struct {
		tag, more, says string
		deployments     int
	}{
		{tag: "Blue", says: "1 added, 0 changed, 0 destroyed", deployments: 1},
		{tag: "Blue", more: "on_destroy = \"keep\"\nwait { poll_interval = \"30s\" }\ntimeouts { create = \"1h\" }\n",
			says: "0 added, 1 changed, 0 destroyed", deployments: 1},
		{tag: "Blue", says: "0 added, 1 changed, 0 destroyed", deployments: 1},
		{tag: "Green", says: "1 added, 0 changed, 1 destroyed", deployments: 2},
		{tag: "Green", more: "triggers = { run = \"2\" }\n", says: "1 added, 0 changed, 1 destroyed", deployments: 3},
	} {
		w.write("main.tf", s.config(tagAction, c.tag, c.more))
		w.exits(0, c.says, "apply", "-auto-approve")
		if err := checkActions(s, c.deployments, 1, nil); err != nil {
			t.Error(err)
		}
	}
	w.exits(0, "1 destroyed", "destroy", "-auto-approve")
	if err := checkActions(s, 3, 0, nil); err != nil {
		t.Error(err)
	}
}

// TestAccActionFails checks that a failed action fails the apply with its counts and IDs, and that
// the next apply takes it over with its result once on_failure accepts it.
func TestAccActionFails(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	action := func(more string) string {
		return s.config(`
resource "tanium_action" "tag" {
  name    = "Tag the printers"
  package {
    name = "Custom Tagging - Add Tags"
    parameters = ["Printer"]
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { filters = [{ sensor = { name = "Computer Name" }, value = "win-print-01" }, { sensor = {
      name = "Computer Name" }, value = "win-sql-01" }], any = true }
  }
%s}
`, more)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{
				Config: action(""),
				ExpectError: regexp.MustCompile(`(?s)Action failed.*1\s+completed.*1\s+failed.*` +
					`6112010\s+of\s+scheduled\s+action\s+88001`),
			},
			{Config: action("on_failure = \"warn\"\n"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("tanium_action.tag", plancheck.ResourceActionReplace),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("tanium_action.tag", tfjsonpath.New("succeeded"),
						knownvalue.Bool(false)),
					statecheck.ExpectKnownValue("tanium_action.tag", tfjsonpath.New("finished"), knownvalue.Bool(true)),
				},
				Check: func(*terraform.State) error { return checkActions(s, 1, 1, nil) }},
			{
				Config: action("on_failure = \"warn\"\nwait { max_failed_percent = 50 }\n"),
				Check:  func(*terraform.State) error { return checkActions(s, 1, 1, nil) },
			},
		},
		CheckDestroy: func(*terraform.State) error { return checkActions(s, 1, 0, nil) },
	})
}

// TestAccActionAcceptsFailures checks that wait can accept failures.
func TestAccActionAcceptsFailures(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, `
resource "tanium_action" "tag" {
  package {
    name = "Custom Tagging - Add Tags"
    parameters = ["Server"]
  }
  targets {
    action_group   = { name = "All Computers" }
    computer_group = { name = "All Windows Servers" }
  }
  wait { max_failed_percent = 20 }
  schedule { distribute_seconds = 120 }
}
`)
	w.exits(0, "1 added", "apply", "-auto-approve", "-input=false")
	w.expects("tanium_action.tag", map[string]any{"succeeded": true, "results.failed": 1})
	w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
}

// TestAccManyActions checks that reads at the same moment share requests and previews, so that many
// actions need far fewer requests than each by itself, also on a busy machine, where fewer reads
// are at the same moment. TestBench measures a hundred.
func TestAccManyActions(t *testing.T) {
	t.Parallel()
	const count = 30
	s := newTenant(t, simulator.Options{})
	s.batchWindow = gateway.DefaultBatchWindow
	s.addLatency(t)
	w := newAttachedWorkspace(t, s, fmt.Sprintf(benchActions, count, false)+benchWait)
	for _, c := range []struct {
		arguments []string
		most      int
	}{
		{[]string{"apply", "-auto-approve", "-input=false"}, 5 * count}, // alone, one needs at least 8
		{[]string{"plan", "-input=false", "-detailed-exitcode"}, count * 9 / 10},
		{[]string{"destroy", "-auto-approve", "-input=false"}, 3 * count}, // alone, one needs 4
	} {
		before, fields := s.Stats().Requests, s.requests()
		if code, output := w.try(c.arguments...); code != 0 {
			t.Fatal(output)
		}
		sent := s.Stats().Requests - before
		if t.Logf("%s: %d requests, %v", c.arguments[0], sent, fields()); sent > c.most {
			t.Errorf("that is more than %d", c.most)
		}
	}
	if err := checkActions(s, count, 0, nil); err != nil {
		t.Error(err)
	}
}

// TestAccActionRecurring checks that a deleted recurring action is drift, and one that has ended is
// not.
func TestAccActionRecurring(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, fmt.Sprintf(tagAction, "Blue",
		"schedule {\n  expire_seconds = 900\n  reissue_seconds = 3600\n  end_time = \"2026-03-07T14:00:00Z\"\n}\n"))
	w.exits(0, "1 added", "apply", "-auto-approve")
	w.expects("tanium_action.tag", map[string]any{"actions.0.issue_count": 1})
	s.Advance(2 * time.Hour)
	w.exits(0, "0 added, 0 changed, 0 destroyed", "apply", "-auto-approve")
	w.expects("tanium_action.tag", map[string]any{"actions.0.issue_count": 3})
	s.cancel(t, "88001")
	w.exits(2, "1 to add, 0 to change, 0 to destroy", "plan", "-detailed-exitcode")
	// The last action of the first one was stopped as well.
	w.exits(0, "1 added, 0 changed, 0 destroyed", "apply", "-auto-approve")
	if err := checkActions(s, 2, 1, nil); err != nil {
		t.Error(err)
	}
	s.Advance(5 * time.Hour)
	s.cancel(t, "88002")
	w.exits(0, "No changes.", "plan", "-detailed-exitcode")
	w.exits(0, "1 destroyed", "destroy", "-auto-approve")
	if err := checkActions(s, 2, 0, nil); err != nil {
		t.Error(err)
	}
}

// TestAccActionGuard checks that a guard fails the plan before anything is deployed.
func TestAccActionGuard(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, "")
	guarded := func(code int, says, guard string) {
		t.Helper()
		w.write("main.tf", s.config(tagAction, "Blue", guard))
		w.exits(code, says, "apply", "-auto-approve", "-input=false")
	}
	guarded(1, "7 endpoints", "guard { max_endpoints = 3 }\n")
	guarded(1, "7 endpoints", "guard { min_endpoints = 8 }\n")
	if err := checkActions(s, 0, 0, nil); err != nil {
		t.Error(err)
	}
	s.online(t, true, "274322")
	guarded(0, "1 added", "guard {\n  expected_endpoints = 7\n  max_growth_percent = 20\n}\n")
	w.expects("tanium_action.tag", map[string]any{"targeted_endpoint_count": 8})
	w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
}
