// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "time"

// Clock tells and passes time, so that tests need not wait.
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
