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
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// pauses returns the pauses of a read whose every answer is throttled with the header Retry-After,
// or without it if it is empty.
func pauses(after string, random float64) []time.Duration {
	r := &repetition{retry: DefaultRetry(), random: func() float64 { return random }, now: time.Now}
	request, _ := http.NewRequestWithContext(context.WithValue(context.Background(), attemptsKey{}, &attempts{}),
		http.MethodPost, "http://localhost", http.NoBody)
	response := &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{}, Request: request}
	if after != "" {
		response.Header.Set("Retry-After", after)
	}
	check := r.reads(r.retry.Attempts, repeatRead)
	var made []time.Duration
	for len(made) < 1000 {
		again, err := check(request.Context(), response, nil)
		if !again || err != nil {
			break
		}
		made = append(made, r.pause(r.retry.MinWait, r.retry.MaxWait, len(made), response))
	}
	return made
}

func total(pauses []time.Duration) (sum time.Duration) {
	for _, pause := range pauses {
		sum += pause
	}
	return sum
}

// TestThrottledPauses checks the pauses of reads that are throttled: they grow at random up to a
// limit, and take five minutes in total. The server's own pauses take precedence.
func TestThrottledPauses(t *testing.T) {
	t.Parallel()
	half := time.Second / 2
	made := pauses("", 0.5)
	begin := []time.Duration{half + half/2, half + half, half + 2*half, half + 4*half, half + 8*half}
	if len(made) < len(begin) || !slices.Equal(made[:len(begin)], begin) {
		t.Errorf("pauses begin with %v, want %v", made, begin)
	}
	if got := total(made); got != 5*time.Minute {
		t.Errorf("pauses take %s in total", got)
	}
	if longest := slices.Max(pauses("", 0.999)); longest > 31*time.Second || longest < 30*time.Second {
		t.Errorf("the longest pause is %s", longest)
	}
	if shortest := slices.Min(pauses("", 0)); shortest != half {
		t.Errorf("the shortest pause is %s", shortest)
	}
	for after, want := range map[string]struct {
		pause time.Duration
		count int
	}{"7": {7 * time.Second, 43}, "86400": {time.Minute, 5}, "0": {half, 600}} {
		if made := pauses(after, 0.5); len(made) != want.count || made[0] != want.pause || total(made) > 6*time.Minute {
			t.Errorf("after %q: %d pauses, the first of %s", after, len(made), made[0])
		}
	}
}

// TestRetryAfter checks that a time is compared with the Date of the same answer, which is by the
// same clock.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	at := func(after time.Duration) string { return now.Add(after).Format(http.TimeFormat) }
	for name, c := range map[string]struct {
		after, date string
		want        time.Duration
		ok          bool
	}{
		"none":             {"", "", 0, false},
		"seconds":          {"12", "", 12 * time.Second, true},
		"negative":         {"-1", "", 0, false},
		"a word":           {"soon", "", 0, false},
		"a time":           {at(20 * time.Second), "", 20 * time.Second, true},
		"a time that was":  {at(-time.Second), "", 0, true},
		"by another clock": {at(10*time.Minute + 5*time.Second), at(10 * time.Minute), 5 * time.Second, true},
	} {
		header := http.Header{"Retry-After": {c.after}, "Date": {c.date}}
		if got, ok := retryAfter(header, now); ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %s, %t", name, got, ok)
		}
	}
}

// TestOtherFailuresKeepTheirLimit checks that throttling does not use up the repetitions of other
// failures, and does not add to them.
func TestOtherFailuresKeepTheirLimit(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	client, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if sent.Add(1) <= 3 {
			answer(429, "text/plain", "slow down")(w, r)
			return
		}
		answer(502, "text/plain", "down")(w, r)
	})
	_, err := client.Action(t.Context(), "1")
	_ = check(t, err, KindUnavailable, "down")
	if got := requests.Load(); got != 6 {
		t.Errorf("%d requests, want 3 that are throttled and 3 that fail", got)
	}
}

// TestThrottledFor checks that the error says how long the read was repeated, and that reads which
// are not repeated after other failures are repeated, too.
func TestThrottledFor(t *testing.T) {
	t.Parallel()
	client, requests := serve(t, answer(429, "text/plain", "slow down"))
	_, err := client.Endpoints(t.Context(), EndpointsRequest{First: 1, Once: true})
	if failure := check(t, err, KindThrottled, ""); failure.Throttled != 3*time.Millisecond || requests.Load() != 4 {
		t.Errorf("throttled for %s, in %d requests", failure.Throttled, requests.Load())
	}
	_, err = client.PerformAction(t.Context(), ActionPerformInput{})
	if failure := check(t, err, KindThrottled, ""); failure.Throttled != 0 {
		t.Errorf("a mutation was repeated for %s", failure.Throttled)
	}
}

// throttling is a client of a server that throttles its first requests, with pauses for a time in
// total. Its reads are never sent alone.
func throttling(t *testing.T, retry Retry, throttled int64) (*Client, *echo) {
	t.Helper()
	server := newEcho(t, nil)
	inner := server.Config.Handler
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if server.requests.Load() < throttled {
			server.requests.Add(1)
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		inner.ServeHTTP(w, r)
	})
	address, err := ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		// An attempt at a merged request takes a third of the timeout, which the pauses exceed.
		Address: address, Token: secret, RequestTimeout: 600 * time.Millisecond, Retry: retry, BatchWindow: time.Hour,
		Random: func() float64 { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	return client, server
}

// TestThrottledMerged checks that a merged request that is throttled stays one request, also beyond
// the timeout of an attempt, and that its failure is that of every caller.
func TestThrottledMerged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		budget              time.Duration
		throttled, requests int64
		fails               bool
	}{
		"accepted at last":    {10 * time.Second, 4, 5, false},
		"throttled until end": {100 * time.Millisecond, 1000, 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, server := throttling(t, Retry{MinWait: 100 * time.Millisecond, Throttled: c.budget}, c.throttled)
			var reading sync.WaitGroup
			for i := range maxMerged {
				reading.Go(func() {
					_, err := client.Action(t.Context(), strconv.Itoa(i))
					if (err != nil) != c.fails || IsThrottled(err) != c.fails {
						t.Errorf("action %d: %v", i, err)
					}
				})
			}
			reading.Wait()
			if got := server.requests.Load(); got != c.requests {
				t.Errorf("%d requests, want %d", got, c.requests)
			}
		})
	}
}

// TestInterruptWhileThrottled checks that an interrupt ends the pauses at once, also those of a
// merged request that nobody waits for any more.
func TestInterruptWhileThrottled(t *testing.T) {
	t.Parallel()
	client, server := throttling(t, Retry{MinWait: 50 * time.Millisecond, Throttled: time.Hour}, 1<<40)
	ctx, cancel := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	for i := range maxMerged {
		reading.Go(func() {
			_, err := client.Action(ctx, strconv.Itoa(i))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("action %d: %v", i, err)
			}
		})
	}
	waitFor(t, func() bool { return server.requests.Load() >= 2 })
	cancel()
	reading.Wait()
	waitFor(t, func() bool { return len(client.batched.places) == 0 }) // the merged request has ended
	before := server.requests.Load()
	<-time.After(200 * time.Millisecond)
	if got := server.requests.Load(); got != before {
		t.Errorf("%d more requests after the interrupt", got-before)
	}

	pausing := Retry{MinWait: time.Hour, Throttled: time.Hour}
	single, err := New(Options{Address: client.address, Token: secret, Retry: pausing})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { _, err := single.Action(ctx, "1"); ended <- err }()
	before = server.requests.Load()
	waitFor(t, func() bool { return server.requests.Load() > before || len(ended) > 0 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("a read that pauses for an hour: %v", err)
	}
}

// TestOnPause checks which pauses are reported, and what of them.
func TestOnPause(t *testing.T) {
	t.Parallel()
	type key struct{}
	for name, c := range map[string]struct {
		status    int
		after     string
		requested time.Duration
		length    time.Duration
		reported  bool
	}{
		"throttled for a day":         {429, "86400", 24 * time.Hour, time.Minute, true},
		"throttled":                   {429, "7", 7 * time.Second, 7 * time.Second, true},
		"throttled, without a header": {429, "", 0, 750 * time.Millisecond, true},
		"down for an hour":            {503, "3600", time.Hour, time.Minute, true},
		"down, without a header":      {503, "", 0, 500 * time.Millisecond, false},
		"another failure":             {502, "3600", 0, 500 * time.Millisecond, false},
	} {
		var reported []Pause
		r := &repetition{retry: DefaultRetry(), random: func() float64 { return 0.5 }, now: time.Now,
			onPause: func(ctx context.Context, pause Pause) {
				if ctx.Value(key{}) != "of the request" {
					t.Errorf("%s: another context", name)
				}
				reported = append(reported, pause)
			}}
		ctx := context.WithValue(t.Context(), key{}, "of the request")
		request, _ := http.NewRequestWithContext(context.WithValue(ctx, attemptsKey{}, &attempts{}),
			http.MethodPost, "http://localhost", http.NoBody)
		response := &http.Response{StatusCode: c.status, Header: http.Header{}, Request: request}
		response.Header.Set("Retry-After", c.after)
		if again, err := r.reads(4, repeatRead)(request.Context(), response, nil); !again || err != nil {
			t.Fatalf("%s: %t, %v", name, again, err)
		}
		if got := r.pause(r.retry.MinWait, r.retry.MaxWait, 0, response); got != c.length {
			t.Errorf("%s: pauses for %s", name, got)
		}
		want := []Pause{{Status: c.status, Length: c.length, Requested: c.requested}}
		if !c.reported {
			want = nil
		}
		if !slices.Equal(reported, want) {
			t.Errorf("%s: reports %+v", name, reported)
		}
	}
}

// TestUnknownHost checks that no request to a host whose name does not exist is repeated, and that
// one is if the name service fails.
func TestUnknownHost(t *testing.T) {
	t.Parallel()
	for _, unknown := range []bool{true, false} {
		err := &url.Error{Op: "Post", URL: "https://tanium.invalid", Err: &net.OpError{Op: "dial", Net: "tcp",
			Err: &net.DNSError{Name: "tanium.invalid", IsNotFound: unknown, IsTemporary: !unknown}}}
		for name, repeatable := range map[string]retryablehttp.CheckRetry{
			"a read": repeatRead, "a merged read": repeatMerged, "a mutation": repeatWrite,
		} {
			if again, ended := repeatable(t.Context(), nil, err); again == unknown || ended != nil {
				t.Errorf("%s, unknown %t: %t, %v", name, unknown, again, ended)
			}
		}
	}
}

// TestOnRepeat checks that the first repetition of a request without an answer is reported, once
// and without the token.
func TestOnRepeat(t *testing.T) {
	t.Parallel()
	type key struct{}
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hijack(t, w, "HTTP/1.1 "+r.Header.Get("session")+"\r\n\r\n")
	}))
	t.Cleanup(broken.Close)
	down := httptest.NewServer(answer(502, "text/plain", "down"))
	t.Cleanup(down.Close)
	for _, c := range []struct {
		url, reason string
		mutation    bool
		reported    bool
	}{
		{closedPort, "connection refused", false, true},
		{closedPort, "connection refused", true, true},
		{broken.URL, masked, false, true},
		{broken.URL, "", true, false},
		{down.URL, "", false, false},
	} {
		address, err := ParseAddress(c.url)
		if err != nil {
			t.Fatal(err)
		}
		var reported []Repeat
		client, err := New(Options{
			Address: address, Token: secret,
			Retry: Retry{Attempts: 3, MinWait: time.Millisecond, MaxWait: time.Millisecond},
			OnRepeat: func(ctx context.Context, repeat Repeat) {
				if ctx.Value(key{}) != "of the request" {
					t.Error("another context")
				}
				reported = append(reported, repeat)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.WithValue(t.Context(), key{}, "of the request")
		if c.mutation {
			_, err = client.PerformAction(ctx, ActionPerformInput{})
		} else {
			_, err = client.Action(ctx, "1")
		}
		if err == nil {
			t.Errorf("%+v: no error", c)
		}
		if !c.reported {
			if len(reported) > 0 {
				t.Errorf("%+v: reports %+v", c, reported)
			}
			continue
		}
		if len(reported) != 1 || reported[0].Host != address.endpoint.Host || reported[0].Attempt != 2 ||
			reported[0].Attempts != 4 || !strings.Contains(reported[0].Reason, c.reason) ||
			strings.Contains(reported[0].Reason, secret) {
			t.Errorf("%+v: reports %+v", c, reported)
		}
	}
}
