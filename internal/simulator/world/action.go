// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// Status of an action.
type Status string

// The statuses. An action stays open until it expires, even if all endpoints are done
// (API.md#statuses).
const (
	Pending Status = "PENDING"
	Open    Status = "OPEN"
	Closed  Status = "CLOSED"
	Stopped Status = "STOPPED"
)

// Action is one issue of a scheduled action.
type Action struct {
	ID         string
	Scheduled  *ScheduledAction
	Created    time.Time
	Start      time.Time
	Expiration time.Time
	// StoppedAt is when it was stopped; zero for never.
	StoppedAt time.Time

	runs  []*run
	index map[string]*run
}

// status at a time.
func (a *Action) status(now time.Time) Status {
	switch {
	case !a.StoppedAt.IsZero():
		return Stopped
	case now.Before(a.Start):
		return Pending
	case now.Before(a.Expiration):
		return Open
	default:
		return Closed
	}
}

func (a *Action) open(now time.Time) bool { return a.status(now) == Open }

// run is an endpoint's run of an action: when it enters which state. A run is planned when it is
// offered, and cut short by a stop or the expiry of the action.
type run struct {
	action   *Action
	endpoint *fleet.Endpoint
	steps    []fleet.Step // those that were are never written again: snapshots share them
}

// state at a time.
func (r *run) state(now time.Time) fleet.State { return fleet.StateOf(r.steps, now) }

// seen is what the endpoint knows of the run at a time.
func (r *run) runAt(now time.Time) fleet.Run {
	begun := 0
	for begun < len(r.steps) && !r.steps[begun].At.After(now) {
		begun++
	}
	return fleet.Run{ActionID: r.action.ID, Command: r.action.Scheduled.Package.Command, Steps: r.steps[:begun:begun]}
}

// Stop stops an action. Endpoints that have not begun it will not.
func (w *World) Stop(id string) error {
	defer w.lock()()
	_, err := w.execute(Command{Stop: id})
	return err
}

func (w *World) stop(id string) error {
	action, found := find(w.actions, id, func(a *Action) string { return a.ID })
	switch {
	case !found:
		return &Failure{"ActionNotFound", id}
	case action.status(w.now) == Closed || action.status(w.now) == Stopped:
		if w.options.Unknowns.StopOverIsError {
			return &Failure{"ActionNotFound", id + " is over"}
		}
	default:
		action.stop(w.now)
	}
	return nil
}

// expire ends what has begun and not ended (API.md#expiry).
func (w *World) expire(action *Action) {
	if !action.StoppedAt.IsZero() {
		return
	}
	for _, r := range action.runs {
		if !r.state(action.Expiration).Final() {
			r.steps = append(r.steps, fleet.Step{At: action.Expiration, State: fleet.Expired})
		}
	}
}

// stop keeps endpoints that have not begun from beginning. What runs goes on: nothing says that it
// is killed (API.md#stop-and-delete).
func (a *Action) stop(now time.Time) {
	a.StoppedAt, a.Expiration = now, now
	for _, r := range a.runs {
		if r.state(now) == fleet.Waiting {
			r.steps = nil
		}
	}
}
