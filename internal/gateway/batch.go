// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
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

// slots of the document GetDeployments.
const slots = 20

// batcher puts looks that are made in the same moment into one request: Terraform refreshes and follows many actions at a time.
type batcher struct {
	send      func(ctx context.Context, looks []look) ([]sight, error)
	gathering time.Duration

	mutex   sync.Mutex
	pending *batch
}

// batch is a request that is being gathered or under way.
type batch struct {
	looks  []look
	full   chan struct{}
	done   chan struct{}
	sights []sight
	err    error
}

// look joins the request that is being gathered, or begins one. It belongs to nobody alone, so that no caller's interrupt ends it for the others; the client's
// request timeout bounds it.
func (b *batcher) look(ctx context.Context, wanted look) (sight, error) {
	b.mutex.Lock()
	joined := b.pending
	if joined == nil {
		joined = &batch{full: make(chan struct{}), done: make(chan struct{})}
		b.pending = joined
		go b.run(context.WithoutCancel(ctx), joined)
	}
	place := len(joined.looks)
	joined.looks = append(joined.looks, wanted)
	if len(joined.looks) == slots {
		close(joined.full)
		b.pending = nil
	}
	b.mutex.Unlock()
	select {
	case <-ctx.Done():
		return sight{}, &Error{Operation: "action", Kind: KindCanceled, Message: ctx.Err().Error(), cause: ctx.Err()}
	case <-joined.done:
	}
	if joined.err != nil {
		return sight{}, joined.err
	}
	return joined.sights[place], nil
}

func (b *batcher) run(ctx context.Context, gathered *batch) {
	timer := time.NewTimer(b.gathering)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-gathered.full:
	}
	b.mutex.Lock()
	if b.pending == gathered {
		b.pending = nil
	}
	b.mutex.Unlock()
	gathered.sights, gathered.err = b.send(ctx, gathered.looks)
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
	seen, err := c.looks.look(ctx, wanted)
	var failure *Error
	if errors.As(err, &failure) && failure.Kind == KindRefused {
		return c.seeAlone(ctx, wanted)
	}
	return seen, err
}
