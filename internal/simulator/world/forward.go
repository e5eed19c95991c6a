// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"errors"
	"fmt"
	"time"
)

// maxOffers limits how many times one step of the time offers an action to an endpoint. The world
// carries out each offer, because the reports show the state of every endpoint in every action. A
// million takes a few seconds.
const maxOffers = 1_000_000

// Forward moves the time forward. It fails for a time that cannot be reached, for a step in which
// too much happens, and when the journal fails.
func (w *World) Forward(by time.Duration) error {
	defer w.lock()()
	if by < 0 {
		return errors.New("the time cannot be moved backwards")
	}
	if left := w.options.Clock.Remaining(); by > left {
		return fmt.Errorf("the time cannot be moved so far: it ends in %s", left.Truncate(time.Second))
	}
	if err := w.checkStep(by); err != nil {
		return err
	}
	if _, err := w.execute(Command{Forward: by}); err != nil {
		return err
	}
	w.options.Clock.Advance(by)
	return nil
}

// checkStep rejects a step that issues too many actions.
func (w *World) checkStep(by time.Duration) error {
	issues := 0
	for _, s := range w.scheduled {
		issues += s.issuesUntil(w.now.Add(by))
	}
	limit := maxOffers / max(1, len(w.endpoints))
	if issues <= max(1, limit) {
		return nil
	}
	return fmt.Errorf("nothing was done: recurring actions would issue %d actions within %s, and with %d endpoints "+
		"one step of the time may issue at most %d: move the time in smaller steps, or delete a recurring action",
		issues, by, len(w.endpoints), max(1, limit))
}

// issuesUntil returns how many actions a recurring action issues until a time.
func (s *ScheduledAction) issuesUntil(until time.Time) int {
	if s.Deleted || s.Next == nil || s.Reissue <= 0 {
		return 0
	}
	if s.End != nil && s.End.Before(until) {
		until = *s.End
	}
	first := s.Next.Add(-startDelay) // the time of the issue
	if until.Before(first) {
		return 0
	}
	return int(until.Sub(first)/s.Reissue) + 1
}
