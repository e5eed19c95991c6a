// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccOperation checks that the scheduled actions of an operation are awaited, evaluated and
// cancelled together.
func TestAccOperation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		operation, targets string
		reached            int64
		platforms          []int // how many, of each scheduled action
	}{
		"add tags": {operation: `{ add_tags = ["Blue", "Green"] }`,
			targets: `endpoint_ids = ["274301", "310011", "420007"]`,
			reached: 3, platforms: []int{1, 4}},
		"remove tags": {operation: `{ remove_tags = ["Pilot"] }`, targets: `endpoint_ids = ["274301", "310011"]`,
			reached: 2, platforms: []int{1, 4}},
		"one platform": {operation: `{ add_tags = ["Blue"] }`, targets: `platforms = ["Linux"]`, reached: 8,
			platforms: []int{1}},
		"reboot": {operation: "{\n  reboot { random_delay_seconds = 60 }\n}",
			targets: `computer_group = { name = "All Linux" }`,
			reached: 8, platforms: []int{1, 4}},
		"restart service": {operation: `{ restart_service = "Spooler" }`, targets: `endpoint_ids = ["274301"]`,
			reached: 1, platforms: []int{1, 4}},
		"client setting": {
			operation: "{\n  change_client_setting {\n    name = \"LogVerbosityLevel\"\n    value = \"41\"\n" +
				"  }\n}", targets: `endpoint_ids = ["274301"]`, reached: 1, platforms: []int{1, 4}},
		"directory": {operation: "{\n  collect_active_directory_info {}\n}", targets: ``, reached: 20,
			platforms: []int{1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, fmt.Sprintf("resource \"tanium_action\" \"x\" {\n  operation %s\n"+
				"  targets {\n    action_group = { name = \"All Computers\" }\n    %s\n  }\n}\n",
				c.operation, c.targets))
			w.exits(0, "1 added", "apply", "-auto-approve", "-input=false")
			want := map[string]any{
				"succeeded": true, "targeted_endpoint_count": c.reached, "results.completed": c.reached,
				"actions.#": len(c.platforms),
			}
			for i, count := range c.platforms {
				want[fmt.Sprintf("actions.%d.platforms.#", i)] = count
			}
			w.expects("tanium_action.x", want)
			if err := checkActions(s, len(c.platforms), len(c.platforms), nil); err != nil {
				t.Error(err)
			}
			w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
			w.exits(0, "1 destroyed", "destroy", "-auto-approve", "-input=false")
			if err := checkActions(s, len(c.platforms), 0, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAccOperationBadInput checks that the plan reports invalid operations.
func TestAccOperationBadInput(t *testing.T) {
	t.Parallel()
	cases := map[string]badInput{}
	for name, c := range map[string]struct{ config, says string }{
		"two": {`operation {
  add_tags = ["a"]
  start_service = "b"
}`, "Exactly one operation"},
		"none":        {`operation {}`, "Exactly one operation"},
		"a blank":     {`operation { add_tags = ["a b"] }`, "Invalid tag"},
		"a separator": {`operation { remove_tags = ["a#|#b"] }`, "Invalid tag"},
		"setting without value": {"operation {\n  change_client_setting { name = \"LogVerbosityLevel\" }\n}",
			"requires both name and value"},
		"unknown setting": {`operation {
  change_client_setting {
    name = "Color"
    value = "blue"
  }
}`, "HotCachePercentage"},
		"with a package": {"operation { add_tags = [\"a\"] }\n  package {\n    name = \"Custom Tagging - Add " +
			"Tags\"\n    parameters = [\"a\"]\n  }", "An action runs either a package or an operation"},
		"neither": {``, "Missing package or operation"},
	} {
		const targets = "\n  targets { action_group = { name = \"All Computers\" } }\n"
		cases[name] = badInput{"  " + c.config + targets, c.says}
	}
	runBadInput(t, cases)
}
