// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	// maxMerged is the maximum number of documents in one request.
	maxMerged = 25
	// maxInFlight is the maximum number of concurrent requests.
	maxInFlight = 8
	// mergedShare is the timeout of a request in relation to that of a merged one.
	mergedShare = 3
)

// batcher is a graphql.Client that merges concurrent queries into one request, because Terraform
// refreshes, polls and looks up many actions at a time. The first query waits for a window, and is
// sent together with those that arrive meanwhile, or as soon as they fill a request. A data loader
// does the same for keys; the queries differ in their documents, their callers and their contexts.
//
// A failure of one query does not fail the others: the queries without an answer are sent
// separately. Throttling is an exception: separate queries would multiply the load. Mutations are
// another: their callers read what took effect.
type batcher struct {
	// single sends one query, merged several; see repeatMerged.
	single, merged graphql.Client
	// record records each query; nil for none.
	record *recorder
	// window is how long a query waits for others.
	window time.Duration
	// timeout limits an attempt at a merged request, and the place in flight of any request. Where
	// Tanium answers at once, it is shorter than that of a single query, so that queries which do
	// not hang are soon sent separately.
	timeout time.Duration
	// mutations reports that the documents are mutations. A mutation that was sent is not sent
	// again, and its caller waits for the answer although it is interrupted: what took effect must
	// be known.
	mutations bool
	// places has a value for each request in flight.
	places chan struct{}

	// separate reports that the server does not accept merged queries. Queries are then sent
	// separately for the rest of the run.
	separate atomic.Bool
	mutex    sync.Mutex
	waiting  []*query
	// timer sends the waiting queries. It belongs to the first of them: one that is left over would
	// send the next queries too early.
	timer *time.Timer
}

// query is the request of one caller.
type query struct {
	ctx     context.Context //nolint:containedctx // the caller's, for as long as it waits
	request *graphql.Request
	done    chan struct{}
	// data and err are set before done is closed.
	data json.RawMessage
	err  error
	// merged reports that the query was sent with others.
	merged bool
}

// MakeRequest sends a query, possibly merged with others, and waits for its answer.
func (s *batcher) MakeRequest(ctx context.Context, request *graphql.Request, response *graphql.Response) error {
	return s.makeRequests(ctx, []*graphql.Request{request}, []any{response.Data})
}

// makeRequests sends the queries of one caller together, decodes each answer into the value at the
// same index, and returns the first error.
func (s *batcher) makeRequests(ctx context.Context, requests []*graphql.Request, into []any) error {
	return s.record.each(ctx, requests, into, s.sendAll)
}

// sendAll is makeRequests without the record. With an error, it returns the index of its query.
func (s *batcher) sendAll(ctx context.Context, requests []*graphql.Request, into []any) (int, error) {
	if s.separate.Load() {
		for i, request := range requests {
			if err := s.single.MakeRequest(ctx, request, &graphql.Response{Data: into[i]}); err != nil {
				return i, err
			}
		}
		return 0, nil
	}
	own := make([]*query, len(requests))
	for i, request := range requests {
		own[i] = &query{ctx: ctx, request: request, done: make(chan struct{})}
	}
	s.join(own)
	for i, one := range own {
		select {
		case <-ctx.Done():
			switch unsent := s.leave(own); {
			case unsent:
				return i, unsentError(ctx)
			case !s.mutations || !errors.Is(ctx.Err(), context.Canceled):
				return i, ctx.Err()
			}
			<-one.done
		case <-one.done:
		}
		err := one.err
		switch {
		case err == nil:
			err = json.Unmarshal(one.data, into[i])
		case s.mutations: // its answer may have data as well
			if failed := decode(one.data, into[i]); failed != nil {
				return i, failed
			}
		case ctx.Err() != nil:
			err = ctx.Err()
		case one.merged && !IsThrottled(err):
			err = s.single.MakeRequest(ctx, one.request, &graphql.Response{Data: into[i]})
		}
		if err != nil {
			s.leave(own)
			return i, err
		}
	}
	return 0, nil
}

// unsentError is the error of a query whose caller left before it was sent.
func unsentError(ctx context.Context) error { return &Error{Kind: KindCanceled, cause: ctx.Err()} }

// join adds queries to the waiting ones. They are sent when the window of the first one ends, or
// when they fill a request.
func (s *batcher) join(own []*query) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.waiting) == 0 {
		s.timer = time.AfterFunc(s.window, func() {
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.sendWaiting()
		})
	}
	s.waiting = append(s.waiting, own...)
	if len(s.waiting) >= maxMerged {
		s.sendWaiting()
	}
}

// leave removes the queries of a caller that stopped waiting, unless they were already sent. It
// returns whether one was not.
func (s *batcher) leave(own []*query) (removed bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	before := len(s.waiting)
	s.waiting = slices.DeleteFunc(s.waiting, func(one *query) bool { return slices.Contains(own, one) })
	if len(s.waiting) == 0 {
		s.timer.Stop()
	}
	return len(s.waiting) < before
}

// sendWaiting sends the waiting queries. The caller holds the mutex.
func (s *batcher) sendWaiting() {
	s.timer.Stop()
	for batch := range slices.Chunk(s.waiting, maxMerged) {
		go s.sendWithin(batch)
	}
	s.waiting = nil
}

// sendWithin sends a batch once there is a place in flight. A query that is repeated, or that
// hangs, gives up its place: others must not wait for it.
func (s *batcher) sendWithin(batch []*query) {
	s.places <- struct{}{}
	release := sync.OnceFunc(func() { <-s.places })
	limit := time.AfterFunc(s.timeout, release)
	batch = slices.DeleteFunc(batch, func(one *query) bool {
		left := one.ctx.Err() != nil
		if left {
			one.err = unsentError(one.ctx)
			close(one.done)
		}
		return left
	})
	s.send(batch)
	limit.Stop()
	release()
}

// send sends a batch of queries and distributes the answers.
func (s *batcher) send(batch []*query) {
	if len(batch) == 0 {
		return
	}
	if len(batch) == 1 {
		only := batch[0]
		only.err = s.single.MakeRequest(only.ctx, only.request, &graphql.Response{Data: &only.data})
		close(only.done)
		return
	}
	data, refused, err := s.sendMerged(batch)
	// A shared mutation may take longer than its timeout, where each of them would not.
	if refusesMerged(err) || s.mutations && err != nil && !IsThrottled(err) {
		s.separate.Store(true)
	}
	answers := split(data, refused, len(batch))
	for i, one := range batch {
		one.merged, one.data, one.err = true, answers[i].data, answers[i].err
		if err != nil {
			one.err = err
		}
		close(one.done)
	}
}

// sendMerged sends queries in one request, for as long as a caller waits for one of them. It
// returns the data and the errors of a GraphQL answer, or the error for which there is none.
func (s *batcher) sendMerged(batch []*query) (map[string]json.RawMessage, gqlerror.List, error) {
	requests := make([]*graphql.Request, len(batch))
	for i, one := range batch {
		requests[i] = one.request
	}
	request, err := merge(s.operation(), requests)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := untilAllLeft(batch)
	defer cancel()
	var data map[string]json.RawMessage
	err = s.merged.MakeRequest(ctx, request, &graphql.Response{Data: &data})
	var refused gqlerror.List
	if errors.As(err, &refused) {
		return data, refused, nil
	}
	return data, nil, err
}

// operation returns the kind of the documents.
func (s *batcher) operation() ast.Operation {
	if s.mutations {
		return ast.Mutation
	}
	return ast.Query
}

// untilAllLeft returns a context that ends when the contexts of all callers have ended. The
// interrupt of one caller must not fail the others.
func untilAllLeft(batch []*query) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(batch[0].ctx))
	var waiting atomic.Int64
	waiting.Store(int64(len(batch)))
	stops := make([]func() bool, len(batch))
	for i, one := range batch {
		stops[i] = context.AfterFunc(one.ctx, func() {
			if waiting.Add(-1) == 0 {
				cancel()
			}
		})
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}

// refusesMerged reports whether a server, or a proxy before it, does not accept a merged document,
// for example because it is too large. It would not accept the next merged document either.
func refusesMerged(err error) bool {
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
