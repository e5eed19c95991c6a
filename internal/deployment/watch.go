// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Watch follows a deployment to its end.
type Watch struct {
	// Client to poll with.
	Client *gateway.Client
	// Clock to wait by.
	Clock Clock
	// Interval is the longest pause between two rounds of polls.
	Interval time.Duration
	// JustDeployed says that nothing can have changed yet: the first poll comes after a pause.
	JustDeployed bool
	// Targeted is how many endpoints the deployment was sent to; TargetedUnknown where that is not
	// known.
	Targeted int
	// Policy says when the deployment is finished.
	Policy Policy
	// ForApproval says what to do while a part waits for its approval.
	ForApproval Approval
	// OnProgress is called after each round that was answered; nil for nobody.
	OnProgress func([]Part)
}

// TargetedUnknown is a number of endpoints that is never reached: a deployment to an unknown number
// is finished once it is over.
const TargetedUnknown = math.MaxInt

// Approval is what a watch does while a scheduled action waits for its approval.
type Approval int

// The choices.
const (
	AwaitApproval Approval = iota // go on watching
	LeaveApproval                 // end with ErrUnapproved
)

// ErrUnapproved is the end of a watch that was not to wait for an approval.
var ErrUnapproved = errors.New("the action waits for its approval")

// Until polls until the deployment is finished, and returns its parts as last read, with an error
// as well.
//
// A failed poll that a moment may mend does not end the watch: only the context does, whose error
// then comes joined with the last failure. A refused token ends it at once. A refused read, and an
// action that is not there, end it when that is so for the third time in a row: an error in the
// answer may be that of a service behind the gateway which is starting again, and nothing typed
// tells it from a missing right.
func (w Watch) Until(ctx context.Context, parts []Part) ([]Part, error) {
	parts = slices.Clone(parts)
	settled := make([]bool, len(parts))
	refusals := 0
	begun := w.Clock.Now()
	if w.JustDeployed {
		if err := w.sleep(ctx, min(firstPause, w.Interval)); err != nil {
			return parts, err
		}
	}
	for {
		last := w.round(ctx, parts, settled)
		switch {
		case ctx.Err() != nil:
			return parts, errors.Join(ctx.Err(), last)
		case (gateway.IsRefused(last) || errors.Is(last, ErrGone)) && refusals+1 < maxRefusals:
			refusals++
		case last == nil:
			refusals = 0
			if w.OnProgress != nil {
				w.OnProgress(slices.Clone(parts))
			}
			if w.Policy.Finished(parts, w.Targeted) {
				return parts, nil
			}
			if w.ForApproval == LeaveApproval && slices.ContainsFunc(parts, func(part Part) bool {
				return !part.Approved
			}) {
				return parts, ErrUnapproved
			}
		case !transient(last):
			return parts, last
		}
		if err := w.sleep(ctx, pause(begun, w.Clock.Now(), parts, w.Interval)); err != nil {
			return parts, errors.Join(err, last)
		}
	}
}

// sleep waits for a time, or until the context ends, whose error it returns then.
func (w Watch) sleep(ctx context.Context, length time.Duration) error {
	select {
	case <-ctx.Done():
	case <-w.Clock.After(length):
	}
	return ctx.Err() // of two that are ready, select takes either
}

// maxRefusals is how many reads in a row may be refused, or find nothing. What was just made may
// not be shown yet.
const maxRefusals = 3

// round polls every part that was not over when last seen, and keeps what it saw until the first
// failure.
func (w Watch) round(ctx context.Context, parts []Part, settled []bool) error {
	failures := each(len(parts), func(i int) error {
		if settled[i] {
			return nil
		}
		read, err := Read(ctx, w.Client, parts[i], ReadIssued)
		if err == nil {
			parts[i], settled[i] = read, read.ActionID != "" && Terminal(read.Status)
		}
		return err
	})
	// What ends the watch goes before what passes.
	var passing error
	for _, failure := range failures {
		switch {
		case failure == nil:
		case !transient(failure):
			return failure
		default:
			passing = failure
		}
	}
	return passing
}

// transient reports a failure that may be over a moment later. An answer of HTML is that of a proxy
// or console in maintenance: the deployment was made at this very address.
func transient(err error) bool {
	var failure *gateway.Error
	return errors.As(err, &failure) && (failure.Transient() || failure.Kind == gateway.KindNotGateway)
}
