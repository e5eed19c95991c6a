// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
)

// WaitFor is what a deployment waits for before it is made. A machine that is made in the same
// apply is not in Tanium yet.
type WaitFor struct {
	// Endpoints is the number of endpoints that must match.
	Endpoints int
	// Timeout is how long to wait for them.
	Timeout time.Duration
}

// appearPause is the pause between two counts of endpoints that are waited for. Each count is a
// question to all endpoints, and a client takes longer than this to register.
const appearPause = 10 * time.Second

// waitFor counts the endpoints of a deployment until there are enough. The guard and the limits are
// checked afterwards, by the count before the request. The error is a *PrepareError, an
// *OutOfGuard, or that of the context.
func (d *Dispatcher) waitFor(ctx context.Context, prepared Prepared) error {
	wanted, preview := prepared.options.WaitFor, prepared.options.Preview
	if wanted == nil || preview == nil {
		return nil
	}
	for begun := d.Clock.Now(); ; {
		reach, err := d.Preparer.Previews.Get(ctx, prepared.Request.Reach(), *preview)
		if err != nil {
			return &PrepareError{StepCount, err}
		}
		if reach.Count >= wanted.Endpoints {
			return nil
		}
		left := wanted.Timeout - d.Clock.Now().Sub(begun)
		if left <= 0 {
			return &OutOfGuard{Problems: []catalog.Problem{{
				Path: catalog.Path{"preview", "wait_for"}, Summary: "Endpoints did not appear",
				Detail: fmt.Sprintf("After %s, the deployment would reach %s, and wait_for requires %d. Check that "+
					"the Tanium Client runs on the machines and that they match targets. To wait longer, increase "+
					"wait_for.timeout. Nothing was deployed.", wanted.Timeout, NamedEndpoints(reach, maxNames),
					wanted.Endpoints),
			}}}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-d.Clock.After(min(appearPause, left)):
		}
	}
}
