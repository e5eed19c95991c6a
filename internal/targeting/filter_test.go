// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

func sensor(name, column, value string) Filter {
	return Filter{Sensor: &catalog.Sensor{Name: name, Column: column}, Value: &value}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	value, empty := "x", ""
	good := sensor("OS Platform", "", "Windows")
	member := Filter{MemberOf: &gateway.Ref{Name: "All Windows"}}
	for name, test := range map[string]struct {
		filter Filter
		use    Use
		want   []string     // summaries of the problems
		at     catalog.Path // path of the first problem
	}{
		"single": {good, ForTargeting, nil, nil},
		"empty value": {Filter{
			Sensor: &catalog.Sensor{Name: "Custom Tags"},
			Value:  &empty,
		}, ForTargeting, nil, nil},
		"member":           {member, ForTargeting, nil, nil},
		"any of one child": {Filter{Any: true, Filters: []Filter{good}}, ForTargeting, nil, nil},
		"path in a list":   {Filter{Path: "os.platform", Value: &value}, ForListing, nil, nil},
		"path in a target": {Filter{Path: "os.platform", Value: &value}, ForTargeting,
			[]string{"Filter by path cannot target an action"}, catalog.Path{"filter", "path"}},
		"nothing": {Filter{}, ForListing, []string{"Filter has no condition"},
			catalog.Path{"filter"}},
		"no value": {Filter{Path: "name"}, ForListing, []string{"Filter has no value"},
			catalog.Path{"filter", "value"}},
		"two conditions": {Filter{Path: "name", MemberOf: member.MemberOf, Value: &value}, ForListing,
			[]string{"Filter has several conditions"}, catalog.Path{"filter"}},
		"single and compound": {Filter{Sensor: good.Sensor, Filters: []Filter{good}}, ForListing,
			[]string{"Filter is both single and compound"}, catalog.Path{"filter"}},
		"operator of a compound": {Filter{Op: gateway.FieldFilterOpEq, Filters: []Filter{good}}, ForListing,
			[]string{"List of filters with op or value"}, catalog.Path{"filter"}},
		"no children": {Filter{Filters: []Filter{}}, ForListing, []string{"List of filters is empty"},
			catalog.Path{"filter", "filters"}},
		"any of a single": {Filter{Any: true, Sensor: good.Sensor, Value: &value}, ForListing,
			[]string{"Filter has nothing to choose from"}, catalog.Path{"filter", "any"}},
		"member compared": {Filter{MemberOf: member.MemberOf, Value: &value}, ForListing,
			[]string{"Computer group with op or value"}, catalog.Path{"filter"}},
		"member unnamed": {Filter{MemberOf: &gateway.Ref{}}, ForListing,
			[]string{"Computer group is not named"}, catalog.Path{"filter", "member_of"}},
		"operator unknown": {Filter{Path: "name", Op: "LIKE", Value: &value}, ForListing,
			[]string{"Unknown operator"}, catalog.Path{"filter", "op"}},
		"operator of reading's time": {Filter{
			Sensor: good.Sensor,
			Op:     gateway.FieldFilterOpReadAfter,
			Value:  &value,
		}, ForTargeting, []string{"Operator cannot target an action"}, catalog.Path{"filter", "op"}},
		"deep": {Filter{Filters: []Filter{good, {Filters: []Filter{good, {Path: "name"}}}}}, ForListing,
			[]string{"Filter has no value"}, catalog.Path{"filter", "filters", 1, "filters", 1, "value"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := test.filter.Validate(catalog.Path{"filter"}, test.use)
			var summaries []string
			for _, problem := range problems {
				summaries = append(summaries, problem.Summary)
				if problem.Detail == "" {
					t.Errorf("%q has no detail", problem.Summary)
				}
			}
			if !slices.Equal(summaries, test.want) {
				t.Fatalf("reported %q, want %q", summaries, test.want)
			}
			if len(problems) > 0 && !slices.Equal(problems[0].Path, test.at) {
				t.Errorf("at %v, want %v", problems[0].Path, test.at)
			}
		})
	}
}

// TestSameFilterForBoth checks that both forms of a filter are the same. Otherwise, a preview would
// show other endpoints than a deployment reaches.
func TestSameFilterForBoth(t *testing.T) {
	t.Parallel()
	filter := Filter{Any: true, Negated: true, Filters: []Filter{
		sensor("Running Processes with MD5 Hash", "MD5 Hash", "4bf0d5083604b3f8c67c6d0dd310e355"),
		{MemberOf: &gateway.Ref{ID: "7"}},
		{
			Sensor: &catalog.Sensor{Name: "Custom Tag Exists", Params: map[string]string{"tag": "x", "a": "b"}},
			Op:     gateway.FieldFilterOpEq,
			Value:  new(string),
		},
	}}
	listed, target := encode(t, filter.EndpointFilter()), encode(t, filter.ComputerGroupFilter())
	if listed != target {
		t.Errorf("listed as\n%s\ntargeted as\n%s", listed, target)
	}
	const want = `{"any":true,"filters":[{"sensor":{"column":"MD5 Hash","name":"Running Processes with MD5 ` +
		`Hash"},"value":"4bf0d5083604b3f8c67c6d0dd310e355"},{"memberOf":{"id":"7"}},{"op":"EQ","sensor":{` +
		`"name":"Custom Tag ` +
		`Exists","params":[{"name":"a","value":"b"},{"name":"tag","value":"x"}]},"value":""}],"negated":true}`
	if listed != want {
		t.Errorf("sent\n%s\nwant\n%s", listed, want)
	}
}

func TestEndpointFilterOfTargets(t *testing.T) {
	t.Parallel()
	filter := sensor("Computer Name", "", "testmachine999")
	one := &gateway.ActionGroup{ComputerGroups: []gateway.GroupRef{{Id: "1"}}}
	two := &gateway.ActionGroup{Any: true, ComputerGroups: []gateway.GroupRef{{Id: "1"}, {Id: "2"}}}
	for name, test := range map[string]struct {
		targets Targets
		group   *gateway.ActionGroup
		want    string
	}{
		"group alone":  {Targets{}, one, `{"memberOf":{"id":"1"}}`},
		"group of two": {Targets{}, two, `{"any":true,"filters":[{"memberOf":{"id":"1"}},{"memberOf":{"id":"2"}}]}`},
		"empty group":  {Targets{Filter: &filter}, &gateway.ActionGroup{}, `null`},
		"everything": {
			Targets{
				Filter:      &filter,
				EndpointIDs: []string{"274177", "5"},
				Platforms:   []gateway.EndpointPlatform{gateway.EndpointPlatformWindows},
			}, one,
			`{"filters":[{"memberOf":{"id":"1"}},{"sensor":{"name":"Computer Name"},"value":"testmachine999"},` +
				`{"any":true,"filters":[{"path":"id","value":"274177"},{"path":"id","value":"5"}]},{"sensor":{` +
				`"name":"Is Windows"},"value":"True"}]}`,
		},
		"computer group": {Targets{ComputerGroup: &gateway.Ref{Name: "All Linux"}},
			one, `{"filters":[{"memberOf":{"id":"1"}},{"memberOf":{"name":"All Linux"}}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := encode(t, test.targets.EndpointFilter(test.group)); got != test.want {
				t.Errorf("asks\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func encode(t *testing.T, value any) string {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
