// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestStoppedUnwaited checks that a refresh says once that somebody has stopped an action which no
// apply waits for, unless it had succeeded.
func TestStoppedUnwaited(t *testing.T) {
	t.Parallel()
	const notice = `WARNING Stopped or deleted in Tanium: the action "Tag": Action 6112010 of scheduled action 88001 ` +
		"was stopped in Tanium before it succeeded: no endpoint has reported."
	for name, c := range map[string]struct {
		after time.Duration
		stops bool
		more  map[string]any
		says  string
	}{
		"stopped":          {stops: true, says: notice},
		"the plan says it": {stops: true, more: map[string]any{"on_failure": "error"}},
		"open":             {},
		"stopped while some run": {after: 2 * time.Second, stops: true,
			says: `WARNING Stopped or deleted in Tanium: the action "Tag"`},
		"stopped once all done": {after: 10 * time.Minute, stops: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newSession(t, s, s)
			unwaited := merged(map[string]any{"wait": map[string]any{"enabled": false}})
			maps.Copy(unwaited, c.more)
			state, reported := session.apply(t.Context(), unwaited, nil)
			if hasError(reported) {
				t.Fatal(describe(reported))
			}
			s.Advance(c.after)
			if c.stops {
				if err := stop(s); err != nil {
					t.Fatal(err)
				}
			}
			for _, says := range []string{c.says, ""} {
				read, err := session.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
					TypeName: session.name, CurrentState: state, Private: session.private,
				})
				if err != nil {
					t.Fatal(err)
				}
				if said := describe(read.Diagnostics); !strings.HasPrefix(said, says) || says == "" && said != "" {
					t.Errorf("said %q, want %q", said, says)
				}
				state = read.NewState
				s.Advance(3 * time.Second) // endpoints go on
			}
		})
	}
}

// TestStoppedInOldState checks that a plan and an apply which do not run a stopped action again,
// and a destroy that finds nothing to cancel, name the open one that was deployed since: the state
// may be an old copy.
func TestStoppedInOldState(t *testing.T) {
	t.Parallel()
	const notice = `WARNING The same deployment is open in Tanium: the action "Tag": It is action 6112011 of ` +
		"scheduled action 88002"
	for _, newer := range []bool{false, true} {
		s := newTenant(t, simulator.Options{})
		session := newSession(t, s, s)
		config := merged(map[string]any{"wait": unwaited(), "on_failure": "error"})
		state, said := session.apply(t.Context(), config, nil)
		if hasError(said) {
			t.Fatal(describe(said))
		}
		if err := stop(s); err != nil {
			t.Fatal(err)
		}
		if newer {
			again := merged(map[string]any{"on_duplicate": "ignore"})
			maps.Copy(again, config)
			if _, said := newSession(t, s, s).apply(t.Context(), again, nil); hasError(said) {
				t.Fatal(describe(said))
			}
		}
		session.configure()
		state = session.refresh(state)
		planned := session.plannedWith(config, state)
		_, applied := session.apply(t.Context(), config, state)
		for _, said := range []string{describe(planned.Diagnostics), describe(applied)} {
			if !strings.Contains(said, "topped or deleted in Tanium") || strings.Contains(said, notice) != newer {
				t.Errorf("deployed since: %t, said %s", newer, said)
			}
		}
		s.cancel(t, "88001")
		if said := describe(session.destroy(state)); strings.Contains(said, notice) != newer {
			t.Errorf("deployed since: %t, the destroy said %s", newer, said)
		}
	}
}

// deployRecurring applies an action that is issued every hour and expires after a quarter of one.
// It returns its state.
func deployRecurring(t *testing.T, s *tenant) (*session, *tfprotov6.DynamicValue) {
	t.Helper()
	session := newSession(t, s, s)
	state, said := session.apply(t.Context(), merged(map[string]any{
		"wait": unwaited(), "schedule": map[string]any{"expire_seconds": 900, "reissue_seconds": 3600},
	}), nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	return session, state
}

// TestDestroyThrottled checks that a destroy which Tanium throttles leaves no action open that the
// scheduled action issues meanwhile. Tanium does not show a scheduled action once it is deleted.
func TestDestroyThrottled(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	_, state := deployRecurring(t, s)
	s.Advance(3590 * time.Second)
	throttled := false
	s.intercept(t, func(w http.ResponseWriter, body []byte, _ forwardFunc) bool {
		if throttled || !bytes.Contains(body, []byte("scheduledActionDelete")) {
			return false
		}
		throttled = true
		s.Advance(20 * time.Second)
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	})
	if said := newSession(t, s, s).destroy(state); hasError(said) || !throttled {
		t.Errorf("throttled %t: %s", throttled, describe(said))
	}
	issued := s.Actions()[0].Actions
	if len(issued) != 2 || issued[1].Status != world.Stopped {
		t.Errorf("issued %+v", issued)
	}
}

// TestDestroyAgain checks that a recurring action whose destroy could not stop its open action can
// be destroyed again: a refresh keeps it in the state although its scheduled action is deleted.
func TestDestroyAgain(t *testing.T) {
	t.Parallel()
	for _, unknowns := range []world.Unknowns{{}, {Deleted: world.DeletedIsShown}} {
		s := newTenant(t, simulator.Options{Unknowns: unknowns})
		session, state := deployRecurring(t, s)
		s.Advance(5 * time.Second)
		if err := s.Fail(simulator.Fault{Field: "actionStop", Kind: simulator.GraphQLError, Times: -1}); err != nil {
			t.Fatal(err)
		}
		if said := session.destroy(state); !hasError(said) {
			t.Fatalf("the destroy does not fail: %s", describe(said))
		}
		if err := s.Fail(); err != nil {
			t.Fatal(err)
		}
		state = session.refresh(state)
		if said := session.destroy(state); hasError(said) {
			t.Error(describe(said))
		}
		if status := s.Actions()[0].Actions[0].Status; status != world.Stopped {
			t.Errorf("the action is %v", status)
		}
	}
}

// TestDestroyKeepsSchedule checks that a destroy which may not delete the scheduled action stops
// its action, and says that it is over.
func TestDestroyKeepsSchedule(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	state, reported := session.apply(t.Context(), merged(map[string]any{"wait": unwaited()}), nil)
	if hasError(reported) {
		t.Fatal(describe(reported))
	}
	if err := s.Fail(simulator.Fault{
		Field: "scheduledActionDelete", Kind: simulator.GraphQLError, Message: "Forbidden", Times: -1,
	}); err != nil {
		t.Fatal(err)
	}
	said := describe(session.destroy(state))
	if !strings.Contains(said, "ERROR Cannot delete scheduled action 88001: scheduled action 88001 was not ") ||
		!strings.Contains(said, "Action 6112010 is over, so no other endpoint starts it.") {
		t.Error(said)
	}
	if status := s.Actions()[0].Actions[0].Status; status != world.Stopped {
		t.Errorf("the action is %v", status)
	}
}
