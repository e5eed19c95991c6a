// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package clock_test

import (
	"math"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
)

// The time stops at the largest duration instead of overflowing.
func TestClockNeverOverflows(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	at := begin
	c := clock.New(func() time.Time { return at }, 1_000_000)
	last := c.Now()
	for range 10 {
		at = at.Add(24 * time.Hour)
		c.Advance(math.MaxInt64 / 4)
		if now := c.Now(); now.Before(last) {
			t.Errorf("%s is followed by %s", last, now)
		} else {
			last = now
		}
	}
	if left := c.Remaining(); left != 0 {
		t.Errorf("%s are left", left)
	}
}

// A clock that follows another one moves with it, and also by itself.
func TestFollowing(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	local := clock.Manual(at, 0)
	behind := clock.Following(local, -10*time.Minute)
	local.Advance(time.Hour)
	if got := behind.Now(); !got.Equal(at.Add(50 * time.Minute)) {
		t.Errorf("it is %s", got)
	}
	behind.Advance(time.Minute)
	if got := behind.Now(); !got.Equal(at.Add(51*time.Minute)) || !local.Now().Equal(at.Add(time.Hour)) {
		t.Errorf("it is %s, and %s", got, local.Now())
	}
}
