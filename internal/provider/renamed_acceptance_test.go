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

// recurring issues an action every two hours.
const recurring = "\n  schedule {\n    reissue_seconds = 7200\n  }\n"

// TestAccRenamed checks that a resource which is renamed without a moved block does not run its
// action again, whether the action is finished, over or kept: the plan warns, and the
// apply takes the action over. With a moved block, with changed triggers or with on_duplicate =
// "ignore", it does what it is asked for.
func TestAccRenamed(t *testing.T) {
	t.Parallel()
	apply := commandsOf("")[0]
	const warns = `Warning: The plan moves the action "Remedy" to another address, and does not run it again`
	const taken = "Took over the action"
	const replaces = "1 to add, 0 to change, 1 to destroy"
	moved := "moved {\n  from = tanium_action.x\n  to   = tanium_action.y\n}\n"
	for name, c := range map[string]struct {
		more string
		// changed are the arguments of the renamed resource; the same if empty.
		changed string
		later   time.Duration
		beside  string // another block
		// says is in the output of the plan, applied in that of the apply, and then in that of the
		// next one.
		says, applied, then string
		// deployments are those in the end.
		deployments int
	}{
		"finished":      {says: warns, applied: taken, then: "No changes", deployments: 1},
		"over":          {later: time.Hour, says: warns, applied: taken, then: "No changes", deployments: 1},
		"over for days": {later: 72 * time.Hour, says: warns, applied: taken, then: "No changes", deployments: 1},
		"recurring, kept": {more: `on_destroy = "keep"` + recurring,
			says: warns, applied: taken, then: "No changes", deployments: 1},
		"kept":     {more: `on_destroy = "keep"`, says: warns, applied: taken, then: "No changes", deployments: 1},
		"adopting": {more: `on_duplicate = "adopt"`, says: warns, applied: taken, then: "No changes", deployments: 1},
		"moved":    {beside: moved, says: "has moved to", then: "No changes", deployments: 1},
		"asked for": {changed: `triggers = { run = "again" }`,
			says: replaces, then: "No changes", deployments: 2},
		"ignoring others": {more: `on_duplicate = "ignore"`, says: replaces, then: "No changes", deployments: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, remedy(onPilots, c.more))
			w.exits(0, "1 added", apply...)
			s.Advance(c.later)
			renamed := strings.Replace(remedy(onPilots, c.more+"\n  "+c.changed), `"x"`, `"y"`, 1)
			w.write("main.tf", s.config("%s", renamed+c.beside))
			code, output := w.try("plan", "-input=false", "-out=plan")
			if code != 0 || !strings.Contains(output, c.says) || strings.Contains(output, warns) != (c.says == warns) {
				t.Errorf("the plan exits with %d: %s", code, output)
			}
			code, output = w.try("apply", "-input=false", "plan")
			// If the creation is refused before the destroy begins, both fail, and nothing changes.
			for n := 0; n < 5 && code == 1 && strings.Contains(output, "has moved to another address"); n++ {
				code, output = w.try(apply...)
			}
			if code != 0 || !strings.Contains(output, c.applied) || s.Stats().Deployments != c.deployments {
				t.Errorf("the apply exits with %d, %d deployments: %s", code, s.Stats().Deployments, output)
			}
			code, output = w.try(apply...)
			if code != 0 || !strings.Contains(output, c.then) || s.Stats().Deployments != c.deployments {
				t.Errorf("the next apply exits with %d, %d deployments: %s", code, s.Stats().Deployments, output)
			}
		})
	}
}

// TestAccRenamedDestroy checks that a configuration with a renamed resource can be destroyed.
func TestAccRenamedDestroy(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, remedy(onPilots, ""))
	w.exits(0, "1 added", commandsOf("")[0]...)
	w.write("main.tf", s.config("%s", strings.Replace(remedy(onPilots, ""), `"x"`, `"y"`, 1)))
	w.exits(0, "1 destroyed", slices.Concat([]string{"destroy"}, commandsOf("")[0][1:])...)
	if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 0 {
		t.Errorf("%+v", stats)
	}
}

// TestAccRenamedUnfinished checks that no plan stops an action because its resource is renamed
// without a moved block, if the action is not finished or recurs. A moved block, or a destroy,
// helps.
func TestAccRenamedUnfinished(t *testing.T) {
	t.Parallel()
	apply := commandsOf("")[0]
	const stops = "Error: Plan would stop the action"
	const moved = "moved {\n  from = tanium_action.x\n  to   = tanium_action.y\n}\n"
	for name, c := range map[string]struct {
		more string
		// fails makes the first apply fail, and taint the resource.
		fails bool
	}{
		"not awaited": {more: slow + "wait { enabled = false }"},
		"tainted":     {more: slow, fails: true},
		"enough":      {more: slow + "wait { min_completed_percent = 50 }"},
		"recurring":   {more: recurring},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, remedy(onPilots, c.more))
			code := 0
			if c.fails {
				code = 1
				if err := unreadable(s); err != nil {
					t.Fatal(err)
				}
			}
			w.exits(code, "tanium_action.x: Creating", apply...)
			if err := s.Fail(); err != nil {
				t.Fatal(err)
			}
			renamed := strings.Replace(remedy(onPilots, c.more), `"x"`, `"y"`, 1)
			w.write("main.tf", s.config("%s", renamed))
			w.exits(1, stops, "plan", "-input=false")
			w.exits(1, stops, apply...)
			stats := s.Stats()
			w.write("main.tf", s.config("%s", renamed+moved))
			w.exits(0, "tanium_action.x", "plan", "-input=false") // moved from or to
			w.write("main.tf", s.config("%s", renamed))
			w.exits(1, stops, "destroy", "-input=false", "-auto-approve")
			if stats.Deployments != 1 || stats.OpenScheduledActions != 1 {
				t.Errorf("%+v", stats)
			}
			w.exits(0, "1 destroyed", "destroy", "-input=false", "-auto-approve", "-refresh=false")
			if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestAccRemovedTwin checks that a plan which removes one of two equal actions does not take it for
// a move to the other one, which is tainted and replaced at its own address.
func TestAccRemovedTwin(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	apply := commandsOf("")[0]
	const ignoring = "wait { enabled = false }\n  on_duplicate = \"ignore\"\n"
	x := remedy(onPilots, slow)
	y := strings.Replace(remedy(onPilots, slow+ignoring), `"x"`, `"y"`, 1)
	w := newAttachedWorkspace(t, s, x)
	if err := unreadable(s); err != nil {
		t.Fatal(err)
	}
	w.exits(1, "tanium_action.x: Creating", apply...)
	if err := s.Fail(); err != nil {
		t.Fatal(err)
	}
	w.write("main.tf", s.config("%s", x+y))
	w.exits(0, "1 added", append(apply, "-target=tanium_action.y")...)
	w.write("main.tf", s.config("%s", x))
	w.exits(0, "1 to add, 0 to change, 2 to destroy", "plan", "-input=false")
	w.exits(0, "1 added, 0 changed, 2 destroyed", apply...)
	stats, state := s.Stats(), w.summary()
	if stats.Deployments != 2 || stats.OpenScheduledActions != 1 || state != "88001 finished succeeded" {
		t.Errorf("%+v, %s", stats, state)
	}
}

// TestAccRenamedPart checks that no plan ends what is left of a recurring operation of which
// somebody has deleted the part for one platform.
func TestAccRenamedPart(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := strings.NewReplacer("distribute_seconds = 3600", "reissue_seconds = 7200", `"1ms"`, `"1h"`).
		Replace(onPlatforms(""))
	w := newAttachedWorkspace(t, s, config)
	w.exits(0, "1 added", commandsOf("")[0]...)
	s.cancel(t, "88002")
	w.write("main.tf", s.config("%s", strings.Replace(config, `"x"`, `"y"`, 1)))
	w.exits(1, "Error: Plan would stop the action", commandsOf("")[0]...)
	if open := s.Stats().OpenScheduledActions; open != 1 {
		t.Errorf("%d open", open)
	}
}
