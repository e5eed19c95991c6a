// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccUnknownIsNotDifferent checks an argument that is not known in the plan, because it comes
// from something that is replaced: the apply deploys nothing, whether the argument is the same or
// another, and the next plan shows what it would reach.
func TestAccUnknownIsNotDifferent(t *testing.T) {
	t.Parallel()
	// The argument, with %s for its value, and two values.
	arguments := map[string][3]string{
		"triggers": {`triggers = { run = %s }`, `"1"`, `"2"`},
		"comment":  {`comment = %s`, `"CHG-1"`, `"CHG-2"`},
		"schedule": {`schedule { distribute_seconds = %s }`, "30", "40"},
	}
	count := len(arguments)
	one, replaced := map[string]int{"actionPerform": count}, map[string]int{
		"actionPerform": count, "scheduledActionDelete": count, "actionStop": count,
	}
	for _, way := range applyWays() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, "")
			requests := s.requests()
			// apply applies the values of an index, and returns the states of the actions by their
			// arguments.
			apply := func(value int, run string, want outcome) map[string]string {
				t.Helper()
				configuration := s.config("")
				for name, argument := range arguments {
					configuration += fmt.Sprintf("resource \"terraform_data\" %q {\n  input = %s\n"+
						"  triggers_replace = %q\n}\n", name, argument[value], run)
					action := remedy(onPilots, fmt.Sprintf(argument[0], "terraform_data."+name+".output"))
					configuration += strings.NewReplacer(`"x"`, strconv.Quote(name), "Remedy", name).Replace(action)
				}
				w.write("main.tf", configuration)
				requests()
				var code int
				var output string
				for _, command := range commandsOf(way) {
					code, output = w.try(command...)
				}
				want.state = w.summary() // it is for one action
				want.check(t, s, w, requests(), code, output)
				states := map[string]string{}
				for name := range arguments {
					// A replacement that fails names the action.
					if code != 0 && !strings.Contains(output, fmt.Sprintf("Arguments of the action %q differ", name)) {
						t.Errorf("it does not say that %s differs: %s", name, output)
					}
					states[name] = w.state().objects()["tanium_action."+name].summary()
					if !strings.HasSuffix(states[name], " finished succeeded") {
						t.Errorf("%s is %s", name, states[name])
					}
				}
				return states
			}
			first := apply(1, "1", outcome{says: "6 added", deployments: count, open: count, sent: one})
			again := apply(1, "2", outcome{says: "3 added, 0 changed, 3 destroyed", deployments: count, open: count})
			failed := apply(2, "3", outcome{code: 1, says: "Apply again", deployments: count, open: count})
			if !maps.Equal(again, first) || !maps.Equal(failed, first) {
				t.Errorf("the actions were %v, then %v, then %v", first, again, failed)
			}
			last := apply(2, "3", outcome{says: "3 added, 0 changed, 3 destroyed", deployments: 2 * count, open: count,
				sent: replaced})
			for name := range arguments {
				if last[name] == first[name] {
					t.Errorf("%s is still %s", name, last[name])
				}
			}
		})
	}
}

// TestAccUnknownOfThisRun is TestAccUnknownIsNotDifferent for an argument that comes from another
// action, which is deployed in the same run: the provider then knows that it is an apply.
func TestAccUnknownOfThisRun(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	configure := func(run string) string {
		return s.config("%s%s", remedy(onPilots, "triggers = { after = tanium_action.before.id }"),
			strings.NewReplacer(`"x"`, `"before"`, "Remedy", "Before").Replace(
				remedy(onPilots, fmt.Sprintf("triggers = { run = %q }", run))))
	}
	w := newAttachedWorkspace(t, s, "")
	w.write("main.tf", configure("1"))
	w.exits(0, "2 added", commandsOf("")[0]...)
	w.write("main.tf", configure("2"))
	w.exits(1, `Error: Arguments of the action "Remedy" differ from the state: triggers`, commandsOf("")[0]...)
	if stats := s.Stats(); stats.Deployments != 3 {
		t.Errorf("%+v", stats)
	}
	w.exits(0, "1 added, 0 changed, 1 destroyed", commandsOf("")[0]...)
	if stats := s.Stats(); stats.Deployments != 4 || stats.OpenScheduledActions != 2 {
		t.Errorf("%+v", stats)
	}
}
