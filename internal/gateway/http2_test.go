// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"bytes"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/tanium-community/terraform-provider-tanium/internal/http2front"
)

// A mutation is sent once over HTTP/2, for every way in which a server ends the stream or the
// connection after the effect. Go's transport would repeat it if the body could be rewound.
func TestMutationIsSentOnceOverHTTP2(t *testing.T) {
	t.Parallel()
	for _, ending := range http2front.Endings() {
		t.Run(ending.Name, func(t *testing.T) {
			t.Parallel()
			var reads, writes atomic.Int64
			front := http2front.New(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(`{"data":{"packageSpecs":{"edges":[]}}}`))
			}), func(body []byte) *http2front.Ending {
				if !bytes.Contains(body, []byte("actionPerform")) {
					reads.Add(1)
					return nil
				}
				if writes.Add(1) > 20 {
					return &http2front.Ending{Kind: http2front.Close}
				}
				return &ending
			})
			address, err := ParseAddress(front.URL)
			if err != nil {
				t.Fatal(err)
			}
			client, err := New(Options{Address: address, Token: secret, CACertificates: front.Certificate,
				RequestTimeout: 5 * time.Second,
				Retry:          Retry{Attempts: 3, MinWait: time.Millisecond, MaxWait: time.Millisecond}})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // on a new connection and on a reused one
				writes.Store(0)
				_, err = client.PerformAction(t.Context(), ActionPerformInput{})
				var failure *Error
				if !errors.As(err, &failure) || !failure.Ambiguous() || writes.Load() != 1 {
					t.Errorf("sent %d times: %v", writes.Load(), err)
				}
				if _, err := client.PackageSpecs(t.Context(), Ref{ID: "1"}); err != nil {
					t.Errorf("a read after that: %v", err)
				}
			}
			if reads.Load() != 2 {
				t.Errorf("%d reads", reads.Load())
			}
		})
	}
}

// The transport repeats a read that the front refuses with REFUSED_STREAM.
func TestFrontSpeaksHTTP2(t *testing.T) {
	t.Parallel()
	first := atomic.Bool{}
	front := http2front.New(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Proto != "HTTP/2.0" || r.Header.Get("session") != secret {
			t.Errorf("%s %v", r.Proto, r.Header)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"data":{"packageSpecs":{"edges":[]}}}`))
	}), func([]byte) *http2front.Ending {
		if first.CompareAndSwap(false, true) {
			return &http2front.Ending{Code: http2.ErrCodeRefusedStream}
		}
		return nil
	})
	address, err := ParseAddress(front.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		Address:        address,
		Token:          secret,
		CACertificates: front.Certificate,
		Retry:          Retry{Attempts: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.PackageSpecs(t.Context(), Ref{ID: "1"}); err != nil {
		t.Error(err)
	}
}
