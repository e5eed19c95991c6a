// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"net"
	"net/http"
	"net/http/httptrace"
	"testing"
	"time"
)

// An interrupt while the server refuses connections prevents a mutation: it is not sent once the
// server is up.
func TestInterruptBeforeAConnection(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := listener.Addr().String()
	_ = listener.Close()
	address, err := ParseAddress("http://" + at)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		Address: address,
		Token:   secret,
		Retry:   Retry{Attempts: 1000, MinWait: time.Millisecond, MaxWait: 10 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := client.PerformAction(ctx, ActionPerformInput{})
		ended <- err
	}()
	interrupt()
	failure := check(t, <-ended, KindCanceled, "")
	if failure.Ambiguous() {
		t.Error("it counts as sent")
	}
	if listener, err = config.Listen(t.Context(), "tcp", at); err != nil {
		t.Skip("the port is in use")
	}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			t.Error("it was sent after the interrupt")
		}
	})} //nolint:gosec // a test's server
	go func() { _ = server.Serve(listener) }()
	if response, err := http.Get("http://" + at); err == nil { //nolint:noctx // shows that the server serves
		_ = response.Body.Close()
	}
	_ = server.Close()
}

// The context ends with its parent until there is a connection, and then only at the deadline.
func TestUntilConnected(t *testing.T) {
	t.Parallel()
	parent, interrupt := context.WithCancel(t.Context())
	before, release := untilConnected(parent)
	defer release()
	interrupt()
	<-before.Done()

	timed, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	parent, interrupt = context.WithCancel(timed)
	after, release := untilConnected(parent)
	defer release()
	httptrace.ContextClientTrace(after).GotConn(httptrace.GotConnInfo{})
	interrupt()
	if after.Err() != nil {
		t.Error("it ends with its parent after it has a connection")
	}
	<-after.Done()
}
