// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// raw is an answer of any kind.
type raw struct {
	status             int
	kind, header, body string
}

// newRawClient returns a client of a server that gives answers in order and repeats the last one,
// and a function that counts the requests.
func newRawClient(t *testing.T, answers ...raw) (*gateway.Client, func() int) {
	t.Helper()
	asked := 0 // one watch of one part sends one request at a time
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		next := answers[min(asked, len(answers)-1)]
		asked++
		w.Header().Set("Content-Type", next.kind)
		if next.header != "" {
			w.Header().Set("Location", next.header)
		}
		w.WriteHeader(next.status)
		_, _ = io.WriteString(w, next.body)
	}))
	t.Cleanup(server.Close)
	address, err := gateway.ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{
		Address: address, Token: "token-x", Retry: gateway.Retry{Attempts: -1}, BatchWindow: time.Nanosecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client, func() int { return asked }
}

// rejecting are the answers that may pass.
func rejecting() map[string]raw {
	return map[string]raw{
		"401":                {status: 401, kind: "application/json", body: `{"text":"Unauthorized"}`},
		"403":                {status: 403, kind: "text/html"},
		"redirect to login":  {status: 302, header: "/login?next=%2F"},
		"redirect to openid": {status: 307, header: "https://id.example.com/realms/x/openid-connect/auth"},
		"page":               {status: 200, kind: "text/html", body: "<html>Sign in</html>"},
		"refusal":            {status: 200, kind: "application/json", body: `{"errors":[{"message":"no"}]}`},
		"bad request":        {status: 400, kind: "application/json", body: `{"errors":[{"message":"no"}]}`},
	}
}

// TestRejected checks that a watch survives answers that pass, and ends with the last failure if
// they stay.
func TestRejected(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	done := raw{status: 200, kind: "application/json", body: `{"data":{` + action("77", "OPEN", 2, 0) + `}}`}
	open := raw{status: 200, kind: "application/json", body: `{"data":{` + action("77", "OPEN", 1, 0) + `}}`}
	down := raw{status: 503, kind: "text/plain"}
	repeat := func(of raw, times int) (all []raw) {
		for range times {
			all = append(all, of)
		}
		return all
	}
	join := func(lists ...[]raw) (all []raw) {
		for _, list := range lists {
			all = append(all, list...)
		}
		return all
	}
	// A rejection is asked for after 2, 4, 8, 16 and 9 times 30 seconds.
	const most = 13
	for rejection, answer := range rejecting() {
		each := 1 // requests of a round
		if rejection == "refusal" {
			each = 2 // the list of actions may say that there is none (API.md#unknown-ids)
		}
		once, long := repeat(answer, each), repeat(answer, most*each)
		for name, c := range map[string]struct {
			answers []raw
			want    EndingKind
			passed  time.Duration
			asked   int
		}{
			"once": {answers: join(once, []raw{done}), want: Finished, passed: 2 * time.Second, asked: each + 1},
			"for minutes": {answers: join(long, []raw{done}), want: Finished, passed: RejectedFor,
				asked: most*each + 1},
			"for ever": {answers: []raw{answer}, want: Unreadable, passed: RejectedFor, asked: (most + 1) * each},
			"twice":    {answers: join(long, []raw{open}, long, []raw{done}), want: Finished},
			"around an outage": {
				answers: join(repeat(answer, 9*each), repeat(down, 50), repeat(answer, 4*each), []raw{done}),
				want:    Finished,
			},
		} {
			client, asked := newRawClient(t, c.answers...)
			clock := &countingClock{at: start}
			watch := Watch{Client: client, Clock: clock, Interval: 10 * time.Second, Targeted: new(2)}
			ending := watch.Await(t.Context(), []Part{{ScheduledActionID: "10", ActionID: "77"}}, time.Hour)
			passed := clock.at.Sub(start)
			if ending.Kind != c.want || ending.Parts[0].ActionID != "77" ||
				c.asked > 0 && (passed != c.passed || asked() != c.asked) {
				t.Errorf("%s, %s: %+v after %s and %d requests", rejection, name, ending, passed, asked())
			}
			if failed := ending.LastFailure(); (failed != nil) != (c.want == Unreadable) {
				t.Errorf("%s, %s: %v", rejection, name, failed)
			}
		}
	}
}

// TestMaintenancePage checks that a redirect which is not to a login page, and a missing page, do
// not end a watch, however long they stay.
func TestMaintenancePage(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]raw{
		"a redirect": {status: 302, header: "/maintenance"}, "a missing page": {status: 404, kind: "text/html"},
	} {
		client, asked := newRawClient(t, answer)
		ctx, stop := context.WithCancel(t.Context())
		watch := Watch{Client: client, Clock: &countingClock{}, Interval: 10 * time.Second, Targeted: new(2),
			OnIdle: func() {
				if asked() >= 100 {
					stop()
				}
			}}
		_, err := watch.until(ctx, []Part{{ScheduledActionID: "10", ActionID: "77"}})
		if !errors.Is(err, context.Canceled) || asked() != 100 {
			t.Errorf("%s: %v after %d requests", name, err, asked())
		}
	}
}
