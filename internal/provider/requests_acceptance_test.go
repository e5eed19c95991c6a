// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccRequests holds how many requests one action costs, with a preview, a guard and the search
// for duplicates: what it names is looked up in one request, and a cancellation takes two or three.
func TestAccRequests(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, `
resource "tanium_action" "tag" {
  name = "Tag"
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
    filter = { filters = [
      { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" },
      { sensor = { name = "Is Windows" }, value = "True" },
      { member_of = { name = "All Windows Servers" } },
    ] }
  }
  guard { max_endpoints = 50 }
  wait { max_failed_percent = 50 }
}
`)
	for _, c := range []struct {
		arguments []string
		most      int
		polls     bool
	}{
		// Two of these ask when the token expires: the plan within the apply, and the apply itself.
		{arguments: []string{"apply", "-auto-approve", "-input=false"}, most: 10, polls: true},
		{arguments: []string{"plan", "-input=false"}, most: 2},
		{arguments: []string{"destroy", "-auto-approve", "-input=false"}, most: 4},
	} {
		before, fields := s.Stats().Requests, s.requests()
		if code, output := w.try(c.arguments...); code != 0 {
			t.Fatal(output)
		}
		count, made := s.Stats().Requests-before, fields()
		if c.polls {
			count -= made["action"] + made["scheduledAction"]
		}
		if count > c.most {
			t.Errorf("%s: %d requests, want at most %d: %v", c.arguments[0], count, c.most, made)
		}
	}
}
