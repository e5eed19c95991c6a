// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccUnknownIsNotDifferent checks an argument that is not known in the plan, because it comes
// from something that is replaced: the apply deploys nothing, whether the argument is the same or
// another, and the next plan shows what it would reach.
func TestAccUnknownIsNotDifferent(t *testing.T) {
	t.Parallel()
	one, replaced := map[string]int{"actionPerform": 1}, map[string]int{
		"actionPerform": 1, "scheduledActionDelete": 1, "actionStop": 1,
	}
	for name, c := range map[string]struct {
		argument string // with %s for the value
		values   [2]string
	}{
		"triggers": {`triggers = { run = %s }`, [2]string{`"1"`, `"2"`}},
		"comment":  {`comment = %s`, [2]string{`"CHG-1"`, `"CHG-2"`}},
		"schedule": {`schedule { distribute_seconds = %s }`, [2]string{"30", "40"}},
	} {
		for _, way := range []string{"with a refresh", "without a refresh", "with a saved plan"} {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				s := newTenant(t, simulator.Options{})
				configure := func(value, run string) string {
					return s.config("resource \"terraform_data\" \"source\" {\n  input = %s\n  triggers_replace = "+
						"%q\n}\n%s",
						value, run, remedy(onPilots, fmt.Sprintf(c.argument, "terraform_data.source.output")))
				}
				w := newAttachedWorkspace(t, s, "")
				apply := func(configuration string) (code int, output string) {
					t.Helper()
					w.write("main.tf", configuration)
					for _, command := range commandsOf(way) {
						code, output = w.try(command...)
					}
					return code, output
				}
				check := func(want outcome, configuration string) {
					t.Helper()
					requests := s.requests()
					code, output := apply(configuration)
					want.check(t, s, w, requests(), code, output)
				}
				// The state of the action is the second one in the output.
				check(outcome{says: "2 added", state: "88001 finished succeeded", deployments: 1, open: 1,
					sent: one}, configure(c.values[0], "1"))
				check(outcome{says: "1 added, 0 changed, 1 destroyed", state: "88001 finished succeeded",
					deployments: 1, open: 1},
					configure(c.values[0], "2"))
				check(outcome{code: 1, says: "Apply again", state: "88001 finished succeeded", deployments: 1,
					open: 1}, configure(c.values[1], "3"))
				check(outcome{says: "1 added, 0 changed, 1 destroyed", state: "88002 finished succeeded",
					deployments: 2, open: 1, sent: replaced},
					configure(c.values[1], "3"))
			})
		}
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
