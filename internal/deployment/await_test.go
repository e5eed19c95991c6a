// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// The endings have one order of precedence.
func TestEndingKind(t *testing.T) {
	t.Parallel()
	other := errors.New("refused")
	for name, test := range map[string]struct {
		err                   error
		interrupted, timedOut bool
		want                  EndingKind
	}{
		"finished":                      {want: Finished},
		"finished, interrupted after":   {interrupted: true, want: Finished},
		"finished, timed out after":     {timedOut: true, want: Finished},
		"interrupted":                   {err: context.Canceled, interrupted: true, want: Interrupted},
		"interrupted, and no approval":  {err: errUnapproved, interrupted: true, want: Interrupted},
		"interrupted, and gone":         {err: ErrGone, interrupted: true, timedOut: true, want: Interrupted},
		"interrupted, and not readable": {err: other, interrupted: true, want: Interrupted},
		"no approval":                   {err: errUnapproved, want: Unapproved},
		"no approval, timed out":        {err: errUnapproved, timedOut: true, want: Unapproved},
		"gone":                          {err: ErrGone, want: Gone},
		"gone, timed out":               {err: ErrGone, timedOut: true, want: Gone},
		"timed out":                     {err: context.DeadlineExceeded, timedOut: true, want: TimedOut},
		"timed out, after a failed read": {err: errors.Join(context.DeadlineExceeded, other), timedOut: true,
			want: TimedOut},
		"not readable": {err: other, want: Unreadable},
	} {
		if got := endingKind(test.err, test.interrupted, test.timedOut); got != test.want {
			t.Errorf("%s is %d, want %d", name, got, test.want)
		}
	}
}

// TestAwaitBakes checks that a deployment that succeeded is judged again after the bake time, and
// that one that failed is not observed.
func TestAwaitBakes(t *testing.T) {
	t.Parallel()
	part := Part{ScheduledActionID: "10", ActionID: "77"}
	start := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		answers   []string
		succeeded bool
		passed    time.Duration
	}{
		"stays well": {answers: []string{action("77", "OPEN", 2, 0), action("77", "OPEN", 2, 0)}, succeeded: true,
			passed: time.Hour},
		"turns bad": {answers: []string{action("77", "OPEN", 2, 0), action("77", "OPEN", 1, 1)}, passed: time.Hour},
		"cannot be read for a time": {
			answers: []string{action("77", "OPEN", 2, 0), unavailable, action("77", "OPEN", 2, 0)}, succeeded: true,
			passed: time.Hour,
		},
		"is stopped": {answers: []string{action("77", "OPEN", 2, 0), action("77", "STOPPED", 2, 0)},
			passed: time.Hour},
		"was over": {answers: []string{action("77", "STOPPED", 2, 0), action("77", "STOPPED", 2, 0)},
			succeeded: true, passed: time.Hour},
		"fails at once": {answers: []string{action("77", "OPEN", 1, 1)}},
	} {
		client, _ := newScriptedClient(t, map[string][]string{"GetAction": c.answers})
		clock := &countingClock{at: start}
		idle := 0
		watch := Watch{
			Client: client, Clock: clock, Interval: time.Second, Targeted: new(2), Bake: time.Hour,
			OnIdle: func() { idle++ },
		}
		ending := watch.Await(t.Context(), []Part{part}, time.Minute)
		passed := clock.at.Sub(start)
		if ending.Kind != Finished || ending.Verdict.Succeeded != c.succeeded ||
			passed.Truncate(time.Minute) != c.passed || (c.passed > 0) != (idle > 100) || ending.Elapsed != passed {
			t.Errorf("%s: %+v after %s, %d calls", name, ending, passed, idle)
		}
	}
	client, _ := newScriptedClient(t, map[string][]string{"GetAction": {action("77", "OPEN", 2, 0)}})
	ctx, interrupt := context.WithCancel(t.Context())
	watch := Watch{
		Client: client, Clock: &countingClock{at: start}, Targeted: new(2), Bake: time.Hour, OnIdle: interrupt,
	}
	if ending := watch.Await(ctx, []Part{part}, time.Minute); ending.Kind != Interrupted ||
		!ending.Baking || ending.Verdict.Succeeded || len(ending.Parts) != 1 ||
		!errors.Is(ending.Err, context.Canceled) {
		t.Errorf("%+v", ending)
	}
}

// countingClock passes its time at once.
type countingClock struct{ at time.Time }

func (c *countingClock) Now() time.Time { return c.at }

func (c *countingClock) After(wait time.Duration) <-chan time.Time {
	c.at = c.at.Add(wait)
	passed := make(chan time.Time, 1)
	passed <- c.at
	return passed
}

func TestAwait(t *testing.T) {
	t.Parallel()
	part := Part{ScheduledActionID: "10", ActionID: "77"}
	client, _ := newScriptedClient(t, map[string][]string{
		"GetAction": {action("77", "OPEN", 1, 0), action("77", "OPEN", 1, 1)},
	})
	ending := Watch{Client: client, Clock: instantClock{}, Targeted: new(2)}.Await(t.Context(), []Part{part}, time.Hour)
	if ending.Kind != Finished || ending.Verdict.Succeeded || ending.Parts[0].Results.Failed != 1 ||
		ending.LastFailure() != nil {
		t.Errorf("%+v", ending)
	}
	// With an unknown number of endpoints, an endpoint that did not report is not a failure.
	client, _ = newScriptedClient(t, map[string][]string{"GetAction": {action("77", "CLOSED", 1, 0)}})
	ending = Watch{Client: client, Clock: instantClock{}}.Await(t.Context(),
		[]Part{part}, time.Hour)
	if ending.Kind != Finished || !ending.Verdict.Succeeded {
		t.Errorf("%+v", ending)
	}
	client, _ = newScriptedClient(t, map[string][]string{"GetAction": {unavailable}})
	ending = Watch{Client: client, Clock: SystemClock{}, Interval: time.Hour, Targeted: new(2)}.Await(t.Context(),
		[]Part{part}, 50*time.Millisecond)
	var failure *gateway.Error
	if ending.Kind != TimedOut || !errors.As(ending.LastFailure(), &failure) || failure.StatusCode != 503 {
		t.Errorf("%+v", ending)
	}
}
