// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"fmt"

	"github.com/Khan/genqlient/graphql"
)

// Bounds of a look-up by comment.
const (
	// commentedFirst is the size of the first page, which look-ups of the same moment share. It
	// holds all but the rarest.
	commentedFirst = 100
	// commentedNext is the size of the pages after it.
	commentedNext = 1000
	// commentedPages bounds those pages.
	commentedPages = 50
)

// ScheduledActionsCommented lists all scheduled actions whose comment contains one of some words,
// as the server compares. The first pages share a request, with those of other callers of the same
// moment as well. A list that is longer than the client reads is an error: what is missing in it
// may be what is looked for.
func (c *Client) ScheduledActionsCommented(ctx context.Context, words ...string) ([]*ScheduledAction, error) {
	requests, pages := make([]*graphql.Request, len(words)), make([]any, len(words))
	for i, each := range words {
		requests[i] = &graphql.Request{
			OpName:    "ListScheduledActions",
			Query:     ListScheduledActions_Operation,
			Variables: &__ListScheduledActionsInput{Filter: commentContains(each), First: commentedFirst},
		}
		pages[i] = &ListScheduledActionsResponse{}
	}
	if err := c.shared.makeRequests(ctx, requests, pages); err != nil {
		return nil, wrap("scheduledActions", err)
	}
	var found []*ScheduledAction
	for i, each := range words {
		page := pages[i].(*ListScheduledActionsResponse).ScheduledActions //nolint:forcetypeassert // made above
		rest, err := c.restCommented(ctx, c.reads, each, page)
		if err != nil {
			return nil, err
		}
		found = append(found, rest...)
	}
	return found, nil
}

// ScheduledActionsCommentedOnce is ScheduledActionsCommented with requests that are not repeated
// and not shared, for a caller that looks again itself and has little time.
func (c *Client) ScheduledActionsCommentedOnce(ctx context.Context, words string) ([]*ScheduledAction, error) {
	page, err := c.commentedPage(ctx, c.readsOnce, words, commentedFirst, "")
	if err != nil {
		return nil, err
	}
	return c.restCommented(ctx, c.readsOnce, words, page)
}

// restCommented reads the pages that follow one.
func (c *Client) restCommented(
	ctx context.Context, by graphql.Client, words string, page *ScheduledActionPage,
) ([]*ScheduledAction, error) {
	found := page.nodes()
	for range commentedPages {
		if page == nil || (page.PageInfo.HasNextPage && Deref(page.PageInfo.EndCursor) == "") {
			return nil, &Error{
				Operation: "scheduledActions",
				Kind:      KindUnreadable,
				Sent:      true,
				Message:   "the list is not whole, and no cursor leads on",
			}
		}
		if !page.PageInfo.HasNextPage {
			return found, nil
		}
		following, err := c.commentedPage(ctx, by, words, commentedNext, *page.PageInfo.EndCursor)
		if err != nil {
			return nil, err
		}
		page = following
		found = append(found, page.nodes()...)
	}
	return nil, &Error{Operation: "scheduledActions", Kind: KindUnreadable, Sent: true,
		Message: fmt.Sprintf("more than %d scheduled actions have %q in their comment", len(found), words)}
}

func (c *Client) commentedPage(
	ctx context.Context, by graphql.Client, words string, first int, after string,
) (*ScheduledActionPage, error) {
	return c.scheduledActionsPage(ctx, by, commentContains(words), first, after)
}

func commentContains(words string) FieldFilter {
	path, op := "comment", FieldFilterOpContains
	return FieldFilter{Path: &path, Op: &op, Value: &words}
}

// nodes of a page; none of no page.
func (p *ScheduledActionPage) nodes() []*ScheduledAction {
	var found []*ScheduledAction
	if p != nil {
		for i := range p.Edges {
			found = append(found, &p.Edges[i].Node)
		}
	}
	return found
}
