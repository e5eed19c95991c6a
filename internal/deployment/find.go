// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// ActionSearch selects scheduled actions. All conditions that are set must hold. Names are compared
// in the case given, and other texts as Tanium does.
type ActionSearch struct {
	// Name is the whole name; empty for any.
	Name string
	// NameContains and CommentContains are parts of the name and of the comment; empty for any.
	NameContains, CommentContains string
	// Package is the name of the package; empty for any.
	Package string
	// Creator is the name of the user who created it; empty for any.
	Creator string
	// Recurring selects those that issue actions again, or those that issue one; nil for both.
	Recurring *bool
	// Open selects those that are open, or those that are over; nil for both. A scheduled action is
	// open while it may issue an action, or while its last action is open.
	Open *bool
	// Max is the maximum number to return.
	Max int
}

// FoundAction is a scheduled action that a search found.
type FoundAction struct {
	// Scheduled and Details are what Tanium shows of it.
	Scheduled *gateway.ScheduledAction
	Details   gateway.ScheduledActionDetails
}

// Open reports whether it may issue an action, or its last action is open. The deletion of a
// scheduled action does not stop that action.
func (f FoundAction) Open() bool { return isOpen(f.Scheduled) }

// Recurring reports whether it issues actions again.
func (f FoundAction) Recurring() bool { return gateway.Deref(f.Scheduled.IssueSeconds) > 0 }

// Part returns the scheduled action as a part of a deployment. It has the status of the last
// action, and no results.
func (f FoundAction) Part() Part { return attempt{f.Scheduled}.parts()[0] }

// Marker returns the marker in the comment; false if there is none.
func (f FoundAction) Marker() (Marker, bool) { return MarkerOf(f.Scheduled.Comment) }

// Shared reports whether other scheduled actions with the same marker can be of the same
// deployment. Those with the marker of a package are copies.
func (f FoundAction) Shared() bool {
	_, marked := f.Marker()
	return marked && !singleOf(f.Scheduled.Comment)
}

// Find returns the scheduled actions that a search selects, ordered by ID, and whether there are
// more than Max. It passes over those that keep returns false for; nil keeps all.
func (s ActionSearch) Find(
	ctx context.Context, client *gateway.Client, keep func(FoundAction) bool,
) (found []FoundAction, truncated bool, err error) {
	err = client.FindScheduledActions(ctx, s.filter(), func(page []gateway.FoundScheduledAction, first bool) bool {
		if first {
			found = nil
		}
		for i := range page {
			one := FoundAction{Scheduled: &page[i].ScheduledAction, Details: page[i].ScheduledActionDetails}
			if !s.selects(one) || (keep != nil && !keep(one)) {
				continue
			}
			if len(found) == s.Max {
				truncated = true
				return false
			}
			found = append(found, one)
		}
		return true
	})
	slices.SortFunc(found, func(a, b FoundAction) int { return gateway.CompareIDs(a.Scheduled.Id, b.Scheduled.Id) })
	return found, truncated, err
}

// filter returns the conditions that Tanium can check: one level of filters that must all pass
// (API.md#lists-of-actions). It is nil for no condition.
func (s ActionSearch) filter() *gateway.FieldFilter {
	var conditions []gateway.FieldFilter
	add := func(path, value string, op gateway.FieldFilterOp) {
		if value != "" {
			conditions = append(conditions, gateway.FieldFilter{Path: &path, Op: &op, Value: &value})
		}
	}
	add("name", s.Name, gateway.FieldFilterOpEq)
	add("name", s.NameContains, gateway.FieldFilterOpContains)
	add("comment", s.CommentContains, gateway.FieldFilterOpContains)
	add("package.name", s.Package, gateway.FieldFilterOpEq)
	add("creator.user.name", s.Creator, gateway.FieldFilterOpEq)
	switch len(conditions) {
	case 0:
		return nil
	case 1:
		return &conditions[0]
	default:
		return &gateway.FieldFilter{Filters: conditions}
	}
}

// selects reports whether the conditions hold that Tanium cannot check, and those on the name.
// Tanium may ignore case (API.md#case-of-names).
func (s ActionSearch) selects(found FoundAction) bool {
	name := found.Scheduled.Name
	return (s.Name == "" || name == s.Name) && strings.Contains(name, s.NameContains) &&
		(s.Recurring == nil || *s.Recurring == found.Recurring()) && (s.Open == nil || *s.Open == found.Open())
}
