// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// withHeaders returns a client of a server with the headers.
func withHeaders(t *testing.T, url string, headers map[string]string) *Client {
	t.Helper()
	address, err := ParseAddress(url)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		Address: address, Token: secret, UserAgent: "test/1.0", Headers: headers, Retry: Retry{Attempts: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestCheckHeader checks which headers are refused, and that no error has the value.
func TestCheckHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, value, says string }{
		{"Authorization", "Basic 0123456789", ""},
		{"CF-Access-Client-Secret", "0123456789", ""},
		{"Cookie", "a=b; c=d", ""},
		{"session", secret, "is set by the provider itself"},
		{"SESSION", secret, "is set by the provider itself"},
		{"content-type", "x", "is set by the provider itself"},
		{"User-Agent", "x", "is set by the provider itself"},
		{"host", "x", "is set by the provider itself"},
		{"transfer-encoding", "x", "is set by the provider itself"},
		{"", "x", "has an invalid name"},
		{"X A", "x", "has an invalid name"},
		{"X:A", "x", "has an invalid name"},
		{"X-Ä", "x", "has an invalid name"},
		{"X-A", "", "has no value"},
		{"X-A", " ", "has no value"},
		{"X-A", secret + "\n", "line break"},
		{"X-A", secret + "\x00", "cannot be sent"},
	} {
		err := CheckHeader(c.name, c.value)
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%q: %q: %v, want %q", c.name, c.value, err, c.says)
		case err != nil && strings.Contains(err.Error(), secret):
			t.Errorf("%s: the error has the value: %v", c.name, err)
		}
	}
}

// TestHeaders checks that every request has the headers, that none goes to the target of a
// redirect, and that errors do not say their values.
func TestHeaders(t *testing.T) {
	t.Parallel()
	var visited atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited.Store(true) }))
	t.Cleanup(elsewhere.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		basic, short := r.Header.Get("Authorization"), r.Header.Get("X-Short")
		if r.Header.Get("session") != secret || basic != "Basic 0123456789" || short != "no" {
			t.Errorf("sent %v", r.Header)
		}
		w.Header().Set("Location", elsewhere.URL+"/"+strings.TrimPrefix(basic, "Basic ")+"?"+basic+"&"+short)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))
	t.Cleanup(server.Close)
	client := withHeaders(t, server.URL, map[string]string{"authorization": "Basic 0123456789", "X-Short": "no"})
	for _, send := range []func() error{
		func() error { _, err := client.Action(t.Context(), "1"); return err },
		func() error { _, err := client.PerformAction(t.Context(), ActionPerformInput{}); return err },
	} {
		err := send()
		failure := check(t, err, KindNotGateway, elsewhere.URL+"/"+maskedHeader+"?"+maskedHeader+"&no")
		if strings.Contains(failure.Location, "0123456789") {
			t.Errorf("location is %s", failure.Location)
		}
	}
	if visited.Load() {
		t.Error("the redirect was followed")
	}
	if got := client.Mask("Basic 0123456789, 0123456789, no"); got != maskedHeader+", "+maskedHeader+", no" {
		t.Error(got)
	}
}

// TestHeadersOfAnotherOrigin checks that the transport refuses another origin before it adds them.
func TestHeadersOfAnotherOrigin(t *testing.T) {
	t.Parallel()
	var visited atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited.Store(true) }))
	t.Cleanup(elsewhere.Close)
	address, err := ParseAddress("https://tanium.example.com")
	if err != nil {
		t.Fatal(err)
	}
	guarded := Options{Address: address, Headers: map[string]string{"X-A": "0123456789"}}.
		authorized(&tokens{current: secret}, http.DefaultTransport)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, elsewhere.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := guarded.RoundTrip(request)
	if err == nil {
		_ = response.Body.Close()
	}
	if err == nil || visited.Load() || strings.Contains(err.Error(), "0123456789") {
		t.Errorf("another origin was visited: %v", err)
	}
}
