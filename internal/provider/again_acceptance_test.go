// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// stop stops the first action and keeps its scheduled action, as somebody does in an emergency.
func stop(s *tenant) error {
	if err := s.Fail(); err != nil {
		return err
	}
	return s.client(s.t, simulator.DefaultToken).StopAction(s.t.Context(), "6112010")
}

// remove deletes the first scheduled action and stops its action, as somebody does in an emergency.
func remove(s *tenant) error {
	if err := s.Fail(); err != nil {
		return err
	}
	s.cancel(s.t, "88001")
	return nil
}

// pass returns a step's event that mends the tenant and lets time pass.
func pass(by time.Duration) func(*tenant) error {
	return func(s *tenant) error {
		s.Advance(by)
		return s.Fail()
	}
}

// TestAccAgain checks histories in which an action runs again only if somebody asks for it: by a
// change, by -replace, or because it failed.
func TestAccAgain(t *testing.T) {
	t.Parallel()
	apply, destroy := commandsOf("")[0], []string{"destroy", "-input=false", "-auto-approve"}
	unrefreshed := commandsOf("without a refresh")[0]
	plan, applyPlan := []string{"plan", "-input=false", "-out=plan"}, []string{"apply", "-input=false", "plan"}
	forget := []string{"state", "rm", "tanium_action.x"}
	one, replaced := map[string]int{"actionPerform": 1}, map[string]int{
		"actionPerform": 1, "scheduledActionDelete": 1, "actionStop": 1,
	}
	deletedOnly := map[string]int{"actionPerform": 1, "scheduledActionDelete": 1}
	done := outcome{0, "1 added", "88001 finished succeeded", 1, 1, one}
	again := outcome{0, "1 added", "88002 finished succeeded", 2, 1, one}
	mended := func(s *tenant) error { return s.Fail() }
	tainted := outcome{1, "the next apply takes over the action", "88001 tainted", 1, 1, one}
	unwatched := outcome{0, "Cannot read the action's status", "88001", 1, 1, one}
	first := `lifecycle { create_before_destroy = true }`
	for name, c := range map[string]struct {
		targets, more string
		steps         []step
	}{
		"asked for by -replace": {steps: []step{
			{nil, apply, done},
			{nil, append(apply, "-replace=tanium_action.x"),
				outcome{0, "1 added", "88002 finished succeeded", 2, 1, replaced}},
			{nil, slices.Concat(unrefreshed, []string{"-replace=tanium_action.x"}),
				outcome{0, "1 added", "88003 finished succeeded", 3, 1, replaced}},
			{nil, append(plan, "-replace=tanium_action.x"), outcome{0, "will be replaced, as requested",
				"88003 finished succeeded", 3, 1, nil}},
			{nil, applyPlan, outcome{0, "1 added", "88004 finished succeeded", 4, 1, replaced}},
		}},
		"tainted by hand": {steps: []step{
			{nil, apply, done},
			{nil, []string{"taint", "tanium_action.x"}, outcome{0, "tainted", "88001 finished succeeded " +
				"tainted", 1, 1, nil}},
			{nil, apply, outcome{0, "Took over the action \"Remedy\"", "88001 finished succeeded", 1, 1, nil}},
			{nil, apply, outcome{0, "No changes", "88001 finished succeeded", 1, 1, nil}},
		}},
		"cannot be read": {steps: []step{
			{unreadable, apply, tainted},
			{func(s *tenant) error {
				return s.Fail(simulator.Fault{Field: "scheduledAction", Kind: simulator.Status, Code: 503, Times: -1})
			}, unrefreshed,
				outcome{1, "It is not known whether the action is still under way", "88001 tainted", 1, 1, nil}},
			{nil, apply, outcome{1, "HTTP 503", "88001 tainted", 1, 1, nil}},
			{mended, apply, outcome{0, "Took over", "88001 finished succeeded", 1, 1, nil}},
		}},
		"says what the next apply does": {steps: []step{
			{unreadable, apply, tainted},
			{pass(time.Hour), plan, outcome{0, `Apply takes over the action "Remedy" and deploys nothing: scheduled ` +
				`action 88001 has finished meanwhile`, "88001 tainted", 1, 0, nil}},
			{nil, applyPlan, outcome{0, "Took over", "88001 finished succeeded", 1, 0, nil}},
			{nil, destroy, outcome{0, "1 destroyed", "", 1, 0, map[string]int{"scheduledActionDelete": 1}}},
		}},
		"destroyed after a failure": {steps: []step{
			{unreadable, apply, tainted},
			{mended, destroy, outcome{0, "1 destroyed", "", 1, 0,
				map[string]int{"scheduledActionDelete": 1, "actionStop": 1}}},
			{nil, apply, again},
		}},
		"kept, and tainted": {more: `on_destroy = "keep"`, steps: []step{
			{unreadable, apply, tainted},
			{mended, apply, outcome{0, "Took over", "88001 finished succeeded", 1, 1, nil}},
		}},
		"stopped during an update": {more: slow + `on_timeout = "warn"`, steps: []step{
			{unreadable, apply, unwatched},
			{stop, apply, outcome{1, "The next apply does not run it again", "88001 finished", 1, 0, nil}},
			{nil, apply, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 finished", 1, 0, nil}},
			{nil, unrefreshed, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 finished", 1, 0, nil}},
			{nil, plan, outcome{0, `Apply will fail: somebody stopped`, "88001 finished", 1, 0, nil}},
			{nil, applyPlan, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 finished", 1, 0, nil}},
			{nil, append(apply, "-replace=tanium_action.x"),
				outcome{0, "1 added", "88002 finished succeeded", 2, 1, deletedOnly}},
		}},
		"stopped after the plan": {targets: onServers, more: `on_timeout = "warn"`, steps: []step{
			{unreadable, apply, unwatched},
			{mended, apply, outcome{1, "Of 8 endpoints, 1 failed", "88001 finished", 1, 1, nil}},
			{nil, plan, outcome{0, "Action failed and will be deployed again", "88001 finished", 1, 1, nil}},
			{stop, applyPlan, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 finished", 1, 0, nil}},
			{nil, apply, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 finished", 1, 0, nil}},
		}},
		"failed during an update": {targets: onServers, more: `on_timeout = "warn"`, steps: []step{
			{unreadable, apply, unwatched},
			{mended, apply, outcome{1, "Of 8 endpoints, 1 failed", "88001 finished", 1, 1, nil}},
			{nil, unrefreshed, outcome{1, "Of 8 endpoints, 1 failed", "88002 finished tainted", 2, 1, replaced}},
		}},
		"stopped and deleted, and applied again": {more: slow, steps: []step{
			{unreadable, apply, tainted},
			{remove, apply, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 tainted", 1, 0, nil}},
			{nil, apply, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 tainted", 1, 0, nil}},
			{nil, unrefreshed, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 tainted", 1, 0, nil}},
			{nil, destroy, outcome{0, "1 destroyed", "", 1, 0, map[string]int{"scheduledActionDelete": 1}}},
		}},
		"recurring, deleted, and applied again": {
			more: "schedule {\n    expire_seconds = 900\n    reissue_seconds = 3600\n  }",
			steps: []step{
				{unreadable, apply, tainted},
				{remove, apply, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 tainted", 1, 0, nil}},
				{pass(time.Hour), apply,
					outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 tainted", 1, 0, nil}},
			},
		},
		"created first": {more: slow + first, steps: []step{
			{unreadable, apply, tainted},
			{mended, apply, outcome{1, "Action is already deployed", "88001 tainted", 1, 1, nil}},
			{stop, apply, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 tainted", 1, 0, nil}},
		}},
		"created first, adopting": {more: first + "\n  on_duplicate = \"adopt\"", steps: []step{
			{unreadable, apply, tainted},
			{mended, apply, outcome{0, "Adopted an action", "88001 finished succeeded", 1, 1, nil}},
		}},
		"created first, adopting, stopped": {more: slow + first + "\n  on_duplicate = \"adopt\"", steps: []step{
			{unreadable, apply, tainted},
			{stop, apply, outcome{1, `Error: Somebody stopped the action "Remedy"`, "88001 tainted", 1, 0, nil}},
		}},
		"lost, and ended": {steps: []step{
			{nil, apply, done},
			{pass(time.Hour), forget, outcome{0, "Removed", "", 1, 0, nil}},
			{nil, apply, outcome{1, "Action has already run", "", 1, 0, nil}},
			{nil, unrefreshed,
				outcome{1, "It ended at 2026-03-07 09:11:02 UTC or before: 2 completed", "", 1, 0, nil}},
			{pass(25 * time.Hour), apply, again},
		}},
		"lost, ended, and adopted": {more: `on_duplicate = "adopt"`, steps: []step{
			{nil, apply, done},
			{pass(time.Hour), forget, outcome{0, "Removed", "", 1, 0, nil}},
			{nil, apply, outcome{0, "had already run", "88001 finished succeeded", 1, 0, nil}},
		}},
		"lost, ended, and ignored": {more: `on_duplicate = "ignore"`, steps: []step{
			{nil, apply, done},
			{pass(time.Hour), forget, outcome{0, "Removed", "", 1, 0, nil}},
			{nil, apply, again},
		}},
		"lost, and stopped": {more: slow + `on_duplicate = "adopt"`, steps: []step{
			{unreadable, apply, tainted},
			{stop, forget, outcome{0, "Removed", "", 1, 0, nil}},
			{nil, apply, outcome{1, `Error: Somebody stopped the action "Remedy"`, "", 1, 0, nil}},
		}},
		"kept by a destroy, and ended": {more: `on_destroy = "keep"`, steps: []step{
			{nil, apply, done},
			{pass(time.Hour), destroy, outcome{0, "1 destroyed", "", 1, 0, nil}},
			{nil, apply, outcome{1, "Action has already run", "", 1, 0, nil}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			if c.targets == "" {
				c.targets = onPilots
			}
			runSteps(t, s, newAttachedWorkspace(t, s, remedy(c.targets, c.more)), c.steps)
		})
	}
}

// anotherDeployment resets the server, so that IDs begin again, and makes another team deploy with
// the first of them.
func anotherDeployment(s *tenant) error {
	if err := s.Reset(); err != nil {
		return err
	}
	config := tagging()
	config["name"], config["wait"] = "Remedy", map[string]any{"enabled": false}
	other := newSession(s.t, s, s)
	if state, said := other.apply(s.t.Context(), config, nil); hasError(said) ||
		other.attribute(state, "id") != `tftypes.String<"88001">` {
		s.t.Fatal(describe(said))
	}
	return nil
}

// TestAccAnotherDeployment checks that nothing is cancelled, taken over or waited for that has the
// ID of the action in the state and is another deployment, also without a refresh.
func TestAccAnotherDeployment(t *testing.T) {
	t.Parallel()
	apply, destroy := commandsOf("")[0], []string{"destroy", "-input=false", "-auto-approve"}
	unrefreshed := []string{"-refresh=false"}
	one := map[string]int{"actionPerform": 1}
	const says = "Error: Scheduled action is another deployment"
	done := outcome{0, "1 added", "88001 finished succeeded", 1, 1, one}
	tainted := outcome{1, "the next apply takes over the action", "88001 tainted", 1, 1, one}
	for name, steps := range map[string][]step{
		"destroy": {
			{nil, apply, done},
			{anotherDeployment, slices.Concat(destroy, unrefreshed),
				outcome{1, says, "88001 finished succeeded", 1, 1, nil}},
		},
		"saved destroy": {
			{nil, apply, done},
			{nil, []string{"plan", "-input=false", "-destroy", "-out=plan"},
				outcome{0, "1 to destroy", "88001 finished succeeded", 1, 1, nil}},
			{anotherDeployment, []string{"apply", "-input=false", "plan"},
				outcome{1, says, "88001 finished succeeded", 1, 1, nil}},
		},
		"replacement": {
			{nil, apply, done},
			{anotherDeployment, slices.Concat(apply, unrefreshed, []string{"-replace=tanium_action.x"}),
				outcome{1, says, "88001 finished succeeded", 1, 1, nil}},
		},
		"tainted": {
			{unreadable, apply, tainted},
			{func(s *tenant) error {
				if err := s.Fail(); err != nil {
					return err
				}
				return anotherDeployment(s)
			}, slices.Concat(apply, unrefreshed), outcome{1, says, "88001 tainted", 1, 1, nil}},
			{nil, apply, outcome{1, says, "88001 tainted", 1, 1, nil}},
		},
		"update": {
			{unreadable, slices.Concat(apply, []string{"-var=on_timeout=warn"}),
				outcome{0, "Cannot read the action's status", "88001", 1, 1, one}},
			{func(s *tenant) error {
				if err := s.Fail(); err != nil {
					return err
				}
				return anotherDeployment(s)
			}, slices.Concat(apply, unrefreshed), outcome{1, says, "88001", 1, 1, nil}},
			{nil, apply, outcome{1, says, "88001", 1, 1, nil}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, "variable \"on_timeout\" {\n  default = \"error\"\n}\n"+
				remedy(onPilots, "on_timeout = var.on_timeout"))
			runSteps(t, s, w, steps)
		})
	}
}

// TestAccTaintedUnknown checks that a tainted action is neither cancelled nor deployed again while
// the plan does not know whether its replacement is the same deployment.
func TestAccTaintedUnknown(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	configure := func(run string) string {
		return s.config("resource \"terraform_data\" \"source\" {\n  input = \"same\"\n  triggers_replace = %q\n}\n%s",
			run, remedy(onPilots, "triggers = { run = terraform_data.source.output }"))
	}
	apply, mended := commandsOf("")[0], func(s *tenant) error { return s.Fail() }
	w := newAttachedWorkspace(t, s, "")
	w.write("main.tf", configure("1"))
	runSteps(t, s, w, []step{{unreadable, apply,
		outcome{1, "the next apply takes over the action", "88001 tainted", 1, 1, map[string]int{"actionPerform": 1}}}})
	w.write("main.tf", configure("2"))
	runSteps(t, s, w, []step{
		{mended, apply, outcome{1, "It is not known whether the action \"Remedy\" is the same deployment",
			"88001 tainted", 1, 1, nil}},
		{nil, slices.Concat(apply, []string{"-target=terraform_data.source"}),
			outcome{0, "1 added", "88001 tainted", 1, 1, nil}},
		{nil, apply, outcome{0, "Took over", "88001 finished succeeded", 1, 1, nil}},
	})
}

// TestAccTaintedSecret checks the takeover of an action with a write-only parameter, which the
// state does not have.
func TestAccTaintedSecret(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	secret := strings.Replace(remedy(onPilots, ""), `parameters = ["Blue"]`,
		"parameters_wo = [\"Blue\"]\n    parameters_wo_version = 1", 1)
	if !strings.Contains(secret, "parameters_wo") {
		t.Fatal(secret)
	}
	runSteps(t, s, newAttachedWorkspace(t, s, secret), []step{
		{unreadable, commandsOf("")[0],
			outcome{1, "the next apply takes over", "88001 tainted", 1, 1, map[string]int{"actionPerform": 1}}},
		{func(s *tenant) error { return s.Fail() }, commandsOf("")[0],
			outcome{0, "Took over", "88001 finished succeeded", 1, 1, nil}},
	})
}

// TestAccImportTwice checks that the import of an action that another resource has warns.
func TestAccImportTwice(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, remedy(onPilots, ""))
	w.exits(0, "1 added", commandsOf("")[0]...)
	w.write("import.tf", "import {\n  to = tanium_action.y\n  id = \"88001\"\n}\n"+
		strings.Replace(remedy(onPilots, ""), `"x"`, `"y"`, 1))
	const says = "Warning: Another object in the state already has scheduled action 88001"
	for _, way := range []string{"-refresh=true", "-refresh=false"} {
		w.exits(0, says, "plan", "-input=false", way)
	}
	w.write("import.tf", strings.Replace(remedy(onPilots, ""), `"x"`, `"y"`, 1))
	w.exits(0, says, "import", "-input=false", "tanium_action.y", "88001")
}
