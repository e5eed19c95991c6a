// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccApproval deploys without waiting for the approval, approves as a second user, and waits in
// the next apply.
func TestAccApproval(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{RequireApproval: true})
	config := func(approver string) string {
		return s.config(tagAction, "Blue",
			"wait { approval = \"continue\" }\n") + fmt.Sprintf("provider \"approver\" {\n  url = %q\n"+
			"  api_token = %q\n}\nresource \"tanium_action_approval\" \"tag\" {\n  provider = approver\n"+
			"  scheduled_action_id = tanium_action.tag.id\n}\n", s.url, approver)
	}
	action := func(name string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("tanium_action.tag", tfjsonpath.New(name), check)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{Config: config(simulator.DefaultToken), ExpectError: says("another user must approve")},
			{Config: config("token-approver"), ExpectNonEmptyPlan: true, ConfigStateChecks: []statecheck.StateCheck{
				action("finished", knownvalue.Bool(false)),
				statecheck.ExpectKnownValue("tanium_action_approval.tag", tfjsonpath.New("approved"),
					knownvalue.Bool(true)),
			}},
			{Config: config("token-approver"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("tanium_action.tag", plancheck.ResourceActionUpdate),
					plancheck.ExpectResourceAction("tanium_action_approval.tag", plancheck.ResourceActionNoop),
				}}, ConfigStateChecks: []statecheck.StateCheck{action("succeeded", knownvalue.Bool(true))},
				Check: func(*terraform.State) error { return checkActions(s, 1, 1, nil) }},
		},
		CheckDestroy: func(*terraform.State) error { return checkActions(s, 1, 0, nil) },
	})
}

// TestAccApprovalPolicies checks the values of wait.approval.
func TestAccApprovalPolicies(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{RequireApproval: true})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{
				Config:      s.config(tagAction, "Blue", "wait { approval = \"fail\" }\n"),
				ExpectError: regexp.MustCompile("Action waits for approval"),
			},
			{PreConfig: func() { s.approveLater(t, "88002") }, Config: s.config(tagAction, "Green", ""),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("tanium_action.tag", tfjsonpath.New("succeeded"),
						knownvalue.Bool(true))}},
		},
	})
}

// TestAccWaitPolicies checks the criteria of wait.
func TestAccWaitPolicies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ pack, group, more, succeeded, status string }{
		"some may fail": {pack: block(`{ name = "Custom Tagging - Add Tags", parameters = ["x"] }`),
			group: "All Windows Servers",
			more:  `wait { max_failed = 1 }`, succeeded: "true", status: "OPEN"},
		"enough": {pack: block(`{ name = "Custom Tagging - Add Tags", parameters = ["x"] }`),
			group: "All Windows Servers",
			more:  `wait { min_completed_percent = 80 }`, succeeded: "true", status: "OPEN"},
		"without verifying": {pack: `{ name = "Apply Windows IPsec Quarantine" }`, group: "All Windows Servers",
			more: `wait {
  for_verification = false
  max_failed_percent = 20
}`, succeeded: "true", status: "OPEN"},
		"verified": {pack: `{ name = "Apply Windows IPsec Quarantine" }`, group: "All Windows Servers",
			more: `wait { max_failed = 1 }`, succeeded: "true", status: "OPEN"},
		"stopped when done": {pack: block(`{ name = "Custom Tagging - Add Tags", parameters = ["x"] }`),
			group:     "All Windows",
			more:      "stop_when_finished = true\nschedule { expire_seconds = 604800 }\nwait { max_failed = 1 }",
			succeeded: "true",
			status:    "STOPPED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			config := s.config("resource \"tanium_action\" \"x\" {\n  package %s\n  targets {\n"+
				"    action_group = { name = \"All Computers\" }\n    computer_group = { name = %q }\n  }\n%s\n}\n",
				c.pack, c.group, c.more)
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: s.factories(),
				Steps: []resource.TestStep{
					{
						Config: config,
						Check: resource.ComposeAggregateTestCheckFunc(resource.TestCheckResourceAttr("tanium_action.x",
							"succeeded", c.succeeded),
							resource.TestCheckResourceAttr("tanium_action.x", "status", c.status)),
					},
					{Config: config, PlanOnly: true},
				},
				CheckDestroy: func(*terraform.State) error { return checkActions(s, 1, 0, nil) },
			})
		})
	}
}
