// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"errors"
	"fmt"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
)

// Edit changes a scheduled action as a user of the console may. The API has no such mutation
// (API.md#schedules). An empty field changes nothing. The next issue keeps its time, and an action
// that is open takes over what its endpoints have not started.
type Edit struct {
	ID             string     `json:"id"`
	Name           string     `json:"name,omitempty"`
	Package        string     `json:"package,omitempty"`
	ActionGroup    string     `json:"action_group,omitempty"`
	ComputerGroup  string     `json:"computer_group,omitempty"`
	ReissueSeconds int        `json:"reissue_seconds,omitempty"`
	EndTime        *time.Time `json:"end_time,omitempty"`
}

// Edit edits a scheduled action. It changes nothing if it fails.
func (w *World) Edit(edit Edit) error {
	defer w.lock()()
	_, err := w.execute(Command{Edit: &edit})
	return err
}

func (w *World) edit(edit Edit) error {
	s, found := find(w.scheduled, edit.ID, func(s *ScheduledAction) string { return s.ID })
	if !found || s.Deleted {
		return &Failure{"SavedActionNotFound", edit.ID}
	}
	changed := *s
	if edit.Name != "" {
		changed.Name = edit.Name
	}
	if edit.Package != "" {
		if changed.Package = w.fleet.Package("", edit.Package); changed.Package == nil {
			return &Failure{"PackageNotFound", edit.Package}
		}
	}
	if edit.ActionGroup != "" {
		changed.targets.ActionGroup = &filter.GroupRef{Name: edit.ActionGroup}
	}
	if edit.ComputerGroup != "" {
		changed.targets.Group, changed.targets.Filter = &filter.GroupRef{Name: edit.ComputerGroup}, nil
	}
	if edit.ActionGroup+edit.ComputerGroup != "" {
		changed.TargetGroup, changed.matchers = nil, nil
		if err := w.resolveTargets(&changed, changed.targets); err != nil {
			return err
		}
	}
	if s.Reissue == 0 && (edit.ReissueSeconds != 0 || edit.EndTime != nil) {
		return errors.New("the action does not recur")
	}
	if edit.ReissueSeconds != 0 {
		if seconds(edit.ReissueSeconds) <= s.Expire {
			return fmt.Errorf("reissue_seconds must be greater than %d, after which the action expires, not %d",
				int(s.Expire/time.Second), edit.ReissueSeconds)
		}
		changed.Reissue = seconds(edit.ReissueSeconds)
	}
	if edit.EndTime != nil {
		changed.End = edit.EndTime
	}
	*s = changed
	return nil
}
