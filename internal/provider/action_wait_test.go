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
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

const waitType = "tanium_action_wait"

// deployed makes a tenant with one deployment that nobody waits for.
func deployed(t *testing.T, options simulator.Options, more map[string]any) *tenant {
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

// A wait that is interrupted is a warning; a plan and a refresh after it do not wait, the next
// apply resumes by an update, and a destroy waits for nothing and leaves the action alone.
func TestActionWaitInterrupted(t *testing.T) {
	t.Parallel()
	s := deployed(t, simulator.Options{}, nil)
	config := map[string]any{"scheduled_action_ids": []any{"88001"}, "targeted_endpoint_count": 3}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	first := newSession(t, s, &interruption{tenant: s, left: 1, stop: stop}).wait()
	state, diagnostics := first.apply(ctx, config, nil)
	if hasError(diagnostics) || !strings.Contains(describe(diagnostics), "WARNING Stopped waiting for the actions: "+
		"The wait was interrupted after 10s. The actions continue in Tanium. Last results: 3 running.") {
		t.Fatal(describe(diagnostics))
	}
	second := newSession(t, s, s).wait()
	before, made := s.Now(), s.requests()
	if got := second.attribute(second.refresh(state), "finished"); got != `tftypes.Bool<"false">` {
		t.Errorf("finished is %s", got)
	}
	if requests := made(); len(requests) > 0 || !s.Now().Equal(before) {
		t.Errorf("a refresh sent %v and took %s", requests, s.Now().Sub(before))
	}
	state, diagnostics = second.apply(t.Context(), config, state)
	if len(diagnostics) > 0 || second.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
		t.Errorf("%s\n%s", second.attribute(state, "succeeded"), describe(diagnostics))
	}
	made()
	second.unchanged(config, state)
	second.destroy(state)
	if requests := made(); len(requests) > 0 || s.Stats().OpenScheduledActions != 1 {
		t.Errorf("%v %+v", requests, s.Stats())
	}
}

// The ends of a wait, and what a person reads of each.
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
		says, succeeded string // the state is not kept where succeeded is empty
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
			says:  "ERROR Actions failed: Of 4 endpoints, 1 did not run it",
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
			s := deployed(t, c.options, c.action)
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

// A wait is planned again when the actions that it waits for are replaced, and its update waits for
// the new ones.
func TestActionWaitFollowsReplacement(t *testing.T) {
	t.Parallel()
	s := deployed(t, simulator.Options{}, nil)
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

// A destroy half way through a bulk wait sends its first cancellation within the refresh: no time
// passes, and every action is cancelled.
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

	// What "terraform destroy" does: everything is refreshed and read, then destroyed, the wait
	// first.
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
	made := s.requests()
	destroying.wait().destroy(waited)
	for _, state := range states {
		destroying.destroy(state)
		if sent := made(); sent["scheduledActionDelete"] != 1 || sent["actionStop"] != 1 {
			t.Errorf("the destroy of an action sent %v", sent)
		}
	}
	if stats := s.Stats(); stats.OpenScheduledActions != 0 || !s.Now().Equal(begun) {
		t.Errorf("%+v after %s", stats, s.Now().Sub(begun))
	}
}

// read reads a data source and returns what a person is told.
func (s *session) read(name string, config map[string]any) (map[string]tftypes.Value, string) {
	s.t.Helper()
	schemas, err := s.server.GetProviderSchema(s.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		s.t.Fatal(err)
	}
	kind := schemas.DataSourceSchemas[name].ValueType()
	asked, err := tfprotov6.NewDynamicValue(kind, encode(kind, config))
	if err != nil {
		s.t.Fatal(err)
	}
	read, err := s.server.ReadDataSource(s.t.Context(),
		&tfprotov6.ReadDataSourceRequest{TypeName: name, Config: &asked})
	if err != nil || hasError(read.Diagnostics) {
		s.t.Fatal(err, describe(read.Diagnostics))
	}
	value, err := read.State.Unmarshal(kind)
	if err != nil {
		s.t.Fatal(err)
	}
	state := map[string]tftypes.Value{}
	if err := value.As(&state); err != nil {
		s.t.Fatal(err)
	}
	return state, describe(read.Diagnostics)
}

// An action that failed, one that is not issued and one that nobody knows fail no read: a destroy
// must get past them.
func TestActionResultsNeverFail(t *testing.T) {
	t.Parallel()
	s := deployed(t, simulator.Options{}, map[string]any{"targets": map[string]any{
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
