// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
)

// TestAccIdentical checks objects of one configuration that are the same deployment.
func TestAccIdentical(t *testing.T) {
	t.Parallel()
	apply := commandsOf("")[0]
	forget := []string{"state", "rm", "tanium_action.x"}
	replace := slices.Concat(apply, []string{"-replace=tanium_action.x[1]"})
	one, none := map[string]int{"actionPerform": 1}, map[string]int(nil)
	count := func(more string) string { return slow + "count = 3\n  wait { enabled = false }\n  " + more }
	for name, c := range map[string]struct {
		first, second string
		steps         []step
	}{
		"error": {count(""), "", []step{
			{command: apply,
				want: outcome{code: 1, says: "This run has already made the same deployment", deployments: 1, open: 1,
					sent: one}},
			{command: apply,
				want: outcome{code: 1, says: "tell equal deployments apart", deployments: 1, open: 1, sent: none}},
			{before: pass(2 * time.Hour), command: apply,
				want: outcome{code: 1, says: "Action has already run", deployments: 1, sent: none}},
		}},
		"told apart": {count("triggers = { instance = count.index }"), "", []step{
			{command: apply,
				want: outcome{says: "3 added", deployments: 3, open: 3, sent: map[string]int{"actionPerform": 3}}},
		}},
		"ignored": {count(`on_duplicate = "ignore"`), "", []step{
			{command: apply,
				want: outcome{says: "3 added", deployments: 3, open: 3, sent: map[string]int{"actionPerform": 3}}},
		}},
		"one adopts": {
			strings.Replace(count(`on_duplicate = "adopt"`), "count = 3", "", 1), count(`on_duplicate = "adopt"`),
			[]step{
				{command: apply, want: outcome{says: "1 added", deployments: 1, open: 1, sent: one}},
				{command: forget, want: outcome{says: "Removed", deployments: 1, open: 1, sent: none}},
				{}, // the second configuration
				{command: apply,
					want: outcome{code: 1, says: "This run has already made the same deployment", deployments: 1,
						open: 1, sent: none}},
			},
		},
		"one of them replaced": {count(`on_duplicate = "ignore"`), count(""), []step{
			{command: apply,
				want: outcome{says: "3 added", deployments: 3, open: 3, sent: map[string]int{"actionPerform": 3}}},
			{},
			{command: replace,
				want: outcome{code: 1, says: "Another object in the state has it. Nothing was cancelled or " +
					"deployed", deployments: 3, open: 3, sent: none}},
		}},
		"one of them replaced, ignored": {count(`on_duplicate = "ignore"`), "", []step{
			{command: apply,
				want: outcome{says: "3 added", deployments: 3, open: 3, sent: map[string]int{"actionPerform": 3}}},
			{command: replace, want: outcome{says: "1 added, 0 changed, 1 destroyed", deployments: 4, open: 3,
				sent: map[string]int{"actionPerform": 1, "scheduledActionDelete": 1, "actionStop": 1}}},
		}},
		"one more": {strings.Replace(count(""), "count = 3", "count = 1", 1),
			strings.Replace(count(""), "count = 3", "count = 2", 1), []step{
				{command: apply, want: outcome{says: "1 added", deployments: 1, open: 1, sent: one}},
				{},
				{command: apply,
					want: outcome{code: 1, says: "tell equal deployments apart", deployments: 1, open: 1, sent: none}},
			}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, remedy(onPilots, c.first))
			requests := s.requests()
			for _, step := range c.steps {
				if step.command == nil {
					w.write("main.tf", s.config("%s", remedy(onPilots, c.second)))
					continue
				}
				if step.before != nil {
					if err := step.before(s); err != nil {
						t.Fatal(err)
					}
				}
				requests()
				code, output := w.try(step.command...)
				want := step.want
				want.state = w.summary() // it is for one object
				want.check(t, s, w, requests(), code, output)
			}
		})
	}
}

// TestAccIdenticalInvocations checks that one action which several resources trigger deploys once.
func TestAccIdenticalInvocations(t *testing.T) {
	t.Parallel()
	needsActions(t)
	trigger := strings.Replace(triggered, "{\n", "{\n  count = 5\n", 1)
	for policy, c := range map[string]struct {
		code        int
		says        string
		deployments int
	}{
		"error":  {code: 1, says: "This run has already made the same deployment", deployments: 1},
		"adopt":  {says: "5 added", deployments: 1},
		"ignore": {says: "5 added", deployments: 5},
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 1)})
			w := newAttachedWorkspace(t, s, tagAll(fmt.Sprintf("on_duplicate = %q", policy))+trigger)
			w.exits(c.code, c.says, "apply", "-auto-approve", "-input=false")
			if deployed := s.Stats().Deployments; deployed != c.deployments {
				t.Errorf("%d deployments", deployed)
			}
		})
	}
}
