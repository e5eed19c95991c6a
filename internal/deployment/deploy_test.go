// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

const (
	down = "503"
	dead = "drop"
)

// script answers each operation with its answers in order, the last one for ever, and records what
// was asked. An operation may be named with the ID that it asks for, as "GetAction 77". One that is
// merged of two is named "GetAction merged".
type script struct {
	mutex   sync.Mutex
	answers map[string][]string
	asked   []string
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request struct {
		OperationName, Query string
		Variables            struct{ ID string }
	}
	body, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(body, &request)
	name := request.OperationName
	if strings.Contains(request.Query, "_1:") {
		name += " merged"
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.asked = append(s.asked, name)
	if named := name + " " + request.Variables.ID; len(s.answers[named]) > 0 {
		name = named
	}
	list := s.answers[name]
	if len(list) == 0 {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	if len(list) > 1 {
		s.answers[name] = list[1:]
	}
	switch list[0] {
	case dead:
		panic(http.ErrAbortHandler)
	case down:
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":{`+list[0]+`}}`)
	}
}

// requests lists the operations asked for so far.
func (s *script) requests() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.asked)
}

func play(t *testing.T, answers map[string][]string) (*gateway.Client, *script) {
	t.Helper()
	played := &script{answers: answers}
	server := httptest.NewServer(played)
	t.Cleanup(server.Close)
	address, err := gateway.ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{
		Address: address,
		Token:   "token-test",
		Retry:   gateway.Retry{Attempts: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client, played
}

func scheduled(status, last string) string {
	return `"scheduledAction":{"id":"10","name":"","comment":"","approved":true,"status":"` + status +
		`","issueCount":1,"lastAction":` + last + `}`
}

func action(id, status string, completed, failed int) string {
	return fmt.Sprintf(`"action":{"id":%q,"status":%q,"results":{"completed":%d,"failed":%d}}`, id, status,
		completed, failed)
}

// instant is a clock on which every wait is over at once.
type instant struct{}

func (instant) Now() time.Time { return time.Time{} }

func (instant) After(time.Duration) <-chan time.Time {
	passed := make(chan time.Time, 1)
	passed <- time.Time{}
	return passed
}

func TestWatch(t *testing.T) {
	t.Parallel()
	part := Part{ScheduledActionID: "10", ActionID: "77"}
	for name, test := range map[string]struct {
		part    Part
		answers map[string][]string
		id      string
		fails   error
		asked   []string
	}{
		"to its end": {
			part, map[string][]string{"GetAction": {action("77", "OPEN", 0, 0), action("77", "OPEN", 1, 0),
				action("77", "OPEN", 1, 1)}},
			"77", nil, []string{"GetAction", "GetAction", "GetAction"},
		},
		"finished at the first look": {part, map[string][]string{"GetAction": {action("77", "STOPPED", 0, 0)}}, "77",
			nil, []string{"GetAction"}},
		"through a bad moment": {
			part, map[string][]string{"GetAction": {down, dead, action("77", "CLOSED", 2, 0)}}, "77",
			nil, []string{"GetAction", "GetAction", "GetAction"},
		},
		"no issue yet": {
			Part{ScheduledActionID: "10"},
			map[string][]string{
				"GetScheduledAction": {scheduled("ENABLED", "null"), scheduled("ENABLED", `{"id":"78"}`)},
				"GetAction":          {action("78", "CLOSED", 2, 0)},
			},
			"78", nil, []string{"GetScheduledAction", "GetScheduledAction", "GetAction"},
		},
		"a placeholder replaced on approval": {
			Part{ScheduledActionID: "10", ActionID: "77", Status: gateway.ActionStatusPending},
			map[string][]string{
				"GetScheduledAction": {scheduled("ENABLED", `{"id":"77","status":"PENDING"}`),
					scheduled("ENABLED", `{"id":"79"}`)},
				"GetAction": {action("79", "OPEN", 2, 0)},
			},
			"79", nil, []string{"GetScheduledAction", "GetScheduledAction", "GetAction"},
		},
		"deleted meanwhile": {Part{ScheduledActionID: "10"},
			map[string][]string{"GetScheduledAction": {scheduled("DELETED", "null")}}, "", ErrGone,
			[]string{"GetScheduledAction", "GetScheduledAction", "GetScheduledAction"}},
		"purged meanwhile": {part, map[string][]string{"GetAction": {`"action":null`}}, "77",
			ErrGone, []string{"GetAction", "GetAction", "GetAction"}},
		"hidden once": {part, map[string][]string{"GetAction": {`"action":null`, action("77", "OPEN", 2, 0)}}, "77",
			nil, []string{"GetAction", "GetAction"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := play(t, test.answers)
			parts, err := Watch{
				Client:   client,
				Clock:    instant{},
				Interval: time.Hour,
				Targeted: 2,
			}.Until(t.Context(), []Part{test.part})
			seen := parts[0]
			if !errors.Is(err, test.fails) || seen.ActionID != test.id || seen.ScheduledActionID != "10" {
				t.Errorf("saw %+v, %v", seen, err)
			}
			if asked := played.requests(); !slices.Equal(asked, test.asked) {
				t.Errorf("asked %q, want %q", asked, test.asked)
			}
		})
	}
}

func TestWatchPollsWhatIsNotOver(t *testing.T) {
	t.Parallel()
	client, played := play(t, map[string][]string{
		"GetAction 77": {action("77", "CLOSED", 1, 0)},
		"GetAction 78": {action("78", "OPEN", 0, 0), action("78", "OPEN", 0, 0), action("78", "OPEN", 1, 0)},
	})
	parts, err := Watch{Client: client, Clock: instant{}, Targeted: 2}.Until(t.Context(),
		[]Part{{ScheduledActionID: "10", ActionID: "77"}, {ScheduledActionID: "11", ActionID: "78"}})
	if err != nil || Total(parts).Completed != 2 || len(played.requests()) != 4 {
		t.Errorf("saw %+v, %v after %q", parts, err, played.requests())
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	const nothing = `"scheduledAction":null`
	part := Part{
		ScheduledActionID: "10",
		ActionID:          "77",
		Status:            gateway.ActionStatusOpen,
		Results:           gateway.ActionResults{Completed: 1},
	}
	for name, test := range map[string]struct {
		part      Part
		operation string
		answer    string
		there     Presence
		id        string
		completed int
	}{
		"both there": {part, "GetDeployment", scheduled("ENABLED", `{"id":"77"}`) + "," + action("77", "OPEN", 2, 0),
			Presence{Schedule: true, Action: true}, "77", 2},
		"purged": {part, "GetDeployment", nothing + `,"action":null`, Presence{}, "77", 1},
		"deleted": {part, "GetDeployment", scheduled("DELETED", `{"id":"77"}`) + "," + action("77", "OPEN", 2, 0),
			Presence{Action: true}, "77", 2},
		"issued anew": {part, "GetDeployment", scheduled("ENABLED", `{"id":"78"}`) +
			`,"action":null`, Presence{Schedule: true, Action: true}, "78", 5},
		"not issued": {Part{ScheduledActionID: "10"}, "GetScheduledAction", scheduled("ENABLED", "null"),
			Presence{Schedule: true}, "", 0},
		"never was": {Part{ScheduledActionID: "10"}, "GetScheduledAction", nothing, Presence{}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := play(t, map[string][]string{
				test.operation: {test.answer},
				"GetAction":    {action("78", "CLOSED", 5, 0)},
			})
			seen, there, err := Refresh(t.Context(), client, test.part)
			requests := 1
			if test.id == "78" { // what was issued meanwhile is read as well
				requests = 2
			}
			if err != nil || there != test.there || seen.ActionID != test.id ||
				seen.Results.Completed != test.completed || len(played.requests()) != requests {
				t.Errorf("saw %+v, %+v, %v after %q", seen, there, err, played.requests())
			}
		})
	}
}

func TestWatchThatIsInterrupted(t *testing.T) {
	t.Parallel()
	client, _ := play(t, map[string][]string{"GetAction": {action("77", "OPEN", 1, 0)}})
	ctx, cancel := context.WithCancel(t.Context())
	watch := Watch{
		Client:     client,
		Clock:      SystemClock{},
		Interval:   time.Hour,
		Targeted:   2,
		OnProgress: func([]Part) { cancel() },
	}
	parts, err := watch.Until(ctx, []Part{{ScheduledActionID: "10", ActionID: "77"}})
	if !errors.Is(err, context.Canceled) || parts[0].Results.Completed != 1 {
		t.Errorf("saw %+v, %v: the last counts must survive an interrupt", parts, err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	const gone, stopOK = `"scheduledAction":null`, `"actionStop":{"id":"77"}`
	const deletedOK = `"scheduledActionDelete":{"id":"10"}`
	const refused = `"scheduledActionDelete":{"error":{"message":"SavedActionNotFound"}}`
	for name, test := range map[string]struct {
		answers map[string][]string
		want    Cancelled
		fails   string
		asked   []string
	}{
		"open": {
			map[string][]string{
				"DeleteScheduledAction": {deletedOK},
				"GetScheduledAction":    {gone},
				"GetAction":             {action("77", "OPEN", 0, 0), action("77", "STOPPED", 0, 0)},
				"StopAction":            {stopOK},
			},
			Cancelled{Deleted: true, StoppedActionID: "77"}, "",
			[]string{"GetScheduledAction", "DeleteScheduledAction", "GetScheduledAction", "GetAction", "StopAction",
				"GetAction"},
		},
		"over": {
			map[string][]string{
				"DeleteScheduledAction": {deletedOK},
				"GetScheduledAction":    {gone},
				"GetAction":             {action("77", "CLOSED", 1, 0)},
			},
			Cancelled{Deleted: true},
			"", []string{"GetScheduledAction", "DeleteScheduledAction", "GetScheduledAction", "GetAction"},
		},
		"hidden": { // gone, or not for this token to see: it is told to stop all the same
			map[string][]string{
				"DeleteScheduledAction": {refused},
				"GetScheduledAction":    {gone},
				"GetAction":             {`"action":null`},
				"StopAction":            {stopOK},
			},
			Cancelled{UnverifiedActionID: "77"},
			"", []string{"GetScheduledAction", "DeleteScheduledAction", "GetScheduledAction", "GetScheduledAction",
				"GetAction", "StopAction", "GetAction"},
		},
		"hidden, and the stop is refused": {
			map[string][]string{
				"DeleteScheduledAction": {refused},
				"GetScheduledAction":    {gone},
				"GetAction":             {`"action":null`},
				"StopAction":            {`"actionStop":{"error":{"message":"ActionNotFound"}}`},
			},
			Cancelled{UnverifiedActionID: "77"},
			"", []string{"GetScheduledAction", "DeleteScheduledAction", "GetScheduledAction", "GetScheduledAction",
				"GetAction", "StopAction", "GetAction"},
		},
		"issued again meanwhile": {
			map[string][]string{
				"DeleteScheduledAction": {deletedOK},
				"GetScheduledAction":    {scheduled("DELETED", `{"id":"80"}`)},
				"GetAction":             {action("80", "OPEN", 0, 0), action("80", "STOPPED", 0, 0)},
				"StopAction":            {stopOK},
			},
			Cancelled{Deleted: true, StoppedActionID: "80"}, "",
			[]string{"GetScheduledAction", "DeleteScheduledAction", "GetScheduledAction", "GetAction", "StopAction",
				"GetAction"},
		},
		"issued again since, and hidden once deleted": {
			map[string][]string{
				"DeleteScheduledAction": {deletedOK},
				"GetScheduledAction":    {scheduled("ENABLED", `{"id":"80"}`), gone},
				"GetAction":             {action("80", "OPEN", 0, 0), action("80", "STOPPED", 0, 0)},
				"StopAction":            {stopOK},
			},
			Cancelled{Deleted: true, StoppedActionID: "80"}, "",
			[]string{"GetScheduledAction", "DeleteScheduledAction", "GetScheduledAction", "GetAction", "StopAction",
				"GetAction"},
		},
		"not deleted": {
			map[string][]string{
				"DeleteScheduledAction": {refused},
				"GetScheduledAction":    {scheduled("ENABLED", "null")},
			},
			Cancelled{}, "scheduled action 10 was not deleted",
			[]string{"GetScheduledAction", "DeleteScheduledAction", "GetScheduledAction"},
		},
		"not stopped": {
			map[string][]string{
				"DeleteScheduledAction": {deletedOK},
				"GetScheduledAction":    {gone},
				"GetAction":             {action("77", "OPEN", 0, 0)},
				"StopAction":            {`"actionStop":{"error":{"message":"no"}}`},
			},
			Cancelled{Deleted: true}, "action 77 was not stopped",
			[]string{"GetScheduledAction", "DeleteScheduledAction", "GetScheduledAction", "GetAction", "StopAction",
				"GetAction"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := play(t, test.answers)
			done, err := Cancel(t.Context(), client, Part{ScheduledActionID: "10", ActionID: "77"})
			if done != test.want || (err == nil) != (test.fails == "") ||
				(err != nil && !strings.Contains(err.Error(), test.fails)) {
				t.Errorf("did %+v, %v", done, err)
			}
			if asked := played.requests(); !slices.Equal(asked, test.asked) {
				t.Errorf("asked %q, want %q", asked, test.asked)
			}
		})
	}
}

// What was over when last seen and is gone now was purged: nothing is stopped.
func TestCancelPurged(t *testing.T) {
	t.Parallel()
	client, played := play(t,
		map[string][]string{"DeleteScheduledAction": {`"scheduledActionDelete":{"error":{` +
			`"message":"SavedActionNotFound"}}`},
			"GetScheduledAction": {`"scheduledAction":null`}, "GetAction": {`"action":null`}})
	done, err := Cancel(t.Context(), client, Part{
		ScheduledActionID: "10",
		ActionID:          "77",
		Status:            gateway.ActionStatusClosed,
	})
	if err != nil || done != (Cancelled{}) || slices.Contains(played.requests(), "StopAction") {
		t.Errorf("did %+v, %v after %q", done, err, played.requests())
	}
}
