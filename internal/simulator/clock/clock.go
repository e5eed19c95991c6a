// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package clock is the simulator's time. It can run faster than real time, skip forward, or stand
// still except for a step at each request.
//
// It imports no other package of this project.
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

// New returns a clock that starts at the source's time and runs speed simulated seconds per second.
func New(source func() time.Time, speed float64) *Clock {
	now := source()
	return &Clock{source: source, start: now, epoch: now, speed: speed}
}

// Manual returns a clock that stands still at a time. Only Advance and a step at each request move
// it. With a step, an action ends after a fixed number of polls, however fast they are.
func Manual(at time.Time, step time.Duration) *Clock {
	return &Clock{source: func() time.Time { return at }, start: at, epoch: at, step: step}
}

// Following returns a clock that another one moves, and that is ahead of it by a time: that of a
// server which differs from its client's. It is behind if the time is negative.
func Following(other *Clock, ahead time.Duration) *Clock {
	return New(func() time.Time { return other.Now().Add(ahead) }, 1)
}

// Restarted returns a clock that starts the way c did: at its source's time, with no time skipped.
// c itself keeps running, because no clock runs backwards.
func (c *Clock) Restarted() *Clock {
	now := c.source()
	return &Clock{source: c.source, start: now, epoch: now, speed: c.speed, step: c.step}
}

// Speed returns the simulated seconds per second of the clock's source; 0 if the clock stands
// still.
func (c *Clock) Speed() float64 { return c.speed }

// Now returns the simulated time.
func (c *Clock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.epoch.Add(c.elapsed())
}

// elapsed returns the time since the epoch. It stops at the longest duration, because the clock
// would run backwards beyond that. The caller holds the lock.
func (c *Clock) elapsed() time.Duration {
	run := float64(c.source().Sub(c.start)) * c.speed
	if run >= float64(math.MaxInt64-c.skipped) {
		return math.MaxInt64
	}
	return time.Duration(run) + c.skipped
}

// Remaining returns the longest duration by which Advance can move the time.
func (c *Clock) Remaining() time.Duration {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return math.MaxInt64 - max(0, c.elapsed())
}

// Advance moves the time forward, at most by Remaining.
func (c *Clock) Advance(by time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.skipped += min(max(0, by), math.MaxInt64-c.skipped)
}

// Tick moves the time forward by the step of one request.
func (c *Clock) Tick() { c.Advance(c.step) }
