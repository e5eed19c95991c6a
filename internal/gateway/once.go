// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync"
)

// sendOnce makes a mutation a request that the transport below cannot repeat, and that an interrupt
// ends only while it cannot have left: its answer has the only IDs of what it made.
type sendOnce struct {
	next http.RoundTripper
}

func (s *sendOnce) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, release := untilConnected(request.Context())
	defer release()
	request = request.Clone(ctx)
	// Go's transports send a request again that they can rewind, where a server resets the stream
	// or ends the connection: HTTP/2 does so after the request has had its effect.
	request.GetBody = nil
	return s.next.RoundTrip(request)
}

// untilConnected is a context that ends with another one, but only until the request has a
// connection to be written to. After that the other one's deadline alone ends it.
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
