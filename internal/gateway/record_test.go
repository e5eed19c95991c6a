// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestExchanges checks what is recorded of answers and failures, and that a failed request counts
// its attempts.
func TestExchanges(t *testing.T) {
	t.Parallel()
	const token = "token-for-exchanges"
	for name, c := range map[string]struct {
		status      int
		kind, body  string
		says        string
		attempts    int
		wantsStatus int
	}{
		"data":    {200, "application/json", `{"data":{"action":null}}`, `{"data":{"action":null}}`, 1, 200},
		"refused": {200, "application/json", `{"errors":[{"message":"no ` + token + `"}]}`, "no [API token]", 1, 200},
		"page":    {200, "text/html", "<html>", "<html>", 1, 200},
		"down":    {503, "text/plain", "restarting", "restarting", 3, 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			t.Cleanup(server.Close)
			address, err := ParseAddress(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			var mutex sync.Mutex
			var seen []Exchange
			client, err := New(Options{Address: address, Token: token, BatchWindow: time.Millisecond,
				Retry: Retry{Attempts: 2, MinWait: time.Millisecond, MaxWait: time.Millisecond},
				OnExchange: func(_ context.Context, exchange Exchange) {
					mutex.Lock()
					defer mutex.Unlock()
					seen = append(seen, exchange)
				}})
			if err != nil {
				t.Fatal(err)
			}
			_, _ = client.Action(t.Context(), "17")
			got := seen[0]
			if got.Operation != "GetAction" || string(got.Variables) != `{"id":"17"}` || got.Status != c.wantsStatus ||
				got.ContentType != c.kind || got.Attempts != c.attempts || !strings.Contains(string(got.Body), c.says) {
				t.Errorf("%+v, %s", got, got.Body)
			}
		})
	}
}

// TestExchangesOfOneCaller checks that queries which are sent together are recorded one by one.
func TestExchangesOfOneCaller(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":{"actionGroup_0":{"id":"1"},"computerGroup_1":{"id":"2"}}}`)
	}))
	t.Cleanup(server.Close)
	address, err := ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var seen []Exchange
	client, err := New(Options{Address: address, Token: "t", BatchWindow: time.Millisecond,
		OnExchange: func(_ context.Context, exchange Exchange) { seen = append(seen, exchange) }})
	if err != nil {
		t.Fatal(err)
	}
	found, err := client.LookUp(t.Context(), Wanted{ActionGroups: []Ref{{ID: "1"}}, ComputerGroups: []Ref{{ID: "2"}}})
	if err != nil || found.ComputerGroups[0].Id != "2" || len(seen) != 2 {
		t.Fatalf("%+v, %v, %v", found, err, seen)
	}
	if got := string(seen[1].Body); got != `{"data":{"computerGroup":{"id":"2"}}}` || seen[1].Number != 2 {
		t.Errorf("%s is number %d", got, seen[1].Number)
	}
}
