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

// Answers of a script that are not data: HTTP 503 and 429, a dropped connection and a GraphQL
// error.
const (
	unavailable = "503"
	throttled   = "429"
	dropped     = "drop"
	refusal     = "refused"
)

// script is a gateway that answers each operation with its answers in order and repeats the last
// one. It records the requests. An operation may have the ID that it asks for after its name, as in
// "GetAction 77". A request merged of two is "GetAction merged".
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
	case refusal:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"errors":[{"message":"no"}]}`)
	case dropped:
		panic(http.ErrAbortHandler)
	case unavailable:
		w.WriteHeader(http.StatusServiceUnavailable)
	case throttled:
		w.WriteHeader(http.StatusTooManyRequests)
	default:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":{`+list[0]+`}}`)
	}
}

// requests lists the operations received so far.
func (s *script) requests() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.asked)
}

func newScriptedClient(t *testing.T, answers map[string][]string) (*gateway.Client, *script) {
	t.Helper()
	played := &script{answers: answers}
	server := httptest.NewServer(played)
	t.Cleanup(server.Close)
	address, err := gateway.ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{
		Address: address, Token: "token-test", BatchWindow: time.Millisecond,
		Retry: gateway.Retry{Attempts: -1, MinWait: time.Millisecond, Throttled: 50 * time.Millisecond},
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

// instantClock is a clock on which every wait ends at once.
type instantClock struct{}

func (instantClock) Now() time.Time { return time.Time{} }

func (instantClock) After(time.Duration) <-chan time.Time {
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
			part: part,
			answers: map[string][]string{"GetAction": {action("77", "OPEN", 0, 0), action("77", "OPEN", 1, 0),
				action("77", "OPEN", 1, 1)}},
			id: "77", asked: []string{"GetAction", "GetAction", "GetAction"},
		},
		"finished at the first read": {part: part,
			answers: map[string][]string{"GetAction": {action("77", "STOPPED", 0, 0)}}, id: "77",
			asked: []string{"GetAction"}},
		"after transient failures": {
			part: part, answers: map[string][]string{"GetAction": {unavailable, dropped, action("77", "CLOSED", 2, 0)}},
			id:    "77",
			asked: []string{"GetAction", "GetAction", "GetAction"},
		},
		"no issue yet": {
			part: Part{ScheduledActionID: "10"},
			answers: map[string][]string{
				"GetScheduledAction": {scheduled("ENABLED", "null"), scheduled("ENABLED", `{"id":"78"}`)},
				"GetAction":          {action("78", "CLOSED", 2, 0)},
			},
			id: "78", asked: []string{"GetScheduledAction", "GetScheduledAction", "GetAction"},
		},
		"a placeholder replaced on approval": {
			part: Part{ScheduledActionID: "10", ActionID: "77", Status: gateway.ActionStatusPending},
			answers: map[string][]string{
				"GetScheduledAction": {scheduled("ENABLED", `{"id":"77","status":"PENDING"}`),
					scheduled("ENABLED", `{"id":"79"}`)},
				"GetAction": {action("79", "OPEN", 2, 0)},
			},
			id: "79", asked: []string{"GetScheduledAction", "GetScheduledAction", "GetAction"},
		},
		"deleted during the watch": {part: Part{ScheduledActionID: "10"},
			answers: map[string][]string{"GetScheduledAction": {scheduled("DELETED", "null")}}, fails: ErrGone,
			asked: []string{"GetScheduledAction", "GetScheduledAction", "GetScheduledAction"}},
		"purged during the watch": {part: part, answers: map[string][]string{"GetAction": {`"action":null`}}, id: "77",
			fails: ErrGone, asked: []string{"GetAction", "GetAction", "GetAction"}},
		"hidden once": {part: part,
			answers: map[string][]string{"GetAction": {`"action":null`, action("77", "OPEN", 2, 0)}}, id: "77",
			asked: []string{"GetAction", "GetAction"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := newScriptedClient(t, test.answers)
			parts, err := Watch{
				Client:   client,
				Clock:    instantClock{},
				Interval: time.Hour,
				Targeted: new(2),
			}.until(t.Context(), []Part{test.part})
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

func TestWatchPollsOpenParts(t *testing.T) {
	t.Parallel()
	client, played := newScriptedClient(t, map[string][]string{
		"GetAction 77": {action("77", "CLOSED", 1, 0)},
		"GetAction 78": {action("78", "OPEN", 0, 0), action("78", "OPEN", 0, 0), action("78", "OPEN", 1, 0)},
	})
	parts, err := Watch{Client: client, Clock: instantClock{}, Targeted: new(2)}.until(t.Context(),
		[]Part{{ScheduledActionID: "10", ActionID: "77"}, {ScheduledActionID: "11", ActionID: "78"}})
	// The script answers no merged queries: each is then asked by itself.
	asked := slices.DeleteFunc(played.requests(), func(name string) bool { return strings.HasSuffix(name, " merged") })
	if err != nil || Total(parts).Completed != 2 || len(asked) != 4 {
		t.Errorf("saw %+v, %v after %q", parts, err, asked)
	}
}

func TestReadLatest(t *testing.T) {
	t.Parallel()
	const nothing = `"scheduledAction":null`
	part := Part{
		ScheduledActionID: "10",
		ActionID:          "77",
		Status:            gateway.ActionStatusOpen,
		Results:           gateway.ActionResults{Completed: 1},
	}
	placeholder := Part{ScheduledActionID: "10", ActionID: "1", Status: gateway.ActionStatusPending}
	const pair, schedule, read = "GetDeployment", "GetScheduledAction", "GetAction"
	for name, test := range map[string]struct {
		part      Part
		answers   map[string][]string
		deleted   bool
		id        string
		completed int
		err       error
		asked     []string
	}{
		"both exist": {part: part, answers: map[string][]string{
			pair: {scheduled("ENABLED", `{"id":"77"}`) + "," + action("77", "OPEN", 2, 0)},
		}, id: "77", completed: 2, asked: []string{pair}},
		"purged": {part: part, answers: map[string][]string{pair: {nothing + `,"action":null`}},
			deleted: true, id: "77", completed: 1, err: ErrGone, asked: []string{pair}},
		"purged, and recurring": {part: part,
			answers: map[string][]string{pair: {scheduled("ENABLED", `{"id":"77"}`) + `,"action":null`}},
			id:      "77", completed: 1, asked: []string{pair}},
		"deleted": {part: part, answers: map[string][]string{
			pair: {scheduled("DELETED", `{"id":"77"}`) + "," + action("77", "OPEN", 2, 0)},
		}, deleted: true, id: "77", completed: 2, asked: []string{pair}},
		"issued anew": {part: part, answers: map[string][]string{
			pair: {scheduled("ENABLED", `{"id":"78"}`) + `,"action":null`},
			read: {action("78", "CLOSED", 5, 0)},
		}, id: "78", completed: 5, asked: []string{pair, read}},
		"not issued": {part: Part{ScheduledActionID: "10"},
			answers: map[string][]string{schedule: {scheduled("ENABLED", "null")}},
			asked:   []string{schedule}},
		"issued since": {part: Part{ScheduledActionID: "10"}, answers: map[string][]string{
			schedule: {scheduled("ENABLED", `{"id":"77","status":"OPEN"}`)},
			read:     {action("77", "OPEN", 3, 0)},
		}, id: "77", completed: 3, asked: []string{schedule, read}},
		"never existed": {part: Part{ScheduledActionID: "10"}, answers: map[string][]string{schedule: {nothing}},
			deleted: true, err: ErrGone, asked: []string{schedule}},
		"a placeholder that is refused": {part: placeholder, answers: map[string][]string{
			pair:     {refusal},
			schedule: {scheduled("ENABLED", `{"id":"1","status":"PENDING"}`)},
			read:     {refusal}, "CountActions": {`"actions":{"totalRecords":1}`},
		}, id: "1", asked: []string{pair, schedule, read, "CountActions", schedule}},
		"a placeholder that is issued": {part: placeholder, answers: map[string][]string{
			pair: {scheduled("ENABLED", `{"id":"77","status":"OPEN"}`) + `,"action":null`},
			read: {action("77", "OPEN", 3, 0)},
		}, id: "77", completed: 3, asked: []string{pair, read}},
		"nothing known": {err: ErrGone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := newScriptedClient(t, test.answers)
			got, err := Read(t.Context(), client, test.part, ReadLatest)
			if !errors.Is(err, test.err) || got.Deleted != test.deleted || got.ActionID != test.id ||
				got.Results.Completed != test.completed {
				t.Errorf("read %+v, %v", got, err)
			}
			if asked := played.requests(); !slices.Equal(asked, test.asked) {
				t.Errorf("asked %q, want %q", asked, test.asked)
			}
		})
	}
}

func TestWatchInterrupted(t *testing.T) {
	t.Parallel()
	client, _ := newScriptedClient(t, map[string][]string{"GetAction": {action("77", "OPEN", 1, 0)}})
	ctx, cancel := context.WithCancel(t.Context())
	watch := Watch{
		Client:     client,
		Clock:      SystemClock{},
		Interval:   time.Hour,
		Targeted:   new(2),
		OnProgress: func([]Part) { cancel() },
	}
	parts, err := watch.until(ctx, []Part{{ScheduledActionID: "10", ActionID: "77"}})
	if !errors.Is(err, context.Canceled) || parts[0].Results.Completed != 1 {
		t.Errorf("saw %+v, %v: an interrupt must keep the last counts", parts, err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	const gone, stopOK = `"scheduledAction":null`, `"actionStop":{"id":"77"}`
	const deletedOK = `"scheduledActionDelete":{"id":"10"}`
	const refused = `"scheduledActionDelete":{"error":{"message":"SavedActionNotFound"}}`
	const notStopped = `"actionStop":{"error":{"message":"no"}}`
	const pair, both = "GetDeployment", "DeleteAndStop"
	const schedule, read, remove, stop = "GetScheduledAction", "GetAction", "DeleteScheduledAction", "StopAction"
	enabled, pending := scheduled("ENABLED", `{"id":"77"}`), strings.Replace(
		scheduled("ENABLED", `{"id":"1","status":"PENDING"}`), `"issueCount":1`, `"issueCount":0`, 1)
	reissued := strings.Replace(enabled, `"issueCount":1`, `"issueCount":1,"issueSeconds":3600`, 1)
	open, stopped, closed := action("77", "OPEN", 0, 0), action("77", "STOPPED", 0, 0), action("77", "CLOSED", 1, 0)
	known := Part{ScheduledActionID: "10", ActionID: "77"}
	only := Part{ScheduledActionID: "10", ActionID: "77", IssueCount: 1, Status: gateway.ActionStatusOpen}
	for name, test := range map[string]struct {
		part    Part
		answers map[string][]string
		want    Cancelled
		fails   string
		over    string // the action of a scheduled action that was not deleted
		asked   []string
	}{
		"open": {part: known, answers: map[string][]string{
			pair: {enabled + "," + open, gone + "," + stopped},
			both: {deletedOK + "," + stopOK},
		}, want: Cancelled{Deleted: true, StoppedActionID: "77"}, asked: []string{pair, both, pair}},
		"its only action, and another one": {part: only, answers: map[string][]string{
			both:     {deletedOK + "," + stopOK},
			pair:     {enabled + "," + open, scheduled("DELETED", `{"id":"78"}`) + "," + stopped},
			schedule: {scheduled("DELETED", `{"id":"78"}`)},
			read:     {action("78", "OPEN", 0, 0), action("78", "OPEN", 0, 0), action("78", "STOPPED", 0, 0)},
			stop:     {stopOK},
		}, want: Cancelled{Deleted: true, StoppedActionID: "78"},
			asked: []string{pair, both, pair, read, schedule, read, stop, read}},
		"its only action, deleted by somebody else": {part: only, answers: map[string][]string{
			pair:     {enabled + "," + open},
			both:     {refused + "," + stopOK},
			schedule: {gone, gone},
			remove:   {refused},
			read:     {stopped},
		}, asked: []string{pair, both, schedule, remove, schedule, read}},
		"over": {part: known, answers: map[string][]string{
			pair:   {enabled + "," + closed},
			remove: {deletedOK},
		}, want: Cancelled{Deleted: true}, asked: []string{pair, remove}},
		"over, and reissued": {part: known, answers: map[string][]string{
			pair:   {reissued + "," + closed, gone + "," + closed},
			remove: {deletedOK},
		}, want: Cancelled{Deleted: true}, asked: []string{pair, remove, pair}},
		"a stopped placeholder": {part: Part{ScheduledActionID: "10"}, answers: map[string][]string{
			schedule: {strings.Replace(pending, "PENDING", "STOPPED", 1), scheduled("DELETED", `{"id":"77"}`)},
			read:     {`"action":{"id":"1","status":"STOPPED","results":{}}`, open, open, stopped},
			pair:     {scheduled("DELETED", `{"id":"77"}`) + `,"action":{"id":"1","status":"STOPPED","results":{}}`},
			remove:   {deletedOK},
			stop:     {stopOK},
		}, want: Cancelled{Deleted: true, StoppedActionID: "77"},
			asked: []string{schedule, read, remove, pair, read, schedule, read, stop, read}},
		"over, and the answer does not say deleted": {part: known, answers: map[string][]string{
			pair:   {enabled + "," + closed, gone + "," + closed},
			remove: {`"scheduledActionDelete":{}`},
		}, asked: []string{pair, remove, pair}},
		"over, and the deletion is refused": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + closed},
			remove:   {refused, refused},
			schedule: {enabled, enabled},
			read:     {closed},
		}, fails: "scheduled action 10 was not deleted", over: "77",
			asked: []string{pair, remove, schedule, remove, schedule, read}},
		"not issued": {part: Part{ScheduledActionID: "10"}, answers: map[string][]string{
			schedule: {scheduled("ENABLED", "null"), gone},
			remove:   {deletedOK},
		}, want: Cancelled{Deleted: true}, asked: []string{schedule, remove, schedule}},
		"a placeholder": {part: Part{ScheduledActionID: "10"}, answers: map[string][]string{
			schedule: {pending, pending, gone},
			remove:   {deletedOK},
			read:     {`"action":null`},
		}, want: Cancelled{Deleted: true}, asked: []string{schedule, schedule, remove, schedule, read}},
		"pending, and readable": {part: Part{ScheduledActionID: "10"}, answers: map[string][]string{
			schedule: {pending, pending, gone},
			remove:   {deletedOK},
			read:     {action("1", "PENDING", 0, 0), action("1", "STOPPED", 0, 0)},
			stop:     {stopOK},
		}, want: Cancelled{Deleted: true, StoppedActionID: "1"},
			asked: []string{schedule, schedule, remove, schedule, read, stop, read}},
		"issued while it is deleted": {part: Part{ScheduledActionID: "10"}, answers: map[string][]string{
			schedule: {pending, pending, scheduled("DELETED", `{"id":"77"}`)},
			remove:   {deletedOK},
			read:     {open, stopped},
			stop:     {stopOK},
		}, want: Cancelled{Deleted: true, StoppedActionID: "77"},
			asked: []string{schedule, schedule, remove, schedule, read, stop, read}},
		"said to be deleted, and still there": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + open, enabled + "," + stopped},
			both:     {deletedOK + "," + stopOK},
			schedule: {enabled},
			remove:   {refused},
			read:     {stopped},
		}, want: Cancelled{Deleted: true}, fails: "scheduled action 10 was not deleted", over: "77",
			asked: []string{pair, both, pair, schedule, remove, schedule, read}},
		"said to be stopped, and still open": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + open, gone + "," + open},
			both:     {deletedOK + "," + stopOK},
			schedule: {gone},
			read:     {open, stopped},
			stop:     {stopOK},
		}, want: Cancelled{Deleted: true, StoppedActionID: "77"},
			asked: []string{pair, both, pair, schedule, read, stop, read}},
		"deleted, and then unreadable": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + open, unavailable},
			both:     {deletedOK + "," + stopOK},
			schedule: {unavailable},
		}, want: Cancelled{Deleted: true},
			fails: "scheduled action 10 was deleted, but it is unknown whether its action 77 stopped",
			asked: []string{pair, both, pair, schedule}},
		"no answer, and then unreadable": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + open},
			both:     {unavailable},
			schedule: {unavailable},
		}, want: Cancelled{Unanswered: true}, fails: "so it is unknown whether it was deleted",
			asked: []string{pair, both, schedule}},
		"no answer, and over": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + open},
			both:     {unavailable},
			schedule: {gone, gone},
			remove:   {refused},
			read:     {stopped},
		}, want: Cancelled{Unanswered: true}, asked: []string{pair, both, schedule, remove, schedule, read}},
		"hidden": {part: known, answers: map[string][]string{ // missing or hidden, so a stop is sent
			pair:     {gone + `,"action":null`},
			schedule: {gone},
			remove:   {refused},
			read:     {`"action":null`},
			stop:     {stopOK},
		}, want: Cancelled{UnverifiedActionID: "77"},
			asked: []string{pair, schedule, remove, schedule, read, stop, read}},
		"hidden, and the stop is refused": {part: known, answers: map[string][]string{
			pair:     {gone + `,"action":null`},
			schedule: {gone},
			remove:   {refused},
			read:     {`"action":null`},
			stop:     {notStopped},
		}, want: Cancelled{UnverifiedActionID: "77"},
			asked: []string{pair, schedule, remove, schedule, read, stop, read}},
		"issued again since": {part: known, answers: map[string][]string{
			pair: {scheduled("ENABLED", `{"id":"80"}`) + "," + stopped, gone + "," + action("80", "STOPPED", 0, 0)},
			read: {action("80", "OPEN", 0, 0)},
			both: {deletedOK + "," + stopOK},
		}, want: Cancelled{Deleted: true, StoppedActionID: "80"}, asked: []string{pair, read, both, pair}},
		"issued again during the cancellation": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + open, scheduled("DELETED", `{"id":"80"}`) + "," + stopped},
			both:     {deletedOK + "," + stopOK},
			schedule: {scheduled("DELETED", `{"id":"80"}`)},
			remove:   {refused},
			read:     {action("80", "OPEN", 0, 0), action("80", "OPEN", 0, 0), action("80", "STOPPED", 0, 0)},
			stop:     {stopOK},
		}, want: Cancelled{Deleted: true, StoppedActionID: "80"},
			asked: []string{pair, both, pair, read, schedule, read, stop, read}},
		"issued again, and hidden once deleted": {part: known, answers: map[string][]string{
			pair:     {scheduled("ENABLED", `{"id":"80"}`) + "," + stopped},
			both:     {refused + "," + notStopped},
			schedule: {gone},
			remove:   {refused},
			read:     {action("80", "OPEN", 0, 0), action("80", "OPEN", 0, 0), action("80", "STOPPED", 0, 0)},
			stop:     {stopOK},
		}, want: Cancelled{StoppedActionID: "80"},
			asked: []string{pair, read, both, schedule, remove, schedule, read, stop, read}},
		"not deleted": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + open},
			both:     {refused + "," + stopOK},
			schedule: {enabled},
			remove:   {refused},
			read:     {stopped},
		}, fails: "scheduled action 10 was not deleted", over: "77",
			asked: []string{pair, both, schedule, remove, schedule, read}},
		"not deleted, and stopped later": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + open},
			both:     {refused + "," + notStopped},
			schedule: {enabled},
			remove:   {refused},
			read:     {open, stopped},
			stop:     {stopOK},
		}, want: Cancelled{StoppedActionID: "77"}, fails: "scheduled action 10 was not deleted", over: "77",
			asked: []string{pair, both, schedule, remove, schedule, read, stop, read}},
		"not deleted, and not stopped": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + open},
			both:     {refused + "," + notStopped},
			schedule: {enabled},
			remove:   {refused},
			read:     {open},
			stop:     {notStopped},
		}, fails: "scheduled action 10 was not deleted",
			asked: []string{pair, both, schedule, remove, schedule, read, stop, read}},
		"not stopped": {part: known, answers: map[string][]string{
			pair:     {enabled + "," + open},
			both:     {deletedOK + "," + notStopped},
			schedule: {gone},
			remove:   {refused},
			read:     {open},
			stop:     {notStopped},
		}, want: Cancelled{Deleted: true}, fails: "action 77 was not stopped",
			asked: []string{pair, both, schedule, read, stop, read}},
		"another deployment": {part: Part{ScheduledActionID: "10", ActionID: "77", Marker: Marker{Digest: 1}},
			answers: map[string][]string{
				pair: {strings.Replace(enabled, `"comment":""`, `"comment":"`+Marker{Digest: 2}.String()+`"`, 1) + "," +
					open},
			}, fails: "scheduled action 10 is another deployment", asked: []string{pair}},
		"unreadable": {part: known, answers: map[string][]string{pair: {unavailable}},
			fails: "scheduled action 10 could not be read, and was not deleted", asked: []string{pair}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := newScriptedClient(t, test.answers)
			done, err := Cancel(t.Context(), client, test.part)
			if done != test.want || (err == nil) != (test.fails == "") ||
				(err != nil && !strings.Contains(err.Error(), test.fails)) {
				t.Errorf("did %+v, %v", done, err)
			}
			if kept := (*NotDeleted)(nil); errors.As(err, &kept) != (test.over != "") ||
				kept != nil && kept.ActionID != test.over {
				t.Errorf("says %v is over", kept)
			}
			if asked := played.requests(); !slices.Equal(asked, test.asked) {
				t.Errorf("asked %q, want %q", asked, test.asked)
			}
		})
	}
}

// A missing action that was over when last read was purged. It is not stopped.
func TestCancelPurged(t *testing.T) {
	t.Parallel()
	client, played := newScriptedClient(t,
		map[string][]string{"DeleteScheduledAction": {`"scheduledActionDelete":{"error":{` +
			`"message":"SavedActionNotFound"}}`},
			"GetDeployment":      {`"scheduledAction":null,"action":null`},
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
