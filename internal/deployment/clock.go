// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "time"

// Clock is the source of time. Tests replace it to avoid real waits.
type Clock interface {
	// Now is time.Now.
	Now() time.Time
	// After is time.After.
	After(time.Duration) <-chan time.Time
}

// SystemClock is the system's clock.
type SystemClock struct{}

// Now is time.Now.
func (SystemClock) Now() time.Time { return time.Now() }

// After is time.After.
func (SystemClock) After(wait time.Duration) <-chan time.Time { return time.After(wait) }
