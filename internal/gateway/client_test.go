// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const secret = "token-0123456789abcdef"

// dial returns a client of a server, with short timeouts and pauses.
func dial(t *testing.T, url string) *Client {
	t.Helper()
	address, err := ParseAddress(url)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		Address:        address,
		Token:          secret,
		UserAgent:      "test/1.0",
		RequestTimeout: 2 * time.Second,
		Retry: Retry{
			Attempts: 2, MinWait: time.Millisecond, MaxWait: 2 * time.Millisecond, Throttled: 3 * time.Millisecond,
		},
		Random: func() float64 { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func serve(t *testing.T, handler http.HandlerFunc) (*Client, *atomic.Int64) {
	t.Helper()
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		requests.Add(1)
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return dial(t, server.URL), &requests
}

func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func half(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "100")
	_, _ = io.WriteString(w, `{"data":{"actionPerf`)
}

// TestFailures sends one read and one mutation to a server that fails in one way, and checks the
// error and the number of requests.
func TestFailures(t *testing.T) {
	t.Parallel()
	const jsonType, page = "application/json; charset=utf-8", "<html>Sign in</html>"
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		kind    Kind
		message string
		reads   int64
		lost    bool // the answer does not say whether the mutation took effect
	}{
		"expired token": {answer(401, jsonType, `{"text":"Unauthorized"}`), KindUnauthenticated,
			"Unauthorized", 2, false},
		"denied":     {answer(403, "text/html", page), KindForbidden, "", 1, false},
		"wrong path": {answer(404, "text/html", page), KindNotGateway, "", 1, false},
		"a page":     {answer(200, "text/html", page), KindNotGateway, "text/html", 1, true},
		"invalid document": {answer(400, jsonType, `{"errors":[{"message":"Cannot query field \"x\""}]}`),
			KindInvalidDocument, "Cannot query field", 1, false},
		"throttled": {answer(429, "text/plain", "slow down"), KindThrottled, "slow down", 4, false},
		"service down": {answer(500, "text/plain", "Failed to initialize request"), KindUnavailable,
			"Failed to initialize", 3, true},
		"gateway down": {answer(502, "text/html", page), KindUnavailable, "", 3, true},
		// Two reads: the action and the list of actions.
		"refused": {answer(200, jsonType, `{"errors":[{"message":"no","extensions":{"argumentErrors":[{`+
			`"message":"bad op"}]}}],"data":null}`), KindRefused, "no; bad op", 2, false},
		"dropped connection": {drop, KindUnreachable, "", 3, true},
		"half an answer":     {half, KindUnreadable, "broke off", 3, true},
		"invalid JSON":       {answer(200, jsonType, `{"data":`), KindUnreadable, "", 1, true},
		"odd status":         {answer(418, "text/plain", "teapot"), KindUnexpectedStatus, "teapot", 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, requests := serve(t, test.handler)
			_, err := client.Action(t.Context(), "1")
			_ = check(t, err, test.kind, test.message)
			if got := requests.Swap(0); got != test.reads {
				t.Errorf("a read was sent %d times, want %d", got, test.reads)
			}

			_, err = client.PerformAction(t.Context(), ActionPerformInput{})
			failure := check(t, err, test.kind, test.message)
			if got := requests.Load(); got != 1 {
				t.Errorf("a mutation was sent %d times, want once", got)
			}
			if !failure.Ambiguous() || failure.Refused() == test.lost {
				t.Errorf("ambiguous is %t, refused is %t", failure.Ambiguous(), failure.Refused())
			}
		})
	}
}

func check(t *testing.T, err error, kind Kind, message string) *Error {
	t.Helper()
	var failure *Error
	if !errors.As(err, &failure) {
		t.Fatalf("error is %v, want an *Error", err)
	}
	if failure.Kind != kind || !strings.Contains(failure.Message, message) {
		t.Errorf("error is %s (kind %d), want kind %d with %q", failure, failure.Kind, kind, message)
	}
	if strings.Contains(err.Error(), secret) || strings.Contains(fmt.Sprintf("%+v", failure), secret) {
		t.Error("the error contains the token")
	}
	return failure
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var visited atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited.Store(true) }))
	t.Cleanup(elsewhere.Close)
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+Path, http.StatusTemporaryRedirect)
	})

	_, err := client.Action(t.Context(), "1")
	failure := check(t, err, KindNotGateway, elsewhere.URL)
	if failure.Location != elsewhere.URL+Path {
		t.Errorf("location is %q", failure.Location)
	}
	if visited.Load() {
		t.Error("the redirect was followed")
	}
}

func TestRequestHeaders(t *testing.T) {
	t.Parallel()
	var header http.Header
	var path string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		header, path = r.Header.Clone(), r.URL.Path
		answer(200, "application/json", `{"data":{"action":null}}`)(w, r)
	})
	action, err := client.Action(t.Context(), "1")
	if err != nil || action != nil {
		t.Fatalf("an unknown action is %v, %v; want nil, nil", action, err)
	}
	if header.Get("session") != secret || header.Get("User-Agent") != "test/1.0" || path != Path {
		t.Errorf("sent session %q, user agent %q to %q", header.Get("session"), header.Get("User-Agent"), path)
	}
}

// closedPort is an address that refuses connections. The port of a server that was closed is not:
// another test's server can get that one.
const closedPort = "http://127.0.0.1:1"

func TestServerThatIsDown(t *testing.T) {
	t.Parallel()
	_, err := dial(t, closedPort).PerformAction(t.Context(), ActionPerformInput{})
	if failure := check(t, err, KindUnreachable, "connection refused"); failure.Ambiguous() {
		t.Error("a mutation that never left counts as ambiguous")
	}
}

func TestInterruptAfterSending(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	client, _ := serve(t, func(http.ResponseWriter, *http.Request) { cancel(); <-release })
	t.Cleanup(func() { close(release) })
	_, err := client.PerformAction(ctx, ActionPerformInput{})
	failure := check(t, err, KindCanceled, "")
	if !failure.Ambiguous() || !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted after sending: ambiguous %t, error %v", failure.Ambiguous(), err)
	}
}

func TestSystemErrorOfAPayload(t *testing.T) {
	t.Parallel()
	client, requests := serve(t,
		answer(200, "application/json",
			`{"data":{"actionPerform":{"error":{"message":"gave up","timedOut":true},"scheduledActions":null}}}`))
	_, err := client.PerformAction(t.Context(), ActionPerformInput{})
	if failure := check(t, err, KindSystem, "gave up"); !failure.Ambiguous() || failure.Retryable {
		t.Errorf("timedOut: %+v", failure)
	}
	if requests.Load() != 1 {
		t.Errorf("sent %d times", requests.Load())
	}
}

func TestParseAddress(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://example-api.cloud.tanium.com":              "https://example-api.cloud.tanium.com" + Path,
		"https://tanium.example.com:8443/":                  "https://tanium.example.com:8443" + Path,
		" https://tanium.example.com" + Path + "/ ":         "https://tanium.example.com" + Path,
		"http://127.0.0.1:8080":                             "http://127.0.0.1:8080" + Path,
		"tanium.example.com":                                "",
		"ftp://tanium.example.com":                          "",
		"https://":                                          "",
		"https://user:password@tanium.example.com":          "",
		"https://tanium.example.com/?a=b":                   "",
		"https://tanium.example.com/api/v2/graphql":         "",
		"https://tanium.example.com/%zz":                    "",
		"https://example-api.cloud.tanium.com/ui/console#x": "",
	} {
		address, err := ParseAddress(raw)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q passes as %q", raw, address.Endpoint())
		case want != "" && (err != nil || address.Endpoint() != want):
			t.Errorf("%q gives %q, %v; want %q", raw, address.Endpoint(), err, want)
		case err != nil && strings.Contains(err.Error(), "password@"):
			t.Errorf("the error repeats the password: %v", err)
		}
	}
}

func TestAddressOfConsoleAndPlaintext(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]struct {
		console   string
		plaintext bool
	}{
		"https://example-api.cloud.tanium.com": {"https://example.cloud.tanium.com/ui/console/actions/status/7", false},
		"https://tanium.example.com":           {"https://tanium.example.com/ui/console/actions/status/7", false},
		"http://tanium.example.com":            {"http://tanium.example.com/ui/console/actions/status/7", true},
		"http://localhost:1":                   {"http://localhost:1/ui/console/actions/status/7", false},
		"http://[::1]:1":                       {"http://[::1]:1/ui/console/actions/status/7", false},
	} {
		address, err := ParseAddress(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := address.ActionURL("7"); got != want.console || address.Plaintext() != want.plaintext {
			t.Errorf("%s: %s, plaintext %t", raw, got, address.Plaintext())
		}
	}
}

// An unknown ID gives nil, whether the server answers with null or with an error. A refusal for
// another reason stays an error.
func TestMissing(t *testing.T) {
	t.Parallel()
	const refusal = `{"errors":[{"message":"no"}],"data":null}`
	for name, c := range map[string]struct {
		single, list string
		missing      bool
	}{
		"null":     {`{"data":{"action":null,"scheduledAction":null}}`, "", true},
		"an error": {refusal, `{"data":{"actions":{"totalRecords":0},"scheduledActions":{"edges":[]}}}`, true},
		"it exists": {refusal,
			`{"data":{"actions":{"totalRecords":1},"scheduledActions":{"edges":[{"node":{"id":"1"}}]}}}`, false},
		"the list is refused": {refusal, refusal, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				w.Header().Set("Content-Type", "application/json")
				if strings.Contains(string(body), "CountActions") ||
					strings.Contains(string(body), "ListScheduledActions") {
					_, _ = io.WriteString(w, c.list)
					return
				}
				_, _ = io.WriteString(w, c.single)
			}))
			t.Cleanup(server.Close)
			client := dial(t, server.URL)
			action, actionErr := client.Action(t.Context(), "1")
			scheduled, scheduledErr := client.ScheduledAction(t.Context(), "1")
			_, _, bothErr := client.Deployment(t.Context(), "1", "2")
			if action != nil || scheduled != nil || (actionErr == nil) != c.missing ||
				(scheduledErr == nil) != c.missing || (bothErr == nil) != c.missing {
				t.Errorf("%v %v, %v %v, %v", action, actionErr, scheduled, scheduledErr, bothErr)
			}
		})
	}
}
