// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Part is one scheduled action of a deployment and the latest action it issued. A package makes one
// part.
type Part struct {
	// ScheduledActionID is the scheduled action's ID.
	ScheduledActionID string
	// Deleted reports that Tanium does not show the scheduled action, or shows it as deleted. It
	// issues nothing any more.
	Deleted bool
	// ActionID is the issued action's ID; empty before the first issue.
	ActionID string
	// Platforms the part covers; nil for a package.
	Platforms []gateway.EndpointPlatform
	// Approved reports that the scheduled action may issue actions.
	Approved bool
	// Status of the issued action; empty before the first issue or where Tanium gives none.
	Status gateway.ActionStatus
	// Results of the issued action so far.
	Results gateway.ActionResults
	// StartTime and ExpirationTime of the issued action; nil where unknown.
	StartTime, ExpirationTime *time.Time
	// IssueCount is how many actions the scheduled action has issued.
	IssueCount int
	// NextStartTime is when the next action is issued; nil for never.
	NextStartTime *time.Time
}

// takeSchedule takes over what the scheduled action says. Its last action changes with every issue,
// and an approval may issue another action than the placeholder that was shown before.
func (p *Part) takeSchedule(scheduled *gateway.ScheduledAction) {
	p.Approved, p.IssueCount, p.NextStartTime = scheduled.Approved, scheduled.IssueCount, scheduled.NextStartTime
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

// takeAction takes over what the issued action says.
func (p *Part) takeAction(action *gateway.Action) {
	p.Results, p.StartTime, p.ExpirationTime = action.Results, action.StartTime, action.ExpirationTime
	if action.Status != nil {
		p.Status = *action.Status
	}
}

// mayBePlaceholder reports that the action is pending. It may stand in for one that is issued later
// under another ID, and may not be readable by its own (API.md#last-action).
func (p Part) mayBePlaceholder() bool {
	return p.Status == gateway.ActionStatusPending && p.ScheduledActionID != ""
}
