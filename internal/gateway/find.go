// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import "context"

// FindScheduledActions lists the scheduled actions that match a filter, or all if it is nil, in
// Tanium's order, which is not documented. It passes each page to take, and ends when take returns
// false or when there is no further page.
func (c *Client) FindScheduledActions(
	ctx context.Context, filter *FieldFilter, take func([]FoundScheduledAction) bool,
) error {
	const operation = "scheduledActions"
	size, after := firstPage, ""
	for {
		answer, err := FindScheduledActions(ctx, c.reads, filter, size, Optional(after))
		if err != nil {
			return wrap(operation, err)
		}
		page := answer.ScheduledActions
		if page == nil {
			return &Error{Operation: operation, Kind: KindUnreadable, Sent: true,
				Message: "the answer has no scheduled actions and no error"}
		}
		found := make([]FoundScheduledAction, len(page.Edges))
		for i, edge := range page.Edges {
			found[i] = edge.Node
		}
		next := Deref(page.PageInfo.EndCursor)
		switch {
		case !take(found) || !page.PageInfo.HasNextPage || len(found) == 0:
			return nil // a page that says more follows and brings nothing would be asked for ever
		case next == "" || next == after:
			return &Error{Operation: operation, Kind: KindUnreadable, Sent: true,
				Message: "the list is incomplete, and the answer has no cursor for the next page"}
		}
		size, after = nextPage, next
	}
}
