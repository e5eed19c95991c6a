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
	// Endpoints is the number of endpoints that must match; 0 if it is not known yet.
	Endpoints int
	// Timeout is how long to wait for them.
	Timeout time.Duration
}

// appearPause is the pause between two counts of endpoints that are waited for. Each count is a
// question to all endpoints, and a client takes longer than this to register.
const appearPause = 10 * time.Second

// awaitOthers searches for identical deployments of other runs, and waits for the endpoints of a
// deployment that has none: what is deployed already is not waited for, because its endpoints may
// have left the targets. A deployment that ignores others only waits. After a wait, awaitOthers
// searches again.
func (d *Dispatcher) awaitOthers(
	ctx context.Context, prepared Prepared, digest uint64, duplicates Duplicates, maxParts int,
) (found others, err error) {
	for waited := false; ; {
		if duplicates.On != DuplicateIgnore {
			if found, err = d.findOthers(ctx, digest, duplicates, maxParts); err != nil || len(found.found) > 0 {
				return found, err
			}
		}
		if waited {
			return found, nil
		}
		if waited, err = d.waitFor(ctx, prepared); err != nil || !waited {
			return found, err
		}
	}
}

// waitFor counts the endpoints of a deployment until there are enough, and reports whether it had
// to wait. The guard and the limits are checked afterwards, by the count before the request, and
// the schedule is checked again. The error is a *PrepareError, an *OutOfGuard, or that of the
// context.
func (d *Dispatcher) waitFor(ctx context.Context, prepared Prepared) (waited bool, err error) {
	wanted, preview := prepared.options.WaitFor, prepared.options.Preview
	if wanted == nil || preview == nil {
		return false, nil
	}
	for begun := d.Clock.Now(); ; waited = true {
		reach, err := d.Preparer.Previews.Get(ctx, prepared.Request.Reach(), *preview)
		if err != nil {
			return waited, &PrepareError{StepCount, err}
		}
		if reach.Count >= wanted.Endpoints {
			now := d.Preparer.Clock.Now()
			if problems := prepared.Request.Schedule.checkTime(now, catalog.Path{"schedule"}); len(problems) > 0 {
				return waited, &OutOfGuard{Problems: problems}
			}
			return waited, nil
		}
		left := wanted.Timeout - d.Clock.Now().Sub(begun)
		if left <= 0 {
			return waited, &OutOfGuard{Problems: []catalog.Problem{{
				Path: catalog.Path{"preview", "wait_for"}, Summary: "Endpoints did not appear",
				Detail: fmt.Sprintf("After %s, the deployment would reach %s, and wait_for requires %d. Check that "+
					"the Tanium Client runs on the machines and that they match targets. To wait longer, increase "+
					"wait_for.timeout. Nothing was deployed.", wanted.Timeout, NamedEndpoints(reach, maxNames),
					wanted.Endpoints),
			}}}
		}
		select {
		case <-ctx.Done():
			return waited, ctx.Err()
		case <-d.Clock.After(min(appearPause, left)):
		}
	}
}
