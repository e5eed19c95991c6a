// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"slices"

	"github.com/Khan/genqlient/graphql"
)

// PerformAction deploys. It is sent once; see Error.Ambiguous for what an error means.
//
// The answer has one scheduled action for a package and one per set of platforms for an operation;
// it is never empty without an error.
func (c *Client) PerformAction(ctx context.Context, input ActionPerformInput) ([]PerformedAction, error) {
	const operation = "actionPerform"
	answer, err := PerformAction(ctx, c.writes, input)
	if err != nil {
		return nil, wrap(operation, err)
	}
	if err := systemError(operation, answer.ActionPerform.Error); err != nil {
		return nil, err
	}
	made := answer.ActionPerform.ScheduledActions
	if len(made) == 0 {
		return nil, &Error{
			Operation: operation,
			Kind:      KindUnreadable,
			Message:   "the answer names no scheduled action and no error",
			Sent:      true,
		}
	}
	if slices.ContainsFunc(made, func(each PerformedAction) bool { return each.ScheduledAction.Id == "" }) {
		return nil, &Error{
			Operation: operation,
			Kind:      KindUnreadable,
			Message:   "the answer names a scheduled action without its ID",
			Sent:      true,
		}
	}
	return made, nil
}

// Action reads an issued action; nil where there is none.
//
// Whether an unknown ID answers null or an error is not known (API.md#unknown-ids), and an error
// may be a missing right as well. So an error is followed by a list: one that is empty says that
// there is no such action.
func (c *Client) Action(ctx context.Context, id string) (*Action, error) {
	answer, err := GetAction(ctx, c.shared, id)
	if err = wrap("action", err); err == nil {
		return answer.Action, nil
	}
	if IsRefused(err) && c.noAction(ctx, id) {
		return nil, nil //nolint:nilnil // Documented: no such action.
	}
	return nil, err
}

// noAction reports that the list of actions shows none of an ID. The list is experimental in
// Tanium; a server that does not have it does not say so.
func (c *Client) noAction(ctx context.Context, id string) bool {
	list, err := CountActions(ctx, c.reads, *Ref{ID: id}.filter())
	return err == nil && list.Actions != nil && list.Actions.TotalRecords == 0
}

// ScheduledAction reads a scheduled action; nil where there is none, found out as by Action.
func (c *Client) ScheduledAction(ctx context.Context, id string) (*ScheduledAction, error) {
	answer, err := GetScheduledAction(ctx, c.shared, id)
	if err = wrap("scheduledAction", err); err == nil {
		return answer.ScheduledAction, nil
	}
	if IsRefused(err) && c.noScheduledAction(ctx, id) {
		return nil, nil //nolint:nilnil // Documented: no such scheduled action.
	}
	return nil, err
}

func (c *Client) noScheduledAction(ctx context.Context, id string) bool {
	list, err := c.ScheduledActions(ctx, *Ref{ID: id}.filter(), 1)
	return err == nil && len(list) == 0
}

// Deployment reads a scheduled action and one action it issued, in one request; either is nil where
// there is none. Where the request is refused, each is read by itself.
func (c *Client) Deployment(
	ctx context.Context, scheduledActionID, actionID string,
) (*ScheduledAction, *Action, error) {
	answer, err := GetDeployment(ctx, c.shared, scheduledActionID, actionID)
	if err = wrap("scheduledAction, action", err); err == nil {
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

// ScheduledActions lists those that a filter finds, up to a number of them.
func (c *Client) ScheduledActions(ctx context.Context, filter FieldFilter, first int) ([]*ScheduledAction, error) {
	page, err := c.scheduledActionsPage(ctx, c.reads, filter, first, "")
	return page.nodes(), err
}

func (c *Client) scheduledActionsPage(
	ctx context.Context, by graphql.Client, filter FieldFilter, first int, after string,
) (*ScheduledActionPage, error) {
	answer, err := ListScheduledActions(ctx, by, filter, first, Optional(after))
	if err != nil {
		return nil, wrap("scheduledActions", err)
	}
	return answer.ScheduledActions, nil
}

// ScheduledActionDetails reads all that Tanium gives back of a scheduled action; nil where there is
// none.
func (c *Client) ScheduledActionDetails(ctx context.Context, id string) (*ScheduledActionDetails, error) {
	answer, err := GetScheduledActionDetails(ctx, c.reads, id)
	if err != nil {
		return nil, wrap("scheduledAction", err)
	}
	return answer.ScheduledAction, nil
}

// StopAction stops an action that is in progress: endpoints that have not begun it will not.
func (c *Client) StopAction(ctx context.Context, id string) error {
	answer, err := StopAction(ctx, c.writes, id)
	if err != nil {
		return wrap("actionStop", err)
	}
	return systemError("actionStop", answer.ActionStop.Error)
}

// DeleteScheduledAction ends the issuing of further actions. What was issued goes on until it is
// stopped or expires.
func (c *Client) DeleteScheduledAction(ctx context.Context, id string) error {
	answer, err := DeleteScheduledAction(ctx, c.writes, id)
	if err != nil {
		return wrap("scheduledActionDelete", err)
	}
	return systemError("scheduledActionDelete", answer.ScheduledActionDelete.Error)
}

// DeleteAndStop does what DeleteScheduledAction and then StopAction do, in one request. With an
// error, it reports whether the deletion succeeded, as far as the answer tells; the stop may have
// succeeded as well.
func (c *Client) DeleteAndStop(ctx context.Context, scheduledActionID, actionID string) (deleted bool, err error) {
	answer, err := DeleteAndStop(ctx, c.writes, scheduledActionID, actionID)
	deleted = answer != nil && Deref(answer.ScheduledActionDelete.Id) != "" && answer.ScheduledActionDelete.Error == nil
	switch {
	case err != nil: // one of the two may have been carried out all the same
		return deleted, wrap("scheduledActionDelete, actionStop", err)
	case answer.ScheduledActionDelete.Error != nil:
		return false, systemError("scheduledActionDelete", answer.ScheduledActionDelete.Error)
	default:
		return deleted, systemError("actionStop", answer.ActionStop.Error)
	}
}

// ApproveScheduledAction lets a scheduled action that waits for approval issue actions. Tanium does
// not let a user approve their own.
func (c *Client) ApproveScheduledAction(ctx context.Context, id string) error {
	answer, err := ApproveScheduledAction(ctx, c.writes, id)
	if err != nil {
		return wrap("scheduledActionApprove", err)
	}
	return systemError("scheduledActionApprove", answer.ScheduledActionApprove.Error)
}
