// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// echo is a server that answers each root field of a document with the ID in its arguments. It has
// no scheduled actions.
type echo struct {
	*httptest.Server
	// requests counts the requests, and merged those with more than two root fields.
	requests, merged, inFlight, maxInFlight atomic.Int64
	// before is called with the IDs of a request. Its error becomes the answer. Nil for no call.
	before func(ids []string) error
}

func newEcho(t *testing.T, before func(ids []string) error) *echo {
	t.Helper()
	e := &echo{before: before}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.requests.Add(1)
		now := e.inFlight.Add(1)
		defer e.inFlight.Add(-1)
		for highest := e.maxInFlight.Load(); now > highest && !e.maxInFlight.CompareAndSwap(highest, now); {
			highest = e.maxInFlight.Load()
		}
		var body struct {
			Query     string
			Variables map[string]any
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		document, err := parser.ParseQuery(&ast.Source{Input: body.Query})
		if err != nil {
			t.Error(err)
			return
		}
		data, ids := map[string]any{}, []string{}
		for _, selection := range document.Operations[0].SelectionSet {
			field := selection.(*ast.Field) //nolint:forcetypeassert // no document has fragments at its root
			if field.Arguments.ForName("ref") == nil {
				http.Error(w, "lists are not supported", http.StatusForbidden)
				return
			}
			ref, err := field.Arguments.ForName("ref").Value.Value(body.Variables)
			if err != nil {
				t.Error(err)
			}
			id := fmt.Sprint(ref.(map[string]any)["id"]) //nolint:forcetypeassert // ref is an object
			ids = append(ids, id)
			data[field.Alias] = nil
			switch field.Name {
			case "action":
				data[field.Alias] = map[string]any{"id": id, "status": "OPEN", "results": map[string]any{}}
			case "scheduledActionDelete", "actionStop":
				data[field.Alias] = map[string]any{"id": id}
			}
		}
		if len(ids) > 2 {
			e.merged.Add(1)
		}
		answer := map[string]any{"data": data}
		if e.before != nil {
			if err := e.before(ids); err != nil {
				answer = map[string]any{"errors": []any{map[string]any{"message": err.Error()}}}
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(e.Close)
	return e
}

// client returns a client of the server whose reads wait for others for a time.
func (e *echo) client(t *testing.T, window time.Duration) *Client {
	t.Helper()
	return e.clientWithin(t, window, 2*time.Second)
}

// clientWithin is client with another timeout of a request.
func (e *echo) clientWithin(t *testing.T, window, timeout time.Duration) *Client {
	t.Helper()
	address, err := ParseAddress(e.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		Address: address, Token: secret, RequestTimeout: timeout, Retry: Retry{Attempts: -1},
		BatchWindow: window,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// waitFor waits until another goroutine makes a condition true.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the condition did not become true")
		}
	}
}

// TestBatch checks that reads wait for each other, except for one whose caller has left, and that
// a full request is sent at once.
func TestBatch(t *testing.T) {
	t.Parallel()
	server := newEcho(t, nil)
	client := server.client(t, time.Hour)
	waiting := func(count int) func() bool {
		return func() bool {
			client.batched.mutex.Lock()
			defer client.batched.mutex.Unlock()
			return len(client.batched.waiting) == count
		}
	}
	var reading sync.WaitGroup
	gone, leave := context.WithCancel(t.Context())
	reading.Go(func() {
		if _, err := client.Action(gone, "gone"); err == nil {
			t.Error("an interrupted read succeeded")
		}
	})
	waitFor(t, waiting(1))
	leave()
	waitFor(t, waiting(0))
	for i := range maxMerged - 1 {
		reading.Go(func() {
			id := strconv.Itoa(i)
			if action, err := client.Action(t.Context(), id); err != nil || action.Id != id {
				t.Errorf("asked for %s, got %+v, %v", id, action, err)
			}
		})
	}
	waitFor(t, waiting(maxMerged-1))
	if got := server.requests.Load(); got != 0 {
		t.Errorf("%d requests before the window ends", got)
	}
	if _, err := client.Action(t.Context(), "last"); err != nil {
		t.Error(err)
	}
	reading.Wait()
	if got := server.requests.Load(); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
}

// TestBatchWhileRequestHangs checks that a request that hangs does not delay other reads.
func TestBatchWhileRequestHangs(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := newEcho(t, func(ids []string) error {
		if ids[0] == "hangs" {
			<-release
		}
		return nil
	})
	client := server.client(t, time.Millisecond)
	var hanging, reading sync.WaitGroup
	hanging.Go(func() { _, _ = client.Action(t.Context(), "hangs") })
	waitFor(t, func() bool { return server.requests.Load() == 1 })
	for i := range 4 * maxMerged {
		reading.Go(func() {
			if _, err := client.Action(t.Context(), strconv.Itoa(i)); err != nil {
				t.Error(err)
			}
		})
	}
	reading.Wait()
	close(release)
	hanging.Wait()
}

// TestBatchBound checks the maximum number of concurrent shared requests.
func TestBatchBound(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := newEcho(t, func([]string) error { <-release; return nil })
	client := server.clientWithin(t, time.Nanosecond, time.Hour) // a timeout would free a place
	var reading sync.WaitGroup
	for i := range 20 * maxMerged {
		reading.Go(func() { _, _ = client.Action(t.Context(), strconv.Itoa(i)) })
	}
	waitFor(t, func() bool { return server.inFlight.Load() >= maxInFlight })
	answered := make(chan struct{})
	go func() {
		reading.Wait()
		close(answered)
	}()
	for more := true; more; { // one at a time, so that one too many has the time to arrive
		<-time.After(5 * time.Millisecond)
		select {
		case release <- struct{}{}:
		case <-answered:
			more = false
		}
	}
	if got := server.maxInFlight.Load(); got != maxInFlight {
		t.Errorf("%d requests at a time", got)
	}
}

// TestHangingAction checks that an action on which the server hangs does not fail the other reads
// of the same request.
func TestHangingAction(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := newEcho(t, func(ids []string) error {
		for _, id := range ids {
			if id == "hangs" {
				<-release
			}
		}
		return nil
	})
	t.Cleanup(func() { close(release) })
	client := server.client(t, time.Hour)
	var reading sync.WaitGroup
	for i := range maxMerged {
		id := strconv.Itoa(i)
		if i == 7 {
			id = "hangs"
		}
		reading.Go(func() {
			action, err := client.Action(t.Context(), id)
			if (err != nil) != (id == "hangs") || (err == nil && action.Id != id) {
				t.Errorf("action %s is %v, %v", id, action, err)
			}
		})
	}
	reading.Wait()
	if got := server.merged.Load(); got != 1 {
		t.Errorf("%d merged requests", got)
	}
}

// TestBatchAnswers checks that no caller gets the answer of another caller, and that no caller
// fails because the server refuses another read or another caller cancels.
func TestBatchAnswers(t *testing.T) {
	t.Parallel()
	server := newEcho(t, func(ids []string) error {
		for _, id := range ids {
			if strings.HasSuffix(id, "refused") {
				return fmt.Errorf("%s is refused", id)
			}
		}
		return nil
	})
	client := server.clientWithin(t, time.Millisecond, time.Minute) // no request hangs
	var reading sync.WaitGroup
	for i := range 1000 {
		id, cancels := strconv.Itoa(i), i%7 == 0
		if i%50 == 0 {
			id += "refused"
		}
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		if cancels {
			time.AfterFunc(time.Duration(i%5)*time.Millisecond, cancel)
		}
		reading.Go(func() {
			var action *Action
			var err error
			if i%3 == 0 {
				_, action, err = client.Deployment(ctx, "x"+id, id)
			} else {
				action, err = client.Action(ctx, id)
			}
			switch {
			case err == nil && (action == nil || action.Id != id):
				t.Errorf("asked for %s, got %+v", id, action)
			case err == nil && strings.HasSuffix(id, "refused"):
				t.Errorf("%s is not refused", id)
			case err != nil && !cancels && !strings.HasSuffix(id, "refused"):
				t.Errorf("%s fails: %v", id, err)
			case err != nil && !cancels && !strings.Contains(err.Error(), id+" is refused"):
				t.Errorf("%s fails for another: %v", id, err)
			}
		})
	}
	reading.Wait()
	if server.merged.Load() == 0 {
		t.Error("no request was shared")
	}
}

// TestBatchErrors checks that callers who share a request that fails have errors of their own.
func TestBatchErrors(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	client := (&echo{Server: server}).client(t, time.Millisecond)
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		var reading sync.WaitGroup
		for i := range maxMerged {
			reading.Go(func() {
				_, err := client.Action(ctx, strconv.Itoa(i))
				var failure *Error
				if !errors.As(err, &failure) || failure.Operation != "action" {
					t.Errorf("error %v", err)
				}
			})
		}
		time.AfterFunc(3*time.Millisecond, cancel)
		reading.Wait()
	}
}

// TestBatchHanging checks that requests that hang do not hold up others for longer than a part of
// the timeout, however many they are.
func TestBatchHanging(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := newEcho(t, func(ids []string) error {
		if strings.HasPrefix(ids[0], "hangs") {
			<-release
		}
		return nil
	})
	client := server.client(t, time.Nanosecond)
	var hanging sync.WaitGroup
	for i := range maxInFlight {
		hanging.Go(func() { _, _ = client.Action(t.Context(), fmt.Sprint("hangs", i)) })
		waitFor(t, func() bool { return server.inFlight.Load() == int64(i+1) })
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if action, err := client.Action(ctx, "77"); err != nil || action.Id != "77" {
		t.Errorf("action %v, %v", action, err)
	}
	close(release)
	hanging.Wait()
}

// TestMerge checks merged documents against the published schema: two queries of one operation, and
// all queries together.
func TestMerge(t *testing.T) {
	t.Parallel()
	schema := published(t)
	var all []*graphql.Request
	for _, each := range []struct {
		name, document string
		variables      any
	}{
		{"GetAction", GetAction_Operation, &__GetActionInput{Id: "1"}},
		{"GetScheduledAction", GetScheduledAction_Operation, &__GetScheduledActionInput{Id: "2"}},
		{"GetDeployment", GetDeployment_Operation, &__GetDeploymentInput{ScheduledActionId: "2", ActionId: "1"}},
		{"ListScheduledActions", ListScheduledActions_Operation, &__ListScheduledActionsInput{First: 1}},
	} {
		request := &graphql.Request{OpName: each.name, Query: each.document, Variables: each.variables}
		all = append(all, request, request)
	}
	for name, requests := range map[string][]*graphql.Request{"two": all[:2], "all": all} {
		merged, err := merge(ast.Query, requests)
		if err != nil {
			t.Fatal(err)
		}
		document, failures := gqlparser.LoadQueryWithRules(schema, merged.Query, nil)
		if failures != nil {
			t.Fatalf("%s: %v: %s", name, failures, merged.Query)
		}
		if variables := merged.Variables.(map[string]json.RawMessage); //nolint:forcetypeassert // as merge makes them
		len(document.Operations[0].VariableDefinitions) < len(variables) || string(variables["id_1"]) != `"1"` {
			t.Errorf("%s: %s", name, variables)
		}
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data    string
		refused string
		want    []string // of two; "!" for an error
	}{
		"own":               {data: `{"action_0":1,"action_1":2}`, want: []string{`{"action":1}`, `{"action":2}`}},
		"two fields":        {data: `{"a_0":1,"a_1":2,"b_1":null}`, want: []string{`{"a":1}`, `{"a":2,"b":null}`}},
		"of none":           {data: `{"action_0":1}`, want: []string{`{"action":1}`, "!"}},
		"not asked":         {data: `{"a_0":1,"a_1":1,"action_2":1}`, want: []string{"!", "!"}},
		"no number":         {data: `{"a_0":1,"a_1":1,"action":1}`, want: []string{"!", "!"}},
		"no integer":        {data: `{"a_0":1,"a_1":1,"action_x":1}`, want: []string{"!", "!"}},
		"below zero":        {data: `{"a_0":1,"a_1":1,"action_-1":1}`, want: []string{"!", "!"}},
		"underscores":       {data: `{"a_0":1,"an_alias_1":3}`, want: []string{`{"a":1}`, `{"an_alias":3}`}},
		"one is refused":    {data: `{"a_0":1,"a_1":null}`, refused: "a_1", want: []string{`{"a":1}`, `{"a":null}!`}},
		"refused, no data":  {data: `null`, refused: "a_1", want: []string{"!", "!"}},
		"refused somewhere": {data: `{"a_0":1,"a_1":1}`, refused: "a", want: []string{"!", "!"}},
	} {
		var data map[string]json.RawMessage
		if err := json.Unmarshal([]byte(c.data), &data); err != nil {
			t.Fatal(err)
		}
		var refused gqlerror.List
		if c.refused != "" {
			refused = gqlerror.List{{Message: "no", Path: ast.Path{ast.PathName(c.refused)}}}
		}
		for i, got := range split(data, refused, 2) {
			text := string(got.data)
			if got.err != nil {
				text += "!"
			}
			if text != c.want[i] {
				t.Errorf("%s: document %d has %s, want %s", name, i, text, c.want[i])
			}
		}
	}
}
