// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// ActionView is a snapshot of an action.
type ActionView struct {
	Action
	// Scheduled is a snapshot of the scheduled action that issued it.
	Scheduled ScheduledAction
	Status    Status
	// Counts is the number of endpoints in each state.
	Counts map[fleet.State]int
}

// ScheduledActionView is a snapshot of a scheduled action.
type ScheduledActionView struct {
	ScheduledAction
	// Last is the last issued action; nil for none. It can be a placeholder: see Unknowns.
	Last *ActionView
}

// placeholderAction is the ID of the pending action that Unknowns.Placeholder shows
// (API.md#last-action).
const placeholderAction = "1"

func (w *World) viewAction(a *Action) *ActionView {
	return &ActionView{Action: *a, Scheduled: *a.Scheduled, Status: a.status(w.now), Counts: a.counts(w.now)}
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

// Action returns an action by ID; nil for none.
func (w *World) Action(id string) *ActionView {
	defer w.lock()()
	action, found := find(w.actions, id, func(a *Action) string { return a.ID })
	if !found {
		return nil
	}
	return w.viewAction(action)
}

// Actions returns all issued actions in the order of their IDs.
func (w *World) Actions() []*ActionView {
	defer w.lock()()
	views := make([]*ActionView, len(w.actions))
	for i, action := range w.actions {
		views[i] = w.viewAction(action)
	}
	return views
}

// ScheduledAction returns a scheduled action by ID; nil for none. A deleted one is nil too, unless
// Unknowns.Deleted shows it.
func (w *World) ScheduledAction(id string) *ScheduledActionView {
	defer w.lock()()
	s, found := find(w.scheduled, id, func(s *ScheduledAction) string { return s.ID })
	if !found || (s.Deleted && w.options.Unknowns.Deleted == DeletedIsGone) {
		return nil
	}
	return w.viewScheduled(s)
}

// ScheduledActions returns all visible scheduled actions in the order of their IDs.
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

// Tally is the counts that tests check.
type Tally struct {
	// Deployments is the number of accepted deployments.
	Deployments int
	// OpenScheduledActions is the number of scheduled actions that may still issue an action, or
	// whose last action is pending or open.
	OpenScheduledActions int
}

// Tally returns the counts.
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

// Report describes a scheduled action and its actions for people and tests.
type Report struct {
	ScheduledActionID string `json:"scheduled_action_id"`
	Name              string `json:"name"`
	Comment           string `json:"comment"`
	Package           string `json:"package"`
	// ActionGroup and ComputerGroup are the names of the groups that limit it; the latter is empty
	// for a filter, endpoint IDs and platforms.
	ActionGroup   string `json:"action_group"`
	ComputerGroup string `json:"computer_group"`
	// TargetFilter is the filter in words. It, TargetEndpoints and TargetPlatforms are empty if the
	// deployment did not give them.
	TargetFilter    string   `json:"target_filter"`
	TargetEndpoints []string `json:"target_endpoints"`
	TargetPlatforms []string `json:"target_platforms"`
	Creator         string   `json:"creator"`
	Approved        bool     `json:"approved"`
	Deleted         bool     `json:"deleted"`
	// ReissueSeconds is the interval of a recurring action, and EndTime its end; 0 and nil for
	// none.
	ReissueSeconds int            `json:"reissue_seconds"`
	EndTime        *time.Time     `json:"end_time"`
	NextStartTime  *time.Time     `json:"next_start_time"`
	Actions        []ActionReport `json:"actions"`
}

// ActionReport describes an action and the state of each endpoint.
type ActionReport struct {
	ID             string              `json:"id"`
	Status         Status              `json:"status"`
	StartTime      time.Time           `json:"start_time"`
	ExpirationTime time.Time           `json:"expiration_time"`
	Endpoints      []EndpointReport    `json:"endpoints"`
	Counts         map[fleet.State]int `json:"counts"`
	Params         []string            `json:"params"`
	SensorSourced  map[string]string   `json:"sensor_sourced"`
	// Timeline is how many endpoints were in each state at equal intervals; nil if it was not asked
	// for.
	Timeline []Sample `json:"timeline,omitempty"`
}

// Sample is the number of endpoints in each state at a time.
type Sample struct {
	At     time.Time           `json:"at"`
	Counts map[fleet.State]int `json:"counts"`
}

// EndpointReport is the state of an endpoint.
type EndpointReport struct {
	ID    string      `json:"id"`
	Name  string      `json:"name"`
	State fleet.State `json:"state"`
}

// Timelines are of the last actions of the last scheduled actions, which the page shows.
const (
	timelineScheduled = 50
	timelineActions   = 3
)

// ReportOptions limit what is long in a report.
type ReportOptions struct {
	// Endpoints is the maximum number of endpoints of each action; negative for all.
	Endpoints int
	// Samples is the number of samples of the timelines of the latest actions; 0 for no timeline.
	Samples int
}

// Reports returns reports of all scheduled actions, including deleted ones.
func (w *World) Reports(options ReportOptions) []Report {
	defer w.lock()()
	reports := make([]Report, 0, len(w.scheduled))
	for i, s := range w.scheduled {
		report := Report{ScheduledActionID: s.ID, Name: s.Name, Comment: s.Comment, Package: s.Package.Name,
			Creator: s.Creator.Name, Approved: s.Approved, Deleted: s.Deleted,
			NextStartTime: s.Next, Actions: []ActionReport{}, ActionGroup: s.ActionGroup.Name,
			TargetEndpoints: s.targets.Endpoints, TargetPlatforms: s.targets.Platforms,
			ReissueSeconds: int(s.Reissue / time.Second), EndTime: s.End}
		if s.TargetGroup != nil {
			report.ComputerGroup = s.TargetGroup.Name
		}
		if s.targets.Filter != nil {
			report.TargetFilter = s.targets.Filter.String()
		}
		for j, a := range s.Issued {
			samples := 0
			if i >= len(w.scheduled)-timelineScheduled && j >= len(s.Issued)-timelineActions {
				samples = options.Samples
			}
			report.Actions = append(report.Actions, w.reportAction(a, options.Endpoints, samples))
		}
		reports = append(reports, report)
	}
	return reports
}

func (w *World) reportAction(a *Action, endpoints, samples int) ActionReport {
	if endpoints < 0 || endpoints > len(a.runs) {
		endpoints = len(a.runs)
	}
	report := ActionReport{ID: a.ID, Status: a.status(w.now), StartTime: a.Start, ExpirationTime: a.Expiration,
		Counts: a.counts(w.now), Endpoints: make([]EndpointReport, endpoints),
		Params: a.Scheduled.Params, SensorSourced: a.Scheduled.SensorSourced, Timeline: a.timeline(samples, w.now)}
	for i, r := range a.runs[:endpoints] {
		report.Endpoints[i] = EndpointReport{r.endpoint.ID, r.endpoint.Name, r.state(w.now)}
	}
	return report
}

// ActionLog returns the lines of an endpoint's log of an action so far; false if the action or its
// run on the endpoint does not exist.
func (w *World) ActionLog(action, endpoint string) ([]string, bool) {
	defer w.lock()()
	of, found := find(w.actions, action, func(a *Action) string { return a.ID })
	if !found {
		return nil, false
	}
	r, found := of.index[endpoint]
	if !found {
		return nil, false
	}
	return r.runAt(w.now).Log(), true
}
