// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestClockDistance checks the distance that follows from the times of a request and its answer.
func TestClockDistance(t *testing.T) {
	t.Parallel()
	local := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	const minutes = 10 * time.Minute
	for name, c := range map[string]struct {
		known, date, sent, answered, want time.Duration
	}{
		"the same":                      {0, 0, 0, 300 * time.Millisecond, 0},
		"cut to seconds":                {0, 0, 900 * time.Millisecond, 950 * time.Millisecond, 0},
		"two seconds behind":            {0, -2 * time.Second, 0, 0, 0},
		"ahead":                         {0, minutes, 0, 0, minutes},
		"behind":                        {0, -minutes, 0, 0, -minutes},
		"a slow answer":                 {0, 0, 0, time.Minute, 0},
		"made at the end of a slow one": {0, time.Minute, 0, time.Minute, 0},
		"a slow answer changes nothing": {minutes, minutes + 20*time.Second, 0, time.Minute, minutes},
		"corrected":                     {minutes, 0, 0, 0, 0},
		"half a second later":           {-minutes, -minutes, 500 * time.Millisecond, 500 * time.Millisecond, -minutes},
		"measured again":                {-minutes - 900*time.Millisecond, -minutes, 0, 0, -minutes},
		"moved":                         {minutes, 2 * minutes, 0, 0, 2 * minutes},
	} {
		clock := &clocks{distance: c.known}
		clock.take(local.Add(c.date), local.Add(c.sent), local.Add(c.answered))
		if got := time.Duration(clock.get()); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	ahead := ClockDistance(minutes)
	if !ahead.Server(local).Equal(local.Add(minutes)) || !ahead.Local(local).Equal(local.Add(-minutes)) {
		t.Error("a distance converts times in the wrong direction")
	}
}

// TestMeasure checks that the distance is that of the latest answer of the gateway. Proxies answer
// by their own clocks.
func TestMeasure(t *testing.T) {
	t.Parallel()
	local := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	var date []string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = date // nil for none
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"data":{"action":null}}`)
	}))
	t.Cleanup(server.Close)
	address, err := ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		Address: address, Token: secret, Retry: Retry{Attempts: -1}, Now: func() time.Time { return local },
	})
	if err != nil {
		t.Fatal(err)
	}
	at := func(ahead time.Duration) []string { return []string{local.Add(ahead).Format(http.TimeFormat)} }
	for _, c := range []struct {
		date   []string
		status int
		want   time.Duration
	}{
		{nil, 200, 0}, {at(time.Hour), 502, 0}, {at(time.Hour), 200, time.Hour}, {nil, 200, time.Hour},
		{[]string{"today"}, 200, time.Hour}, {at(0), 429, time.Hour}, {at(time.Second), 200, 0},
	} {
		date, status = c.date, c.status
		_, _ = client.Action(t.Context(), "1")
		if got := time.Duration(client.ClockDistance()); got != c.want {
			t.Errorf("after %v with status %d: %s, want %s", c.date, c.status, got, c.want)
		}
	}
}
