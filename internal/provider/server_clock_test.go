// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// aheadTenant starts a tenant whose clock is ahead of the provider's. Its endpoints take a time to
// run an action, zero for the usual one.
func aheadTenant(t *testing.T, ahead, takes time.Duration) *tenant {
	t.Helper()
	machines, err := fleet.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if takes > 0 {
		machines.Package("", "Custom Tagging - Add Tags").Execute = fleet.Span{Min: takes, Max: takes}
	}
	local := clock.Manual(time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC), 0)
	s := newTenant(t, simulator.Options{Fleet: machines, Clock: clock.Following(local, ahead)})
	s.local = local
	return s
}

// distances are those of a server whose clock is wrong, or right.
func distances() []time.Duration { return []time.Duration{10 * time.Minute, -10 * time.Minute, 0} }

// TestServerClock checks that an apply with a server whose clock is wrong waits until the endpoints
// are done, which they are shortly before the action expires, and polls as with the right clock.
func TestServerClock(t *testing.T) {
	t.Parallel()
	for _, ahead := range distances() {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			s := aheadTenant(t, ahead, 10*time.Minute+30*time.Second)
			begun, session := s.Now(), newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), tagging(), nil)
			if hasError(diagnostics) || session.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
				t.Errorf("%s\n%s", session.attribute(state, "results"), describe(diagnostics))
			}
			if took := s.Now().Sub(begun); took != 11*time.Minute+time.Second { // as with the right clock
				t.Errorf("the wait took %s", took)
			}
			s.expectOneDeployment(t)
		})
	}
}

// TestServerClockStart checks that a start time in five minutes of the server's clock is a later
// start, that the wait lasts as long as the action can take, and that it is polled when it starts.
func TestServerClockStart(t *testing.T) {
	t.Parallel()
	for _, ahead := range distances() {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			s := aheadTenant(t, ahead, 0)
			config := tagging()
			config["schedule"] = map[string]any{"start_time": s.serverTime(ahead, 5*time.Minute)}
			session := newSession(t, s, s)
			end := "until " + s.Now().Add(ahead+18*time.Minute).Format("2006-01-02 15:04:05 MST")
			said := describe(session.planned(config, nil).Diagnostics)
			if strings.Contains(said, "Start time is in the past") || !strings.Contains(said, end) {
				t.Errorf("want %q: %s", end, said)
			}
			begun := s.Now()
			state, diagnostics := session.apply(t.Context(), config, nil)
			if hasError(diagnostics) || session.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
				t.Errorf("%s\n%s", session.attribute(state, "results"), describe(diagnostics))
			}
			if took := s.Now().Sub(begun); took != 5*time.Minute+5*time.Second { // as with the right clock
				t.Errorf("the wait took %s", took)
			}
			s.expectOneDeployment(t)
		})
	}
}

// TestServerClockRemaining checks the default timeouts of waits that are resumed.
func TestServerClockRemaining(t *testing.T) {
	t.Parallel()
	for _, ahead := range distances() {
		s := aheadTenant(t, ahead, 0)
		session := newSession(t, s, s)
		_ = session.planned(tagging(), nil)          // its answers show the clock
		env := session.server.(*server).configured() //nolint:forcetypeassert // NewServer makes it
		end := s.Now().Add(ahead + 7*time.Minute)
		issued, waiting := deployment.Part{ActionID: "2", ExpirationTime: &end}, deployment.Part{NextStartTime: &end}
		if got, known := env.remainingTime([]deployment.Part{issued}); !known || got != 9*time.Minute {
			t.Errorf("%s ahead: %s remain, %t", ahead, got, known)
		}
		if got := env.defaultTimeout([]deployment.Part{issued, waiting}); got != 7*time.Minute+defaultWaitLimit {
			t.Errorf("%s ahead: the default timeout is %s", ahead, got)
		}
	}
}

// TestServerClockTimeout checks that a timeout is compared with the time until the action starts by
// the server's clock.
func TestServerClockTimeout(t *testing.T) {
	t.Parallel()
	for _, ahead := range distances() {
		for timeout, fails := range map[string]bool{"4m": true, "6m": false} {
			s := aheadTenant(t, ahead, 0)
			config := tagging()
			config["schedule"] = map[string]any{"start_time": s.serverTime(ahead, 5*time.Minute)}
			config["timeouts"] = map[string]any{"create": timeout}
			said := describe(newSession(t, s, s).planned(config, nil).Diagnostics)
			if strings.Contains(said, "Timeout ends before the action starts") != fails {
				t.Errorf("%s ahead, %s: %s", ahead, timeout, said)
			}
		}
	}
}

// TestServerClockEnd checks that an end time is judged by the server's clock, in a plan and in a
// refresh of an action that somebody has deleted.
func TestServerClockEnd(t *testing.T) {
	t.Parallel()
	for _, ahead := range distances() {
		for _, after := range []time.Duration{5 * time.Minute, -5 * time.Minute} {
			t.Run(fmt.Sprint(ahead, after), func(t *testing.T) {
				t.Parallel()
				s := aheadTenant(t, ahead, 0)
				config := tagging()
				config["schedule"] = map[string]any{"end_time": s.serverTime(ahead, after), "reissue_seconds": 3600}
				session := newSession(t, s, s)
				said := describe(session.planned(config, nil).Diagnostics)
				if strings.Contains(said, "End time is in the past") != (after < 0) {
					t.Error(said)
				}
				if after < 0 {
					return
				}
				state, diagnostics := session.apply(t.Context(), config, nil)
				if hasError(diagnostics) {
					t.Fatal(describe(diagnostics))
				}
				// The schedule has ended, so that a deletion changes nothing.
				s.providerClock().Advance(20 * time.Minute)
				s.cancel(t, "88001")
				if state = session.refresh(state); session.attribute(state, "name") != `tftypes.String<"Tag">` {
					t.Errorf("the state is %v", state)
				}
			})
		}
	}
}

// TestServerClockEnded checks that a deployment that ended more than a day ago by the server's
// clock is made again, and that one that ended within a day is not.
func TestServerClockEnded(t *testing.T) {
	t.Parallel()
	for _, ahead := range distances() {
		for _, since := range []time.Duration{24*time.Hour - 5*time.Minute, 24*time.Hour + 5*time.Minute} {
			t.Run(fmt.Sprint(ahead, since), func(t *testing.T) {
				t.Parallel()
				s := aheadTenant(t, ahead, 0)
				begun := s.Now()
				if _, diagnostics := newSession(t, s, s).apply(t.Context(), tagging(), nil); hasError(diagnostics) {
					t.Fatal(describe(diagnostics)) // its state is lost
				}
				s.providerClock().Advance(begun.Add(11*time.Minute + 2*time.Second + since).Sub(s.Now()))
				_, diagnostics := newSession(t, s, s).apply(t.Context(), tagging(), nil)
				if again := since > 24*time.Hour; again == hasError(diagnostics) {
					t.Errorf("deploys again: want %t; %s", again, describe(diagnostics))
				}
			})
		}
	}
}

// TestAccServerClock checks with Terraform that the clock of the server may be wrong.
func TestAccServerClock(t *testing.T) {
	t.Parallel()
	for _, ahead := range slices.DeleteFunc(distances(), func(ahead time.Duration) bool { return ahead == 0 }) {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			s := aheadTenant(t, ahead, 10*time.Minute+30*time.Second)
			w := newAttachedWorkspace(t, s, fmt.Sprintf("resource \"tanium_action\" \"x\" {\n  package %s\n"+
				"  targets {\n    action_group = { name = \"All Computers\" }\n    %s\n  }\n"+
				"  schedule { start_time = %q }\n}\n",
				block(blue), onPilots, s.serverTime(ahead, 5*time.Minute)))
			begun := s.Now()
			w.exits(0, "1 added", "apply", "-input=false", "-auto-approve")
			w.exits(0, "No changes", "plan", "-input=false")
			took := s.Now().Sub(begun)
			if summary := w.summary(); summary != "88001 finished succeeded" || s.Stats().Deployments != 1 ||
				took < 15*time.Minute || took > 17*time.Minute {
				t.Errorf("%s, %d deployments, after %s", summary, s.Stats().Deployments, took)
			}
		})
	}
}
