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

// TestBatchTimer checks in simulated time that queries are gathered for their whole time: a timer
// of queries that were sent before does not send the next ones early. A single query between others
// does not end a burst.
func TestBatchTimer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &slowClient{takes: 10 * time.Millisecond}
		shared := &batcher{
			reads: client, merged: client,
			linger: 100 * time.Millisecond, inBurst: 40 * time.Millisecond, timeout: time.Minute,
		}
		var callers sync.WaitGroup
		query := func(milliseconds int) {
			callers.Go(func() {
				<-time.After(time.Duration(milliseconds) * time.Millisecond)
				request := &graphql.Request{
					OpName: "GetAction", Query: "query GetAction($id: ID!) { action(ref: {id: $id}) { id } }",
					Variables: map[string]any{"id": "1"},
				}
				var data map[string]any
				if err := shared.MakeRequest(t.Context(), request, &graphql.Response{Data: &data}); err != nil {
					t.Error(err)
				}
			})
		}
		query(0)   // goes alone at 2, and its answer comes at 12
		query(5)   // waits for that answer and goes at 14; its own timer would run until 105
		query(6)   // goes with it: a burst
		query(80)  // waits for others until 120
		query(110) // goes with it
		query(200) // alone in a burst: waits until 240, and goes at once otherwise
		query(230) // goes with it
		query(300) // alone
		query(400) // still in the burst: waits until 440
		query(430) // goes with it
		callers.Wait()
		if want := []int{1, 2, 2, 2, 1, 2}; !slices.Equal(client.sizes, want) {
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
		5 * time.Millisecond:   {25, 550 * time.Millisecond},
		20 * time.Millisecond:  {25, 700 * time.Millisecond},
		100 * time.Millisecond: {28, 1900 * time.Millisecond},
		300 * time.Millisecond: {30, 3900 * time.Millisecond},
	} {
		t.Run(latency.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &slowClient{takes: latency}
				shared := &batcher{
					reads: client, merged: client,
					linger: DefaultLinger, inBurst: gatheringRefreshes, group: groupOfRefreshes,
					timeout: time.Minute,
				}
				started := time.Now()
				var callers sync.WaitGroup
				for caller := range 10 {
					callers.Go(func() {
						for i := range 10 {
							<-time.After(time.Duration(15+(caller*7+i*11)%30) * time.Millisecond)
							request := &graphql.Request{
								OpName:    "GetAction",
								Query:     "query GetAction($id: ID!) { action(ref: {id: $id}) { id } }",
								Variables: map[string]any{"id": "1"},
							}
							var data map[string]any
							err := shared.MakeRequest(t.Context(), request, &graphql.Response{Data: &data})
							if err != nil {
								t.Error(err)
							}
						}
					})
				}
				callers.Wait()
				takes := time.Since(started)
				if len(client.sizes) > most.requests || takes > most.takes {
					t.Errorf("%d requests in %s, want %+v at most", len(client.sizes), takes, most)
				}
			})
		})
	}
}
