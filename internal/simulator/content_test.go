// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/store"
)

// A created group can be targeted at once, and deleted if no other group uses it.
func TestGroups(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	made := s.ask(`mutation { computerGroupCreate(input: {name: "Pilots", managementRightsEnabled: true,
	  contentSetRef: {name: "Base"}, filter: {filters: [{sensor: {name: "Custom Tags"}, value: "Pilot"},
	  {memberOf: {name: "All Windows"}}]}}) {
	  error { message } group { id name type filterEnabled managementRightsEnabled contentSetV2 { name } } } }`, nil)
	check(t, "made", at(made, "computerGroupCreate", "group", "contentSetV2", "name"), "Base")
	check(t, "both kinds", at(made, "computerGroupCreate", "group", "filterEnabled"), true)
	of := s.ask(`mutation { actionGroupCreate(input: {name: "Pilot group", visibility: USER_GROUPS, userGroups: `+
		`[{name: "Operators"}], computerGroups: [{name: "Pilots"}]}) { error { message } group { id visibility `+
		`userGroups { name } computerGroups { name } } } }`, nil)
	check(t, "of", at(of, "actionGroupCreate", "group", "computerGroups", 0, "name"), "Pilots")
	check(t, "seen by", at(of, "actionGroupCreate", "group", "userGroups", 0, "name"), "Operators")
	s.ask(perform, tag(fields{"targets": fields{"actionGroup": fields{"name": "Pilot group"}}}))
	s.Advance(time.Minute)
	check(t, "reached", len(s.Actions()[0].Actions[0].Endpoints), 2)
	check(t, "listed",
		at(s.ask(`{ endpoints(filter: {memberOf: {name: "Pilots"}}) { totalRecords } }`, nil), "endpoints",
			"totalRecords"), 2)

	for _, c := range [][2]string{
		{`computerGroupCreate(input: {name: "Pilots", managementRightsEnabled: true, filter: {sensor: {name: ` +
			`"Uptime"}, value: "1"}}) { error { message } }`, "GroupNameNotUnique"},
		{`computerGroupCreate(input: {name: "x", managementRightsEnabled: true, contentSetRef: {id: 99}, filter: ` +
			`{sensor: {name: "Uptime"}, value: "1"}}) { error { message } }`, "ContentSetNotFound"},
		{`actionGroupCreate(input: {name: "Default", visibility: ALL, computerGroups: []}) { error { message } }`,
			"GroupNameNotUnique"},
		{`actionGroupCreate(input: {name: "x", visibility: ALL, computerGroups: [{id: 99}]}) { error { message } }`,
			"GroupNotFound"},
		{`computerGroupDelete(ref: {name: "Pilots"}) { error { message } }`, "GroupInUse"},
		{`actionGroupDelete(ref: {name: "Pilot group"}) { error { message } }`, ""},
		{`actionGroupDelete(ref: {name: "Pilot group"}) { error { message } }`, "ActionGroupNotFound"},
		{`computerGroupDelete(ref: {name: "Pilots"}) { error { message } }`, ""},
		{`computerGroupDelete(ref: {name: "Pilots"}) { error { message } }`, "GroupNotFound"},
	} {
		answer := at(s.ask("mutation { x: "+c[0]+" }", nil), "x", "error", "message")
		if c[1] == "" && answer != nil || !strings.Contains(fmt.Sprint(answer), c[1]) {
			t.Errorf("%s\nsays %v, want %q", c[0], answer, c[1])
		}
	}
}

// Tokens are granted, rotated and revoked, and expire. A token is invalid from an untrusted
// address.
func TestTokens(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	status := func(token string) int {
		code, _ := s.call("POST", simulator.Path, token, document("{ now }", nil))
		return code
	}
	grant := func(trusted string) (id, secret string) {
		token := at(s.ask(`mutation { apiTokenGrant(input: {expiresInDays: 2, notes: "mine", trustedIPAddresses: ["`+
			trusted+`"]}) { token { id tokenString notes expiration } error { message } } }`, nil),
			"apiTokenGrant", "token")
		return fmt.Sprint(at(token, "id")), fmt.Sprint(at(token, "tokenString"))
	}
	id, secret := grant("127.0.0.1")
	_, elsewhere := grant("10.0.0.0/8")
	check(t, "trusted", status(secret), 200)
	check(t, "not trusted", status(elsewhere), 401)
	list := at(s.as(secret, "{ myAPITokens { tokens { id tokenString notes } } }", nil), "myAPITokens", "tokens")
	check(t, "listed", at(list, 1, "notes"), "mine")
	check(t, "without its secret", at(list, 1, "tokenString"), nil)

	rotated := at(s.as(secret, "mutation($t: String!) { apiTokenRotate(input: {tokenString: "+
		"$t}) { token { id tokenString notes } error { message } } }", fields{"t": secret}), "apiTokenRotate", "token")
	fresh := fmt.Sprint(at(rotated, "tokenString"))
	check(t, "the old one", status(secret), 401)
	check(t, "the new one", status(fresh), 200)
	check(t, "keeps its notes", at(rotated, "notes"), "mine")
	if at(rotated, "id") == id {
		t.Error("a rotated token keeps its ID")
	}
	check(t, "another's", at(s.as("token-approver", "mutation($t: String!) { apiTokenRotate(input: {tokenString: "+
		"$t}) { error { message } } }", fields{"t": fresh}), "apiTokenRotate", "error", "message"),
		"TokenNotFound: the caller has no such token")
	s.Advance(47 * time.Hour)
	check(t, "before its end", status(fresh), 200)
	s.Advance(2 * time.Hour)
	check(t, "after its end", status(fresh), 401)
	revoke := "mutation($id: ID!) { apiTokenRevoke(input: {id: $id}) { error { message } } }"
	check(t, "revoked", at(s.ask(revoke, fields{"id": at(rotated, "id")}), "apiTokenRevoke", "error"), nil)
	check(t, "twice", at(s.ask(revoke, fields{"id": "1"}), "apiTokenRevoke", "error", "message"), "TokenNotFound: 1")
	if message := s.refused(`mutation { apiTokenGrant(input: {trustedIPAddresses: ["here"]}) { error { message } } }`,
		nil); !strings.Contains(message, "here") {
		t.Error(message)
	}
}

// A registered sensor can be read from the data service. A sensor with parameters can be read for
// registered values.
func TestHarvest(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	const register = `mutation($input: SensorHarvestInput!) { sensorHarvest(input: $input) { cursor success error { ` +
		`message } } }`
	input := func(more fields) fields {
		whole := fields{"harvest": true, "integrationName": "example-test", "name": "Uptime"}
		for name, value := range more {
			whole[name] = value
		}
		return fields{"input": whole}
	}
	count := `{ endpoints(filter: {sensor: {name: "Uptime"}, op: GTE, value: "1"}) { totalRecords } }`
	s.refused(count, nil)
	cursor := at(s.ask(register, input(nil)), "sensorHarvest", "cursor")
	check(t, "not yet", at(s.ask(register, input(fields{"cursor": cursor})), "sensorHarvest", "success"), nil)
	s.Advance(time.Minute)
	check(t, "registered", at(s.ask(register, input(fields{"cursor": cursor})), "sensorHarvest", "success"), true)
	check(t, "read", at(s.ask(count, nil), "endpoints", "totalRecords"), 35)
	s.ask(register, input(fields{"harvest": false}))
	s.refused(count, nil)

	tagged := `{ endpoints(filter: {sensor: {name: "Custom Tag Exists", params: [{name: "tag", value: ` +
		`"Pilot"}]}, value: "true"}) { totalRecords } }`
	s.refused(tagged, nil)
	s.ask(register, input(fields{
		"name":       "Custom Tag Exists",
		"parameters": []fields{{"name": "tag", "value": "Pilot"}},
	}))
	check(t, "tagged", at(s.ask(tagged, nil), "endpoints", "totalRecords"), 2)
	shown := at(s.ask(`{ sensors(filter: {path: "name", value: "Custom Tag Exists"}) { edges { node { `+
		`parameterizations { harvested values { name value } } } } } }`, nil), "sensors", "edges", 0, "node",
		"parameterizations", 0, "values", 0, "value")
	check(t, "shown", shown, "Pilot")
	check(t, "unknown",
		strings.HasPrefix(fmt.Sprint(at(s.ask(register, input(fields{"name": "Shoe Size"})), "sensorHarvest", "error",
			"message")), "SensorNotFound"), true)
	s.refused(register, input(fields{"integrationName": "tanium-test"}))
}

func TestEndpointIDChanges(t *testing.T) {
	t.Parallel()
	from, err := fleet.Load("x.yaml",
		strings.NewReader("users: [{id: '1', name: a, tokens: [token-simulator]}]\nid_changes: [{old: '1', new: "+
			"'2', after: 1h}]"))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, simulator.Options{Fleet: from})
	const look = `{ endpointIdChanges(after: "2026-03-01T00:00:00Z") { before changes { oldId newId } } }`
	check(t, "before", len(list(s.ask(look, nil), "endpointIdChanges", "changes")), 0)
	s.Advance(2 * time.Hour)
	check(t, "after", at(s.ask(look, nil), "endpointIdChanges", "changes", 0, "newId"), "2")
}

// The filter of a nested list also drops the endpoints without a match, unless restrictOwner is
// false (API.md#filters-of-readings).
func TestApplications(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	count := func(filter string) int {
		return len(list(s.ask(`{ endpoints(first: 100) { edges { node { installedApplications(filter: {`+
			filter+`}) { name version } } } } }`, nil), "endpoints", "edges"))
	}
	check(t, "owners", count(`path: "version", op: GTE, value: "131"`), 11)
	check(t, "all", count(`path: "version", op: GTE, value: "131", restrictOwner: false`), 35)
}

// A simulation that is resumed from its store gives the same answers as before.
func TestResume(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store")
	at0 := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	open := func() (*tenant, *store.Store) {
		kept, err := store.Open(path, "test")
		if err != nil {
			t.Fatal(err)
		}
		return start(t, simulator.Options{Store: kept, Clock: clock.Manual(at0, 0), RequireApproval: true}), kept
	}
	s, kept := open()
	s.ask(perform, tag(nil))
	s.as("token-approver", `mutation { scheduledActionApprove(ref: {id: 88001}) { id } }`, nil)
	s.ask(`mutation { computerGroupCreate(input: {name: "Pilots", managementRightsEnabled: false, filter: {sensor: `+
		`{name: "Custom Tags"}, value: "Pilot"}}) { group { id } } }`, nil)
	s.Advance(8 * time.Second)
	s.ask(perform, tag(fields{"package": fields{"name": "Make Coffee"}})) // rejected now and on replay
	if status, answer := s.call("POST", "/simulator/endpoints", "", []byte(`[{"id": "274301", "sensors": `+
		`{"Custom Tags": [["Gone"]]}}]`)); status != 204 {
		t.Fatal(answer)
	}
	look := func(s *tenant) string {
		return fmt.Sprint(s.counts(firstAction), s.Actions(), s.Stats().Deployments,
			s.ask(`{ now endpoints(filter: {memberOf: {name: "Pilots"}}) { totalRecords edges { node { id } } } }`,
				nil))
	}
	before := look(s)
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
	again, kept := open()
	defer kept.Close() //nolint:errcheck // nothing was written
	if after := look(again); after != before {
		t.Errorf("was\n%s\nis\n%s", before, after)
	}
}

// A scheduled action shows the target group that it was sent, or a group without a name for
// endpoint IDs, platforms and filters.
func TestShownTargets(t *testing.T) {
	t.Parallel()
	everyone := fields{"id": 21}
	for name, c := range map[string]struct {
		targets fields
		shown   any
	}{
		"action group": {fields{"actionGroup": everyone}, "All Computers"},
		"computer group": {fields{"actionGroup": everyone, "targetGroup": fields{"name": "All Windows"}},
			"All Windows"},
		"endpoints": {fields{"actionGroup": everyone, "endpoints": []any{"274177"}}, ""},
		"platforms": {fields{"actionGroup": everyone, "platforms": []any{"Windows"}}, ""},
		"filter": {fields{"actionGroup": everyone, "targetGroup": fields{"filter": fields{
			"sensor": fields{"name": "OS Platform"}, "value": "Windows"}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			s.ask(perform, tag(fields{"targets": c.targets}))
			answer := s.ask(`{ scheduledAction(ref: {id: "88001"}) { targets { targetGroup { name } } } }`, nil)
			check(t, "group", at(answer, "scheduledAction", "targets", "targetGroup", "name"), c.shown)
		})
	}
}
