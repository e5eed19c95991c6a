// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// Status is the status of an action.
type Status string

// The statuses. An action stays open until it expires, even if all endpoints have finished
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
	// StoppedAt is the time of the stop; zero if the action was not stopped.
	StoppedAt time.Time

	runs  []*run
	index map[string]*run
	// counted is nil after a change of the runs. A stop does not change it: it only removes steps
	// to come.
	counted *counted
}

// status returns the status at a time.
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

// run is an endpoint's run of an action: the times at which it enters each state. A run is planned
// when the action is offered to the endpoint. A stop or the expiry of the action cuts it short.
type run struct {
	action   *Action
	endpoint *fleet.Endpoint
	steps    []fleet.Step // never change past steps: snapshots share them
}

// state returns the state at a time.
func (r *run) state(now time.Time) fleet.State { return fleet.StateOf(r.steps, now) }

// runAt returns the run as the endpoint knows it at a time.
func (r *run) runAt(now time.Time) fleet.Run {
	begun := 0
	for begun < len(r.steps) && !r.steps[begun].At.After(now) {
		begun++
	}
	run := r.action.Scheduled.Package
	return fleet.Run{ActionID: r.action.ID, Command: run.Command, Output: run.Output, Steps: r.steps[:begun:begun]}
}

// Stop stops an action. Endpoints that have not started it do not start it any more.
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

// expire sets the state of all unfinished runs to expired (API.md#expiry).
func (w *World) expire(action *Action) {
	if !action.StoppedAt.IsZero() {
		return
	}
	action.counted = nil
	last := w.lastReport(action)
	for _, r := range action.runs {
		if !r.state(last).Final() {
			r.steps = append(r.steps, fleet.Step{At: last, State: fleet.Expired})
		}
	}
}

// lastReport returns the time from which no endpoint reports an action any more that was not
// stopped.
func (w *World) lastReport(action *Action) time.Time {
	return action.Expiration.Add(w.options.Unknowns.LateReports)
}

// stop cancels the runs of endpoints that have not started. A running command continues: Tanium
// documents no kill (API.md#stop-and-delete).
func (a *Action) stop(now time.Time) {
	a.StoppedAt, a.Expiration = now, now
	for _, r := range a.runs {
		if r.state(now) == fleet.Waiting {
			r.steps = nil
		}
	}
}
