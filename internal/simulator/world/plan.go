// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"maps"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// start offers an action to every targeted endpoint that is online, spread over the distribution
// time (API.md#distribution).
func (w *World) start(action *Action) {
	if !action.StoppedAt.IsZero() {
		return
	}
	spread := fleet.Span{Max: action.Scheduled.Distribute}
	for _, endpoint := range w.endpoints {
		w.offer(action, endpoint, action.Start.Add(w.draw(spread, action.ID, endpoint.ID, "spread")))
	}
	w.schedule(w.lastReport(action), func() { w.expire(action) })
}

// offer plans the run of an action on an endpoint that is targeted and online and has not run it.
func (w *World) offer(action *Action, endpoint *fleet.Endpoint, start time.Time) {
	if endpoint.Locked {
		return
	}
	subject := w.subject(endpoint)
	offline := !subject.Overlay.Online
	if r, has := action.index[endpoint.ID]; has {
		if !offline && len(r.steps) == 0 {
			w.plan(action, r, start)
		}
		return
	}
	if (offline && !w.options.Unknowns.CountSilent) || !action.Scheduled.matches(subject) {
		return
	}
	r := &run{action: action, endpoint: endpoint}
	action.runs, action.counted = append(action.runs, r), nil
	w.runs[endpoint.ID] = append(w.runs[endpoint.ID], r)
	action.index[endpoint.ID] = r
	if offline {
		return // the endpoint waits until it is online
	}
	w.plan(action, r, start)
}

const (
	retryDelay  = 30 * time.Second
	verifyDelay = 10 * time.Second
)

// plan plans the steps of a run. The effects of the package apply when the run completes.
func (w *World) plan(action *Action, r *run, start time.Time) {
	action.counted = nil
	p := action.Scheduled.Package
	at := start
	add := func(after time.Duration, state fleet.State) {
		at = at.Add(after)
		if at.Before(w.lastReport(action)) {
			r.steps = append(r.steps, fleet.Step{At: at, State: state})
		}
	}
	id := r.endpoint.ID
	add(0, fleet.Downloading)
	add(w.draw(p.Download, action.ID, id, "download"), fleet.Running)
	span, own := r.endpoint.Execute[p.Name]
	if !own {
		span = p.Execute
	}
	execute := w.draw(span, action.ID, id, "execute")
	switch outcome := w.runOutcome(action, r.endpoint); outcome {
	case fleet.Hang:
	case fleet.Fail:
		add(execute, fleet.Failed)
	case fleet.Verify, fleet.Unverified:
		add(execute, fleet.PendingVerification)
		w.scheduleEffect(action, r, at, outcome == fleet.Verify)
		if outcome == fleet.Verify {
			add(verifyDelay, fleet.Verified)
		} else {
			add(verifyDelay, fleet.FailedVerification)
		}
	case fleet.Retry:
		add(execute, fleet.WaitingToRetry)
		add(retryDelay, fleet.Running)
		fallthrough
	default:
		add(execute, fleet.Completed)
		w.scheduleEffect(action, r, at, true)
	}
}

// runOutcome returns the outcome of an action on an endpoint. A package fails on a platform that it
// does not support.
func (w *World) runOutcome(action *Action, endpoint *fleet.Endpoint) fleet.Outcome {
	p := action.Scheduled.Package
	if len(p.Platforms) > 0 && !slices.Contains(p.Platforms, endpoint.Platform()) {
		return fleet.Fail
	}
	if outcome, own := endpoint.Outcomes[p.Name]; own {
		return outcome
	}
	if len(p.Chances) == 0 {
		return p.Outcome
	}
	// One draw selects one of the chances. Their order by name makes a seed give the same result
	// every time.
	remaining := float64(w.draw(fleet.Span{Max: time.Second}, action.ID, endpoint.ID, "outcome")) / float64(time.Second)
	for _, outcome := range slices.Sorted(maps.Keys(p.Chances)) {
		if remaining -= p.Chances[outcome]; remaining < 0 {
			return outcome
		}
	}
	return p.Outcome
}

func (w *World) scheduleEffect(action *Action, r *run, at time.Time, effective bool) {
	if !effective || !at.Before(w.lastReport(action)) {
		return
	}
	w.schedule(at, func() {
		if !slices.ContainsFunc(r.steps, func(s fleet.Step) bool { return s.At.Equal(at) }) {
			return // the run was cut short
		}
		s, before := action.Scheduled, w.overlay(r.endpoint)
		changed := w.fleet.Apply(s.Package, r.endpoint, before, s.Params, s.SensorSourced)
		w.setReadings(r.endpoint, changed)
		if lasts := r.endpoint.RelapseAfter; lasts > 0 && len(changed) > 0 {
			w.schedule(at.Add(lasts), func() { w.restoreReadings(r.endpoint, changed, before.Readings) })
		}
	})
}
