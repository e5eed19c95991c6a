// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// ActionView is an action as it is at one moment.
type ActionView struct {
	Action
	// Scheduled is what issued it, as it is at the moment.
	Scheduled ScheduledAction
	Status    Status
	// Counts of endpoints by state.
	Counts map[fleet.State]int
}

// ScheduledActionView is a scheduled action as it is at one moment.
type ScheduledActionView struct {
	ScheduledAction
	// Last action issued; nil for none. It may be a placeholder: see Unknowns.
	Last *ActionView
}

// placeholderAction is the ID of the pending action that stands in for one that is not issued
// (API.md#last-action).
const placeholderAction = "1"

func (w *World) viewAction(a *Action) *ActionView {
	view := &ActionView{Action: *a, Scheduled: *a.Scheduled, Status: a.status(w.now), Counts: map[fleet.State]int{}}
	for _, r := range a.runs {
		view.Counts[r.state(w.now)]++
	}
	return view
}

func (w *World) viewScheduled(s *ScheduledAction) *ScheduledActionView {
	view := &ScheduledActionView{ScheduledAction: *s}
	view.Issued = slices.Clone(s.Issued)
	switch {
	case len(s.Issued) > 0:
		view.Last = w.viewAction(s.Issued[len(s.Issued)-1])
	case w.options.Unknowns.Placeholder:
		view.Last = &ActionView{
			Action:    Action{ID: placeholderAction, Created: s.Created},
			Scheduled: *s,
			Status:    Pending,
		}
	}
	return view
}

// Action by ID; nil for none.
func (w *World) Action(id string) *ActionView {
	defer w.lock()()
	action, found := find(w.actions, id, func(a *Action) string { return a.ID })
	if !found {
		return nil
	}
	return w.viewAction(action)
}

// Actions are all that were issued, in the order of their IDs.
func (w *World) Actions() []*ActionView {
	defer w.lock()()
	views := make([]*ActionView, len(w.actions))
	for i, action := range w.actions {
		views[i] = w.viewAction(action)
	}
	return views
}

// ScheduledAction by ID; nil for none, and for a deleted one unless those are shown.
func (w *World) ScheduledAction(id string) *ScheduledActionView {
	defer w.lock()()
	s, found := find(w.scheduled, id, func(s *ScheduledAction) string { return s.ID })
	if !found || (s.Deleted && w.options.Unknowns.Deleted == DeletedIsGone) {
		return nil
	}
	return w.viewScheduled(s)
}

// ScheduledActions are all that are shown, in the order of their IDs.
func (w *World) ScheduledActions() []*ScheduledActionView {
	defer w.lock()()
	var views []*ScheduledActionView
	for _, s := range w.scheduled {
		if !s.Deleted || w.options.Unknowns.Deleted == DeletedIsShown {
			views = append(views, w.viewScheduled(s))
		}
	}
	return views
}

// Tally is what a test counts.
type Tally struct {
	// Deployments accepted since the beginning.
	Deployments int
	// OpenScheduledActions may issue an action, or have one that is pending or open.
	OpenScheduledActions int
}

// Tally counts.
func (w *World) Tally() Tally {
	defer w.lock()()
	tally := Tally{Deployments: w.accepted}
	for _, s := range w.scheduled {
		open := !s.Deleted && (s.Next != nil || !s.Approved)
		if !open && len(s.Issued) > 0 {
			status := s.Issued[len(s.Issued)-1].status(w.now)
			open = status == Open || status == Pending
		}
		if open {
			tally.OpenScheduledActions++
		}
	}
	return tally
}

// Report is a scheduled action and everything it issued, for people and tests to look at.
type Report struct {
	ScheduledActionID string         `json:"scheduled_action_id"`
	Name              string         `json:"name"`
	Comment           string         `json:"comment"`
	Package           string         `json:"package"`
	Creator           string         `json:"creator"`
	Approved          bool           `json:"approved"`
	Deleted           bool           `json:"deleted"`
	NextStartTime     *time.Time     `json:"next_start_time"`
	Actions           []ActionReport `json:"actions"`
}

// ActionReport is an action and how far each endpoint is with it.
type ActionReport struct {
	ID             string              `json:"id"`
	Status         Status              `json:"status"`
	StartTime      time.Time           `json:"start_time"`
	ExpirationTime time.Time           `json:"expiration_time"`
	Endpoints      []EndpointReport    `json:"endpoints"`
	Counts         map[fleet.State]int `json:"counts"`
	Params         []string            `json:"params"`
	SensorSourced  map[string]string   `json:"sensor_sourced"`
}

// EndpointReport is how far an endpoint is.
type EndpointReport struct {
	ID    string      `json:"id"`
	Name  string      `json:"name"`
	State fleet.State `json:"state"`
}

// Reports are all scheduled actions, deleted ones too.
func (w *World) Reports() []Report {
	defer w.lock()()
	reports := make([]Report, 0, len(w.scheduled))
	for _, s := range w.scheduled {
		report := Report{ScheduledActionID: s.ID, Name: s.Name, Comment: s.Comment, Package: s.Package.Name,
			Creator: s.Creator.Name, Approved: s.Approved, Deleted: s.Deleted,
			NextStartTime: s.Next, Actions: []ActionReport{}}
		for _, a := range s.Issued {
			view := w.viewAction(a)
			issued := ActionReport{ID: a.ID, Status: view.Status, StartTime: a.Start, ExpirationTime: a.Expiration,
				Counts: view.Counts, Endpoints: []EndpointReport{},
				Params: s.Params, SensorSourced: s.SensorSourced}
			for _, r := range a.runs {
				issued.Endpoints = append(issued.Endpoints,
					EndpointReport{r.endpoint.ID, r.endpoint.Name, r.state(w.now)})
			}
			report.Actions = append(report.Actions, issued)
		}
		reports = append(reports, report)
	}
	return reports
}
