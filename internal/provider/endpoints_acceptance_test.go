// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// exactly returns checks for a list of values.
func exactly(values ...string) []knownvalue.Check {
	checks := make([]knownvalue.Check, len(values))
	for i, value := range values {
		checks[i] = knownvalue.StringExact(value)
	}
	return checks
}

// TestAccEndpoints checks that the live source reads any sensor of online endpoints, and the cached
// source reads registered sensors of all endpoints.
func TestAccEndpoints(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		config string
		count  int
		ids    []string // nil to skip the check
	}{
		"live": {config: `filter = { filters = [
			{ sensor = { name = "Running Processes with MD5 Hash", column = "MD5 Hash" },
			  value = "4bf0d5083604b3f8c67c6d0dd310e355" },
			{ sensor = { name = "OS Platform" }, value = "Windows" } ] }
			source {
			  live { expected_count = 5 }
			}`, count: 5, ids: []string{"100201", "100202", "100203", "100204", "100205"}},
		"cached": {config: `filter = { sensor = { name = "Running Processes with MD5 Hash", column = "MD5 Hash" },
		  value = "4bf0d5083604b3f8c67c6d0dd310e355" }
			source {
			  cached {}
			}`, count: 7, ids: []string{"100201", "100202", "100203", "100204", "100205", "100208", "310017"}},
		"nobody":   {config: `filter = { sensor = { name = "Computer Name" }, value = "nobody" }`, ids: []string{}},
		"everyone": {config: ``, count: 35},
		"deep": {config: `filter = { any = true, filters = [
			{ negated = true, filters = [{ any = true, filters = [{ sensor = { name = "OS Platform" }, op = "MATCHES",
			  value = "(windows|linux|mac|aix)" }] }] },
			{ filters = [{ filters = [{ path = "name", value = "mac-01" }] }] } ] }`, count: 2,
			ids: []string{"420007", "520001"}},
		"group": {
			config: `filter = { filters = [{ member_of = { name = "All Linux" } }, { sensor = { name = "Custom Tags" ` +
				`}, op = "CONTAINS", value = "data" }] }`, count: 3, ids: []string{"310101", "310104", "310107"}},
		"params": {
			config: `filter = { sensor = { name = "Custom Tag Exists", params = { tag = "Pilot" } }, value = "true" }
			source {
			  live {}
			}`, count: 2, ids: []string{"274301", "274308"}},
		"versions": {
			config: `filter = { filters = [{ sensor = { name = "Installed Applications", column = "Version" }, op = ` +
				`"GTE", value = "131" }, { member_of = { name = "All Windows" } }] }`, count: 11},
	}
	// One configuration has them all, because a command takes longer than a case.
	var configuration strings.Builder
	for name, c := range cases {
		fmt.Fprintf(&configuration, "data \"tanium_endpoints\" %q {\n%s\n}\n", name, c.config)
	}
	w := newAttachedWorkspace(t, newTenant(t, simulator.Options{}), configuration.String())
	w.exits(0, "0 added, 0 changed, 0 destroyed", "apply", "-auto-approve", "-input=false")
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := map[string]any{"total_count": c.count}
			if c.ids != nil {
				want["ids"] = c.ids
			}
			w.in(t).expects("data.tanium_endpoints."+name, want)
		})
	}
	w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
}

// TestAccEndpointsReadings checks readings with columns, parameters and value filters.
func TestAccEndpointsReadings(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{{
			Config: s.config(`
data "tanium_endpoints" "x" {
  filter = { path = "id", value = "100201" }
  source {
    live {}
  }
  sensors = [
    { name = "Custom Tags" },
    { name = "Folder Contents", params = { folderPath = "C:\\Temp" } },
    { name = "Running Processes with MD5 Hash", columns = ["Process Name"], filter = { column = "MD5 Hash",
      value = "4bf0d5083604b3f8c67c6d0dd310e355" } },
  ]
}
`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.tanium_endpoints.x", tfjsonpath.New("endpoints"),
					knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectPartial(map[string]knownvalue.Check{
						"id": knownvalue.StringExact("100201"), "name": knownvalue.StringExact("win-dc-01"),
						"ip_address":  knownvalue.StringExact("10.20.1.11"),
						"os_platform": knownvalue.StringExact("Windows"),
						"readings": knownvalue.ListExact([]knownvalue.Check{
							knownvalue.ObjectPartial(map[string]knownvalue.Check{
								"sensor": knownvalue.StringExact("Custom Tags"),
								"values": knownvalue.ListSizeExact(1),
							}),
							knownvalue.ObjectPartial(map[string]knownvalue.Check{
								"sensor": knownvalue.StringExact("Folder Contents"),
								"values": knownvalue.ListExact(exactly("setup.log", "notes.txt")),
							}),
							knownvalue.ObjectPartial(map[string]knownvalue.Check{
								"sensor": knownvalue.StringExact("Running Processes with MD5 Hash"),
								"column": knownvalue.StringExact("Process Name"),
								"values": knownvalue.ListExact(exactly("sshd.exe")),
							}),
						}),
					})})),
			},
		}},
	})
}
