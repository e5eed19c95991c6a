// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"fmt"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Cancelled says what a cancellation did.
type Cancelled struct {
	// Deleted reports that the scheduled action existed and was deleted.
	Deleted bool
	// StoppedActionID is the action that was open and was stopped; empty for none.
	StoppedActionID string
	// UnverifiedActionID is an action that Tanium does not show to this token. It was told to stop
	// all the same; whether it stopped is not known. Empty for none.
	UnverifiedActionID string
}

// Cancel ends a part: it deletes the scheduled action, so that it issues nothing more, and stops
// the action that is still open, which a deletion leaves running (API.md#stop-and-delete). It
// succeeds where they are gone or over already. An error means that something may still be open;
// calling Cancel again is safe.
//
// Usually that takes three requests: a read, a mutation and a read that verifies it. Where one of
// them is refused or shows anything else, each step is taken and verified by itself.
func Cancel(ctx context.Context, client *gateway.Client, part Part) (Cancelled, error) {
	read, err := Read(ctx, client, part, ReadLatest)
	if err != nil && !gateway.IsRefused(err) && !errors.Is(err, ErrGone) {
		return Cancelled{}, notRead(part, err)
	}
	var done Cancelled
	if err == nil {
		part = read
	}
	if err == nil && !read.Deleted {
		var finished bool
		done, finished = cancelAtOnce(ctx, client, read)
		if finished {
			return done, nil
		}
	}
	return cancelStepwise(ctx, client, part, done)
}

func notRead(part Part, err error) error {
	return fmt.Errorf("scheduled action %s could not be read, and was not deleted: %w", part.ScheduledActionID, err)
}

// cancelAtOnce deletes and stops by one mutation. It reports false where the part is not verified
// to be over.
func cancelAtOnce(ctx context.Context, client *gateway.Client, before Part) (done Cancelled, finished bool) {
	open := before.ActionID != "" && !Terminal(before.Status) && !before.unissued()
	var err error
	if open {
		done.Deleted, err = client.DeleteAndStop(ctx, before.ScheduledActionID, before.ActionID)
	} else {
		err = client.DeleteScheduledAction(ctx, before.ScheduledActionID)
		done.Deleted = err == nil
	}
	if err != nil {
		return done, false
	}
	if before.ActionID == "" || before.unissued() {
		// Nothing was issued. Another read tells whether that happened just now.
		after, err := Read(ctx, client, before, ReadSchedule)
		nothing := after.ActionID == before.ActionID && (after.ActionID == "" || after.unissued())
		return done, (err == nil || errors.Is(err, ErrGone)) && after.Deleted && nothing
	}
	after, err := Read(ctx, client, before, ReadLatest)
	if err != nil || !after.Deleted || after.ActionID != before.ActionID || !Terminal(after.Status) {
		return done, false
	}
	if open {
		done.StoppedActionID = before.ActionID
	}
	return done, true
}

// cancelStepwise deletes, reads, stops and reads. Tanium has no typed answer for an object that is
// gone, so each failed mutation is followed by a read.
func cancelStepwise(
	ctx context.Context, client *gateway.Client, part Part, done Cancelled,
) (Cancelled, error) {
	// A recurring action may have been issued again since the part was read. Nothing names the new
	// action once the scheduled action is gone.
	read, err := Read(ctx, client, part, ReadSchedule)
	if err != nil && !errors.Is(err, ErrGone) {
		return done, notRead(part, err)
	}
	if done.Deleted && read.Deleted {
		return stopLast(ctx, client, part, read, done)
	}
	deleteErr := client.DeleteScheduledAction(ctx, part.ScheduledActionID)
	done.Deleted = done.Deleted || deleteErr == nil
	// It may have issued one more action just now. Where Tanium shows nothing of a deleted
	// scheduled action, what was read before counts.
	after, readErr := Read(ctx, client, read, ReadSchedule)
	if readErr == nil || errors.Is(readErr, ErrGone) {
		read, readErr = after, nil
	}
	if deleteErr != nil && (readErr != nil || !read.Deleted) {
		return done, fmt.Errorf("scheduled action %s was not deleted: %w", part.ScheduledActionID, deleteErr)
	}
	return stopLast(ctx, client, part, read, done)
}

// stopLast stops the action that a deleted scheduled action issued last. The part as it was before
// tells whether that action was over already.
func stopLast(
	ctx context.Context, client *gateway.Client, before, part Part, done Cancelled,
) (Cancelled, error) {
	open := part.ActionID
	if open == "" {
		return done, nil
	}
	status, err := actionStatus(ctx, client, open)
	switch {
	case part.unissued() && (gateway.IsRefused(err) || status == statusHidden):
		return done, nil // a placeholder cannot always be read (API.md#last-action)
	case err != nil:
		return done, fmt.Errorf("action %s could not be read, and was not stopped: %w", open, err)
	case status == statusHidden && open == before.ActionID && Terminal(before.Status):
		return done, nil // it was over when last read, and Tanium has removed it since
	case Terminal(status):
		return done, nil
	}
	stopErr := client.StopAction(ctx, open)
	if status, err = actionStatus(ctx, client, open); err != nil {
		return done, fmt.Errorf("action %s: whether it stopped could not be read: %w", open, err)
	}
	switch {
	case status == statusHidden: // gone, or hidden from this token: either way it was told to stop
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

// unissued reports a part whose action stands in for the first one to be issued.
func (p Part) unissued() bool { return p.IssueCount == 0 && p.mayBePlaceholder() }

// statusHidden stands for an action that Tanium does not show: it is gone, or this token may not
// read it.
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

// Stop stops the open actions of a deployment. Tanium advises it for actions that live long, once
// every endpoint has run them. The scheduled actions stay.
func Stop(ctx context.Context, client *gateway.Client, parts []Part) error {
	for _, part := range parts {
		if part.ActionID == "" || Terminal(part.Status) {
			continue
		}
		stopErr := client.StopAction(ctx, part.ActionID)
		if stopErr == nil {
			continue
		}
		status, err := actionStatus(ctx, client, part.ActionID)
		if err != nil || (status != statusHidden && !Terminal(status)) {
			return fmt.Errorf("action %s was not stopped: %w", part.ActionID, stopErr)
		}
	}
	return nil
}
