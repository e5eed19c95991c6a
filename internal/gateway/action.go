// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import "context"

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

// Action reads an issued action; nil where there is none. Some servers may answer an unknown ID with an error instead, of KindRefused.
func (c *Client) Action(ctx context.Context, id string) (*Action, error) {
	answer, err := GetAction(ctx, c.reads, id)
	if err != nil {
		return nil, wrap("action", err)
	}
	return answer.Action, nil
}

// ScheduledAction reads a scheduled action; nil where there is none. As with Action, an unknown ID may be an error of KindRefused.
func (c *Client) ScheduledAction(ctx context.Context, id string) (*ScheduledAction, error) {
	answer, err := GetScheduledAction(ctx, c.reads, id)
	if err != nil {
		return nil, wrap("scheduledAction", err)
	}
	return answer.ScheduledAction, nil
}

// Deployment reads a scheduled action and one action it issued, in one request; either is nil where there is none.
func (c *Client) Deployment(ctx context.Context, scheduledActionID, actionID string) (*ScheduledAction, *Action, error) {
	answer, err := GetDeployment(ctx, c.reads, scheduledActionID, actionID)
	if err != nil {
		return nil, nil, wrap("scheduledAction, action", err)
	}
	return answer.ScheduledAction, answer.Action, nil
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
