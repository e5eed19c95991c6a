// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccShare checks the function in a configuration: a share is a filter, alone and in a list.
func TestAccShare(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	list := func(filter string) string {
		return `data "tanium_endpoints" "x" { filter = ` + filter + ` }`
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{
				Config:      s.config("%s", list("provider::tanium::share(10, 101)")),
				ExpectError: regexp.MustCompile(`101 is not a\s+bound of a share`),
			},
			{
				Config:      s.config("%s", list("provider::tanium::share(50, 50)")),
				ExpectError: regexp.MustCompile(`(?s)the share from 50 to 50\s+percent is\s+empty`),
			},
			{
				Config:      s.config("%s", list("provider::tanium::share(0.5, 50)")),
				ExpectError: regexp.MustCompile(`0.5 is not a\s+bound of a share`),
			},
			{
				Config: s.config("%s", `
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
`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true)),
					statecheck.ExpectKnownOutputValue("parted", knownvalue.Bool(true)),
				},
			},
		},
	})
}
