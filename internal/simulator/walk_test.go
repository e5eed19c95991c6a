// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// probe shows that a root field, an argument or an input field has an effect. It is a document with
// a placeholder and two values for it. With the two, the answer or the world half a minute later
// must differ. Otherwise the probe gives the reason for no effect.
type probe struct {
	doc, without, with string
	// cursor is a document to run first. The end cursor of its list replaces CURSOR.
	cursor string
	reason string
}

// fullState reads everything that a mutation can change.
const fullState = `{
  scheduledActions { edges { node { id name comment approved status issueCount issueSeconds nextStartTime
    startTime endTime expireSeconds distributeSeconds metadata { name value } package { name }
    targets { actionGroup { name } targetGroup { name } } } } }
  actions { edges { node { id startTime expirationTime results {
    waiting downloading running completed failed pendingVerification verified } } } }
  endpoints(first: 100) { edges { node { id sensorReadings(sensors: [{name: "Custom Tags"}, {name: "Service Details"},
    {name: "Running Processes"}]) { columns { values } } } } }
  actionGroups(first: 100) { edges { node { name any visibility userGroups { name } computerGroups { name } } } }
  computerGroups(first: 100) { edges { node { name filterEnabled managementRightsEnabled contentSetV2 { name } } } }
  sensors { edges { node { name harvested parameterizations { values { name value } } } } }
  myAPITokens { tokens { notes expiration trustedIPAddresses persona { name } } }
}`

// reads reports whether a probe only reads. Then its answer alone must differ.
func (p probe) reads() bool { return !strings.HasPrefix(p.doc, "mutation") }

// tenant returns a tenant for a probe, which has issued two actions.
func (p probe) tenant(t *testing.T, machines *fleet.Fleet) *tenant {
	t.Helper()
	s := start(t, simulator.Options{
		Fleet:           machines,
		RequireApproval: strings.Contains(p.doc, "scheduledActionApprove"),
	})
	s.direct = true
	for _, name := range []string{"One", "Two"} {
		s.ask(perform, tag(fields{"name": name}))
	}
	s.Advance(5 * time.Second)
	return s
}

// answer runs a probe with one value on a tenant. It returns the answer, including errors.
func (p probe) answer(s *tenant, filled string) string {
	s.t.Helper()
	if p.cursor != "" {
		for _, list := range s.ask(p.cursor, nil) {
			filled = strings.ReplaceAll(filled, "CURSOR", fmt.Sprint(at(list, "pageInfo", "endCursor")))
		}
	}
	token := simulator.DefaultToken
	if strings.Contains(p.doc, "scheduledActionApprove") {
		token = "token-approver"
	}
	status, answer := s.call(http.MethodPost, simulator.Path, token, document(fmt.Sprintf(p.doc, filled), nil))
	if status != http.StatusOK {
		s.t.Fatalf("HTTP %d: %s\n%s", status, answer, fmt.Sprintf(p.doc, filled))
	}
	return answer
}

// outcome runs a probe with one value on its own tenant. It returns all answers, including errors,
// and the world half a minute later.
func (p probe) outcome(t *testing.T, machines *fleet.Fleet, filled string) string {
	t.Helper()
	s := p.tenant(t, machines)
	answer := p.answer(s, filled)
	s.Advance(30 * time.Second)
	token := simulator.DefaultToken
	if strings.Contains(p.doc, "apiTokenRotate") { // the token may be the caller's own
		token = "token-approver"
	}
	status, state := s.call(http.MethodPost, simulator.Path, token, document(fullState, nil))
	if status != http.StatusOK || strings.Contains(state, `"errors"`) {
		t.Fatalf("HTTP %d: %s", status, state)
	}
	_, actions := s.call(http.MethodGet, "/simulator/actions", "", nil)
	return answer + state + actions
}

// walkFleet returns the built-in fleet with the additions that the probes need.
func walkFleet(t *testing.T) *fleet.Fleet {
	t.Helper()
	text, err := os.ReadFile("fleet/builtin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	whole := strings.Replace(string(text), "{name: Domain Name,", "{name: Domain Name, hidden: true,", 1) +
		"\nid_changes: [{old: '1', new: '2', after: 1s}]\n"
	machines, err := fleet.Load("walked.yaml", strings.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	return machines
}

// Every root field, every argument and every input field of the published schema has an effect, or
// a reason for none.
func TestWalk(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../gateway/schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	probes, machines := probesOf(), walkFleet(t)
	var published []string
	for name, definition := range schema.Types {
		for _, field := range definition.Fields {
			where := name + "." + field.Name
			switch {
			case definition.BuiltIn || strings.HasPrefix(field.Name, "__"):
			case definition.Kind == ast.InputObject:
				published = append(published, where)
			case definition == schema.Query || definition == schema.Mutation:
				published = append(published, where)
				for _, argument := range field.Arguments {
					published = append(published, where+"("+argument.Name+")")
				}
			}
		}
	}
	for where := range probes {
		if !slices.Contains(published, where) {
			t.Errorf("%s is not in the schema", where)
		}
	}
	for _, where := range published {
		p, there := probes[where]
		switch {
		case !there:
			t.Errorf("%s: nothing shows an effect", where)
		case p.reason == "":
			t.Run(where, func(t *testing.T) {
				t.Parallel()
				outcome := func(filled string) string { return p.outcome(t, machines, filled) }
				if p.reads() {
					s := p.tenant(t, machines)
					outcome = func(filled string) string { return p.answer(s, filled) }
				}
				without := outcome(p.without)
				if again := outcome(p.without); again != without {
					t.Fatalf("two runs of the same differ:\n%.600s\n%.600s", without, again)
				}
				if outcome(p.with) == without {
					t.Errorf("%q and %q make no difference in %s: %.400s", p.without, p.with, p.doc, without)
				}
			})
		}
	}
}

// probesOf returns a probe for each root field, argument and input field.
func probesOf() map[string]probe {
	probes := map[string]probe{}
	add := func(where, doc, without, with string) { probes[where] = probe{doc: doc, without: without, with: with} }
	without := func(where, reason string) { probes[where] = probe{reason: reason} }

	// The lists and their paging arguments.
	for _, list := range []struct{ name, node string }{
		{"packageSpecs", "id"}, {"endpoints", "id"}, {"actions", "id"}, {"scheduledActions", "id"},
		{"actionGroups", "id"}, {"computerGroups", "id"}, {"sensors", "name"},
	} {
		doc := "{ " + list.name + "(%s) { totalRecords edges { node { " + list.node + " } } } }"
		where := "Query." + list.name
		cursor := "{ " + list.name + "(first: 2) { pageInfo { endCursor } } }"
		add(where, doc, "first: 1", "first: 2")
		add(where+"(first)", doc, "first: 1", "first: 2")
		probes[where+"(after)"] = probe{
			doc:     doc,
			without: "first: 1",
			with:    `first: 1, after: "CURSOR"`,
			cursor:  strings.Replace(cursor, "first: 2", "first: 1", 1),
		}
		probes[where+"(before)"] = probe{
			doc:     doc,
			without: "first: 2",
			with:    `last: 1, before: "CURSOR"`,
			cursor:  cursor,
		}
		probes[where+"(last)"] = probe{
			doc:     doc,
			without: `before: "CURSOR"`,
			with:    `last: 1, before: "CURSOR"`,
			cursor:  cursor,
		}
	}
	const named, endpoints = "{ packageSpecs(%s) { totalRecords } }",
		"{ endpoints(%s) { totalRecords collectionInfo { success } edges { node { id } } } }"
	add("Query.packageSpecs(filter)", named, "first: 20",
		`first: 20, filter: {path: "name", value: "Restart Tanium Client"}`)
	add("Query.actions(filter)", "{ actions(%s) { totalRecords } }", "first: 20",
		`first: 20, filter: {path: "name", value: "One"}`)
	add("Query.scheduledActions(filter)", "{ scheduledActions(%s) { totalRecords } }", "first: 20",
		`first: 20, filter: {path: "name", value: "One"}`)
	add("Query.sensors(filter)", "{ sensors(%s) { totalRecords } }", "first: 20",
		`first: 20, filter: {path: "name", value: "Online"}`)
	add("Query.sensors(includeHidden)", "{ sensors(%s) { totalRecords } }", "first: 20",
		"first: 20, includeHidden: true")
	add("Query.computerGroups(filter)", "{ computerGroups(%s) { totalRecords } }", "first: 20",
		`first: 20, filter: {name: "All Linux"}`)
	add("Query.endpoints(filter)", endpoints, "first: 20", `first: 20, filter: {path: "name", value: "mac-01"}`)
	add("Query.endpoints(sort)", endpoints, "first: 3", `first: 3, sort: [{path: "name", order: desc}]`)
	add("Query.endpoints(source)", endpoints, "first: 20", "first: 20, source: {ts: {}}")
	probes["Query.endpoints(refresh)"] = probe{
		doc:     endpoints,
		without: `after: "CURSOR"`,
		with:    `after: "CURSOR", refresh: "CURSOR"`,
		cursor:  "{ endpoints(first: 2) { pageInfo { endCursor } } }",
	}
	add("Query.now", "{ %s }", "a: now", "b: now")
	add("Query.endpointIdChanges", "{ endpointIdChanges(%s) { before changes { oldId newId } } }",
		`after: "2026-03-07T08:00:00Z"`, `after: "2026-03-07T10:00:00Z"`)
	add("Query.endpointIdChanges(after)", "{ endpointIdChanges(%s) { changes { oldId newId } } }",
		`after: "2026-03-07T08:00:00Z"`, `after: "2026-03-07T10:00:00Z"`)
	add("Query.endpointIdChanges(namespace)",
		`{ endpointIdChanges(after: "2026-03-07T08:00:00Z"%s) { changes { oldId newId } } }`,
		"", `, namespace: "other"`)
	for _, one := range []struct{ name, id, other string }{{"action", "6112010", "6112011"},
		{"scheduledAction", "88001", "88002"}, {"actionGroup", "21", "22"}, {"computerGroup", "11", "12"}} {
		add("Query."+one.name, "{ "+one.name+"(ref: {id: %s}) { id name } }", one.id, one.other)
		add("Query."+one.name+"(ref)", "{ "+one.name+"(ref: {id: %s}) { id name } }", one.id, one.other)
	}
	add("Query.currentUserContext", "{ %s }", "now", "now currentUserContext { user { id username displayName } }")
	add("Query.managementRightsGroups", "{ %s }", "now", "now managementRightsGroups { id name }")
	add("Query.myAPITokens", "{ %s }", "now", "now myAPITokens { tokens { notes } }")
	add("IdRefInput.id", "{ action(ref: {id: %s}) { name } }", "6112010", "6112011")
	add("NamedRefInput.id", "{ computerGroup(ref: {%s}) { name } }", "id: 11", "id: 12")
	add("NamedRefInput.name", "{ computerGroup(ref: {%s}) { name } }", `name: "All Linux"`, `name: "All Mac"`)

	// Filters.
	const packages = `{ packageSpecs(filter: {%s}) { totalRecords } }`
	two := `filters: [{path: "name", value: "Restart Tanium Client"}, {path: "name", value: "Reboot Windows Machine"}]`
	add("FieldFilter.any", packages, two, two+", any: true")
	add("FieldFilter.filters", packages, `path: "name", value: "Restart Tanium Client"`,
		`filters: [{path: "name", op: CONTAINS, value: "Tag"}]`)
	add("FieldFilter.negated", packages, `path: "name", value: "Restart Tanium Client"`,
		`path: "name", value: "Restart Tanium Client", negated: true`)
	add("FieldFilter.op", packages, `path: "name", value: "Tag"`, `path: "name", value: "Tag", op: CONTAINS`)
	add("FieldFilter.path", packages, `path: "name", value: "1243"`, `path: "id", value: "1243"`)
	add("FieldFilter.value", packages, `path: "id", value: "1243"`, `path: "id", value: "1"`)
	add("FieldFilter.restrictOwner", `{ endpoints { totalRecords edges { node { installedApplications(filter: {path: `+
		`"version", op: GTE, value: "131"%s}) { name } } } } }`, "", ", restrictOwner: false")
	const match = "{ endpoints(filter: {%s}) { totalRecords } }"
	pair := `filters: [{path: "name", value: "mac-01"}, {path: "name", value: "mac-02"}]`
	add("EndpointFieldFilter.any", match, pair, pair+", any: true")
	add("EndpointFieldFilter.filters", match, `path: "name", value: "mac-01"`, pair)
	add("EndpointFieldFilter.maxAge", match, `sensor: {name: "Online"}, value: "True"`,
		`sensor: {name: "Online"}, value: "True", maxAge: 60`)
	add("EndpointFieldFilter.memberOf", match, `memberOf: {name: "All Linux"}`, `memberOf: {name: "All Mac"}`)
	add("EndpointFieldFilter.negated", match, `path: "name", value: "mac-01"`,
		`path: "name", value: "mac-01", negated: true`)
	add("EndpointFieldFilter.op", match, `path: "name", value: "mac"`, `path: "name", value: "mac", op: STARTS_WITH`)
	add("EndpointFieldFilter.path", match, `path: "name", value: "Linux"`, `path: "os.platform", value: "Linux"`)
	add("EndpointFieldFilter.sensor", match, `sensor: {name: "Is Linux"}, value: "True"`,
		`sensor: {name: "Is Mac"}, value: "True"`)
	add("EndpointFieldFilter.value", match, `path: "name", value: "mac-01"`, `path: "name", value: "none"`)
	add("EndpointFieldFilterComputerGroup.id", match, `memberOf: {id: 13}`, `memberOf: {id: 14}`)
	add("EndpointFieldFilterComputerGroup.name", match, `memberOf: {name: "All Linux"}`, `memberOf: {name: "All Mac"}`)
	hash := func(column string) string {
		return `sensor: {name: "Running Processes with MD5 Hash", column: "` + column + `"}, value: "sshd.exe"`
	}
	add("EndpointFieldFilterSensor.column", match, hash("MD5 Hash"), hash("Process Name"))
	add("EndpointFieldFilterSensor.name", match, `sensor: {name: "Is Linux"}, value: "True"`,
		`sensor: {name: "Is Mac"}, value: "True"`)
	tagged := func(name, value string) string {
		return `sensor: {name: "Custom Tag Exists", params: [{name: "` + name + `", value: "` +
			value + `"}]}, value: "True"`
	}
	const live = "{ endpoints(source: {ts: {}}, filter: {%s}) { totalRecords } }"
	add("EndpointFieldFilterSensor.params", live, tagged("tag", "Pilot"), tagged("tag", "Web"))
	add("EndpointFieldFilterSensorParam.name", live, tagged("tag", "Pilot"), tagged("tags", "Pilot"))
	add("EndpointFieldFilterSensorParam.value", live, tagged("tag", "Pilot"), tagged("tag", "Web"))
	const members = `mutation { actionPerform(input: {package: {name: "Restart Tanium Client"}, targets: ` +
		`{actionGroup: {name: "All Computers"}, targetGroup: {filter: {%s}}}}) { error { message } } }`
	both := `filters: [{sensor: {name: "Is Linux"}, value: "True"}, {sensor: {name: "Is Mac"}, value: "True"}]`
	add("ComputerGroupFilter.any", members, both, both+", any: true")
	add("ComputerGroupFilter.filters", members, both, `filters: [{sensor: {name: "Is Linux"}, value: "True"}]`)
	add("ComputerGroupFilter.memberOf", members, `memberOf: {name: "All Linux"}`, `memberOf: {name: "All Mac"}`)
	add("ComputerGroupFilter.negated", members, `memberOf: {name: "All Linux"}`,
		`memberOf: {name: "All Linux"}, negated: true`)
	add("ComputerGroupFilter.op", members, `sensor: {name: "Computer Name"}, value: "mac"`,
		`sensor: {name: "Computer Name"}, op: STARTS_WITH, value: "mac"`)
	add("ComputerGroupFilter.sensor", members, `sensor: {name: "Is Linux"}, value: "True"`,
		`sensor: {name: "Is Mac"}, value: "True"`)
	add("ComputerGroupFilter.value", members, `sensor: {name: "Is Linux"}, value: "True"`,
		`sensor: {name: "Is Linux"}, value: "False"`)
	const values = `{ endpoints(first: 100) { totalRecords edges { node { sensorReadings(sensors: [{name: ` +
		`"Service Details", filter: {%s}}]) { columns { values } } } } } }`
	running := `column: "Service Status", value: "Running"`
	several := `filters: [{column: "Service Status", value: "Running"}, {column: "Service Startup Mode", value: ` +
		`"Manual"}]`
	add("SensorValueFilter.any", values, several, several+", any: true")
	add("SensorValueFilter.column", values, running, `column: "Service Startup Mode", value: "Running"`)
	add("SensorValueFilter.filters", values, running, several)
	add("SensorValueFilter.negated", values, running, running+", negated: true")
	add("SensorValueFilter.op", values, `column: "Service Status", value: "Run"`,
		`column: "Service Status", value: "Run", op: STARTS_WITH`)
	add("SensorValueFilter.restrictOwner", values, running, running+", restrictOwner: false")
	add("SensorValueFilter.value", values, running, `column: "Service Status", value: "Stopped"`)
	const groups = "{ computerGroups(filter: {%s}) { totalRecords } }"
	add("ComputerGroupsFilter.filterEnabled", groups, "", "filterEnabled: true")
	add("ComputerGroupsFilter.managementRightsEnabled", groups, "", "managementRightsEnabled: false")
	add("ComputerGroupsFilter.name", groups, `name: "All Linux"`, `name: "None"`)
	add("ComputerGroupsFilter.nameOp", groups, `name: "All"`, `name: "All", nameOp: STARTS_WITH`)
	add("ComputerGroupsFilter.type", groups, "type: STANDARD", "type: MANUAL")

	// Sources, order and readings.
	const from = "{ endpoints(first: 100, source: {%s}) { totalRecords collectionInfo { success } edges { node { " +
		"name sensorReadings(sensors: [{name: \"Custom Tags\"}, {name: \"Last Logged In User\"}, {name: " +
		"\"Service Details\"}]) { columns { values } } } } } }"
	add("EndpointSource.tds", from, "ts: {}", "tds: {}")
	add("EndpointSource.ts", from, "", "ts: {}")
	add("EndpointSourceTDS.excludeNoResults", from, "tds: {}", "tds: {excludeNoResults: true}")
	add("EndpointSourceTDS.allNamespaces", from, `tds: {namespaces: ["other"]}`,
		`tds: {namespaces: ["other"], allNamespaces: true}`)
	add("EndpointSourceTDS.namespaces", from, `tds: {namespaces: [""]}`, `tds: {namespaces: ["other"]}`)
	add("EndpointSourceTDS.scope", from, "tds: {allNamespaces: true}",
		"tds: {allNamespaces: true, scope: TANIUM_CLIENTS}")
	without("EndpointSourceTDS.excludeErrors",
		"no endpoint here reports one of the common errors of sensors, which are not documented")
	add("EndpointSourceTS.excludeNoResults", from, "ts: {}", "ts: {excludeNoResults: true}")
	add("EndpointSourceTS.expectedCount", from, "ts: {}", "ts: {expectedCount: 99}")
	add("EndpointSourceTS.maxWaitTime", from, "ts: {}", "ts: {maxWaitTime: 31}")
	add("EndpointSourceTS.minPercentage", from, "ts: {expectedCount: 99}",
		"ts: {expectedCount: 99, minPercentage: 0.5}")
	add("EndpointSourceTS.stableWaitTime", from, "ts: {expectedCount: 99}",
		"ts: {expectedCount: 99, stableWaitTime: 1}")
	without("EndpointSourceTS.excludeErrors", "as that of the data service")
	without("EndpointSourceTS.maxAge",
		"readings here are never old: an endpoint answers with what is true at the moment")
	without("EndpointSourceTS.scope", "there are no entities here but Tanium Clients")
	const sorted = "{ endpoints(first: 3, sort: [{%s}]) { edges { node { name } } } }"
	add("EndpointFieldSort.order", sorted, `path: "name"`, `path: "name", order: desc`)
	add("EndpointFieldSort.path", sorted, `path: "name"`, `path: "id"`)
	add("EndpointFieldSort.sensor", sorted, `path: "name"`, `sensor: {name: "Tanium Client IP Address"}`)
	add("EndpointFieldSortSensor.name", sorted, `sensor: {name: "Computer Name"}`,
		`sensor: {name: "Tanium Client IP Address"}`)
	add("EndpointFieldSortSensor.column", sorted, `sensor: {name: "Installed Applications", column: "Name"}`,
		`sensor: {name: "Installed Applications", column: "Version"}`)
	const sortedLive = "{ endpoints(first: 3, source: {ts: {}}, sort: [{sensor: {name: " +
		"\"Custom Tag Exists\", params: [%s]}, order: desc}]) { edges { node { name } } } }"
	add("EndpointFieldSortSensor.params", sortedLive, `{name: "tag", value: "Pilot"}`, `{name: "tag", value: "Tier0"}`)
	const reading = "{ endpoints(first: 100, source: {ts: {}}) { edges { node { sensorReadings(sensors: " +
		"[{%s}]) { columns { name values } } } } } }"
	add("EndpointSensorRef.columns", reading, `name: "Service Details"`,
		`name: "Service Details", columns: ["Service Name"]`)
	add("EndpointSensorRef.filter", reading, `name: "Custom Tags"`, `name: "Custom Tags", filter: {value: "Pilot"}`)
	add("EndpointSensorRef.name", reading, `name: "Custom Tags"`, `name: "Online"`)
	add("EndpointSensorRef.params", reading, `name: "High CPU Processes"`,
		`name: "High CPU Processes", params: [{name: "numOutput", value: "1"}]`)
	without("EndpointSensorRef.maxAge", "as EndpointSourceTS.maxAge")
	add("EndpointSensorRefParam.name", reading, `name: "High CPU Processes", params: [{name: "numOutput", value: "1"}]`,
		`name: "High CPU Processes", params: [{name: "other", value: "1"}]`)
	add("EndpointSensorRefParam.value", reading,
		`name: "High CPU Processes", params: [{name: "numOutput", value: "1"}]`,
		`name: "High CPU Processes", params: [{name: "numOutput", value: "2"}]`)

	actionProbes(add)
	contentProbes(add)
	return probes
}
