// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// control calls a control call without a network. It returns the status and the text of an error.
func control(t testing.TB, s http.Handler, path, body string) (int, string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+path,
		strings.NewReader(body))
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	var answer struct{ Text string }
	if recorder.Body.Len() > 0 {
		if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
			t.Errorf("%s %q answers %q", path, body, recorder.Body)
		}
	}
	return recorder.Code, answer.Text
}

// A control call with a mistake changes nothing. Its answer names the entry and the field.
func TestControlRejects(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	deep := strings.Repeat("[", 200_000)
	for _, c := range []struct{ path, body, says string }{
		{"faults", ``, "the body is not JSON"},
		{"faults", `[`, "the body is not JSON"},
		{"faults", `[] []`, "the body is not JSON"},
		{"faults", `null`, "the body must be a list"},
		{"faults", `{"kind": "delay"}`, "the body must be a list"},
		{"faults", `[null]`, "fault 1: must be an object"},
		{"faults", `["delay"]`, "fault 1: must be an object"},
		{"faults", deep, "the body is not JSON"},
		{"faults", `[{"kind": "graphql_error", "extensions": ` + deep + `}]`, "the body is not JSON"},
		{"faults", `[` + strings.Repeat(" ", 5<<20) + `]`, "the body has more than 4 MB"},
		{"faults", `[{"kind": "garbage"}, {"kind": "garbage", "tmes": 2}]`,
			`fault 2: unknown field "tmes", must be one of ` +
				`field, kind, times`},
		{"faults", `[{"Kind": "garbage"}]`, `fault 1: unknown field "Kind"`},
		{"faults", `[{"kind": "garbage", "kind": "delay"}]`, "fault 1: kind occurs twice"},
		{"faults", `[{"kind": "explode"}]`, `fault 1: kind: unknown kind "explode", must be one of drop_before`},
		{"faults", `[{}]`, `fault 1: kind: unknown kind ""`},
		{"faults", `[{"kind": "garbage", "field": "actionPreform"}]`, `fault 1: field: the schema has no query or ` +
			`mutation "actionPreform"`},
		{"faults", `[{"kind": "garbage", "times": -2}]`, "fault 1: times must be at least 0, or -1 for ever, not -2"},
		{"faults", `[{"kind": "garbage", "times": 1.5}]`, "fault 1: times must be a whole number of 64 bits, not 1.5"},
		{"faults", `[{"kind": "garbage", "times": "2"}]`,
			"fault 1: times must be a whole number of 64 bits, not string"},
		{"faults", `[{"kind": "garbage", "skip": -1}]`, "fault 1: skip must be at least 0, not -1"},
		{"faults", `[{"kind": "garbage", "effect": 1}]`, "fault 1: effect must be true or false"},
		{"faults", `[{"kind": "delay", "milliseconds": -1}]`,
			"fault 1: milliseconds must be from 0 to 86400000, not -1"},
		{"faults", `[{"kind": "delay", "milliseconds": 9223372036854775807}]`, "fault 1: milliseconds must be from 0"},
		{"faults", `[{"kind": "delay", "code": 503}]`, "fault 1: code has no effect on the kind delay"},
		{"faults", `[{"kind": "drop_after", "effect": true}]`, "fault 1: effect has no effect on the kind drop_after"},
		{"faults", `[{"kind": "status", "code": -503}]`, "fault 1: code must be an HTTP status from 200, not -503"},
		{"faults", `[{"kind": "status", "code": 100}]`, "fault 1: code must be an HTTP status from 200, not 100"},
		{"faults", `[{"kind": "status", "code": 599}]`, "fault 1: code must be an HTTP status from 200, not 599"},
		{"faults", `[{"kind": "status"}]`, "fault 1: code must be an HTTP status from 200, not 0"},
		{"faults", `[{"kind": "status", "code": 503, "retry_after": -1}]`,
			"fault 1: retry_after must be at least 0, not -1"},
		{"faults", `[{"kind": "status", "code": 503, "retry_after": 0.5}]`,
			"fault 1: retry_after must be a whole number of " +
				"64 bits, not 0.5"},
		{"faults", `[{"kind": "status", "code": 503, "retry_after": "soon"}]`,
			"fault 1: retry_after must be a whole number"},
		{"faults", `[{"kind": "status", "code": 503, "retry_after": 1e30}]`,
			"fault 1: retry_after must be a whole number"},
		{"faults", `[{"kind": "redirect", "location": "http://\u0001"}]`, "fault 1: location must be a URL"},
		{"clock", ``, "the body is not JSON"},
		{"clock", `[]`, "must be an object"},
		{"clock", `{}`, "advance_seconds is missing"},
		{"clock", `{"advance_seconds": null}`,
			"advance_seconds must be a whole number from 0 to 9223372036, not null"},
		{"clock", `{"advance_seconds": 0.5}`, "advance_seconds must be a whole number from 0 to 9223372036, not 0.5"},
		{"clock", `{"advance_seconds": "60"}`,
			`advance_seconds must be a whole number from 0 to 9223372036, not "60"`},
		{"clock", `{"advance_seconds": ` + strings.Repeat("9", 1000) + `}`, "9999999…"},
		{"clock", `{"advance_second": 1}`, `unknown field "advance_second", must be one of advance_seconds`},
		{"clock", `{"advance_seconds": 1, "advance_seconds": 2}`, "advance_seconds occurs twice"},
		{"clock", `{"advance_seconds": 1}}`, "the body is not JSON"},
		{"endpoints", `{"id": "100201"}`, "the body must be a list"},
		{"endpoints", `[{"id": "100201", "online": true}, {"id": "100201", "onlin": false}]`,
			`endpoint 2: unknown field ` +
				`"onlin", must be one of id, online, sensors`},
		{"endpoints", `[{"online": true}]`, `endpoint 1: id: there is no endpoint ""`},
		{"endpoints", `[{"id": 100201, "online": true}]`, "endpoint 1: id must be a text, not number"},
		{"endpoints", `[{"id": "100201", "online": "yes"}]`, "endpoint 1: online must be true or false, not string"},
		{"endpoints", `[{"id": "100201"}]`, "endpoint 1: online or sensors must be given"},
		{"endpoints", `[{"id": "100201", "sensors": {"Shoe Size": [["43"]]}}]`,
			`endpoint 1: sensors: there is no sensor`},
		{"edit", `{"id": "88001", "reissue_seconds": 1}`, "SavedActionNotFound"},
		{"edit", `{"id": "88001", "Name": "x"}`, `unknown field "Name"`},
	} {
		status, says := control(t, s.Simulator, "/simulator/"+c.path, c.body)
		if status != http.StatusBadRequest || !strings.Contains(says, c.says) || strings.Contains(says, "\n") ||
			len(says) > 300 {
			t.Errorf("%s %.100s answers %d: %s\nwant %s", c.path, c.body, status, says, c.says)
		}
	}
}

// A control call accepts every spelling of a whole number, and a huge Retry-After.
func TestControlAccepts(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for _, c := range [][2]string{
		{"clock", `{"advance_seconds": 0}`},
		{"clock", `{"advance_seconds": 60.0}`},
		{"clock", `{"advance_seconds": 3.6e3}`},
		{"endpoints", `[]`},
		{"faults", `[{"kind": "garbage", "times": -1, "skip": 3}]`},
		{"faults", `[{"kind": "status", "code": 429, "retry_after": 9223372036854775807}]`},
	} {
		if status, says := control(t, s.Simulator, "/simulator/"+c[0], c[1]); status != http.StatusNoContent {
			t.Errorf("%s %s answers %d: %s", c[0], c[1], status, says)
		}
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+simulator.Path,
		strings.NewReader(`{"query": "{ now }"}`))
	request.Header.Set("session", simulator.DefaultToken)
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	check(t, "Retry-After", recorder.Header().Get("Retry-After"), "9223372036854775807")
}

// A control call accepts or rejects any body with one line.
func FuzzControl(f *testing.F) {
	for _, seed := range []string{
		`[{"field": "now", "kind": "status", "code": 503, "times": 2, "skip": 1, "retry_after": 3}]`,
		`[{"kind": "graphql_error", "message": "x", "extensions": {"a": [1, null]}}]`,
		`{"advance_seconds": 1}`, `[{"id": "100201", "online": false, "sensors": {"Uptime": [["3"]]}}]`,
		`{"id": "88001", "end_time": "2026-03-07T09:00:00Z"}`, `[[[[`, `[null]`,
	} {
		f.Add(seed)
	}
	s, err := simulator.New(simulator.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 64<<10 {
			return
		}
		for _, path := range []string{"faults", "clock", "endpoints", "edit"} {
			status, says := control(t, s, "/simulator/"+path, body)
			if status != http.StatusNoContent && (status != http.StatusBadRequest || says == "" ||
				strings.Contains(says, "\n")) {
				t.Errorf("%s %q answers %d: %q", path, body, status, says)
			}
		}
	})
}
