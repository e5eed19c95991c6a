// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestSharedAction checks that a plan fails if it destroys one of two objects that have the same
// scheduled action and leaves the other, in whichever order it plans them.
func TestSharedAction(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, change map[string]any // of the configuration, before the deployment and the plan
		later         time.Duration
		fails         bool
	}{
		"unchanged":      {fails: true},
		"updated":        {change: map[string]any{"on_failure": "warn"}, fails: true},
		"replaced, both": {change: map[string]any{"name": "Another"}},
		"over":           {later: time.Hour},
		"kept":           {first: map[string]any{"on_destroy": "keep"}},
		"recurring":      {first: map[string]any{"schedule": map[string]any{"reissue_seconds": 7200}}, fails: true},
		"recurring, later": {first: map[string]any{"schedule": map[string]any{"reissue_seconds": 7200}},
			later: time.Hour, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newSession(t, s, s)
			config := tagging()
			maps.Copy(config, c.first)
			state, diagnostics := session.apply(t.Context(), config, nil)
			if hasError(diagnostics) {
				t.Fatal(describe(diagnostics))
			}
			s.Advance(c.later)
			state = session.refresh(state)
			maps.Copy(config, c.change)
			for _, order := range []string{"gone first", "gone last"} {
				session.configure()
				var said string
				if order == "gone first" {
					said = describe(session.planGone(state).Diagnostics)
				}
				said += describe(session.planned(config, state).Diagnostics)
				if order == "gone last" {
					said += describe(session.planGone(state).Diagnostics)
				}
				fails := strings.Contains(said, "ERROR Plan would cancel the action of another object: "+
					"Two objects in the state have scheduled action 88001.")
				if fails != c.fails {
					t.Errorf("%s: %s", order, said)
				}
			}
			session.configure() // one stays, and the other is replaced
			other := maps.Clone(config)
			other["comment"] = "CHG-1"
			said := describe(session.planned(config, state).Diagnostics) +
				describe(session.planned(other, state).Diagnostics)
			if strings.Contains(said, "ERROR Plan would") != c.fails {
				t.Errorf("beside a replacement: %s", said)
			}
			session.configure() // a stack plans one object twice
			session.deferrals = true
			session.planned(config, state)
			if said := describe(session.planGone(state).Diagnostics); strings.Contains(said, "ERROR") {
				t.Errorf("in a stack: %s", said)
			}
			session.deferrals = false
			session.configure() // a destroy of both is no conflict
			if said := describe(session.planGone(state).Diagnostics) +
				describe(session.planGone(state).Diagnostics); strings.Contains(said, "ERROR") {
				t.Errorf("both gone: %s", said)
			}
		})
	}
}

// TestAdoptWhileDestroyed checks that a resource does not adopt the action of another one that is
// destroyed at the same moment, as after a rename without a moved block.
func TestAdoptWhileDestroyed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		// at is the request of the creation, or of the destroy, during which the other begins.
		at           string
		skip         int64 // of these requests
		destroyFirst bool
		deployments  int
		says         string
	}{
		"the creation first": {at: `"GetScheduledActionDetails"`, skip: 1 /* of its plan */, deployments: 1,
			says: "WARNING Adopted an action that was already"},
		"the destroy first": {at: `"DeleteAndStop"`, destroyFirst: true, deployments: 1,
			says: `WARNING Took over the action "Tag" from another address: scheduled action 88001`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			var armed atomic.Bool
			var matching atomic.Int64
			other := make(chan struct{})
			s.intercept(t, func(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
				if !armed.Load() || !bytes.Contains(body, []byte(c.at)) || matching.Add(1) != c.skip+1 {
					return false
				}
				searches := func() int { return s.Stats().Operations["scheduledActions"] }
				before := searches()
				close(other)
				if c.destroyFirst && !eventually(10*time.Second, func() bool { return searches() > before }) {
					t.Error("the creation does not search before the cancellation is carried out")
				}
				send(w, forward())
				return true
			})
			session := newSession(t, s, s)
			config := tagging()
			config["on_duplicate"], config["wait"] = "adopt", map[string]any{"enabled": false}
			config["on_failure"] = "warn" // otherwise, an action that was stopped is deployed again
			state, diagnostics := session.apply(t.Context(), config, nil)
			if hasError(diagnostics) {
				t.Fatal(describe(diagnostics))
			}
			private := session.private
			session.private = nil
			session.configure()
			armed.Store(true)
			var running sync.WaitGroup
			var gone, made []*tfprotov6.Diagnostic
			destroy := func() { gone = session.applyGone(state, private) }
			create := func() { _, made = session.apply(t.Context(), config, nil) }
			first, second := create, destroy
			if c.destroyFirst {
				first, second = destroy, create
			}
			running.Go(first)
			running.Go(func() {
				<-other
				second()
			})
			running.Wait()
			stats := s.Stats()
			open := 1
			if c.destroyFirst {
				open = 0
			}
			if stats.OpenScheduledActions != open || stats.Deployments != c.deployments ||
				!strings.Contains(describe(made), c.says) || hasError(gone) || hasError(made) {
				t.Errorf("%d open of %d deployments\ncreation: %s\ndestroy: %s", stats.OpenScheduledActions,
					stats.Deployments, describe(made), describe(gone))
			}
		})
	}
}

// TestInvocationAdopts checks that a destroy cancels an action that an invocation adopted in the
// same apply, because the invocation does not manage it.
func TestInvocationAdopts(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	config := tagging()
	config["wait"] = map[string]any{"enabled": false}
	state, diagnostics := session.apply(t.Context(), config, nil)
	if hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}
	session.configure()
	config["on_duplicate"] = "adopt"
	if _, ended := session.invoke(t.Context(), deployType, config); hasError(ended) {
		t.Fatal(describe(ended))
	}
	said := describe(session.applyGone(state, session.private))
	if open := s.Stats().OpenScheduledActions; open != 0 || said != "" {
		t.Errorf("%d open: %s", open, said)
	}
}

// TestAccSharedAction checks that a deposed object does not cancel the action that its replacement
// adopted, if Terraform destroys it in a later run.
func TestAccSharedAction(t *testing.T) {
	t.Parallel()
	built := buildProvider(t)
	for name, commands := range map[string][][]string{
		"destroy": {{"destroy", "-auto-approve", "-refresh=false", "-target=tanium_action.tag"}},
		"import": {
			{"state", "rm", "tanium_action.tag"},
			{"import", "tanium_action.tag", "88001"},
			{"apply", "-auto-approve"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := workspaceWith(t, built, fmt.Sprintf(tagAction, "Blue", `
  on_duplicate = "adopt"
  wait { enabled = false }
  lifecycle { create_before_destroy = true }
`))
			w.environment = []string{"TF_CLI_ARGS=-no-color", "TF_INPUT=0"}
			run := func(arguments ...string) (string, error) {
				output, err := w.command(arguments, s.environment()...).CombinedOutput()
				return string(output), err
			}
			if output, err := run("apply", "-auto-approve"); err != nil {
				t.Fatal(output)
			}
			w.depose("tanium_action", "00000001")
			for _, arguments := range [][]string{{"plan"}, {"plan", "-refresh=false"}, {"apply", "-auto-approve"}} {
				output, err := run(arguments...)
				if err == nil || !strings.Contains(output, "Error: Plan would cancel the action of another object") {
					t.Errorf("%v: %v\n%s", arguments, err, output)
				}
			}
			if stats := s.Stats(); stats.OpenScheduledActions != 1 || stats.Deployments != 1 {
				t.Errorf("%+v", stats)
			}
			for _, arguments := range commands {
				if output, err := run(arguments...); err != nil {
					t.Errorf("%v: %s", arguments, output)
				}
			}
			open := 1
			if name == "destroy" {
				open = 0
			}
			if stats := s.Stats(); stats.OpenScheduledActions != open || stats.Deployments != 1 {
				t.Errorf("after %v: %+v", commands, stats)
			}
		})
	}
}
