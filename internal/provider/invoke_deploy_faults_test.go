// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestDeployUnfinished checks that a deployment is a duplicate as long as an endpoint that it was
// sent to may still run it.
func TestDeployUnfinished(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options simulator.Options
		changes map[string]any
		offline []string // after the first deployment
	}{
		"some have gone offline": {changes: map[string]any{"wait": unwaited()}, offline: []string{"100202", "100203"}},
		"all have, and it is not approved": {simulator.Options{Unknowns: world.Unknowns{Placeholder: true},
			RequireApproval: true}, map[string]any{"wait": unwaited(), "guard": map[string]any{"min_endpoints": 0}},
			[]string{"100201", "100202", "100203"}},
		"enough are done": {changes: map[string]any{"wait": map[string]any{"min_completed_percent": 30}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, c.options)
			first := newActionSession(t, s, s, simulator.DefaultToken)
			if _, ended := first.invoke(t.Context(), deployType, merged(c.changes)); hasError(ended) {
				t.Fatal(describe(ended))
			}
			if len(c.offline) > 0 {
				s.online(t, false, c.offline...)
				s.Advance(time.Minute)
			}
			second := newActionSession(t, s, s, simulator.DefaultToken)
			_, ended := second.invoke(t.Context(), deployType, merged(c.changes))
			if n := s.Stats().Deployments; n != 1 || !strings.Contains(describe(ended), "Action is already deployed") {
				t.Errorf("%d deployments; %s", n, describe(ended))
			}
		})
	}
}

// TestDeployAdoptedInterrupted checks that an interrupt does not cancel what another run deployed.
func TestDeployAdoptedInterrupted(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	if _, diagnostics := newSession(t, s, s).apply(t.Context(), merged(map[string]any{"wait": unwaited()}),
		nil); hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	session := newActionSession(t, s, &interruption{tenant: s, left: 3, stop: stop}, simulator.DefaultToken)
	_, ended := session.invoke(ctx, deployType, merged(map[string]any{"on_duplicate": "adopt"}))
	if stats := s.Stats(); stats.OpenScheduledActions != 1 || stats.Operations["scheduledActionDelete"] != 0 ||
		!strings.Contains(describe(ended), "because another run deployed it") {
		t.Errorf("%d open; %s", stats.OpenScheduledActions, describe(ended))
	}
}

// TestInvocationHidesNoDuplicate checks that an invocation does not hide a deployment from a
// resource of the same run.
func TestInvocationHidesNoDuplicate(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	// The state of this one is lost.
	if _, diagnostics := newSession(t, s, s).apply(t.Context(), tagging(), nil); hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}
	run := newActionSession(t, s, s, simulator.DefaultToken)
	if _, ended := run.invoke(t.Context(), deployType, tagging()); len(ended) > 0 {
		t.Fatal(describe(ended))
	}
	_, diagnostics := run.apply(t.Context(), tagging(), nil)
	if s.Stats().Deployments != 2 || !strings.Contains(describe(diagnostics), "ERROR Action was already deployed in "+
		"this run") {
		t.Errorf("%d deployments; %s", s.Stats().Deployments, describe(diagnostics))
	}
}

// TestDeployPartlyCancelled checks that an interrupt says what it cancelled if it could not cancel
// the rest.
func TestDeployPartlyCancelled(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	refusal := simulator.Fault{Field: "scheduledActionDelete", Kind: simulator.GraphQLError, Times: -1, Skip: 1}
	if err := s.Fail(refusal); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	session := newActionSession(t, s, &interruption{tenant: s, left: 3, stop: stop}, simulator.DefaultToken)
	_, ended := session.invoke(ctx, deployType, onOperation())
	for _, says := range []string{"ERROR Interrupted, and the action was not wholly cancelled",
		"Scheduled action 88001 was",
		"ERROR Cannot delete scheduled action 88002"} {
		if !strings.Contains(describe(ended), says) {
			t.Errorf("it does not say %q: %s", says, describe(ended))
		}
	}
}

// TestDeployNotStopped checks the advice for an action that could not be stopped after the deletion
// of its scheduled action, which Tanium may not show any more.
func TestDeployNotStopped(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	if err := s.Fail(simulator.Fault{Field: "actionStop", Kind: simulator.GraphQLError, Times: -1}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	session := newActionSession(t, s, &interruption{tenant: s, left: 3, stop: stop}, simulator.DefaultToken)
	_, ended := session.invoke(ctx, deployType, tagging())
	if text := describe(ended); !strings.Contains(text, "The action may still run. Cancel it in the Tanium console, "+
		"or with the action tanium_action_cancel as long as Tanium shows scheduled action 88001.") {
		t.Errorf("it says: %s", text)
	}
}

// TestDeployInterruptedBefore checks an interrupt before anything was sent.
func TestDeployInterruptedBefore(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	ctx, stop := context.WithCancel(t.Context())
	session := newActionSession(t, s, s, simulator.DefaultToken)
	stop()
	_, ended := session.invoke(ctx, deployType, tagging())
	if text := describe(ended); s.Stats().Deployments != 0 ||
		!strings.Contains(text, "ERROR Interrupted before the action was invoked: Nothing was deployed, cancelled or "+
			"approved.") {
		t.Errorf("%d deployments; %s", s.Stats().Deployments, text)
	}
}

// TestDeployUnknownValue checks that an invocation with an unknown value deploys nothing: its guard
// might be the unknown one.
func TestDeployUnknownValue(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	schemas, err := session.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind := schemas.ActionSchemas[deployType].Schema.ValueType()
	config := merged(map[string]any{"guard": map[string]any{"max_endpoints": 2}})
	for _, path := range []string{`AttributeName("package").AttributeName("name")`,
		`AttributeName("guard").AttributeName("max_endpoints")`} {
		value, err := tftypes.Transform(encode(kind, config),
			func(at *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
				if at.String() == path {
					return tftypes.NewValue(value.Type(), tftypes.UnknownValue), nil
				}
				return value, nil
			})
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := tfprotov6.NewDynamicValue(kind, value)
		if err != nil {
			t.Fatal(err)
		}
		stream, err := session.server.InvokeAction(t.Context(),
			&tfprotov6.InvokeActionRequest{ActionType: deployType, Config: &encoded})
		if err != nil {
			t.Fatal(err)
		}
		stream.Events(func(event tfprotov6.InvokeActionEvent) bool {
			ended, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType)
			if !ok || !strings.Contains(describe(ended.Diagnostics), "ERROR Configuration is not known") {
				t.Errorf("%s: %+v", path, event.Type)
			}
			return true
		})
	}
	if n := s.Stats().Deployments; n != 0 {
		t.Errorf("%d deployments", n)
	}
}

// TestCancelCopy checks that a copy made in the console, whose comment has the marker as well, is
// cancelled alone.
func TestCancelCopy(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	config := merged(map[string]any{"wait": unwaited()})
	if _, ended := session.invoke(t.Context(), deployType, config); hasError(ended) {
		t.Fatal(describe(ended))
	}
	made, err := s.client(t, simulator.DefaultToken).ScheduledAction(t.Context(), "88001")
	if err != nil {
		t.Fatal(err)
	}
	s.schedule(t, "token-approver", tagInput("A copy", made.Comment))
	s.Advance(5 * time.Second)
	lines, ended := session.invoke(t.Context(), cancelType, map[string]any{"scheduled_action_id": "88002"})
	if len(lines) != 1 || hasError(ended) || s.Stats().OpenScheduledActions != 1 {
		t.Errorf("%q, %s, %d open", lines, describe(ended), s.Stats().OpenScheduledActions)
	}
}

// TestQueryOperation checks that an operation has one identity, whichever of its scheduled actions
// the conditions select.
func TestQueryOperation(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	searchable(t, s)
	session := newActionSession(t, s, s, simulator.DefaultToken)
	all, _ := session.query(map[string]any{"name": "Tags of an operation"}, false, 100)
	one, _ := session.query(map[string]any{
		"name": "Tags of an operation", "package_name": "Custom Tagging - Add Tags (Non-Windows)",
	}, true, 100)
	if len(all) != 1 || len(one) != 1 || all[0].name != one[0].name || all[0].id != one[0].id ||
		one[0].id != textIn(one[0].resource["id"]) {
		t.Errorf("%+v\n%+v", all, one)
	}
}

// TestSearchDeleted checks that a scheduled action that was deleted while its action runs is open.
func TestSearchDeleted(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{Unknowns: world.Unknowns{Deleted: world.DeletedIsShown}})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	config := merged(map[string]any{"wait": unwaited()})
	if _, ended := session.invoke(t.Context(), deployType, config); hasError(ended) {
		t.Fatal(describe(ended))
	}
	s.Advance(3 * time.Second)
	if err := s.client(t, simulator.DefaultToken).DeleteScheduledAction(t.Context(), "88001"); err != nil {
		t.Fatal(err)
	}
	read, _ := session.read("tanium_scheduled_actions", map[string]any{"open": true})
	if found := elements(t, read["scheduled_actions"]); len(found) != 1 || !isTrue(found[0]["open"]) {
		t.Errorf("%v", found)
	}
}
