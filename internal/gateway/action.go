// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/Khan/genqlient/graphql"
)

// PerformAction makes a deployment. It sends the request once; see Error.Ambiguous for the meaning
// of an error. It sends nothing if there is no connection within Options.ConnectTimeout; the error
// then wraps ErrNotConnected.
//
// The answer has one scheduled action for a package, and one for each set of platforms for an
// operation. It is not empty unless there is an error.
func (c *Client) PerformAction(ctx context.Context, input ActionPerformInput) ([]PerformedAction, error) {
	const operation = "actionPerform"
	limited, late, release := connecting(ctx, c.connectTimeout)
	defer release()
	answer, err := PerformAction(limited, c.writes, input)
	var failure *Error
	if errors.As(c.mask.wrap(operation, err), &failure) && failure.Kind == KindCanceled && late() && ctx.Err() == nil {
		return nil, &Error{
			Operation: operation,
			Kind:      KindUnreachable,
			Message:   fmt.Sprintf("no connection within %s", c.connectTimeout),
			cause:     ErrNotConnected,
		}
	}
	if err != nil {
		return nil, c.mask.wrap(operation, err)
	}
	if err := c.mask.systemError(operation, answer.ActionPerform.Error); err != nil {
		return nil, err
	}
	performed := answer.ActionPerform.ScheduledActions
	if len(performed) == 0 {
		return nil, &Error{
			Operation: operation,
			Kind:      KindUnreadable,
			Message:   "the answer has no scheduled action and no error",
			Sent:      true,
		}
	}
	if slices.ContainsFunc(performed, func(each PerformedAction) bool { return each.ScheduledAction.Id == "" }) {
		return nil, &Error{
			Operation: operation,
			Kind:      KindUnreadable,
			Message:   "the answer has a scheduled action without an ID",
			Sent:      true,
		}
	}
	return performed, nil
}

// Action reads an issued action; nil if it does not exist.
//
// It is not known whether Tanium answers an unknown ID with null or with an error
// (API.md#unknown-ids), and an error may also mean a missing right. So Action lists the actions
// after an error: an empty list shows that the action does not exist.
func (c *Client) Action(ctx context.Context, id string) (*Action, error) {
	answer, err := GetAction(ctx, c.batched, id)
	if err = c.mask.wrap("action", err); err == nil {
		return answer.Action, nil
	}
	if IsRefused(err) && c.noAction(ctx, id) {
		return nil, nil //nolint:nilnil // Documented: no such action.
	}
	return nil, err
}

// noAction reports whether a list of the actions with an ID is empty. The list is experimental in
// Tanium; noAction returns false on a server without it.
func (c *Client) noAction(ctx context.Context, id string) bool {
	list, err := CountActions(ctx, c.reads, *Ref{ID: id}.filter())
	return err == nil && list.Actions != nil && list.Actions.TotalRecords == 0
}

// ScheduledAction reads a scheduled action; nil if it does not exist. It handles an error in the
// same way as Action.
func (c *Client) ScheduledAction(ctx context.Context, id string) (*ScheduledAction, error) {
	answer, err := GetScheduledAction(ctx, c.batched, id)
	if err = c.mask.wrap("scheduledAction", err); err == nil {
		return answer.ScheduledAction, nil
	}
	if IsRefused(err) && c.noScheduledAction(ctx, id) {
		return nil, nil //nolint:nilnil // Documented: no such scheduled action.
	}
	return nil, err
}

// noScheduledAction reports whether a list of the scheduled actions with an ID is empty.
func (c *Client) noScheduledAction(ctx context.Context, id string) bool {
	list, err := c.ScheduledActions(ctx, *Ref{ID: id}.filter(), 1)
	return err == nil && len(list) == 0
}

// Deployment reads a scheduled action and one action that it issued, in one request. Either is nil
// if it does not exist. If the request is refused, Deployment reads each separately.
func (c *Client) Deployment(
	ctx context.Context, scheduledActionID, actionID string,
) (*ScheduledAction, *Action, error) {
	answer, err := GetDeployment(ctx, c.batched, scheduledActionID, actionID)
	if err = c.mask.wrap("scheduledAction, action", err); err == nil {
		return answer.ScheduledAction, answer.Action, nil
	}
	if !IsRefused(err) {
		return nil, nil, err
	}
	scheduled, err := c.ScheduledAction(ctx, scheduledActionID)
	if err != nil {
		return nil, nil, err
	}
	action, err := c.Action(ctx, actionID)
	if err != nil {
		return nil, nil, err
	}
	return scheduled, action, nil
}

// ScheduledActions lists the scheduled actions that match a filter, up to a maximum number.
func (c *Client) ScheduledActions(ctx context.Context, filter FieldFilter, first int) ([]*ScheduledAction, error) {
	page, err := c.scheduledActionsPage(ctx, c.reads, filter, first, "")
	return page.nodes(), err
}

func (c *Client) scheduledActionsPage(
	ctx context.Context, by graphql.Client, filter FieldFilter, first int, after string,
) (*ScheduledActionPage, error) {
	answer, err := ListScheduledActions(ctx, by, filter, first, Optional(after))
	if err != nil {
		return nil, c.mask.wrap("scheduledActions", err)
	}
	return answer.ScheduledActions, nil
}

// ScheduledActionDetails reads all that Tanium shows of a scheduled action; nil if it does not
// exist.
func (c *Client) ScheduledActionDetails(ctx context.Context, id string) (*ScheduledActionDetails, error) {
	answer, err := GetScheduledActionDetails(ctx, c.reads, id)
	if err != nil {
		return nil, c.mask.wrap("scheduledAction", err)
	}
	return answer.ScheduledAction, nil
}

// ScheduledActionTerms reads the name of a scheduled action and its details, merged with other
// refreshes; nil if it does not exist.
func (c *Client) ScheduledActionTerms(ctx context.Context, id string) (*ScheduledActionTerms, error) {
	answer, err := GetScheduledActionTerms(ctx, c.batched, id)
	if err != nil {
		return nil, c.mask.wrap("scheduledAction", err)
	}
	return answer.ScheduledAction, nil
}

// StopAction stops an open action. Endpoints that have not started it do not start it.
func (c *Client) StopAction(ctx context.Context, id string) error {
	answer, err := StopAction(ctx, c.stops, id)
	if err != nil {
		return c.mask.wrap("actionStop", err)
	}
	return c.mask.systemError("actionStop", answer.ActionStop.Error)
}

// DeleteScheduledAction deletes a scheduled action, so that it issues no more actions. Issued
// actions continue until they are stopped or expire. It sends one request: a repetition must follow
// a read, because another action may have been issued since.
func (c *Client) DeleteScheduledAction(ctx context.Context, id string) error {
	answer, err := DeleteScheduledAction(ctx, c.deletes, id)
	if err != nil {
		return c.mask.wrap("scheduledActionDelete", err)
	}
	return c.mask.systemError("scheduledActionDelete", answer.ScheduledActionDelete.Error)
}

// EndDeployment combines DeleteScheduledAction and StopAction, and shares its request with other
// calls. Without the ID of an action, it stops none. With an error, it reports whether the deletion
// succeeded, as far as the answer tells; the stop may have succeeded.
func (c *Client) EndDeployment(ctx context.Context, scheduledActionID, actionID string) (deleted bool, err error) {
	var deletion ScheduledActionDeletion
	var stop ActionStop
	operation := "scheduledActionDelete"
	if actionID == "" {
		var answer *DeleteScheduledActionResponse
		if answer, err = DeleteScheduledAction(ctx, c.deletions, scheduledActionID); answer != nil {
			deletion = answer.ScheduledActionDelete
		}
	} else {
		var answer *DeleteAndStopResponse
		operation = "scheduledActionDelete, actionStop"
		if answer, err = DeleteAndStop(ctx, c.deletions, scheduledActionID, actionID); answer != nil {
			deletion, stop = answer.ScheduledActionDelete, answer.ActionStop
		}
	}
	deleted = Deref(deletion.Id) != "" && deletion.Error == nil
	switch {
	case err != nil: // one of the two may have been carried out all the same
		return deleted, c.mask.wrap(operation, err)
	case deletion.Error != nil:
		return false, c.mask.systemError("scheduledActionDelete", deletion.Error)
	default:
		return deleted, c.mask.systemError("actionStop", stop.Error)
	}
}

// ApproveScheduledAction approves a scheduled action, so that it issues actions. Tanium does not
// let a user approve their own.
func (c *Client) ApproveScheduledAction(ctx context.Context, id string) error {
	answer, err := ApproveScheduledAction(ctx, c.writes, id)
	if err != nil {
		return c.mask.wrap("scheduledActionApprove", err)
	}
	return c.mask.systemError("scheduledActionApprove", answer.ScheduledActionApprove.Error)
}
