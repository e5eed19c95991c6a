// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// outcome is the expected result of a command.
type outcome struct {
	code int
	says string
	// state is the result of summary.
	state             string
	deployments, open int
	// sent are the mutations. No others may be sent.
	sent map[string]int
}

// check compares the result of a command, its requests, and the deployments of the tenant so far.
func (want outcome) check(t *testing.T, s *tenant, w *workspace, sent map[string]int, code int, output string) {
	t.Helper()
	mutations := map[string]int{}
	for _, field := range []string{"actionPerform", "actionCreate", "scheduledActionCreate", "scheduledActionDelete",
		"actionStop", "scheduledActionApprove"} {
		if sent[field] > 0 {
			mutations[field] = sent[field]
		}
	}
	stats := s.Stats()
	got := outcome{
		code:        code,
		says:        want.says,
		state:       w.summary(),
		deployments: stats.Deployments,
		open:        stats.OpenScheduledActions,
		sent:        mutations,
	}
	if !strings.Contains(output, want.says) || got.code != want.code || got.state != want.state ||
		got.deployments != want.deployments || got.open != want.open || !maps.Equal(got.sent, want.sent) {
		t.Errorf("got  %+v\nwant %+v\n%s", got, want, output)
	}
	if strings.Contains(output, simulator.DefaultToken) {
		t.Error("the token is shown")
	}
}

// step is a command and its expected result.
type step struct {
	before  func(*tenant) error // nil to do nothing
	command []string
	want    outcome
}

// runSteps runs the steps of a test.
func runSteps(t *testing.T, s *tenant, w *workspace, steps []step) {
	t.Helper()
	requests := s.requests()
	for _, step := range steps {
		if step.before != nil {
			if err := step.before(s); err != nil {
				t.Fatal(err)
			}
		}
		requests()
		code, output := w.try(step.command...)
		step.want.check(t, s, w, requests(), code, output)
	}
}

const (
	onPilots  = `filter = { sensor = { name = "Custom Tags" }, value = "Pilot" }`
	onServers = `computer_group = { name = "All Windows Servers" }`
	blue      = `{ name = "Custom Tagging - Add Tags", parameters = ["Blue"] }`
)

// TestAccFailures checks every known failure of a deployment with Terraform: the exit code, the
// message, the state, the deployments, the mutations sent, and the next command.
func TestAccFailures(t *testing.T) {
	t.Parallel()
	apply, destroy := []string{"apply", "-input=false", "-auto-approve"}, []string{"destroy", "-input=false",
		"-auto-approve"}
	plan, applyPlan := []string{"plan", "-input=false", "-out=plan"}, []string{"apply", "-input=false", "plan"}
	one, replaced := map[string]int{"actionPerform": 1}, map[string]int{
		"actionPerform":         1,
		"scheduledActionDelete": 1,
		"actionStop":            1,
	}
	done := outcome{0, "1 added", "88001 finished succeeded", 1, 1, one}
	unsent := func(says string) outcome { return outcome{1, says, "", 0, 0, nil} }
	lost := outcome{1, "its comment has the marker tf", "", 0, 0, one}
	nothing := outcome{0, "No changes", "88001 finished succeeded", 1, 1, nil}
	on := func(fault simulator.Fault) func(*tenant) error {
		fault.Field = "actionPerform"
		return func(s *tenant) error { return s.Fail(fault) }
	}
	mended := func(s *tenant) error { return s.Fail() }
	for name, c := range map[string]struct {
		options             simulator.Options
		pack, targets, more string
		steps               []step
	}{
		"answer lost, done": {
			targets: onPilots,
			steps:   []step{{on(simulator.Fault{Kind: simulator.DropAfter}), apply, done}, {nil, apply, nothing}},
		},
		"answer lost, not done": {
			targets: onPilots,
			steps:   []step{{on(simulator.Fault{Kind: simulator.DropBefore}), apply, lost}, {nil, apply, done}},
		},
		"unavailable, done": {
			targets: onPilots,
			steps: []step{{on(simulator.Fault{Kind: simulator.Status, Code: 503, Effect: true}), apply, done},
				{nil, apply, nothing}},
		},
		"unavailable, not done": {
			targets: onPilots,
			steps:   []step{{on(simulator.Fault{Kind: simulator.Status, Code: 503}), apply, lost}, {nil, apply, done}},
		},
		"timed out, done": {
			targets: onPilots,
			steps: []step{{on(simulator.Fault{Kind: simulator.SystemError, TimedOut: true, Effect: true}),
				apply, done}},
		},
		"timed out, not done": {
			targets: onPilots,
			steps: []step{{on(simulator.Fault{Kind: simulator.SystemError, TimedOut: true}), apply, lost},
				{nil, apply, done}},
		},
		"half an answer": {
			targets: onPilots,
			steps:   []step{{on(simulator.Fault{Kind: simulator.Truncate}), apply, done}, {nil, apply, nothing}},
		},
		"a page of a proxy": {
			targets: onPilots,
			steps: []step{{on(simulator.Fault{Kind: simulator.Garbage, Effect: true}), apply, done},
				{nil, apply, nothing}},
		},
		"refused": {targets: onPilots, steps: []step{
			{on(simulator.Fault{
				Kind:    simulator.GraphQLError,
				Message: "missing required permissions",
			}), apply, outcome{1, "may lack the right to write actions", "", 0, 0, one}}, {nil, apply, done}}},
		"nobody matches": {
			targets: `filter = { sensor = { name = "Custom Tags" }, value = "Nobody" }`,
			steps:   []step{{nil, apply, unsent("reach no endpoint")}},
		},
		"nobody in the group": {
			targets: `filter = { member_of = { name = "No Computers" } }`,
			steps:   []step{{nil, plan, unsent("reach no endpoint")}},
		},
		"too many": {
			targets: onServers,
			more:    `guard { max_endpoints = 7 }`,
			steps:   []step{{nil, apply, unsent("at most 7")}},
		},
		"an unknown package": {
			pack:    `{ name = "Custom Tagging - Ad Tags" }`,
			targets: onPilots,
			steps:   []step{{nil, apply, unsent("Unknown package")}},
		},
		"a missing parameter": {
			pack:    `{ name = "Custom Tagging - Add Tags" }`,
			targets: onPilots,
			steps:   []step{{nil, apply, unsent("Missing parameter")}},
		},
		"an unknown sensor": {
			targets: `filter = { sensor = { name = "Custom Tag" }, value = "x" }`,
			steps:   []step{{nil, apply, unsent("Unknown sensor")}},
		},
		"Tanium does not answer": {
			targets: onPilots,
			steps: []step{{func(s *tenant) error {
				return s.Fail(simulator.Fault{Kind: simulator.Status, Code: 502, Times: -1})
			}, apply, unsent("HTTP 502")}},
		},
		"the token is wrong": {
			targets: onPilots,
			steps: []step{{func(s *tenant) error {
				return s.Fail(simulator.Fault{Kind: simulator.Status, Code: 401, Times: -1})
			}, apply, unsent("wrong, expired or revoked")}},
		},
		"more than planned": {targets: onPilots, more: `guard { max_endpoints = 2 }`, steps: []step{
			{nil, plan, outcome{0, "would reach 2 endpoints", "", 0, 0, nil}},
			{func(s *tenant) error {
				return s.Disturb([]world.Change{{
					ID:      "274315",
					Sensors: map[string]fleet.Rows{"Custom Tags": {{"Pilot"}}},
				}})
			}, applyPlan, unsent("at most 2")},
		}},
		"an endpoint fails": {targets: onServers, steps: []step{
			{nil, apply, outcome{1, "Of 8 endpoints, 1 failed", "88001 finished tainted", 1, 1, one}},
			{nil, apply, outcome{1, "Of 8 endpoints, 1 failed", "88002 finished tainted", 2, 1, replaced}},
		}},
		"an endpoint fails, a warning": {targets: onServers, more: `on_failure = "warn"`, steps: []step{
			{nil, apply, outcome{0, "Warning: Action failed", "88001 finished", 1, 1, one}},
			{nil, apply, outcome{0, "No changes", "88001 finished", 1, 1, nil}},
		}},
		"an endpoint hangs": {
			pack:    `{ name = "Reboot Windows Machine" }`,
			targets: onServers,
			steps: []step{{nil, apply,
				outcome{1, "Of 8 endpoints, 1 ran out of time", "88001 finished tainted", 1, 0, one}}},
		},
		"no time left": {targets: onPilots, more: `timeouts { create = "1ms" }`, steps: []step{
			{nil, apply, outcome{1, "Action did not finish in time", "88001 tainted", 1, 1, one}},
			{nil, []string{"untaint", "tanium_action.x"}, outcome{0, "untainted", "88001", 1, 1, nil}},
			{nil, apply, outcome{0, "1 changed", "88001 finished succeeded", 1, 1, nil}},
		}},
		"the token expires": {targets: onPilots, more: `on_timeout = "warn"`, steps: []step{
			{func(s *tenant) error {
				return s.Fail(simulator.Fault{Field: "action", Kind: simulator.Status, Code: 401, Times: -1})
			}, apply, outcome{0, "Cannot read the action's status", "88001", 1, 1, one}},
			{mended, apply, outcome{0, "1 changed", "88001 finished succeeded", 1, 1, nil}},
		}},
		"the token is rejected for minutes": {targets: onPilots, steps: []step{{func(s *tenant) error {
			return s.Fail(simulator.Fault{Field: "action", Kind: simulator.Status, Code: 401, Times: 12})
		}, apply, done}, {nil, apply, nothing}}},
		"a login page for minutes": {targets: onPilots, steps: []step{{func(s *tenant) error {
			return s.Fail(simulator.Fault{Field: "action", Kind: simulator.Redirect, Location: "/login", Times: 6},
				simulator.Fault{Field: "action", Kind: simulator.Garbage, Times: 6})
		}, apply, done}}},
		"a login page for ever": {targets: onPilots, steps: []step{
			{func(s *tenant) error {
				return s.Fail(simulator.Fault{Field: "action", Kind: simulator.Redirect, Location: "/login", Times: -1})
			}, apply, outcome{1, "a token that is wrong, expired or revoked", "88001 tainted", 1, 1, one}},
			{mended, []string{"untaint", "tanium_action.x"}, outcome{0, "untainted", "88001", 1, 1, nil}},
			{nil, apply, outcome{0, "1 changed", "88001 finished succeeded", 1, 1, nil}},
		}},
		"Tanium is away for a while": {targets: onPilots, steps: []step{{func(s *tenant) error {
			return s.Fail(simulator.Fault{Field: "action", Kind: simulator.DropBefore, Times: 40})
		}, apply, done}}},
		"the state is lost": {targets: onPilots, steps: []step{
			{nil, apply, done},
			{nil, []string{"state", "rm", "tanium_action.x"}, outcome{0, "Removed", "", 1, 1, nil}},
			{nil, apply, outcome{1,
				"scheduled action 88001, deployed by operator, issued last at 2026-03-07 09:00:00 UTC", "", 1, 1, nil}},
			{nil, []string{"import", "-input=false", "tanium_action.x", "88001"},
				outcome{0, "Import successful", "88001", 1, 1, nil}},
			// The number of targeted endpoints is not known for a filter: the action finishes when
			// it expires.
			{nil, apply, outcome{0, "1 changed", "88001 finished succeeded", 1, 0, nil}},
		}},
		"somebody cancels it": {targets: onPilots, more: `wait { enabled = false }`, steps: []step{
			{nil, apply, outcome{0, "1 added", "88001", 1, 1, one}},
			{func(s *tenant) error { s.cancel(s.t, "88001"); return nil },
				destroy, outcome{0, "1 destroyed", "", 1, 0, map[string]int{"scheduledActionDelete": 1}}},
		}},
		"it needs approval": {options: simulator.Options{RequireApproval: true}, targets: onPilots,
			more: `wait { approval = "fail" }`, steps: []step{
				{nil, apply, outcome{1, "Action waits for approval", "88001 tainted", 1, 1, one}},
				{nil, destroy, outcome{0, "1 destroyed", "", 1, 0, map[string]int{"scheduledActionDelete": 1}}},
			}},
		"it cannot be stopped": {targets: onPilots, steps: []step{
			{nil, apply, done},
			{func(s *tenant) error {
				return s.Fail(simulator.Fault{
					Field:   "actionStop",
					Kind:    simulator.GraphQLError,
					Message: "denied",
					Times:   -1,
				})
			}, destroy,
				outcome{1, "was not stopped", "88001 finished succeeded", 1,
					1, map[string]int{"scheduledActionDelete": 2, "actionStop": 2}}}, // together, and each by itself
			{mended, destroy,
				outcome{0, "1 destroyed", "", 1, 0, map[string]int{"scheduledActionDelete": 1, "actionStop": 1}}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, c.options)
			if c.pack == "" {
				c.pack = blue
			}
			w := newAttachedWorkspace(t, s, fmt.Sprintf("resource \"tanium_action\" \"x\" {\n  name    = \"Remedy\"\n"+
				"  package %s\n  targets {\n    action_group = { name = \"All Computers\" }\n    %s\n  }\n  %s\n}\n",
				block(c.pack), c.targets, c.more))
			runSteps(t, s, w, c.steps)
		})
	}
}
