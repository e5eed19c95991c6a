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
// may be a missing right as well. So the list is asked after a refusal: one that is empty says that
// there is none.
func (c *Client) Action(ctx context.Context, id string) (*Action, error) {
	seen, err := c.look(ctx, look{actionID: id})
	return seen.action, err
}

// ScheduledAction reads a scheduled action; nil where there is none, found out as by Action.
func (c *Client) ScheduledAction(ctx context.Context, id string) (*ScheduledAction, error) {
	seen, err := c.look(ctx, look{scheduledActionID: id})
	return seen.scheduledAction, err
}

// Deployment reads a scheduled action and one action it issued, in one request; either is nil where
// there is none.
func (c *Client) Deployment(
	ctx context.Context, scheduledActionID, actionID string,
) (*ScheduledAction, *Action, error) {
	seen, err := c.look(ctx, look{scheduledActionID, actionID})
	return seen.scheduledAction, seen.action, err
}

// seeOne sees by a document of its own.
func (c *Client) seeOne(ctx context.Context, wanted look) (sight, error) {
	switch {
	case wanted.actionID == "":
		answer, err := GetScheduledAction(ctx, c.reads, wanted.scheduledActionID)
		if err != nil {
			return sight{}, wrap("scheduledAction", err)
		}
		return sight{scheduledAction: answer.ScheduledAction}, nil
	case wanted.scheduledActionID == "":
		answer, err := GetAction(ctx, c.reads, wanted.actionID)
		if err != nil {
			return sight{}, wrap("action", err)
		}
		return sight{action: answer.Action}, nil
	default:
		answer, err := GetDeployment(ctx, c.reads, wanted.scheduledActionID, wanted.actionID)
		if err != nil {
			return sight{}, wrap("scheduledAction, action", err)
		}
		return sight{scheduledAction: answer.ScheduledAction, action: answer.Action}, nil
	}
}

// seeAlone sees after a refusal: each ID by itself, and by the list where that is refused as well.
func (c *Client) seeAlone(ctx context.Context, wanted look) (seen sight, err error) {
	if wanted.scheduledActionID != "" {
		one, refusal := c.seeOne(ctx, look{scheduledActionID: wanted.scheduledActionID})
		seen.scheduledAction = one.scheduledAction
		if refusal != nil {
			list, err := c.ScheduledActions(ctx, *Ref{ID: wanted.scheduledActionID}.filter(), 1)
			if !IsRefused(refusal) || err != nil || len(list) > 0 {
				return sight{}, refusal
			}
		}
	}
	if wanted.actionID != "" {
		one, refusal := c.seeOne(ctx, look{actionID: wanted.actionID})
		seen.action = one.action
		if refusal != nil {
			list, err := CountActions(ctx, c.reads, *Ref{ID: wanted.actionID}.filter())
			if !IsRefused(refusal) || err != nil || list.Actions == nil || list.Actions.TotalRecords > 0 {
				return sight{}, refusal
			}
		}
	}
	return seen, nil
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

// ApproveScheduledAction lets a scheduled action that waits for approval issue actions. Nobody
// approves what is his own.
func (c *Client) ApproveScheduledAction(ctx context.Context, id string) error {
	answer, err := ApproveScheduledAction(ctx, c.writes, id)
	if err != nil {
		return wrap("scheduledActionApprove", err)
	}
	return systemError("scheduledActionApprove", answer.ScheduledActionApprove.Error)
}
