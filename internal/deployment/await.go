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

// EndingKind is the outcome of a wait for deployments.
type EndingKind int

// The kinds. If several apply, the first in this order is the result.
const (
	// Finished: the deployments finished. Ending.Verdict says whether they succeeded.
	Finished EndingKind = iota
	// Interrupted: the caller's context ended. The actions continue in Tanium.
	Interrupted
	// Unapproved: a scheduled action waits for approval, and the watch does not wait for it.
	Unapproved
	// Gone: Tanium shows neither a scheduled action nor its action any more.
	Gone
	// TimedOut: the timeout passed.
	TimedOut
	// Unreadable: Tanium rejected the reads of the status for RejectedFor.
	Unreadable
)

// Ending is the result of a wait for deployments.
type Ending struct {
	Kind EndingKind
	// Parts are the parts as last read. They are set for every kind.
	Parts []Part
	// Verdict is the verdict on finished deployments; the zero value for other kinds.
	Verdict Verdict
	// Elapsed is the duration of the wait by the watch's clock.
	Elapsed time.Duration
	Timeout time.Duration
	// Err is the reason for the end; nil if the deployments finished.
	Err error
	// Baking reports an interrupt after the deployments succeeded, during their bake time.
	Baking bool
}

// Await waits until the deployments finish or the timeout passes, and judges finished deployments.
// It judges those that succeeded once more after the time in Bake, which the timeout does not
// limit. An action that somebody stopped meanwhile has failed.
func (w Watch) Await(ctx context.Context, parts []Part, timeout time.Duration) Ending {
	ending := w.await(ctx, parts, timeout)
	if w.Bake == 0 || ending.Kind != Finished || !ending.Verdict.Succeeded {
		return ending
	}
	start := w.Clock.Now()
	err := w.pass(ctx, w.Bake)
	ending.Elapsed += w.Clock.Now().Sub(start)
	if err != nil {
		ending.Kind, ending.Verdict, ending.Err, ending.Baking = Interrupted, Verdict{}, err, true
		return ending
	}
	w.JustRead = false
	again := w.await(ctx, ending.Parts, timeout)
	again.Elapsed += ending.Elapsed
	if again.Kind == Finished && again.Verdict.Succeeded && stopped(again.Parts) && !stopped(ending.Parts) {
		again.Verdict = Verdict{Reason: "The action was stopped in Tanium during its bake time."}
	}
	return again
}

// stopped reports whether an action was stopped.
func stopped(parts []Part) bool {
	return slices.ContainsFunc(parts, func(part Part) bool { return part.Status == gateway.ActionStatusStopped })
}

// await is Await without a second judgement.
func (w Watch) await(ctx context.Context, parts []Part, timeout time.Duration) Ending {
	start := w.Clock.Now()
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	parts, err := w.until(bounded, parts)
	ending := Ending{
		Kind:    endingKind(err, ctx.Err() != nil, errors.Is(bounded.Err(), context.DeadlineExceeded)),
		Parts:   parts,
		Elapsed: w.Clock.Now().Sub(start),
		Timeout: timeout,
		Err:     err,
	}
	if ending.Kind == TimedOut && allOver(parts) {
		ending.Kind, ending.Err = Finished, nil // only late reports were missing
	}
	if ending.Kind == Finished {
		ending.Verdict = w.Policy.Judge(parts, w.Targeted)
	}
	return ending
}

// endingKind returns the outcome that an error stands for. The caller's own context, not the error,
// distinguishes an interrupt from a timeout.
func endingKind(err error, interrupted, timedOut bool) EndingKind {
	switch {
	case err == nil:
		return Finished
	case interrupted:
		return Interrupted
	case errors.Is(err, errUnapproved):
		return Unapproved
	case errors.Is(err, ErrGone):
		return Gone
	case timedOut:
		return TimedOut
	default:
		return Unreadable
	}
}

// Missing returns the parts that Tanium does not show any more; nil if it was not that which ended
// the wait.
func (e Ending) Missing() []Part {
	var missing *Missing
	if errors.As(e.Err, &missing) {
		return missing.Parts
	}
	return nil
}

// LastFailure returns the gateway error in Err; nil if there is none, or if the request was
// canceled.
func (e Ending) LastFailure() error {
	var known *gateway.Error
	if errors.As(e.Err, &known) && known.Kind != gateway.KindCanceled {
		return known
	}
	return nil
}
