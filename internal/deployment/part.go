// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Part is a scheduled action of a deployment and the latest action that it issued. A package makes
// one part.
type Part struct {
	ScheduledActionID string
	// Deleted reports that Tanium does not show the scheduled action, or shows it as deleted. It
	// issues no more actions.
	Deleted bool
	// ActionID is the ID of the latest issued action; empty before the first issue.
	ActionID string
	// Platforms are the platforms that the part covers; nil for a package.
	Platforms []gateway.EndpointPlatform
	// Approved reports that the scheduled action may issue actions.
	Approved bool
	// Status is the status of the issued action; empty before the first issue, or if Tanium gives
	// none.
	Status gateway.ActionStatus
	// Results are the latest results of the issued action.
	Results gateway.ActionResults
	// StartTime and ExpirationTime are the times of the issued action; nil if unknown.
	StartTime, ExpirationTime *time.Time
	// IssueCount is the number of actions that the scheduled action has issued.
	IssueCount int
	// Reissues reports that the scheduled action issues an action more than once.
	Reissues bool
	// NextStartTime is the time of the next issue; nil for none.
	NextStartTime *time.Time
	// Marker is the marker of the deployment; the zero value if it is not known. A read compares it
	// with the comment of the scheduled action.
	Marker Marker
}

// ScheduledIDs returns the IDs of the scheduled actions of parts.
func ScheduledIDs(parts []Part) []string {
	ids := make([]string, len(parts))
	for i, part := range parts {
		ids[i] = part.ScheduledActionID
	}
	return ids
}

// takeSchedule copies the values of the scheduled action; nil changes nothing. If its last action
// is another one than before, the values of the earlier action are cleared: each issue makes a new
// action, and an approval may replace a placeholder.
func (p *Part) takeSchedule(scheduled *gateway.ScheduledAction) {
	if scheduled == nil {
		return
	}
	p.Approved, p.IssueCount, p.NextStartTime = scheduled.Approved, scheduled.IssueCount, scheduled.NextStartTime
	p.Reissues = gateway.Deref(scheduled.IssueSeconds) > 0
	if marker, ok := MarkerOf(scheduled.Comment); ok {
		p.Marker = marker
	}
	last := scheduled.LastAction
	if last == nil {
		return
	}
	if last.Id != p.ActionID {
		p.ActionID, p.Status, p.Results, p.StartTime, p.ExpirationTime = last.Id, "", gateway.ActionResults{}, nil, nil
	}
	if last.Status != nil {
		p.Status = *last.Status
	}
}

// takeAction copies the values of the issued action; nil changes nothing.
func (p *Part) takeAction(action *gateway.Action) {
	if action == nil {
		return
	}
	p.Results, p.StartTime, p.ExpirationTime = action.Results, action.StartTime, action.ExpirationTime
	if action.Status != nil {
		p.Status = *action.Status
	}
}

// mayBePlaceholder reports whether the action is pending. A pending action may be a placeholder for
// an action that is issued later with another ID, and may not be readable by its own ID
// (API.md#last-action).
func (p Part) mayBePlaceholder() bool {
	return p.Status == gateway.ActionStatusPending && p.ScheduledActionID != ""
}
