// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

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

// ServerClock is the clock of the server, as far as its answers show it. The times that Tanium
// gives, and those by which it judges a schedule, are compared with it. Elapsed times are measured
// by the local clock, because the distance of the two may become known, or change, in between.
type ServerClock struct {
	Clock
	// Client knows the distance of the server's clock.
	Client *gateway.Client
}

// Now returns the current time of the server.
func (s ServerClock) Now() time.Time { return s.Client.ClockDistance().Server(s.Clock.Now()) }
