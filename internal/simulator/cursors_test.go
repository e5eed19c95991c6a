// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// memoryMB returns the memory in use, in MB.
func memoryMB() float64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return float64(memory.HeapAlloc) / (1 << 20)
}

// The memory of cursors is limited. The oldest collections are deleted and their cursors count as
// expired; recent ones still page. The test is not parallel, because it measures the process.
func TestCursorsHoldLittle(t *testing.T) {
	const endpoints, queries, limit = 20_000, 40, 150
	small, err := builtinFleet()
	if err != nil {
		t.Fatal(err)
	}
	large, err := small.Grow(endpoints, 1)
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, simulator.Options{Fleet: large})
	s.direct = true
	s.ask(perform, tag(fields{"targets": fields{"actionGroup": fields{"id": 21}}}))
	s.Advance(3600e9)
	before := memoryMB()
	const query = `query($after: Cursor) {
	  endpoints(first: 1, after: $after) { pageInfo { endCursor } edges { node { id } } } }`
	var cursors []any
	for range queries {
		cursors = append(cursors, at(s.ask(query, nil), "endpoints", "pageInfo", "endCursor"))
	}
	held := memoryMB() - before
	t.Logf("%d queries over %d endpoints hold %.0f MB", queries, endpoints, held)
	if held > limit {
		t.Errorf("%d queries over %d endpoints hold %.0f MB, more than %d MB", queries, endpoints, held, limit)
	}
	for _, cursor := range cursors[queries-10:] {
		if got := s.ask(query, fields{"after": cursor}); len(list(got, "endpoints", "edges")) != 1 {
			t.Errorf("a recent cursor answers %v", got)
		}
	}
	if says := s.refused(query, fields{"after": cursors[0]}); !strings.Contains(says, "has expired") {
		t.Errorf("the oldest cursor says %q", says)
	}
}
