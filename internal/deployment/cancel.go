// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Cancelled says what a cancellation did.
type Cancelled struct {
	// Deleted reports that the scheduled action was there and was deleted.
	Deleted bool
	// StoppedActionID is the action that was open and was stopped; empty for none.
	StoppedActionID string
	// UnverifiedActionID is an action that Tanium does not show to this token. It was told to stop
	// all the same; whether it did is not known. Empty for none.
	UnverifiedActionID string
}

// Cancel ends a part: it deletes the scheduled action, so that nothing more is issued, and then
// stops the action still open, which a deletion leaves running. What is already gone or over is
// success. An error means that something may still be open; calling again is safe.
//
// Tanium has no typed answer for "not there any more", so what a failed call left is read, not
// guessed from its words.
func Cancel(ctx context.Context, client *gateway.Client, part Part) (Cancelled, error) {
	var done Cancelled
	// A recurring schedule may have issued another action since the part was read, which nothing
	// names any more once the schedule is gone.
	open, unissued := part.ActionID, false
	look := func() error {
		scheduled, err := client.ScheduledAction(ctx, part.ScheduledActionID)
		if err == nil && scheduled != nil && scheduled.LastAction != nil {
			open, unissued = scheduled.LastAction.Id, scheduled.IssueCount == 0 && pending(scheduled)
		}
		return err
	}
	if err := look(); err != nil {
		return done,
			fmt.Errorf("scheduled action %s could not be read, and was not deleted: %w", part.ScheduledActionID, err)
	}
	if err := client.DeleteScheduledAction(ctx, part.ScheduledActionID); err == nil {
		done.Deleted = true
	} else if scheduled, readErr := client.ScheduledAction(ctx, part.ScheduledActionID); readErr != nil ||
		!deleted(scheduled) {
		return done, fmt.Errorf("scheduled action %s was not deleted: %w", part.ScheduledActionID, err)
	}

	// it may have issued one more just now; where Tanium shows nothing of a deleted schedule, what
	// was seen before stands
	_ = look()
	if open == "" {
		return done, nil
	}
	status, err := actionStatus(ctx, client, open)
	switch {
	case unissued && (gateway.IsRefused(err) || status == statusHidden):
		// what cannot be read before the first issue is a placeholder for it (API.md#last-action)
		return done, nil
	case err != nil:
		return done, fmt.Errorf("action %s could not be read, and was not stopped: %w", open, err)
	case status == statusHidden && open == part.ActionID && Terminal(part.Status):
		// it was over when last seen, and purged since
		return done, nil
	case Terminal(status):
		return done, nil
	}
	stopErr := client.StopAction(ctx, open)
	if status, err = actionStatus(ctx, client, open); err != nil {
		return done, fmt.Errorf("action %s: whether it stopped could not be read: %w", open, err)
	}
	switch {
	case status == statusHidden: // gone, or not for this token to see: either way it was told to stop
		done.UnverifiedActionID = open
		return done, nil
	case !Terminal(status) && stopErr != nil:
		return done, fmt.Errorf("action %s was not stopped: %w", open, stopErr)
	case !Terminal(status):
		return done, fmt.Errorf("action %s was told to stop and is still open", open)
	case stopErr == nil:
		done.StoppedActionID = open
	}
	return done, nil
}

// statusHidden stands for an action that Tanium does not show: it is gone, or this token may not
// see it.
const statusHidden gateway.ActionStatus = "hidden"

func actionStatus(ctx context.Context, client *gateway.Client, actionID string) (gateway.ActionStatus, error) {
	action, err := client.Action(ctx, actionID)
	switch {
	case err != nil:
		return "", err
	case action == nil:
		return statusHidden, nil
	case action.Status == nil:
		return "", nil
	default:
		return *action.Status, nil
	}
}

// isOver reports an action that is over, or that Tanium does not show.
func isOver(ctx context.Context, client *gateway.Client, actionID string) (bool, error) {
	status, err := actionStatus(ctx, client, actionID)
	return status == statusHidden || Terminal(status), err
}

// Stop stops the open actions of a deployment, once nobody is to run them any more: Tanium advises
// it for those that live long. Scheduled actions stay.
func Stop(ctx context.Context, client *gateway.Client, parts []Part) error {
	for _, part := range parts {
		if part.ActionID == "" || Terminal(part.Status) {
			continue
		}
		if err := client.StopAction(ctx, part.ActionID); err != nil {
			if over, readErr := isOver(ctx, client, part.ActionID); readErr != nil || !over {
				return fmt.Errorf("action %s was not stopped: %w", part.ActionID, err)
			}
		}
	}
	return nil
}
