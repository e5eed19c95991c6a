// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccApproval deploys without waiting for the approval, approves as a second user, and waits in
// the next apply.
func TestAccApproval(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{RequireApproval: true})
	w := newAttachedWorkspace(t, s, "")
	w.attach(t, s, "tanium", "approver")
	applied := func(approver string, code int, says string) {
		t.Helper()
		w.write("main.tf", s.config(tagAction, "Blue", "wait { approval = \"continue\" }\n")+
			fmt.Sprintf("provider \"approver\" {\n  url = %q\n  api_token = %q\n}\n"+
				"resource \"tanium_action_approval\" \"tag\" {\n  provider = approver\n"+
				"  scheduled_action_id = tanium_action.tag.id\n}\n", s.url, approver))
		w.exits(code, says, "apply", "-auto-approve", "-input=false")
	}
	plan := []string{"plan", "-detailed-exitcode", "-input=false"}
	applied(simulator.DefaultToken, 1, "another user must approve")
	applied("token-approver", 0, "Resources: 1 added, ")
	w.expects("tanium_action.tag", map[string]any{"finished": false})
	w.expects("tanium_action_approval.tag", map[string]any{"approved": true})
	w.exits(2, "Plan: 0 to add, 1 to change, 0 to destroy.", plan...)
	applied("token-approver", 0, "# tanium_action.tag will be updated in-place")
	w.expects("tanium_action.tag", map[string]any{"succeeded": true})
	if err := checkActions(s, 1, 1, nil); err != nil {
		t.Error(err)
	}
	w.exits(0, "No changes.", plan...)
	w.exits(0, "2 destroyed", "destroy", "-auto-approve", "-input=false")
	if err := checkActions(s, 1, 0, nil); err != nil {
		t.Error(err)
	}
}

// TestAccApprovalPolicies checks the values of wait.approval.
func TestAccApprovalPolicies(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{RequireApproval: true})
	w := newAttachedWorkspace(t, s, fmt.Sprintf(tagAction, "Blue", "wait { approval = \"fail\" }\n"))
	apply := []string{"apply", "-auto-approve", "-input=false"}
	w.exits(1, "Action waits for approval", apply...)
	s.approveLater(t, "88002")
	w.write("main.tf", s.config(tagAction, "Green", ""))
	w.exits(0, "1 added, 0 changed, 1 destroyed", apply...)
	w.expects("tanium_action.tag", map[string]any{"succeeded": true})
	w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
}

// TestAccWaitPolicies checks the criteria of wait.
func TestAccWaitPolicies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ pack, group, more, status string }{
		"some may fail": {pack: block(`{ name = "Custom Tagging - Add Tags", parameters = ["x"] }`),
			group: "All Windows Servers",
			more:  `wait { max_failed = 1 }`, status: "OPEN"},
		"enough": {pack: block(`{ name = "Custom Tagging - Add Tags", parameters = ["x"] }`),
			group: "All Windows Servers",
			more:  `wait { min_completed_percent = 80 }`, status: "OPEN"},
		"without verifying": {pack: `{ name = "Apply Windows IPsec Quarantine" }`, group: "All Windows Servers",
			more: `wait {
  for_verification = false
  max_failed_percent = 20
}`, status: "OPEN"},
		"verified": {pack: `{ name = "Apply Windows IPsec Quarantine" }`, group: "All Windows Servers",
			more: `wait { max_failed = 1 }`, status: "OPEN"},
		"stopped when done": {pack: block(`{ name = "Custom Tagging - Add Tags", parameters = ["x"] }`),
			group:  "All Windows",
			more:   "stop_when_finished = true\nschedule { expire_seconds = 604800 }\nwait { max_failed = 1 }",
			status: "STOPPED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, fmt.Sprintf("resource \"tanium_action\" \"x\" {\n  package %s\n"+
				"  targets {\n    action_group = { name = \"All Computers\" }\n    computer_group = { name = %q }\n"+
				"  }\n%s\n}\n", c.pack, c.group, c.more))
			w.exits(0, "1 added", "apply", "-auto-approve", "-input=false")
			w.expects("tanium_action.x", map[string]any{"succeeded": true, "status": c.status})
			w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
			w.exits(0, "1 destroyed", "destroy", "-auto-approve", "-input=false")
			if err := checkActions(s, 1, 0, nil); err != nil {
				t.Error(err)
			}
		})
	}
}
