// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// ErrNotConnected is the cause of the error of a deployment that got no connection in time. Nothing
// was sent.
var ErrNotConnected = errors.New("no connection in time")

// sendOnce sends a mutation so that the transport below cannot repeat it, and so that an interrupt
// ends it only before it is sent. Only the answer has the IDs of the new objects.
type sendOnce struct {
	next http.RoundTripper
}

func (s *sendOnce) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, release := untilConnected(request.Context())
	defer release()
	request = request.Clone(ctx)
	// Go's transports send a request again if its body can be rewound and the server resets the
	// stream or closes the connection. With HTTP/2, this can happen after the request took effect.
	request.GetBody = nil
	return s.next.RoundTrip(request)
}

// connecting returns a context that ends after a time unless its request has a connection by then.
// late reports that it did. A request that has a connection goes on (untilConnected).
func connecting(parent context.Context, within time.Duration) (ctx context.Context, late func() bool, release func()) {
	ctx, cancel := context.WithCancel(parent)
	var passed atomic.Bool
	timer := time.AfterFunc(within, func() {
		passed.Store(true)
		cancel()
	})
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { timer.Stop() },
	})
	return ctx, passed.Load, func() {
		timer.Stop()
		cancel()
	}
}

// untilConnected returns a context that ends with its parent until the request has a connection.
// After that, only the parent's deadline ends it.
func untilConnected(parent context.Context) (ctx context.Context, release func()) {
	ctx = context.WithoutCancel(parent)
	cancelDeadline := func() {}
	if deadline, ok := parent.Deadline(); ok {
		ctx, cancelDeadline = context.WithDeadline(ctx, deadline)
	}
	ctx, cancel := context.WithCancel(ctx)
	var mutex sync.Mutex
	connected := false
	stop := context.AfterFunc(parent, func() {
		mutex.Lock()
		defer mutex.Unlock()
		if !connected {
			cancel()
		}
	})
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		mutex.Lock()
		defer mutex.Unlock()
		connected = true
	}})
	return ctx, func() {
		stop()
		cancel()
		cancelDeadline()
	}
}
