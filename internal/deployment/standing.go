// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "time"

// Standing is the condition of a deployment in Tanium.
type Standing int

// The standings.
const (
	// Open: endpoints may still start an action, or another action is to be issued.
	Open Standing = iota
	// Over: no endpoint starts an action any more.
	Over
	// PartlyDeleted: some of the scheduled actions were deleted before they issued their last
	// action.
	PartlyDeleted
	// Deleted: all of the scheduled actions were deleted before they issued their last action.
	Deleted
)

// Continues reports whether the schedule issues more actions: it recurs, and its end is not
// reached.
func (s Schedule) Continues(now time.Time) bool {
	return s.Recurring() && (s.EndTime == nil || s.EndTime.After(now))
}

// Standing returns the standing of a deployment from its parts as last read. The deletion of a
// scheduled action is not drift once it issues no more actions.
func (s Schedule) Standing(parts []Part, now time.Time) Standing {
	continues := s.Continues(now)
	open, deleted := continues, 0
	for _, part := range parts {
		open = open || !Terminal(part.Status)
		if continues && part.Deleted {
			deleted++
		}
	}
	switch {
	case deleted == len(parts) && deleted > 0:
		return Deleted
	case deleted > 0:
		return PartlyDeleted
	case open:
		return Open
	default:
		return Over
	}
}
