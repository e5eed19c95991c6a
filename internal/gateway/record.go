// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Exchange is one operation as the caller sees it: before queries are merged, and after the last
// repetition. Which queries share a request depends on timing, so a record of requests could not be
// replayed. Its texts do not have the API token.
type Exchange struct {
	// Number counts the exchanges of a client, from 1, in the order of their start.
	Number int64
	// Operation is the name of the operation, Document its text.
	Operation, Document string
	// Variables is a JSON object.
	Variables json.RawMessage
	// Started is the local time of the call.
	Started time.Time
	// Duration includes the wait for a place, repetitions and pauses.
	Duration time.Duration
	// Attempts is how often a request that failed was sent. It is 1 for other ones.
	Attempts int
	// Status is the HTTP status; 0 if no answer came.
	Status int
	// ContentType is the content type of the answer.
	ContentType string
	// Body is the answer: data and errors of GraphQL, or what came in their place.
	Body []byte
	// Failure describes why there is no answer; empty if there is one.
	Failure string
	// FailureKind is Failure without the address of the server.
	FailureKind string
	// Canceled reports that an interrupt or a deadline of the caller ended the exchange.
	Canceled bool
}

// received is an answer that is not a GraphQL answer.
type received struct {
	contentType string
	body        []byte
	attempts    int
}

// recorder passes exchanges on to Options.OnExchange. A nil recorder passes on none.
type recorder struct {
	onExchange func(context.Context, Exchange)
	now        func() time.Time
	mask       *mask
	started    atomic.Int64
}

// begun is an exchange that has begun.
type begun struct {
	number int64
	at     time.Time
}

// begin begins an exchange.
func (r *recorder) begin() begun { return begun{number: r.started.Add(1), at: r.now()} }

// recorded is a client whose exchanges are recorded.
type recorded struct {
	next graphql.Client
	by   *recorder
}

// client returns a client that records the exchanges of another one.
func (r *recorder) client(next graphql.Client) graphql.Client {
	if r == nil {
		return next
	}
	return &recorded{next: next, by: r}
}

// MakeRequest sends a request and records the exchange.
func (r *recorded) MakeRequest(ctx context.Context, request *graphql.Request, response *graphql.Response) error {
	var data json.RawMessage
	began := r.by.begin()
	err := r.next.MakeRequest(ctx, request, &graphql.Response{Data: &data})
	r.by.add(ctx, request, began, data, err)
	if failed := decode(data, response.Data); err == nil {
		return failed
	}
	return err
}

// each records the exchanges of queries that are sent together. The queries after one that failed
// have no answer and are not recorded.
func (r *recorder) each(
	ctx context.Context, requests []*graphql.Request, into []any,
	send func(context.Context, []*graphql.Request, []any) (int, error),
) error {
	if r == nil {
		_, err := send(ctx, requests, into)
		return err
	}
	data, raw, began := make([]json.RawMessage, len(requests)), make([]any, len(requests)), make([]begun, len(requests))
	for i := range data {
		raw[i], began[i] = &data[i], r.begin()
	}
	failed, err := send(ctx, requests, raw)
	for i, request := range requests {
		if err != nil && i == failed { // its answer may have data as well
			r.add(ctx, request, began[i], data[i], err)
			_ = decode(data[i], into[i])
			return err
		}
		r.add(ctx, request, began[i], data[i], nil)
		if failed := decode(data[i], into[i]); failed != nil {
			return failed
		}
	}
	return err
}

// decode decodes data, of which a failure may have none.
func decode(data json.RawMessage, into any) error {
	if len(data) == 0 {
		return nil
	}
	return json.Unmarshal(data, into)
}

// add passes an exchange on.
func (r *recorder) add(
	ctx context.Context, request *graphql.Request, began begun, data json.RawMessage, err error,
) {
	variables, failed := json.Marshal(request.Variables)
	if failed != nil {
		variables = nil // it was not sent either
	}
	made := Exchange{
		Number: began.number, Operation: request.OpName, Document: request.Query,
		Variables: json.RawMessage(r.mask.text(string(variables))),
		Started:   began.at, Duration: r.now().Sub(began.at), Attempts: 1,
	}
	made.answer(data, err)
	made.Body = []byte(r.mask.text(string(unescaped(made.Body))))
	made.ContentType, made.Failure = r.mask.text(made.ContentType), r.mask.text(made.Failure)
	r.onExchange(ctx, made)
}

// unescaped returns JSON in the form in which it is recorded. An escape would hide a secret from
// the mask. What is no JSON stays as it is.
func unescaped(body []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil || decoder.More() {
		return body
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		return body
	}
	return bytes.TrimSpace(text.Bytes())
}

// answer sets what came back.
func (e *Exchange) answer(data json.RawMessage, err error) {
	var failure *Error
	var refused gqlerror.List
	switch {
	case err == nil || errors.As(err, &refused):
		e.Status, e.ContentType = http.StatusOK, "application/json"
		e.Body, _ = json.Marshal(struct { // both were decoded, so they can be encoded
			Data   json.RawMessage `json:"data,omitempty"`
			Errors gqlerror.List   `json:"errors,omitempty"`
		}{data, refused})
	case errors.As(err, &failure):
		e.Status, e.Canceled = failure.StatusCode, failure.Kind == KindCanceled
		e.Attempts = max(e.Attempts, failure.received.attempts)
		if e.ContentType, e.Body = failure.received.contentType, failure.received.body; e.Status == 0 {
			e.Failure, e.FailureKind = failure.Error(), failure.Kind.String()
		}
	default:
		e.Canceled = errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
		e.Failure, e.FailureKind = err.Error(), "no answer"
	}
}
