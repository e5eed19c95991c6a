// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

func TestStanding(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	before, after, hourly := now.Add(-time.Hour), now.Add(time.Hour), 3600
	once, recurring := Schedule{}, Schedule{ReissueSeconds: &hourly}
	ended, ends := recurring, recurring
	ended.EndTime, ends.EndTime = &before, &after
	const running, closed = gateway.ActionStatusOpen, gateway.ActionStatusClosed
	for name, c := range map[string]struct {
		schedule Schedule
		parts    []Part
		want     Standing
	}{
		"runs":                   {schedule: once, parts: []Part{{Status: running}}, want: Open},
		"not issued":             {schedule: once, parts: []Part{{}}, want: Open},
		"runs, schedule deleted": {schedule: once, parts: []Part{{Status: running, Deleted: true}}, want: Open},
		"over":                   {schedule: once, parts: []Part{{Status: closed}}, want: Over},
		"over, schedule deleted": {schedule: once, parts: []Part{{Status: closed, Deleted: true}}, want: Over},
		"one of two runs":        {schedule: once, parts: []Part{{Status: closed}, {Status: running}}, want: Open},
		"between two issues":     {schedule: recurring, parts: []Part{{Status: closed}}, want: Open},
		"before its end":         {schedule: ends, parts: []Part{{Status: closed}}, want: Open},
		"past its end":           {schedule: ended, parts: []Part{{Status: closed}}, want: Over},
		"past its end, and runs": {schedule: ended, parts: []Part{{Status: running}}, want: Open},
		"past its end, deleted":  {schedule: ended, parts: []Part{{Status: closed, Deleted: true}}, want: Over},
		"deleted":                {schedule: recurring, parts: []Part{{Status: running, Deleted: true}}, want: Deleted},
		"deleted before its end": {schedule: ends, parts: []Part{{Status: closed, Deleted: true}}, want: Deleted},
		"both deleted":           {schedule: recurring, parts: []Part{{Deleted: true}, {Deleted: true}}, want: Deleted},
		"one of two deleted": {schedule: recurring, parts: []Part{{Status: running}, {Deleted: true}},
			want: PartlyDeleted},
		"one of two deleted, over": {schedule: recurring,
			parts: []Part{{Status: closed}, {Status: closed, Deleted: true}},
			want:  PartlyDeleted},
		"nothing": {schedule: once, want: Over},
	} {
		if got := c.schedule.Standing(c.parts, now); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
