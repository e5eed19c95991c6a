// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// IsThrottled reports whether an error has the kind KindThrottled.
func IsThrottled(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Kind == KindThrottled
}

// WhileThrottled calls a function again as long as Tanium throttles it, after pauses of up to
// Retry.Throttled in total, and returns its last error. It is for a mutation that must follow a
// read closely: the function reads before it sends the mutation again.
func (c *Client) WhileThrottled(ctx context.Context, function func() error) error {
	var state attempts
	for {
		err := function()
		var failure *Error
		if !errors.As(err, &failure) || failure.Kind != KindThrottled {
			return err
		}
		state.paused += failure.Throttled
		if !c.repeated.throttled(&state, failure.header) {
			return err
		}
		pause := time.NewTimer(c.repeated.report(ctx, http.StatusTooManyRequests, failure.header, state.next))
		select {
		case <-ctx.Done():
			pause.Stop()
			return err
		case <-pause.C:
		}
	}
}
