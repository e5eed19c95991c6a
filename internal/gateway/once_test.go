// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
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

// TestNotConnected checks that a deployment without a connection in time is not sent, also while a
// handshake hangs, and that one whose answer is slow is not given up.
func TestNotConnected(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	silent, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0") // it accepts, and answers no handshake
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done(): // the client gave up
		case <-time.After(100 * time.Millisecond): // longer than a connection may take
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":{"actionPerform":{"scheduledActions":[{"scheduledAction":{"id":"1"}}]}}}`)
	}))
	defer slow.Close()
	for url, connects := range map[string]bool{"https://" + silent.Addr().String(): false, slow.URL: true} {
		address, err := ParseAddress(url)
		if err != nil {
			t.Fatal(err)
		}
		client, err := New(Options{Address: address, Token: secret, ConnectTimeout: 30 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.PerformAction(t.Context(), ActionPerformInput{})
		if connects {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		failure := check(t, err, KindUnreachable, "no connection within 30ms")
		if failure.Ambiguous() || !errors.Is(err, ErrNotConnected) {
			t.Errorf("%v, sent %v", err, failure.Ambiguous())
		}
	}
}
