// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// An object that was found is asked for once; a missing object is asked for again.
func TestCatalogAsksOnce(t *testing.T) {
	t.Parallel()
	body := `{"data":{"actionGroup":null}}`
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	address, err := gateway.ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{Address: address, Token: "token-test"})
	if err != nil {
		t.Fatal(err)
	}
	catalog := New(client, time.Now)
	for range 2 { // a missing object is not cached
		if group, err := catalog.ActionGroup(t.Context(), gateway.Ref{Name: "All Computers"}); err != nil ||
			group != nil {
			t.Fatalf("%v, %v", group, err)
		}
	}
	body = `{"data":{"actionGroup":{"id":"4","name":"All Computers","any":true,"computerGroups":[]}}}`
	for range 3 {
		if group, err := catalog.ActionGroup(t.Context(), gateway.Ref{Name: "All Computers"}); err != nil ||
			group.Id != "4" {
			t.Fatalf("%v, %v", group, err)
		}
	}
	if requests.Load() != 3 {
		t.Errorf("asked %d times, want 3", requests.Load())
	}
}
