// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "time"

// Standing is what is left of a deployment in Tanium.
type Standing int

// The standings.
const (
	// Open: endpoints may still start it, or it is issued again.
	Open Standing = iota
	// Over: no endpoint starts it any more.
	Over
	// PartlyDeleted: some of the scheduled actions that were to issue more were deleted.
	PartlyDeleted
	// Deleted: all of the scheduled actions were deleted, while they were to issue more.
	Deleted
)

// Continues reports a schedule that issues actions again: it recurs, and has not reached its end.
func (s Schedule) Continues(now time.Time) bool {
	return s.Recurring() && (s.EndTime == nil || s.EndTime.After(now))
}

// Standing judges the parts of a deployment as last read. A scheduled action that is deleted once
// it issues nothing more has not drifted: what it was made for is done.
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
