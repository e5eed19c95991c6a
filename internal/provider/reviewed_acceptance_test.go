// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// reviewedAction is an action whose guard takes the preview over.
const reviewedAction = `
data "tanium_action_preview" "tag" {
  targets {
    action_group   = { name = "All Computers" }
    computer_group = { name = "All Windows Servers" }
  }
}

resource "tanium_action" "tag" {
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group   = { name = "All Computers" }
    computer_group = { name = "All Windows Servers" }
  }
  guard { reviewed = data.tanium_action_preview.tag.reviewed }
  wait { enabled = false }
}
`

// TestAccReviewed checks with Terraform itself that a saved plan has the reviewed endpoints by name
// and ID, that its apply deploys, that a later count is no change, and that a destroy does not need
// the endpoints any more.
func TestAccReviewed(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, reviewedAction)
	w.run([]string{"plan", "-out=saved", "-input=false"})
	var plan struct {
		Changes []struct {
			Change struct {
				After struct {
					Guard struct {
						Reviewed struct {
							Count     int
							Endpoints map[string]string
						}
					}
				}
			}
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(w.run([]string{"show", "-json", "saved"})), &plan); err != nil {
		t.Fatal(err)
	}
	reviewed := plan.Changes[0].Change.After.Guard.Reviewed
	if reviewed.Count != 8 || len(reviewed.Endpoints) != 8 || reviewed.Endpoints["100201"] != "win-dc-01" {
		t.Errorf("%+v", reviewed)
	}
	w.run([]string{"apply", "-input=false", "saved"})
	s.expectOneDeployment(t)
	s.online(t, false, "100201", "100202")
	w.exits(0, "No changes", "plan", "-detailed-exitcode", "-input=false")
	s.online(t, false, "100203", "100204", "100205", "100206", "100207", "100209")
	w.exits(0, "No changes", "plan", "-detailed-exitcode", "-input=false")
	w.run([]string{"destroy", "-auto-approve", "-input=false"})
	if open := s.Stats().OpenScheduledActions; open != 0 {
		t.Errorf("%d open", open)
	}
}

// TestAccReviewedUnknown checks that a plan refuses a reviewed set that is not known.
func TestAccReviewedUnknown(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, `resource "terraform_data" "x" {}
data "tanium_action_preview" "tag" {
  targets {
    action_group = { name = "All Computers" }
  }
  depends_on = [terraform_data.x]
}

resource "tanium_action" "tag" {
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
  }
  guard { reviewed = data.tanium_action_preview.tag.reviewed }
}
`)
	w.exits(1, "Reviewed set is not known in the plan", "plan", "-input=false")
}
