// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// arrival is a clock during whose first wait an endpoint comes online.
type arrival struct {
	*tenant
	id string
}

func (a *arrival) After(wait time.Duration) <-chan time.Time {
	if a.id != "" {
		online := true
		if err := a.Disturb([]world.Change{{ID: a.id, Online: &online}}); err != nil {
			a.t.Error(err)
		}
		a.id = ""
	}
	return a.tenant.After(wait)
}

// TestAccNobodyOnline checks that an apply of a deployment that reaches no endpoint waits until the
// action is over, and takes the result of an endpoint that comes online meanwhile.
func TestAccNobodyOnline(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{}) // wks-007 comes online after 10 minutes
	w := newAttachedWorkspace(t, s, remedy(`endpoint_ids = ["274343"]`, "guard { min_endpoints = 0 }"))
	w.exits(0, "The action is finished once it is over", "plan", "-input=false")
	w.exits(0, "1 added", "apply", "-input=false", "-auto-approve")
	if got := w.summary(); got != "88001 finished succeeded" {
		t.Errorf("the state has %s", got)
	}
	if counts := s.Actions()[0].Actions[0].Counts; counts["completed"] != 1 {
		t.Errorf("counts are %v", counts)
	}
}

// TestNobodyOnline checks when a deployment that reaches no endpoint is finished, and how it is
// judged.
func TestNobodyOnline(t *testing.T) {
	t.Parallel()
	const bad = "100209" // win-print-01, on which the action fails
	for name, c := range map[string]struct {
		more    map[string]any
		arrives bool
		later   time.Duration
		// finished and succeeded are the attributes.
		finished, succeeded string
	}{
		"nobody":    {finished: "true", succeeded: "true"},
		"one fails": {arrives: true, finished: "true", succeeded: "false"},
		"not waited for": {more: map[string]any{"wait": map[string]any{"enabled": false}}, arrives: true,
			finished: "false"},
		"not waited for, still open": {more: map[string]any{"wait": unwaited()}, arrives: true, later: 5 * time.Minute,
			finished: "false"},
		"not waited for, over": {more: map[string]any{"wait": unwaited()}, arrives: true, later: time.Hour,
			finished: "true", succeeded: "false"},
		"not waited for, nobody": {more: map[string]any{"wait": unwaited()}, later: time.Hour, finished: "true",
			succeeded: "true"},
		"recurring": {more: map[string]any{"schedule": map[string]any{"reissue_seconds": 3600}}, arrives: true,
			finished: "true", succeeded: "false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			offline := false
			if err := s.Disturb([]world.Change{{ID: bad, Online: &offline}}); err != nil {
				t.Fatal(err)
			}
			clock := &arrival{tenant: s}
			if c.arrives {
				clock.id = bad
			}
			config := tagging()
			config["targets"] = map[string]any{"action_group": map[string]any{"name": "All Computers"},
				"endpoint_ids": []any{bad}}
			config["guard"], config["on_failure"] = map[string]any{"min_endpoints": 0}, "warn"
			for key, value := range c.more {
				config[key] = value
			}
			session := newSession(t, s, clock)
			state, diagnostics := session.apply(t.Context(), config, nil)
			if hasError(diagnostics) {
				t.Fatal(describe(diagnostics))
			}
			<-clock.After(c.later)
			state = session.refresh(state)
			finished, succeeded := session.attribute(state, "finished"), session.attribute(state, "succeeded")
			if !strings.Contains(finished, c.finished) || !strings.Contains(succeeded, c.succeeded) {
				t.Errorf("finished is %s, succeeded is %s", finished, succeeded)
			}
		})
	}
}
