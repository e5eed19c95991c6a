// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// slowClient answers each root field with an empty object after a time, and records the number of
// queries in each request.
type slowClient struct {
	takes time.Duration

	mutex sync.Mutex
	sizes []int
}

func (c *slowClient) MakeRequest(_ context.Context, request *graphql.Request, response *graphql.Response) error {
	document, err := parser.ParseQuery(&ast.Source{Input: request.Query})
	if err != nil {
		return err
	}
	data := map[string]any{}
	for _, selection := range document.Operations[0].SelectionSet {
		data[selection.(*ast.Field).Alias] = map[string]any{} //nolint:forcetypeassert // no document has fragments
	}
	c.mutex.Lock()
	c.sizes = append(c.sizes, len(data))
	c.mutex.Unlock()
	<-time.After(c.takes)
	encoded, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return json.Unmarshal(encoded, response.Data)
}

// newBatcher returns a batcher with a window that sends by a client.
func newBatcher(client graphql.Client, window time.Duration) *batcher {
	return &batcher{
		single: client, merged: client, window: window, timeout: time.Minute,
		places: make(chan struct{}, maxInFlight),
	}
}

// ask sends a query for an action.
func (s *batcher) ask(t *testing.T) {
	t.Helper()
	request := &graphql.Request{
		OpName: "GetAction", Query: "query GetAction($id: ID!) { action(ref: {id: $id}) { id } }",
		Variables: map[string]any{"id": "1"},
	}
	var data map[string]any
	if err := s.MakeRequest(t.Context(), request, &graphql.Response{Data: &data}); err != nil {
		t.Error(err)
	}
}

// TestBatchTimer checks in simulated time which queries share a request. The timer of queries that
// were sent because they filled a request does not send the next ones early.
func TestBatchTimer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &slowClient{takes: 10 * time.Millisecond}
		batched := newBatcher(client, 20*time.Millisecond)
		var callers sync.WaitGroup
		query := func(milliseconds int) {
			callers.Go(func() {
				<-time.After(time.Duration(milliseconds) * time.Millisecond)
				batched.ask(t)
			})
		}
		query(0)  // waits until 20
		query(19) // goes with it, although other requests are in flight then
		query(21) // waits until 41
		query(40) // goes with it
		for range maxMerged {
			query(100) // fill a request
		}
		query(110) // waits until 130, and not until 120
		query(125) // goes with it
		callers.Wait()
		if want := []int{2, 2, maxMerged, 2}; !slices.Equal(client.sizes, want) {
			t.Errorf("requests of %v queries, want %v", client.sizes, want)
		}
	})
}

// TestBatchPace checks in simulated time how long 100 refreshes take, of which ten are under way as
// in Terraform, and how many requests they send. Each refresh takes some time of its own.
func TestBatchPace(t *testing.T) {
	t.Parallel()
	for latency, most := range map[time.Duration]struct {
		requests int
		takes    time.Duration
	}{
		5 * time.Millisecond:   {30, 600 * time.Millisecond},
		20 * time.Millisecond:  {30, 750 * time.Millisecond},
		100 * time.Millisecond: {30, 1600 * time.Millisecond},
		300 * time.Millisecond: {30, 3600 * time.Millisecond},
	} {
		t.Run(latency.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &slowClient{takes: latency}
				batched := newBatcher(client, DefaultBatchWindow)
				started := time.Now()
				var callers sync.WaitGroup
				for caller := range 10 {
					callers.Go(func() {
						for i := range 10 {
							<-time.After(time.Duration(15+(caller*7+i*11)%30) * time.Millisecond)
							batched.ask(t)
						}
					})
				}
				callers.Wait()
				takes := time.Since(started)
				t.Logf("%d requests in %s", len(client.sizes), takes)
				if len(client.sizes) > most.requests || takes > most.takes {
					t.Errorf("%d requests in %s, want %+v at most", len(client.sizes), takes, most)
				}
			})
		})
	}
}
