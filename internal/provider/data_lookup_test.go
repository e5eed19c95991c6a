// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestLookUpOne checks the data sources for one object, by ID and by name, and the nearest names in
// the error about an unknown one. An older schema, and other answers about what is missing, change
// nothing.
func TestLookUpOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		source string
		config map[string]any
		want   map[string]string // texts of attributes
		says   string
	}{
		"an action group by name": {source: "tanium_action_group", config: map[string]any{"name": "All Computers"},
			want: map[string]string{"name": "All Computers", "visibility": "ALL"}},
		"an unknown action group": {source: "tanium_action_group", config: map[string]any{"name": "All Computer"},
			says: `ERROR Unknown action group: Tanium has no action group with the name "All Computer" that this ` +
				`token may use. Did you mean "All Computers" or`},
		"an unknown action group by ID": {source: "tanium_action_group", config: map[string]any{"id": "99999"},
			says: "ERROR Unknown action group: Tanium has no action group with the ID 99999"},
		"a computer group as an action group": {source: "tanium_action_group", config: map[string]any{"id": "13"},
			says: `It is the computer group "All Linux" (ID 13). Use the data source tanium_computer_group for it.`},
		"a computer group by name": {source: "tanium_computer_group",
			config: map[string]any{"name": "All Windows Servers"},
			want:   map[string]string{"name": "All Windows Servers", "type": "STANDARD"}},
		"an unknown computer group": {source: "tanium_computer_group",
			config: map[string]any{"name": "All Window Servers"}, says: `Did you mean "All Windows Servers"`},
		"a sensor": {source: "tanium_sensor", config: map[string]any{"name": "Computer Name"},
			want: map[string]string{"name": "Computer Name", "value_type": "String"}},
		"an unknown sensor": {source: "tanium_sensor", config: map[string]any{"name": "Computer Nam"},
			says: `ERROR Unknown sensor: Tanium has no sensor "Computer Nam" that this token may read. Did you mean ` +
				`"Computer Name"`},
	} {
		for _, options := range []simulator.Options{
			{}, {OldSchema: true}, {Unknowns: world.Unknowns{MissingIsError: true}},
		} {
			s := newTenant(t, options)
			state, said := newSession(t, s, s).lookUp(c.source, c.config)
			if !strings.Contains(said, c.says) || (c.says == "") != (said == "") {
				t.Errorf("%s with %+v: says %s", name, options.Unknowns, said)
			}
			for attribute, want := range c.want {
				if got := textIn(state[attribute]); got != want {
					t.Errorf("%s: %s is %q, want %q", name, attribute, got, want)
				}
			}
		}
	}
}

// TestLookUpSensor checks the columns and the parameters of sensors.
func TestLookUpSensor(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	plain, _ := session.lookUp("tanium_sensor", map[string]any{"name": "Computer Name"})
	columned, _ := session.lookUp("tanium_sensor", map[string]any{"name": "Running Processes with MD5 Hash"})
	logged, _ := session.lookUp("tanium_sensor", map[string]any{"name": "Tanium Action Log"})
	var columns, parameters []string
	for _, column := range elements(t, columned["columns"]) {
		columns = append(columns, textIn(column["name"]))
	}
	for _, parameter := range elements(t, logged["parameters"]) {
		parameters = append(parameters, textIn(parameter["name"])+"="+textIn(parameter["default_value"]))
	}
	if len(elements(t, plain["columns"])) != 0 || len(elements(t, plain["parameters"])) != 0 ||
		!slices.Equal(columns, []string{"Path", "Process Name", "MD5 Hash"}) ||
		!slices.Equal(parameters, []string{"actionID=", "lines=20"}) || !isTrue(plain["harvested"]) {
		t.Errorf("%q %q\n%v", columns, parameters, plain)
	}
}

// TestLookUpMany checks the conditions, the order and the limit of the data sources for several
// objects.
func TestLookUpMany(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	for name, c := range map[string]struct {
		list   string
		config map[string]any
		want   []string // the names; nil for at least five in order
	}{
		"package_specs": {list: "package_specs"},
		"package_specs of a name": {list: "package_specs", config: map[string]any{"name": "Custom Tagging - Add Tags"},
			want: []string{"Custom Tagging - Add Tags"}},
		"package_specs of a part": {list: "package_specs",
			config: map[string]any{"name_contains": "Custom Tagging - Remove"},
			want:   []string{"Custom Tagging - Remove Tags", "Custom Tagging - Remove Tags (Non-Windows)"}},
		"package_specs of no set": {list: "package_specs", config: map[string]any{"content_set_name": "No such set"},
			want: []string{}},
		"package_specs, limited": {list: "package_specs",
			config: map[string]any{"name_contains": "Custom Tagging", "max_results": 1},
			want:   []string{"Custom Tagging - Add Tags"}},
		"sensors": {list: "sensors"},
		"sensors of a part": {list: "sensors", config: map[string]any{"name_contains": "Action Log"},
			want: []string{"Tanium Action Log"}},
		"sensors of both": {list: "sensors", config: map[string]any{"name": "Computer Name", "name_contains": "Name"},
			want: []string{"Computer Name"}},
		"sensors of no set": {list: "sensors",
			config: map[string]any{"name": "Computer Name", "content_set_name": "No set"},
			want:   []string{}},
		"computer_groups": {list: "computer_groups"},
		"computer_groups by part": {list: "computer_groups", config: map[string]any{"name_contains": "Windows Servers"},
			want: []string{"All Windows Servers", "Virtual Windows Servers"}},
		"computer_groups in another case": {list: "computer_groups",
			config: map[string]any{"name_contains": "windows servers"},
			want:   []string{}},
		"action_groups in another case": {list: "action_groups", config: map[string]any{"name": "all computers"},
			want: []string{}},
		"sensors in another case": {list: "sensors", config: map[string]any{"name_contains": "action log"},
			want: []string{}},
		"package_specs in another case": {list: "package_specs",
			config: map[string]any{"name_contains": "custom tagging"},
			want:   []string{}},
		"action_groups of a name": {list: "action_groups", config: map[string]any{"name": "All Computers"},
			want: []string{"All Computers"}},
		"action_groups of nothing": {list: "action_groups", config: map[string]any{"name": "Nothing"},
			want: []string{}},
	} {
		state, said := session.lookUp("tanium_"+c.list, c.config)
		var names []string
		for _, each := range elements(t, state[c.list]) {
			names = append(names, textIn(each["name"]))
		}
		ordered := slices.IsSortedFunc(names, func(a, b string) int {
			return strings.Compare(strings.ToLower(a), strings.ToLower(b))
		})
		many := c.want == nil && len(names) >= 5 && ordered
		if !many && (c.want == nil || !slices.Equal(names, c.want)) || said != "" {
			t.Errorf("%s: %q, want %q; says %s", name, names, c.want, said)
		}
		if limited := c.config["max_results"] != nil; limited != isTrue(state["truncated"]) {
			t.Errorf("%s: truncated is %s", name, state["truncated"])
		}
	}
}

// TestLookUpFails checks that a failure names the missing right.
func TestLookUpFails(t *testing.T) {
	t.Parallel()
	for source, c := range map[string]struct {
		config map[string]any
		right  string
	}{
		"tanium_action_group":    {config: map[string]any{"name": "All Computers"}, right: "to read action groups"},
		"tanium_action_groups":   {right: "to read action groups"},
		"tanium_computer_group":  {config: map[string]any{"name": "All Computers"}, right: "to read computer groups"},
		"tanium_computer_groups": {right: "to read computer groups"},
		"tanium_sensor":          {config: map[string]any{"name": "Computer Name"}, right: "to read sensors"},
		"tanium_sensors":         {right: "to read sensors"},
		"tanium_package_specs":   {right: "to read packages"},
	} {
		s := newTenant(t, simulator.Options{})
		if err := s.Fail(simulator.Fault{Kind: simulator.Status, Code: http.StatusForbidden, Times: -1}); err != nil {
			t.Fatal(err)
		}
		_, said := newSession(t, s, s).lookUp(source, c.config)
		if !strings.Contains(said, "ERROR Cannot ") || !strings.Contains(said, c.right) {
			t.Errorf("%s says %s", source, said)
		}
	}
}
