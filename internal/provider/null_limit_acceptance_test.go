// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// valuesOfLimits are the arguments that limit which endpoints a deployment reaches, with a value.
func valuesOfLimits() map[string]string {
	return map[string]string{
		"targets.filter":             `{ sensor = { name = "Computer Name" }, value = "wks-001" }`,
		"targets.computer_group":     `{ name = "All Windows" }`,
		"targets.endpoint_ids":       `["274301"]`,
		"targets.platforms":          `["Linux"]`,
		"guard.max_endpoints":        `50`,
		"guard.expected_endpoints":   `50`,
		"guard.allowed_endpoint_ids": `["274301"]`,
	}
}

// limited returns the blocks targets and guard with a limit that is not known in the plan. At the
// apply it is null if the operator is "==".
func limited(name, operator string) string {
	block, argument, _ := strings.Cut(name, ".")
	blocks := map[string]string{"targets": `action_group = { name = "All Computers" }`}
	if block == "guard" {
		blocks["targets"] += "\nendpoint_ids = [\"274301\"]"
	}
	blocks[block] += fmt.Sprintf("\n%s = terraform_data.source.id %s \"\" ? %s : null", argument, operator,
		valuesOfLimits()[name])
	return fmt.Sprintf("targets {\n%s\n}\nguard {\n%s\n}", blocks["targets"], blocks["guard"])
}

// TestAccNullLimit checks a limit that is not known in the plan: if it is null at the apply, the
// apply fails, names the limit and deploys nothing. If it is not null, the apply deploys.
func TestAccNullLimit(t *testing.T) {
	t.Parallel()
	const action = `
resource "terraform_data" "source" {}

resource "tanium_action" "x" {
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  wait { enabled = false }
  %s
}
`
	for name := range valuesOfLimits() {
		for null, c := range map[string]struct {
			code        int
			says        string
			deployments int
		}{
			"==": {code: 1, says: fmt.Sprintf("planned set element cty.StringVal(%q) does not correlate", name)},
			"!=": {says: "2 added", deployments: 1},
		} {
			t.Run(name+" "+null, func(t *testing.T) {
				t.Parallel()
				s := newTenant(t, simulator.Options{})
				w := newAttachedWorkspace(t, s, fmt.Sprintf(action, limited(name, null)))
				w.exits(c.code, c.says, "apply", "-auto-approve", "-input=false")
				if deployed := s.Stats().Deployments; deployed != c.deployments {
					t.Errorf("%d deployments", deployed)
				}
			})
		}
	}
}

// TestAccNullGuardBlock is TestAccNullLimit for a whole block that is not known in the plan.
func TestAccNullGuardBlock(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, remedy(onPilots, `
  dynamic "guard" {
    for_each = terraform_data.source.id == "" ? [5] : []
    content { max_endpoints = guard.value }
  }
`)+`resource "terraform_data" "source" {}`)
	w.exits(1, `planned set element cty.StringVal("guard.max_endpoints") does not correlate`,
		"apply", "-auto-approve", "-input=false")
	if deployed := s.Stats().Deployments; deployed != 0 {
		t.Errorf("%d deployments", deployed)
	}
}

// TestAccNullLimitOfInvocation checks that the plan of a Terraform action refuses a limit that is
// not known: the invocation could not tell one that is null from one that was never set.
func TestAccNullLimitOfInvocation(t *testing.T) {
	t.Parallel()
	needsActions(t)
	const action = `
resource "terraform_data" "source" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.tanium_action_deploy.x]
    }
  }
}

action "tanium_action_deploy" "x" {
  config {
    package {
      name       = "Custom Tagging - Add Tags"
      parameters = ["Blue"]
    }
    %s
  }
}
`
	for name := range valuesOfLimits() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, fmt.Sprintf(action, limited(name, "==")))
			w.exits(1, name+" is not known in the plan", "apply", "-auto-approve", "-input=false")
			if deployed := s.Stats().Deployments; deployed != 0 {
				t.Errorf("%d deployments", deployed)
			}
		})
	}
}
