// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package replay

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/record"
)

// replayed starts a replay of exchanges. It returns what asks it for an operation, and what was not
// in the record.
func replayed(t *testing.T, exchanges ...record.Exchange) (func(operation, variables string) (int, string), *[]string) {
	t.Helper()
	var missing []string
	server, err := New(exchanges, func() time.Time { return time.Date(2026, 3, 7, 10, 0, 0, 0, time.UTC) },
		func(text string) { missing = append(missing, text) })
	if err != nil {
		t.Fatal(err)
	}
	return func(operation, variables string) (int, string) {
		t.Helper()
		kind := "query "
		if operation == "PerformAction" {
			kind = "mutation "
		}
		body, err := json.Marshal(map[string]any{
			"operationName": operation, "query": kind + operation, "variables": json.RawMessage(variables)})
		if err != nil {
			t.Fatal(err)
		}
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/",
			strings.NewReader(string(body))))
		return answer.Code, answer.Body.String()
	}, &missing
}

// made returns an exchange.
func made(operation, variables, answer string) record.Exchange {
	exchange := record.Exchange{Operation: operation, Variables: json.RawMessage(variables), Status: http.StatusOK,
		ContentType: "application/json", Started: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	exchange.SetBody([]byte(answer))
	return exchange
}

// ask is a request and what the answer to it has.
type ask struct {
	operation, variables string
	status               int
	says                 string
}

const (
	family   = "012001740590758"
	attempt  = "40695776190000011"
	attempt2 = "99995776190000011"
	mine     = "555551740590758"
)

// TestReplay checks which exchange answers a request, and how its names and markers are translated.
func TestReplay(t *testing.T) {
	t.Parallel()
	failed := record.Exchange{Operation: "A", Variables: json.RawMessage(`{"id":"1"}`), Status: 503, Attempts: 2,
		ContentType: "text/plain", Text: "down"}
	canceled := record.Exchange{Operation: "A", Variables: json.RawMessage(`{"id":"1"}`), Canceled: true}
	search := `{"filter":{"path":"comment","value":"` + family + `"}}`
	perform := `{"input":{"comment":"tf` + family + attempt + ` text-00000001","name":"text-00000002","end":null}}`
	for name, c := range map[string]struct {
		record []record.Exchange
		asks   []ask
	}{
		"a poll, in order and then the last one again": {
			[]record.Exchange{canceled, made("A", `{"id":"1"}`, `"a"`), made("A", `{"id":"2"}`, `"b"`),
				made("A", `{"id":"1"}`, `"c"`)},
			[]ask{{"A", `{"id":"1"}`, 200, `"a"`}, {"A", `{"id":"1"}`, 200, `"c"`}, {"A", `{"id":"2"}`, 200, `"b"`},
				{"A", `{"id":"1"}`, 200, `"c"`},
				{"A", `{"id":"3"}`, 200, `no exchange of A with the variables {\"id\":\"3\"}`}}},
		"a failure as often as it was tried": {
			[]record.Exchange{failed, made("A", `{"id":"1"}`, `"up"`)},
			[]ask{{"A", `{"id":"1"}`, 503, "down"}, {"A", `{"id":"1"}`, 503, "down"}, {"A", `{"id":"1"}`, 200, "up"}}},
		"merged queries": {[]record.Exchange{made("A", `{"id":"1"}`, `"a"`)},
			[]ask{{"A", `{"id_0":"1","id_1":"2"}`, 400, "one query"}, {"A", `{"id":"1"}`, 200, `"a"`}}},
		"another attempt": {
			[]record.Exchange{made("PerformAction", perform, `{"comment":"tf`+family+attempt+` text-00000001",`+
				`"name":"text-00000002","by":"user-00000003"}`)},
			[]ask{{"PerformAction", `{"input":{"name":"Say \"x\"","comment":"tf` + family + attempt2 + ` for a"}}`, 200,
				`{"comment":"tf` + family + attempt2 + ` for a","name":"Say \"x\"","by":"user-00000003"}`},
				{"PerformAction", `{"input":{"name":"Say","comment":"tf` + family + attempt2 + ` for a"}}`, 200,
					"no exchange"}}},
		"another deployment": {
			[]record.Exchange{made("L", search, `["tf`+family+attempt+`"]`)},
			[]ask{{"L", strings.ReplaceAll(search, family, mine), 200, `["tf` + mine + attempt + `"]`}}},
		"names that are told apart": {
			[]record.Exchange{made("A", `{"a":"text-00000001"}`, `"1"`), made("A", `{"a":"text-00000002"}`, `"2"`),
				made("A", `{"a":"text-00000001"}`, `"3 endpoint-00000001"`)},
			[]ask{{"A", `{"a":"x"}`, 200, `"1"`}, {"A", `{"a":"y"}`, 200, `"2"`}, {"A", `{"a":"x"}`, 200, `"3 x"`}}},
		"a secret": {[]record.Exchange{made("A", `{"a":["`+record.Secret+`"]}`, `"1"`)},
			[]ask{{"A", `{"a":["hunter2"]}`, 200, `"1"`}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asks, missing := replayed(t, c.record...)
			wanted := 0
			for i, each := range c.asks {
				status, text := asks(each.operation, each.variables)
				if status != each.status || !strings.Contains(text, each.says) {
					t.Errorf("request %d: %d %s, want %s", i+1, status, text, each.says)
				}
				if strings.Contains(each.says, "no exchange") {
					wanted++
				}
			}
			if len(*missing) != wanted {
				t.Errorf("missing: %v", *missing)
			}
		})
	}
}

// TestReplayTime checks that the time of the server is that of the record.
func TestReplayTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 7, 10, 0, 0, 0, time.UTC)
	server, err := New([]record.Exchange{made("A", `{}`, `{}`)}, func() time.Time { return now }, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Sun, 01 Mar 2026 00:00:00 GMT", "Sun, 01 Mar 2026 00:01:00 GMT"} {
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/",
			strings.NewReader(`{"operationName":"A","query":"query A"}`)))
		if got := answer.Header().Get("Date"); got != want || answer.Code != http.StatusOK {
			t.Errorf("%d at %s, want %s", answer.Code, got, want)
		}
		now = now.Add(time.Minute)
	}
}

// TestReplayNoAnswer checks that an exchange without an answer closes the connection.
func TestReplayNoAnswer(t *testing.T) {
	t.Parallel()
	server, err := New([]record.Exchange{{Operation: "A", Failure: "no answer"}}, time.Now, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	t.Cleanup(served.Close)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, served.URL,
		strings.NewReader(`{"operationName":"A","query":"query A"}`))
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := http.DefaultClient.Do(request); err == nil {
		_ = answer.Body.Close()
		t.Errorf("it answers with %d", answer.StatusCode)
	}
}
