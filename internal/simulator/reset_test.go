// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/store"
)

// controlState returns the answers of all control calls.
func (s *tenant) controlState() string {
	s.t.Helper()
	var all strings.Builder
	for _, what := range []string{"stats", "requests", "actions", "endpoints", "clock"} {
		status, answer := s.call(http.MethodGet, "/simulator/"+what, "", nil)
		if status != http.StatusOK {
			s.t.Fatalf("%s answered %d: %s", what, status, answer)
		}
		all.WriteString(answer)
	}
	return all.String()
}

func (s *tenant) reset() {
	s.t.Helper()
	if status, answer := s.call(http.MethodPost, "/simulator/reset", "", nil); status != http.StatusNoContent ||
		answer != "" {
		s.t.Fatalf("answered %d: %s", status, answer)
	}
}

// A reset restores the initial state, repeatedly. The first action has the first ID again.
func TestReset(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Tokens: []string{"token-another"}})
	before := s.controlState()
	for range 2 {
		grant := `mutation { apiTokenGrant(input: {trustedIPAddresses: ["127.0.0.1"]}) { token { tokenString } } }`
		granted := fmt.Sprint(at(s.ask(grant, nil), "apiTokenGrant", "token", "tokenString"))
		s.as(granted, "{ now }", nil)
		performed := s.ask(perform, tag(nil))
		check(t, "ID", at(performed, "actionPerform", "scheduledActions", 0, "scheduledAction", "id"), "88001")
		s.call(http.MethodPost, "/simulator/endpoints", "",
			[]byte(`[{"id": "100201", "online": false, "sensors": {"Uptime": [["3"]]}}]`))
		s.Advance(time.Hour)
		if err := s.Fail(simulator.Fault{Kind: simulator.Garbage, Times: -1}); err != nil {
			t.Fatal(err)
		}
		if s.controlState() == before {
			t.Fatal("nothing happened, so that nothing is tested")
		}
		s.reset()
		if after := s.controlState(); after != before {
			t.Errorf("after the reset:\n%s\nbefore:\n%s", after, before)
		}
		if status, _ := s.call(http.MethodPost, simulator.Path, granted,
			document("{ now }", nil)); status != http.StatusUnauthorized {
			t.Errorf("a token of before is answered %d", status)
		}
		s.as("token-another", "{ now }", nil)
		s.reset()
	}
}

// delayedBody is a request body that calls a function before it is read.
type delayedBody struct {
	io.Reader
	before func()
	once   sync.Once
}

func (l *delayedBody) Read(p []byte) (int, error) {
	l.once.Do(l.before)
	return l.Reader.Read(p)
}

// A request in progress during a reset changes nothing.
func TestResetDuringRequest(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	body := &delayedBody{Reader: bytes.NewReader(document(perform, tag(nil))), before: s.reset}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+simulator.Path, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("session", simulator.DefaultToken)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Expect", "100-continue") // the server asks for the body after the request has arrived
	transport := &http.Transport{ExpectContinueTimeout: time.Minute}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // it is read
	answer, err := io.ReadAll(response.Body)
	if err != nil || !strings.Contains(string(answer), "the simulator was reset during the request") {
		t.Errorf("%v: %s", err, answer)
	}
	check(t, "actions", len(s.Actions()), 0)
	check(t, "requests", s.Stats().Requests, 0)
}

// startWithStore starts a simulator with a store. It also returns a function that closes the store.
func startWithStore(t *testing.T, path string, at *clock.Clock) (*tenant, func()) {
	t.Helper()
	kept, err := store.Open(path, "shape")
	if err != nil {
		t.Fatal(err)
	}
	return start(t, simulator.Options{Store: kept, Clock: at}), func() {
		if err := kept.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func names(s *tenant) []string {
	var found []string
	for _, report := range s.Actions() {
		found = append(found, report.ScheduledActionID+" "+report.Name)
	}
	return found
}

// A reset empties the store, which keeps later commands. The time restarts at the reset.
func TestResetStore(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store")
	noon := time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)
	s, done := startWithStore(t, path, clock.Manual(noon, 0))
	s.ask(perform, tag(fields{"name": "before"}))
	s.Advance(time.Hour)
	s.reset()
	done()

	s, done = startWithStore(t, path, clock.Manual(noon, 0))
	check(t, "actions", len(s.Actions()), 0)
	check(t, "time", at(s.ask("{ now }", nil), "now"), "2026-03-07T12:00:00Z")
	s.reset()
	s.ask(perform, tag(fields{"name": "after"}))
	s.Advance(time.Minute)
	done()

	s, done = startWithStore(t, path, clock.Manual(noon, 0))
	defer done()
	check(t, "actions", names(s), []string{"88001 after"})
	check(t, "time", at(s.ask("{ now }", nil), "now"), "2026-03-07T12:01:00Z")
}

// If the store cannot be emptied, nothing is reset.
func TestResetRefused(t *testing.T) {
	t.Parallel()
	s, done := startWithStore(t, filepath.Join(t.TempDir(), "store"), nil)
	s.ask(perform, tag(nil))
	done()
	if status, answer := s.call(http.MethodPost, "/simulator/reset", "", nil); status != 500 ||
		!strings.Contains(answer, "store ") {
		t.Errorf("answered %d: %s", status, answer)
	}
	check(t, "actions", len(s.Actions()), 1)
}

// With concurrent deployments and resets, the store holds what the simulator shows.
func TestResetConcurrently(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store")
	s, done := startWithStore(t, path, clock.New(time.Now, 1))
	var workers sync.WaitGroup
	for worker := range 3 {
		workers.Go(func() {
			for n := range 40 {
				name := fmt.Sprintf("%d of %d", n, worker)
				status, answer := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken,
					document(perform, tag(fields{"name": name})))
				if status != http.StatusOK {
					t.Errorf("answered %d: %s", status, answer)
				}
				s.Stats()
				s.Requests()
			}
		})
	}
	workers.Go(func() {
		for range 20 {
			s.reset()
		}
	})
	workers.Wait()
	shown := names(s)
	done()
	s, done = startWithStore(t, path, clock.New(time.Now, 1))
	defer done()
	if kept := names(s); !slices.Equal(kept, shown) {
		t.Errorf("the store holds %v, and %v was shown", kept, shown)
	}
}
