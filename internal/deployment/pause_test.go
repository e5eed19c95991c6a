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
		"at first":              {longest: longest, want: time.Second},
		"after ten seconds":     {elapsed: 10 * time.Second, longest: longest, want: time.Second},
		"after a minute":        {elapsed: time.Minute, longest: longest, want: 6 * time.Second},
		"after an hour":         {elapsed: time.Hour, longest: longest, want: longest},
		"at most what is given": {elapsed: time.Minute, longest: 5 * time.Second, want: 5 * time.Second},
		"started a moment ago": {elapsed: time.Hour, part: Part{ActionID: "77", StartTime: at(time.Hour - time.Second)},
			longest: longest,
			want:    time.Second},
		"started before the wait": {elapsed: time.Minute, part: Part{ActionID: "77", StartTime: at(-time.Hour)},
			longest: longest,
			want:    6 * time.Second},
		"starts soon": {elapsed: time.Minute, part: Part{ActionID: "77", StartTime: at(time.Minute + 3*time.Second)},
			longest: longest, want: 3 * time.Second},
		"starts at once": {elapsed: time.Minute, part: Part{ActionID: "77", StartTime: at(time.Minute + 1)},
			longest: longest, want: time.Second},
		"starts later": {elapsed: time.Minute, part: Part{NextStartTime: at(time.Hour)}, longest: longest,
			want: 6 * time.Second},
		"is issued soon": {elapsed: time.Minute, part: Part{NextStartTime: at(time.Minute + 2*time.Second)},
			longest: longest, want: 2 * time.Second},
		"issued, and issued again": {elapsed: time.Minute, part: Part{
			ActionID:      "77",
			NextStartTime: at(time.Minute + 2*time.Second),
		}, longest: longest, want: 6 * time.Second},
		"expires soon": {
			elapsed: time.Hour, part: Part{ActionID: "77", ExpirationTime: at(time.Hour + 20*time.Second)},
			longest: longest, want: 20 * time.Second,
		},
		"has expired": {
			elapsed: time.Hour, part: Part{ActionID: "77", ExpirationTime: at(time.Hour - time.Second)},
			longest: longest, want: closingPause,
		},
		"expired, and closed": {elapsed: time.Hour, part: Part{
			ActionID: "77", ExpirationTime: at(time.Hour - time.Second), Status: gateway.ActionStatusClosed,
		}, longest: longest, want: longest},
		"a server that is set back": {elapsed: time.Minute, part: Part{ActionID: "77", StartTime: at(-24 * time.Hour)},
			longest: longest, want: 6 * time.Second},
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
		"from a whole second": {pause: time.Second, longest: time.Minute, want: time.Second},
		"from between": {after: 300 * time.Millisecond, pause: time.Second, longest: time.Minute,
			want: 1200 * time.Millisecond},
		"from a half second": {after: 500 * time.Millisecond, pause: time.Second, longest: time.Minute,
			want: time.Second},
		"a fraction": {pause: 6300 * time.Millisecond, longest: time.Minute, want: 6500 * time.Millisecond},
		"not longer than given": {after: 300 * time.Millisecond, pause: time.Second, longest: 1100 * time.Millisecond,
			want: time.Second},
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
		3 * time.Second: {late: 500 * time.Millisecond, polls: 4},
		time.Minute:     {late: 6 * time.Second, polls: 30},
		time.Hour:       {late: 2 * time.Minute, polls: 85},
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
