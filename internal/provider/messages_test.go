// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestPlanNoticeResume checks the notice of a plan that resumes waiting. A replacement has
// none.
func TestPlanNoticeResume(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	config := tagging()
	session := newSession(t, s, &interruption{tenant: s, left: 1, stop: stop})
	state, diagnostics := session.apply(ctx, config, nil)
	if hasError(diagnostics) || session.attribute(state, "finished") != `tftypes.Bool<"false">` {
		t.Fatal(session.attribute(state, "finished"), describe(diagnostics))
	}
	const notice = "WARNING Action is not finished: scheduled action 88001: Applying resumes waiting for action"
	if planned := session.planned(config, state); !strings.Contains(describe(planned.Diagnostics), notice) ||
		len(planned.RequiresReplace) > 0 {
		t.Errorf("replaces %v\n%s", planned.RequiresReplace, describe(planned.Diagnostics))
	}
	config["name"] = "Another"
	if planned := session.planned(config, state); strings.Contains(describe(planned.Diagnostics), notice) ||
		len(planned.RequiresReplace) == 0 {
		t.Errorf("replaces %v\n%s", planned.RequiresReplace, describe(planned.Diagnostics))
	}
}

// reachDetail is the detail of the notice of the endpoints that a deployment would reach.
const reachDetail = ": These are online now. Endpoints that come online before the action expires run it, too. " +
	"The endpoints are counted again immediately before the deployment."

// TestPlanNotices checks the notices and errors of a plan to deploy.
func TestPlanNotices(t *testing.T) {
	t.Parallel()
	schedule := func(arguments map[string]any) map[string]any { return map[string]any{"schedule": arguments} }
	for name, c := range map[string]struct {
		more map[string]any
		says []string
	}{
		"reach": {says: []string{`WARNING Deployment of the action "Tag" reaches 3 endpoints: win-dc-01, ` +
			"win-dc-02, win-file-01." + reachDetail}},
		"a smaller sample": {more: map[string]any{"preview": map[string]any{"sample_size": 1}},
			says: []string{`WARNING Deployment of the action "Tag" reaches 3 endpoints: win-dc-01 and 2 more.` +
				reachDetail}},
		"adopts": {more: map[string]any{"on_duplicate": "adopt"},
			says: []string{"If the same deployment is open then, it is taken over, and nothing is deployed, because " +
				`on_duplicate is "adopt". One that has failed is cancelled and deployed again.`}},
		"silence": {more: map[string]any{"preview": map[string]any{"notice": false}}},
		"a start ahead": {more: schedule(map[string]any{"start_time": "2026-03-07T21:00:00Z"}),
			says: []string{"reaches 3 endpoints",
				"WARNING Terraform waits for the action to start at 2026-03-07 21:00:00 UTC: " +
					"It then waits for the action to finish, until 2026-03-07 21:13:00 UTC at the latest."}},
		"a start in the past": {more: schedule(map[string]any{"start_time": "2026-03-07T08:59:59Z"}),
			says: []string{"reaches 3 endpoints", "WARNING Start time is in the past: The start time is 2026-" +
				"03-07 08:59:59 UTC, and it is 2026-03-07 09:00:00 UTC now."}},
		"a start ahead, without waiting": {more: map[string]any{
			"schedule": map[string]any{"start_time": "2026-03-07T21:00:00Z"},
			"wait":     map[string]any{"enabled": false},
		},
			says: []string{"reaches 3 endpoints"}},
		"a start ahead of the timeout": {more: map[string]any{
			"schedule": map[string]any{"start_time": "2026-03-07T21:00:00Z"},
			"timeouts": map[string]any{"create": "1h"},
		},
			says: []string{"ERROR Timeout ends before the action starts: timeouts.create: The action starts at " +
				"2026-03-07 21:00:00 UTC, in 12h0m0s, and the wait would end after 1h0m0s."}},
		"no time at all": {more: map[string]any{"timeouts": map[string]any{"create": "0s"}},
			says: []string{"ERROR Invalid timeout: timeouts.create: The timeout is 0s."}},
		"an end in the past": {
			more: schedule(map[string]any{"end_time": "2026-03-07T08:59:00Z", "reissue_seconds": 3600}),
			says: []string{"ERROR End time is in the past: schedule.end_time: The action would be issued until " +
				"2026-03-07 08:59:00 UTC. It is 2026-03-07 09:00:00 UTC now, so the action would never run."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			config := tagging()
			for name, value := range c.more {
				config[name] = value
			}
			planned := newSession(t, s, s).planned(config, nil)
			if len(planned.Diagnostics) != len(c.says) {
				t.Errorf("%d diagnostics\n%s", len(planned.Diagnostics), describe(planned.Diagnostics))
			}
			for _, words := range c.says {
				if !strings.Contains(describe(planned.Diagnostics), words) {
					t.Errorf("there is no %q in\n%s", words, describe(planned.Diagnostics))
				}
			}
			if stats := s.Stats(); stats.Deployments != 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestPlanNoticeRedeploy checks that the plan gives the reason for a replacement of a failed
// action, and that a higher max_failed_percent accepts the failure.
func TestPlanNoticeRedeploy(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := tagging()
	config["wait"] = map[string]any{"enabled": false}
	config["targets"] = map[string]any{
		"action_group":   map[string]any{"name": "All Computers"},
		"computer_group": map[string]any{"name": "All Windows Servers"},
	}
	session := newSession(t, s, s)
	state, diagnostics := session.apply(t.Context(), config, nil)
	if len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	s.Advance(time.Hour)
	state = session.refresh(state)
	config["on_failure"] = "error"
	planned := session.planned(config, state)
	const says = `WARNING Action failed and will be deployed again: 1 of 8: Of 8 endpoints, 1 failed: ` +
		`12.5 %, where at most 0 % may fail. This was action 6112010 of scheduled action 88001. ` +
		`To accept some failures, increase wait.max_failed_percent. To keep the action, set on_failure = "warn".` +
		"\n" +
		`WARNING Deployment of the action "Tag" reaches 8 endpoints: win-dc-01, win-dc-02, win-file-01, ` +
		"win-web-01, win-web-02 and 3 more." + reachDetail
	if describe(planned.Diagnostics) != says || len(planned.RequiresReplace) != 1 {
		t.Errorf("%v\n%s", planned.RequiresReplace, describe(planned.Diagnostics))
	}
	config["wait"] = map[string]any{"max_failed_percent": 20.0}
	if said := describe(session.planned(config, state).Diagnostics); said != "WARNING Action will count as succeeded: "+
		"wait has changed and accepts the failures of action 6112010 of scheduled action 88001. Results: 7 completed, "+
		"1 failed. Applying deploys nothing." {
		t.Error(said)
	}
	if state, diagnostics = session.apply(t.Context(), config, state); len(diagnostics) > 0 ||
		session.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
		t.Errorf("succeeded is %s\n%s", session.attribute(state, "succeeded"), describe(diagnostics))
	}
	if stats := s.Stats(); stats.Deployments != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestDuplicateNamesUser checks that messages name the user and time of a duplicate.
func TestDuplicateNamesUser(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := tagging()
	config["wait"] = map[string]any{"enabled": false}
	// the state is lost
	if _, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil); len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	_, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil)
	const who = "action 6112010 of scheduled action 88001, deployed by operator, issued last at 2026-03-07 09:00:00 UTC"
	if !strings.Contains(describe(diagnostics),
		`ERROR Action is already deployed: The same deployment as the action "Tag" is open in Tanium: `+who+".") {
		t.Error(describe(diagnostics))
	}
	config["on_duplicate"] = "adopt"
	state, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil)
	if hasError(diagnostics) || !strings.Contains(describe(diagnostics), `WARNING Adopted an action that was already `+
		`deployed: The same deployment as the action "Tag" was open in Tanium: `+who+". It was taken over") {
		t.Error(describe(diagnostics))
	}
	if session := newSession(t, s, s); session.attribute(state, "id") != `tftypes.String<"88001">` ||
		s.Stats().Deployments != 1 {
		t.Errorf("%+v", s.Stats())
	}
}

// TestRecurringRefresh checks that a refresh reads an action that was issued and closed since the
// last refresh.
func TestRecurringRefresh(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := tagging()
	config["schedule"] = map[string]any{"expire_seconds": 900, "reissue_seconds": 3600}
	session := newSession(t, s, s)
	state, diagnostics := session.apply(t.Context(), config, nil)
	if len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	s.Advance(90 * time.Minute)
	state = session.refresh(state)
	for name, want := range map[string]string{
		"status":    `"CLOSED"`,
		"succeeded": `"true"`,
		"results":   `"completed":tftypes.Number<"3">`,
		"actions":   `"action_id":tftypes.String<"6112011">`,
	} {
		if got := session.attribute(state, name); !strings.Contains(got, want) {
			t.Errorf("%s is %s", name, got)
		}
	}
	session.unchanged(config, state)
}

// TestRecurringDestroy checks that a destroy stops the action that was issued since the last
// refresh, also if the state has no time of a next action.
func TestRecurringDestroy(t *testing.T) {
	t.Parallel()
	for name, values := range map[string]map[string]any{
		"as refreshed":   {},
		"no next action": {"next_start_time": nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			config := tagging()
			config["schedule"] = map[string]any{"expire_seconds": 900, "reissue_seconds": 3600}
			session := newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), config, nil)
			if len(diagnostics) > 0 {
				t.Fatal(describe(diagnostics))
			}
			s.Advance(61 * time.Minute)
			if diagnostics := session.destroy(session.change(state, values)); len(diagnostics) > 0 {
				t.Error(describe(diagnostics))
			}
			if stats := s.Stats(); stats.OpenScheduledActions != 0 || stats.Operations["actionStop"] != 1 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestEquivalentValuesPlanNothing checks that equivalent values plan no change.
func TestEquivalentValuesPlanNothing(t *testing.T) {
	t.Parallel()
	filtered := func(value any, more map[string]any) map[string]any {
		filter := map[string]any{
			"sensor": map[string]any{"name": "Custom Tag Exists", "params": map[string]any{"tag": value}},
			"value":  "False",
		}
		for name, each := range more {
			filter[name] = each
		}
		return map[string]any{
			"action_group": map[string]any{"name": "All Computers"},
			"endpoint_ids": []any{"274177"},
			"filter":       filter,
		}
	}
	null := tftypes.NewValue(tftypes.String, nil)
	for name, c := range map[string]struct {
		at           string
		first, other any
	}{
		"a number for digits": {at: "targets", first: filtered("7", nil), other: filtered(7, nil)},
		"defaults written out": {at: "targets", first: filtered("7", nil),
			other: filtered("7", map[string]any{"op": "EQ", "negated": false, "any": false})},
		"explicit nulls": {at: "targets", first: filtered("7", nil),
			other: filtered("7", map[string]any{"path": null, "member_of": null})},
		"false without quotes": {at: "targets", first: filtered("7", map[string]any{"value": "false"}),
			other: filtered("7", map[string]any{"value": false})},
		"another zone": {at: "schedule", first: map[string]any{"start_time": "2026-03-07T10:00:00Z"},
			other: map[string]any{"start_time": "2026-03-07T12:00:00+02:00"}},
		"an empty schedule": {at: "schedule", other: map[string]any{}},
		"no parameters at all": {at: "package", first: map[string]any{"name": "Reboot Windows Machine"},
			other: map[string]any{"name": "Reboot Windows Machine", "parameters": []any{}}},
		"no seconds to spread": {at: "schedule", first: map[string]any{"expire_seconds": 3600},
			other: map[string]any{"expire_seconds": 3600, "distribute_seconds": 0}},
		"no triggers":           {at: "triggers", other: map[string]any{}},
		"back to the beginning": {at: "targets", first: filtered(7, nil), other: filtered("7", nil)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			config := tagging()
			config["wait"], config[c.at] = map[string]any{"enabled": false}, c.first
			session := newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), config, nil)
			if len(diagnostics) > 0 {
				t.Fatal(describe(diagnostics))
			}
			config[c.at] = c.other
			planned := session.planned(config, state)
			if hasError(planned.Diagnostics) || len(planned.RequiresReplace) > 0 {
				t.Errorf("replaced for %v\n%s", planned.RequiresReplace, describe(planned.Diagnostics))
			}
			if name != "an empty schedule" && name != "no triggers" { // these plan an update in place
				session.unchanged(config, state)
			}
		})
	}
}

// TestNegativeGuard checks that a negative limit is one error, and that nothing advises to increase
// it.
func TestNegativeGuard(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	said, _ := session.validations(merged(map[string]any{"guard": map[string]any{"max_endpoints": -3}}))
	if strings.Count(said, "ERROR ") != 1 || !strings.Contains(said, "must be between 0 and") {
		t.Error(said)
	}
}
