// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestCancelMissing checks what a cancellation says of a scheduled action that Tanium does not
// show: an error if it cannot have existed, and a warning if it may have been deleted.
func TestCancelMissing(t *testing.T) {
	t.Parallel()
	const never, deleted = "ERROR No such scheduled action: ", "WARNING No such scheduled action: "
	for _, unknowns := range []world.Unknowns{{}, {MissingIsError: true}} {
		s := deployWithoutWait(t, simulator.Options{Unknowns: unknowns}, nil)
		session := newActionSession(t, s, s, simulator.DefaultToken)
		cancel := func(id string) string {
			_, ended := session.invoke(t.Context(), cancelType, map[string]any{"scheduled_action_id": id})
			return describe(ended)
		}
		for id, want := range map[string]string{
			"880011": never, "89002": never, "89001": deleted, "88000": deleted, "7": deleted,
			"99999999999999999999999": never,
			"the action":              `ERROR Not an ID: "the action" is not the ID of a scheduled action`,
			"088001":                  "ERROR Not an ID: ",
		} {
			if said := cancel(id); !strings.Contains(said, want) || !strings.Contains(strings.ToLower(said),
				"nothing was cancelled") {
				t.Errorf("%s: %s", id, said)
			}
		}
		if open := s.Stats().OpenScheduledActions; open != 1 {
			t.Fatalf("%d open", open)
		}
		if said := cancel("88001"); said != "" {
			t.Fatal(said)
		}
		if said := cancel("880011"); !strings.Contains(said, deleted) {
			t.Errorf("without any scheduled action: %s", said)
		}
	}
}

// TestInvocationArguments checks the errors of the plan about an ID and a timeout.
func TestInvocationArguments(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	for _, c := range []struct{ name, id, timeout, says string }{
		{cancelType, "Tag", "5m", "must be the ID of a scheduled action, which is a number"},
		{cancelType, "88001", "-5m", "Use a positive duration"},
		{approveType, "88001", "0s", "Use a positive duration"},
		{approveType, "88001", "5m", ""},
	} {
		config := map[string]any{"scheduled_action_id": c.id, "timeouts": map[string]any{"invoke": c.timeout}}
		said := describe(session.plan(c.name, config))
		if !strings.Contains(said, c.says) || (c.says == "") != (said == "") {
			t.Errorf("%+v: %s", c, said)
		}
	}
	if n := s.Stats().Requests; n != 0 {
		t.Errorf("%d requests", n)
	}
}

// TestInvocationTimeout checks that an invocation ends at its timeout, and says what was done.
func TestInvocationTimeout(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		action, hangs string
		says          []string
	}{
		"cancel, before": {cancelType, "query ", []string{"ERROR Timeout before the cancellation: ",
			"300ms", "Nothing was cancelled."}},
		"cancel, during": {cancelType, "mutation ", []string{"ERROR Cannot cancel action ",
			"ERROR Timeout of 300ms during the cancellation: Not known to be cancelled: 1 of 1 scheduled actions. " +
				"Invoking the action again is safe."}},
		"approve": {approveType, "mutation ", []string{"ERROR Timeout of 300ms during the approval: The timeout " +
			"ended before Tanium confirmed the approval of scheduled action 88001."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deployWithoutWait(t, simulator.Options{RequireApproval: true}, nil)
			token, over := "token-approver", make(chan struct{})
			s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
				if strings.Contains(string(body), c.hangs) {
					<-over
					return true
				}
				return false
			})
			session := newActionSession(t, s, s, token)
			lines, ended := session.invoke(t.Context(), c.action, map[string]any{
				"scheduled_action_id": "88001", "timeouts": map[string]any{"invoke": "300ms"}})
			close(over)
			for _, want := range c.says {
				if text := describe(ended); !strings.Contains(text, want) || len(lines) > 0 {
					t.Errorf("%q is missing: %q, %s", want, lines, text)
				}
			}
		})
	}
}
