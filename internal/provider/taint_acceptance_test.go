// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// remedy returns the configuration of an action on some targets, with more arguments.
func remedy(targets, more string) string {
	return fmt.Sprintf("resource \"tanium_action\" \"x\" {\n  name = \"Remedy\"\n  package %s\n  targets {\n"+
		"    action_group = { name = \"All Computers\" }\n    %s\n  }\n  %s\n}\n", block(blue), targets, more)
}

// slow is the schedule of an action that is under way for an hour.
const slow = "schedule { distribute_seconds = 3600 }\n  "

// commandsOf returns the commands of an apply in one of several ways. All but the last only plan.
func commandsOf(way string) [][]string {
	apply := []string{"apply", "-input=false", "-auto-approve"}
	switch way {
	case "without a refresh":
		return [][]string{slices.Concat(apply, []string{"-refresh=false"})}
	case "with a saved plan":
		return [][]string{{"plan", "-input=false", "-out=plan"}, {"apply", "-input=false", "plan"}}
	default:
		return [][]string{apply}
	}
}

// unreadable makes the first apply fail after the deployment: the status of the action cannot be
// read.
func unreadable(s *tenant) error {
	return s.Fail(simulator.Fault{Field: "action", Kind: simulator.Status, Code: 401, Times: -1})
}

// applyWays are the ways to apply that commandsOf knows.
func applyWays() []string {
	return []string{"with a refresh", "without a refresh", "with a saved plan"}
}

// TestAccTainted checks what the next apply does with a deployment whose creation failed, in each
// way to apply: it takes over what is under way or ended well, and deploys again only what failed.
// Each case runs in one way, and in all of them where everything is tested.
func TestAccTainted(t *testing.T) {
	t.Parallel()
	one, replaced := map[string]int{"actionPerform": 1}, map[string]int{
		"actionPerform": 1, "scheduledActionDelete": 1, "actionStop": 1,
	}
	tainted := outcome{code: 1, says: "the next apply takes over the action", state: "88001 tainted", deployments: 1,
		open: 1, sent: one}
	same := outcome{says: "1 added, 0 changed, 1 destroyed", state: "88001 finished succeeded", deployments: 1, open: 1}
	mended := func(s *tenant) error { return s.Fail() }
	stops := func(how func(s *tenant) error) func(*tenant) error {
		return func(s *tenant) error {
			if err := s.Fail(); err != nil {
				return err
			}
			return how(s)
		}
	}
	stopped := outcome{code: 1, says: "Error: Stopped or deleted in Tanium", state: "88001 tainted",
		deployments: 1}
	cases := map[string]struct {
		options simulator.Options
		// targets are the pilots if empty, of which none fails.
		targets, more string
		// first breaks the first apply, which is to have the outcome begun.
		first func(*tenant) error
		begun outcome
		event func(*tenant) error
		// changed are the arguments afterwards; the same if empty.
		changed string
		want    outcome
	}{
		"under way":                 {first: unreadable, begun: tainted, event: mended, want: same},
		"no longer matches anybody": {first: unreadable, begun: tainted, event: stops(retire), want: same},
		"finished well": {first: unreadable, begun: tainted, event: stops(func(s *tenant) error {
			s.Advance(time.Hour)
			return nil
		}), want: outcome{says: "0 changed", state: "88001 finished succeeded", deployments: 1}},
		"timed out": {more: `timeouts { create = "1ms" }`, begun: tainted, changed: `timeouts { create = "1h" }`,
			want: same},
		"failed": {targets: onServers,
			begun: outcome{code: 1, says: "Of 8 endpoints, 1 failed", state: "88001 finished tainted", deployments: 1,
				open: 1, sent: one},
			want: outcome{code: 1, says: "Of 8 endpoints, 1 failed", state: "88002 finished tainted", deployments: 2,
				open: 1, sent: replaced}},
		"failed, and accepted since": {targets: onServers,
			begun: outcome{code: 1, says: "Of 8 endpoints, 1 failed", state: "88001 finished tainted", deployments: 1,
				open: 1, sent: one},
			changed: `wait { max_failed = 1 }`, want: same},
		"failed, and kept since": {targets: onServers,
			begun: outcome{code: 1, says: "Of 8 endpoints, 1 failed", state: "88001 finished tainted", deployments: 1,
				open: 1, sent: one},
			changed: `on_failure = "warn"`,
			want:    outcome{says: "Warning: Action failed", state: "88001 finished", deployments: 1, open: 1}},
		"stopped": {more: slow, first: unreadable, begun: tainted, event: stops(func(s *tenant) error {
			return s.client(s.t, simulator.DefaultToken).StopAction(s.t.Context(), "6112010")
		}), want: outcome{code: 1, says: stopped.says, state: "88001 tainted", deployments: 1}},
		"stopped and deleted": {more: slow, first: unreadable, begun: tainted, event: stops(func(s *tenant) error {
			s.cancel(s.t, "88001")
			return nil
		}), want: stopped},
		"stopped, and asked for": {more: slow, first: unreadable, begun: tainted, event: stops(func(s *tenant) error {
			s.cancel(s.t, "88001")
			return nil
		}), changed: slow + `triggers = { run = "again" }`,
			want: outcome{says: "1 added, 0 changed, 1 destroyed", state: "88002 finished succeeded", deployments: 2,
				open: 1,
				sent: map[string]int{"actionPerform": 1, "scheduledActionDelete": 1}}},
		"changed": {first: unreadable, begun: tainted, event: mended, changed: `comment = "another"`,
			want: outcome{says: "1 added, 0 changed, 1 destroyed", state: "88002 finished succeeded", deployments: 2,
				open: 1, sent: replaced}},
		"waits for approval": {options: simulator.Options{RequireApproval: true}, more: `wait { approval = "fail" }`,
			begun: outcome{code: 1, says: "Action waits for approval", state: "88001 tainted", deployments: 1, open: 1,
				sent: one},
			want: outcome{code: 1, says: "Action waits for approval", state: "88001 tainted", deployments: 1, open: 1}},
	}
	for i, name := range slices.Sorted(maps.Keys(cases)) {
		c := cases[name]
		for j, way := range applyWays() {
			if os.Getenv(envEverything) == "" && i%len(applyWays()) != j {
				continue
			}
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				s := newTenant(t, c.options)
				targets := cmp.Or(c.targets, onPilots)
				w := newAttachedWorkspace(t, s, remedy(targets, c.more))
				runSteps(t, s, w, []step{{before: c.first, command: commandsOf("")[0], want: c.begun}})
				if c.changed != "" {
					w.write("main.tf", s.config("%s", remedy(targets, c.changed)))
				}
				if c.event != nil {
					if err := c.event(s); err != nil {
						t.Fatal(err)
					}
				}
				commands := commandsOf(way)
				for _, command := range commands[:len(commands)-1] {
					w.exits(0, "", command...)
				}
				runSteps(t, s, w, []step{{command: commands[len(commands)-1], want: c.want}})
			})
		}
	}
}

// retire makes no endpoint match the targets any more, as an action does that has worked.
func retire(s *tenant) error {
	none := map[string]fleet.Rows{"Custom Tags": {{"[No Tags]"}}}
	return s.Disturb([]world.Change{{ID: "274301", Sensors: none}, {ID: "274308", Sensors: none}})
}

// TestAccTaintedProcess is TestAccTainted with the provider as a program of its own: the plan, the
// apply and the next apply each start another one.
func TestAccTaintedProcess(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 20)})
	built := buildProvider(t)
	for _, way := range applyWays() {
		name := "Remedy " + way
		configure := func(timeout string) string {
			return strings.Replace(remedy(onPilots, "timeouts { create = \""+timeout+"\" }"), "Remedy", name, 1)
		}
		w := workspaceWith(t, built, configure("1ms"))
		w.environment = s.environment()
		before := s.Stats().Deployments
		w.exits(1, "the next apply takes over the action", commandsOf("")[0]...)
		w.write("main.tf", configure("1m"))
		for _, command := range commandsOf(way) {
			w.exits(0, "", command...)
		}
		if made := s.Stats().Deployments - before; made != 1 || !strings.HasSuffix(w.summary(), "finished succeeded") {
			t.Errorf("%s: %d deployments, the state is %s", way, made, w.summary())
		}
	}
}
