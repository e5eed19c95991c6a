// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// onPlatforms returns an operation that makes one scheduled action for Windows, 88001, and one for
// the other platforms, 88002. Each is under way for an hour.
func onPlatforms(more string) string {
	return fmt.Sprintf(`
resource "tanium_action" "x" {
  name = "Remedy"
  operation { add_tags = ["Blue"] }
  targets {
    action_group = { name = "All Computers" }
    endpoint_ids = ["274301", "310011", "420007"]
  }
  schedule { distribute_seconds = 3600 }
  on_timeout = "warn"
  timeouts {
    create = "1ms"
    update = "1m"
  }
  %s
}
`, more)
}

// TestAccPart checks what becomes of an operation of which somebody stops or deletes the part for
// some platforms: the messages name that part alone, the wait ends, and triggers run it again.
func TestAccPart(t *testing.T) {
	t.Parallel()
	apply := commandsOf("")[0]
	unrefreshed := commandsOf("without a refresh")[0]
	two := map[string]int{"actionPerform": 1}
	replaced := map[string]int{"actionPerform": 1, "scheduledActionDelete": 2, "actionStop": 1}
	cut := outcome{says: "Action did not finish in time", state: "88001", deployments: 2, open: 2, sent: two}
	stopPart := func(s *tenant) error {
		return s.client(s.t, simulator.DefaultToken).StopAction(s.t.Context(), "6112011")
	}
	deletePart := func(s *tenant) error {
		s.cancel(s.t, "88002")
		return nil
	}
	again := `triggers = { again = 1 }`
	for name, c := range map[string]struct {
		second string // the configuration after the step without a command
		steps  []step
	}{
		"stopped": {again, []step{
			{command: apply, want: cut},
			{before: stopPart, command: apply,
				want: outcome{code: 1,
					says: "Action 6112011 of scheduled action 88002 was stopped in Tanium before it " +
						"succeeded. " +
						"The others, of 2 in total, are not affected", state: "88001", deployments: 2, open: 1}},
			{},
			{command: apply, want: outcome{says: "88003", state: "88003", deployments: 4, open: 2, sent: replaced}},
		}},
		"stopped, without a refresh": {"", []step{
			{command: apply, want: cut},
			{before: stopPart, command: unrefreshed,
				want: outcome{code: 1, says: "Action 6112011 was stopped in Tanium before it finished. The others " +
					"were not.",
					state: "88001 finished", deployments: 2, open: 1}},
		}},
		"deleted": {again, []step{
			{command: apply, want: cut},
			{before: deletePart, command: apply,
				want: outcome{code: 1,
					says: "Action 6112011 of scheduled action 88002 was stopped in Tanium before it " +
						"succeeded",
					state: "88001", deployments: 2, open: 1}},
			{},
			{command: apply, want: outcome{says: "88003", state: "88003", deployments: 4, open: 2, sent: replaced}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, onPlatforms(""))
			for _, one := range c.steps {
				if one.command == nil {
					w.write("main.tf", s.config("%s", onPlatforms(c.second)))
					continue
				}
				runSteps(t, s, w, []step{one})
			}
		})
	}
}
