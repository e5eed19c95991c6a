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
		"runs":                   {once, []Part{{Status: running}}, Open},
		"not issued":             {once, []Part{{}}, Open},
		"runs, schedule deleted": {once, []Part{{Status: running, Deleted: true}}, Open},
		"over":                   {once, []Part{{Status: closed}}, Over},
		"over, schedule deleted": {once, []Part{{Status: closed, Deleted: true}}, Over},
		"one of two runs":        {once, []Part{{Status: closed}, {Status: running}}, Open},
		"between two issues":     {recurring, []Part{{Status: closed}}, Open},
		"before its end":         {ends, []Part{{Status: closed}}, Open},
		"past its end":           {ended, []Part{{Status: closed}}, Over},
		"past its end, and runs": {ended, []Part{{Status: running}}, Open},
		"past its end, deleted":  {ended, []Part{{Status: closed, Deleted: true}}, Over},
		"deleted":                {recurring, []Part{{Status: running, Deleted: true}}, Deleted},
		"deleted before its end": {ends, []Part{{Status: closed, Deleted: true}}, Deleted},
		"both deleted":           {recurring, []Part{{Deleted: true}, {Deleted: true}}, Deleted},
		"one of two deleted":     {recurring, []Part{{Status: running}, {Deleted: true}}, PartlyDeleted},
		"one of two deleted, over": {recurring, []Part{{Status: closed}, {Status: closed, Deleted: true}},
			PartlyDeleted},
		"nothing": {once, nil, Over},
	} {
		if got := c.schedule.Standing(c.parts, now); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
