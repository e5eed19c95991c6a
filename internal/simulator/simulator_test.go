// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// tenant is a simulator whose clock stands still.
type tenant struct {
	*simulator.Simulator
	url string
	t   testing.TB
	// direct calls have no network, which takes longer than most answers.
	direct bool
}

// builtinFleet reads the built-in fleet once for all tests: it takes most of the start of a
// simulator, and nothing changes a fleet.
//
//nolint:gochecknoglobals // the tests of a package have nothing else in common
var builtinFleet = sync.OnceValues(fleet.Builtin)

func start(t testing.TB, options simulator.Options) *tenant {
	t.Helper()
	if options.Clock == nil {
		options.Clock = clock.Manual(time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC), 0)
	}
	if options.Fleet == nil {
		machines, err := builtinFleet()
		if err != nil {
			t.Fatal(err)
		}
		options.Fleet = machines
	}
	gateway, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gateway)
	t.Cleanup(server.Close)
	return &tenant{Simulator: gateway, url: server.URL, t: t}
}

// Advance moves the time forward.
func (s *tenant) Advance(by time.Duration) {
	s.t.Helper()
	if err := s.Simulator.Advance(by); err != nil {
		s.t.Fatal(err)
	}
}

// call sends a request and returns the status and the body. Status -1 means a broken connection.
func (s *tenant) call(method, path, token string, body []byte) (int, string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("session", token)
	}
	if s.direct {
		recorder := httptest.NewRecorder()
		request.RemoteAddr = "127.0.0.1:1"
		s.ServeHTTP(recorder, request)
		return recorder.Code, recorder.Body.String()
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return -1, err.Error()
	}
	defer response.Body.Close() //nolint:errcheck // it is read
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return -1, err.Error()
	}
	return response.StatusCode, string(answer)
}

func document(query string, variables map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err)
	}
	return body
}

// as runs a document with a token. It fails the test unless the answer has data and no errors.
func (s *tenant) as(token, query string, variables map[string]any) map[string]any {
	s.t.Helper()
	status, answer := s.call(http.MethodPost, simulator.Path, token, document(query, variables))
	var body struct {
		Data   map[string]any
		Errors []any
	}
	if err := json.Unmarshal([]byte(answer), &body); err != nil || status != http.StatusOK || len(body.Errors) > 0 {
		s.t.Fatalf("%s\nanswered %d: %s", query, status, answer)
	}
	return body.Data
}

func (s *tenant) ask(query string, variables map[string]any) map[string]any {
	s.t.Helper()
	return s.as(simulator.DefaultToken, query, variables)
}

// refused runs a document that must fail, and returns the message.
func (s *tenant) refused(query string, variables map[string]any) string {
	s.t.Helper()
	status, answer := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken, document(query, variables))
	var body struct{ Errors []struct{ Message string } }
	if err := json.Unmarshal([]byte(answer), &body); err != nil || status != http.StatusOK || len(body.Errors) != 1 {
		s.t.Fatalf("%s\nanswered %d: %s", query, status, answer)
	}
	return body.Errors[0].Message
}

// at returns a value of an answer by a path of field names and list indexes.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// list is at for a list.
func list(value any, path ...any) []any {
	elements, _ := at(value, path...).([]any)
	return elements
}

func TestStatus(t *testing.T) {
	t.Parallel()
	good := document("{ now }", nil)
	for name, c := range map[string]struct {
		method, path, token string
		body                []byte
		status              int
		says                string
	}{
		"good":        {http.MethodPost, simulator.Path, simulator.DefaultToken, good, 200, `"now"`},
		"no token":    {http.MethodPost, simulator.Path, "", good, 401, `{"text":"Unauthorized"}`},
		"wrong token": {http.MethodPost, simulator.Path, "token-wrong", good, 401, `{"text":"Unauthorized"}`},
		"GET":         {http.MethodGet, simulator.Path, simulator.DefaultToken, nil, 405, "Method Not Allowed"},
		"elsewhere":   {http.MethodPost, "/api/v2/graphql", simulator.DefaultToken, good, 404, ""},
		"no JSON": {http.MethodPost, simulator.Path, simulator.DefaultToken, []byte("{ now }"),
			400, "errors"},
		"no GraphQL": {http.MethodPost, simulator.Path, simulator.DefaultToken, document("{ now", nil),
			400, "errors"},
		"unknown field": {http.MethodPost, simulator.Path, simulator.DefaultToken, document("{ then }", nil), 400,
			`Cannot query field \"then\" on type \"Query\"`},
		"even if not asked": {http.MethodPost, simulator.Path, simulator.DefaultToken,
			document("{ now then @include(if: false) }", nil), 400, "Cannot query field"},
		"missing variable": {http.MethodPost, simulator.Path, simulator.DefaultToken,
			document("query($id: ID!) { action(ref: {id: $id}) { id } }", nil), 400, "errors"},
		"too long": {http.MethodPost, simulator.Path, simulator.DefaultToken,
			bytes.Repeat([]byte("x"), 5<<20), 413, ""},
		"too deep": {http.MethodPost, simulator.Path, simulator.DefaultToken,
			document(strings.Repeat("{ a ", 30_000), nil), 400, "errors"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			if status, answer := s.call(c.method, c.path, c.token, c.body); status != c.status ||
				!strings.Contains(answer, c.says) {
				t.Errorf("answered %d: %s", status, answer)
			}
		})
	}
}

// The documents and variables of Tanium's page work unchanged.
func TestPage(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	page := func(name string) map[string]any {
		query, err := os.ReadFile(filepath.Join("testdata", "page", name+".graphql"))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join("testdata", "page", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var variables map[string]any
		if err := json.Unmarshal(raw, &variables); err != nil {
			t.Fatal(err)
		}
		return s.ask(string(query), variables)
	}
	want := func(got any, wanted any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(wanted) {
			t.Errorf("got %v, want %v", got, wanted)
		}
	}

	found := page("package")
	want(at(found, "packageSpecs", "edges", 0, "node", "name"), "Custom Tagging - Add Tags")
	want(at(found, "packageSpecs", "edges", 0, "node", "params", 0, "key"), "$1")
	want(at(found, "packageSpecs", "edges", 0, "node", "sensorSourcedParams"), nil)

	preview := page("preview")
	var names []string
	for _, edge := range list(preview, "endpoints", "edges") {
		names = append(names, fmt.Sprint(at(edge, "node", "name")))
		want(at(edge, "node", "sensorReadings", "columns", 2, "values"), []any{"4bf0d5083604b3f8c67c6d0dd310e355"})
	}
	slices.Sort(names)
	want(names, []string{"win-dc-01", "win-dc-02", "win-file-01", "win-web-01", "win-web-02"})

	for i, name := range []string{"tag_by_name", "kill", "tag_by_id"} {
		performed := page(name)
		want(at(performed, "actionPerform", "error"), nil)
		want(at(performed, "actionPerform", "scheduledActions", 0, "platforms"), nil)
		want(at(performed, "actionPerform", "scheduledActions", 0, "scheduledAction", "id"), 88001+i)
		want(at(performed, "actionPerform", "scheduledActions", 0, "scheduledAction", "lastAction", "id"), 6112010+i)
	}
	s.Advance(time.Minute)
	want(at(page("status"), "action"), nil) // an action of another tenant
	want(at(page("status_issued"), "action", "status"), "OPEN")
	want(at(page("status_issued"), "action", "results", "completed"), 1)
	var reached int
	for _, action := range s.Actions() {
		reached += len(action.Actions[0].Endpoints)
	}
	want(reached, 1+5+1)
	if gone := page("preview"); len(list(gone, "endpoints", "edges")) != 0 {
		t.Error("the process was killed and still runs")
	}
}

// The gateway answers any HTTP request with JSON and does not crash.
func FuzzServe(f *testing.F) {
	for _, name := range []string{"preview", "kill", "tag_by_id"} {
		query, err := os.ReadFile(filepath.Join("testdata", "page", name+".graphql"))
		if err != nil {
			f.Fatal(err)
		}
		variables, err := os.ReadFile(filepath.Join("testdata", "page", name+".json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(query), string(variables))
	}
	f.Add("{ ...A } fragment A on Query { now ...A }", "{}")
	f.Fuzz(func(t *testing.T, query, variables string) {
		gateway, err := simulator.New(simulator.Options{Clock: clock.Manual(time.Unix(0, 0), 0)})
		if err != nil {
			t.Fatal(err)
		}
		quoted, err := json.Marshal(query)
		if err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, simulator.Path,
			strings.NewReader(`{"query":`+string(quoted)+`,"variables":`+variables+`}`))
		request.Header.Set("session", simulator.DefaultToken)
		request.Header.Set("Content-Type", "application/json")
		request.RemoteAddr = "127.0.0.1:1"
		recorder := httptest.NewRecorder()
		gateway.ServeHTTP(recorder, request)
		if !json.Valid(recorder.Body.Bytes()) || strings.Contains(recorder.Body.String(), "internal system error") {
			t.Errorf("answered %d: %s", recorder.Code, recorder.Body)
		}
	})
}
