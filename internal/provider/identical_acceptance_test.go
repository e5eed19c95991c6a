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
			{nil, apply, outcome{1, "This run has already made the same deployment", "", 1, 1, one}},
			{nil, apply, outcome{1, "tell equal deployments apart", "", 1, 1, none}},
			{pass(2 * time.Hour), apply, outcome{1, "Action has already run", "", 1, 0, none}},
		}},
		"told apart": {count("triggers = { instance = count.index }"), "", []step{
			{nil, apply, outcome{0, "3 added", "", 3, 3, map[string]int{"actionPerform": 3}}},
		}},
		"ignored": {count(`on_duplicate = "ignore"`), "", []step{
			{nil, apply, outcome{0, "3 added", "", 3, 3, map[string]int{"actionPerform": 3}}},
		}},
		"one adopts": {
			strings.Replace(count(`on_duplicate = "adopt"`), "count = 3", "", 1), count(`on_duplicate = "adopt"`),
			[]step{
				{nil, apply, outcome{0, "1 added", "", 1, 1, one}},
				{nil, forget, outcome{0, "Removed", "", 1, 1, none}},
				{nil, nil, outcome{}}, // the second configuration
				{nil, apply, outcome{1, "This run has already made the same deployment", "", 1, 1, none}},
			},
		},
		"one of them replaced": {count(`on_duplicate = "ignore"`), count(""), []step{
			{nil, apply, outcome{0, "3 added", "", 3, 3, map[string]int{"actionPerform": 3}}},
			{nil, nil, outcome{}},
			{nil, replace, outcome{1, "Another object in the state has it. Nothing was cancelled or " +
				"deployed", "", 3, 3, none}},
		}},
		"one of them replaced, ignored": {count(`on_duplicate = "ignore"`), "", []step{
			{nil, apply, outcome{0, "3 added", "", 3, 3, map[string]int{"actionPerform": 3}}},
			{nil, replace, outcome{0, "1 added, 0 changed, 1 destroyed", "", 4, 3,
				map[string]int{"actionPerform": 1, "scheduledActionDelete": 1, "actionStop": 1}}},
		}},
		"one more": {strings.Replace(count(""), "count = 3", "count = 1", 1),
			strings.Replace(count(""), "count = 3", "count = 2", 1), []step{
				{nil, apply, outcome{0, "1 added", "", 1, 1, one}},
				{nil, nil, outcome{}},
				{nil, apply, outcome{1, "tell equal deployments apart", "", 1, 1, none}},
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
		"error":  {1, "This run has already made the same deployment", 1},
		"adopt":  {0, "5 added", 1},
		"ignore": {0, "5 added", 5},
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
