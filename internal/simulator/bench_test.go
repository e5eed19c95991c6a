// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// largeSimulator returns a simulator with a hundred thousand endpoints.
func largeSimulator(b *testing.B) *simulator.Simulator {
	b.Helper()
	small, err := fleet.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	large, err := small.Grow(100_000, 1)
	if err != nil {
		b.Fatal(err)
	}
	s, err := simulator.New(simulator.Options{Fleet: large, Clock: clock.Manual(time.Unix(0, 0), 0)})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func post(b *testing.B, s *simulator.Simulator, query string, variables fields) map[string]any {
	b.Helper()
	request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, simulator.Path,
		bytes.NewReader(document(query, variables)))
	request.Header.Set("session", simulator.DefaultToken)
	request.Header.Set("Content-Type", "application/json")
	request.RemoteAddr = "127.0.0.1:1"
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	var answer struct{ Data map[string]any }
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || answer.Data == nil {
		b.Fatalf("%v: %s", err, recorder.Body)
	}
	return answer.Data
}

// BenchmarkPreview previews a two-sensor filter over a hundred thousand endpoints.
func BenchmarkPreview(b *testing.B) {
	s := largeSimulator(b)
	for b.Loop() {
		post(b, s,
			`{ endpoints(first: 5, source: {ts: {}},
			  filter: {filters: [{sensor: {name: "Running Processes with MD5 Hash", column: "MD5 Hash"},
			  value: "4bf0d5083604b3f8c67c6d0dd310e355"},
		  {sensor: {name: "OS Platform"}, value: "Windows"}]}) { totalRecords edges { node { name } } } }`, nil)
	}
	reportMemory(b, s)
}

// reportMemory reports the memory that a simulator keeps in use.
func reportMemory(b *testing.B, s *simulator.Simulator) {
	b.Helper()
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.HeapAlloc)/1e6, "MB-held")
	runtime.KeepAlive(s)
}

// BenchmarkWalk pages through a hundred thousand endpoints, a thousand per page.
func BenchmarkWalk(b *testing.B) {
	s := largeSimulator(b)
	for b.Loop() {
		variables := fields{}
		for more := true; more; {
			answer := post(b, s, `query($after: Cursor) { endpoints(first: 1000, after: $after) { pageInfo { `+
				`endCursor hasNextPage } edges { node { id name ipAddress os { platform } } } } }`, variables)
			variables["after"] = at(answer, "endpoints", "pageInfo", "endCursor")
			more, _ = at(answer, "endpoints", "pageInfo", "hasNextPage").(bool)
		}
	}
	reportMemory(b, s)
}

// BenchmarkDeploy runs a deployment to a hundred thousand endpoints to its end.
func BenchmarkDeploy(b *testing.B) {
	for b.Loop() {
		s := largeSimulator(b)
		post(b, s, perform, tag(fields{"targets": fields{"actionGroup": fields{"id": 21}}}))
		if err := s.Advance(3600e9); err != nil {
			b.Fatal(err)
		}
		post(b, s, follow, fields{"id": firstAction})
		reportMemory(b, s)
	}
}

// BenchmarkPage asks for what the page shows of five actions on a hundred thousand endpoints,
// which have ended.
func BenchmarkPage(b *testing.B) {
	s := largeSimulator(b)
	for range 5 {
		post(b, s, perform, tag(fields{"targets": fields{"actionGroup": fields{"id": 21}}}))
	}
	if err := s.Advance(3600e9); err != nil {
		b.Fatal(err)
	}
	show := func() {
		request := httptest.NewRequestWithContext(b.Context(), http.MethodGet,
			"http://127.0.0.1/simulator/actions?endpoints=300&timeline=40", nil)
		request.RemoteAddr = "127.0.0.1:1"
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusOK {
			b.Fatal(recorder.Body)
		}
	}
	show() // carries out what happened until now
	for b.Loop() {
		show()
	}
	reportMemory(b, s)
}

// BenchmarkYear moves the time by a year, in which an action issues every hour.
func BenchmarkYear(b *testing.B) {
	for b.Loop() {
		s := start(b, simulator.Options{})
		s.ask(perform, tag(fields{"schedule": fields{"reissueSeconds": 3600}}))
		if err := s.Simulator.Advance(365 * 24 * time.Hour); err != nil {
			b.Fatal(err)
		}
		s.ask("{ now }", nil)
		reportMemory(b, s.Simulator)
	}
}
