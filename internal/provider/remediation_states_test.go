// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestRemediationTwoStates checks remediations with the same arguments in two states. While the
// action of the first is open, the second takes it over; once all are remediated, it has nothing to
// do.
func TestRemediationTwoStates(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	hurried := untagged(map[string]any{"timeouts": map[string]any{"create": "1ms"}})
	first := newRemediation(t, s, s)
	if _, said := first.apply(t.Context(), hurried, nil); !hasError(said) {
		t.Fatal("the first does not time out")
	}
	second := newRemediation(t, s, s)
	state, said := second.apply(t.Context(), untagged(nil), nil)
	expectWords(t, said, "WARNING Took over an action that was already deployed", "or another resource with the same "+
		"arguments has it")
	second.expectState(state, map[string]string{"compliant": "true"})
	third := newRemediation(t, s, s)
	state, said = third.apply(t.Context(), untagged(nil), nil)
	if len(said) > 0 {
		t.Error(describe(said))
	}
	third.expectState(state, map[string]string{"compliant": "true", "marker": "null"})
	s.expectOneDeployment(t)
}

// TestRemediationTwice checks that a run does not deploy two remediations with the same arguments.
func TestRemediationTwice(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := untagged(map[string]any{"timeouts": map[string]any{"create": "1ms"}})
	session := newRemediation(t, s, s)
	if _, said := session.apply(t.Context(), config, nil); !hasError(said) {
		t.Fatal("the first does not time out")
	}
	session.private = nil
	_, said := session.apply(t.Context(), config, nil)
	expectWords(t, said, "ERROR ", "Remediations with the same arguments are the same deployment, and the action runs "+
		"once.", "different triggers")
	s.expectOneDeployment(t)
}

// TestRemediationUnknownTargets checks that the plan says that it cannot count, and that the apply
// does.
func TestRemediationUnknownTargets(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newRemediation(t, s, s)
	unknown := untagged(map[string]any{"targets": map[string]any{
		"action_group": map[string]any{"name": "All Computers"}, "filter": tftypes.UnknownValue,
	}})
	planned := session.planned(unknown, nil)
	expectWords(t, planned.Diagnostics, "WARNING Endpoints out of compliance are not known yet: The targets of the "+
		`action "Blue" depend on values that are known only after other changes are applied.`)
	if hasError(planned.Diagnostics) || s.Stats().Operations["endpoints"] > 0 {
		t.Errorf("%s, %v", describe(planned.Diagnostics), s.Stats().Operations)
	}
	state, said := session.apply(t.Context(), untagged(nil), nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	planned = session.planned(unknown, state)
	expectWords(t, planned.Diagnostics, "WARNING Endpoints out of compliance are not known yet")
	if len(planned.RequiresReplace) > 0 {
		t.Errorf("replaces %v", planned.RequiresReplace)
	}
}

// TestAccRemediationRenamed checks that a resource that is renamed without a moved block deploys
// nothing if nobody is out of compliance, and takes nothing over that the destroy cancels.
func TestAccRemediationRenamed(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	compliant := blueWith("accept { remaining = 1 }")
	w := newAttachedWorkspace(t, s, compliant)
	w.exits(0, "1 added", "apply", "-auto-approve", "-input=false")
	s.Advance(time.Minute)
	w.write("main.tf", s.config("%s", strings.ReplaceAll(compliant, `"blue" {`, `"renamed" {`)))
	w.exits(0, "1 added, 0 changed, 1 destroyed", "apply", "-auto-approve", "-input=false")
	w.exits(0, "No changes", "plan", "-detailed-exitcode", "-input=false")
	if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 0 {
		t.Errorf("%+v", stats)
	}
}

// TestRemediationFinishedRun checks that a remediation whose state is lost does not take over a run
// that is finished, although it is open: endpoints that fell out since do not run it again.
func TestRemediationFinishedRun(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	if _, said := newRemediation(t, s, s).apply(t.Context(), untagged(nil), nil); hasError(said) {
		t.Fatal(describe(said))
	}
	lost := world.Change{ID: "100204", Sensors: map[string]fleet.Rows{"Custom Tags": {{"Green"}}}}
	if err := s.Disturb([]world.Change{lost}); err != nil {
		t.Fatal(err)
	}
	session := newRemediation(t, s, s)
	state, said := session.apply(t.Context(), untagged(nil), nil)
	expectWords(t, said, "WARNING Cancelled an earlier run of the remediation: ", "scheduled action 88001")
	session.expectState(state, map[string]string{"compliant": "true", "targeted_endpoint_count": `"1"`})
	if stats := s.Stats(); stats.Deployments != 2 || stats.OpenScheduledActions != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestRemediationPercent checks that accept.remaining_percent is of the endpoints of the
// declaration: after a change, the endpoints of an earlier action do not count.
func TestRemediationPercent(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newRemediation(t, s, s)
	config := untagged(map[string]any{"accept": map[string]any{"remaining_percent": 50.0}})
	state, said := session.apply(t.Context(), config, nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	s.Advance(time.Hour) // the action is over
	session.configure()
	config["package"] = map[string]any{"name": "Custom Tagging - Add Tags", "parameters": []any{"Green"}}
	config["targets"] = map[string]any{
		"action_group": map[string]any{"name": "All Computers"},
		"filter": map[string]any{"filters": []any{
			map[string]any{"sensor": map[string]any{"name": "Computer Name"}, "op": "STARTS_WITH", "value": "win-dc-"},
			map[string]any{"sensor": map[string]any{"name": "Custom Tags"}, "value": "Green", "negated": true},
		}},
	}
	if state, said = session.apply(t.Context(), config, session.refresh(state)); hasError(said) {
		t.Error(describe(said))
	}
	session.expectState(state, map[string]string{
		"compliant": "true", "remaining_count": `"0"`, "targeted_endpoint_count": `"2"`,
	})
}

// TestRemediationAtLeast checks that a refresh takes an incomplete count of endpoints that match:
// at least these are out of compliance.
func TestRemediationAtLeast(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	incomplete := false
	s.intercept(t, func(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
		if !incomplete || !strings.Contains(string(body), `"operationName":"Endpoints"`) {
			return false
		}
		text := strings.ReplaceAll(forward().Body.String(), `"success":true`, `"success":false`)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(text))
		return true
	})
	session := newRemediation(t, s, s)
	state, said := session.apply(t.Context(), untagged(nil), nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	lost := world.Change{ID: "100204", Sensors: map[string]fleet.Rows{"Custom Tags": {{"Green"}}}}
	if err := s.Disturb([]world.Change{lost}); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Hour)
	incomplete = true
	session.expectState(session.refresh(state), map[string]string{"compliant": "false", "remaining": "win-web-01"})
}

// TestRemediationDeletedLater checks that somebody who deletes the scheduled action of a run that
// is over does not stop the remediation.
func TestRemediationDeletedLater(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newRemediation(t, s, s)
	state, said := session.apply(t.Context(), untagged(nil), nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	s.Advance(time.Hour)
	s.cancel(t, "88001")
	lost := world.Change{ID: "100204", Sensors: map[string]fleet.Rows{"Custom Tags": {{"Green"}}}}
	if err := s.Disturb([]world.Change{lost}); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Minute)
	session.configure()
	if state, said = session.apply(t.Context(), untagged(nil), session.refresh(state)); hasError(said) {
		t.Error(describe(said))
	}
	session.expectState(state, map[string]string{"compliant": "true", "targeted_endpoint_count": `"1"`})
}

// TestRemediationReachesNobody checks that an action group without computer groups is no
// compliance.
func TestRemediationReachesNobody(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	empty := true
	s.intercept(t, func(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
		if !empty || !strings.Contains(string(body), "actionGroup") || strings.Contains(string(body), "mutation") {
			return false
		}
		groups := regexp.MustCompile(`"computerGroups":\[[^]]*\]`)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(groups.ReplaceAll(forward().Body.Bytes(), []byte(`"computerGroups":[]`)))
		return true
	})
	session := newRemediation(t, s, s)
	_, said := session.apply(t.Context(), untagged(nil), nil)
	expectWords(t, said, `ERROR Compliance is not known: The action group "All Computers" of the action "Blue" has no `+
		"computer group, so it reaches no endpoint. Nothing was deployed.")
	if s.Stats().Operations["actionPerform"] > 0 {
		t.Error("deployed")
	}
}

// TestRemediationFresh checks that each count of an apply before its deployment asks for readings
// of the last minute: on an old one, an endpoint that is remediated would run the action again.
func TestRemediationFresh(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	var mutex sync.Mutex
	var counts []string
	s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
		mutex.Lock()
		defer mutex.Unlock()
		if text := string(body); strings.Contains(text, "mutation PerformAction") {
			counts = append(counts, "deploys")
		} else if strings.Contains(text, `"operationName":"Endpoints"`) {
			counts = append(counts, regexp.MustCompile(`"maxAge":\d+`).FindString(text))
		}
		return false
	})
	session := newRemediation(t, s, s)
	if _, said := session.apply(t.Context(), untagged(nil), nil); hasError(said) {
		t.Fatal(describe(said))
	}
	at := slices.Index(counts, "deploys")
	if at < 2 || slices.ContainsFunc(counts[1:at], func(count string) bool { return count != `"maxAge":60` }) {
		t.Errorf("the plan, the apply: %q", counts)
	}
}
