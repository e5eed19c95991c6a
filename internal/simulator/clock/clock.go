// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package clock is the simulator's time, which can run faster than the machine's, be moved forward,
// or stand still but for a step at each request.
//
// It imports nothing of this project.
package clock

import (
	"math"
	"sync"
	"time"
)

// Clock is a simulated time that never runs backwards. It is safe for concurrent use.
type Clock struct {
	mutex   sync.Mutex
	source  func() time.Time
	start   time.Time // of the source
	epoch   time.Time // of the simulation
	speed   float64
	step    time.Duration
	skipped time.Duration
}

// New makes a clock that begins at the source's time and runs speed simulated seconds a second.
func New(source func() time.Time, speed float64) *Clock {
	now := source()
	return &Clock{source: source, start: now, epoch: now, speed: speed}
}

// Manual makes a clock that stands still at a time, but for Advance, and for a step at each
// request: with one, an action ends after so many polls, however quick they are.
func Manual(at time.Time, step time.Duration) *Clock {
	return &Clock{source: func() time.Time { return at }, start: at, epoch: at, step: step}
}

// Again is a clock that begins as this one did: at its source's time, with nothing skipped. This
// one goes on, so that no clock ever runs backwards.
func (c *Clock) Restarted() *Clock {
	now := c.source()
	return &Clock{source: c.source, start: now, epoch: now, speed: c.speed, step: c.step}
}

// Now is the simulated time.
func (c *Clock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.epoch.Add(c.elapsed())
}

// passed is the time since the epoch. It ends at the longest duration there is, as the clock would
// run backwards beyond that; the lock is held.
func (c *Clock) elapsed() time.Duration {
	run := float64(c.source().Sub(c.start)) * c.speed
	if run >= float64(math.MaxInt64-c.skipped) {
		return math.MaxInt64
	}
	return time.Duration(run) + c.skipped
}

// Left is how far the time can be moved forward, at most.
func (c *Clock) Remaining() time.Duration {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return math.MaxInt64 - max(0, c.elapsed())
}

// Advance moves the time forward, as far as it can go.
func (c *Clock) Advance(by time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.skipped += min(max(0, by), math.MaxInt64-c.skipped)
}

// Tick is the passing of a request.
func (c *Clock) Tick() { c.Advance(c.step) }
