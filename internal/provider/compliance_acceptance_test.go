// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// ownedInRings declares that the Windows servers have a tag. Tagging fails on win-print-01, in the
// first ring.
const ownedInRings = `
variable "accept_remaining" { default = 0 }
variable "max_endpoints" { default = 8 }
module "owned" {
  source         = "./compliance"
  name           = "Owned"
  package        = { name = "Custom Tagging - Add Tags", parameters = ["Owned"] }
  max_endpoints  = var.max_endpoints
  verify_timeout = "1m"
  filter = { filters = [
    { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" },
    { sensor = { name = "Custom Tags" }, value = "Owned", negated = true },
  ] }
  rings = [
    { name = "canary", to_percent = 80, accept_remaining = var.accept_remaining },
    { name = "rest", to_percent = 100 },
  ]
}
output "compliant" { value = module.owned.compliant }
output "remaining" { value = join(", ", flatten(module.owned.rings[*].remaining)) }
`

// expectDeployments fails unless the actions of the tenant have these names, in their order.
func (s *tenant) expectDeployments(t *testing.T, names ...string) {
	t.Helper()
	var got []string
	for _, report := range s.Actions() {
		got = append(got, report.Name)
	}
	if !slices.Equal(got, names) {
		t.Fatalf("deployed %q, want %q", got, names)
	}
}

// untag takes endpoints out of compliance.
func (s *tenant) untag(t *testing.T, ids ...string) {
	t.Helper()
	changes := make([]world.Change, len(ids))
	for i, id := range ids {
		changes[i] = world.Change{ID: id, Sensors: map[string]fleet.Rows{"Custom Tags": {{"Green"}}}}
	}
	if err := s.Disturb(changes); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Minute) // until Tanium asks the endpoints again
}

// TestAccComplianceReadme applies the example of the README: a plan has exit code 0 while the
// endpoints are compliant, and 2 once one is not. An apply deploys to that endpoint alone.
func TestAccComplianceReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(modulesRoot, "compliance", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	s := newTenant(t, simulator.Options{})
	source := regexp.MustCompile(`source += "github.com[^"]*"`)
	w := newAttachedWorkspace(t, s, source.ReplaceAllString(fenced(string(text), "hcl")[0], `source = "./compliance"`))
	w.getModule("compliance")
	monitor := []string{"plan", "-detailed-exitcode", "-input=false"}
	w.exits(2, "endpoints: ", monitor...)
	w.exits(0, "3 added", "apply", "-auto-approve", "-input=false")
	w.exits(0, "No changes.", monitor...)
	s.expectDeployments(t, "No sshd: rest") // nobody matches in the canary
	id := s.served()[0]
	s.Advance(time.Hour)
	if err := s.Disturb([]world.Change{
		{ID: id, Sensors: map[string]fleet.Rows{"Running Processes": {{"sshd.exe"}}}},
	}); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Minute)
	w.exits(2, "0 to add, 1 to change, 0 to destroy", monitor...)
	w.exits(0, "", "apply", "-refresh-only", "-auto-approve", "-input=false")
	w.exits(0, `"remaining_count": 1`, "output", "-json")
	s.expectDeployments(t, "No sshd: rest")
	w.exits(0, "0 added, 1 changed, 0 destroyed", "apply", "-auto-approve", "-input=false")
	s.expectDeployments(t, "No sshd: rest", "No sshd: rest")
	if served := s.served(); len(served) != 1 || served[0] != id {
		t.Errorf("served %v, want %s", served, id)
	}
	w.exits(0, "No changes.", monitor...)
}

// TestAccComplianceRingFails lets the first ring fail: the second one is not deployed to. The next
// apply reaches the endpoint that is left alone. Once it is accepted, the second ring follows.
func TestAccComplianceRingFails(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, ownedInRings)
	w.getModule("compliance")
	w.exits(1, "1 endpoint still out of compliance", "apply", "-auto-approve", "-input=false")
	s.expectDeployments(t, "Owned: canary")
	if served := s.served(); len(served) != 6 {
		t.Errorf("served %v", served)
	}
	s.Advance(time.Hour)
	w.exits(1, "1 endpoint still out of compliance", "apply", "-auto-approve", "-input=false")
	s.expectDeployments(t, "Owned: canary", "Owned: canary")
	if served := s.served(); len(served) != 1 || served[0] != "100209" {
		t.Errorf("served %v", served)
	}
	s.Advance(time.Hour)
	accept := "-var=accept_remaining=1"
	w.exits(0, `remaining = "win-print-01"`, "apply", "-auto-approve", "-input=false", accept)
	s.expectDeployments(t, "Owned: canary", "Owned: canary", "Owned: rest")
	w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false", accept)
	w.exits(2, "win-print-01", "plan", "-detailed-exitcode", "-input=false") // no longer accepted
}

// TestAccComplianceFailsAgain lets the first ring fail after an apply that succeeded. The outputs
// are those of that apply until they are refreshed.
func TestAccComplianceFailsAgain(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, ownedInRings)
	w.getModule("compliance")
	w.exits(0, "", "apply", "-auto-approve", "-input=false", "-var=accept_remaining=1")
	s.Advance(time.Hour)
	s.untag(t, append(s.served(), "100209")...) // the second ring falls out of compliance, too
	w.exits(1, "1 endpoint still out of compliance", "apply", "-auto-approve", "-input=false")
	s.expectDeployments(t, "Owned: canary", "Owned: rest", "Owned: canary")
	w.exits(0, "true", "output", "compliant")
	// A limit that is exceeded is a warning here: nothing is deployed.
	w.exits(0, "Out of compliance: 3 endpoints", "apply", "-refresh-only", "-auto-approve", "-input=false",
		"-var=max_endpoints=2")
	w.exits(0, "false", "output", "compliant")
	_, names := w.try("output", "remaining")
	if !strings.HasPrefix(names, `"win-print-01, `) {
		t.Errorf("%s remain", names)
	}
}

// TestAccComplianceLimit declares it for more endpoints than the limit allows: nothing is deployed,
// although no ring alone has more. A ring that exceeds it after the plan is not deployed to.
func TestAccComplianceLimit(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, ownedInRings)
	w.getModule("compliance")
	w.exits(1, "Out of compliance: 8 endpoints, where Owned may reach at most 7. This plan deploys nothing.",
		"apply", "-auto-approve", "-input=false", "-var=max_endpoints=7")
	s.expectDeployments(t)
	w.exits(0, "3 added", "apply", "-auto-approve", "-input=false", "-var=accept_remaining=1")
	s.expectDeployments(t, "Owned: canary", "Owned: rest")
	s.Advance(time.Hour)
	accept, limit := "-var=accept_remaining=1", "-var=max_endpoints=2"
	s.untag(t, "100201")
	w.exits(0, "2 endpoints: win-dc-01, win-print-01", "plan", "-out=plan", "-input=false", accept, limit)
	s.untag(t, "100202")
	w.exits(1, "Too many endpoints", "apply", "-input=false", "plan")
	s.expectDeployments(t, "Owned: canary", "Owned: rest")
}
