// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"errors"
	"fmt"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// ScheduledAction issues actions, once or repeatedly.
type ScheduledAction struct {
	ID, Name, Comment string
	Metadata          map[string]string
	Package           *fleet.Package
	Params            []string
	SensorSourced     map[string]string
	ActionGroup       *fleet.ActionGroup
	TargetGroup       *fleet.ComputerGroup // nil for a filter
	Creator           *fleet.User
	Approver          *fleet.User // nil until it is approved
	Approved, Deleted bool
	Created           time.Time
	Start             time.Time
	End               *time.Time
	Distribute        time.Duration
	Expire            time.Duration
	Reissue           time.Duration // 0 for a one-off
	Issued            []*Action
	Next              *time.Time // the next issue; nil for none

	targets  Targets // as they were given
	matchers []filter.Matcher
}

// Schedule is the schedule of a deployment. Nil fields mean the server's defaults.
type Schedule struct {
	StartTime, EndTime            *time.Time
	DistributeSeconds             int
	ExpireSeconds, ReissueSeconds *int
}

// applySchedule checks a schedule and sets the times of the scheduled action (API.md#schedules).
func (s *ScheduledAction) applySchedule(schedule Schedule, now time.Time) error {
	minExpire := max(s.Package.ExpireSeconds, s.Package.CommandTimeoutSeconds+schedule.DistributeSeconds)
	expire := minExpire
	if schedule.ExpireSeconds != nil {
		expire = *schedule.ExpireSeconds
	}
	switch {
	case schedule.DistributeSeconds < 0:
		return errors.New("distributeSeconds must not be negative")
	case expire < minExpire:
		return fmt.Errorf("expireSeconds must be at least %d", minExpire)
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

// issueOrSchedule issues the first action, or schedules it if its start is in the future.
func (w *World) issueOrSchedule(s *ScheduledAction) {
	if w.options.Unknowns.NeverIssued {
		return
	}
	if w.now.Add(startDelay).Before(s.Start) {
		w.scheduleIssue(s, s.Start.Add(-startDelay))
		return
	}
	w.issue(s)
}

// scheduleIssue schedules the next issue. The action starts startDelay later.
func (w *World) scheduleIssue(s *ScheduledAction, when time.Time) {
	start := when.Add(startDelay)
	if s.End != nil && start.After(*s.End) {
		s.Next = nil
		return
	}
	s.Next = &start
	w.schedule(when, func() { w.issue(s) })
}

func (w *World) issue(s *ScheduledAction) {
	if s.Deleted {
		return
	}
	start := w.now.Add(startDelay)
	action := &Action{
		ID:         numberedID(firstAction, len(w.actions)),
		Scheduled:  s,
		Created:    w.now,
		Start:      start,
		Expiration: start.Add(s.Expire),
		index:      map[string]*run{},
	}
	w.actions = append(w.actions, action)
	s.Issued = append(s.Issued, action)
	w.schedule(start, func() { w.start(action) })
	s.Next = nil
	if s.Reissue > 0 {
		w.scheduleIssue(s, w.now.Add(s.Reissue))
	}
}

// Delete stops a scheduled action from issuing actions. Actions that it has issued continue
// (API.md#stop-and-delete).
func (w *World) Delete(id string) error {
	defer w.lock()()
	_, err := w.execute(Command{Delete: id})
	return err
}

func (w *World) deleteScheduledAction(id string) error {
	s, found := find(w.scheduled, id, func(s *ScheduledAction) string { return s.ID })
	if !found || s.Deleted {
		return &Failure{"SavedActionNotFound", id}
	}
	s.Deleted, s.Next = true, nil
	return nil
}

// Approve approves a scheduled action, which then issues actions. Tanium does not let a user
// approve their own action (API.md#approval).
func (w *World) Approve(id string, by *fleet.User) error {
	defer w.lock()()
	_, err := w.execute(Command{Approve: &Approval{id, by.ID}})
	return err
}

func (w *World) approve(approval Approval) error {
	s, found := find(w.scheduled, approval.ID, func(s *ScheduledAction) string { return s.ID })
	by := w.fleet.User(approval.By)
	switch {
	case !found || s.Deleted:
		return &Failure{"SavedActionNotFound", approval.ID}
	case s.Approved && w.options.Unknowns.ApproveAgain:
		return nil
	case s.Approved:
		return &Failure{"RBACInvalidOperation", "approval is not needed"}
	case s.Creator == by:
		return &Failure{"RBACInvalidOperation", "another user must approve"}
	}
	s.Approved, s.Approver = true, by
	w.issueOrSchedule(s)
	return nil
}

// maxSeconds is the longest duration of a schedule, a century, so that no sum overflows.
const maxSeconds = 100 * 365 * 24 * 60 * 60

func seconds(n int) time.Duration { return time.Duration(min(n, maxSeconds)) * time.Second }
