// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/Khan/genqlient/graphql"
)

// look is what one caller wants to see: a scheduled action, an action, or both. An empty ID is not asked for.
type look struct{ scheduledActionID, actionID string }

// sight is what there is of a look; nil for what was not asked for, and for what is not there.
type sight struct {
	scheduledAction *ScheduledAction
	action          *Action
}

// slots of the documents of several questions each.
const slots = 20

// batcher puts questions that are asked in the same moment into one request: Terraform refreshes, follows and looks up many actions at a time.
type batcher[Q, A any] struct {
	// operation names the request in an error.
	operation string
	send      func(ctx context.Context, questions []Q) ([]A, error)
	// gathering is how long a request waits for one more question, and a few times that in all.
	gathering time.Duration

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

// ask joins the request that is being gathered, or begins one. It belongs to nobody alone, so that no caller's interrupt ends it for the others; the client's
// request timeout bounds it.
func (b *batcher[Q, A]) ask(ctx context.Context, question Q) (answer A, err error) {
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
	if joined.err != nil {
		return answer, joined.err
	}
	return joined.answers[place], nil
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
	gathered.answers, gathered.err = b.send(ctx, gathered.questions)
	close(gathered.done)
}

// see sends looks: one by a document of its own, several by one with a slot for each.
func (c *Client) see(ctx context.Context, looks []look) ([]sight, error) {
	if len(looks) == 1 {
		seen, err := c.seeOne(ctx, looks[0])
		return []sight{seen}, err
	}
	variables := map[string]any{}
	for i := range slots {
		var wanted look
		if i < len(looks) {
			wanted = looks[i]
		}
		variables[fmt.Sprint("scheduledActionId", i)], variables[fmt.Sprint("withScheduledAction", i)] = wanted.scheduledActionID, wanted.scheduledActionID != ""
		variables[fmt.Sprint("actionId", i)], variables[fmt.Sprint("withAction", i)] = wanted.actionID, wanted.actionID != ""
	}
	var data map[string]json.RawMessage
	err := c.reads.MakeRequest(ctx, &graphql.Request{OpName: "GetDeployments", Query: GetDeployments_Operation, Variables: variables}, &graphql.Response{Data: &data})
	if err != nil {
		return nil, wrap("scheduledAction, action", err)
	}
	sights := make([]sight, len(looks))
	for i := range looks {
		for name, into := range map[string]any{fmt.Sprint("scheduledAction", i): &sights[i].scheduledAction, fmt.Sprint("action", i): &sights[i].action} {
			if raw, there := data[name]; there {
				if err := json.Unmarshal(raw, into); err != nil {
					return nil, wrap(name, err)
				}
			}
		}
	}
	return sights, nil
}

// look sees through a shared request, and alone where that was refused: one of its IDs may not be there, which some servers may answer with an error.
func (c *Client) look(ctx context.Context, wanted look) (sight, error) {
	seen, err := c.looks.ask(ctx, wanted)
	if refused(err) {
		return c.seeAlone(ctx, wanted)
	}
	return seen, err
}

// mostCommented bounds the list of one look-up by comment.
const mostCommented = 100

// ScheduledActionsCommented lists up to 100 scheduled actions whose comment contains words, as the server compares. Look-ups of the same moment share a request.
func (c *Client) ScheduledActionsCommented(ctx context.Context, words string) ([]*ScheduledAction, error) {
	found, err := c.comments.ask(ctx, words)
	if refused(err) {
		return c.findCommented(ctx, words)
	}
	return found, err
}

func (c *Client) findCommented(ctx context.Context, words string) ([]*ScheduledAction, error) {
	path, op := "comment", FieldFilterOpContains
	return c.ScheduledActions(ctx, FieldFilter{Path: &path, Op: &op, Value: &words}, mostCommented)
}

// find looks several comments up: one by a document of its own, several by one with a slot for each.
func (c *Client) find(ctx context.Context, words []string) ([][]*ScheduledAction, error) {
	if len(words) == 1 {
		found, err := c.findCommented(ctx, words[0])
		return [][]*ScheduledAction{found}, err
	}
	variables := map[string]any{"first": mostCommented}
	for i := range slots {
		variables[fmt.Sprint("words", i)], variables[fmt.Sprint("with", i)] = "", i < len(words)
		if i < len(words) {
			variables[fmt.Sprint("words", i)] = words[i]
		}
	}
	var data map[string]*ScheduledActionPage
	request := &graphql.Request{OpName: "ListScheduledActionsByComment", Query: ListScheduledActionsByComment_Operation, Variables: variables}
	if err := c.reads.MakeRequest(ctx, request, &graphql.Response{Data: &data}); err != nil {
		return nil, wrap("scheduledActions", err)
	}
	found := make([][]*ScheduledAction, len(words))
	for i := range words {
		found[i] = data[fmt.Sprint("found", i)].nodes()
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
