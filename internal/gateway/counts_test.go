// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// TestBatchedCounts checks that counts of different filters share a request, each with its own
// answer, and that one that is not to wait for others does not.
func TestBatchedCounts(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		var body struct {
			Query     string
			Variables map[string]any
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		document, err := parser.ParseQuery(&ast.Source{Input: body.Query})
		if err != nil {
			t.Error(err)
			return
		}
		data := map[string]any{}
		for _, selection := range document.Operations[0].SelectionSet {
			field := selection.(*ast.Field) //nolint:forcetypeassert // no document has fragments at its root
			first, err := field.Arguments.ForName("first").Value.Value(body.Variables)
			if err != nil {
				t.Error(err)
			}
			data[field.Alias] = map[string]any{"totalRecords": first, "edges": []any{}}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"data": data})
	}))
	defer server.Close()
	address, err := ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	// The window does not end: only a full request is sent.
	client, err := New(Options{Address: address, Token: secret, BatchWindow: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	count := func(request EndpointsRequest) {
		page, err := client.Endpoints(t.Context(), request)
		if err != nil || page.Total != request.First {
			t.Errorf("%d: %d, %v", request.First, page.Total, err)
		}
	}
	var counts sync.WaitGroup
	for i := range maxMerged {
		name := fmt.Sprintf("sensor %d", i)
		counts.Go(func() {
			count(EndpointsRequest{First: i + 1, Batch: true, Filter: &EndpointFieldFilter{Path: &name}})
		})
	}
	counts.Wait()
	if sent := requests.Load(); sent != 1 {
		t.Errorf("%d requests", sent)
	}
	count(EndpointsRequest{First: 7})
	if sent := requests.Load(); sent != 2 {
		t.Errorf("%d requests", sent)
	}
}
