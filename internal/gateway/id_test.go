// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

func TestQuoteIDs(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"id":6112010}`:             `{"id":"6112010"}`,
		`{"id" : 5 ,"name":"id"}`:    `{"id" : "5" ,"name":"id"}`,
		`{"id":"5","x":{"id":7}}`:    `{"id":"5","x":{"id":"7"}}`,
		`{"id":null,"issueCount":3}`: `{"id":null,"issueCount":3}`,
		`["id",5]`:                   `["id",5]`,
		`{"value":"{\"id\":5}"}`:     `{"value":"{\"id\":5}"}`,
		`{"id":`:                     `{"id":`,
		`{"id"`:                      `{"id"`,
		`{}`:                         `{}`,
		`{"actionId":5,"edges":[{"id":` + "\n1}]}": `{"actionId":5,"edges":[{"id":` + "\n\"1\"}]}",
	} {
		if got := string(quoteIDs([]byte(body))); got != want {
			t.Errorf("%s became %s, want %s", body, got, want)
		}
	}
}

// Valid JSON stays valid, and has the same meaning except for IDs.
func FuzzQuoteIDs(f *testing.F) {
	for _, seed := range []string{`{"id":5,"a":["id",{"id":"x"}]}`, `{"a":"\"id\":5"}`, `"id"`} {
		f.Add([]byte(seed))
	}
	var plain func(value any) any
	plain = func(value any) any {
		switch value := value.(type) {
		case []any:
			for i := range value {
				value[i] = plain(value[i])
			}
		case map[string]any:
			for key, each := range value {
				if value[key] = plain(each); key == "id" {
					value[key] = nil
				}
			}
		}
		return value
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var before, after any
		if json.Unmarshal(body, &before) != nil {
			t.Skip()
		}
		if err := json.Unmarshal(quoteIDs(append([]byte(nil), body...)), &after); err != nil {
			t.Skip() // an ID that is not a whole number
		}
		if !reflect.DeepEqual(plain(before), plain(after)) {
			t.Errorf("%s", body)
		}
	})
}

// A number as an ID is accepted. An answer without an ID is unreadable, and its deployment is then
// searched for by the marker.
func TestPerformedWithoutID(t *testing.T) {
	t.Parallel()
	const scheduled = `{"data":{"actionPerform":{"scheduledActions":[{"scheduledAction":SCHEDULED}]}}}`
	for name, test := range map[string]struct {
		answer string
		id     string // empty for an unreadable answer
	}{
		"a number": {`{"id":88001,"name":"","comment":"","approved":true,"issueCount":1,` +
			`"lastAction":{"id":6112010}}`, "88001"},
		"a text":                     {`{"id":"88001","name":"","comment":"","approved":true,"issueCount":1}`, "88001"},
		"null":                       {`{"id":null}`, ""},
		"an empty text":              {`{"id":""}`, ""},
		"no scheduled action at all": {`null`, ""},
	} {
		client, _ := serve(t, answer(200, "application/json", strings.Replace(scheduled, "SCHEDULED", test.answer, 1)))
		made, err := client.PerformAction(t.Context(), ActionPerformInput{})
		if test.id == "" {
			if failure := check(t, err, KindUnreadable, ""); !failure.Ambiguous() || failure.Refused() {
				t.Errorf("%s: %+v", name, failure)
			}
			continue
		}
		if err != nil || made[0].ScheduledAction.Id != test.id {
			t.Errorf("%s: %+v, %v", name, made, err)
		}
	}
}

// The token of a server's answer is in no error: from the body, a GraphQL error, a header or the
// status line.
func TestTokenIsMasked(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"a text":       answer(403, "text/plain", "the session "+secret+" may not"),
		"JSON":         answer(401, "application/json", `{"text":"session `+secret+`"}`),
		"GraphQL":      answer(200, "application/json", `{"errors":[{"message":"session `+secret+`"}]}`),
		"content type": answer(200, "text/"+secret, "x"),
		"no JSON":      answer(200, "application/json", secret),
		"payload": answer(200, "application/json", `{"data":{"actionPerform":{"error":{"message":"`+
			secret+`"}}}}`),
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://example.com/?"+url.QueryEscape(secret), http.StatusFound)
		},
		"a broken line": func(w http.ResponseWriter, _ *http.Request) { hijack(t, w, "HTTP/1.1 "+secret+"\r\n\r\n") },
	} {
		client, _ := serve(t, handler)
		_, err := client.PerformAction(t.Context(), ActionPerformInput{})
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	hidden := newMask(`token-"<1>/`)
	for _, form := range []string{`token-"<1>/`, `token-\"<1>/`, `token-\"\u003c1\u003e/`, `token-%22%3C1%3E%2F`,
		"token-%22%3C1%3E%2F"} {
		if got := hidden.text("x " + form); got != "x "+masked {
			t.Errorf("%s is %s", form, got)
		}
	}
}

// hijack sends raw bytes as the answer.
func hijack(t *testing.T, w http.ResponseWriter, raw string) {
	t.Helper()
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_, _ = connection.Write([]byte(raw))
	_ = connection.Close()
}
