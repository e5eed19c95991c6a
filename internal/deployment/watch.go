// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Clock tells and passes time, so that no test has to wait.
type Clock interface {
	// Now is time.Now.
	Now() time.Time
	// After is time.After.
	After(time.Duration) <-chan time.Time
}

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now is time.Now.
func (SystemClock) Now() time.Time { return time.Now() }

// After is time.After.
func (SystemClock) After(wait time.Duration) <-chan time.Time { return time.After(wait) }

// Watch follows a deployment to its end.
type Watch struct {
	// Client to poll with.
	Client *gateway.Client
	// Clock to wait by.
	Clock Clock
	// Interval between two rounds of polls.
	Interval time.Duration
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

// ErrGone is the end of a watch whose scheduled action and action are both no longer there.
var ErrGone = errors.New("the action is no longer in Tanium")

// Until polls until the deployment is finished, at once and then after every interval, and returns
// its parts as last seen: with an error as well.
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
		select {
		case <-ctx.Done():
			return parts, errors.Join(ctx.Err(), last)
		case <-w.Clock.After(w.Interval):
		}
		if ctx.Err() != nil { // of two that are ready, select takes either
			return parts, errors.Join(ctx.Err(), last)
		}
	}
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
		seen, err := poll(ctx, w.Client, parts[i])
		if err == nil {
			parts[i], settled[i] = seen, seen.ActionID != "" && Terminal(seen.Status)
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

// mostAtOnce bounds the looks under way at a time, which the client puts into a fraction of the
// requests.
const mostAtOnce = 100

// each does something for every index, several at a time so that their looks share requests, and
// returns what failed, by index.
func each(n int, do func(i int) error) []error {
	failures := make([]error, n)
	var doing sync.WaitGroup
	places := make(chan struct{}, mostAtOnce)
	for i := range n {
		places <- struct{}{}
		doing.Go(func() {
			defer func() { <-places }()
			failures[i] = do(i)
		})
	}
	doing.Wait()
	return failures
}

// Survey looks once at deployments of which only an ID may be known: the action's, or the scheduled
// action's, which leads to the last action issued. Those that are not in Tanium are not found, and
// are as they were.
func Survey(ctx context.Context, client *gateway.Client, parts []Part) (seen []Part, found []bool, err error) {
	seen, found = slices.Clone(parts), make([]bool, len(parts))
	for i, failure := range each(len(parts), func(i int) (err error) {
		seen[i], err = poll(ctx, client, parts[i])
		return err
	}) {
		if failure != nil && !errors.Is(failure, ErrGone) {
			return nil, nil, failure
		}
		found[i] = failure == nil
	}
	return seen, found, nil
}

// poll looks once. The scheduled action is asked for only while it may yet issue another action
// than the one known: the ID polled is always the issued action's, since the scheduled action's
// belongs to another sequence.
func poll(ctx context.Context, client *gateway.Client, part Part) (Part, error) {
	known := part.ActionID != ""
	if !known && part.ScheduledActionID == "" {
		return part, ErrGone // nothing is known to read it by
	}
	// A pending one may be a placeholder for another (API.md#last-action).
	if !known || (part.Status == gateway.ActionStatusPending && part.ScheduledActionID != "") {
		scheduled, err := client.ScheduledAction(ctx, part.ScheduledActionID)
		switch {
		case err != nil:
			return part, err
		case !deleted(scheduled):
			part.follow(scheduled)
			if part.ActionID == "" || pending(scheduled) {
				return part, nil
			}
		case !known:
			return part, ErrGone
		} // else what it issued may still be there
	}

	action, err := client.Action(ctx, part.ActionID)
	if err != nil {
		return part, err
	}
	if action == nil {
		return part, ErrGone
	}
	part.record(action)
	return part, nil
}

// deleted reports a scheduled action that issues nothing any more: Tanium may show it as deleted or
// not show it at all.
func deleted(scheduled *gateway.ScheduledAction) bool {
	return scheduled == nil || (scheduled.Status != nil && *scheduled.Status == gateway.ScheduledActionStatusDeleted)
}

// transient reports a failure that a moment may mend. One that answers HTML is a proxy's or a
// console's in maintenance: the deployment was made at this very address. pending reports that the
// last action has yet to begin, or is a placeholder for it: there is nothing to read of it.
func pending(scheduled *gateway.ScheduledAction) bool {
	return scheduled.LastAction != nil && scheduled.LastAction.Status != nil &&
		*scheduled.LastAction.Status == gateway.ActionStatusPending
}

func transient(err error) bool {
	var failure *gateway.Error
	return errors.As(err, &failure) && (failure.Transient() || failure.Kind == gateway.KindNotGateway)
}
