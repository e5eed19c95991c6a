// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// shifted are actions by count, one for each tag.
const shifted = `
locals {
  tags = %s
}

resource "tanium_action" "tag" {
  count = length(local.tags)
  name  = "Tag ${local.tags[count.index]}"
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = [local.tags[count.index]]
  }
  targets {
    action_group = { name = "All Computers" }
    endpoint_ids = ["100201", "100202"]
  }
  %s
}
`

// TestAccShifted checks that no action runs a second time because elements of count have other
// indexes, in whatever order Terraform destroys and creates them, and however often it applies.
func TestAccShifted(t *testing.T) {
	t.Parallel()
	const warns = "Warning: The plan moves the action"
	for name, c := range map[string]struct {
		more          string
		before, after string
		later         time.Duration
		stops         bool // the plan fails
		deployments   int  // in the end
	}{
		"inserted":       {before: `["A", "B"]`, after: `["New", "A", "B"]`, deployments: 3},
		"inserted, over": {before: `["A", "B"]`, after: `["New", "A", "B"]`, later: time.Hour, deployments: 3},
		"removed":        {before: `["A", "B", "C"]`, after: `["B", "C"]`, deployments: 3},
		"swapped":        {before: `["A", "B"]`, after: `["B", "A"]`, deployments: 2},
		"inserted, not finished": {more: slow + "wait { enabled = false }", before: `["A", "B"]`,
			after: `["New", "A", "B"]`, stops: true, deployments: 2},
		"inserted, recurring": {more: recurring, before: `["A", "B"]`, after: `["New", "A", "B"]`, stops: true,
			deployments: 2},
		"inserted, and adopts": {more: `on_duplicate = "adopt"`, before: `["A", "B"]`, after: `["New", "A", "B"]`,
			deployments: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			apply := commandsOf("")[0]
			w := newAttachedWorkspace(t, s, fmt.Sprintf(shifted, c.before, c.more))
			w.exits(0, "added", apply...)
			s.Advance(c.later)
			w.write("main.tf", s.config("%s", fmt.Sprintf(shifted, c.after, c.more)))
			code, says := 0, warns
			if c.stops {
				code, says = 1, "Error: Plan would stop the action"
			}
			w.exits(code, says, "plan", "-input=false")
			for i := range 3 {
				if code, output := w.try(apply...); code != 0 && code != 1 {
					t.Errorf("apply %d exits with %d: %s", i+1, code, output)
				}
			}
			if made := s.Stats().Deployments; made != c.deployments {
				t.Errorf("%d deployments", made)
			}
		})
	}
}
