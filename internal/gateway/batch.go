// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/Khan/genqlient/graphql"
)

// look is what one caller wants to see: a scheduled action, an action, or both. An empty ID is not
// asked for.
type look struct{ scheduledActionID, actionID string }

// sight is what there is of a look; nil for what was not asked for, and for what is not there.
type sight struct {
	scheduledAction *ScheduledAction
	action          *Action
}

// slots of the documents of several questions each.
const slots = 20

// batcher puts questions that are asked in the same moment into one request: Terraform refreshes,
// follows and looks up many actions at a time.
type batcher[Q, A any] struct {
	// operation names the request in an error.
	operation string
	// send asks several questions in one request.
	send func(ctx context.Context, questions []Q) ([]A, error)
	// one asks a question by itself.
	one func(ctx context.Context, question Q) (A, error)
	// gathering is how long a request waits for one more question, and a few times that in all.
	gathering time.Duration

	// apart says that the server refuses requests of several questions: each goes by itself for the
	// rest of the run.
	apart   atomic.Bool
	mutex   sync.Mutex
	pending *batch[Q, A]
}

// batch is a request that is being gathered or under way.
type batch[Q, A any] struct {
	questions []Q
	joined    chan struct{} // one more
	full      chan struct{}
	done      chan struct{}
	answers   []A
	err       error
}

// ask joins the request that is being gathered, or begins one. It belongs to nobody alone, so that
// no caller's interrupt ends it for the others; the client's request timeout bounds it.
func (b *batcher[Q, A]) ask(ctx context.Context, question Q) (answer A, err error) {
	if b.apart.Load() {
		return b.one(ctx, question)
	}
	b.mutex.Lock()
	joined := b.pending
	if joined == nil {
		joined = &batch[Q, A]{joined: make(chan struct{}, slots), full: make(chan struct{}), done: make(chan struct{})}
		b.pending = joined
		go b.run(context.WithoutCancel(ctx), joined)
	}
	place := len(joined.questions)
	joined.questions = append(joined.questions, question)
	joined.joined <- struct{}{}
	if len(joined.questions) == slots {
		close(joined.full)
		b.pending = nil
	}
	b.mutex.Unlock()
	select {
	case <-ctx.Done():
		return answer, &Error{Operation: b.operation, Kind: KindCanceled, Message: ctx.Err().Error(), cause: ctx.Err()}
	case <-joined.done:
	}
	if joined.err == nil {
		return joined.answers[place], nil
	}
	// One question that a server cannot answer must not fail the others, and neither must a
	// document that is too large for it.
	if len(joined.questions) > 1 && ctx.Err() == nil {
		if tooLarge(joined.err) {
			b.apart.Store(true)
		}
		return b.one(ctx, question)
	}
	return answer, joined.err
}

// tooLarge reports an answer that a server, or what stands before it, gives to a document that it
// does not take: it will not take the next one of the kind either.
func tooLarge(err error) bool {
	var failure *Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Kind {
	case KindInvalidDocument, KindForbidden, KindUnexpectedStatus, KindNotGateway:
		return true
	case KindUnavailable:
		return failure.StatusCode == http.StatusInternalServerError
	default:
		return false
	}
}

// longest is how many times the gathering may begin again.
const longest = 5

func (b *batcher[Q, A]) run(ctx context.Context, gathered *batch[Q, A]) {
	quiet, enough := time.NewTimer(b.gathering), time.NewTimer(longest*b.gathering)
	defer quiet.Stop()
	defer enough.Stop()
	for gathering := true; gathering; {
		select {
		case <-gathered.joined:
			quiet.Reset(b.gathering)
		case <-quiet.C:
			gathering = false
		case <-enough.C:
			gathering = false
		case <-gathered.full:
			gathering = false
		}
	}
	b.mutex.Lock()
	if b.pending == gathered {
		b.pending = nil
	}
	b.mutex.Unlock()
	if len(gathered.questions) == 1 {
		gathered.answers = make([]A, 1)
		gathered.answers[0], gathered.err = b.one(ctx, gathered.questions[0])
	} else {
		gathered.answers, gathered.err = b.send(ctx, gathered.questions)
	}
	close(gathered.done)
}

// see sends several looks, by a document with a slot for each.
func (c *Client) see(ctx context.Context, looks []look) ([]sight, error) {
	variables := map[string]any{}
	for i := range slots {
		var wanted look
		if i < len(looks) {
			wanted = looks[i]
		}
		variables[fmt.Sprint("scheduledActionId", i)],
			variables[fmt.Sprint("withScheduledAction", i)] = wanted.scheduledActionID, wanted.scheduledActionID != ""
		variables[fmt.Sprint("actionId", i)], variables[fmt.Sprint("withAction", i)] = wanted.actionID,
			wanted.actionID != ""
	}
	var data map[string]json.RawMessage
	request := &graphql.Request{OpName: "GetDeployments", Query: GetDeployments_Operation, Variables: variables}
	if err := c.makeShared(ctx, "scheduledAction, action", request, &data); err != nil {
		return nil, err
	}
	sights := make([]sight, len(looks))
	for i := range looks {
		for name, into := range map[string]any{
			fmt.Sprint("scheduledAction", i): &sights[i].scheduledAction,
			fmt.Sprint("action", i):          &sights[i].action,
		} {
			if raw, there := data[name]; there {
				if err := json.Unmarshal(raw, into); err != nil {
					return nil, wrap(name, err)
				}
			}
		}
	}
	return sights, nil
}

// look sees through a shared request, and alone where that was refused: one of its IDs may not be
// there, which some servers may answer with an error.
func (c *Client) look(ctx context.Context, wanted look) (sight, error) {
	seen, err := c.looks.ask(ctx, wanted)
	if IsRefused(err) {
		return c.seeAlone(ctx, wanted)
	}
	return seen, err
}

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

// ScheduledActionsCommented lists all scheduled actions whose comment contains words, as the server
// compares. Look-ups of the same moment share a request. A list that is longer than the client
// reads is an error: what is missing in it may be what is looked for.
func (c *Client) ScheduledActionsCommented(ctx context.Context, words string) ([]*ScheduledAction, error) {
	page, err := c.comments.ask(ctx, words)
	if IsRefused(err) {
		page, err = c.commentedPage(ctx, c.reads, words, commentedFirst, "")
	}
	if err != nil {
		return nil, err
	}
	return c.restCommented(ctx, c.reads, words, page)
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
	path, op := "comment", FieldFilterOpContains
	return c.scheduledActionsPage(ctx, by, FieldFilter{Path: &path, Op: &op, Value: &words}, first, after)
}

// makeShared sends a request of several questions. Where it hangs it is not repeated: one of the
// questions hangs it, and the others are answered one by one.
func (c *Client) makeShared(ctx context.Context, operation string, request *graphql.Request, into any) error {
	err := wrap(operation, c.readsOnce.MakeRequest(ctx, request, &graphql.Response{Data: into}))
	var failure *Error
	if errors.As(err, &failure) && failure.Transient() && !failure.hung() && !tooLarge(failure) {
		err = wrap(operation, c.reads.MakeRequest(ctx, request, &graphql.Response{Data: into}))
	}
	return err
}

// find looks several comments up, by a document with a slot for each.
func (c *Client) find(ctx context.Context, words []string) ([]*ScheduledActionPage, error) {
	variables := map[string]any{"first": commentedFirst}
	for i := range slots {
		variables[fmt.Sprint("words", i)], variables[fmt.Sprint("with", i)] = "", i < len(words)
		if i < len(words) {
			variables[fmt.Sprint("words", i)] = words[i]
		}
	}
	var data map[string]*ScheduledActionPage
	request := &graphql.Request{
		OpName:    "ListScheduledActionsByComment",
		Query:     ListScheduledActionsByComment_Operation,
		Variables: variables,
	}
	if err := c.makeShared(ctx, "scheduledActions", request, &data); err != nil {
		return nil, err
	}
	found := make([]*ScheduledActionPage, len(words))
	for i := range words {
		found[i] = data[fmt.Sprint("found", i)]
	}
	return found, nil
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
