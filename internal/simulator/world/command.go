// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// Deployment is a request for one scheduled action, whichever mutation it came by.
type Deployment struct {
	Name, Comment string
	Metadata      map[string]string
	// PackageID and PackageName name the package; the ID wins.
	PackageID, PackageName string
	Params                 []string
	SensorSourced          map[string]string
	Targets                Targets
	Schedule               Schedule
	// By is the ID of the user who asks.
	By string
}

// Targets of a deployment; all that are given hold at once.
type Targets struct {
	// ActionGroup; nil for the one named "Default", which reaches nobody (API.md#targets).
	ActionGroup *filter.GroupRef
	// Group and Filter: at most one; neither is "All Computers".
	Group     *filter.GroupRef
	Filter    *filter.Filter
	Endpoints []string // nil for no such condition
	Platforms []string // nil for no such condition
}

// Schedule of a deployment; nil fields are the server's defaults.
type Schedule struct {
	StartTime, EndTime            *time.Time
	DistributeSeconds             int
	ExpireSeconds, ReissueSeconds *int
}

// ScheduledAction issues actions, once or repeatedly.
type ScheduledAction struct {
	ID, Name, Comment string
	Metadata          map[string]string
	Package           *fleet.Package
	Params            []string
	SensorSourced     map[string]string
	ActionGroup       *fleet.ActionGroup
	TargetGroup       *fleet.ComputerGroup // nil where a filter made one without a name
	Creator           *fleet.User
	Approver          *fleet.User // nil until somebody approved
	Approved, Deleted bool
	Created           time.Time
	Start             time.Time
	End               *time.Time
	Distribute        time.Duration
	Expire            time.Duration
	Reissue           time.Duration // 0 for once
	Issued            []*Action
	Next              *time.Time // the next issue; nil for none

	matchers []filter.Matcher
}

// Failure is a refusal with one of the platform's error names (API.md#error-names).
type Failure struct{ Name, Detail string }

// Error is the name and what it is about.
func (f *Failure) Error() string {
	if f.Detail == "" {
		return f.Name
	}
	return f.Name + ": " + f.Detail
}

// Limits of a deployment (API.md#limits).
const (
	maxTargetedIDs = 25
	startDelay     = 2 * time.Second
)

// Deploy checks a request as the server would, which is not much, and schedules it. Parameters are
// not checked (API.md#packages).
func (w *World) Deploy(request Deployment) (*ScheduledActionView, error) {
	views, err := w.DeployAll([]Deployment{request})
	if err != nil {
		return nil, err
	}
	return views[0], nil
}

// DeployAll schedules several requests, or none if one of them is refused.
func (w *World) DeployAll(requests []Deployment) ([]*ScheduledActionView, error) {
	defer w.enter()()
	done, err := w.command(Command{Deploy: requests})
	return done.scheduled, err
}

func (w *World) deploy(requests []Deployment) (outcome, error) {
	prepared := make([]*ScheduledAction, len(requests))
	for i, request := range requests {
		scheduled, err := w.prepare(request)
		if err != nil {
			return outcome{}, err
		}
		prepared[i] = scheduled
	}
	views := make([]*ScheduledActionView, len(prepared))
	for i, scheduled := range prepared {
		views[i] = w.admit(scheduled)
	}
	return outcome{scheduled: views}, nil
}

func (w *World) prepare(request Deployment) (*ScheduledAction, error) {
	s := &ScheduledAction{
		Name: request.Name, Comment: w.options.Unknowns.Comments.stored(request.Comment), Metadata: request.Metadata,
		Params: request.Params, SensorSourced: request.SensorSourced,
		Creator: w.fleet.User(request.By), Created: w.now,
	}
	if s.Creator == nil {
		return nil, &Failure{"InvalidSession", "the user does not exist"}
	}
	if s.Package = w.fleet.Package(request.PackageID, request.PackageName); s.Package == nil {
		return nil, &Failure{"PackageNotFound", request.PackageID + request.PackageName}
	}
	if err := w.aim(s, request.Targets); err != nil {
		return nil, err
	}
	return s, s.arrange(request.Schedule, w.now)
}

// aim resolves the endpoints that a scheduled action reaches.
func (w *World) aim(s *ScheduledAction, targets Targets) error {
	group := filter.GroupRef{Name: "Default"}
	if targets.ActionGroup != nil {
		group = *targets.ActionGroup
	}
	if s.ActionGroup = w.fleet.ActionGroup(group.ID, group.Name); s.ActionGroup == nil {
		return &Failure{"AddSavedActionFailed", fmt.Sprintf("action group %q does not exist", group.ID+group.Name)}
	}
	members := filter.Filter{Any: s.ActionGroup.Any}
	for _, name := range s.ActionGroup.ComputerGroups {
		members.Filters = append(members.Filters, filter.Filter{MemberOf: &filter.GroupRef{Name: name}})
	}
	conditions := []filter.Filter{members}
	switch {
	case targets.Group != nil && targets.Filter != nil:
		return errors.New("targetGroup: exactly one of id, name and filter must be given")
	case targets.Group != nil:
		if s.TargetGroup = w.fleet.ComputerGroup(targets.Group.ID, targets.Group.Name); s.TargetGroup == nil {
			return fmt.Errorf("computer group %q must refer to an existing computer group",
				targets.Group.ID+targets.Group.Name)
		}
		conditions = append(conditions, filter.Filter{MemberOf: targets.Group})
	case targets.Filter != nil:
		if err := targetable(*targets.Filter); err != nil {
			return err
		}
		conditions = append(conditions, *targets.Filter)
	default:
		s.TargetGroup = w.fleet.ComputerGroup("", "All Computers")
	}
	if len(targets.Platforms) > 0 {
		platforms := filter.Filter{Any: true}
		yes := "True"
		for _, platform := range targets.Platforms {
			if !slices.Contains(fleet.Platforms(), platform) {
				return fmt.Errorf("platform %s cannot be targeted", platform)
			}
			platforms.Filters = append(platforms.Filters, filter.Filter{
				Sensor: &filter.SensorRef{Name: "Is " + platform},
				Value:  &yes,
			})
		}
		conditions = append(conditions, platforms)
	}
	if len(targets.Endpoints) > maxTargetedIDs {
		return fmt.Errorf("at most %d endpoints can be targeted, not %d", maxTargetedIDs, len(targets.Endpoints))
	}
	if targets.Endpoints != nil {
		ids := targets.Endpoints
		s.matchers = append(s.matchers, func(subject filter.Subject) bool {
			return slices.Contains(ids, subject.Field("id")[0])
		})
	}
	for _, condition := range conditions {
		match, err := filter.Compile(condition, w.fleet.Vocabulary())
		if err != nil {
			return err
		}
		s.matchers = append(s.matchers, match)
	}
	return nil
}

// targetable refuses what a ComputerGroupFilter has no meaning for (API.md#computer-group-filters).
func targetable(f filter.Filter) error {
	if f.Op == "READ_AFTER" || f.Op == "UPDATED_AFTER" {
		return fmt.Errorf("operator %s cannot be used in a computer group filter", f.Op)
	}
	for _, child := range f.Filters {
		if err := targetable(child); err != nil {
			return err
		}
	}
	return nil
}

// arrange does the arithmetic of a schedule (API.md#schedules).
func (s *ScheduledAction) arrange(schedule Schedule, now time.Time) error {
	least := max(s.Package.ExpireSeconds, s.Package.CommandTimeoutSeconds+schedule.DistributeSeconds)
	expire := least
	if schedule.ExpireSeconds != nil {
		expire = *schedule.ExpireSeconds
	}
	switch {
	case schedule.DistributeSeconds < 0:
		return errors.New("distributeSeconds must not be negative")
	case expire < least:
		return fmt.Errorf("expireSeconds must be at least %d", least)
	case schedule.ReissueSeconds != nil && *schedule.ReissueSeconds <= expire:
		return fmt.Errorf("reissueSeconds must be greater than expireSeconds, which is %d", expire)
	case schedule.EndTime != nil && schedule.ReissueSeconds == nil:
		return errors.New("endTime must be null when reissueSeconds is null")
	}
	s.Distribute, s.Expire, s.End = seconds(schedule.DistributeSeconds), seconds(expire), schedule.EndTime
	if schedule.ReissueSeconds != nil {
		s.Reissue = seconds(*schedule.ReissueSeconds)
	}
	s.Start = now.Add(startDelay)
	if schedule.StartTime != nil && schedule.StartTime.After(s.Start) {
		s.Start = *schedule.StartTime
	}
	return nil
}

// admit gives a prepared scheduled action its ID and lets it issue: at once for a one-off that
// starts now, whose action is in the very answer (API.md#last-action).
func (w *World) admit(s *ScheduledAction) *ScheduledActionView {
	w.requested++
	s.ID = number(firstScheduledAction, len(w.scheduled))
	w.scheduled = append(w.scheduled, s)
	s.Approved = !w.options.RequireApproval
	if s.Approved {
		w.arm(s)
	}
	return w.viewScheduled(s)
}

// arm lets a scheduled action issue its first action.
func (w *World) arm(s *ScheduledAction) {
	if w.now.Add(startDelay).Before(s.Start) {
		w.next(s, s.Start.Add(-startDelay))
		return
	}
	w.issue(s)
}

// next arranges an issue. The action begins the usual moment after it.
func (w *World) next(s *ScheduledAction, when time.Time) {
	start := when.Add(startDelay)
	if s.End != nil && start.After(*s.End) {
		s.Next = nil
		return
	}
	s.Next = &start
	w.at(when, func() { w.issue(s) })
}

func (w *World) issue(s *ScheduledAction) {
	if s.Deleted {
		return
	}
	start := w.now.Add(startDelay)
	action := &Action{
		ID:         number(firstAction, len(w.actions)),
		Scheduled:  s,
		Created:    w.now,
		Start:      start,
		Expiration: start.Add(s.Expire),
		index:      map[string]*run{},
	}
	w.actions = append(w.actions, action)
	s.Issued = append(s.Issued, action)
	w.at(start, func() { w.start(action) })
	s.Next = nil
	if s.Reissue > 0 {
		w.next(s, w.now.Add(s.Reissue))
	}
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// Stop stops an action. Endpoints that have not begun it will not.
func (w *World) Stop(id string) error {
	defer w.enter()()
	_, err := w.command(Command{Stop: id})
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

// Delete ends the issuing of a scheduled action. What it has issued goes on
// (API.md#stop-and-delete).
func (w *World) Delete(id string) error {
	defer w.enter()()
	_, err := w.command(Command{Delete: id})
	return err
}

func (w *World) remove(id string) error {
	s, found := find(w.scheduled, id, func(s *ScheduledAction) string { return s.ID })
	if !found || s.Deleted {
		return &Failure{"SavedActionNotFound", id}
	}
	s.Deleted, s.Next = true, nil
	return nil
}

// Approve lets a scheduled action that waits for it issue. Nobody approves what is his own
// (API.md#approval).
func (w *World) Approve(id string, by *fleet.User) error {
	defer w.enter()()
	_, err := w.command(Command{Approve: &Approval{id, by.ID}})
	return err
}

func (w *World) approve(approval Approval) error {
	s, found := find(w.scheduled, approval.ID, func(s *ScheduledAction) string { return s.ID })
	by := w.fleet.User(approval.By)
	switch {
	case !found || s.Deleted:
		return &Failure{"SavedActionNotFound", approval.ID}
	case s.Approved:
		return &Failure{"RBACInvalidOperation", "approval is not needed"}
	case s.Creator == by:
		return &Failure{"RBACInvalidOperation", "another user must approve"}
	}
	s.Approved, s.Approver = true, by
	w.arm(s)
	return nil
}
