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
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
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
		{"resources/tanium_action/resource.tf", "tanium_action.kill_openssh", 5,
			[]string{"win-dc-01", "win-dc-02", "win-file-01", "win-web-01", "win-web-02"}},
		{"resources/tanium_action/tag_by_name.tf", "tanium_action.tag_by_name", 1, []string{"testmachine999"}},
		{"resources/tanium_action/tag_by_id.tf", "tanium_action.tag_by_id", 1, []string{"testmachine999"}},
	} {
		t.Run(c.address, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			value := func(name string, check knownvalue.Check) statecheck.StateCheck {
				return statecheck.ExpectKnownValue(c.address, tfjsonpath.New(name), check)
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: s.factories(),
				Steps: []resource.TestStep{
					{
						Config: s.example(t, c.file),
						ConfigStateChecks: []statecheck.StateCheck{
							value("id", knownvalue.StringExact("88001")),
							value("targeted_endpoint_count", knownvalue.Int64Exact(int64(c.endpoints))),
							value("finished", knownvalue.Bool(true)),
							value("succeeded", knownvalue.Bool(true)),
							// open until it expires, even if all endpoints are done
							value("status", knownvalue.StringExact("OPEN")),
							value("results", knownvalue.ObjectPartial(map[string]knownvalue.Check{
								"completed": knownvalue.Int64Exact(int64(c.endpoints)),
								"failed":    knownvalue.Int64Exact(0),
							})),
							value("actions",
								knownvalue.ListExact([]knownvalue.Check{
									knownvalue.ObjectPartial(map[string]knownvalue.Check{
										"scheduled_action_id": knownvalue.StringExact("88001"),
										"action_id":           knownvalue.StringExact("6112010"),
										"issue_count":         knownvalue.Int64Exact(1),
									})})),
						},
						Check: func(*terraform.State) error {
							return checkActions(s, 1, 1, c.names)
						},
					},
				},
				CheckDestroy: func(*terraform.State) error {
					return checkActions(s, 1, 0, c.names)
				},
			})
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
	requests := s.requests()
	config := s.config(tagAction, "Blue", "")
	counted := func(want map[string]int) func() {
		return func() {
			if got := requests(); !maps.Equal(got, want) {
				t.Errorf("requests %v, want %v", got, want)
			}
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{PreConfig: func() { requests() }, Config: config, PlanOnly: true},
			{
				PreConfig:    func() { s.Advance(time.Hour); requests() },
				RefreshState: true,
				Check:        resource.TestCheckResourceAttr("tanium_action.tag", "status", "CLOSED"),
			},
			{PreConfig: func() { requests() }, Config: config, PlanOnly: true},
			{PreConfig: counted(map[string]int{}), RefreshState: true},
		},
		CheckDestroy: func(*terraform.State) error { return checkActions(s, 1, 0, nil) },
	})
}

// TestAccActionReplacement checks which arguments deploy a new action.
func TestAccActionReplacement(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	const address = "tanium_action.tag"
	planned := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address,
			action)}}
	}
	deployed := func(deployments, open int) resource.TestCheckFunc {
		return func(*terraform.State) error { return checkActions(s, deployments, open, nil) }
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{Config: s.config(tagAction, "Blue", ""), Check: deployed(1, 1)},
			{Config: s.config(tagAction, "Blue", "on_destroy = \"keep\"\nwait { poll_interval = \"30s\" }\n"+
				"timeouts { create = \"1h\" }\n"),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: deployed(1, 1)},
			{
				Config:           s.config(tagAction, "Blue", ""),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				Check:            deployed(1, 1),
			},
			{
				Config:           s.config(tagAction, "Green", ""),
				ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
				Check:            deployed(2, 1),
			},
			{
				Config:           s.config(tagAction, "Green", "triggers = { run = \"2\" }\n"),
				ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
				Check:            deployed(3, 1),
			},
		},
		CheckDestroy: deployed(3, 0),
	})
}

// TestAccActionFails checks that a failed action fails the apply with its counts and IDs, that the
// state has the result, and that the next apply deploys again.
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
				Check: func(*terraform.State) error { return checkActions(s, 2, 1, nil) }},
			{
				Config: action("on_failure = \"warn\"\nwait { max_failed_percent = 50 }\n"),
				Check:  func(*terraform.State) error { return checkActions(s, 2, 1, nil) },
			},
		},
		CheckDestroy: func(*terraform.State) error { return checkActions(s, 2, 0, nil) },
	})
}

// TestAccActionAcceptsFailures checks that wait can accept failures.
func TestAccActionAcceptsFailures(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{{
			Config: s.config(`
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
`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("tanium_action.tag", tfjsonpath.New("succeeded"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue("tanium_action.tag", tfjsonpath.New("results").AtMapKey("failed"),
					knownvalue.Int64Exact(1)),
			},
		}},
	})
}

// TestAccManyActions checks that reads at the same moment share requests and previews, so that many
// actions need far fewer requests than each by itself. TestBench measures a hundred.
func TestAccManyActions(t *testing.T) {
	t.Parallel()
	const count = 30
	s := newTenant(t, simulator.Options{})
	s.linger = gateway.DefaultLinger
	s.addLatency(t)
	w := newAttachedWorkspace(t, s, fmt.Sprintf(benchActions, count, false)+benchWait)
	for _, c := range []struct {
		arguments []string
		most      int
	}{
		{[]string{"apply", "-auto-approve", "-input=false"}, 3 * count}, // alone, one needs at least 8
		{[]string{"plan", "-input=false", "-detailed-exitcode"}, count * 2 / 3},
		{[]string{"destroy", "-auto-approve", "-input=false"}, 5 * count / 2}, // alone, one needs 4
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
	config := s.config(tagAction, "Blue",
		"schedule {\n  expire_seconds = 900\n  reissue_seconds = 3600\n  end_time = \"2026-03-07T14:00:00Z\"\n}\n")
	count := func(want int64) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue("tanium_action.tag",
			tfjsonpath.New("actions").AtSliceIndex(0).AtMapKey("issue_count"), knownvalue.Int64Exact(want))}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: count(1)},
			{
				PreConfig:         func() { s.Advance(2 * time.Hour) },
				Config:            config,
				ConfigStateChecks: count(3),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
			},
			{PreConfig: func() { s.cancel(t, "88001") }, RefreshState: true, ExpectNonEmptyPlan: true},
			// the last action of the first one was stopped as well
			{Config: config, Check: func(*terraform.State) error { return checkActions(s, 2, 1, nil) }},
			{PreConfig: func() { s.Advance(5 * time.Hour); s.cancel(t, "88002") }, RefreshState: true},
			{Config: config, PlanOnly: true},
		},
		CheckDestroy: func(*terraform.State) error { return checkActions(s, 2, 0, nil) },
	})
}

// TestAccActionGuard checks that a guard fails the plan before anything is deployed.
func TestAccActionGuard(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	online := true
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{
				Config:      s.config(tagAction, "Blue", "guard { max_endpoints = 3 }\n"),
				ExpectError: regexp.MustCompile(`(?s)7\s+endpoints`),
			},
			{
				Config:      s.config(tagAction, "Blue", "guard { min_endpoints = 8 }\n"),
				ExpectError: regexp.MustCompile(`(?s)7\s+endpoints`),
			},
			{PreConfig: func() {
				if err := s.Disturb([]world.Change{{ID: "274322", Online: &online}}); err != nil {
					t.Error(err)
				}
				if err := checkActions(s, 0, 0, nil); err != nil {
					t.Error(err)
				}
			}, Config: s.config(tagAction, "Blue", "guard {\n  expected_endpoints = 7\n  max_growth_percent = 20\n}\n"),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("tanium_action.tag",
					tfjsonpath.New("targeted_endpoint_count"), knownvalue.Int64Exact(8))}},
		},
	})
}
