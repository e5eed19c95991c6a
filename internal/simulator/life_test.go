// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

const perform = `mutation($input: ActionPerformInput!) { actionPerform(input: $input) { error {
  message retryable timedOut }
  scheduledActions { platforms scheduledAction { id approved issueCount nextStartTime status package { id }
    lastAction { id status } } } } }`

const follow = `query($id: ID!) { action(ref: {id: $id}) { status startTime expirationTime stopped
  results { waiting downloading running waitingToRetry completed pendingVerification
    verified failedVerification failed expired } } }`

const firstAction = "6112010"

type fields = map[string]any

func tag(more fields) fields { return fields{"input": tagInput(more)} }

func tagInput(more fields) fields {
	input := fields{
		"name": "Tag", "package": fields{"name": "Custom Tagging - Add Tags", "params": []string{"Blue"}},
		"targets": fields{
			"actionGroup": fields{"name": "All Computers"},
			"targetGroup": fields{"name": "All Windows Servers"},
		},
	}
	for name, value := range more {
		input[name] = value
	}
	return input
}

// counts returns the nonzero counters of an action, in the order of the query.
func (s *tenant) counts(id string) string {
	s.t.Helper()
	results, _ := at(s.ask(follow, fields{"id": id}), "action", "results").(fields)
	var parts []string
	for _, name := range []string{"waiting", "downloading", "running", "waitingToRetry", "completed",
		"pendingVerification", "verified", "failedVerification", "failed", "expired"} {
		if n, _ := results[name].(float64); n > 0 {
			parts = append(parts, fmt.Sprintf("%g %s", n, name))
		}
	}
	return strings.Join(parts, ", ")
}

// status returns the status of the first action.
func (s *tenant) status() any {
	s.t.Helper()
	return at(s.ask(follow, fields{"id": firstAction}), "action", "status")
}

func check(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// An endpoint that goes offline while it waits for its turn runs the action once it is back. One
// that has started the action finishes it.
func TestOfflineMeanwhile(t *testing.T) {
	t.Parallel()
	const waiting, started = "100201", "100202"
	s := start(t, simulator.Options{})
	set := func(id string, online bool) {
		t.Helper()
		if err := s.Disturb([]world.Change{{ID: id, Online: &online}}); err != nil {
			t.Fatal(err)
		}
	}
	s.ask(perform, tag(fields{
		"targets":  fields{"actionGroup": fields{"name": "All Computers"}, "endpoints": []string{waiting}},
		"schedule": fields{"distributeSeconds": 300},
	}))
	s.Advance(3 * time.Second)
	check(t, "before its turn", s.counts(firstAction), "1 waiting")
	set(waiting, false)
	s.Advance(5 * time.Minute)
	check(t, "after its turn", s.counts(firstAction), "1 waiting")
	set(waiting, true)
	s.Advance(time.Minute)
	check(t, "it is back", s.counts(firstAction), "1 completed")

	s.ask(perform, tag(fields{
		"targets": fields{"actionGroup": fields{"name": "All Computers"}, "endpoints": []string{started}},
	}))
	s.Advance(2 * time.Second)
	check(t, "begun", s.counts("6112011"), "1 downloading")
	set(started, false)
	s.Advance(time.Minute)
	check(t, "offline", s.counts("6112011"), "1 completed")
}

// A one-off starts two seconds after the request and finishes long before it expires. It stays open
// until then and also runs on endpoints that come online.
func TestOneOff(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	made := at(s.ask(perform, tag(nil)), "actionPerform", "scheduledActions", 0, "scheduledAction")
	check(t, "issues", at(made, "issueCount"), 1)
	check(t, "next", at(made, "nextStartTime"), nil)
	check(t, "at first", at(made, "lastAction", "status"), "PENDING")
	const id = firstAction
	s.Advance(2 * time.Second)
	check(t, "begun", s.status(), "OPEN")
	check(t, "begun", s.counts(id), "8 downloading")
	s.Advance(time.Minute)
	check(t, "done", s.counts(id), "7 completed, 1 failed")
	check(t, "done", s.status(), "OPEN")
	online := true
	if err := s.Disturb([]world.Change{{ID: "100208", Online: &online}}); err != nil {
		t.Fatal(err)
	}
	check(t, "one comes online", s.counts(id), "1 downloading, 7 completed, 1 failed")
	s.Advance(660 * time.Second)
	check(t, "expired", s.status(), "CLOSED")
	check(t, "expired", s.counts(id), "8 completed, 1 failed")
	tags := at(s.ask(`{ endpoints(filter: {sensor: {name: "Custom Tags"}, value: "blue"}) { totalRecords } }`, nil),
		"endpoints", "totalRecords")
	check(t, "tagged", tags, 8)
}

// What an action changes on an endpoint that relapses lasts for a time. Other readings stay.
func TestRelapse(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("fleet/builtin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const name = "name: win-dc-01,"
	relapsing := strings.Replace(string(text), name, name+" relapse_after: 1h,", 1)
	machines, err := fleet.Load("relapsing.yaml", strings.NewReader(relapsing))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, simulator.Options{Fleet: machines})
	tagged := func() any {
		const query = `{ endpoints(filter: {sensor: {name: "Custom Tags"}, value: "blue"}) { totalRecords } }`
		return at(s.ask(query, nil), "endpoints", "totalRecords")
	}
	for range 2 {
		s.ask(perform, tag(nil))
		s.Advance(time.Minute)
		check(t, "tagged", tagged(), 7)
		s.Advance(time.Hour)
		check(t, "an hour later", tagged(), 6)
	}
}

// A stop prevents endpoints from starting. A delete only prevents further issues.
func TestStopAndDelete(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.ask(perform, tag(fields{"schedule": fields{
		"distributeSeconds": 600,
		"expireSeconds":     1200,
		"reissueSeconds":    3600,
	}}))
	s.Advance(5 * time.Minute)
	check(t, "half way", s.counts("6112010"), "4 waiting, 3 completed, 1 failed")
	deleted := s.ask(`mutation { scheduledActionDelete(ref: {id: 88001}) { id error { message } } }`, nil)
	check(t, "deleted", at(deleted, "scheduledActionDelete", "id"), "88001")
	check(t, "goes on", s.status(), "OPEN")
	s.ask(`mutation { actionStop(ref: {id: 6112010}) { id error { message } } }`, nil)
	check(t, "stopped", s.status(), "STOPPED")
	s.Advance(24 * time.Hour)
	check(t, "who waited", s.counts("6112010"), "4 waiting, 3 completed, 1 failed")
	check(t, "issued again", at(s.ask(follow, fields{"id": "6112011"}), "action"), nil)
	again := s.ask(`mutation { scheduledActionDelete(ref: {id: 88001}) { id error { message } } }`, nil)
	check(t, "twice", at(again, "scheduledActionDelete", "error", "message"), "SavedActionNotFound: 88001")
	check(t, "open", s.Stats().OpenScheduledActions, 0)
}

func TestRecurring(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.ask(perform, tag(fields{"schedule": fields{"reissueSeconds": 3600, "endTime": "2026-03-07T11:30:00Z"}}))
	const look = `{ scheduledAction(ref: {id: 88001}) { issueCount nextStartTime lastAction { id } status } }`
	for _, c := range []struct {
		count      int
		next, last any
	}{{1, "2026-03-07T10:00:02Z", 6112010}, {2, "2026-03-07T11:00:02Z", 6112011}, {3, nil, 6112012}, {3,
		nil, 6112012}} {
		seen := at(s.ask(look, nil), "scheduledAction")
		check(t, "count", at(seen, "issueCount"), c.count)
		check(t, "next", at(seen, "nextStartTime"), c.next)
		check(t, "last", at(seen, "lastAction", "id"), c.last)
		s.Advance(time.Hour)
	}
}

// The default action group has no members, and no error says so (API.md#targets).
func TestTargets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		targets fields
		reached int
		refused string
	}{
		"no action group": {fields{}, 0, ""},
		"all":             {fields{"actionGroup": fields{"id": 21}}, 30, ""},
		"the ID wins":     {fields{"actionGroup": fields{"id": 22, "name": "All Computers"}}, 17, ""},
		"any of groups":   {fields{"actionGroup": fields{"name": "Linux and Mac"}}, 11, ""},
		"all of groups":   {fields{"actionGroup": fields{"name": "Virtual Windows Servers"}}, 8, ""},
		"and platforms":   {fields{"actionGroup": fields{"id": 21}, "platforms": []string{"AIX", "Solaris"}}, 2, ""},
		"and IDs":         {fields{"actionGroup": fields{"id": 22}, "endpoints": []any{274177, "310011"}}, 1, ""},
		"and a filter": {fields{
			"actionGroup": fields{"id": 22},
			"targetGroup": fields{"filter": fields{"sensor": fields{"name": "Custom Tags"}, "value": "pilot"}},
		}, 2, ""},
		"Unknown": {fields{
			"actionGroup": fields{"id": 22},
			"platforms":   []string{"Unknown"},
		}, 0, "platform Unknown cannot be targeted"},
		"26 IDs": {fields{"actionGroup": fields{"id": 22}, "endpoints": make([]string, 26)}, 0, "at most 25"},
		"no such sensor": {fields{
			"actionGroup": fields{"id": 22},
			"targetGroup": fields{"filter": fields{"sensor": fields{"name": "Shoe Size"}, "value": "43"}},
		}, 0, "must refer to an existing sensor"},
		"read after": {fields{
			"actionGroup": fields{"id": 22},
			"targetGroup": fields{"filter": fields{
				"sensor": fields{"name": "Uptime"},
				"op":     "READ_AFTER",
				"value":  "4",
			}},
		}, 0, "READ_AFTER"},
		"group and filter": {fields{
			"actionGroup": fields{"id": 22},
			"targetGroup": fields{"id": 1, "filter": fields{"sensor": fields{"name": "Uptime"}, "value": "4"}},
		}, 0, "exactly one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			if c.refused != "" {
				if message := s.refused(perform, tag(fields{"targets": c.targets})); !strings.Contains(message,
					c.refused) {
					t.Errorf("says %q", message)
				}
				check(t, "deployments", s.Stats().Deployments, 0)
				return
			}
			s.ask(perform, tag(fields{"targets": c.targets}))
			s.Advance(time.Minute)
			check(t, "reached", len(s.Actions()[0].Actions[0].Endpoints), c.reached)
		})
	}
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for refused, schedule := range map[string]fields{
		"expireSeconds must be at least 660":           {"expireSeconds": 659},
		"expireSeconds must be at least 760":           {"expireSeconds": 700, "distributeSeconds": 700},
		"reissueSeconds must be greater":               {"reissueSeconds": 660},
		"endTime must be null when reissueSeconds is ": {"endTime": "2027-01-01T00:00:00Z"},
	} {
		if message := s.refused(perform, tag(fields{"schedule": schedule})); !strings.Contains(message, refused) {
			t.Errorf("says %q, not %q", message, refused)
		}
	}
	unknown := at(s.ask(perform, tag(fields{"package": fields{"name": "Make Coffee"}})), "actionPerform",
		"error", "message")
	check(t, "unknown package", unknown, "PackageNotFound: Make Coffee")
	check(t, "deployments", s.Stats().Deployments, 0)

	later := at(s.ask(perform, tag(fields{"schedule": fields{"startTime": "2026-03-07T10:00:00Z"}})), "actionPerform",
		"scheduledActions", 0, "scheduledAction")
	check(t, "not issued", at(later, "lastAction"), nil)
	check(t, "to be issued", at(later, "nextStartTime"), "2026-03-07T10:00:00Z")
	s.Advance(time.Hour)
	check(t, "issued", s.status(), "OPEN")
}

// An operation makes one scheduled action for each set of platforms. A package makes one.
func TestOperation(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	input := tagInput(fields{
		"operation": fields{"addTags": []string{"Green", "Fast"}},
		"targets":   fields{"actionGroup": fields{"id": 21}},
	})
	delete(input, "package")
	made := at(s.ask(perform, fields{"input": input}), "actionPerform", "scheduledActions")
	check(t, "platforms", at(made, 0, "platforms"), "[Windows]")
	check(t, "platforms", at(made, 1, "platforms"), "[AIX Linux Mac Solaris]")
	s.Advance(time.Minute)
	check(t, "Windows", s.counts("6112010"), "16 completed, 1 failed")
	check(t, "others", s.counts("6112011"), "13 completed")
	input["package"] = fields{"id": 38355}
	if message := s.refused(perform, fields{"input": input}); !strings.Contains(message,
		"exactly one of package and operation") {
		t.Error(message)
	}
}

// Another user must approve (API.md#approval).
func TestApproval(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{RequireApproval: true})
	made := at(s.ask(perform, tag(nil)), "actionPerform", "scheduledActions", 0, "scheduledAction")
	check(t, "approved", at(made, "approved"), false)
	check(t, "issued", at(made, "lastAction"), nil)
	const approve = `mutation { scheduledActionApprove(ref: {id: 88001}) { id approved error { message } } }`
	check(t, "by the creator", at(s.ask(approve, nil), "scheduledActionApprove", "error", "message"),
		"RBACInvalidOperation: another user must approve")
	check(t, "by another", at(s.as("token-approver", approve, nil), "scheduledActionApprove", "approved"), true)
	s.Advance(time.Minute)
	check(t, "then", s.counts("6112010"), "7 completed, 1 failed")
}

// Undocumented behavior can be chosen.
func TestUnknowns(t *testing.T) {
	t.Parallel()
	likely := start(t, simulator.Options{})
	other := start(t,
		simulator.Options{Unknowns: world.Unknowns{FailuresInErrors: true, MissingIsError: true,
			Deleted: world.DeletedIsShown, StopOverIsError: true, Placeholder: true, OldStatuses: true,
			CountSilent: true, DerivedPackages: true, JoinedStatuses: true, Parameters: world.ParametersEncoded}})

	unknown := tag(fields{"package": fields{"name": "Make Coffee"}})
	check(t, "payload", at(likely.ask(perform, unknown), "actionPerform", "error", "message"),
		"PackageNotFound: Make Coffee")
	check(t, "errors", other.refused(perform, unknown), "PackageNotFound: Make Coffee")

	check(t, "null", at(likely.ask(follow, fields{"id": 7}), "action"), nil)
	check(t, "error", other.refused(follow, fields{"id": 7}), `action "7" not found`)

	later := tag(fields{"schedule": fields{"startTime": "2026-03-07T10:00:00Z"}})
	check(t, "null",
		at(likely.ask(perform, later), "actionPerform", "scheduledActions", 0, "scheduledAction", "lastAction"), nil)
	check(t, "placeholder",
		at(other.ask(perform, later), "actionPerform", "scheduledActions", 0, "scheduledAction", "lastAction",
			"status"), "PENDING")

	for _, s := range []*tenant{likely, other} {
		s.ask(perform, tag(fields{"package": fields{
			"name":   "Custom Tagging - Add Tags",
			"params": []string{"Blue_tag"},
		}}))
		s.Advance(time.Minute)
	}
	check(t, "status", likely.status(), "OPEN")
	check(t, "status", other.status(), "ACTIVE")
	check(t, "silent", other.counts("6112010"), "1 waiting, 7 completed, 1 failed")
	const look = `{ scheduledAction(ref: {id: 88002}) { status package { id params } } }`
	check(t, "package", at(likely.ask(look, nil), "scheduledAction", "package", "id"), "38355")
	check(t, "derived", at(other.ask(look, nil), "scheduledAction", "package", "id"), "988002")
	check(t, "params", at(likely.ask(look, nil), "scheduledAction", "package", "params", 0), "Blue_tag")
	check(t, "encoded", at(other.ask(look, nil), "scheduledAction", "package", "params", 0), "Blue%5ftag")
	const remove = `mutation { scheduledActionDelete(ref: {id: 88002}) { id } }`
	likely.ask(remove, nil)
	other.ask(remove, nil)
	check(t, "gone", at(likely.ask(look, nil), "scheduledAction"), nil)
	check(t, "shown", at(other.ask(look, nil), "scheduledAction", "status"), "DELETED")
	const stop = `mutation { actionStop(ref: {id: 6112010}) { id error { message } } }`
	for range 2 {
		check(t, "stop", at(likely.ask(stop, nil), "actionStop", "error"), nil)
	}
	other.ask(stop, nil)
	check(t, "stop twice", other.refused(stop, nil), "ActionNotFound: 6112010 is over")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	retry := 3
	body := document(perform, tag(nil))
	for name, c := range map[string]struct {
		fault  simulator.Fault
		status int
		says   string
		done   int
	}{
		"drop before": {simulator.Fault{Kind: simulator.DropBefore}, -1, "", 0},
		"drop after":  {simulator.Fault{Kind: simulator.DropAfter}, -1, "", 1},
		"truncate":    {simulator.Fault{Kind: simulator.Truncate}, -1, "", 1},
		"status": {simulator.Fault{Kind: simulator.Status, Code: 503, RetryAfter: &retry}, 503,
			"Service Unavailable", 0},
		"status, done": {simulator.Fault{Kind: simulator.Status, Code: 504, Effect: true},
			504, "Gateway Timeout", 1},
		"garbage":       {simulator.Fault{Kind: simulator.Garbage}, 200, "<!DOCTYPE html>", 0},
		"garbage, done": {simulator.Fault{Kind: simulator.Garbage, Effect: true}, 200, "<!DOCTYPE html>", 1},
		"redirect":      {simulator.Fault{Kind: simulator.Redirect, Location: "http://127.0.0.1:1/"}, 307, "", 0},
		"GraphQL error": {simulator.Fault{
			Kind:    simulator.GraphQLError,
			Message: "missing required permissions",
		}, 200, "missing required permissions", 0},
		"system error": {simulator.Fault{
			Kind:      simulator.SystemError,
			Field:     "actionPerform",
			Retryable: true,
		}, 200, `"retryable":true`, 0},
		"timed out, done": {simulator.Fault{
			Kind:     simulator.SystemError,
			Field:    "actionPerform",
			TimedOut: true,
			Effect:   true,
		}, 200, `"timedOut":true`, 1},
		"delay":            {simulator.Fault{Kind: simulator.Delay, Milliseconds: 1}, 200, "88001", 1},
		"of another field": {simulator.Fault{Kind: simulator.Garbage, Field: "action"}, 200, "88001", 1},
		"after another":    {simulator.Fault{Kind: simulator.Garbage, Skip: 1}, 200, "88001", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			if err := s.Fail(c.fault); err != nil {
				t.Fatal(err)
			}
			status, answer := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken, body)
			if status != c.status || !strings.Contains(answer, c.says) {
				t.Errorf("answered %d: %s", status, answer)
			}
			check(t, "deployments", s.Stats().Deployments, c.done)
		})
	}
}

// The reported action statuses follow the runs (API.md#action-reports).
func TestStatuses(t *testing.T) {
	t.Parallel()
	const read = `query($sensors: [EndpointSensorRef!]!) { endpoints(source: {ts: {}},
	  filter: {sensor: {name: "Action Statuses"}, op: STARTS_WITH, value: "6112010:"}) {
		totalRecords edges { node { name sensorReadings(sensors: $sensors) { columns { values } } } } } }`
	quarantine := tag(fields{"package": fields{"name": "Apply Windows IPsec Quarantine"}})
	for _, c := range []struct {
		unknowns                world.Unknowns
		verifying, failed, done string
	}{
		{world.Unknowns{}, "6112010:Pending verification.", "6112010:Failed verification.", "6112010:Verified."},
		{world.Unknowns{JoinedStatuses: true}, "6112010:PendingVerification.", "6112010:FailedVerification.",
			"6112010:Verified."},
		{world.Unknowns{SucceededStatuses: true}, "6112010:Pending verification.", "6112010:Failed verification.",
			"6112010:Verified."},
	} {
		s := start(t, simulator.Options{Unknowns: c.unknowns})
		values := func(sensor fields) map[string]string {
			said := map[string]string{}
			edges, _ := at(s.ask(read, fields{"sensors": []any{sensor}}), "endpoints", "edges").([]any)
			for _, edge := range edges {
				said[fmt.Sprint(at(edge, "node", "name"))] = fmt.Sprint(at(edge, "node", "sensorReadings", "columns",
					0, "values"))
			}
			return said
		}
		statuses := func() map[string]string { return values(fields{"name": "Action Statuses"}) }
		check(t, "before", len(statuses()), 0)
		s.ask(perform, quarantine)
		s.Advance(2 * time.Second)
		check(t, "begun", len(statuses()), 8)
		s.Advance(10 * time.Second)
		check(t, "verifying", statuses()["win-dc-01"], "["+c.verifying+"]")
		s.ask(perform, tag(nil))
		s.Advance(time.Minute)
		success := "Completed."
		if c.unknowns.SucceededStatuses {
			success = "Succeeded."
		}
		check(t, "verified", statuses()["win-dc-01"], "["+c.done+" 6112011:"+success+"]")
		check(t, "not verified", statuses()["win-print-01"], "["+c.failed+" 6112011:Failed.]")
		log := func(more ...any) string {
			return values(fields{
				"name":   "Tanium Action Log",
				"params": append([]any{fields{"name": "actionID", "value": "6112011"}}, more...),
			})["win-print-01"]
		}
		if text := log(); !strings.Contains(text, "Downloading the files of action 6112011") ||
			!strings.Contains(text, "add-tags.vbs") || !strings.HasSuffix(text, "Exit code 1]") {
			t.Error(text)
		}
		check(t, "last lines", strings.Count(log(fields{"name": "lines", "value": "1"}), "Z|"), 1)
	}
}

// A fleet file sets the shares of outcomes and the durations of runs.
func TestDistributions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("fleet/builtin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const name = "name: Restart Tanium Client,"
	changed := strings.Replace(string(text), name, name+
		" chances: {fail: 0.2, retry: 0.3}, execute: {min: 1s, max: 2s},", 1)
	changed = strings.Replace(changed, "name: win-dc-01,",
		"name: win-dc-01, execute: {Restart Tanium Client: {min: 5m, max: 6m}},", 1)
	machines, err := fleet.Load("changed.yaml", strings.NewReader(changed))
	if err != nil {
		t.Fatal(err)
	}
	if machines, err = machines.Grow(1000, 1); err != nil {
		t.Fatal(err)
	}
	run := func(seed uint64) (*tenant, string) {
		s := start(t, simulator.Options{Fleet: machines, Seed: seed})
		s.ask(perform, tag(fields{
			"package": fields{"name": "Restart Tanium Client"},
			"targets": fields{"actionGroup": fields{"name": "All Computers"}},
		}))
		s.Advance(2 * time.Minute)
		return s, s.counts(firstAction)
	}
	s, counts := run(1)
	results := at(s.ask(follow, fields{"id": firstAction}), "action", "results")
	failed, _ := at(results, "failed").(float64)
	// endpoints generated from win-dc-01 are as slow
	if failed < 140 || failed > 250 || at(results, "running") == 0.0 {
		t.Errorf("%s", counts)
	}
	if _, again := run(1); again != counts {
		t.Errorf("one seed, and %s after %s", again, counts)
	}
	if _, other := run(2); other == counts {
		t.Errorf("two seeds, and %s twice", counts)
	}
}

// Collections without a reader do not fill the memory, and do not end the list of a reader.
func TestCursorsAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.direct = true
	const first = `{ sensors(first: 1) { pageInfo { endCursor } } }`
	after := func(cursor any) []byte {
		return document(`query($c: Cursor) { sensors(first: 1, after: $c) { totalRecords } }`, fields{"c": cursor})
	}
	read := at(s.ask(first, nil), "sensors", "pageInfo", "endCursor")
	if status, answer := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken, after(read)); status != 200 ||
		strings.Contains(answer, "errors") {
		t.Fatal(answer)
	}
	ended := at(s.ask(first, nil), "sensors", "pageInfo", "endCursor")
	s.ask(`query($c: Cursor) { sensors(first: 2000, after: $c) { totalRecords } }`, fields{"c": ended})
	oldest := at(s.ask(first, nil), "sensors", "pageInfo", "endCursor")
	for range 1000 {
		s.ask(first, nil)
	}
	for name, cursor := range map[string]any{"oldest": oldest, "read to its end": ended} {
		if _, answer := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken,
			after(cursor)); !strings.Contains(answer, "the cursor is not valid") {
			t.Errorf("%s: %s", name, answer)
		}
	}
	if _, answer := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken,
		after(read)); strings.Contains(answer, "errors") {
		t.Errorf("the cursor of a list that was read further: %s", answer)
	}
	s.Advance(2 * time.Minute) // the reader has ended
	for range 1000 {
		s.ask(first, nil)
	}
	if _, answer := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken,
		after(read)); !strings.Contains(answer, "the cursor is not valid") {
		t.Errorf("the cursor of a reader that has ended: %s", answer)
	}
}
