// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// Invalid numbers are rejected by one line.
func TestRefuseNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ says, flag, value string }{
		{"--speed must be more than 0", "--speed", "0"},
		{"--speed must be more than 0", "--speed", "-1"},
		{"--speed must be more than 0", "--speed", "NaN"},
		{"--speed must be more than 0", "--speed", "Inf"},
		{"--speed must be more than 0", "--speed", "-Inf"},
		{"--speed must be more than 0 and at most 1000000", "--speed", "1e7"},
		{"--endpoints must be between 0 and 1000000", "--endpoints", "-1"},
		{"--endpoints must be between 0 and 1000000", "--endpoints", "1000001"},
		{"--endpoints", "--endpoints", "99999999999999999999"},
	} {
		for _, more := range [][]string{{"--listen", "256.0.0.1:1"}, {"--print-fleet"}} {
			err := run(t.Context(), append(more, c.flag+"="+c.value), io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s %s says %v, want %q", c.flag, c.value, err, c.says)
			}
		}
	}
}

// served serves a simulator until the test ends. It returns the address and the printed warning.
func served(t *testing.T, listen string, handler http.Handler, within timeouts) (address, warned string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var warn strings.Builder
	ended := make(chan error, 1)
	go func() {
		err := flags{Listen: listen}.serve(ctx, handler, in, &warn, within)
		_ = in.CloseWithError(err) // one that does not start prints no line
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(strings.TrimSpace(line), "listening on http://"), warn.String()
}

// short returns timeouts that are short enough for a test.
func short() timeouts {
	return timeouts{header: 200 * time.Millisecond, read: 200 * time.Millisecond, idle: 200 * time.Millisecond}
}

func newSimulator(t *testing.T) *simulator.Simulator {
	t.Helper()
	handler, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

const (
	gatewayRequest = "POST " + simulator.Path + " HTTP/1.1\r\nHost: localhost\r\n" +
		"Content-Type: application/json\r\nSession: " + simulator.DefaultToken + "\r\n"
	controlRequest = "POST /simulator/faults HTTP/1.1\r\nHost: localhost\r\n"
)

// A client that never finishes loses its connection: after half a header, after half a body, and
// when idle.
func TestClientsThatNeverFinish(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sends, says string }{
		"half a header": {"POST / HTTP/1.1\r\nHost: local", ""},
		"half a body":   {gatewayRequest + "Content-Length: 1000\r\n\r\n{\"query\"", "408 Request Timeout"},
		"half a chunk": {gatewayRequest + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n{\"query\"",
			"408 Request Timeout"},
		"half a body of control": {controlRequest + "Content-Length: 1000\r\n\r\n[", "400 Bad Request"},
		"no other request":       {gatewayRequest + "Content-Length: 19\r\n\r\n{\"query\":\"{ now }\"}", "200 OK"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, _ := served(t, "127.0.0.1:0", newSimulator(t), short())
			connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close() //nolint:errcheck // the server closes it
			if err := connection.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(connection, c.sends); err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(connection)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatalf("the connection is still open after %q", answer)
			}
			if !strings.Contains(string(answer), c.says) {
				t.Errorf("answers %q, want %q", answer, c.says)
			}
		})
	}
}

// A delayed answer is sent even if the delay exceeds the read timeout.
func TestDelayOutlastsTimeouts(t *testing.T) {
	t.Parallel()
	handler := newSimulator(t)
	if err := handler.Fail(simulator.Fault{Kind: simulator.Delay, Milliseconds: 600}); err != nil {
		t.Fatal(err)
	}
	address, _ := served(t, "127.0.0.1:0", handler, short())
	begin := time.Now()
	c := child{url: "http://" + address}
	answer, err := c.ask(t.Context(), "{ now }")
	if took := time.Since(begin); err != nil || answer["now"] == nil || took < 600*time.Millisecond {
		t.Errorf("answers %v after %s, %v", answer, took, err)
	}
}

// The default timeouts limit everything that a client can leave open.
func TestDefaultTimeouts(t *testing.T) {
	t.Parallel()
	if timeouts := defaultTimeouts(); timeouts.header <= 0 || timeouts.read <= 0 || timeouts.idle <= 0 {
		t.Errorf("%+v", timeouts)
	}
}

// Listening beyond loopback prints a one-line warning.
func TestWarnBeyondLoopback(t *testing.T) {
	t.Parallel()
	for listen, wants := range map[string]int{"127.0.0.1:0": 0, "localhost:0": 0, "0.0.0.0:0": 1, ":0": 1} {
		_, warned := served(t, listen, newSimulator(t), defaultTimeouts())
		if strings.Count(warned, "\n") != wants || (wants > 0 && !strings.Contains(warned, "control calls")) {
			t.Errorf("--listen %s warns %q", listen, warned)
		}
	}
}
