// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestNeverIssued checks that a wait for an approved action that Tanium does not issue ends with
// both causes in words, and that the next apply resumes it.
func TestNeverIssued(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{Unknowns: world.Unknowns{NeverIssued: true}})
	session, config := newSession(t, s, s), tagging()
	config["timeouts"] = map[string]any{"create": "200ms"}
	state, said := session.apply(t.Context(), config, nil)
	expectWords(t, said, "ERROR ", "scheduled action 88001", "the files of the package")
	if deployed := s.Stats().Deployments; deployed != 1 {
		t.Errorf("%d deployments", deployed)
	}
	if planned := session.planned(config, session.refresh(state)); hasError(planned.Diagnostics) {
		t.Error(describe(planned.Diagnostics))
	}
}

// TestLockedEndpoint checks that the error names an endpoint with an action lock, which answers and
// reports nothing.
func TestLockedEndpoint(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../simulator/fleet/builtin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const name = "name: win-dc-01,"
	machines, err := fleet.Load("locked.yaml", strings.NewReader(strings.Replace(string(text), name,
		name+" locked: true,", 1)))
	if err != nil {
		t.Fatal(err)
	}
	s := newTenant(t, simulator.Options{Fleet: machines})
	_, said := newRemediation(t, s, s).apply(t.Context(), untagged(nil), nil)
	expectWords(t, said, "ERROR 1 endpoint still out of compliance", "1 endpoint: win-dc-01.",
		"reports nothing of the action, although it answers")
}

// TestApproveAgain checks that an approval which is not needed is tolerated, whether Tanium refuses
// it or accepts it without effect.
func TestApproveAgain(t *testing.T) {
	t.Parallel()
	for _, accepts := range []bool{true, false} {
		s := newTenant(t, simulator.Options{Unknowns: world.Unknowns{ApproveAgain: accepts}, RequireApproval: true})
		name := "Tag"
		group, pack := "All Computers", "Custom Tagging - Add Tags"
		s.schedule(t, simulator.DefaultToken, gateway.ActionPerformInput{
			Name: &name, Package: &gateway.PackageRefInput{Name: &pack, Params: []string{"Blue"}},
			Targets: gateway.ActionTargetsInput{ActionGroup: &gateway.ActionActionGroupInput{Name: &group}},
		})
		client := s.client(t, "token-approver")
		for range 2 {
			done, err := deployment.Approve(t.Context(), client, s, "88001")
			if err != nil || done.Failed != nil || !done.Found {
				t.Errorf("accepts %v: %+v, %v", accepts, done, err)
			}
			s.Advance(time.Minute)
		}
	}
}
