// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Deleted is the status of a part whose scheduled action somebody deleted while it was to go on,
// and that of another part was not.
const Deleted gateway.ActionStatus = "DELETED"

// Part is one scheduled action of a deployment and the latest action it issued. A package makes one
// part.
type Part struct {
	// ScheduledActionID is the scheduled action's ID.
	ScheduledActionID string
	// ActionID is the issued action's ID, the one to poll; empty before the first issue.
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

// follow takes over what the scheduled action says. Its last action changes with every issue, and
// an approval may issue another action than the placeholder that was shown before.
func (p *Part) follow(scheduled *gateway.ScheduledAction) {
	p.Approved, p.IssueCount, p.NextStartTime = scheduled.Approved, scheduled.IssueCount, scheduled.NextStartTime
	if last := scheduled.LastAction; last != nil && last.Id != p.ActionID {
		p.ActionID, p.Status, p.Results, p.StartTime, p.ExpirationTime = last.Id, "", gateway.ActionResults{}, nil, nil
		if last.Status != nil {
			p.Status = *last.Status
		}
	}
}

// record takes over what the issued action says.
func (p *Part) record(action *gateway.Action) {
	p.Results, p.StartTime, p.ExpirationTime = action.Results, action.StartTime, action.ExpirationTime
	if action.Status != nil {
		p.Status = *action.Status
	}
}
