// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"fmt"

	"github.com/Khan/genqlient/graphql"
)

// Limits of a search for scheduled actions.
const (
	// firstPage is the size of the first page, which concurrent searches by comment share. Almost
	// every result of one fits on it.
	firstPage = 100
	// nextPage is the size of later pages.
	nextPage = 1000
	// maxCommented is the maximum number of scheduled actions to check, and maxCommentedPages that
	// of their pages.
	maxCommented, maxCommentedPages = 50_000, 500
)

// ScheduledActionsCommented lists all scheduled actions whose comment contains a text, by the
// server's comparison. The first page shares a request with those of concurrent callers. A list
// that is longer than the client reads is an error, because the missing part may have the scheduled
// action that the caller looks for.
func (c *Client) ScheduledActionsCommented(ctx context.Context, text string) ([]*ScheduledAction, error) {
	page, err := c.commentedPage(ctx, c.batched, text, firstPage, "")
	if err != nil {
		return nil, err
	}
	return c.allCommented(ctx, c.reads, text, page)
}

// ScheduledActionsCommentedOnce is ScheduledActionsCommented with requests that are neither
// repeated nor shared. It is for a caller that repeats the search itself and has little time.
func (c *Client) ScheduledActionsCommentedOnce(ctx context.Context, text string) ([]*ScheduledAction, error) {
	page, err := c.commentedPage(ctx, c.readsOnce, text, firstPage, "")
	if err != nil {
		return nil, err
	}
	return c.allCommented(ctx, c.readsOnce, text, page)
}

// allCommented returns the scheduled actions of a first page and of the pages after it. If a cursor
// has expired, it reads the list again (API.md#cursors).
func (c *Client) allCommented(
	ctx context.Context, by graphql.Client, text string, page *ScheduledActionPage,
) ([]*ScheduledAction, error) {
	for restarts := 0; ; restarts++ {
		found, err := c.restCommented(ctx, by, text, page)
		if !RefusesPage(err) || restarts == MaxRestarts {
			return found, err
		}
		if page, err = c.commentedPage(ctx, by, text, firstPage, ""); err != nil {
			return nil, err
		}
	}
}

// restCommented returns the scheduled actions of a page and of the pages after it.
func (c *Client) restCommented(
	ctx context.Context, by graphql.Client, text string, page *ScheduledActionPage,
) ([]*ScheduledAction, error) {
	found, size := page.nodes(), nextPage
	for range maxCommentedPages {
		if page == nil || (page.PageInfo.HasNextPage && Deref(page.PageInfo.EndCursor) == "") {
			return nil, &Error{
				Operation: "scheduledActions",
				Kind:      KindUnreadable,
				Sent:      true,
				Message:   "the list is incomplete, and the answer has no cursor for the next page",
			}
		}
		if !page.PageInfo.HasNextPage {
			return found, nil
		}
		if len(found) >= maxCommented {
			break
		}
		after := *page.PageInfo.EndCursor
		following, err := c.commentedPage(ctx, by, text, size, after)
		if err != nil && size > firstPage && mayBeTooLarge(err) {
			size = firstPage
			following, err = c.commentedPage(ctx, by, text, size, after)
		}
		if err != nil {
			return nil, err
		}
		page = following
		found = append(found, page.nodes()...)
	}
	return nil, &Error{Operation: "scheduledActions", Kind: KindUnreadable, Sent: true,
		Message: fmt.Sprintf("more than %d scheduled actions have %q in their comment", len(found), text)}
}

func (c *Client) commentedPage(
	ctx context.Context, by graphql.Client, text string, first int, after string,
) (*ScheduledActionPage, error) {
	return c.scheduledActionsPage(ctx, by, commentContains(text), first, after)
}

func commentContains(text string) FieldFilter {
	path, op := "comment", FieldFilterOpContains
	return FieldFilter{Path: &path, Op: &op, Value: &text}
}

// nodes returns the scheduled actions of a page; nil for a nil page.
func (p *ScheduledActionPage) nodes() []*ScheduledAction {
	var found []*ScheduledAction
	if p != nil {
		for i := range p.Edges {
			found = append(found, &p.Edges[i].Node)
		}
	}
	return found
}
