// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Watch polls a deployment until it is finished.
type Watch struct {
	// Client sends the polls.
	Client *gateway.Client
	// Clock times the interval.
	Clock Clock
	// Interval is the longest pause between two rounds of polls.
	Interval time.Duration
	// Bake is how long Await observes deployments that succeeded before it judges them again; 0 for
	// not at all.
	Bake time.Duration
	// JustRead delays the first poll, because the parts have just been deployed or read.
	JustRead bool
	// Targeted is the number of endpoints that the deployment was sent to; nil if unknown.
	Targeted *int
	// Policy decides when the deployment is finished.
	Policy Policy
	// ForApproval is the reaction to a part that waits for approval.
	ForApproval Approval
	// OnProgress is called with the parts after each round without a failure; nil for no call.
	OnProgress func([]Part)
	// OnIdle is called after a round that failed, and at least every idlePause between two rounds;
	// nil for no call.
	OnIdle func()
}

// idlePause is the longest pause without a call of OnIdle.
const idlePause = 30 * time.Second

// Approval is the reaction of a watch to a scheduled action that waits for approval.
type Approval int

// The reactions.
const (
	AwaitApproval Approval = iota // continue the watch
	LeaveApproval                 // end the watch with errUnapproved
)

// errUnapproved is the error of a watch that does not wait for approval.
var errUnapproved = errors.New("the action waits for approval")

// until polls until the deployment is finished. While one that is over has endpoints under way, it
// reads on for ExpiryMargin. It returns the parts as last read, also with an
// error.
//
// A transient failure does not end the watch. If the context ends, the error joins the context's
// error and the last failure. A missing action ends it at the third time in a row. Any other
// failure, such as a rejected token or a refused read, ends it after RejectedFor without a
// success: a proxy or a service behind the gateway that restarts may cause it as well, and no typed
// field distinguishes that from a missing right.
func (w Watch) until(ctx context.Context, parts []Part) ([]Part, error) {
	parts = slices.Clone(parts)
	ends := make([]closing, len(parts))
	var missing int
	var rejected rejections
	begun := w.Clock.Now()
	if w.JustRead {
		if err := w.sleep(ctx, minPause, w.Interval); err != nil {
			return parts, err
		}
	}
	for {
		started := onGrid(w.Clock.Now())
		last := w.round(ctx, parts, ends)
		now := w.Clock.Now()
		next, longest := pause(begun, now, w.Client.ClockDistance(), parts, w.Interval), w.Interval
		if slices.ContainsFunc(ends, closing.reporting) {
			next = min(next, closingPause)
		}
		switch {
		case ctx.Err() != nil:
			return parts, errors.Join(ctx.Err(), last)
		case allSettled(ends) && w.Policy.Finished(parts, w.Targeted):
			w.progress(parts)
			return parts, nil // a failure of the last read takes nothing away
		case last == nil:
			missing, rejected = 0, rejections{}
			if ended, err := w.succeeded(parts, ends); ended {
				return parts, err
			}
		case isAnother(last):
			return parts, last
		case errors.Is(last, ErrGone):
			if missing++; missing == maxMissing {
				return parts, last
			}
		case !transient(last):
			longer, left := rejected.pause()
			if !left {
				return parts, last
			}
			next, longest = longer, longer+grid
		}
		if last != nil && w.OnIdle != nil {
			w.OnIdle()
		}
		// The pause counts from the start of the round, so that a slow answer does not delay the
		// next.
		if err := w.sleep(ctx, next-now.Sub(started), longest); err != nil {
			return parts, errors.Join(err, last)
		}
	}
}

// succeeded handles a round without a failure. It reports whether the watch ends, and its error.
func (w Watch) succeeded(parts []Part, ends []closing) (ended bool, err error) {
	w.progress(parts)
	if w.Policy.Finished(parts, w.Targeted) {
		return !w.Policy.readsOn(parts, w.Targeted, ends), nil
	}
	if w.Policy.lost(parts, w.Targeted, ends) {
		return true, nil
	}
	unapproved := slices.ContainsFunc(parts, func(part Part) bool { return !part.Approved })
	if w.ForApproval == LeaveApproval && unapproved {
		return true, errUnapproved
	}
	return false, nil
}

// progress calls OnProgress.
func (w Watch) progress(parts []Part) {
	if w.OnProgress != nil {
		w.OnProgress(slices.Clone(parts))
	}
}

// sleep waits for a pause, which is at most longest, or until the context ends. It returns the
// context's error.
func (w Watch) sleep(ctx context.Context, pause, longest time.Duration) error {
	return w.pass(ctx, untilNextPoll(w.Clock.Now(), max(0, min(pause, longest)), longest))
}

// pass waits for a time, or until the context ends, and calls OnIdle meanwhile. It returns the
// context's error.
func (w Watch) pass(ctx context.Context, length time.Duration) error {
	for ; w.OnIdle != nil && length > idlePause; length -= idlePause {
		if err := w.wait(ctx, idlePause); err != nil {
			return err
		}
		w.OnIdle()
	}
	return w.wait(ctx, length)
}

// wait waits for a time, or until the context ends. It returns the context's error.
func (w Watch) wait(ctx context.Context, length time.Duration) error {
	select {
	case <-ctx.Done():
	case <-w.Clock.After(length):
	}
	return ctx.Err() // select chooses at random if both are ready
}

// maxMissing is the number of rounds in a row that must find no action to end a watch. Tanium may
// not show a new object at once.
const maxMissing = 3

// round polls every part that was not settled when last read, and updates the parts whose reads
// succeed. It returns nil, or one failure: a *Missing, or else one that is not transient, or else
// any.
func (w Watch) round(ctx context.Context, parts []Part, ends []closing) error {
	now := w.Clock.Now()
	failures := each(len(parts), func(i int) error {
		if ends[i].settled {
			return nil
		}
		read, err := Read(ctx, w.Client, parts[i], ReadIssued)
		switch {
		case err == nil:
			parts[i] = read
		case errors.Is(err, ErrGone) && parts[i].ActionID != "" && Terminal(parts[i].Status):
			ends[i].settled = true // it was over when last read, and Tanium has purged it since
			return nil
		}
		ends[i].take(w.Policy, parts[i], err == nil, now)
		return err
	})
	var worst error
	var missing Missing
	for i, failure := range failures {
		switch {
		case failure == nil:
		case errors.Is(failure, ErrGone):
			missing.Parts = append(missing.Parts, parts[i])
		case worst == nil || transient(worst):
			worst = failure
		}
	}
	if missing.Parts != nil {
		return &missing
	}
	return worst
}
