// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"maps"
	"math"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// counted is the number of endpoints of an action in each state. It is kept, because an action of a
// large fleet is read much more often than it changes.
type counted struct {
	counts map[fleet.State]int
	// until is the time of the next planned change; zero for none.
	until time.Time
	// timeline was last asked for; nil for none.
	timeline []Sample
}

// count returns the counts at a time, which is not earlier than that of the last call.
func (a *Action) count(now time.Time) *counted {
	if a.counted != nil && (a.counted.until.IsZero() || now.Before(a.counted.until)) {
		return a.counted
	}
	a.counted = &counted{counts: map[fleet.State]int{}}
	for _, r := range a.runs {
		a.counted.counts[r.state(now)]++
		for _, step := range r.steps {
			if step.At.After(now) {
				if a.counted.until.IsZero() || step.At.Before(a.counted.until) {
					a.counted.until = step.At
				}
				break
			}
		}
	}
	return a.counted
}

// counts returns the number of endpoints in each state at a time.
func (a *Action) counts(now time.Time) map[fleet.State]int { return maps.Clone(a.count(now).counts) }

// timeline returns samples from the start of an action until now, or until nothing changes any
// more.
func (a *Action) timeline(samples int, now time.Time) []Sample {
	if samples < 2 || len(a.runs) == 0 {
		return nil
	}
	counted := a.count(now)
	if len(counted.timeline) == samples && counted.until.IsZero() {
		return counted.timeline
	}
	end := a.Start
	for _, r := range a.runs {
		if len(r.steps) > 0 && r.steps[len(r.steps)-1].At.After(end) {
			end = r.steps[len(r.steps)-1].At
		}
	}
	if end.After(now) {
		end = now
	}
	if !end.After(a.Start) {
		return nil
	}
	// Count the changes between samples, so that the time does not grow with the number of samples.
	length := end.Sub(a.Start)
	changes := map[fleet.State][]int{}
	change := func(state fleet.State, index, by int) {
		if changes[state] == nil {
			changes[state] = make([]int, samples)
		}
		changes[state][index] += by
	}
	for _, r := range a.runs {
		before := fleet.Waiting
		change(before, 0, 1)
		for _, step := range r.steps {
			if step.At.After(end) {
				break
			}
			index := int(math.Ceil(float64(max(0, step.At.Sub(a.Start))) / float64(length) * float64(samples-1)))
			change(before, index, -1)
			change(step.State, index, 1)
			before = step.State
		}
	}
	taken := make([]Sample, samples)
	for i := range taken {
		at := a.Start.Add(time.Duration(float64(length) * float64(i) / float64(samples-1)))
		taken[i] = Sample{At: at, Counts: map[fleet.State]int{}}
		for state, by := range changes {
			if i > 0 {
				by[i] += by[i-1]
			}
			if by[i] > 0 {
				taken[i].Counts[state] = by[i]
			}
		}
	}
	counted.timeline = taken
	return taken
}
