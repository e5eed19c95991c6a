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

// Bounds of shared requests.
const (
	// maxMerged queries go into one request.
	maxMerged = 20
	// maxInFlight shared requests are under way at a time.
	maxInFlight = 8
)

// shared is a graphql.Client that puts queries of the same moment into one request: Terraform
// refreshes, polls and looks up many actions at a time. A query that is alone goes out at once.
// While one is in flight, others gather, and go together when it returns, when they fill a request,
// or after linger.
//
// A query that cannot be answered fails alone: each query of a request that failed is sent by
// itself.
type shared struct {
	// reads repeats a request that failed; once does not.
	reads, once graphql.Client
	// linger bounds how long a query waits for others while a request is in flight.
	linger time.Duration

	// apart says that the server does not take merged queries: each goes by itself for the rest of
	// the run.
	apart    atomic.Bool
	mutex    sync.Mutex
	waiting  []*query
	inFlight int
}

// query is a request of one caller.
type query struct {
	ctx     context.Context //nolint:containedctx // the caller's, for as long as it waits
	request *graphql.Request
	done    chan struct{}
	// data and err are set when done is closed. A nil data without an error was not sent with
	// others.
	data json.RawMessage
	err  error
	// merged says that the query was sent with others.
	merged bool
}

// MakeRequest sends a query, perhaps with others, and waits for its answer.
func (s *shared) MakeRequest(ctx context.Context, request *graphql.Request, response *graphql.Response) error {
	return s.makeRequests(ctx, []*graphql.Request{request}, []any{response.Data})
}

// makeRequests sends queries of one caller together, decodes each answer into one of some values,
// and returns the first error.
func (s *shared) makeRequests(ctx context.Context, requests []*graphql.Request, into []any) error {
	if s.apart.Load() {
		for i, request := range requests {
			if err := s.reads.MakeRequest(ctx, request, &graphql.Response{Data: into[i]}); err != nil {
				return err
			}
		}
		return nil
	}
	own := make([]*query, len(requests))
	for i, request := range requests {
		own[i] = &query{ctx: ctx, request: request, done: make(chan struct{})}
	}
	s.join(own)
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
		case one.merged && ctx.Err() == nil:
			err = s.reads.MakeRequest(ctx, one.request, &graphql.Response{Data: into[i]})
		}
		if err != nil {
			s.leave(own)
			return err
		}
	}
	return nil
}

func (s *shared) join(own []*query) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	first := len(s.waiting) == 0
	s.waiting = append(s.waiting, own...)
	if s.inFlight == 0 || len(s.waiting) >= maxMerged {
		s.sendWaiting()
	} else if first {
		time.AfterFunc(s.linger, func() {
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.sendWaiting()
		})
	}
}

// leave withdraws the queries of a caller that does not wait any more, those that were not sent.
func (s *shared) leave(own []*query) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.waiting = slices.DeleteFunc(s.waiting, func(one *query) bool { return slices.Contains(own, one) })
}

// sendWaiting sends what waits, as far as the bounds allow. The caller holds the mutex.
func (s *shared) sendWaiting() {
	for len(s.waiting) > 0 && s.inFlight < maxInFlight {
		count := min(maxMerged, len(s.waiting))
		together := slices.Clone(s.waiting[:count])
		s.waiting = slices.Delete(s.waiting, 0, count)
		s.inFlight++
		go func() {
			s.send(together)
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.inFlight--
			s.sendWaiting()
		}()
	}
}

// send sends queries and hands out their answers.
func (s *shared) send(together []*query) {
	if len(together) == 1 {
		only := together[0]
		only.err = s.reads.MakeRequest(only.ctx, only.request, &graphql.Response{Data: &only.data})
		close(only.done)
		return
	}
	answers, err := s.sendMerged(together)
	if refusesMerged(err) {
		s.apart.Store(true)
	}
	for i, one := range together {
		one.merged, one.err = true, err
		if err == nil {
			one.data = answers[i]
		}
		close(one.done)
	}
}

// sendMerged sends queries in one request, which belongs to no caller: the interrupt of one must
// not end it for the others. The client's request timeout bounds it. A request that hangs is not
// repeated: one of its queries hangs it, and the others are answered one by one.
func (s *shared) sendMerged(together []*query) ([]json.RawMessage, error) {
	requests := make([]*graphql.Request, len(together))
	for i, one := range together {
		requests[i] = one.request
	}
	request, err := merge(requests)
	if err != nil {
		return nil, err
	}
	ctx := context.WithoutCancel(together[0].ctx)
	var data map[string]json.RawMessage
	err = s.once.MakeRequest(ctx, request, &graphql.Response{Data: &data})
	var failure *Error
	if errors.As(err, &failure) && failure.Transient() && !failure.hung() && !refusesMerged(failure) {
		err = s.reads.MakeRequest(ctx, request, &graphql.Response{Data: &data})
	}
	if err != nil {
		return nil, err
	}
	return split(data, len(together))
}

// refusesMerged reports an answer that a server, or a proxy before it, gives to a document that it
// does not take, such as one that is too large. It does not take the next one of the kind either.
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
