// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestExactlyOnce checks that each failure of the answer to a deployment leaves either the
// deployment in the state, or an error with the marker and no deployment, and that the next apply
// deploys at most once in total.
func TestExactlyOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault simulator.Fault
		done  int    // deployments after the first apply
		says  string // empty for success
	}{
		"dropped before": {fault: simulator.Fault{Kind: simulator.DropBefore},
			says: "its comment has the marker tf"},
		"dropped after": {fault: simulator.Fault{Kind: simulator.DropAfter}, done: 1},
		"502, not done": {fault: simulator.Fault{Kind: simulator.Status, Code: 502},
			says: "found no deployment so far"},
		"502, done":     {fault: simulator.Fault{Kind: simulator.Status, Code: 502, Effect: true}, done: 1},
		"503, not done": {fault: simulator.Fault{Kind: simulator.Status, Code: 503}, says: "marker tf"},
		"503, done":     {fault: simulator.Fault{Kind: simulator.Status, Code: 503, Effect: true}, done: 1},
		"504, not done": {fault: simulator.Fault{Kind: simulator.Status, Code: 504}, says: "marker tf"},
		"504, done":     {fault: simulator.Fault{Kind: simulator.Status, Code: 504, Effect: true}, done: 1},
		"timed out, not done": {fault: simulator.Fault{
			Field:    "actionPerform",
			Kind:     simulator.SystemError,
			TimedOut: true,
		}, says: "marker tf"},
		"timed out, done": {fault: simulator.Fault{
			Field:    "actionPerform",
			Kind:     simulator.SystemError,
			TimedOut: true,
			Effect:   true,
		}, done: 1},
		"half an answer": {fault: simulator.Fault{Kind: simulator.Truncate}, done: 1},
		"HTML, not done": {fault: simulator.Fault{Kind: simulator.Garbage}, says: "marker tf"},
		"HTML, done":     {fault: simulator.Fault{Kind: simulator.Garbage, Effect: true}, done: 1},
		"a refusal": {fault: simulator.Fault{
			Kind:    simulator.GraphQLError,
			Message: "missing required permissions",
		}, says: "Nothing was deployed"},
		"an error in the answer": {fault: simulator.Fault{
			Kind:    simulator.GraphQLError,
			Message: "cannot read lastAction",
			Effect:  true,
		}, done: 1},
		"a failure, done": {fault: simulator.Fault{
			Field:  "actionPerform",
			Kind:   simulator.SystemError,
			Effect: true,
		}, done: 1},
		"a failure": {fault: simulator.Fault{
			Field:     "actionPerform",
			Kind:      simulator.SystemError,
			Retryable: true,
		}, says: "Nothing was deployed"},
		"a redirect": {
			fault: simulator.Fault{Kind: simulator.Redirect, Location: "http://127.0.0.1:1/"}},
		"too many requests": {fault: simulator.Fault{Kind: simulator.Status, Code: 429},
			says: "Nothing was deployed"},
		"a token that just expired": {fault: simulator.Fault{Kind: simulator.Status, Code: 401},
			says: "Nothing was deployed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			c.fault.Field = "actionPerform"
			if err := s.Fail(c.fault); err != nil {
				t.Fatal(err)
			}
			session := newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), tagging(), nil)
			if stats := s.Stats(); stats.Deployments != c.done || stats.Operations["actionPerform"] != 1 {
				t.Errorf("%d deployments of %d requests", stats.Deployments, stats.Operations["actionPerform"])
			}
			if c.done == 1 {
				if hasError(diagnostics) || session.attribute(state, "succeeded") != `tftypes.Bool<"true">` ||
					session.attribute(state, "id") != `tftypes.String<"88001">` {
					t.Errorf("%s", describe(diagnostics))
				}
				return
			}
			value, err := state.Unmarshal(session.kind())
			if err != nil || !value.IsNull() || !hasError(diagnostics) ||
				!strings.Contains(describe(diagnostics), c.says) {
				t.Errorf("%v, %s", err, describe(diagnostics))
			}
			again := newSession(t, s, s)
			if state, diagnostics = again.apply(t.Context(), tagging(), nil); len(diagnostics) > 0 ||
				again.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
				t.Errorf("again: %s", describe(diagnostics))
			}
			if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 1 {
				t.Errorf("again: %+v", stats)
			}
		})
	}
}

// TestDeploymentWithoutState checks that an apply finds an open deployment that is in no state.
func TestDeploymentWithoutState(t *testing.T) {
	t.Parallel()
	for choice, c := range map[string]struct {
		deployments int
		says        string
	}{
		"error": {deployments: 1,
			says: "Action is already deployed: The same deployment as the action \"Tag\" is open in Tanium: " +
				"action 6112010 of scheduled action 88001"}, "adopt": {deployments: 1}, "ignore": {deployments: 2},
	} {
		t.Run(choice, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			// the state is lost
			if _, diagnostics := newSession(t, s, s).apply(t.Context(), tagging(), nil); len(diagnostics) > 0 {
				t.Fatal(describe(diagnostics))
			}
			config := tagging()
			config["on_duplicate"] = choice
			session := newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), config, nil)
			if hasError(diagnostics) != (c.says != "") || !strings.Contains(describe(diagnostics), c.says) {
				t.Error(describe(diagnostics))
			}
			if stats := s.Stats(); stats.Deployments != c.deployments {
				t.Errorf("%d deployments", stats.Deployments)
			}
			if choice == "adopt" {
				if diagnostics := session.destroy(state); len(diagnostics) > 0 || s.Stats().OpenScheduledActions != 0 {
					t.Errorf("%s, %+v", describe(diagnostics), s.Stats())
				}
			}
		})
	}
}

// TestAdoptFailedWhileOpen checks that "adopt" does not take over a deployment that failed, also
// while Tanium keeps it open: it cancels the deployment and deploys again.
func TestAdoptFailedWhileOpen(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := tagging()
	config["on_duplicate"] = "adopt"
	config["targets"] = map[string]any{"action_group": map[string]any{"name": "All Computers"},
		"computer_group": map[string]any{"name": "All Windows Servers"}}
	for range 2 { // the state of the first is lost
		_, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil)
		if !strings.Contains(describe(diagnostics), "Of 8 endpoints, 1 failed") {
			t.Fatal(describe(diagnostics))
		}
	}
	_, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil)
	if !strings.Contains(describe(diagnostics), "WARNING Cancelled a failed duplicate of the deployment") {
		t.Error(describe(diagnostics))
	}
	if stats := s.Stats(); stats.Deployments != 3 || stats.OpenScheduledActions != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestIncompleteCount checks that a guard with an upper limit stops a deployment whose endpoints
// have not all answered: the count can be too low. That a criterion of the question is met does not
// suffice.
func TestIncompleteCount(t *testing.T) {
	t.Parallel()
	for _, info := range []string{`"success":false`, `"success":true,"respondedTotal":4,"expectedTotal":5`} {
		s := newTenant(t, simulator.Options{})
		s.intercept(t, func(w http.ResponseWriter, body []byte, _ forwardFunc) bool {
			if !bytes.Contains(body, []byte("endpoints(")) {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"data":{"endpoints":{"totalRecords":1,"collectionInfo":{%s,"active":true,`+
				`"startCursor":"1"},"pageInfo":{},"edges":[{"node":{"id":"100201","name":"a"}}]}}}`, info)
			return true
		})
		session := newSession(t, s, s)
		config := merged(map[string]any{"guard": map[string]any{"max_endpoints": 1}})
		said := describe(session.planned(config, nil).Diagnostics)
		const says = "ERROR Endpoints were not all counted: The deployment would reach at least 1 endpoint: a."
		if !strings.Contains(said, says) {
			t.Error(said)
		}
	}
}
