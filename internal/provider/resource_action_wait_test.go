// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// waitType is the type name of the wait resource.
const waitType = "tanium_action_wait"

// deployWithoutWait starts a tenant and deploys one action without waiting for it.
func deployWithoutWait(t *testing.T, options simulator.Options, more map[string]any) *tenant {
	t.Helper()
	s := newTenant(t, options)
	config := tagging()
	config["wait"] = map[string]any{"enabled": false}
	for name, value := range more {
		config[name] = value
	}
	if _, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil); len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	return s
}

// TestActionWaitInterrupted checks that an interrupted wait is a warning, that plan, refresh and
// destroy do not wait, and that the next apply resumes waiting.
func TestActionWaitInterrupted(t *testing.T) {
	t.Parallel()
	s := deployWithoutWait(t, simulator.Options{}, nil)
	config := map[string]any{"scheduled_action_ids": []any{"88001"}, "targeted_endpoint_count": 3}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	first := newSession(t, s, &interruption{tenant: s, left: 6, stop: stop}).wait()
	state, diagnostics := first.apply(ctx, config, nil)
	if hasError(diagnostics) || !strings.Contains(describe(diagnostics), "WARNING Stopped waiting for the actions: "+
		"The wait was interrupted after 7s. The actions continue in Tanium. Last results: 1 completed, 2 running.") {
		t.Fatal(describe(diagnostics))
	}
	second := newSession(t, s, s).wait()
	before, requests := s.Now(), s.requests()
	if got := second.attribute(second.refresh(state), "finished"); got != `tftypes.Bool<"false">` {
		t.Errorf("finished is %s", got)
	}
	if requests := requests(); len(requests) > 0 || !s.Now().Equal(before) {
		t.Errorf("a refresh sent %v and took %s", requests, s.Now().Sub(before))
	}
	state, diagnostics = second.apply(t.Context(), config, state)
	if len(diagnostics) > 0 || second.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
		t.Errorf("%s\n%s", second.attribute(state, "succeeded"), describe(diagnostics))
	}
	requests()
	second.unchanged(config, state)
	second.destroy(state)
	if requests := requests(); len(requests) > 0 || s.Stats().OpenScheduledActions != 1 {
		t.Errorf("%v %+v", requests, s.Stats())
	}
}

// TestActionWaitEnds checks the diagnostics of each end of a wait.
func TestActionWaitEnds(t *testing.T) {
	t.Parallel()
	answers := simulator.Options{OldSchema: true,
		Unknowns: world.Unknowns{MissingIsError: true, Deleted: world.DeletedIsShown,
			Placeholder: true, OldStatuses: true, CountSilent: true}}
	start := map[string]any{"schedule": map[string]any{"start_time": "2026-03-07T09:10:00Z"}}
	for name, c := range map[string]struct {
		options         simulator.Options
		action, given   map[string]any
		faults          []simulator.Fault
		says, succeeded string // empty succeeded: there is no state
	}{
		"finished":                  {succeeded: `tftypes.Bool<"true">`},
		"from its start on":         {action: start, succeeded: `tftypes.Bool<"true">`},
		"from its start, otherwise": {options: answers, action: start, succeeded: `tftypes.Bool<"true">`},
		"until it has expired": {
			given:     map[string]any{"targeted_endpoint_count": nil},
			succeeded: `tftypes.Bool<"true">`,
		},
		"more were targeted": {
			given: map[string]any{"targeted_endpoint_count": 4},
			says:  "ERROR Actions failed on 1 of 4 endpoints: Of 4 endpoints, 1 did not run it",
		},
		"more, and enough": {
			given:     map[string]any{"targeted_endpoint_count": 4, "min_completed_percent": 75.0},
			succeeded: `tftypes.Bool<"true">`,
		},
		"out of time": {
			given: map[string]any{"timeouts": map[string]any{"create": "1ms"}},
			says:  "ERROR Actions did not finish in time",
		},
		"out of time, accepted": {given: map[string]any{
			"timeouts":   map[string]any{"create": "1ms"},
			"on_timeout": "warn",
		},
			says: "WARNING Actions did not finish in time", succeeded: `tftypes.Bool<null>`},
		"not there": {
			given: map[string]any{"scheduled_action_ids": []any{"88001", "1"}},
			says:  "ERROR No such scheduled action: scheduled_action_ids[1]: ",
		},
		"no right to read": {faults: []simulator.Fault{{Field: "action", Kind: simulator.Status, Code: 401, Times: -1}},
			says: "The token is wrong, expired or revoked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deployWithoutWait(t, c.options, c.action)
			if err := s.Fail(c.faults...); err != nil {
				t.Fatal(err)
			}
			config := map[string]any{"scheduled_action_ids": []any{"88001"}, "targeted_endpoint_count": 3}
			for name, value := range c.given {
				config[name] = value
			}
			session := newSession(t, s, s).wait()
			state, diagnostics := session.apply(t.Context(), config, nil)
			if !strings.Contains(describe(diagnostics), c.says) || (c.says == "" && len(diagnostics) > 0) {
				t.Errorf("%s", describe(diagnostics))
			}
			value, err := state.Unmarshal(session.kind())
			if err != nil || value.IsNull() != (c.succeeded == "") {
				t.Fatalf("the state is %s, %v", value, err)
			}
			if !value.IsNull() && session.attribute(state, "succeeded") != c.succeeded {
				t.Errorf("succeeded is %s", session.attribute(state, "succeeded"))
			}
		})
	}
}

// TestActionWaitFollowsReplacement checks that a wait is updated if its actions are replaced, and
// waits for the new ones.
func TestActionWaitFollowsReplacement(t *testing.T) {
	t.Parallel()
	s := deployWithoutWait(t, simulator.Options{}, nil)
	session := newSession(t, s, s).wait()
	config := map[string]any{"scheduled_action_ids": []any{"88001"}, "targeted_endpoint_count": 3}
	state, diagnostics := session.apply(t.Context(), config, nil)
	if len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	other := tagging()
	other["wait"], other["name"] = map[string]any{"enabled": false}, "Tag again"
	if _, diagnostics := newSession(t, s, s).apply(t.Context(), other, nil); len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	config["scheduled_action_ids"] = []any{"88002"}
	before := s.Now()
	state, diagnostics = session.apply(t.Context(), config, state)
	if len(diagnostics) > 0 || !strings.Contains(session.attribute(state, "actions"), `"88002"`) ||
		s.Now().Equal(before) {
		t.Errorf("%s after %s\n%s", session.attribute(state, "actions"), s.Now().Sub(before), describe(diagnostics))
	}
}

// TestDestroyDuringBulkWait checks that a destroy during a wait for many actions cancels all of
// them without waiting.
func TestDestroyDuringBulkWait(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	const many = 12
	applying := newSession(t, s, &interruption{tenant: s, left: 1, stop: stop})
	states, ids := []*tfprotov6.DynamicValue{}, []any{}
	for i := range many {
		config := tagging()
		config["name"], config["wait"] = fmt.Sprint("Tag ", i), map[string]any{"enabled": false}
		state, diagnostics := applying.apply(t.Context(), config, nil)
		if len(diagnostics) > 0 {
			t.Fatal(describe(diagnostics))
		}
		states, ids = append(states, state), append(ids, fmt.Sprint(88001+i))
	}
	waiting := map[string]any{"scheduled_action_ids": ids, "targeted_endpoint_count": 3 * many}
	waited, diagnostics := applying.wait().apply(ctx, waiting, nil)
	if hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}

	// "terraform destroy" refreshes and reads everything, then destroys it, the wait first.
	destroying := newSession(t, s, s)
	begun := s.Now()
	destroying.wait().refresh(waited)
	destroying.read("tanium_action_results", map[string]any{
		"scheduled_action_ids":    ids,
		"targeted_endpoint_count": 3 * many,
	})
	for i := range states {
		states[i] = destroying.refresh(states[i])
	}
	requests := s.requests()
	destroying.wait().destroy(waited)
	for _, state := range states {
		destroying.destroy(state)
		if sent := requests(); sent["scheduledActionDelete"] != 1 || sent["actionStop"] != 1 {
			t.Errorf("the destroy of an action sent %v", sent)
		}
	}
	if stats := s.Stats(); stats.OpenScheduledActions != 0 || !s.Now().Equal(begun) {
		t.Errorf("%+v after %s", stats, s.Now().Sub(begun))
	}
}

// TestActionResultsNeverFail checks that the data source does not fail for an action that failed,
// is not issued or does not exist, so that a destroy can continue.
func TestActionResultsNeverFail(t *testing.T) {
	t.Parallel()
	s := deployWithoutWait(t, simulator.Options{}, map[string]any{"targets": map[string]any{
		"action_group":   map[string]any{"name": "All Computers"},
		"computer_group": map[string]any{"name": "All Windows Servers"}}})
	s.Advance(time.Hour)
	session := newSession(t, s, s)
	for name, c := range map[string]struct {
		ids                 []any
		finished, succeeded string
	}{
		"failed":     {[]any{"6112010"}, `tftypes.Bool<"true">`, `tftypes.Bool<"false">`},
		"not issued": {[]any{nil}, `tftypes.Bool<"false">`, "tftypes.Bool<null>"},
		"one of two": {[]any{"6112010", nil}, `tftypes.Bool<"false">`, "tftypes.Bool<null>"},
		"unknown":    {[]any{"1"}, `tftypes.Bool<"true">`, "tftypes.Bool<null>"},
	} {
		state, said := session.read("tanium_action_results", map[string]any{"action_ids": c.ids})
		if state["finished"].String() != c.finished || state["succeeded"].String() != c.succeeded {
			t.Errorf("%s: finished %s, succeeded %s\n%s", name, state["finished"], state["succeeded"], said)
		}
	}
}
