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
)

// Limits of merged requests.
const (
	// gathering is how long a query waits for others of the same instant if no request is in
	// flight.
	gathering = 2 * time.Millisecond
	// gatheringInBurst is gathering after a request of several callers: others follow soon. Both
	// are short beside the time that a request takes.
	gatheringInBurst = 10 * time.Millisecond
	// gatheringRefreshes is gathering after a request of several refreshes. Terraform has ten under
	// way, and does not wait for any one of them.
	gatheringRefreshes = 20 * time.Millisecond
	// groupOfRefreshes is how many waiting refreshes of a burst are sent even while a request is in
	// flight: half of what Terraform has under way by default. The other half waits for the answer
	// of that request, or computes. With 100 ms of latency, a plan of 100 actions takes a fifth
	// less time than with one request in flight, and sends 24 requests instead of 19.
	groupOfRefreshes = 5
	// maxMerged is the maximum number of queries in one request.
	maxMerged = 25
	// mergedShare is the timeout of a request in relation to that of a merged one.
	mergedShare = 3
	// followers is the number of requests that still count as a burst after one of several callers:
	// Terraform does not send its refreshes at an even pace, and a single one does not end them.
	followers = 4
	// maxInFlight is the maximum number of concurrent requests of a batcher.
	maxInFlight = 8
)

// batcher is a graphql.Client that merges concurrent queries into one request, because Terraform
// refreshes, polls and looks up many actions at a time. A query is sent at once, with those of the
// same instant, if no request is in flight. Otherwise, queries wait and are sent together soon
// after a request returns, when they are a group, when they fill a request, or after linger.
//
// A failure of one query does not fail the others: if a merged request fails, each of its queries
// is sent separately. Throttling is an exception: separate queries would multiply the load.
type batcher struct {
	// reads sends one query, merged several; see repeatMerged.
	reads, merged graphql.Client
	// linger is how long a query waits for others while a request is in flight.
	linger time.Duration
	// inBurst is how long a query waits for others after a request of several callers.
	inBurst time.Duration
	// group is how many waiting queries of a burst are sent while a request is in flight, or half
	// of the callers that were under way at a time, if that is more; 0 for maxMerged.
	group int
	// timeout limits an attempt at a merged request, and the place in flight of any request. It is
	// shorter than that of a single query, so that queries which do not hang are soon sent
	// separately.
	timeout time.Duration

	// separate reports that the server does not accept merged queries. Queries are then sent
	// separately for the rest of the run.
	separate atomic.Bool
	mutex    sync.Mutex
	waiting  []*query
	inFlight int
	// callers is the number of callers without an answer, and maxCallers the highest so far.
	callers, maxCallers int
	// timer sends the waiting queries; nil if none is set. There is one at a time: one that is left
	// over would send the next queries too early.
	timer *time.Timer
	// burst is how many requests count as following one of several callers; see followers.
	burst int
}

// query is the request of one caller.
type query struct {
	ctx     context.Context //nolint:containedctx // the caller's, for as long as it waits
	caller  *[]*query       // the queries of the same caller
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
	if s.separate.Load() {
		for i, request := range requests {
			if err := s.reads.MakeRequest(ctx, request, &graphql.Response{Data: into[i]}); err != nil {
				return err
			}
		}
		return nil
	}
	own := make([]*query, len(requests))
	for i, request := range requests {
		own[i] = &query{ctx: ctx, caller: &own, request: request, done: make(chan struct{})}
	}
	s.join(own)
	defer s.answered()
	for i, one := range own {
		select {
		case <-ctx.Done():
			s.leave(own)
			return ctx.Err()
		case <-one.done:
		}
		err := one.err
		switch {
		case err == nil:
			err = json.Unmarshal(one.data, into[i])
		case ctx.Err() != nil:
			err = ctx.Err()
		case one.merged && !isThrottled(err):
			err = s.reads.MakeRequest(ctx, one.request, &graphql.Response{Data: into[i]})
		}
		if err != nil {
			s.leave(own)
			return err
		}
	}
	return nil
}

// join adds queries to the waiting ones, and sends them or starts the linger timer.
func (s *batcher) join(own []*query) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.callers++
	s.maxCallers = max(s.maxCallers, s.callers)
	first := len(s.waiting) == 0
	s.waiting = append(s.waiting, own...)
	grouped := s.group > 0 && s.burst > 0 && len(s.waiting) >= max(s.group, s.maxCallers/2)
	if grouped || len(s.waiting) >= maxMerged {
		s.sendWaiting()
	}
	if first && len(s.waiting) > 0 {
		wait := s.linger
		if s.inFlight == 0 {
			wait = s.gathering()
		}
		s.sendAfter(wait)
	}
}

// answered ends the wait of a caller.
func (s *batcher) answered() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.callers--
}

// gathering is how long to wait for others now. The caller holds the mutex.
func (s *batcher) gathering() time.Duration {
	if s.burst > 0 {
		return min(s.inBurst, s.linger)
	}
	return min(gathering, s.linger)
}

// sendAfter sends the waiting queries after a time. The caller holds the mutex.
func (s *batcher) sendAfter(wait time.Duration) {
	s.stopTimer()
	s.timer = time.AfterFunc(wait, func() {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.sendWaiting()
	})
}

// stopTimer forgets the timer. The caller holds the mutex.
func (s *batcher) stopTimer() {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
}

// leave removes the queries of a caller that stopped waiting, unless they were already sent.
func (s *batcher) leave(own []*query) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.waiting = slices.DeleteFunc(s.waiting, func(one *query) bool { return slices.Contains(own, one) })
}

// sendWaiting sends the waiting queries within the limits. The caller holds the mutex.
func (s *batcher) sendWaiting() {
	s.stopTimer()
	for len(s.waiting) > 0 && s.inFlight < maxInFlight {
		count := min(maxMerged, len(s.waiting))
		batch := slices.Clone(s.waiting[:count])
		s.waiting = slices.Delete(s.waiting, 0, count)
		s.inFlight++
		s.burst = max(0, s.burst-1)
		if slices.ContainsFunc(batch, func(one *query) bool { return one.caller != batch[0].caller }) {
			s.burst = followers
		}
		// A query that is repeated, or that hangs, gives up its place: others must not wait for it.
		release := sync.OnceFunc(s.release)
		limit := time.AfterFunc(s.timeout, release)
		go func() {
			s.send(batch)
			limit.Stop()
			release()
		}()
	}
}

// release ends the place of a request in flight.
func (s *batcher) release() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.inFlight--
	if len(s.waiting) > 0 {
		s.sendAfter(s.gathering())
	}
}

// send sends a batch of queries and distributes the answers.
func (s *batcher) send(batch []*query) {
	if len(batch) == 1 {
		only := batch[0]
		only.err = s.reads.MakeRequest(only.ctx, only.request, &graphql.Response{Data: &only.data})
		close(only.done)
		return
	}
	answers, err := s.sendMerged(batch)
	if refusesMerged(err) {
		s.separate.Store(true)
	}
	for i, one := range batch {
		one.merged, one.err = true, err
		if err == nil {
			one.data = answers[i]
		}
		close(one.done)
	}
}

// sendMerged sends queries in one request, for as long as a caller waits for one of them.
func (s *batcher) sendMerged(batch []*query) ([]json.RawMessage, error) {
	requests := make([]*graphql.Request, len(batch))
	for i, one := range batch {
		requests[i] = one.request
	}
	request, err := merge(requests)
	if err != nil {
		return nil, err
	}
	ctx, cancel := untilAllLeft(batch)
	defer cancel()
	var data map[string]json.RawMessage
	if err = s.merged.MakeRequest(ctx, request, &graphql.Response{Data: &data}); err != nil {
		return nil, err
	}
	return split(data, len(batch))
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

// isThrottled reports whether an error has the kind KindThrottled.
func isThrottled(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Kind == KindThrottled
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
