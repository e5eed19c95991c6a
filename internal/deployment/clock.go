// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "time"

// Clock is the source of time. Tests replace it to avoid real waits.
type Clock interface {
	// Now returns the current time, as time.Now does.
	Now() time.Time
	// After returns a channel that receives the time after a duration, as time.After does.
	After(time.Duration) <-chan time.Time
}

// SystemClock is the system's clock.
type SystemClock struct{}

// Now returns the current time, as time.Now does.
func (SystemClock) Now() time.Time { return time.Now() }

// After returns a channel that receives the time after a duration, as time.After does.
func (SystemClock) After(wait time.Duration) <-chan time.Time { return time.After(wait) }
