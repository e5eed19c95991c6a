// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestMoved checks that an apply does not lose the action of a deployment that it has refused to
// make again under another address: the next apply would deploy it. Terraform may create the new
// address first, and then destroy the old one, or replace it by another deployment.
func TestMoved(t *testing.T) {
	t.Parallel()
	const stays = `ERROR Not cancelled: the action "Tag" has moved to another address: This apply did not deploy the ` +
		"action under its new address, because scheduled action 88001 is the same deployment."
	for name, c := range map[string]struct {
		more map[string]any
		next *successor // of the old address
		says string
	}{
		"destroyed": {says: stays},
		"kept":      {more: map[string]any{"on_destroy": "keep"}, says: stays},
		"replaced by another deployment": {next: &successor{Digest: 1, Known: true},
			says: `WARNING Left in Tanium: the action "Tag" has moved to another address`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newSession(t, s, s)
			config := merged(map[string]any{"wait": unwaited()})
			maps.Copy(config, c.more)
			state, said := session.apply(t.Context(), config, nil)
			if hasError(said) {
				t.Fatal(describe(said))
			}
			private := session.private
			if c.next != nil {
				private = withKey(t, private, successorKey, c.next)
			}
			session.private = nil
			session.configure()
			_, said = session.apply(t.Context(), config, nil)
			if got := describe(said); !strings.Contains(got, "is already deployed") {
				t.Errorf("the creation says %s", got)
			}
			if got := describe(session.applyGone(state, private)); !strings.HasPrefix(got, c.says) {
				t.Errorf("the destroy says %s", got)
			}
			if got := s.Stats().OpenScheduledActions; got != 1 {
				t.Errorf("%d open", got)
			}
			session.configure() // the next apply
			_, said = session.apply(t.Context(), config, nil)
			if made := s.Stats().Deployments; made != 1 || !hasError(said) {
				t.Errorf("%d deployments: %s", made, describe(said))
			}
		})
	}
}

// TestMovedOnce checks that one of two new objects takes over the action of one that is destroyed:
// the destroy of either would cancel the action of both.
func TestMovedOnce(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	config := merged(map[string]any{"wait": unwaited()})
	state, said := session.apply(t.Context(), config, nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	private := session.private
	session.configure()
	if said := session.applyGone(state, private); hasError(said) {
		t.Fatal(describe(said))
	}
	for _, says := range []string{"WARNING Took over", "ERROR Action was already deployed in this run"} {
		session.private = nil
		if _, said := session.apply(t.Context(), config, nil); !strings.HasPrefix(describe(said), says) {
			t.Errorf("want %q, said %s", says, describe(said))
		}
	}
	if made := s.Stats().Deployments; made != 1 {
		t.Errorf("%d deployments", made)
	}
}

// TestMovedNotDestroyed checks the failed destroy of an object whose deployment is created at
// another address: one of the two objects has it afterwards, because every plan fails while two do.
func TestMovedNotDestroyed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		during          bool // the creation begins during the destroy, or after it
		destroys, makes string
	}{
		"created afterwards": {destroys: "ERROR Cannot delete scheduled action 88001",
			makes: "ERROR Action was not moved to its new address"},
		"created meanwhile": {during: true, makes: `WARNING Took over the action "Tag" from another address`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			config := merged(map[string]any{"wait": unwaited()})
			first := newSession(t, s, s)
			state, said := first.apply(t.Context(), config, nil)
			if hasError(said) {
				t.Fatal(describe(said))
			}
			create := func() {}
			s.intercept(t, func(w http.ResponseWriter, body []byte, _ forwardFunc) bool {
				if !bytes.Contains(body, []byte("scheduledActionDelete")) {
					return false
				}
				if c.during {
					create()
				}
				w.WriteHeader(http.StatusForbidden)
				return true
			})
			session := newSession(t, s, s)
			var made *tfprotov6.DynamicValue
			create = sync.OnceFunc(func() {
				made, said = session.apply(t.Context(), config, nil)
				if !strings.HasPrefix(describe(said), c.makes) {
					t.Errorf("the creation says %s", describe(said))
				}
			})
			gone := session.applyGone(state, first.private)
			if !c.during {
				create()
			}
			if got := describe(gone); !strings.HasPrefix(got, c.destroys) || hasError(gone) == c.during {
				t.Errorf("the destroy says %s", got)
			}
			if value, err := made.Unmarshal(session.kind()); err != nil || value.IsNull() == c.during {
				t.Errorf("the new object: %v, %v", value, err)
			}
			if made := s.Stats().Deployments; made != 1 {
				t.Errorf("%d deployments", made)
			}
		})
	}
}

// TestMovedMeanwhile checks the destroy of an object during the creation of the same deployment:
// the creation takes the action over, whether it finds it before or after the destroy begins.
func TestMovedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, next := range []*successor{nil, {Digest: 1, Known: true}, {Changed: true}} {
		for _, at := range []string{"ListScheduledActions", "GetScheduledActionDetails"} {
			s := newTenant(t, simulator.Options{})
			config := merged(map[string]any{"wait": unwaited()})
			first := newSession(t, s, s)
			state, said := first.apply(t.Context(), config, nil)
			if hasError(said) {
				t.Fatal(describe(said))
			}
			private := first.private
			if next != nil {
				private = withKey(t, private, successorKey, next)
			}
			var destroy func() []*tfprotov6.Diagnostic
			armed := false
			s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
				if armed && bytes.Contains(body, []byte(at)) {
					armed = false
					if said := destroy(); hasError(said) {
						t.Errorf("the destroy says %s", describe(said))
					}
				}
				return false
			})
			session := newSession(t, s, s)
			destroy = func() []*tfprotov6.Diagnostic { return session.applyGone(state, private) }
			planned := session.planned(config, nil)
			armed = true
			applied, err := session.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
				TypeName: session.name, Config: session.dynamic(encode(session.kind(), config)),
				PriorState:   session.dynamic(tftypes.NewValue(session.kind(), nil)),
				PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate,
			})
			if err != nil {
				t.Fatal(err)
			}
			stats := s.Stats()
			if said := describe(applied.Diagnostics); armed || hasError(applied.Diagnostics) ||
				!strings.Contains(said, "Took over") || stats.Deployments != 1 || stats.OpenScheduledActions != 1 {
				t.Errorf("at %s, %+v: %d deployments, %d open: %s", at, next, stats.Deployments,
					stats.OpenScheduledActions, said)
			}
		}
	}
}

// TestMovedPlan checks that plans which move a deployment say so, in either order, and not without
// a move. They fail if that would stop an action that is not finished, or one that recurs.
func TestMovedPlan(t *testing.T) {
	t.Parallel()
	const moves = `WARNING The plan moves the action "Tag" to another address, and does not run it again`
	const stops = `ERROR Plan would stop the action "Tag", because its address changes`
	for name, c := range map[string]struct {
		more  map[string]any
		later time.Duration
		says  string
	}{
		"not finished": {says: stops},
		"over":         {later: time.Hour, says: moves},
		"kept":         {more: map[string]any{"on_destroy": "keep"}, says: moves},
		"recurring": {more: map[string]any{"schedule": map[string]any{"reissue_seconds": 7200}}, later: time.Hour,
			says: stops},
		"recurring, and kept": {more: map[string]any{
			"schedule": map[string]any{"reissue_seconds": 7200}, "on_destroy": "keep",
		}, says: moves},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkMovedPlan(t, c.more, c.later, c.says)
		})
	}
}

// checkMovedPlan makes plans with and without moves of a deployment, a time after it was made, and
// checks that those with a move say what is expected.
func checkMovedPlan(t *testing.T, more map[string]any, later time.Duration, notice string) {
	t.Helper()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	configured := func(run string) map[string]any {
		config := merged(map[string]any{"wait": unwaited(), "triggers": map[string]any{"run": run}})
		maps.Copy(config, more)
		return config
	}
	first, second, third := configured("1"), configured("2"), configured("3")
	state, said := session.apply(t.Context(), first, nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	private := session.private
	session.private = nil
	other, said := session.apply(t.Context(), second, nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	s.Advance(later)
	state, other = session.refresh(state), session.refresh(other)
	type planning struct {
		config map[string]any
		prior  *tfprotov6.DynamicValue
	}
	edited := session.edit(state, map[string]any{"name": "X"})
	for name, c := range map[string]struct {
		plans []planning
		says  int // of which of the plans
	}{
		"replaced by others":    {plans: []planning{{second, state}, {third, other}}, says: 1},
		"in the other order":    {plans: []planning{{third, other}, {second, state}}, says: 1},
		"exchanged":             {plans: []planning{{second, state}, {first, other}}, says: 1},
		"replaced, and created": {plans: []planning{{third, state}, {first, nil}}, says: 1},
		"created, and replaced": {plans: []planning{{first, nil}, {third, state}}, says: 1},
		"no move":               {plans: []planning{{third, state}}, says: -1},
		"changed in Tanium":     {plans: []planning{{first, edited}}, says: -1},
	} {
		session.private = private
		session.configure()
		for i, plan := range c.plans {
			plans := session.plannedWith
			if plan.prior == nil {
				plans = session.planned
			}
			planned := plans(plan.config, plan.prior)
			if says := strings.Contains(describe(planned.Diagnostics), notice); says != (i == c.says) {
				t.Errorf("%s: plan %d says %s", name, i, describe(planned.Diagnostics))
			}
		}
	}
}

// withKey returns an encoded private state with the value of a key.
func withKey(t *testing.T, private []byte, key string, value any) []byte {
	t.Helper()
	var keys map[string][]byte
	if err := json.Unmarshal(private, &keys); err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	keys[key] = encoded
	all, err := json.Marshal(keys)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
