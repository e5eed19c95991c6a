// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// from returns the headers that a browser sends for a page of an origin.
func from(origin, site string) http.Header {
	header := http.Header{}
	if origin != "" {
		header.Set("Origin", origin)
	}
	if site != "" {
		header.Set("Sec-Fetch-Site", site)
	}
	return header
}

// requestAt returns a request that arrives at an address with a Host header.
func requestAt(t *testing.T, at net.Addr, method, path, host string) *http.Request {
	t.Helper()
	ctx := context.WithValue(t.Context(), http.LocalAddrContextKey, at)
	request := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(`{"advance_seconds": 1}`))
	request.Host = host
	return request
}

// Pages of other sites in a browser cannot move the clock, set faults or read anything. Other
// clients are served, under any name of a container.
func TestGuard(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	loopback := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8443}
	container := &net.TCPAddr{IP: net.IPv4(172, 17, 0, 2), Port: 8443}
	for name, c := range map[string]struct {
		arrives *net.TCPAddr
		method  string
		host    string
		header  http.Header
		status  int
	}{
		"curl": {loopback, "POST", "127.0.0.1:8443", nil, 204},
		"own page": {loopback, "POST", "127.0.0.1:8443",
			from("http://127.0.0.1:8443", "same-origin"), 204},
		"own page, old browser":     {loopback, "POST", "localhost:8443", from("http://localhost:8443", ""), 204},
		"IPv6":                      {loopback, "POST", "[::1]:8443", nil, 204},
		"subdomain":                 {loopback, "POST", "tanium.localhost:8443", nil, 204},
		"no port":                   {loopback, "GET", "localhost", nil, 200},
		"typed":                     {loopback, "GET", "localhost:8443", from("", "none"), 200},
		"followed link":             {loopback, "GET", "localhost:8443", from("", "cross-site"), 200},
		"foreign page":              {loopback, "POST", "127.0.0.1:8443", from("", "cross-site"), 403},
		"foreign page, old browser": {loopback, "POST", "127.0.0.1:8443", from("https://evil.example", ""), 403},
		"foreign port":              {loopback, "POST", "127.0.0.1:8443", from("http://127.0.0.1:3000", ""), 403},
		"page without an origin":    {loopback, "POST", "127.0.0.1:8443", from("null", ""), 403},
		"rebound name":              {loopback, "GET", "evil.example:8443", from("", "same-origin"), 403},
		"rebound name, moves":       {loopback, "POST", "evil.example:8443", from("http://evil.example:8443", ""), 403},
		"looks like loopback":       {loopback, "GET", "127.0.0.1.evil.example", nil, 403},
		"no host":                   {loopback, "GET", "", nil, 403},
		"container":                 {container, "POST", "tanium:8443", nil, 204},
		"container, foreign page":   {container, "POST", "tanium:8443", from("https://evil.example", ""), 403},
		"port of a container":       {container, "POST", "localhost:8443", nil, 204},
	} {
		request := requestAt(t, c.arrives, c.method, "/simulator/clock", c.host)
		maps.Copy(request.Header, c.header)
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		if recorder.Code != c.status {
			t.Errorf("%s: answered %d, not %d: %s", name, recorder.Code, c.status, recorder.Body)
		}
	}
	for _, path := range []string{"/simulator/", "/simulator/graphiql", "/simulator/faults",
		"/", "/ui/console/actions/status/1"} {
		request := requestAt(t, loopback, http.MethodGet, path, "evil.example")
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		check(t, path, recorder.Code, http.StatusForbidden)
	}
}

// The gateway's path is served under any name, because it requires a token.
func TestGuardLeavesGateway(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+simulator.Path,
		strings.NewReader(`{"query": "{ now }"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "tenant-api.example"
	request.Header.Set("Origin", "https://tenant.example")
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("session", simulator.DefaultToken)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	check(t, "status", response.StatusCode, http.StatusOK)
}
