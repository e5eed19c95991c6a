// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// blueEverywhere declares that the Windows endpoints have a tag. Tagging fails on win-print-01.
const blueEverywhere = `
resource "tanium_remediation" "blue" {
  name = "Blue"
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
    filter = { filters = [
      { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" },
      { sensor = { name = "Custom Tags" }, value = "Blue", negated = true },
    ] }
  }
  verify { timeout = "1m" }
  %s
}
`

// TestAccRemediation checks with Terraform itself that a fleet that falls out of compliance has a
// plan with exit code 2, that an apply remediates it, and that the plan after it is empty.
func TestAccRemediation(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, blueWith("accept { remaining = 1 }"))
	w.exits(2, "8 endpoints: win-dc-01", "plan", "-detailed-exitcode", "-input=false")
	w.exits(0, "1 added", "apply", "-auto-approve", "-input=false")
	w.exits(0, "No changes", "plan", "-detailed-exitcode", "-input=false")
	s.Advance(time.Hour)
	if err := s.Disturb([]world.Change{
		{ID: "100203", Sensors: map[string]fleet.Rows{"Custom Tags": {{"Green"}}}},
		{ID: "100204", Sensors: map[string]fleet.Rows{"Custom Tags": {{"Green"}}}},
	}); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Minute)
	w.exits(2, "0 to add, 1 to change, 0 to destroy", "plan", "-detailed-exitcode", "-input=false")
	w.exits(0, "1 changed", "apply", "-auto-approve", "-input=false")
	w.exits(0, "No changes", "plan", "-detailed-exitcode", "-input=false")
	if deployed := s.Stats().Deployments; deployed != 2 {
		t.Errorf("%d deployments", deployed)
	}
	w.run([]string{"destroy", "-auto-approve", "-input=false"})
	if open := s.Stats().OpenScheduledActions; open != 0 {
		t.Errorf("%d open", open)
	}
}

// TestAccRemediationFails checks that an apply whose endpoints remain fails, that Terraform taints
// the new resource, and that the next apply deploys to the one that remains alone.
func TestAccRemediationFails(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, blueWith(""))
	w.exits(1, "1 endpoint still out of compliance", "apply", "-auto-approve", "-input=false")
	s.Advance(time.Hour)
	w.exits(1, "1 endpoint still out of compliance", "apply", "-auto-approve", "-input=false")
	if served := s.served(); len(served) != 1 || served[0] != "100209" {
		t.Errorf("served %v", served)
	}
	w.write("main.tf", s.config("%s", blueWith("accept { remaining = 1 }")))
	w.exits(0, "", "apply", "-auto-approve", "-input=false")
	w.exits(0, "No changes", "plan", "-detailed-exitcode", "-input=false")
	if stats := s.Stats(); stats.Deployments != 2 {
		t.Errorf("%d deployments", stats.Deployments)
	}
}

// TestAccRemediationTainted checks that the replacement of a resource whose creation timed out
// takes over the action, waits for it and verifies it.
func TestAccRemediationTainted(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	slow := blueWith("accept { remaining = 1 }\n timeouts { create = \"1ms\" }")
	w := newAttachedWorkspace(t, s, slow)
	w.exits(1, "Its plan shows a replacement", "apply", "-auto-approve", "-input=false")
	w.exits(2, "Remediation is not finished: scheduled action 88001", "plan", "-detailed-exitcode", "-input=false")
	w.write("main.tf", s.config("%s", blueWith("accept { remaining = 1 }")))
	w.exits(0, "1 added, 0 changed, 1 destroyed", "apply", "-auto-approve", "-input=false")
	w.exits(0, "No changes", "plan", "-detailed-exitcode", "-input=false")
	if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestAccRemediationTaintedEnded checks the replacement of a resource whose creation timed out, if
// somebody stopped the action, and if the declaration changes.
func TestAccRemediationTaintedEnded(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, blueWith("timeouts { create = \"1ms\" }"))
	w.exits(1, "Its plan shows a replacement", "apply", "-auto-approve", "-input=false")
	s.cancel(t, "88001")
	w.exits(2, "was stopped or deleted in Tanium", "plan", "-detailed-exitcode", "-input=false")
	for range 2 {
		w.exits(1, "Stopped or deleted in Tanium: the action", "apply", "-auto-approve", "-input=false")
	}
	if stats := s.Stats(); stats.Deployments != 1 {
		t.Errorf("%+v", stats)
	}
	changed := blueWith("accept { remaining = 1 }\n triggers = { again = \"yes\" }")
	w.write("main.tf", s.config("%s", changed))
	w.exits(0, "1 added, 0 changed, 1 destroyed", "apply", "-auto-approve", "-input=false")
	if stats := s.Stats(); stats.Deployments != 2 || stats.OpenScheduledActions != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestAccRemediationUnverified checks that a remediation with an endpoint that does not answer its
// verification fails until the endpoint answers, or until that is accepted, whether the resource is
// tainted or not. Nothing is cancelled or deployed meanwhile.
func TestAccRemediationUnverified(t *testing.T) {
	t.Parallel()
	apply := []string{"apply", "-auto-approve", "-input=false"}
	const fails = `1 endpoint not verified: the action "Blue"`
	for name, c := range map[string]struct {
		// untaint updates the resource instead of replacing it. The endpoint comes back remediated
		// if fixed is true, and not at all if accept is.
		untaint, fixed, accept bool
		deployments            int
	}{
		"tainted":               {deployments: 2},
		"tainted, remediated":   {fixed: true, deployments: 1},
		"tainted, accepted":     {accept: true, deployments: 1},
		"untainted":             {untaint: true, deployments: 2},
		"untainted, remediated": {untaint: true, fixed: true, deployments: 1},
		"untainted, accepted":   {untaint: true, accept: true, deployments: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			s.disconnectAtDeployment(t, "100201")
			const most = "accept {\n    remaining = 1\n    unverified = %t\n  }"
			w := newAttachedWorkspace(t, s, blueWith(fmt.Sprintf(most, false)))
			w.exits(1, fails, apply...)
			if c.untaint {
				w.run([]string{"untaint", "tanium_remediation.blue"})
			}
			w.exits(0, "Remediation is not finished: scheduled action 88001", "plan", "-input=false")
			w.exits(1, fails, apply...)
			state := w.state().objects()["tanium_remediation.blue"].Attributes
			named, _ := state["unverified"].([]any)
			if state["compliant"] != false || len(named) != 1 {
				t.Errorf("the state has %v", state)
			}
			switch {
			case c.accept:
				w.write("main.tf", s.config("%s", blueWith(fmt.Sprintf(most, true))))
			case c.fixed:
				if err := s.Disturb([]world.Change{
					{ID: "100201", Sensors: map[string]fleet.Rows{"Custom Tags": {{"Blue"}}}},
				}); err != nil {
					t.Fatal(err)
				}
				s.online(t, true, "100201")
			default:
				s.online(t, true, "100201")
				w.exits(1, "2 endpoints still out of compliance", apply...) // its plan said that it only verifies
			}
			w.exits(0, "Apply complete!", apply...)
			w.exits(0, "No changes", "plan", "-input=false")
			if stats := s.Stats(); stats.Deployments != c.deployments {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestAccRemediationAcceptWithdrawn checks that endpoints that do not answer fail the apply that
// stops to accept them.
func TestAccRemediationAcceptWithdrawn(t *testing.T) {
	t.Parallel()
	apply := []string{"apply", "-auto-approve", "-input=false"}
	s := newTenant(t, simulator.Options{})
	s.disconnectAtDeployment(t, "100201")
	const most = "accept {\n    remaining = 1\n    unverified = %t\n  }"
	w := newAttachedWorkspace(t, s, blueWith(fmt.Sprintf(most, true)))
	w.exits(0, "1 added", apply...)
	w.write("main.tf", s.config("%s", blueWith(fmt.Sprintf(most, false))))
	for range 2 {
		w.exits(1, `1 endpoint not verified: the action "Blue"`, apply...)
	}
	if made := s.Stats().Deployments; made != 1 {
		t.Errorf("%d deployments", made)
	}
}

// TestAccRemediationUnverifiedAndFailed checks that an endpoint that does not answer is not
// forgotten if another one is still out of compliance: a later apply asks it, whether it deploys
// again or not, and whether the resource is tainted or not.
func TestAccRemediationUnverifiedAndFailed(t *testing.T) {
	t.Parallel()
	apply := []string{"apply", "-auto-approve", "-input=false"}
	const fails = `1 endpoint still out of compliance: the action "Blue"`
	const silent = `1 endpoint not verified: the action "Blue"`
	for name, c := range map[string]struct {
		untaint bool
		// again applies before the failed endpoint is fixed.
		again       bool
		deployments int
	}{
		"tainted":          {deployments: 1},
		"tainted, again":   {again: true, deployments: 2},
		"untainted":        {untaint: true, deployments: 1},
		"untainted, again": {untaint: true, again: true, deployments: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			s.disconnectAtDeployment(t, "100201")
			fix := func(id string) {
				if err := s.Disturb([]world.Change{
					{ID: id, Sensors: map[string]fleet.Rows{"Custom Tags": {{"Blue"}}}},
				}); err != nil {
					t.Fatal(err)
				}
			}
			w := newAttachedWorkspace(t, s, blueWith(""))
			applies := func() {
				if code, output := w.try(apply...); code != 1 || !strings.Contains(output, fails) ||
					!strings.Contains(output, "do not answer now, so nobody knows whether they are remediated: 1 "+
						"endpoint: win-dc-01.") {
					t.Errorf("exits with %d: %s", code, output)
				}
				state := w.state().objects()["tanium_remediation.blue"].Attributes
				if named, _ := state["unverified"].([]any); len(named) != 1 || state["compliant"] != false {
					t.Errorf("the state has %v", state)
				}
			}
			applies()
			if c.untaint {
				w.run([]string{"untaint", "tanium_remediation.blue"})
			}
			if c.again {
				s.Advance(time.Hour)
				applies()
			}
			fix("100209")
			w.exits(1, silent, apply...)
			w.exits(1, silent, apply...)
			fix("100201")
			s.online(t, true, "100201")
			w.exits(0, "Apply complete!", apply...)
			w.exits(0, "No changes", "plan", "-input=false")
			if stats := s.Stats(); stats.Deployments != c.deployments {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestAccRemediationNotVerified checks that a remediation whose verification fails is verified by
// the next apply, which deploys nothing, although no endpoint that answers matches.
func TestAccRemediationNotVerified(t *testing.T) {
	t.Parallel()
	apply := []string{"apply", "-auto-approve", "-input=false"}
	s := newTenant(t, simulator.Options{})
	var deployed, mended atomic.Bool
	s.intercept(t, func(w http.ResponseWriter, body []byte, _ forwardFunc) bool {
		if strings.Contains(string(body), "mutation PerformAction") {
			deployed.Store(true)
			s.online(t, false, "100201") // after the count
		}
		if deployed.Load() && !mended.Load() && strings.Contains(string(body), "endpoints(") {
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	})
	w := newAttachedWorkspace(t, s, blueWith("accept { remaining = 1 }"))
	w.exits(1, `Result is not verified: the action "Blue"`, apply...)
	mended.Store(true)
	w.exits(1, `1 endpoint not verified: the action "Blue"`, apply...)
	if stats := s.Stats(); stats.Deployments != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestAccRemediationImport checks that an import is refused in words.
func TestAccRemediationImport(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, blueWith(""))
	w.exits(1, "A remediation cannot be imported", "import", "-input=false", "tanium_remediation.blue", "1")
}

// blueWith returns the configuration with more arguments.
func blueWith(more string) string { return fmt.Sprintf(blueEverywhere, more) }
