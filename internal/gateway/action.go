// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
)

// PerformAction deploys. It is sent once; see Error.Ambiguous for what an error means.
//
// The answer has one scheduled action for a package and one per set of platforms for an operation; it is never empty without an error.
func (c *Client) PerformAction(ctx context.Context, input ActionPerformInput) ([]PerformedAction, error) {
	const operation = "actionPerform"
	answer, err := PerformAction(ctx, c.writes, input)
	if err != nil {
		return nil, wrap(operation, err)
	}
	if err := systemError(operation, answer.ActionPerform.Error); err != nil {
		return nil, err
	}
	if len(answer.ActionPerform.ScheduledActions) == 0 {
		return nil, &Error{Operation: operation, Kind: KindUnreadable, Message: "the answer names no scheduled action and no error", Sent: true}
	}
	return answer.ActionPerform.ScheduledActions, nil
}

// Action reads an issued action; nil where there is none.
//
// Whether Tanium answers an unknown ID with null or with an error is not documented, and an error may be a missing right as well. So the list is
// asked after a refusal: one that is empty says that there is none.
func (c *Client) Action(ctx context.Context, id string) (*Action, error) {
	answer, err := GetAction(ctx, c.reads, id)
	if err == nil {
		return answer.Action, nil
	}
	refusal := wrap("action", err)
	if refused(refusal) {
		if list, err := CountActions(ctx, c.reads, *Ref{ID: id}.filter()); err == nil && list.Actions != nil && list.Actions.TotalRecords == 0 {
			return nil, nil //nolint:nilnil // there is none
		}
	}
	return nil, refusal
}

// ScheduledAction reads a scheduled action; nil where there is none, found out as by Action.
func (c *Client) ScheduledAction(ctx context.Context, id string) (*ScheduledAction, error) {
	answer, err := GetScheduledAction(ctx, c.reads, id)
	if err == nil {
		return answer.ScheduledAction, nil
	}
	refusal := wrap("scheduledAction", err)
	if refused(refusal) {
		if list, err := c.ScheduledActions(ctx, *Ref{ID: id}.filter(), 1); err == nil && len(list) == 0 {
			return nil, nil //nolint:nilnil // there is none
		}
	}
	return nil, refusal
}

// ScheduledActions lists those that a filter finds, up to a number of them.
func (c *Client) ScheduledActions(ctx context.Context, filter FieldFilter, first int) ([]*ScheduledAction, error) {
	answer, err := ListScheduledActions(ctx, c.reads, filter, first)
	if err != nil {
		return nil, wrap("scheduledActions", err)
	}
	var found []*ScheduledAction
	if answer.ScheduledActions != nil {
		for i := range answer.ScheduledActions.Edges {
			found = append(found, &answer.ScheduledActions.Edges[i].Node)
		}
	}
	return found, nil
}

// Deployment reads a scheduled action and one action it issued, in one request; either is nil where there is none.
func (c *Client) Deployment(ctx context.Context, scheduledActionID, actionID string) (*ScheduledAction, *Action, error) {
	answer, err := GetDeployment(ctx, c.reads, scheduledActionID, actionID)
	if err == nil {
		return answer.ScheduledAction, answer.Action, nil
	}
	both := wrap("scheduledAction, action", err)
	if !refused(both) {
		return nil, nil, both
	}
	scheduled, err := c.ScheduledAction(ctx, scheduledActionID) // one of them may be refused for not being there
	if err != nil {
		return nil, nil, err
	}
	action, err := c.Action(ctx, actionID)
	return scheduled, action, err
}

func refused(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Kind == KindRefused
}

// StopAction stops an action that is in progress: endpoints that have not begun it will not.
func (c *Client) StopAction(ctx context.Context, id string) error {
	answer, err := StopAction(ctx, c.writes, id)
	if err != nil {
		return wrap("actionStop", err)
	}
	return systemError("actionStop", answer.ActionStop.Error)
}

// DeleteScheduledAction ends the issuing of further actions. What was issued goes on until it is stopped or expires.
func (c *Client) DeleteScheduledAction(ctx context.Context, id string) error {
	answer, err := DeleteScheduledAction(ctx, c.writes, id)
	if err != nil {
		return wrap("scheduledActionDelete", err)
	}
	return systemError("scheduledActionDelete", answer.ScheduledActionDelete.Error)
}

// ApproveScheduledAction lets a scheduled action that waits for approval issue actions. Nobody approves what is his own.
func (c *Client) ApproveScheduledAction(ctx context.Context, id string) error {
	answer, err := ApproveScheduledAction(ctx, c.writes, id)
	if err != nil {
		return wrap("scheduledActionApprove", err)
	}
	return systemError("scheduledActionApprove", answer.ScheduledActionApprove.Error)
}
