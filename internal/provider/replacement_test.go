// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestReplacementNotices checks the notices of a plan that changes an action. Terraform plans a
// replacement twice, and shows the warnings of the first plan only.
func TestReplacementNotices(t *testing.T) {
	t.Parallel()
	const (
		cancels = `WARNING Cancellation of the action "Tag": scheduled action 88001: Action 6112010 of scheduled ` +
			`action 88001 will be cancelled.`
		reaches = "reaches 3 endpoints: win-dc-01, win-dc-02, win-file-01."
		starts  = "WARNING Terraform waits for the action to start at 2026-03-07 21:00:00 UTC"
	)
	targets := func(endpoints ...any) map[string]any {
		return map[string]any{"targets": map[string]any{
			"action_group": map[string]any{"name": "All Computers"}, "endpoint_ids": endpoints,
		}}
	}
	for name, c := range map[string]struct {
		first, change map[string]any
		later         time.Duration
		says          []string
	}{
		"name":    {change: map[string]any{"name": "Another"}, says: []string{cancels, reaches}},
		"comment": {change: map[string]any{"comment": "CHG-1"}, says: []string{cancels, reaches}},
		"package": {change: map[string]any{"package": map[string]any{"name": "Custom Tagging - Add Tags",
			"parameters": []any{"Red"}}}, says: []string{cancels, reaches}},
		"operation": {
			change: map[string]any{"package": nil, "operation": map[string]any{"add_tags": []any{"Red"}}},
			says:   []string{cancels, reaches}},
		"targets": {change: targets("100201"), says: []string{cancels, "reaches 1 endpoint: "}},
		"unknown targets": {change: targets("100201", tftypes.UnknownValue),
			says: []string{`WARNING Arguments of the action "Tag" are not known yet: targets: `}},
		"schedule": {change: map[string]any{"schedule": map[string]any{"start_time": "2026-03-07T21:00:00Z"}},
			says: []string{cancels, reaches, starts}},
		"triggers": {change: map[string]any{"triggers": map[string]any{"run": "2"}},
			says: []string{cancels, reaches}},
		"after its end": {change: map[string]any{"name": "Another"}, later: time.Hour, says: []string{reaches}},
		"kept": {first: map[string]any{"on_destroy": "keep"}, change: map[string]any{"name": "Another"},
			says: []string{`WARNING Destroy leaves the action "Tag" in Tanium: scheduled action 88001`, reaches}},
		"not waited for": {first: map[string]any{"wait": map[string]any{"enabled": false}},
			change: map[string]any{"name": "Another"},
			says:   []string{cancels, reaches}},
		"silent": {first: map[string]any{"preview": map[string]any{"notice": false}},
			change: map[string]any{"name": "Another"}},
		"guard": {change: map[string]any{"name": "Another", "guard": map[string]any{"max_endpoints": 2}},
			says: []string{"ERROR Too many endpoints: guard.max_endpoints: "}},
		"wait":           {change: map[string]any{"wait": map[string]any{"max_failed": 1}}},
		"other form":     {change: map[string]any{"schedule": map[string]any{"distribute_seconds": 0}}},
		"empty triggers": {change: map[string]any{"triggers": map[string]any{}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newSession(t, s, s)
			config := tagging()
			for name, value := range c.first {
				config[name] = value
			}
			state, diagnostics := session.apply(t.Context(), config, nil)
			if hasError(diagnostics) {
				t.Fatal(describe(diagnostics))
			}
			s.Advance(c.later)
			state = session.refresh(state)
			for name, value := range c.change {
				config[name] = value
			}
			planned := session.plannedWith(config, state)
			said := describe(planned.Diagnostics)
			for _, words := range c.says {
				if !strings.Contains(said, words) {
					t.Errorf("there is no %q in\n%s", words, said)
				}
			}
			if len(planned.Diagnostics) != len(c.says) {
				t.Errorf("%d diagnostics\n%s", len(planned.Diagnostics), said)
			}
			replaces := (len(c.says) > 0 || name == "silent") && name != "unknown targets"
			if replaced := len(planned.RequiresReplace) > 0; replaced != replaces {
				t.Errorf("replaces %v", planned.RequiresReplace)
			}
			if len(planned.RequiresReplace) == 0 || hasError(planned.Diagnostics) {
				return
			}
			before := s.Stats().Requests
			session.private = planned.PlannedPrivate
			session.plannedWith(config, nil) // as Terraform does for a replacement
			if sent := s.Stats().Requests - before; sent > 0 {
				t.Errorf("the second plan sent %d requests", sent)
			}
		})
	}
}

// TestCancelledNotReplaced checks that the error of a replacement that is not deployed says that
// the old action is cancelled.
func TestCancelledNotReplaced(t *testing.T) {
	t.Parallel()
	const says = "WARNING Cancelled action was not replaced: This apply has cancelled scheduled action 88001, " +
		`which deployed the action "Tag".`
	for name, c := range map[string]struct {
		change    map[string]any
		cancelled simulator.Fault // of the cancellation
		fault     simulator.Fault
		says      bool
	}{
		"refused, and no answer to the cancellation": {
			cancelled: simulator.Fault{Field: "scheduledActionDelete", Kind: simulator.Status, Code: 504, Effect: true},
			fault:     simulator.Fault{Field: "actionPerform", Kind: simulator.GraphQLError, Message: "no"},
			says:      true,
		},
		"refused": {fault: simulator.Fault{Field: "actionPerform", Kind: simulator.GraphQLError, Message: "no"},
			says: true},
		"not counted": {fault: simulator.Fault{Field: "endpoints", Kind: simulator.GraphQLError, Message: "no"},
			says: true}, // Terraform plans again during the apply
		"lost": {fault: simulator.Fault{Field: "actionPerform", Kind: simulator.DropBefore}},
		"other": {change: map[string]any{"name": "Other"},
			fault: simulator.Fault{Field: "actionPerform", Kind: simulator.GraphQLError,
				Message: "no"}},
		"deployed": {fault: simulator.Fault{Field: "action", Kind: simulator.Delay}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newSession(t, s, s)
			config := tagging()
			state, diagnostics := session.apply(t.Context(), config, nil)
			if hasError(diagnostics) {
				t.Fatal(describe(diagnostics))
			}
			session.private = nil
			if c.cancelled.Field != "" {
				if err := s.Fail(c.cancelled); err != nil {
					t.Fatal(err)
				}
			}
			session.destroy(state)
			config["triggers"] = map[string]any{"run": "2"}
			maps.Copy(config, c.change)
			if err := s.Fail(c.fault); err != nil {
				t.Fatal(err)
			}
			planned := session.planned(config, nil)
			if diagnostics = planned.Diagnostics; !hasError(diagnostics) {
				_, diagnostics = session.apply(t.Context(), config, nil)
			}
			if said := describe(diagnostics); strings.Contains(said, says) != c.says {
				t.Error(said)
			}
		})
	}
}

// TestReplacementSecrets checks that the notices of a replacement conceal a secret parameter.
func TestReplacementSecrets(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	config := tagging()
	secret := func(value string, version int) {
		config["package"] = map[string]any{"name": "Custom Tagging - Add Tags", "parameters_wo": []any{value},
			"parameters_wo_version": version}
	}
	secret("hunter2", 1)
	state, diagnostics := session.apply(t.Context(), config, nil)
	if hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}
	secret("win-dc-01", 2)        // also the name of a targeted endpoint
	session = newSession(t, s, s) // Terraform plans with another provider
	planned := session.planned(config, session.refresh(state))
	said := describe(planned.Diagnostics)
	if len(planned.RequiresReplace) == 0 || !strings.Contains(said, "reaches 3 endpoints") ||
		strings.Contains(said, "win-dc-01") {
		t.Errorf("replaces %v\n%s", planned.RequiresReplace, said)
	}
}

// TestAccReplacementNotices checks that Terraform shows the notices of a replacement in the plan,
// each once. It does not for -replace, because the provider then plans no change.
func TestAccReplacementNotices(t *testing.T) {
	t.Parallel()
	built := buildProvider(t)
	s := newTenant(t, simulator.Options{})
	w := workspaceWith(t, built, `
variable "name" { default = "first" }

resource "tanium_action" "tag" {
  name = var.name
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
    endpoint_ids = ["100201", "100202", "100203"]
  }
  wait { enabled = false } # the time of this tenant does not pass
}
`)
	plain := []string{"-input=false", "-no-color"}
	w.run(append([]string{"apply", "-auto-approve"}, plain...), s.environment()...)
	for name, c := range map[string]struct {
		arguments []string
		notices   int
	}{
		"a change":  {arguments: []string{"plan", "-var=name=second"}, notices: 1},
		"-replace":  {arguments: []string{"plan", "-replace=tanium_action.tag"}},
		"no change": {arguments: []string{"plan"}},
	} {
		output := w.run(append(c.arguments, plain...), s.environment()...)
		for _, notice := range []string{
			`Warning: Cancellation of the action "first"`, "reaches 3 endpoints: win-dc-01",
		} {
			if found := strings.Count(output, notice); found != c.notices {
				t.Errorf("%s: %q is there %d times\n%s", name, notice, found, output)
			}
		}
	}
}
