// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// OutOfGuard is the error of a deployment that its guard does not allow when it is about to be
// sent. Nothing was deployed.
type OutOfGuard struct {
	// Problems are what the guard does not allow; never empty.
	Problems []catalog.Problem
}

// Error returns the first problem.
func (o *OutOfGuard) Error() string { return o.Problems[0].Summary + ": " + o.Problems[0].Detail }

// hold counts the endpoints of a deployment that is about to be sent, and holds its guard. The
// error is a *PrepareError or an *OutOfGuard.
func (d *Dispatcher) hold(ctx context.Context, prepared *Prepared) error {
	if prepared.options.Preview == nil {
		return nil
	}
	problems, err := d.Preparer.count(ctx, prepared, &d.Preparer.deployed, prepared.key)
	switch {
	case err != nil:
		return &PrepareError{StepCount, err}
	case len(problems) > 0:
		return &OutOfGuard{Problems: problems}
	default:
		return nil
	}
}

// maxCounts is the maximum number of counts of one deployment.
const maxCounts = 3

// sendCounted counts the endpoints of a deployment, holds its guard, and sends the deployment. The
// count comes last, because everything before it may take minutes: throttled searches, and the
// cancellation of another deployment. If the request gets no connection at once, nothing is sent,
// and sendCounted counts again.
func (d *Dispatcher) sendCounted(
	ctx context.Context, prepared *Prepared, digest uint64, input gateway.ActionPerformInput,
) (dispatched Dispatched, err error) {
	for range maxCounts {
		if err := d.hold(ctx, prepared); err != nil {
			return Dispatched{}, err
		}
		var targeted *int
		if prepared.Reach != nil {
			targeted = new(prepared.Reach.Count)
		}
		marker, err := newMarker(digest, input.Operation == nil, targeted, d.Random)
		if err != nil {
			return Dispatched{}, err
		}
		input.Comment = marker.comment(prepared.Request.Comment)
		if err := ctx.Err(); err != nil {
			return Dispatched{}, err
		}
		dispatched, err = d.send(ctx, marker, input)
		dispatched.Targeted = targeted
		if !errors.Is(err, gateway.ErrNotConnected) {
			return dispatched, err
		}
	}
	return dispatched, err
}
