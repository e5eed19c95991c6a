// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Presence is what is left of a part in Tanium.
type Presence struct {
	// Schedule reports that the scheduled action is there: it may issue actions.
	Schedule bool
	// Action reports that the issued action is there.
	Action bool
}

// Refresh reads a part once, in one request, and never waits. What is no longer there keeps its
// last known values in the part. Where the schedule has issued another action than the one known,
// that one is read as well, so that its status and its counters agree.
func Refresh(ctx context.Context, client *gateway.Client, part Part) (Part, Presence, error) {
	if part.ActionID == "" {
		scheduled, err := client.ScheduledAction(ctx, part.ScheduledActionID)
		if err != nil || deleted(scheduled) {
			return part, Presence{}, err
		}
		part.follow(scheduled)
		return part, Presence{Schedule: true, Action: part.ActionID != ""}, nil
	}
	scheduled, action, err := client.Deployment(ctx, part.ScheduledActionID, part.ActionID)
	// a placeholder that is nowhere (API.md#last-action)
	if gateway.IsRefused(err) && part.Status == gateway.ActionStatusPending {
		scheduled, err = client.ScheduledAction(ctx, part.ScheduledActionID)
	}
	if err != nil {
		return part, Presence{}, err
	}
	there := Presence{Schedule: !deleted(scheduled), Action: action != nil}
	if action != nil {
		part.record(action)
	}
	if scheduled != nil {
		known := part.ActionID
		part.follow(scheduled)
		if part.ActionID != known && !pending(scheduled) {
			if action, err = client.Action(ctx, part.ActionID); err != nil {
				return part, Presence{}, err
			}
			if action != nil {
				part.record(action)
			}
		}
		there.Action = there.Action || part.ActionID != known
	}
	return part, there, nil
}
