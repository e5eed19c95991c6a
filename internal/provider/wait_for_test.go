// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// appearing is a deployment to one endpoint that is not online yet, and that waits for it.
func appearing(more map[string]any) map[string]any {
	config := merged(map[string]any{
		"targets": map[string]any{
			"action_group": map[string]any{"name": "All Computers"},
			"filter":       map[string]any{"sensor": map[string]any{"name": "Computer Name"}, "value": "win-dc-01"},
		},
		"preview": map[string]any{"source": nil, "wait_for": map[string]any{"endpoints": 1, "timeout": "5m"}},
		"wait":    unwaited(),
	})
	for name, value := range more {
		config[name] = value
	}
	return config
}

// newAppearance returns a tenant whose endpoint win-dc-01 comes online at a count of endpoints; 0
// for never.
func newAppearance(t *testing.T, at int) (s *tenant, counts *int) {
	t.Helper()
	s = newTenant(t, simulator.Options{})
	s.online(t, false, "100201")
	counted := 0
	s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
		if strings.Contains(string(body), `"operationName":"Endpoints"`) {
			if counted++; counted == at {
				s.online(t, true, "100201")
			}
		}
		return false
	})
	return s, &counted
}

// TestWaitFor checks that an apply waits for an endpoint, that its plan says so and does not wait,
// and that the guard holds afterwards.
func TestWaitFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		appears int // at this count, of which the plans make two
		more    map[string]any
		says    string // of the apply; empty for a deployment
	}{
		"appears":  {appears: 6},
		"is there": {appears: 3},
		"does not": {says: "ERROR Endpoints did not appear: preview.wait_for: After 5m0s, the deployment would"},
		"is not allowed": {
			appears: 4, more: map[string]any{"guard": map[string]any{"allowed_endpoint_ids": []any{"1"}}},
			says: "ERROR Endpoints not allowed: guard.allowed_endpoint_ids:",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, counts := newAppearance(t, c.appears)
			session, config := newSession(t, s, s), appearing(c.more)
			said := describe(session.planned(config, nil).Diagnostics)
			const notice = "reaches no endpoint.: The apply waits up to 5m0s until 1 endpoint matches, and fails"
			if !strings.Contains(said, notice) || *counts != 1 {
				t.Errorf("%d counts, and the plan says %s", *counts, said)
			}
			begun := s.Now()
			state, diagnostics := session.apply(t.Context(), config, nil)
			if c.says != "" {
				if !strings.Contains(describe(diagnostics), c.says) || s.Stats().Operations["actionPerform"] != 0 {
					t.Errorf("the apply says %s", describe(diagnostics))
				}
				return
			}
			if hasError(diagnostics) || session.attribute(state, "targeted_endpoint_count") != `tftypes.Number<"1">` {
				t.Errorf("%s", describe(diagnostics))
			}
			if waited := s.Now().Sub(begun); c.appears > 3 && waited < 10*time.Second {
				t.Errorf("waited for %s", waited)
			}
			s.expectOneDeployment(t)
		})
	}
}

// TestWaitForInvocation checks that an invocation waits for an endpoint, and that an interrupt ends
// the wait before anything is deployed.
func TestWaitForInvocation(t *testing.T) {
	t.Parallel()
	s, _ := newAppearance(t, 3)
	invoked := newActionSession(t, s, s, simulator.DefaultToken)
	if _, said := invoked.invoke(t.Context(), deployType, appearing(nil)); hasError(said) {
		t.Error(describe(said))
	}
	s.expectOneDeployment(t)

	s, _ = newAppearance(t, 0)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	session := newSession(t, s, &interruption{tenant: s, left: 2, stop: stop})
	_, said := session.apply(ctx, appearing(nil), nil)
	if !strings.Contains(describe(said), "Interrupted before the action was deployed") ||
		s.Stats().Operations["actionPerform"] != 0 {
		t.Error(describe(said))
	}
}

// TestWaitForRejected checks what cannot be waited for.
func TestWaitForRejected(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	set := session.reviewed(windowsServers(), nil)
	for name, c := range map[string]struct {
		config map[string]any
		says   string
	}{
		"no number": {
			config: appearing(map[string]any{
				"preview": map[string]any{"source": nil, "wait_for": map[string]any{"timeout": "5m"}},
			}),
			says: "ERROR Missing number of endpoints: preview.wait_for.endpoints:",
		},
		"reviewed": {
			config: appearing(map[string]any{"guard": map[string]any{"reviewed": set}}),
			says:   "ERROR Endpoints that appear later cannot be reviewed: preview.wait_for:",
		},
	} {
		if said := describe(session.planned(c.config, nil).Diagnostics); !strings.Contains(said, c.says) {
			t.Errorf("%s: %s", name, said)
		}
	}
}
