// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// endAll ends deployments concurrently. Those with an even number have an open action.
func endAll(ctx context.Context, t *testing.T, client *Client, count int) (deleted []bool, failures []error) {
	t.Helper()
	deleted, failures = make([]bool, count), make([]error, count)
	var callers sync.WaitGroup
	for i := range count {
		actionID := ""
		if i%2 == 0 {
			actionID = "a" + strconv.Itoa(i)
		}
		callers.Go(func() { deleted[i], failures[i] = client.EndDeployment(ctx, strconv.Itoa(i), actionID) })
	}
	callers.Wait()
	return deleted, failures
}

// TestEndDeployments checks that concurrent calls share a request, each with its own answer, and
// that each scheduled action and each open action is named once.
func TestEndDeployments(t *testing.T) {
	t.Parallel()
	var sent []string
	server := newEcho(t, func(ids []string) error {
		sent = append(sent, ids...)
		return nil
	})
	deleted, failures := endAll(t.Context(), t, server.client(t, time.Hour), maxMerged)
	if slices.Contains(deleted, false) || slices.ContainsFunc(failures, func(err error) bool { return err != nil }) {
		t.Errorf("deleted %v, %v", deleted, failures)
	}
	slices.Sort(sent)
	if got := server.requests.Load(); got != 1 || len(slices.Compact(sent)) != maxMerged+(maxMerged+1)/2 {
		t.Errorf("%d requests with %q", got, sent)
	}
}

// TestEndDeploymentsFail checks that a shared mutation that fails is not sent again: it may have
// taken effect.
func TestEndDeploymentsFail(t *testing.T) {
	t.Parallel()
	server := newEcho(t, func([]string) error { return errors.New("no") })
	deleted, failures := endAll(t.Context(), t, server.client(t, time.Hour), maxMerged)
	for i, err := range failures {
		var failure *Error
		if deleted[i] || !errors.As(err, &failure) || !failure.Sent {
			t.Errorf("%d: %v, %v", i, deleted[i], err)
		}
	}
	if got := server.requests.Load(); got != 1 {
		t.Errorf("%d requests", got)
	}
}

// TestEndDeploymentsApart checks that mutations are sent separately once a shared one has got no
// answer: it may have taken too long.
func TestEndDeploymentsApart(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusGatewayTimeout)
	}))
	t.Cleanup(server.Close)
	client := (&echo{Server: server}).client(t, time.Hour)
	for _, want := range []int64{1, 1 + maxMerged} {
		endAll(t.Context(), t, client, maxMerged)
		if got := requests.Load(); got != want {
			t.Errorf("%d requests, want %d", got, want)
		}
	}
}

// TestEndDeploymentInterrupted checks that a caller that is interrupted gets the answer to what was
// sent, and that the error says so where nothing was.
func TestEndDeploymentInterrupted(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	server := newEcho(t, func([]string) error {
		close(arrived)
		<-release
		return nil
	})
	client := server.clientWithin(t, time.Hour, time.Minute)
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		<-arrived
		interrupt()
		close(release)
	}()
	deleted, failures := endAll(ctx, t, client, maxMerged)
	if slices.Contains(deleted, false) {
		t.Errorf("deleted %v, %v", deleted, failures)
	}
	_, failures = endAll(ctx, t, client, 1)
	var failure *Error
	if !errors.As(failures[0], &failure) || failure.Sent || failure.Kind != KindCanceled {
		t.Errorf("got %v", failures[0])
	}
	if got := server.requests.Load(); got != 1 {
		t.Errorf("%d requests", got)
	}
}

// TestEndDeploymentTimeout checks in simulated time that a deadline of the caller ends its wait for
// an answer.
func TestEndDeploymentTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		batched := newBatcher(&slowClient{takes: time.Minute}, time.Millisecond)
		batched.mutations = true
		client := &Client{deletions: batched, mask: newMask("")}
		began := time.Now()
		if _, err := client.EndDeployment(ctx, "1", ""); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("took %s", took)
		}
		<-time.After(time.Hour) // the request ends as well
	})
}

// TestEndDeploymentRefused checks that an error about one deployment is not that of the others, and
// that the partial answer counts, also with a record.
func TestEndDeploymentRefused(t *testing.T) {
	t.Parallel()
	for name, onExchange := range map[string]func(context.Context, Exchange){
		"without a record": nil, "with a record": func(context.Context, Exchange) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, `{"data":{"scheduledActionDelete_0":{"id":"1"},"actionStop_0":null,`+
					`"scheduledActionDelete_1":{"id":"2"},"actionStop_1":{"id":"b"}},`+
					`"errors":[{"message":"denied","path":["actionStop_0"]}]}`)
			}))
			t.Cleanup(server.Close)
			address, err := ParseAddress(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			client, err := New(Options{
				Address: address, Token: secret, OnExchange: onExchange, BatchWindow: time.Hour,
			})
			if err != nil {
				t.Fatal(err)
			}
			var callers sync.WaitGroup
			for i, refused := range []bool{true, false} {
				waitFor(t, func() bool { return client.deletions.count() == i })
				callers.Go(func() {
					deleted, err := client.EndDeployment(t.Context(), strconv.Itoa(i+1), "x")
					if !deleted || IsRefused(err) != refused || !refused && err != nil {
						t.Errorf("%d: %v, %v", i, deleted, err)
					}
				})
			}
			waitFor(t, func() bool { return client.deletions.count() == 2 })
			client.deletions.mutex.Lock()
			client.deletions.sendWaiting()
			client.deletions.mutex.Unlock()
			callers.Wait()
		})
	}
}

// count returns the number of waiting queries.
func (s *batcher) count() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return len(s.waiting)
}

// TestEndDeploymentWaitsForPlace checks in simulated time that nothing is sent for a caller whose
// deadline has passed before there is a place in flight.
func TestEndDeploymentWaitsForPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := &slowClient{}
		batched := newBatcher(slow, time.Millisecond)
		batched.mutations = true
		client := &Client{deletions: batched, mask: newMask("")}
		for range maxInFlight {
			batched.places <- struct{}{}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := client.EndDeployment(ctx, "1", ""); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		<-batched.places
		synctest.Wait()
		if len(slow.sizes) > 0 {
			t.Errorf("%d requests after the deadline", len(slow.sizes))
		}
	})
}

// TestEndDeploymentsThrottled checks that a throttled stop is repeated, and that a throttled
// deletion is not, shared and alone: its caller reads before it repeats it.
func TestEndDeploymentsThrottled(t *testing.T) {
	t.Parallel()
	retry := Retry{MinWait: time.Millisecond, Throttled: 10 * time.Second}
	shared, server := throttling(t, retry, 1)
	deleted, failures := endAll(t.Context(), t, shared, maxMerged)
	unthrottled := func(err error) bool { return !IsThrottled(err) }
	if slices.Contains(deleted, true) || slices.ContainsFunc(failures, unthrottled) || server.requests.Load() != 1 {
		t.Errorf("%d requests, deleted %v, %v", server.requests.Load(), deleted, failures)
	}
	alone, server := throttling(t, retry, 4)
	if err := alone.DeleteScheduledAction(t.Context(), "1"); !IsThrottled(err) || server.requests.Load() != 1 {
		t.Errorf("a deletion: %d requests, %v", server.requests.Load(), err)
	}
	alone, server = throttling(t, retry, 4)
	if err := alone.StopAction(t.Context(), "1"); err != nil || server.requests.Load() != 5 {
		t.Errorf("a stop: %d requests, %v", server.requests.Load(), err)
	}
}
