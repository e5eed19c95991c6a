// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Pauses between polls. They grow in proportion to the time elapsed: an action of a few seconds is
// seen to end within half a second, and one of an hour costs tens of polls.
const (
	minPause = time.Second
	// grid is the distance between the instants of polls. It is what a poll may be late for the end
	// of an action that takes whole seconds.
	grid = 500 * time.Millisecond
	// closingPause is the longest pause after an action has expired: Tanium is about to close it.
	closingPause = 5 * time.Second
	// elapsedPerPause is the time elapsed in relation to the next pause.
	elapsedPerPause = 10
)

// timerDelay is how late a timer may fire. A poll that is later than its instant by no more counts
// as made at that instant, so that the next one does not skip one.
const timerDelay = 50 * time.Millisecond

// onGrid returns the instant of a poll that began at a time.
func onGrid(begun time.Time) time.Time {
	if instant := begun.Truncate(grid); begun.Sub(instant) <= timerDelay {
		return instant
	}
	return begun
}

// untilNextPoll is a pause, or a little longer: waits of one run poll at whole and half seconds, so
// that their polls share requests.
func untilNextPoll(now time.Time, pause, longest time.Duration) time.Duration {
	next := now.Add(pause)
	instant := next.Truncate(grid)
	if instant.Before(next) {
		instant = instant.Add(grid)
	}
	if aligned := instant.Sub(now); aligned <= longest {
		return aligned
	}
	return pause
}

// pause is how long to wait at least before the next poll of a wait that began at an instant. It is
// at most longest. An action that starts later is polled when it starts, and then as often as one
// that started at once. An action is also polled when it expires, and often from then on. The times
// of the parts are the server's, and the others local.
func pause(
	begun, now time.Time, clock gateway.ClockDistance, parts []Part, longest time.Duration,
) time.Duration {
	next := longest
	for _, part := range parts {
		if start := part.starts(); start != nil {
			local := clock.Local(*start)
			if local.After(now) {
				next = min(next, max(local.Sub(now), minPause))
			} else if local.After(begun) {
				begun = local
			}
		}
		if part.ExpirationTime != nil && !Terminal(part.Status) {
			if left := part.ExpirationTime.Sub(clock.Server(now)); left > 0 {
				next = min(next, max(left, minPause))
			} else {
				next = min(next, closingPause)
			}
		}
	}
	return min(next, max(now.Sub(begun)/elapsedPerPause, minPause))
}

// starts returns when the action starts, or is to be issued; nil if unknown.
func (p Part) starts() *time.Time {
	if p.StartTime == nil && p.ActionID == "" {
		return p.NextStartTime
	}
	return p.StartTime
}
