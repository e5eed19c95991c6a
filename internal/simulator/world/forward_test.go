// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"testing"
	"time"
)

func TestIssuesUntil(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	at := func(after time.Duration) *time.Time { return new(now.Add(after)) }
	for name, c := range map[string]struct {
		action ScheduledAction
		want   int
	}{
		"a one-off":         {ScheduledAction{Next: at(time.Minute)}, 0},
		"deleted":           {ScheduledAction{Next: at(time.Minute), Reissue: time.Hour, Deleted: true}, 0},
		"not approved":      {ScheduledAction{Reissue: time.Hour}, 0},
		"hourly":            {ScheduledAction{Next: at(time.Hour + startDelay), Reissue: time.Hour}, 24},
		"later":             {ScheduledAction{Next: at(48 * time.Hour), Reissue: time.Hour}, 0},
		"with an early end": {ScheduledAction{Next: at(time.Hour), Reissue: time.Hour, End: at(150 * time.Minute)}, 2},
	} {
		if got := c.action.issuesUntil(now.Add(24 * time.Hour)); got != c.want {
			t.Errorf("%s: issues %d, want %d", name, got, c.want)
		}
	}
}
