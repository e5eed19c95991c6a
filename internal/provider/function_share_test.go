// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccShare checks the function in a configuration: a share is a filter, alone and in a list.
func TestAccShare(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, `
data "tanium_endpoints" "over" { filter = provider::tanium::share(10, 101) }
data "tanium_endpoints" "empty" { filter = provider::tanium::share(50, 50) }
data "tanium_endpoints" "part" { filter = provider::tanium::share(0.5, 50) }
`)
	said := w.reported()
	for name, want := range map[string]string{
		"over": "101 is not a bound of a share", "empty": "the share from 50 to 50 percent is empty",
		"part": "0.5 is not a bound of a share",
	} {
		if said := said[fmt.Sprintf("data \"tanium_endpoints\" %q", name)]; !strings.Contains(said, want) {
			t.Errorf("%s: says %s\nwant %s", name, said, want)
		}
	}
	w.write("main.tf", s.config("%s", `
locals {
  rings = [for ring in [[0, 20], [20, 70], [70, 100]] : provider::tanium::share(ring[0], ring[1])]
}
data "tanium_endpoints" "all" {}
data "tanium_endpoints" "ring" {
  count  = 3
  filter = { filters = [local.rings[count.index], { sensor = { name = "Online" }, value = "x", negated = true }] }
}
data "tanium_endpoints" "first" { filter = local.rings[0] }
output "same" {
  value = sort(flatten(data.tanium_endpoints.ring[*].ids)) == sort(data.tanium_endpoints.all.ids)
}
output "parted" {
  value = length(data.tanium_endpoints.first.ids) > 0 && length(data.tanium_endpoints.first.ids) < 20
}
`))
	w.exits(0, "Apply complete!", "apply", "-auto-approve", "-input=false")
	w.outputs(map[string]any{"same": true, "parted": true})
	w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
}
