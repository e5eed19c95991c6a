// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// EndingKind is how a wait for deployments ended.
type EndingKind int

// The kinds, in the order in which the first that holds counts.
const (
	// Finished: the deployments are finished. Ending.Verdict says whether they succeeded.
	Finished EndingKind = iota
	// Interrupted: the caller's context ended. The actions continue in Tanium.
	Interrupted
	// Unapproved: a scheduled action waits for its approval, and the wait was not to.
	Unapproved
	// Gone: a scheduled action and its action are both no longer in Tanium.
	Gone
	// TimedOut: the timeout is over.
	TimedOut
	// Unreadable: the status could not be read, for a reason that waiting does not mend.
	Unreadable
)

// Ending is how a wait for deployments ended.
type Ending struct {
	// Kind of the ending.
	Kind EndingKind
	// Parts as last seen, whatever the ending.
	Parts []Part
	// Verdict of finished deployments; the zero value otherwise.
	Verdict Verdict
	// Elapsed is how long the wait took, by the watch's clock.
	Elapsed time.Duration
	// Timeout that bounded it.
	Timeout time.Duration
	// Err is why it ended; nil where the deployments are finished.
	Err error
}

// Await waits for deployments to finish, for no longer than a timeout, and judges them.
func (w Watch) Await(ctx context.Context, parts []Part, timeout time.Duration) Ending {
	begun := w.Clock.Now()
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	parts, err := w.Until(bounded, parts)
	ending := Ending{
		Kind:    endingKind(err, ctx.Err() != nil, errors.Is(bounded.Err(), context.DeadlineExceeded)),
		Parts:   parts,
		Elapsed: w.Clock.Now().Sub(begun),
		Timeout: timeout,
		Err:     err,
	}
	if ending.Kind == Finished {
		ending.Verdict = w.Policy.Judge(parts, w.judged())
	}
	return ending
}

// judged is how many endpoints count where a verdict is made; what is not known does not count
// against it.
func (w Watch) judged() int {
	if w.Targeted == TargetedUnknown {
		return 0
	}
	return w.Targeted
}

// endingKind says which ending an error is. An interrupt is told from a deadline by the caller's
// own context.
func endingKind(err error, interrupted, timedOut bool) EndingKind {
	switch {
	case err == nil:
		return Finished
	case interrupted:
		return Interrupted
	case errors.Is(err, ErrUnapproved):
		return Unapproved
	case errors.Is(err, ErrGone):
		return Gone
	case timedOut:
		return TimedOut
	default:
		return Unreadable
	}
}

// LastFailure is the gateway's failure that a wait last saw; nil for none.
func (e Ending) LastFailure() error {
	var known *gateway.Error
	if errors.As(e.Err, &known) && known.Kind != gateway.KindCanceled {
		return known
	}
	return nil
}
