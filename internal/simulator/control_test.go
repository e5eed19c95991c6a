// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

func TestControl(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Tokens: []string{"token-another"}})
	s.as("token-another", perform, tag(nil))
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "/simulator/stats", "", 200, `"actionPerform": 1`},
		{"GET", "/simulator/stats", "", 200, `"open_scheduled_actions": 1`},
		{"POST", "/simulator/clock", `{"advance_seconds": 60}`, 204, ""},
		{"GET", "/simulator/actions", "", 200, `"state": "completed"`},
		{"POST", "/simulator/clock", `{"advance_minutes": 60}`, 400, "unknown field"},
		{"POST", "/simulator/clock", `{"advance_seconds": -1}`, 400,
			"advance_seconds must be a whole number from 0 to 9223372036, not -1"},
		{"POST", "/simulator/clock", `{"advance_seconds": 1e300}`, 400,
			"advance_seconds must be a whole number from 0 to 9223372036, not 1e300"},
		{"POST", "/simulator/clock", `{"advance_seconds": 9223372036}`, 400, "cannot be moved so far"},
		{"POST", "/simulator/clock", `{"advance_seconds": 1e999}`, 400, "not 1e999"},
		{"POST", "/simulator/clock", `{"advance_seconds": NaN}`, 400, "invalid character"},
		{"POST", "/simulator/endpoints",
			`[{"id": "100201", "online": false, "sensors": {"Uptime": [["3"]]}}]`, 204, ""},
		{"POST", "/simulator/endpoints", `[{"id": "1"}]`, 400, "endpoint 1: id: there is no endpoint"},
		{"POST", "/simulator/endpoints", `[{"id": "100201", "sensors": {"Shoe Size": [["43"]]}}]`,
			400, "there is no sensor"},
		{"POST", "/simulator/edit", `{"id": "88001", "name": "Other", "action_group": "All Windows"}`, 204, ""},
		{"GET", "/simulator/actions?endpoints=0", "", 200, `"action_group": "All Windows"`},
		{"POST", "/simulator/edit", `{"id": "1", "name": "Other"}`, 400, "SavedActionNotFound"},
		{"POST", "/simulator/edit", `{"id": "88001", "package": "None"}`, 400, "PackageNotFound"},
		{"POST", "/simulator/edit", `{"id": "88001", "action_group": "None"}`, 400, "does not exist"},
		{"POST", "/simulator/edit", `{"id": "88001", "reissue_seconds": 7200}`, 400, "does not recur"},
		{"POST", "/simulator/edit", `{"id": "88001", "comment": "x"}`, 400, "unknown field"},
		{"POST", "/simulator/faults", `[{"field": "now", "kind": "status", "code": 502, "times": 2}]`, 204, ""},
		{"GET", "/simulator/faults", "", 200, `"times": 2`},
		{"POST", "/simulator/faults", `[{"kind": "explode"}]`, 400, "unknown kind"},
		{"POST", "/simulator/endpoints", `[{"id": "100201", "sensors": {"File Exists": [["/x", "True"]]}}]`, 204, ""},
		{"POST", "/simulator/endpoints", `[{"id": "100201", "sensors": {"File Exists": [["/x"]]}}]`, 400,
			"write File Exists"},
		{"POST", "/simulator/endpoints", `[{"id": "100201", "sensors": {"File Exists": {"/x": "True"}}}]`,
			400, "a reading is a list of rows"},
		{"POST", "/simulator/faults", `[{"kind": "system_error", "field": "now"}]`, 400, "needs a mutation"},
		{"DELETE", "/simulator/faults", "", 405, ""},
		{"GET", "/simulator/requests?after=0", "", 200, `"number": 1`},
		{"GET", "/simulator/requests?after=1", "", 200, "[]\n"},
		{"GET", "/simulator/actions?endpoints=0", "", 200, `"endpoints": [],`},
		{"GET", "/simulator/endpoints?name=WKS-00&limit=2", "", 200, `"matching": 9,`},
		{"GET", "/simulator/endpoints?name=win-dc-01", "", 200, `"online": false,`},
		{"GET", "/simulator/clock", "", 200, `{
  "now": "2026-03-07T09:01:00Z",
  "speed": 0
}`},
		{"GET", "/simulator/token", "", 200, `"token": "token-simulator"`},
		{"GET", "/simulator/requests", "", 200, `"at": "2026-03-07T09:00:00Z"`},
		{"GET", "/simulator/actions?endpoints=0", "", 200, `"computer_group": "All Windows Servers"`},
		{"GET", "/simulator/actions/6112010/log?endpoint=100209", "", 200, "WshShell.RegWrite: Access is denied.\n"},
		{"GET", "/simulator/actions/6112010/log?endpoint=274177", "", 404, ""},
		{"GET", "/simulator/actions/1/log?endpoint=100209", "", 404, ""},
		{"GET", "/simulator/", "", 200, `<title>Simulated Tanium</title>`},
		{"GET", "/simulator/graphiql", "", 200, `graphiql.min.js`},
		{"GET", "/simulator/assets/LICENSES.txt", "", 200, `MIT License`},
		{"GET", "/simulator/page.go", "", 404, ``},
		{"GET", "/", "", 302, `/simulator/`},
		{"GET", "/ui/console/actions/status/6112010", "", 302, `href="/simulator/#action/6112010"`},
		{"GET", "/ui/console/actions/status/a%22%3Eb", "", 302, `href="/simulator/#action/a%22%3Eb"`},
		{"GET", "/ui/console/actions/status/", "", 404, ``},
		{"GET", "/ui/console/actions/status/1/2", "", 404, ``},
	} {
		if status, answer := s.call(c.method, c.path, "", []byte(c.body)); status != c.status ||
			!strings.Contains(answer, c.says) {
			t.Errorf("%s %s %s answered %d: %s", c.method, c.path, c.body, status, answer)
		}
	}
	for _, want := range []int{502, 502, 200} {
		if status, _ := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken,
			document("{ now }", nil)); status != want {
			t.Errorf("answered %d, want %d", status, want)
		}
	}
	if _, answer := s.call(http.MethodGet, "/simulator/faults", "", nil); answer != "[]\n" {
		t.Errorf("after the last fault, these are pending: %s", answer)
	}
}

// A report describes the targets as they were given, and the recurrence.
func TestReportTargets(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	group := fields{"name": "All Computers"}
	s.ask(perform, tag(fields{
		"targets": fields{"actionGroup": group, "targetGroup": fields{"filter": fields{"filters": []fields{
			{"sensor": fields{"name": "Running Processes"}, "op": "CONTAINS", "value": "sshd.exe"},
			{"sensor": fields{"name": "Is Windows"}, "value": "True"}}}}},
		"schedule": fields{"reissueSeconds": 3600, "endTime": "2026-03-08T09:00:00Z"}}))
	s.ask(perform, tag(fields{"targets": fields{"actionGroup": group, "endpoints": []string{"100209"},
		"platforms": []string{"Windows"}}}))
	reports := s.Actions()
	check(t, "filter", reports[0].TargetFilter, "Running Processes contains sshd.exe and Is Windows equals True")
	check(t, "interval", reports[0].ReissueSeconds, 3600)
	check(t, "end", reports[0].EndTime.Format(time.RFC3339), "2026-03-08T09:00:00Z")
	check(t, "endpoints", reports[1].TargetEndpoints, []string{"100209"})
	check(t, "platforms", reports[1].TargetPlatforms, []string{"Windows"})
	check(t, "no filter", reports[1].TargetFilter, "")
	check(t, "no interval", reports[1].ReissueSeconds, 0)
	if err := s.Edit(world.Edit{ID: "88001", ComputerGroup: "All Windows"}); err != nil {
		t.Fatal(err)
	}
	check(t, "no filter after an edit", s.Actions()[0].TargetFilter, "")
}

// No token is public but that of the built-in fleet, while it is valid.
func TestPublicToken(t *testing.T) {
	t.Parallel()
	builtin, err := builtinFleet()
	if err != nil {
		t.Fatal(err)
	}
	own := *builtin
	own.Users = []fleet.User{{ID: "1", Name: "operator", Tokens: []string{"token-own"}}}
	for name, c := range map[string]struct {
		options simulator.Options
		says    string
	}{
		"built-in":   {simulator.Options{}, `"token": "token-simulator"`},
		"additional": {simulator.Options{Tokens: []string{"token-another"}}, `"token": "token-simulator"`},
		"own fleet":  {simulator.Options{Fleet: &own, Tokens: []string{"token-another"}}, `"token": ""`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, c.options)
			if _, answer := s.call(http.MethodGet, "/simulator/token", "", nil); !strings.Contains(answer, c.says) {
				t.Errorf("answered %s", answer)
			}
		})
	}
}

// The log shows the requests without tokens.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.call(http.MethodPost, simulator.Path, simulator.DefaultToken,
		document("mutation($t: String!) { apiTokenRotate(input: {tokenString: $t}) { error { message } } }",
			fields{"t": "token-secret"}))
	status, answer := s.call(http.MethodGet, "/simulator/requests", "", nil)
	if status != 200 || !strings.Contains(answer, "apiTokenRotate") || strings.Contains(answer, "secret") ||
		strings.Contains(answer, simulator.DefaultToken) {
		t.Errorf("%d: %s", status, answer)
	}
	s.call(http.MethodPost, simulator.Path, simulator.DefaultToken,
		document(`mutation { apiTokenRotate(input: {tokenString: "token-secret"}) { error { message } } }`, nil))
	status, answer = s.call(http.MethodGet, "/simulator/requests/2", "", nil)
	if want := `mutation { apiTokenRotate(input: {tokenString: "token-…"}) { error { message } } }`; status != 200 ||
		answer != want {
		t.Errorf("%d: %s", status, answer)
	}
	if status, _ = s.call(http.MethodGet, "/simulator/requests/3", "", nil); status != 404 {
		t.Errorf("a request that does not exist is answered with %d", status)
	}
}

// A field that a directive excludes is not counted.
func TestRequestsIncluded(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.ask(`query($yes: Boolean!, $no: Boolean!) { a: now @include(if: $yes) b: now @include(if: $no) c: `+
		`now @skip(if: $no) d: now @skip(if: true) ... on Query { now } }`, fields{"yes": true, "no": false})
	check(t, "counted", s.Stats().Operations["now"], 3)
}

const page = `query($first: Int, $last: Int, $after: Cursor, $before: Cursor, $refresh: Cursor) {
  endpoints(first: $first, last: $last, after: $after, before: $before, refresh: $refresh, sort: [{path: "name"}]) {
    totalRecords pageInfo { startCursor endCursor hasNextPage hasPreviousPage } collectionInfo {
      startCursor success active expectedTotal } edges { cursor node { name } } } }`

func TestPaging(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	var names []string
	variables := fields{"first": 10}
	var last any
	for {
		got := at(s.ask(page, variables), "endpoints")
		for _, edge := range list(got, "edges") {
			names = append(names, fmt.Sprint(at(edge, "node", "name")))
		}
		last = at(got, "pageInfo", "startCursor")
		if at(got, "pageInfo", "hasNextPage") == false {
			break
		}
		variables["after"] = at(got, "pageInfo", "endCursor")
	}
	check(t, "names", len(names), 35)
	check(t, "sorted", names[0]+" "+names[34], "aix-erp-01 wks-010")

	back := at(s.ask(page, fields{"last": 10, "before": last}), "endpoints")
	check(t, "back", at(back, "edges", 9, "node", "name"), names[29])
	check(t, "back", at(back, "pageInfo", "hasPreviousPage"), true)

	for says, variables := range map[string]fields{
		"first must be between":   {"first": 5001},
		"before needs last":       {"before": last, "first": 3},
		"after and before":        {"before": last, "after": last, "last": 3},
		"the cursor is not valid": {"after": "bm9wZQ"},
	} {
		if message := s.refused(page, variables); !strings.Contains(message, says) {
			t.Errorf("says %q, not %q", message, says)
		}
	}
	if message := s.refused(`query($c: Cursor) { packageSpecs(after: $c) { totalRecords } }`,
		fields{"c": last}); !strings.Contains(message, "another field") {
		t.Error(message)
	}

	fresh := at(s.ask(page, fields{"refresh": last}), "endpoints", "collectionInfo", "startCursor")
	if message := s.refused(page, fields{"after": last}); !strings.Contains(message, "has expired") {
		t.Errorf("a refreshed collection still answers: %s", message)
	}
	for range 12 {
		s.Advance(4 * time.Minute)
		s.ask(page, fields{"after": fresh})
	}
	s.Advance(4 * time.Minute)
	s.ask(page, fields{"after": fresh})
	s.Advance(10 * time.Minute)
	if message := s.refused(page, fields{"after": fresh}); !strings.Contains(message, "has expired") {
		t.Error(message)
	}
}

// The two sources differ (API.md#sources).
func TestSources(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	count := func(arguments string) any {
		return at(s.ask("{ endpoints("+arguments+") { totalRecords } }", nil), "endpoints", "totalRecords")
	}
	check(t, "cached", count("source: {tds: {}}"), 35)
	check(t, "live", count("source: {ts: {}}"), 30)
	check(t, "live sensor", count(`source: {ts: {}}, filter: {sensor: {name: "Uptime"}, op: GT, value: "1"}`), 30)
	for _, c := range [][2]string{
		{`filter: {sensor: {name: "Uptime"}, value: "1"}`, "not available from the data service"},
		{`filter: {sensor: {name: "Custom Tag Exists", params: [{name: "tag", value: "x"}]}, value: "1"}`,
			"not available"},
		{`filter: {sensor: {name: "Custom Tag Exists"}, value: "1"}, source: {ts: {}}`,
			"needs a value for its parameter"},
		{`filter: {path: "namespace", value: "1"}`, "not supported"},
		{`filter: {path: "name", value: "1", maxAge: 3}`, "maxAge"},
		{`filter: {path: "id", op: GT, value: "many"}`, "not convertible"},
		{`filter: {filters: []}`, "no filters"},
		{`filter: {path: "name", op: MATCHES, value: "("}`, "invalid regular expression"},
		{`source: {ts: {}, tds: {}}`, "at most one"},
		{`source: {ts: {maxWaitTime: 31}}`, "maxWaitTime"},
		{`source: {tds: {namespaces: ["a"], scope: TANIUM_CLIENTS}}`, "at most one"},
		{`sort: [{path: "name"}, {path: "id"}]`, "sort"},
	} {
		if message := s.refused("{ endpoints("+c[0]+") { totalRecords } }", nil); !strings.Contains(message, c[1]) {
			t.Errorf("%s says %q", c[0], message)
		}
	}
	if message := s.refused(`{ endpoints { edges { node { sensorReadings(sensors: [{name: `+
		`"Uptime"}]) { columns { name } } } } } }`, nil); !strings.Contains(message, "not available") {
		t.Error(message)
	}
	owned := s.ask(`{ a: endpoints(first: 100) { edges { node { sensorReadings(sensors: [{name: "Custom Tags",
	  filter: {value: "Pilot"}}]) { columns { values } } } } }
	  b: endpoints(first: 100) { edges { node { sensorReadings(sensors: [{name: "Custom Tags",
	    filter: {value: "Pilot", restrictOwner: false}}]) { columns { values } } } } } }`, nil)
	check(t, "owners", len(list(owned, "a", "edges")), 2)
	check(t, "all", len(list(owned, "b", "edges")), 35)
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for range 3 {
		s.ask(perform, tag(nil))
		s.Advance(time.Minute)
	}
	count := func(list, arguments string) any {
		return at(s.ask("{ list: "+list+"("+arguments+") { totalRecords } }", nil), "list", "totalRecords")
	}
	check(t, "all", count("actions", "first: 200"), 3)
	check(t, "since", count("actions", `filter: {filters: [{path: "creationTime", op: GTE, value: `+
		`"2026-03-07T09:01:00Z"}, {path: "status", value: "OPEN"}]}`), 2)
	check(t, "by ID", count("scheduledActions", `filter: {path: "id", value: "88002"}`), 1)
	check(t, "by comment", count("scheduledActions", `filter: {path: "comment", op: CONTAINS, value: "nothing"}`), 0)
	check(t, "packages", count("packageSpecs", `filter: {path: "name", op: STARTS_WITH, value: "Custom Tagging"}`), 4)
	check(t, "case", count("packageSpecs", `filter: {path: "name", op: STARTS_WITH, value: "custom tagging"}`), 0)
	check(t, "sensors", count("sensors", `filter: {path: "name", value: "Uptime"}`), 1)
	check(t, "groups",
		count("computerGroups", `filter: {name: "All", nameOp: STARTS_WITH, managementRightsEnabled: true}`), 5)
	check(t, "action groups", count("actionGroups", "first: 5"), 7)
	for _, c := range [][2]string{
		{`actions(filter: {any: true, filters: [{path: "id", value: "1"}]})`, "any is not supported"},
		{`actions(filter: {filters: [{filters: [{path: "id", value: "1"}]}]})`, "one level"},
		{`actions(first: 201)`, "200"},
		{`scheduledActions(filter: {path: "status", value: "ENABLED"})`, "not supported"},
	} {
		if message := s.refused("{ "+c[0]+" { totalRecords } }", nil); !strings.Contains(message, c[1]) {
			t.Errorf("%s says %q", c[0], message)
		}
	}
}

// The timeline of an action begins when its endpoints start to download, has each endpoint in one
// state at each time, and ends with the counts of the action.
func TestTimeline(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.ask(perform, tag(nil))
	s.call(http.MethodPost, "/simulator/clock", "", []byte(`{"advance_seconds": 60}`))
	_, answer := s.call(http.MethodGet, "/simulator/actions?timeline=7", "", nil)
	var reports []world.Report
	if err := json.Unmarshal([]byte(answer), &reports); err != nil {
		t.Fatal(err)
	}
	action := reports[0].Actions[0]
	check(t, "samples", len(action.Timeline), 7)
	for _, sample := range action.Timeline {
		total := 0
		for _, n := range sample.Counts {
			total += n
		}
		check(t, "endpoints at "+sample.At.String(), total, 8)
	}
	check(t, "first", action.Timeline[0].Counts, map[fleet.State]int{fleet.Downloading: 8})
	check(t, "last", action.Timeline[6].Counts, action.Counts)
	if _, answer = s.call(http.MethodGet, "/simulator/actions", "", nil); strings.Contains(answer, "timeline") {
		t.Error("the timeline is there although nobody asked for it")
	}
}

// The counts of an action are those of its endpoints, and the end of its timeline, after whatever
// happens to them.
func TestCounts(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Unknowns: world.Unknowns{CountSilent: true}})
	random := rand.New(rand.NewPCG(1, 1))
	ids := []string{}
	for _, machine := range s.Overview("", 100).Endpoints {
		ids = append(ids, machine.ID)
	}
	for range 100 {
		switch random.IntN(9) {
		case 8:
			machine := fmt.Sprint(ids[random.IntN(len(ids))]) // it may be offline
			s.ask(perform, tag(fields{"targets": fields{"actionGroup": fields{"id": 21}, "endpoints": []any{machine}}}))
		case 0:
			s.ask(perform, tag(fields{"targets": fields{"actionGroup": fields{"id": 21}}}))
		case 1:
			if reports := s.Actions(); len(reports) > 0 {
				action := reports[random.IntN(len(reports))].Actions[0]
				s.ask(`mutation($id: ID!) { actionStop(ref: {id: $id}) { id } }`, fields{"id": action.ID})
			}
		case 2:
			online := random.IntN(2) == 0
			change := world.Change{ID: ids[random.IntN(len(ids))], Online: &online}
			if err := s.Disturb([]world.Change{change}); err != nil {
				t.Fatal(err)
			}
		case 3:
			s.Advance(time.Duration(random.IntN(900)) * time.Second)
		default:
			s.Advance(time.Duration(random.IntN(5000)) * time.Millisecond)
		}
		_, answer := s.call(http.MethodGet, "/simulator/actions?timeline=5", "", nil)
		var reports []world.Report
		if err := json.Unmarshal([]byte(answer), &reports); err != nil {
			t.Fatal(err)
		}
		for _, report := range reports {
			for _, action := range report.Actions {
				counts := map[fleet.State]int{}
				for _, endpoint := range action.Endpoints {
					counts[endpoint.State]++
				}
				check(t, "counts of "+action.ID, action.Counts, counts)
				if len(action.Timeline) > 0 {
					check(t, "timeline of "+action.ID, action.Timeline[len(action.Timeline)-1].Counts, counts)
				}
			}
		}
	}
}
