// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

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
	at := func(address string) func(check knownvalue.Check, name string, steps ...any) statecheck.StateCheck {
		return func(check knownvalue.Check, name string, steps ...any) statecheck.StateCheck {
			where := tfjsonpath.New(name)
			for _, step := range steps {
				switch step := step.(type) {
				case int:
					where = where.AtSliceIndex(step)
				case string:
					where = where.AtMapKey(step)
				}
			}
			return statecheck.ExpectKnownValue(address, where, check)
		}
	}
	data, wait := at("data.tanium_action_results.x"), at("tanium_action_wait.x")
	no, yes, word := knownvalue.Bool(false), knownvalue.Bool(true), knownvalue.StringExact
	deploymentsAre := func(deployments int) resource.TestCheckFunc {
		return func(*terraform.State) error { return checkActions(s, deployments, 2, nil) }
	}
	planned := func(actions ...any) resource.ConfigPlanChecks {
		var checks []plancheck.PlanCheck
		for i := 0; i < len(actions); i += 2 {
			address := actions[i].(string)                        //nolint:forcetypeassert // a test's own literal
			action := actions[i+1].(plancheck.ResourceActionType) //nolint:forcetypeassert // a test's own literal
			checks = append(checks, plancheck.ExpectResourceAction(address, action))
		}
		return resource.ConfigPlanChecks{PreApply: checks}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{
				Config: s.config(twoActions, "", "", ""),
				ExpectError: says("Of 16 endpoints, 1 failed: 6.25 %, where at most 0 % may fail. " +
					"Endpoints that did not complete it: win-print-01 (100209), action 61120"),
			},
			{
				Config: s.config(twoActions, "", "max_failed_percent = 10", "max_failed_percent = "+
					"10"), Check: deploymentsAre(2),
				ConfigPlanChecks: planned(`tanium_action.x[0]`, plancheck.ResourceActionNoop, `tanium_action_wait.x`,
					plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					wait(yes, "finished"), wait(yes, "succeeded"),
					wait(knownvalue.Int64Exact(15), "results", "completed"),
					wait(knownvalue.Int64Exact(1), "results", "failed"),
					wait(word("OPEN"), "actions", 0, "status"), data(yes, "finished"), data(yes, "succeeded"),
					data(knownvalue.Int64Exact(15), "results", "completed"),
					data(knownvalue.ListSizeExact(16), "endpoints"), data(no, "truncated"),
					data(word("OPEN"), "actions", 0, "status"), data(yes, "actions", 1, "found"),
					data(word("completed"), "endpoints", 0, "state"),
					data(word("Completed."), "endpoints", 0, "status"), data(knownvalue.Null(), "endpoints", 0, "log"),
				},
			},
			{
				Config: s.config(twoActions, "", `on_failure = "warn"`,
					"include_completed = false\n  include_log = true"),
				ConfigPlanChecks: planned(`tanium_action.x[0]`, plancheck.ResourceActionNoop, `tanium_action_wait.x`,
					plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					wait(no, "succeeded"), data(no, "succeeded"), data(knownvalue.ListSizeExact(1), "endpoints"),
					data(word("win-print-01"), "endpoints", 0, "name"),
					data(word("Windows"), "endpoints", 0, "os_platform"), data(word("failed"), "endpoints", 0, "state"),
					data(knownvalue.ListPartial(map[int]knownvalue.Check{
						2: knownvalue.StringRegexp(regexp.MustCompile("Access is denied")),
					}), "endpoints", 0, "log"),
				},
			},
			{
				Config: s.config(twoActions, "", `on_failure = "warn"`, "max_results = 3"),
				ConfigStateChecks: []statecheck.StateCheck{data(knownvalue.ListSizeExact(3), "endpoints"),
					data(yes, "truncated")},
			},
			{
				Config: s.config(twoActions, `on_failure = "error"`, `on_failure = "warn"`, "max_results = 0"),
				Check:  deploymentsAre(3),
				ConfigPlanChecks: planned(`tanium_action.x[0]`, plancheck.ResourceActionDestroyBeforeCreate,
					`tanium_action.x[1]`, plancheck.ResourceActionUpdate,
					`tanium_action_wait.x`, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{data(knownvalue.ListSizeExact(0), "endpoints"),
					wait(word("88003"), "actions", 0, "scheduled_action_id")},
				ExpectNonEmptyPlan: true,
			},
		},
		CheckDestroy: func(*terraform.State) error { return checkActions(s, 3, 0, nil) },
	})
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
			step := resource.TestStep{Config: s.config("%s\ndata \"tanium_action_results\" \"x\" {\n%s\n}\n",
				quarantine, c.more), ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.tanium_action_results.x", tfjsonpath.New("finished"),
					knownvalue.Bool(c.finished)),
				statecheck.ExpectKnownValue("data.tanium_action_results.x", tfjsonpath.New("endpoints"),
					knownvalue.ListSizeExact(c.endpoints)),
			}}
			if c.says != "" {
				step.ExpectError, step.ConfigStateChecks = says(c.says), nil
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: s.factories(),
				Steps:                    []resource.TestStep{step},
			})
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
	config := s.config(tagAction+"\ndata \"tanium_action_results\" \"x\" {\n  action_ids = "+
		"tanium_action.tag.actions[*].action_id\n  include_log = true\n}\n", "Blue", "")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.tanium_action_results.x", tfjsonpath.New("results").AtMapKey("completed"),
				knownvalue.Int64Exact(7)),
			statecheck.ExpectKnownValue("data.tanium_action_results.x", tfjsonpath.New("endpoints"),
				knownvalue.ListSizeExact(0)),
			statecheck.ExpectKnownValue("data.tanium_action_results.x", tfjsonpath.New("truncated"),
				knownvalue.Bool(true)),
		}}, {PreConfig: func() { s.Advance(time.Hour) }, Config: config, PlanOnly: true}},
	})
}
