// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
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
