// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestInterruptedWait checks that an interrupt during the wait is a warning, that the state has the
// IDs, and that the next apply resumes waiting.
func TestInterruptedWait(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	first := newSession(t, s, &interruption{tenant: s, left: 6, stop: stop})
	state, diagnostics := first.apply(ctx, tagging(), nil)
	if hasError(diagnostics) || !strings.Contains(describe(diagnostics), "WARNING Stopped waiting for the action: 1 "+
		"completed, 2 running: "+
		"Action 6112010 of scheduled action 88001 was deployed. The wait was interrupted after 7s. "+
		"The action continues in Tanium: 1 completed, 2 running; last seen status OPEN. See "+s.url+
		"/ui/console/actions/status/6112010\n\nThe next apply resumes waiting and deploys nothing, unless the "+
		"action has failed by then.") {
		t.Error(describe(diagnostics))
	}
	for name, want := range map[string]string{
		"id":        `tftypes.String<"88001">`,
		"finished":  `tftypes.Bool<"false">`,
		"succeeded": "tftypes.Bool<null>",
	} {
		if got := first.attribute(state, name); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
	second := newSession(t, s, s)
	state, diagnostics = second.apply(t.Context(), tagging(), state)
	if len(diagnostics) > 0 || second.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
		t.Errorf("%s\n%s", second.attribute(state, "succeeded"), describe(diagnostics))
	}
	if stats := s.Stats(); stats.Deployments != 1 || stats.Operations["actionPerform"] != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestInterruptedDispatch checks that an interrupt before the request sends nothing, and that one
// after it does not lose the deployment.
func TestInterruptedDispatch(t *testing.T) {
	t.Parallel()
	t.Run("before", func(t *testing.T) {
		t.Parallel()
		s := newTenant(t, simulator.Options{})
		ctx, stop := context.WithCancel(t.Context())
		session := newSession(t, s, s)
		stop()
		state, diagnostics := session.apply(ctx, tagging(), nil)
		value, err := state.Unmarshal(session.kind())
		if err != nil || !value.IsNull() || !hasError(diagnostics) || s.Stats().Deployments != 0 {
			t.Errorf("%v %s %+v", err, describe(diagnostics), s.Stats())
		}
	})
	t.Run("during", func(t *testing.T) {
		t.Parallel()
		s := newTenant(t, simulator.Options{})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			if bytes.Contains(body, []byte("actionPerform")) {
				stop() // the request was sent, and the answer has not arrived
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			s.ServeHTTP(w, r)
		}))
		t.Cleanup(front.Close)
		s.url = front.URL
		session := newSession(t, s, s)
		state, diagnostics := session.apply(ctx, tagging(), nil)
		if hasError(diagnostics) || session.attribute(state, "id") != `tftypes.String<"88001">` {
			t.Errorf("%s", describe(diagnostics))
		}
	})
}

// TestWaitSurvives checks that the wait survives a temporary failure of the gateway, and reports an
// expired token.
func TestWaitSurvives(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults []simulator.Fault
		says   string // empty for success
	}{
		"an outage": {[]simulator.Fault{{
			Field: "action",
			Kind:  simulator.Status,
			Code:  http.StatusBadGateway,
			Times: 20,
		}}, ""},
		"broken connections": {[]simulator.Fault{{Field: "action", Kind: simulator.DropBefore, Times: 6},
			{Field: "action", Kind: simulator.Truncate, Times: 6},
			{Field: "action", Kind: simulator.Garbage, Times: 2}}, ""},
		"a few refusals": {[]simulator.Fault{{Field: "action", Kind: simulator.GraphQLError, Times: 2}}, ""},
		"nothing but them": {[]simulator.Fault{{Field: "action", Kind: simulator.GraphQLError, Times: -1}},
			"Cannot read the action's status"},
		"an expired token": {[]simulator.Fault{{
			Field: "action",
			Kind:  simulator.Status,
			Code:  http.StatusUnauthorized,
			Times: -1,
		}}, "Cannot read the action's status"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			if err := s.Fail(c.faults...); err != nil {
				t.Fatal(err)
			}
			session := newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), tagging(), nil)
			if session.attribute(state, "id") != `tftypes.String<"88001">` || hasError(diagnostics) != (c.says != "") ||
				!strings.Contains(describe(diagnostics), c.says) {
				t.Errorf("%s", describe(diagnostics))
			}
		})
	}
}
