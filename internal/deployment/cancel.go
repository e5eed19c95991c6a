// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"fmt"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Cancelled is the result of a cancellation.
type Cancelled struct {
	// Deleted reports that the scheduled action existed and was deleted.
	Deleted bool
	// StoppedActionID is the open action that was stopped; empty for none.
	StoppedActionID string
	// UnverifiedActionID is an action that was told to stop and that Tanium does not show to this
	// token, so that it is unknown whether it stopped. Empty for none.
	UnverifiedActionID string
	// Unanswered reports that a mutation was sent and that no answer says what it did. Deleted and
	// StoppedActionID then have what later requests did.
	Unanswered bool
}

// Cancel ends a part. It deletes the scheduled action, so that no more actions are issued, and
// stops the open action, because a deletion does not stop it (API.md#stop-and-delete). Cancel
// succeeds if both are already over or no longer exist. An error means that something may still be
// open; it wraps an *Another if the scheduled action is another deployment, which stays as it is.
// Calling Cancel again is safe.
//
// Cancel usually takes a read, a mutation and a read that verifies the result. It does not verify
// the deletion of what cannot run any more. Concurrent calls share their requests. If a request is
// refused or the result differs, Cancel takes and verifies each step separately. If Tanium
// throttles the deletion, Cancel begins again after a pause: the action that was open before the
// pause may not be the last one.
func Cancel(ctx context.Context, client *gateway.Client, part Part) (done Cancelled, err error) {
	var last error
	err = client.WhileThrottled(ctx, func() error {
		part, done, last = cancelOnce(ctx, client, part, done, last)
		return last
	})
	return done, err
}

// cancelOnce cancels a part. The arguments done and last have what was done before, and the error
// after which it is tried again; nil for the first time. It returns the part as last read.
func cancelOnce(
	ctx context.Context, client *gateway.Client, part Part, done Cancelled, last error,
) (Part, Cancelled, error) {
	attempted := done.Unanswered
	read, err := Read(ctx, client, part, ReadLatest)
	switch {
	case err != nil && !gateway.IsRefused(err) && !errors.Is(err, ErrGone):
		if last != nil && ctx.Err() != nil {
			return part, done, last // why the time has passed
		}
		if attempted {
			return part, done, notReadAgainError(part, err)
		}
		return part, done, notReadError(part, err)
	case err != nil:
		read = part
	case !read.Deleted && !read.unissued():
		ended, outcome, err := cancelAtOnce(ctx, client, read)
		ended.Unanswered = ended.Unanswered || attempted
		switch outcome {
		case cancelOver:
			return read, ended, nil
		case cancelThrottled:
			return read, ended, notDeletedError(read, err)
		}
		done, attempted = ended, attempted || outcome == cancelAttempted
	}
	done, err = cancelStepwise(ctx, client, read, done, attempted)
	return read, done, err
}

func notDeletedError(part Part, err error) error {
	return fmt.Errorf("scheduled action %s was not deleted: %w", part.ScheduledActionID, err)
}

func notReadAgainError(part Part, err error) error {
	return fmt.Errorf("scheduled action %s could not be read, so it is unknown whether it was deleted: %w",
		part.ScheduledActionID, err)
}

func notReadError(part Part, err error) error {
	return fmt.Errorf("scheduled action %s could not be read, and was not deleted: %w", part.ScheduledActionID, err)
}

// cancelOutcome is the outcome of a cancellation at once.
type cancelOutcome int

const (
	cancelUnsent    cancelOutcome = iota // no byte of the mutation has reached the server
	cancelThrottled                      // Tanium throttled the mutation
	cancelAttempted                      // the mutation was sent, and no read confirms its result
	cancelOver                           // the part is over
)

// cancelAtOnce deletes the scheduled action and stops the open action with one mutation, and reads
// both, unless the action was over and was the only one. A pending action that may be a placeholder
// is not for it: it may not be readable, or issued by itself. The error is that of its last
// request.
func cancelAtOnce(
	ctx context.Context, client *gateway.Client, before Part,
) (done Cancelled, _ cancelOutcome, err error) {
	over := Terminal(before.Status)
	var stops string
	if !over {
		stops = before.ActionID
	}
	done.Deleted, err = client.EndDeployment(ctx, before.ScheduledActionID, stops)
	var failure *gateway.Error
	switch {
	case errors.As(err, &failure) && !failure.Sent:
		return done, cancelUnsent, err
	case gateway.IsThrottled(err):
		done.Unanswered = true
		return done, cancelThrottled, err
	case err != nil:
		done.Unanswered = failure == nil || failure.Kind != gateway.KindSystem || failure.TimedOut
		return done, cancelAttempted, err
	case done.Deleted && over && before.last():
		return done, cancelOver, nil
	}
	after, err := Read(ctx, client, before, ReadLatest)
	if before.ActionID == "" { // a scheduled action that issued none is gone with its deletion
		if (err == nil || errors.Is(err, ErrGone)) && after.Deleted && after.ActionID == "" {
			return done, cancelOver, nil
		}
		return done, cancelAttempted, err
	}
	if err != nil || !after.Deleted || after.ActionID != before.ActionID || !Terminal(after.Status) {
		return done, cancelAttempted, err
	}
	done.StoppedActionID = stops
	return done, cancelOver, nil
}

// cancelStepwise deletes the scheduled action, reads it, stops the action and reads that. Tanium
// has no typed answer for a missing object, so a read follows each failed mutation.
//
// attempted reports that a mutation was sent before. The argument done has its known effects.
func cancelStepwise(
	ctx context.Context, client *gateway.Client, part Part, done Cancelled, attempted bool,
) (Cancelled, error) {
	// A recurring action may have been issued again since the part was read. After the deletion,
	// Tanium may not show the ID of the new action.
	read, err := Read(ctx, client, part, ReadSchedule)
	switch {
	case err == nil || errors.Is(err, ErrGone):
	case done.Deleted:
		return done, fmt.Errorf("scheduled action %s was deleted, but it is unknown whether its action %s stopped: %w",
			part.ScheduledActionID, part.ActionID, err)
	case attempted:
		return done, notReadAgainError(part, err)
	default:
		return done, notReadError(part, err)
	}
	if done.Deleted && read.Deleted {
		return stopLast(ctx, client, part, read, done)
	}
	deleteErr := client.DeleteScheduledAction(ctx, part.ScheduledActionID)
	if gateway.IsThrottled(deleteErr) {
		done.Unanswered = true
		return done, notDeletedError(part, deleteErr)
	}
	done.Deleted = done.Deleted || deleteErr == nil
	// The scheduled action may have issued another action just before the deletion. If Tanium does
	// not show the deleted scheduled action, the earlier read counts.
	after, readErr := Read(ctx, client, read, ReadSchedule)
	if readErr == nil || errors.Is(readErr, ErrGone) {
		read, readErr = after, nil
	}
	if deleteErr == nil || readErr == nil && read.Deleted {
		return stopLast(ctx, client, part, read, done)
	}
	failed := notDeletedError(part, deleteErr)
	if readErr != nil || read.NeverIssued() {
		return done, failed
	}
	done, err = stopLast(ctx, client, part, read, done)
	if err != nil || done.UnverifiedActionID != "" {
		return done, failed
	}
	return done, &NotDeleted{ActionID: read.ActionID, err: failed}
}

// NotDeleted is the error of a cancellation that could not delete the scheduled action. Its action
// is over.
type NotDeleted struct {
	// ActionID is the action that is over.
	ActionID string
	err      error
}

// Error says why the scheduled action was not deleted.
func (n *NotDeleted) Error() string { return n.err.Error() }

// Unwrap returns the reason.
func (n *NotDeleted) Unwrap() error { return n.err }

// stopLast stops the last action of a deleted scheduled action. The parameter before is the part as
// first read; it tells whether the action was already over.
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
		return done, nil // the action was over, and Tanium has removed it
	case Terminal(status):
		return done, nil
	}
	stopErr := client.StopAction(ctx, open)
	if status, err = actionStatus(ctx, client, open); err != nil {
		return done, fmt.Errorf("the request to stop action %s was sent, but its status could not be read: %w",
			open, err)
	}
	switch {
	case status == statusHidden:
		done.UnverifiedActionID = open
		return done, nil
	case !Terminal(status) && stopErr != nil:
		return done, fmt.Errorf("%saction %s was not stopped: %w", deletedFirst(done, part), open, stopErr)
	case !Terminal(status):
		return done, fmt.Errorf("%sthe request to stop action %s was sent, and the action is still open",
			deletedFirst(done, part), open)
	case stopErr == nil:
		done.StoppedActionID = open
	}
	return done, nil
}

// deletedFirst begins the error of a stop that failed.
func deletedFirst(done Cancelled, part Part) string {
	if !done.Deleted {
		return ""
	}
	return fmt.Sprintf("scheduled action %s was deleted, but ", part.ScheduledActionID)
}

// last reports whether the scheduled action has issued its only action.
func (p Part) last() bool { return p.IssueCount > 0 && !p.Reissues && p.NextStartTime == nil }

// unissued reports whether the action is a placeholder for the first action to be issued.
func (p Part) unissued() bool { return p.IssueCount == 0 && p.mayBePlaceholder() }

// statusHidden is the status of an action that Tanium does not show: the action no longer exists,
// or this token may not read it.
const statusHidden gateway.ActionStatus = "hidden"

// actionStatus reads the status of an action; statusHidden if Tanium does not show the action, and
// empty if Tanium gives no status.
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

// Stop stops the open actions of a deployment and keeps its scheduled actions. Tanium recommends
// stopping an action with a late expiry once every endpoint has run it.
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
