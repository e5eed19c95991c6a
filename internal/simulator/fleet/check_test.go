// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// Load rejects what would have no effect or a wrong one, with one line that names the file and the
// place.
func TestLoadRejects(t *testing.T) {
	t.Parallel()
	const builtin = "extends: builtin\n"
	endpoint := func(more string) string { return builtin + "endpoints: [{id: '1', profile: ubuntu, " + more + "}]" }
	pack := func(more string) string { return builtin + "packages: [{id: '9001', name: x, " + more + "}]" }
	sensor := func(more string) string { return builtin + "sensors: [{name: x, " + more + "}]" }
	group := func(rule string) string {
		return builtin + "computer_groups: [{id: '99', name: x, rule: " + rule + "}]"
	}
	effect := func(more, effect string) string { return pack(more + "effects: [{" + effect + "}]") }
	for text, says := range map[string]string{
		"":                             "the file has no fleet",
		"# nothing\n":                  "the file has no fleet",
		"{}":                           "the file has no fleet",
		"null":                         "null was used where mapping is expected",
		builtin + "---\nusers: []\n":   "more than one YAML document",
		builtin + "---\nusers: [":      "sequence end token",
		builtin + "extends: builtin\n": "[2:1]",
		pack(`command: 'a "$2"', params: [{key: $1}]`): "" +
			`package "x": command: $2 is not the key of a parameter`,
		pack(`command: 'a $1'`): "" +
			`package "x": command: $1 is not the key of a parameter`,
		pack(`command: 'a $10', params: [{key: $1}]`): "" +
			`package "x": command: $10 is not the key of a parameter`,
		pack(`params: [{key: $1}, {key: $1}]`): "" +
			`package "x": duplicate key of a parameter "$1"`,
		pack(`params: [{label: A}]`): "" +
			`package "x": key of a parameter: name or id is missing`,
		pack("content_set: Bse"): `package "x": unknown content set "Bse"`,
		pack("sensor_sourced: [Shoe Size]"): "" +
			`package "x": sensor_sourced: there is no sensor "Shoe Size"`,
		pack("sensor_sourced: [Service Details_Nam]"): `there is no sensor "Service Details_Nam"`,
		pack("platforms: [Amiga]"):                    `package "x": unknown platform "Amiga"`,
		pack("expire_seconds: 9223372036854775807"): "" +
			`package "x": expire_seconds must be between 0 and 315360000`,
		pack("command_timeout_seconds: -1"): "" +
			`package "x": command_timeout_seconds must be between`,
		pack("execute: {min: -2s, max: 1s}"): "" +
			`package "x": execute: min must be between 0s and`,
		pack("download: {min: 2s, max: 2000000h}"): "" +
			`package "x": download: max must be between 0s and`,
		pack("chances: {fail: 5}"): "" +
			`package "x": chances: the share of fail must be between 0 and 1`,
		pack("chances: {fail: .nan}"): "" +
			`package "x": chances: the share of fail must be between 0 and 1`,
		effect("", "kind: add_rows, sensor: Custom Tags, value: $1"): `value: $1 is not the key of a parameter`,
		effect("", "kind: add_rows, sensor: Custom Tags, value: '||Custom Tags||'"): `||Custom Tags|| is not in ` +
			`sensor_sourced`,
		effect("", "kind: add_rows, sensor: Service Details, column: Service Name, value: x"): "add_rows needs a " +
			"sensor with one column",
		effect("", "kind: add_rows, sensor: Custom Tags, value: x, to: y"): "set and to apply to set_column only",
		effect("", "kind: add_rows, sensor: Custom Tags, value: x, "+
			"linked: {from: Custom Tags, sensor: Custom Tags}"): "" +
			"" +
			"linked applies to remove_rows only",
		endpoint("ip_address: 10.0.0.999"):           `endpoint 1: ip_address: "10.0.0.999" is not an IP address`,
		endpoint("relapse_after: -5s"):               "endpoint 1: relapse_after must be between 0s and",
		endpoint("offline: true, online_after: -5s"): "endpoint 1: online_after must be between 0s and",
		endpoint("execute: {Reboot Windows Machine: {min: -1s, max: 1s}}"): "endpoint 1: execute of package " +
			"Reboot Windows Machine: min must be",
		sensor("content_set: Bse"): `sensor "x": unknown content set "Bse"`,
		sensor("max_age_seconds: -1"): "" +
			`sensor "x": max_age_seconds must be between`,
		sensor("columns: [{name: a}, {name: a}]"):    `sensor "x": duplicate column "a"`,
		sensor("parameters: [{name: a}, {name: a}]"): `sensor "x": duplicate parameter "a"`,
		sensor("parameters: [{name: a}], registered: [{b: '1'}]"): "" +
			`sensor "x": registered 1: the sensor has no parameter "b"`,
		builtin + "content_sets: [{id: '1', name: Other}]": `duplicate ID of content set Other "1"`,
		builtin + "content_sets: [{id: '9'}]":              "content set: name or id is missing",
		builtin + "id_changes: [{old: '1', new: '1'}]": "" +
			`id_changes: entry 1: new must be another ID`,
		builtin + "id_changes: [{old: '274177', new: '100201'}]":        `an endpoint still has the ID "274177"`,
		builtin + "id_changes: [{old: '1', new: '100201', after: -1s}]": "id_changes: entry 1: after must be between",
		group("{member_of: All Windows, value: x}"): "" +
			`a rule has column, params, op or value without`,
		group("{sensor: Uptime, op: LIKE, value: x}"):    `"x": operator LIKE is not supported`,
		builtin + "action_groups: [{id: '99', name: x}]": `action group "x": computer_groups is empty`,
		group("{}"): `computer group "x": `,
	} {
		_, err := fleet.Load("my.yaml", strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), "my.yaml:") || !strings.Contains(err.Error(), says) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%q\nsays %v, want %q", text, err, says)
		}
	}
}

// Load accepts what looks like a mistake and is none.
func TestLoadAccepts(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"extends: builtin\npackages: [{id: '9001', name: x, " +
			"command: 'a $HOME $$ \"$0\" || b || c', params: [{key: $0}]}]",
		"extends: builtin\nendpoints: [{id: '1', profile: ubuntu, ip_address: '2001:db8::1'}]",
		"---\nextends: builtin\n...\n",
	} {
		if _, err := fleet.Load("my.yaml", strings.NewReader(text)); err != nil {
			t.Errorf("%q\n%v", text, err)
		}
	}
}

// Load rejects deep nesting before it parses it.
func TestDepth(t *testing.T) {
	t.Parallel()
	const n = 20_000
	staircase := strings.Builder{}
	for i := range 150 {
		staircase.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for name, text := range map[string]string{
		"brackets":          strings.Repeat("[", n),
		"balanced brackets": "users: " + strings.Repeat("[", n) + strings.Repeat("]", n),
		"braces":            strings.Repeat("{a: ", n),
		"lists":             strings.Repeat("- ", n),
		"lists of lists":    "users: " + strings.Repeat("[a, ", n),
		"keys":              strings.Repeat("? ", n),
		"staircase":         staircase.String(),
		"behind brackets":   "users: ']]]]'\n# ]]]]\nsensors: " + strings.Repeat("[", n),
	} {
		_, err := fleet.Load("my.yaml", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), "nests deeper than 100 lists and mappings") ||
			!strings.HasPrefix(err.Error(), "my.yaml:[") {
			t.Errorf("%s: %v", name, err)
		}
	}
	wide := "extends: builtin\nendpoints:\n"
	for i := range 200 {
		wide += fmt.Sprintf("  - id: '%d'\n    name: '[[[['\n"+
			"    profile: ubuntu # {{{\n    readings: {Uptime: [['1']]}\n", i+1)
	}
	if _, err := fleet.Load("my.yaml", strings.NewReader(wide)); err != nil {
		t.Error(err)
	}
}

// Values go by the position of the key among the keys in their order, not by its number.
func TestParameterPositions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ keys, value, want string }{
		{"{key: $1}, {key: $2}", "$1", "[[a]]"},
		{"{key: $1}, {key: $2}", "$2", "[[b]]"},
		{"{key: $2}, {key: $1}", "$1", "[[a]]"},
		{"{key: $0}, {key: $1}", "$0", "[[a]]"},
		{"{key: $0}, {key: $1}", "$1", "[[b]]"},
		{"{key: $1}, {key: $3}", "$3", "[[b]]"},
		{"{key: $10}, {key: $9}", "$10", "[[b]]"},
		{"{key: $1}, {key: $2}, {key: $3}, {key: $4}", "$4", "[[]]"}, // no value was given
	} {
		text := "extends: builtin\npackages: [{id: '9001', name: x, params: [" + c.keys + "], effects: [" +
			"{kind: add_rows, sensor: Custom Tags, value: " + c.value + "}]}]\nendpoints: [{id: '1', profile: aix}]\n"
		loaded, err := fleet.Load("my.yaml", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		changed := loaded.Apply(loaded.Package("", "x"), loaded.Endpoint("1"), fleet.Overlay{},
			[]string{"a", "b", "c"}, nil)
		if got := fmt.Sprint(changed["Custom Tags"]); got != c.want {
			t.Errorf("%s: %s is %s, want %s", c.keys, c.value, got, c.want)
		}
	}
}
