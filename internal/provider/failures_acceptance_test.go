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
	done := outcome{says: "1 added", state: "88001 finished succeeded", deployments: 1, open: 1, sent: one}
	unsent := func(says string) outcome { return outcome{code: 1, says: says} }
	lost := outcome{code: 1, says: "its comment has the marker tf", sent: one}
	nothing := outcome{says: "No changes", state: "88001 finished succeeded", deployments: 1, open: 1}
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
			steps: []step{{before: on(simulator.Fault{Kind: simulator.DropAfter}), command: apply,
				want: done}, {command: apply, want: nothing}},
		},
		"answer lost, not done": {
			targets: onPilots,
			steps: []step{{before: on(simulator.Fault{Kind: simulator.DropBefore}), command: apply,
				want: lost}, {command: apply, want: done}},
		},
		"unavailable, done": {
			targets: onPilots,
			steps: []step{{before: on(simulator.Fault{Kind: simulator.Status, Code: 503, Effect: true}), command: apply,
				want: done},
				{command: apply, want: nothing}},
		},
		"unavailable, not done": {
			targets: onPilots,
			steps: []step{{before: on(simulator.Fault{Kind: simulator.Status, Code: 503}), command: apply,
				want: lost}, {command: apply, want: done}},
		},
		"timed out, done": {
			targets: onPilots,
			steps: []step{{before: on(simulator.Fault{Kind: simulator.SystemError, TimedOut: true, Effect: true}),
				command: apply, want: done}},
		},
		"timed out, not done": {
			targets: onPilots,
			steps: []step{{before: on(simulator.Fault{Kind: simulator.SystemError, TimedOut: true}), command: apply,
				want: lost},
				{command: apply, want: done}},
		},
		"half an answer": {
			targets: onPilots,
			steps: []step{{before: on(simulator.Fault{Kind: simulator.Truncate}), command: apply,
				want: done}, {command: apply, want: nothing}},
		},
		"a page of a proxy": {
			targets: onPilots,
			steps: []step{{before: on(simulator.Fault{Kind: simulator.Garbage, Effect: true}), command: apply,
				want: done},
				{command: apply, want: nothing}},
		},
		"refused": {targets: onPilots, steps: []step{
			{before: on(simulator.Fault{
				Kind:    simulator.GraphQLError,
				Message: "missing required permissions",
			}), command: apply,
				want: outcome{code: 1, says: "may lack the right to write actions",
					sent: one}}, {command: apply, want: done}}},
		"nobody matches": {
			targets: `filter = { sensor = { name = "Custom Tags" }, value = "Nobody" }`,
			steps:   []step{{command: apply, want: unsent("reach no endpoint")}},
		},
		"nobody in the group": {
			targets: `filter = { member_of = { name = "No Computers" } }`,
			steps:   []step{{command: plan, want: unsent("reach no endpoint")}},
		},
		"too many": {
			targets: onServers,
			more:    `guard { max_endpoints = 7 }`,
			steps:   []step{{command: apply, want: unsent("at most 7")}},
		},
		"an unknown package": {
			pack:    `{ name = "Custom Tagging - Ad Tags" }`,
			targets: onPilots,
			steps:   []step{{command: apply, want: unsent("Unknown package")}},
		},
		"a missing parameter": {
			pack:    `{ name = "Custom Tagging - Add Tags" }`,
			targets: onPilots,
			steps:   []step{{command: apply, want: unsent("Missing parameter")}},
		},
		"an unknown sensor": {
			targets: `filter = { sensor = { name = "Custom Tag" }, value = "x" }`,
			steps:   []step{{command: apply, want: unsent("Unknown sensor")}},
		},
		"Tanium does not answer": {
			targets: onPilots,
			steps: []step{{before: func(s *tenant) error {
				return s.Fail(simulator.Fault{Kind: simulator.Status, Code: 502, Times: -1})
			}, command: apply, want: unsent("HTTP 502")}},
		},
		"the token is wrong": {
			targets: onPilots,
			steps: []step{{before: func(s *tenant) error {
				return s.Fail(simulator.Fault{Kind: simulator.Status, Code: 401, Times: -1})
			}, command: apply, want: unsent("wrong, expired or revoked")}},
		},
		"more than planned": {targets: onPilots, more: `guard { max_endpoints = 2 }`, steps: []step{
			{command: plan, want: outcome{says: "reaches 2 endpoints"}},
			{before: func(s *tenant) error {
				return s.Disturb([]world.Change{{
					ID:      "274315",
					Sensors: map[string]fleet.Rows{"Custom Tags": {{"Pilot"}}},
				}})
			}, command: applyPlan, want: unsent("at most 2")},
		}},
		"an endpoint fails": {targets: onServers, steps: []step{
			{command: apply,
				want: outcome{code: 1, says: "Of 8 endpoints, 1 failed", state: "88001 finished tainted",
					deployments: 1, open: 1, sent: one}},
			{command: apply,
				want: outcome{code: 1, says: "Of 8 endpoints, 1 failed", state: "88002 finished tainted",
					deployments: 2, open: 1, sent: replaced}},
		}},
		"an endpoint fails, a warning": {targets: onServers, more: `on_failure = "warn"`, steps: []step{
			{command: apply,
				want: outcome{says: "Warning: Action failed", state: "88001 finished", deployments: 1, open: 1,
					sent: one}},
			{command: apply, want: outcome{says: "No changes", state: "88001 finished", deployments: 1, open: 1}},
		}},
		"an endpoint hangs": {
			pack:    `{ name = "Reboot Windows Machine" }`,
			targets: onServers,
			steps: []step{{command: apply,
				want: outcome{code: 1, says: "Of 8 endpoints, 1 ran out of time", state: "88001 finished tainted",
					deployments: 1, sent: one}}},
		},
		"no time left": {targets: onPilots, more: `timeouts { create = "1ms" }`, steps: []step{
			{command: apply,
				want: outcome{code: 1, says: "Action did not finish in time", state: "88001 tainted", deployments: 1,
					open: 1, sent: one}},
			{command: []string{"untaint", "tanium_action.x"},
				want: outcome{says: "untainted", state: "88001", deployments: 1, open: 1}},
			{command: apply,
				want: outcome{says: "1 changed", state: "88001 finished succeeded", deployments: 1, open: 1}},
		}},
		"the token expires": {targets: onPilots, more: `on_timeout = "warn"`, steps: []step{
			{before: func(s *tenant) error {
				return s.Fail(simulator.Fault{Field: "action", Kind: simulator.Status, Code: 401, Times: -1})
			}, command: apply,
				want: outcome{says: "Cannot read the action's status", state: "88001", deployments: 1, open: 1,
					sent: one}},
			{before: mended, command: apply,
				want: outcome{says: "1 changed", state: "88001 finished succeeded", deployments: 1, open: 1}},
		}},
		"the token is rejected for minutes": {targets: onPilots, steps: []step{{before: func(s *tenant) error {
			return s.Fail(simulator.Fault{Field: "action", Kind: simulator.Status, Code: 401, Times: 12})
		}, command: apply, want: done}, {command: apply, want: nothing}}},
		"a login page for minutes": {targets: onPilots, steps: []step{{before: func(s *tenant) error {
			return s.Fail(simulator.Fault{Field: "action", Kind: simulator.Redirect, Location: "/login", Times: 6},
				simulator.Fault{Field: "action", Kind: simulator.Garbage, Times: 6})
		}, command: apply, want: done}}},
		"a login page for ever": {targets: onPilots, steps: []step{
			{before: func(s *tenant) error {
				return s.Fail(simulator.Fault{Field: "action", Kind: simulator.Redirect, Location: "/login", Times: -1})
			}, command: apply,
				want: outcome{code: 1, says: "a token that is wrong, expired or revoked", state: "88001 tainted",
					deployments: 1, open: 1, sent: one}},
			{before: mended, command: []string{"untaint", "tanium_action.x"},
				want: outcome{says: "untainted", state: "88001", deployments: 1, open: 1}},
			{command: apply,
				want: outcome{says: "1 changed", state: "88001 finished succeeded", deployments: 1, open: 1}},
		}},
		"Tanium is away for a while": {targets: onPilots, steps: []step{{before: func(s *tenant) error {
			return s.Fail(simulator.Fault{Field: "action", Kind: simulator.DropBefore, Times: 40})
		}, command: apply, want: done}}},
		"the state is lost": {targets: onPilots, steps: []step{
			{command: apply, want: done},
			{command: []string{"state", "rm", "tanium_action.x"},
				want: outcome{says: "Removed", deployments: 1, open: 1}},
			{command: apply, want: outcome{code: 1,
				says:        "scheduled action 88001, deployed by operator, issued last at 2026-03-07 09:00:00 UTC",
				deployments: 1, open: 1}},
			{command: []string{"import", "-input=false", "tanium_action.x", "88001"},
				want: outcome{says: "Import successful", state: "88001", deployments: 1, open: 1}},
			// The number of targeted endpoints is not known for a filter: the action finishes when
			// it expires.
			{command: apply, want: outcome{says: "1 changed", state: "88001 finished succeeded", deployments: 1}},
		}},
		"somebody cancels it": {targets: onPilots, more: `wait { enabled = false }`, steps: []step{
			{command: apply, want: outcome{says: "1 added", state: "88001", deployments: 1, open: 1, sent: one}},
			{before: func(s *tenant) error { s.cancel(s.t, "88001"); return nil },
				command: destroy,
				want: outcome{says: "1 destroyed", deployments: 1,
					sent: map[string]int{"scheduledActionDelete": 1}}},
		}},
		"it needs approval": {options: simulator.Options{RequireApproval: true}, targets: onPilots,
			more: `wait { approval = "fail" }`, steps: []step{
				{command: apply,
					want: outcome{code: 1, says: "Action waits for approval", state: "88001 tainted", deployments: 1,
						open: 1, sent: one}},
				{command: destroy,
					want: outcome{says: "1 destroyed", deployments: 1,
						sent: map[string]int{"scheduledActionDelete": 1}}},
			}},
		"it cannot be stopped": {targets: onPilots, steps: []step{
			{command: apply, want: done},
			{before: func(s *tenant) error {
				return s.Fail(simulator.Fault{
					Field:   "actionStop",
					Kind:    simulator.GraphQLError,
					Message: "denied",
					Times:   -1,
				})
			}, command: destroy,
				want: outcome{code: 1, says: "was not stopped", state: "88001 finished succeeded", deployments: 1,
					open: 1,
					sent: map[string]int{"scheduledActionDelete": 2, "actionStop": 2}}}, // together, and each by itself
			{before: mended, command: destroy,
				want: outcome{says: "1 destroyed", deployments: 1,
					sent: map[string]int{"scheduledActionDelete": 1, "actionStop": 1}}},
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
