// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

const remediationType = "tanium_remediation"

// newRemediation returns a session of the resource tanium_remediation.
func newRemediation(t testing.TB, s *tenant, clock deployment.Clock) *session {
	t.Helper()
	session := newSession(t, s, clock)
	schemas, err := session.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	session.name, session.schema = remediationType, schemas.ResourceSchemas[remediationType]
	return session
}

// untagged declares that some Windows servers have a tag. The names are those of all but
// win-print-01, on which tagging fails.
func untagged(more map[string]any) map[string]any {
	config := map[string]any{
		"name":    "Blue",
		"package": map[string]any{"name": "Custom Tagging - Add Tags", "parameters": []any{"Blue"}},
		"targets": map[string]any{
			"action_group": map[string]any{"name": "All Computers"},
			"filter": map[string]any{"filters": []any{
				map[string]any{"sensor": map[string]any{"name": "Computer Name"}, "op": "STARTS_WITH", "value": "win-"},
				map[string]any{
					"sensor": map[string]any{"name": "Computer Name"}, "value": "win-print-01", "negated": true,
				},
				map[string]any{"sensor": map[string]any{"name": "Custom Tags"}, "value": "Blue", "negated": true},
			}},
		},
		"verify": map[string]any{"timeout": "3m"},
	}
	maps.Copy(config, more)
	return config
}

// everyone are the targets of untagged with win-print-01.
func everyone() map[string]any {
	return map[string]any{
		"action_group": map[string]any{"name": "All Computers"},
		"filter": map[string]any{"filters": []any{
			map[string]any{"sensor": map[string]any{"name": "Computer Name"}, "op": "STARTS_WITH", "value": "win-"},
			map[string]any{"sensor": map[string]any{"name": "Custom Tags"}, "value": "Blue", "negated": true},
		}},
	}
}

// expectWords fails unless diagnostics say a text.
func expectWords(t *testing.T, said []*tfprotov6.Diagnostic, words ...string) {
	t.Helper()
	for _, each := range words {
		if !strings.Contains(describe(said), each) {
			t.Errorf("nothing says %q: %s", each, describe(said))
		}
	}
}

// expectState fails unless a state has values.
func (s *session) expectState(state *tfprotov6.DynamicValue, want map[string]string) {
	s.t.Helper()
	for name, value := range want {
		if got := s.attribute(state, name); !strings.Contains(got, value) {
			s.t.Errorf("%s is %s, want %s", name, got, value)
		}
	}
}

// TestRemediation follows a declaration: endpoints are out of compliance, the apply deploys once
// and verifies, the next plan is empty, a machine falls out, the plan names it, and the next apply
// deploys to that one alone.
func TestRemediation(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session, config := newRemediation(t, s, s), untagged(nil)
	expectWords(t, session.planned(config, nil).Diagnostics,
		"WARNING 7 endpoints: win-dc-01, win-dc-02, win-file-01, win-web-01, win-web-02, win-sql-01, win-sql-02 are "+
			"out of compliance: These are online now.")
	state, said := session.apply(t.Context(), config, nil)
	if len(said) > 0 {
		t.Fatal(describe(said))
	}
	session.expectState(state, map[string]string{
		"compliant": "true", "remaining_count": `"0"`, "targeted_endpoint_count": `"7"`, "unverified_count": `"0"`,
	})
	s.Advance(time.Hour)
	state = session.refresh(state)
	session.unchanged(config, state)

	lost := world.Change{ID: "100204", Sensors: map[string]fleet.Rows{"Custom Tags": {{"Green"}}}}
	if err := s.Disturb([]world.Change{lost}); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Minute)
	state = session.refresh(state)
	session.expectState(state, map[string]string{
		"compliant": "false", "remaining_count": `"1"`, "remaining": "win-web-01", "remaining_truncated": "false",
	})
	planned := session.planned(config, state)
	expectWords(t, planned.Diagnostics, "WARNING 1 endpoint: win-web-01 is out of compliance:")
	if len(planned.RequiresReplace) > 0 {
		t.Errorf("replaces %v", planned.RequiresReplace)
	}
	session.configure() // another command
	if state, said = session.apply(t.Context(), config, state); len(said) > 0 {
		t.Fatal(describe(said))
	}
	if served := s.served(); len(served) != 1 || served[0] != "100204" {
		t.Errorf("served %v", served)
	}
	session.expectState(state, map[string]string{"compliant": "true", "targeted_endpoint_count": `"1"`})
	if deployed := s.Stats().Deployments; deployed != 2 {
		t.Errorf("%d deployments", deployed)
	}
	if said := session.destroy(state); hasError(said) {
		t.Error(describe(said))
	}
}

// TestRemediationCompliant checks that a compliant fleet has no deployment, with an empty plan
// afterwards.
func TestRemediationCompliant(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newRemediation(t, s, s)
	config := untagged(map[string]any{"targets": map[string]any{
		"action_group": map[string]any{"name": "All Computers"},
		"filter":       map[string]any{"sensor": map[string]any{"name": "Custom Tags"}, "value": "Nobody has it"},
	}})
	if said := session.planned(config, nil).Diagnostics; len(said) > 0 {
		t.Error(describe(said))
	}
	state, said := session.apply(t.Context(), config, nil)
	if len(said) > 0 || s.Stats().Operations["actionPerform"] != 0 {
		t.Fatal(describe(said))
	}
	session.expectState(state, map[string]string{
		"compliant": "true", "remaining_count": `"0"`, "targeted_endpoint_count": "null", "marker": "null",
	})
	session.unchanged(config, session.refresh(state))
}

// TestRemediationFails checks that the count decides: an endpoint that still matches fails the
// apply with its log, and the next apply deploys to that one alone, also if the action failed on
// it.
func TestRemediationFails(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session, config := newRemediation(t, s, s), untagged(map[string]any{"targets": everyone()})
	state, said := session.apply(t.Context(), config, nil)
	expectWords(t, said, `ERROR 1 endpoint still out of compliance: the action "Blue": Action 6112010 of scheduled `+
		`action 88001 has run, and these still match targets after 3m0s: 1 endpoint: win-print-01.`,
		"win-print-01 (100209): Failed.", "WshShell.RegWrite: Access is denied.")
	session.expectState(state, map[string]string{"compliant": "false", "remaining": "win-print-01"})
	expectWords(t, session.planned(config, state).Diagnostics, "WARNING 1 endpoint: win-print-01 is out of compliance:")
	s.Advance(time.Hour)
	session.configure()
	if state, said = session.apply(t.Context(), config, session.refresh(state)); !hasError(said) {
		t.Error("nothing failed")
	}
	if served := s.served(); len(served) != 1 || served[0] != "100209" {
		t.Errorf("served %v", served)
	}
	for name, accept := range map[string]map[string]any{
		"remaining": {"remaining": 1}, "percent": {"remaining_percent": 100.0},
	} {
		config["accept"] = accept
		if after, said := session.apply(t.Context(), config, session.refresh(state)); hasError(said) {
			t.Errorf("%s: %s", name, describe(said))
		} else {
			session.expectState(after, map[string]string{"compliant": "true", "remaining_count": `"1"`})
		}
	}
	if deployed := s.Stats().Deployments; deployed != 2 {
		t.Errorf("%d deployments", deployed)
	}
}

// disconnectAtDeployment takes endpoints offline when the first deployment is sent, after they were
// counted.
func (s *tenant) disconnectAtDeployment(t *testing.T, ids ...string) {
	t.Helper()
	var once sync.Once
	s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
		if strings.Contains(string(body), "mutation PerformAction") {
			once.Do(func() { s.online(t, false, ids...) })
		}
		return false
	})
}

// TestRemediationUnverified checks that an endpoint that the action was sent to and that does not
// answer afterwards fails the apply, unless that is accepted.
func TestRemediationUnverified(t *testing.T) {
	t.Parallel()
	for name, accepts := range map[string]bool{"refused": false, "accepted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			s.disconnectAtDeployment(t, "100201")
			session := newRemediation(t, s, s)
			config := untagged(map[string]any{"accept": map[string]any{"unverified": accepts}})
			state, said := session.apply(t.Context(), config, nil)
			expectWords(t, said, `1 endpoint not verified: the action "Blue"`, "1 endpoint: win-dc-01. All others are.")
			if hasError(said) == accepts {
				t.Error(describe(said))
			}
			session.expectState(state, map[string]string{"unverified_count": `"1"`, "remaining_count": `"0"`})
		})
	}
}

// TestRemediationGuard checks that the guard and the limits hold, in plan and before the
// deployment.
func TestRemediationGuard(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newRemediation(t, s, s)
	config := untagged(map[string]any{"guard": map[string]any{"max_endpoints": 6}})
	expectWords(t, session.planned(config, nil).Diagnostics, "ERROR Too many endpoints: guard.max_endpoints:")
	limited, _ := limitSession(t, s, map[string]any{"max_endpoints": 6})
	limited.name, limited.schema = session.name, session.schema
	expectWords(t, limited.planned(untagged(nil), nil).Diagnostics, "ERROR Limit of the organisation: too many "+
		"endpoints:")
	if s.Stats().Operations["actionPerform"] != 0 {
		t.Error("deployed")
	}
}

// TestRemediationInterrupted checks that a run that was interrupted in the action or in the
// verification is resumed, and that nothing is deployed twice.
func TestRemediationInterrupted(t *testing.T) {
	t.Parallel()
	for name, waits := range map[string]int{"in the action": 1, "in the verification": 400} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			targets := untagged(nil)["targets"]
			if waits > 1 {
				targets = everyone() // the verification does not end by itself
			}
			config := untagged(map[string]any{"targets": targets, "verify": map[string]any{"timeout": "10h"}})
			session := newRemediation(t, s, &interruption{tenant: s, left: waits, stop: stop})
			state, said := session.apply(ctx, config, nil)
			if hasError(said) || len(said) != 1 {
				t.Fatal(describe(said))
			}
			session.expectState(state, map[string]string{"compliant": "false"})
			private := session.private
			session = newRemediation(t, s, s)
			session.private = private
			expectWords(t, session.plannedWith(config, state).Diagnostics, "WARNING Remediation is not finished: "+
				"scheduled action 88001")
			config["verify"] = map[string]any{"timeout": "1m"}
			config["accept"] = map[string]any{"remaining": 1}
			if state, said = session.apply(t.Context(), config, session.refresh(state)); hasError(said) {
				t.Error(describe(said))
			}
			session.expectState(state, map[string]string{"compliant": "true"})
			if deployed := s.Stats().Deployments; deployed != 1 {
				t.Errorf("%d deployments", deployed)
			}
		})
	}
}

// TestRemediationHalted checks that a run that somebody stopped is not made again by itself.
func TestRemediationHalted(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	session := newRemediation(t, s, &interruption{tenant: s, left: 1, stop: stop})
	config := untagged(map[string]any{"targets": everyone()})
	state, _ := session.apply(ctx, config, nil)
	s.cancel(t, "88001")
	private := session.private
	session = newRemediation(t, s, s)
	session.private = private
	state, said := session.apply(t.Context(), config, session.refresh(state))
	expectWords(t, said, "still out of compliance", "The action was stopped or deleted in Tanium.")
	state = session.refresh(state)
	expectWords(t, session.plannedWith(config, state).Diagnostics, "WARNING Apply will fail: the action ",
		"was stopped or deleted in Tanium")
	state, said = session.apply(t.Context(), config, state)
	expectWords(t, said, "ERROR Stopped or deleted in Tanium: the action")
	if deployed := s.Stats().Deployments; deployed != 1 {
		t.Errorf("%d deployments", deployed)
	}
	session.configure()
	config["triggers"] = map[string]any{"again": "yes"}
	_, said = session.apply(t.Context(), config, state)
	expectWords(t, said, "still out of compliance")
	if deployed := s.Stats().Deployments; deployed != 2 {
		t.Errorf("%d deployments after the triggers", deployed)
	}
}

// TestRemediationChanges checks that a change of the declaration is an update in place that cancels
// what is open.
func TestRemediationChanges(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session, config := newRemediation(t, s, s), untagged(nil)
	state, said := session.apply(t.Context(), config, nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	config = untagged(map[string]any{"name": "Green", "comment": "x",
		"package": map[string]any{"name": "Custom Tagging - Add Tags", "parameters": []any{"Green"}},
		"targets": map[string]any{
			"action_group": map[string]any{"name": "All Computers"},
			"filter": map[string]any{"filters": []any{
				map[string]any{"sensor": map[string]any{"name": "Computer Name"}, "value": "win-dc-01"},
				map[string]any{"sensor": map[string]any{"name": "Custom Tags"}, "value": "Green", "negated": true},
			}},
		},
	})
	planned := session.planned(config, state)
	expectWords(t, planned.Diagnostics, "WARNING 1 endpoint: win-dc-01 is out of compliance:")
	if len(planned.RequiresReplace) > 0 {
		t.Errorf("replaces %v", planned.RequiresReplace)
	}
	if state, said = session.apply(t.Context(), config, state); hasError(said) {
		t.Fatal(describe(said))
	}
	session.expectState(state, map[string]string{"compliant": "true", "targeted_endpoint_count": `"1"`})
	if stats := s.Stats(); stats.Deployments != 2 || stats.OpenScheduledActions != 1 {
		t.Errorf("%d deployments, %d open", stats.Deployments, stats.OpenScheduledActions)
	}
}

// TestRemediationNotCounted checks that a refresh whose count fails or is incomplete keeps the last
// one, and says so.
func TestRemediationNotCounted(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	broken := ""
	s.intercept(t, func(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
		if broken == "" || !strings.Contains(string(body), `"operationName":"Endpoints"`) {
			return false
		}
		if broken == "fails" {
			http.Error(w, "no", http.StatusForbidden)
			return true
		}
		answer := forward()
		text := strings.ReplaceAll(answer.Body.String(), `"success":true`, `"success":false`)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(text))
		return true
	})
	session, config := newRemediation(t, s, s), untagged(nil)
	state, said := session.apply(t.Context(), config, nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	for _, how := range []string{"fails", "incomplete"} {
		broken = how
		s.Advance(time.Hour)
		read, err := session.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: session.name, CurrentState: state, Private: session.private,
		})
		if err != nil {
			t.Fatal(err)
		}
		expectWords(t, read.Diagnostics, "WARNING Compliance is not known", "The state keeps the last count.")
		session.expectState(read.NewState, map[string]string{"compliant": "true", "remaining_count": `"0"`})
	}
}

// TestRemediationCounts checks that remediations with equal targets share a count, and that counts
// of others go together in one request.
func TestRemediationCounts(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newRemediation(t, s, s)
	const different, equal = 20, 4
	var states []*tfprotov6.DynamicValue
	for i := range different + equal {
		config := untagged(map[string]any{"targets": map[string]any{
			"action_group": map[string]any{"name": "All Computers"},
			"filter": map[string]any{
				"sensor": map[string]any{"name": "Custom Tags"}, "value": fmt.Sprintf("Nobody has %d", i%different),
			},
		}})
		state, said := session.apply(t.Context(), config, nil)
		if hasError(said) {
			t.Fatal(describe(said))
		}
		states = append(states, state)
	}
	s.batchWindow = 200 * time.Millisecond
	session = newRemediation(t, s, s)
	before, fields := s.Stats(), s.requests()
	var reads sync.WaitGroup
	for _, state := range states {
		reads.Go(func() { session.refresh(state) })
	}
	reads.Wait()
	after := s.Stats()
	if counts := after.Operations["endpoints"] - before.Operations["endpoints"]; counts != different {
		t.Errorf("%d counts", counts)
	}
	if sent := after.Requests - before.Requests; sent > 3 {
		t.Errorf("%d requests: %v", sent, fields())
	}
}

// TestRemediationLostAnswer checks that a deployment whose answer and state are lost is found, and
// made once.
func TestRemediationLostAnswer(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	session, config := newRemediation(t, s, &interruption{tenant: s, left: 1, stop: stop}), untagged(nil)
	if _, said := session.apply(ctx, config, nil); hasError(said) {
		t.Fatal(describe(said))
	}
	session = newRemediation(t, s, s) // the state is lost
	state, said := session.apply(t.Context(), config, nil)
	expectWords(t, said, "WARNING Took over an action that was already deployed")
	session.expectState(state, map[string]string{"compliant": "true"})
	s.expectOneDeployment(t)
}

// TestRemediationUnverifiedOfMany checks that endpoints that do not answer are named among more
// than a page of names, also if as many others came online since and ran the action, and that a
// later run does not forget them.
func TestRemediationUnverifiedOfMany(t *testing.T) {
	t.Parallel()
	small, err := builtinFleet()
	if err != nil {
		t.Fatal(err)
	}
	machines, err := small.Grow(300, 1)
	if err != nil {
		t.Fatal(err)
	}
	s := newTenant(t, simulator.Options{Fleet: machines})
	silent := []string{"100201", "100202"}
	s.disconnectAtDeployment(t, silent...) // others come online by themselves
	session := newRemediation(t, s, s)
	untaggedOnes := map[string]any{"sensor": map[string]any{"name": "Custom Tags"}, "value": "Blue", "negated": true}
	config := untagged(map[string]any{"targets": map[string]any{
		"action_group": map[string]any{"name": "All Computers"}, "filter": untaggedOnes,
	}})
	want := map[string]string{"compliant": "false", "unverified_count": `"2"`, "unverified": silent[1]}
	state, said := session.apply(t.Context(), config, nil)
	expectWords(t, said, "still out of compliance", "do not answer now", "win-dc-01, win-dc-02.")
	session.expectState(state, want)
	s.Advance(time.Hour)
	session.configure()
	if state, said = session.apply(t.Context(), config, session.refresh(state)); !hasError(said) {
		t.Error("the second run does not fail")
	}
	session.expectState(state, want)
	config["accept"] = map[string]any{"remaining": 300}
	session.configure()
	state, said = session.apply(t.Context(), config, session.refresh(state))
	expectWords(t, said, "ERROR 2 endpoints not verified", "win-dc-01, win-dc-02.")
	session.expectState(state, want)
	s.online(t, true, silent...)
	session.configure()
	state, said = session.apply(t.Context(), config, session.refresh(state))
	if hasError(said) {
		t.Error(describe(said))
	}
	session.expectState(state, map[string]string{"compliant": "true", "unverified_count": `"0"`})
}
