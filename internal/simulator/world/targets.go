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

// Targets are the targets of a deployment. An endpoint must meet all given conditions.
type Targets struct {
	// ActionGroup is the action group; nil for the one named "Default", which has no members
	// (API.md#targets).
	ActionGroup *filter.GroupRef
	// At most one of Group and Filter is given; neither means "All Computers".
	Group     *filter.GroupRef
	Filter    *filter.Filter
	Endpoints []string // nil for any
	Platforms []string // nil for any
}

// Limits of a deployment (API.md#limits).
const (
	maxTargetedIDs = 25
	startDelay     = 2 * time.Second
)

// resolveTargets compiles the conditions on the endpoints that a scheduled action reaches.
func (w *World) resolveTargets(s *ScheduledAction, targets Targets) error {
	s.targets = targets
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
		if err := checkTargetFilter(*targets.Filter); err != nil {
			return err
		}
		conditions = append(conditions, *targets.Filter)
	case len(targets.Platforms) == 0 && targets.Endpoints == nil:
		// Otherwise, the target group has no name (API.md#shown-targets).
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

// checkTargetFilter rejects operators that a ComputerGroupFilter does not support
// (API.md#computer-group-filters).
func checkTargetFilter(f filter.Filter) error {
	if f.Op == "READ_AFTER" || f.Op == "UPDATED_AFTER" {
		return fmt.Errorf("operator %s cannot be used in a computer group filter", f.Op)
	}
	for _, child := range f.Filters {
		if err := checkTargetFilter(child); err != nil {
			return err
		}
	}
	return nil
}

// matches reports whether a scheduled action targets an endpoint: action group, target group, IDs
// and platforms must all match (API.md#targets).
func (s *ScheduledAction) matches(subject filter.Subject) bool {
	for _, match := range s.matchers {
		if !match(subject) {
			return false
		}
	}
	return true
}
