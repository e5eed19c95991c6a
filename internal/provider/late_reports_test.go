// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// lateTenant returns a tenant whose endpoints take longer than an action is open, and report for
// some time after that.
func lateTenant(t *testing.T, late time.Duration) (*tenant, map[string]any) {
	t.Helper()
	builtin, err := fleet.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	config := tagging()
	pack := builtin.Package("", "Custom Tagging - Add Tags")
	length := 11 * time.Minute
	pack.Execute = fleet.Span{Min: length, Max: length}
	return newTenant(t, simulator.Options{Fleet: builtin, Unknowns: world.Unknowns{LateReports: late}}), config
}

// TestLateReports checks that an apply waits for endpoints that report after the action is closed.
func TestLateReports(t *testing.T) {
	t.Parallel()
	s, config := lateTenant(t, 100*time.Second)
	session := newSession(t, s, s)
	state, diagnostics := session.apply(t.Context(), config, nil)
	if len(diagnostics) > 0 || session.attribute(state, "succeeded") != `tftypes.Bool<"true">` ||
		session.attribute(state, "status") != `tftypes.String<"CLOSED">` {
		t.Errorf("%s %s\n%s", session.attribute(state, "status"), session.attribute(state, "succeeded"),
			describe(diagnostics))
	}
	if deployed := s.Stats().Deployments; deployed != 1 {
		t.Errorf("%d deployments", deployed)
	}
}

// TestLaterReports checks that a refresh reads an action on of which half a result was kept, judges
// it again when endpoints have reported, and then sends nothing.
func TestLaterReports(t *testing.T) {
	t.Parallel()
	s, config := lateTenant(t, 10*time.Minute)
	config["on_failure"] = "warn"
	config["schedule"] = map[string]any{"distribute_seconds": 240} // some report after the wait
	session := newSession(t, s, s)
	state, diagnostics := session.apply(t.Context(), config, nil)
	if session.attribute(state, "succeeded") != `tftypes.Bool<"false">` ||
		!strings.Contains(describe(diagnostics), "did not finish") {
		t.Fatal(session.attribute(state, "results"), describe(diagnostics))
	}
	s.Advance(20 * time.Minute)
	for i, want := range []int{1, 0} {
		before := s.Stats().Requests
		state = session.refresh(state)
		if sent := s.Stats().Requests - before; session.attribute(state, "succeeded") != `tftypes.Bool<"true">` ||
			sent != want {
			t.Errorf("refresh %d: succeeded is %s after %d requests", i, session.attribute(state, "succeeded"), sent)
		}
	}
	if deployed := s.Stats().Deployments; deployed != 1 {
		t.Errorf("%d deployments", deployed)
	}
}

// TestPurgedReports checks that a refresh keeps what it knows of an action that Tanium has purged.
func TestPurgedReports(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	parts := []deployment.Part{{ScheduledActionID: "1", ActionID: "2", Status: gateway.ActionStatusClosed,
		Results: gateway.ActionResults{Running: 1}}}
	read := refreshParts(t.Context(), s.client(t, simulator.DefaultToken), parts, deployment.Schedule{}, s.Now())
	if read.err != nil || !reflect.DeepEqual(read.parts, parts) || s.Stats().Requests == 0 {
		t.Errorf("%+v", read)
	}
}

// TestAccLateReports is TestLateReports with Terraform.
func TestAccLateReports(t *testing.T) {
	t.Parallel()
	s, _ := lateTenant(t, 100*time.Second)
	w := newAttachedWorkspace(t, s, fmt.Sprintf("resource \"tanium_action\" \"x\" {\n  package %s\n  targets {\n"+
		"    action_group = { name = \"All Computers\" }\n    %s\n  }\n}\n", block(blue), onPilots))
	w.exits(0, "1 added", "apply", "-input=false", "-auto-approve")
	w.exits(0, "No changes", "plan", "-input=false")
	if summary := w.summary(); summary != "88001 finished succeeded" || s.Stats().Deployments != 1 {
		t.Errorf("%s, %d deployments", summary, s.Stats().Deployments)
	}
}
