// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// windowsServers are targets that name no endpoint by ID.
func windowsServers() map[string]any {
	return map[string]any{
		"action_group":   map[string]any{"name": "All Computers"},
		"computer_group": map[string]any{"name": "All Windows Servers"},
	}
}

// reviewed reads a preview and returns its reviewed set, as a configuration has it.
func (s *session) reviewed(targets map[string]any, more map[string]any) map[string]any {
	s.t.Helper()
	config := map[string]any{"targets": targets}
	maps.Copy(config, more)
	values, said := s.lookUp("tanium_action_preview", config)
	if strings.Contains(said, "ERROR") {
		s.t.Fatal(said)
	}
	var fields, names map[string]tftypes.Value
	if err := values["reviewed"].As(&fields); err != nil {
		s.t.Fatal(err)
	}
	if err := fields["endpoints"].As(&names); err != nil {
		s.t.Fatal(err)
	}
	set, endpoints := map[string]any{}, map[string]any{}
	for id, name := range names {
		endpoints[id] = textIn(name)
	}
	for _, name := range []string{"counted_at", "source", "targets"} {
		set[name] = textIn(fields[name])
	}
	var count big.Float
	if err := fields["count"].As(&count); err != nil {
		s.t.Fatal(err)
	}
	number, _ := count.Int64()
	set["endpoints"], set["count"] = endpoints, int(number)
	set["complete"], set["truncated"] = isTrue(fields["complete"]), isTrue(fields["truncated"])
	return set
}

// endpointsIn returns the endpoints of a reviewed set, which may be changed.
func endpointsIn(set map[string]any) map[string]any {
	endpoints, _ := set["endpoints"].(map[string]any)
	return endpoints
}

// TestReviewed checks that a deployment reaches the reviewed endpoints alone, and that it names
// them.
func TestReviewed(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	var sent []string
	s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
		var request struct {
			Variables struct {
				Input struct {
					Targets struct{ Endpoints []string }
				}
			}
		}
		if strings.Contains(string(body), "actionPerform") && json.Unmarshal(body, &request) == nil {
			sent = request.Variables.Input.Targets.Endpoints
		}
		return false
	})
	session := newSession(t, s, s)
	set := session.reviewed(windowsServers(), nil)
	if set["count"] != 8 || len(endpointsIn(set)) != 8 {
		t.Fatal(set)
	}
	config := merged(map[string]any{
		"targets": windowsServers(), "guard": map[string]any{"reviewed": set}, "wait": unwaited(),
	})
	planned := session.planned(config, nil)
	for _, words := range []string{
		"The deployment names the reviewed endpoints by ID, so no other endpoint runs the action, such as one that is",
		"It is made only if all of them were reviewed in the plan.",
	} {
		if !strings.Contains(describe(planned.Diagnostics), words) {
			t.Errorf("it does not say %q: %s", words, describe(planned.Diagnostics))
		}
	}
	state, said := session.apply(t.Context(), config, nil)
	if len(said) > 0 {
		t.Fatal(describe(said))
	}
	ids := slices.Sorted(maps.Keys(endpointsIn(set)))
	if !slices.Equal(sent, ids) {
		t.Errorf("sent %v, want %v", sent, ids)
	}
	// A new count of the next plan changes nothing, even if nobody matches any more.
	again := maps.Clone(set)
	again["counted_at"], again["endpoints"], again["count"] = "2026-03-08T09:00:00Z", map[string]any{}, 0
	config["guard"] = map[string]any{"reviewed": again}
	session.unchanged(config, state)
	s.expectOneDeployment(t)
}

// TestReviewedAbsent checks that a plan names the reviewed endpoints that do not answer any more.
func TestReviewedAbsent(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	config := merged(map[string]any{"targets": windowsServers(), "wait": unwaited(),
		"guard": map[string]any{"reviewed": session.reviewed(windowsServers(), nil)}})
	const says = `does not reach 2 of 8 reviewed endpoints: `
	if said := describe(session.planned(config, nil).Diagnostics); strings.Contains(said, "reviewed endpoints: ") {
		t.Errorf("all answer, and it says %s", said)
	}
	s.online(t, false, "100201", "100209")
	session.configure()
	said := describe(session.planned(config, nil).Diagnostics)
	if !strings.Contains(said, says+"win-dc-01 (100201), win-print-01 (100209)") {
		t.Errorf("it says %s", said)
	}
}

// TestReviewedRefused checks which deployments a reviewed set refuses, in the plan of a resource
// and in an invocation.
func TestReviewedRefused(t *testing.T) {
	t.Parallel()
	without := func(set map[string]any, id string) map[string]any {
		endpoints := maps.Clone(endpointsIn(set))
		delete(endpoints, id)
		return map[string]any{"endpoints": endpoints, "count": len(endpoints)}
	}
	for name, c := range map[string]struct {
		changes func(set map[string]any) map[string]any
		targets map[string]any
		guard   map[string]any
		says    string
	}{
		"one endpoint more": {
			changes: func(set map[string]any) map[string]any { return without(set, "100205") },
			says: "guard.reviewed: The deployment would reach 8 endpoints. These were not reviewed: win-web-02 " +
				"(100205). The reviewed set has 7 endpoints, counted at 2026-03-07T09:00:00Z, and max_growth_percent " +
				"allows no other.",
		},
		"more than the growth": {
			changes: func(set map[string]any) map[string]any { return without(set, "100205") },
			guard:   map[string]any{"max_growth_percent": 14.0},
			says:    "max_growth_percent allows no other",
		},
		"empty": {
			changes: func(map[string]any) map[string]any {
				return map[string]any{"endpoints": map[string]any{}, "count": 0}
			},
			says: "ERROR Reviewed set is empty: guard.reviewed: The count of 2026-03-07T09:00:00Z found no endpoint",
		},
		"cut": {
			changes: func(map[string]any) map[string]any { return map[string]any{"truncated": true} },
			says:    "ERROR Reviewed set is not whole: guard.reviewed:",
		},
		"incomplete": {
			changes: func(map[string]any) map[string]any { return map[string]any{"complete": false} },
			says:    "ERROR Reviewed set was not counted to the end: guard.reviewed:",
		},
		"of other targets": {
			changes: func(map[string]any) map[string]any { return nil },
			targets: map[string]any{
				"action_group": map[string]any{"name": "All Computers"}, "endpoint_ids": []any{"100201"},
			},
			says: "ERROR Reviewed set is of other targets: guard.reviewed:",
		},
		"growth of nothing": {
			changes: func(map[string]any) map[string]any { return nil },
			guard:   map[string]any{"reviewed": nil, "max_growth_percent": 5.0},
			says:    "ERROR Growth of nothing: guard.max_growth_percent:",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newSession(t, s, s)
			set := session.reviewed(windowsServers(), nil)
			maps.Copy(set, c.changes(set))
			guard := map[string]any{"reviewed": set}
			maps.Copy(guard, c.guard)
			config := merged(map[string]any{"targets": windowsServers(), "guard": guard})
			if c.targets != nil {
				config["targets"] = c.targets
			}
			if said := describe(session.planned(config, nil).Diagnostics); !strings.Contains(said, c.says) {
				t.Errorf("the plan says %s", said)
			}
			invoked := newActionSession(t, s, s, simulator.DefaultToken)
			if _, said := invoked.invoke(t.Context(), deployType, config); !strings.Contains(describe(said), c.says) {
				t.Errorf("the invocation says %s", describe(said))
			}
			if stats := s.Stats(); stats.Deployments != 0 {
				t.Errorf("%d deployments", stats.Deployments)
			}
		})
	}
}

// TestReviewedBeforeDeployment checks that an endpoint that comes online between the plan and the
// deployment fails the apply by name, before anything is sent.
func TestReviewedBeforeDeployment(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	s.online(t, false, "100205")
	applying, searches := false, 0
	s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
		if applying && strings.Contains(string(body), "ListScheduledActions") {
			if searches++; searches == 2 { // the first one is the plan's
				s.online(t, true, "100205")
				s.Advance(2 * time.Second) // a count is kept for a second
			}
		}
		return false
	})
	session := newSession(t, s, s)
	config := merged(map[string]any{
		"targets": windowsServers(), "wait": unwaited(),
		"guard": map[string]any{"reviewed": session.reviewed(windowsServers(), nil)},
	})
	if said := session.planned(config, nil).Diagnostics; hasError(said) {
		t.Fatal(describe(said))
	}
	applying = true
	_, said := session.apply(t.Context(), config, nil)
	const says = "ERROR Endpoints were not reviewed: guard.reviewed: The deployment would reach 8 endpoints. " +
		"These were not reviewed: win-web-02 (100205)."
	if !strings.Contains(describe(said), says) {
		t.Errorf("the apply says %s", describe(said))
	}
	if stats := s.Stats(); stats.Operations["actionPerform"] != 0 {
		t.Errorf("%d requests to deploy", stats.Operations["actionPerform"])
	}
}

// TestReviewedGrows checks that growth within the limit is deployed, and that the deployment does
// not name the endpoints then.
func TestReviewedGrows(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	set := session.reviewed(windowsServers(), nil)
	delete(endpointsIn(set), "100205")
	set["count"] = len(endpointsIn(set))
	config := merged(map[string]any{
		"targets": windowsServers(), "wait": unwaited(),
		"guard": map[string]any{"reviewed": set, "max_growth_percent": 15.0},
	})
	if said := describe(session.planned(config, nil).Diagnostics); !strings.Contains(said, "apart from 15 % more") {
		t.Errorf("the plan says %s", said)
	}
	state, said := session.apply(t.Context(), config, nil)
	if len(said) > 0 || session.attribute(state, "targeted_endpoint_count") != `tftypes.Number<"8">` {
		t.Errorf("%s: %s", session.attribute(state, "targeted_endpoint_count"), describe(said))
	}
	s.expectOneDeployment(t)
}

// TestPreviewCut checks that a preview tells when it does not name every endpoint.
func TestPreviewCut(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	set := session.reviewed(windowsServers(), map[string]any{"max_results": 3})
	if set["count"] != 8 || set["truncated"] != true || len(endpointsIn(set)) != 3 {
		t.Errorf("%v", set)
	}
	_, said := session.lookUp("tanium_action_preview", map[string]any{"targets": map[string]any{
		"action_group": map[string]any{"name": "All Computer"},
	}})
	if !strings.Contains(said, `Did you mean "All Computers" or`) {
		t.Error(said)
	}
}
