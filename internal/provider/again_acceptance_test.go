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
	done := outcome{says: "1 added", state: "88001 finished succeeded", deployments: 1, open: 1, sent: one}
	again := outcome{says: "1 added", state: "88002 finished succeeded", deployments: 2, open: 1, sent: one}
	mended := func(s *tenant) error { return s.Fail() }
	tainted := outcome{code: 1, says: "the next apply takes over the action", state: "88001 tainted", deployments: 1,
		open: 1, sent: one}
	unwatched := outcome{says: "Cannot read the action's status", state: "88001", deployments: 1, open: 1, sent: one}
	first := `lifecycle { create_before_destroy = true }`
	for name, c := range map[string]struct {
		targets, more string
		steps         []step
	}{
		"asked for by -replace": {steps: []step{
			{command: apply, want: done},
			{command: append(apply, "-replace=tanium_action.x"),
				want: outcome{says: "1 added", state: "88002 finished succeeded", deployments: 2, open: 1,
					sent: replaced}},
			{command: slices.Concat(unrefreshed, []string{"-replace=tanium_action.x"}),
				want: outcome{says: "1 added", state: "88003 finished succeeded", deployments: 3, open: 1,
					sent: replaced}},
			{command: append(plan, "-replace=tanium_action.x"), want: outcome{says: "will be replaced, as requested",
				state: "88003 finished succeeded", deployments: 3, open: 1}},
			{command: applyPlan,
				want: outcome{says: "1 added", state: "88004 finished succeeded", deployments: 4, open: 1,
					sent: replaced}},
		}},
		"tainted by hand": {steps: []step{
			{command: apply, want: done},
			{command: []string{"taint", "tanium_action.x"},
				want: outcome{says: "tainted", state: "88001 finished succeeded " +
					"tainted", deployments: 1, open: 1}},
			{command: apply,
				want: outcome{says: "Took over the action \"Remedy\"", state: "88001 finished succeeded",
					deployments: 1, open: 1}},
			{command: apply,
				want: outcome{says: "No changes", state: "88001 finished succeeded", deployments: 1, open: 1}},
		}},
		"cannot be read": {steps: []step{
			{before: unreadable, command: apply, want: tainted},
			{before: func(s *tenant) error {
				return s.Fail(simulator.Fault{Field: "scheduledAction", Kind: simulator.Status, Code: 503, Times: -1})
			}, command: unrefreshed,
				want: outcome{code: 1, says: "It is not known whether the action is still under way",
					state: "88001 tainted", deployments: 1, open: 1}},
			{command: apply, want: outcome{code: 1, says: "HTTP 503", state: "88001 tainted", deployments: 1, open: 1}},
			{before: mended, command: apply,
				want: outcome{says: "Took over", state: "88001 finished succeeded", deployments: 1, open: 1}},
		}},
		"says what the next apply does": {steps: []step{
			{before: unreadable, command: apply, want: tainted},
			{before: pass(time.Hour), command: plan,
				want: outcome{says: `Apply takes over the action "Remedy" and deploys nothing: scheduled ` +
					`action 88001 has finished meanwhile`, state: "88001 tainted", deployments: 1}},
			{command: applyPlan, want: outcome{says: "Took over", state: "88001 finished succeeded", deployments: 1}},
			{command: destroy,
				want: outcome{says: "1 destroyed", deployments: 1, sent: map[string]int{"scheduledActionDelete": 1}}},
		}},
		"destroyed after a failure": {steps: []step{
			{before: unreadable, command: apply, want: tainted},
			{before: mended, command: destroy,
				want: outcome{says: "1 destroyed", deployments: 1,
					sent: map[string]int{"scheduledActionDelete": 1, "actionStop": 1}}},
			{command: apply, want: again},
		}},
		"kept, and tainted": {more: `on_destroy = "keep"`, steps: []step{
			{before: unreadable, command: apply, want: tainted},
			{before: mended, command: apply,
				want: outcome{says: "Took over", state: "88001 finished succeeded", deployments: 1, open: 1}},
		}},
		"stopped during an update": {more: slow + `on_timeout = "warn"`, steps: []step{
			{before: unreadable, command: apply, want: unwatched},
			{before: stop, command: apply,
				want: outcome{code: 1, says: "The next apply does not run it again", state: "88001 finished",
					deployments: 1}},
			{command: apply,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 finished",
					deployments: 1}},
			{command: unrefreshed,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 finished",
					deployments: 1}},
			{command: plan,
				want: outcome{says: `was stopped or deleted in Tanium`, state: "88001 finished", deployments: 1}},
			{command: applyPlan,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 finished",
					deployments: 1}},
			{command: append(apply, "-replace=tanium_action.x"),
				want: outcome{says: "1 added", state: "88002 finished succeeded", deployments: 2, open: 1,
					sent: deletedOnly}},
		}},
		"stopped after the plan": {targets: onServers, more: `on_timeout = "warn"`, steps: []step{
			{before: unreadable, command: apply, want: unwatched},
			{before: mended, command: apply,
				want: outcome{code: 1, says: "Of 8 endpoints, 1 failed", state: "88001 finished", deployments: 1,
					open: 1}},
			{command: plan,
				want: outcome{says: "Action failed and will be deployed again", state: "88001 finished", deployments: 1,
					open: 1}},
			{before: stop, command: applyPlan,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 finished",
					deployments: 1}},
			{command: apply,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 finished",
					deployments: 1}},
		}},
		"failed during an update": {targets: onServers, more: `on_timeout = "warn"`, steps: []step{
			{before: unreadable, command: apply, want: unwatched},
			{before: mended, command: apply,
				want: outcome{code: 1, says: "Of 8 endpoints, 1 failed", state: "88001 finished", deployments: 1,
					open: 1}},
			{command: unrefreshed,
				want: outcome{code: 1, says: "Of 8 endpoints, 1 failed", state: "88002 finished tainted",
					deployments: 2, open: 1, sent: replaced}},
		}},
		"stopped and deleted, and applied again": {more: slow, steps: []step{
			{before: unreadable, command: apply, want: tainted},
			{before: remove, command: apply,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 tainted",
					deployments: 1}},
			{command: apply,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 tainted",
					deployments: 1}},
			{command: unrefreshed,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 tainted",
					deployments: 1}},
			{command: destroy,
				want: outcome{says: "1 destroyed", deployments: 1, sent: map[string]int{"scheduledActionDelete": 1}}},
		}},
		"recurring, deleted, and applied again": {
			more: "schedule {\n    expire_seconds = 900\n    reissue_seconds = 3600\n  }",
			steps: []step{
				{before: unreadable, command: apply, want: tainted},
				{before: remove, command: apply,
					want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 tainted",
						deployments: 1}},
				{before: pass(time.Hour), command: apply,
					want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 tainted",
						deployments: 1}},
			},
		},
		"created first": {more: slow + first, steps: []step{
			{before: unreadable, command: apply, want: tainted},
			{before: mended, command: apply,
				want: outcome{code: 1, says: "Action is already deployed", state: "88001 tainted", deployments: 1,
					open: 1}},
			{before: stop, command: apply,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 tainted",
					deployments: 1}},
		}},
		"created first, adopting": {more: first + "\n  on_duplicate = \"adopt\"", steps: []step{
			{before: unreadable, command: apply, want: tainted},
			{before: mended, command: apply,
				want: outcome{says: "Adopted an action", state: "88001 finished succeeded", deployments: 1, open: 1}},
		}},
		"created first, adopting, stopped": {more: slow + first + "\n  on_duplicate = \"adopt\"", steps: []step{
			{before: unreadable, command: apply, want: tainted},
			{before: stop, command: apply,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, state: "88001 tainted",
					deployments: 1}},
		}},
		// Terraform tells a creation nothing of the object that it replaces afterwards.
		"created first, adopting, deleted": {more: slow + first + "\n  on_duplicate = \"adopt\"", steps: []step{
			{before: unreadable, command: apply, want: tainted},
			{before: remove, command: plan,
				want: outcome{says: `With create_before_destroy, the apply runs it again`, state: "88001 tainted",
					deployments: 1}},
			{command: applyPlan,
				want: outcome{says: "Destruction complete after 0s Warning: Deployment of", // and no other
					state: "88002 finished succeeded", deployments: 2, open: 1, sent: deletedOnly}},
		}},
		"lost, and ended": {steps: []step{
			{command: apply, want: done},
			{before: pass(time.Hour), command: forget, want: outcome{says: "Removed", deployments: 1}},
			{command: apply, want: outcome{code: 1, says: "Action has already run", deployments: 1}},
			{command: unrefreshed,
				want: outcome{code: 1, says: "It ended at 2026-03-07 09:11:02 UTC or before: 2 completed",
					deployments: 1}},
			{before: pass(25 * time.Hour), command: apply, want: again},
		}},
		"lost, ended, and adopted": {more: `on_duplicate = "adopt"`, steps: []step{
			{command: apply, want: done},
			{before: pass(time.Hour), command: forget, want: outcome{says: "Removed", deployments: 1}},
			{command: apply, want: outcome{says: "had already run", state: "88001 finished succeeded", deployments: 1}},
		}},
		"lost, ended, and ignored": {more: `on_duplicate = "ignore"`, steps: []step{
			{command: apply, want: done},
			{before: pass(time.Hour), command: forget, want: outcome{says: "Removed", deployments: 1}},
			{command: apply, want: again},
		}},
		"lost, and stopped": {more: slow + `on_duplicate = "adopt"`, steps: []step{
			{before: unreadable, command: apply, want: tainted},
			{before: stop, command: forget, want: outcome{says: "Removed", deployments: 1}},
			{command: apply,
				want: outcome{code: 1, says: `Error: Stopped or deleted in Tanium`, deployments: 1}},
		}},
		"kept by a destroy, and ended": {more: `on_destroy = "keep"`, steps: []step{
			{command: apply, want: done},
			{before: pass(time.Hour), command: destroy, want: outcome{says: "1 destroyed", deployments: 1}},
			{command: apply, want: outcome{code: 1, says: "Action has already run", deployments: 1}},
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
	done := outcome{says: "1 added", state: "88001 finished succeeded", deployments: 1, open: 1, sent: one}
	tainted := outcome{code: 1, says: "the next apply takes over the action", state: "88001 tainted", deployments: 1,
		open: 1, sent: one}
	for name, steps := range map[string][]step{
		"destroy": {
			{command: apply, want: done},
			{before: anotherDeployment, command: slices.Concat(destroy, unrefreshed),
				want: outcome{code: 1, says: says, state: "88001 finished succeeded", deployments: 1, open: 1}},
		},
		"saved destroy": {
			{command: apply, want: done},
			{command: []string{"plan", "-input=false", "-destroy", "-out=plan"},
				want: outcome{says: "1 to destroy", state: "88001 finished succeeded", deployments: 1, open: 1}},
			{before: anotherDeployment, command: []string{"apply", "-input=false", "plan"},
				want: outcome{code: 1, says: says, state: "88001 finished succeeded", deployments: 1, open: 1}},
		},
		"replacement": {
			{command: apply, want: done},
			{before: anotherDeployment,
				command: slices.Concat(apply, unrefreshed, []string{"-replace=tanium_action.x"}),
				want:    outcome{code: 1, says: says, state: "88001 finished succeeded", deployments: 1, open: 1}},
		},
		"tainted": {
			{before: unreadable, command: apply, want: tainted},
			{before: func(s *tenant) error {
				if err := s.Fail(); err != nil {
					return err
				}
				return anotherDeployment(s)
			}, command: slices.Concat(apply, unrefreshed),
				want: outcome{code: 1, says: says, state: "88001 tainted", deployments: 1, open: 1}},
			{command: apply, want: outcome{code: 1, says: says, state: "88001 tainted", deployments: 1, open: 1}},
		},
		"update": {
			{before: unreadable, command: slices.Concat(apply, []string{"-var=on_timeout=warn"}),
				want: outcome{says: "Cannot read the action's status", state: "88001", deployments: 1, open: 1,
					sent: one}},
			{before: func(s *tenant) error {
				if err := s.Fail(); err != nil {
					return err
				}
				return anotherDeployment(s)
			}, command: slices.Concat(apply, unrefreshed),
				want: outcome{code: 1, says: says, state: "88001", deployments: 1, open: 1}},
			{command: apply, want: outcome{code: 1, says: says, state: "88001", deployments: 1, open: 1}},
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
	runSteps(t, s, w, []step{{before: unreadable, command: apply,
		want: outcome{code: 1, says: "the next apply takes over the action", state: "88001 tainted", deployments: 1,
			open: 1, sent: map[string]int{"actionPerform": 1}}}})
	w.write("main.tf", configure("2"))
	runSteps(t, s, w, []step{
		{before: mended, command: apply,
			want: outcome{code: 1, says: "It is not known whether the action \"Remedy\" is the same deployment",
				state: "88001 tainted", deployments: 1, open: 1}},
		{command: slices.Concat(apply, []string{"-target=terraform_data.source"}),
			want: outcome{says: "1 added", state: "88001 tainted", deployments: 1, open: 1}},
		{command: apply, want: outcome{says: "Took over", state: "88001 finished succeeded", deployments: 1, open: 1}},
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
		{before: unreadable, command: commandsOf("")[0],
			want: outcome{code: 1, says: "the next apply takes over", state: "88001 tainted", deployments: 1, open: 1,
				sent: map[string]int{"actionPerform": 1}}},
		{before: func(s *tenant) error { return s.Fail() }, command: commandsOf("")[0],
			want: outcome{says: "Took over", state: "88001 finished succeeded", deployments: 1, open: 1}},
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
	// The command reads both objects at the same time, and the provider warns only of one that it
	// has seen.
	for range 10 {
		code, output := w.try("import", "-input=false", "tanium_action.y", "88001")
		if code != 0 {
			t.Fatalf("exits with %d: %s", code, output)
		}
		if strings.Contains(output, says) {
			return
		}
		w.run([]string{"state", "rm", "tanium_action.y"})
	}
	t.Error("no import warns")
}
