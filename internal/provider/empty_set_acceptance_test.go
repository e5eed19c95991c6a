// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccEmptySetAdvice checks that the expressions in the error about an empty set plan and deploy
// nothing while the set is empty, and deploy once it is not.
func TestAccEmptySetAdvice(t *testing.T) {
	t.Parallel()
	const configuration = `
variable "endpoint_ids" {
  type    = set(string)
  default = %s
}
%s
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
    endpoint_ids = var.endpoint_ids
  }
%s`
	advice := emptySet("endpoint_ids")
	count := regexp.MustCompile(`count = .* : 1`).FindString(advice)
	condition := regexp.MustCompile(`condition = \S+ > 0`).FindString(advice)
	for name, c := range map[string]struct{ before, after string }{
		"resource": {"resource \"tanium_action\" \"tag\" {\n  " + count, "}"},
		"action": {"action \"tanium_action_deploy\" \"tag\" {\n  config {", fmt.Sprintf(`}
}
resource "terraform_data" "release" {
  input = var.endpoint_ids
  lifecycle {
    action_trigger {
      events    = [after_create, after_update]
      actions   = [action.tanium_action_deploy.tag]
      %s
    }
  }
}`, condition)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "action" {
				needsActions(t)
			}
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, "")
			for _, step := range []struct {
				ids         string
				deployments int
			}{{ids: `[]`}, {ids: `["100201"]`, deployments: 1}} {
				w.write("deployment.tf", fmt.Sprintf(configuration, step.ids, c.before, c.after))
				code, output := w.try("apply", "-auto-approve", "-input=false")
				if code != 0 || s.Stats().Deployments != step.deployments {
					t.Errorf("%s: exit code %d, %d deployments: %s", step.ids, code, s.Stats().Deployments, output)
				}
			}
		})
	}
}
