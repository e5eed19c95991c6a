// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestSilentEndpoints checks that a failure names the endpoints that have gone offline since the
// count, of which Tanium counts nothing, and says why an endpoint may not run an action.
func TestSilentEndpoints(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"apply", "invoke"} {
		s := newTenant(t, simulator.Options{})
		s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
			if strings.Contains(string(body), "mutation PerformAction") {
				s.online(t, false, "274301")
			}
			return false
		})
		config := merged(map[string]any{"targets": map[string]any{
			"action_group": map[string]any{"name": "All Computers"},
			"endpoint_ids": []any{"274301", "274308", "274315"},
		}})
		var said string
		if how == "apply" {
			_, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil)
			said = describe(diagnostics)
		} else {
			session := newActionSession(t, s, s, simulator.DefaultToken)
			_, diagnostics := session.invoke(t.Context(), deployType, config)
			said = describe(diagnostics)
		}
		for _, says := range []string{
			"ERROR Action failed: 1 of 3: Of 3 endpoints, 1 did not run it",
			"An endpoint runs no action while it is offline, or while its action lock is on.",
			"The action expired at 2026-", "increase schedule.expire_seconds: a longer timeout has no effect",
			"\n  wks-001 (274301): reports nothing, and does not answer now",
		} {
			if !strings.Contains(said, says) {
				t.Errorf("%s: it does not say %q: %s", how, says, said)
			}
		}
	}
}

// TestExpiresBeforeTimeout checks the notice of a plan whose timeout is longer than the action can
// take.
func TestExpiresBeforeTimeout(t *testing.T) {
	t.Parallel()
	const says = "before the timeout of 5h0m0s: The wait ends soon after the action has expired, so timeouts."
	s := newTenant(t, simulator.Options{})
	for timeout, notices := range map[string]bool{"5h": true, "1m": false} {
		config := merged(map[string]any{"timeouts": map[string]any{"create": timeout}})
		said := describe(newSession(t, s, s).planned(config, nil).Diagnostics)
		if strings.Contains(said, says+"create has no effect") != notices {
			t.Errorf("%s: the plan says %s", timeout, said)
		}
		config = merged(map[string]any{"timeouts": map[string]any{"invoke": timeout}})
		said = describe(newActionSession(t, s, s, simulator.DefaultToken).plan(deployType, config))
		if strings.Contains(said, says+"invoke has no effect") != notices {
			t.Errorf("%s: the plan of the action says %s", timeout, said)
		}
	}
}
