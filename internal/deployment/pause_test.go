// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

func TestPause(t *testing.T) {
	t.Parallel()
	begun := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	at := func(after time.Duration) *time.Time {
		instant := begun.Add(after)
		return &instant
	}
	const longest = 2 * time.Minute
	for name, c := range map[string]struct {
		elapsed time.Duration
		part    Part
		longest time.Duration
		want    time.Duration
	}{
		"at first":              {0, Part{}, longest, time.Second},
		"after ten seconds":     {10 * time.Second, Part{}, longest, time.Second},
		"after a minute":        {time.Minute, Part{}, longest, 6 * time.Second},
		"after an hour":         {time.Hour, Part{}, longest, longest},
		"at most what is given": {time.Minute, Part{}, 5 * time.Second, 5 * time.Second},
		"started a moment ago": {time.Hour, Part{ActionID: "77", StartTime: at(time.Hour - time.Second)}, longest,
			time.Second},
		"started before the wait": {time.Minute, Part{ActionID: "77", StartTime: at(-time.Hour)}, longest,
			6 * time.Second},
		"starts soon": {time.Minute, Part{ActionID: "77", StartTime: at(time.Minute + 3*time.Second)},
			longest, 3 * time.Second},
		"starts at once": {time.Minute, Part{ActionID: "77", StartTime: at(time.Minute + 1)},
			longest, time.Second},
		"starts later": {time.Minute, Part{NextStartTime: at(time.Hour)}, longest, 6 * time.Second},
		"is issued soon": {time.Minute, Part{NextStartTime: at(time.Minute + 2*time.Second)},
			longest, 2 * time.Second},
		"issued, and issued again": {time.Minute, Part{
			ActionID:      "77",
			NextStartTime: at(time.Minute + 2*time.Second),
		}, longest, 6 * time.Second},
		"expires soon": {
			time.Hour, Part{ActionID: "77", ExpirationTime: at(time.Hour + 20*time.Second)}, longest, 20 * time.Second,
		},
		"has expired": {
			time.Hour, Part{ActionID: "77", ExpirationTime: at(time.Hour - time.Second)}, longest, closingPause,
		},
		"expired, and closed": {time.Hour, Part{
			ActionID: "77", ExpirationTime: at(time.Hour - time.Second), Status: gateway.ActionStatusClosed,
		}, longest, longest},
		"a server that is set back": {time.Minute, Part{ActionID: "77", StartTime: at(-24 * time.Hour)},
			longest, 6 * time.Second},
	} {
		if got := pause(begun, begun.Add(c.elapsed), 0, []Part{c.part}, c.longest); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		for _, distance := range []time.Duration{10 * time.Minute, -10 * time.Minute} {
			clock, part := gateway.ClockDistance(distance), c.part
			for _, by := range []**time.Time{&part.StartTime, &part.ExpirationTime, &part.NextStartTime} {
				if *by != nil {
					server := clock.Server(**by)
					*by = &server
				}
			}
			if got := pause(begun, begun.Add(c.elapsed), clock, []Part{part}, c.longest); got != c.want {
				t.Errorf("%s, with a server %s ahead: %s, want %s", name, distance, got, c.want)
			}
		}
	}
}

func TestUntilNextPoll(t *testing.T) {
	t.Parallel()
	whole := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		after, pause, longest, want time.Duration
	}{
		"from a whole second":   {0, time.Second, time.Minute, time.Second},
		"from between":          {300 * time.Millisecond, time.Second, time.Minute, 1200 * time.Millisecond},
		"from a half second":    {500 * time.Millisecond, time.Second, time.Minute, time.Second},
		"a fraction":            {0, 6300 * time.Millisecond, time.Minute, 6500 * time.Millisecond},
		"not longer than given": {300 * time.Millisecond, time.Second, 1100 * time.Millisecond, time.Second},
	} {
		if got := untilNextPoll(whole.Add(c.after), c.pause, c.longest); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestOnGrid(t *testing.T) {
	t.Parallel()
	whole := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]time.Duration{
		0: 0, 3 * time.Millisecond: 0, timerDelay: 0, timerDelay + 1: timerDelay + 1,
		grid - 1: grid - 1, grid + 1: grid,
	} {
		if got := onGrid(whole.Add(after)); !got.Equal(whole.Add(want)) {
			t.Errorf("%s: %s, want %s", after, got.Sub(whole), want)
		}
	}
}

// A short action is seen to end within half a second, and one of an hour costs tens of polls.
func TestPausesOfAWait(t *testing.T) {
	t.Parallel()
	for length, most := range map[time.Duration]struct {
		late  time.Duration
		polls int
	}{
		3 * time.Second: {500 * time.Millisecond, 4},
		time.Minute:     {6 * time.Second, 30},
		time.Hour:       {2 * time.Minute, 85},
	} {
		const longest = 2 * time.Minute
		for _, fraction := range []time.Duration{0, 1, 123 * time.Millisecond, grid, time.Second - 1} {
			begun := time.Date(2026, 3, 7, 9, 0, 0, int(fraction), time.UTC)
			now, polls := begun.Add(untilNextPoll(begun, minPause, longest)), 1
			for ; now.Sub(begun) < length; polls++ {
				now = now.Add(untilNextPoll(now, pause(begun, now, 0, nil, longest), longest))
			}
			if late := now.Sub(begun) - length; late > most.late || polls > most.polls {
				t.Errorf("an action of %s from %s is seen %s late, after %d polls", length, fraction, late, polls)
			}
		}
	}
}
