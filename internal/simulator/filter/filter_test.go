// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package filter_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
)

// record is an object whose paths, sensors and columns have the same values.
type record map[string][]string

func (r record) Field(path string) []string            { return r[path] }
func (r record) Reading(ref filter.SensorRef) []string { return r[ref.Name] }
func (r record) Column(name string) []string           { return r[name] }

// vocabulary has a name for every type, equal to the type.
type vocabulary struct{}

func (vocabulary) Path(name string) (filter.Value, error) {
	if !slices.Contains(filter.Types(), filter.Type(name)) {
		return filter.Value{}, errors.New("no such path")
	}
	return filter.Value{Type: filter.Type(name)}, nil
}

func (vocabulary) Sensor(ref filter.SensorRef) (filter.Value, error) {
	return filter.Value{Type: filter.Type(ref.Name), IgnoreCase: true}, nil
}
func (v vocabulary) Column(name string) (filter.Value, error) { return v.Path(name) }
func (vocabulary) Group(ref filter.GroupRef) (filter.Matcher, error) {
	if ref.Name == "" {
		return nil, errors.New("no such group")
	}
	return func(s filter.Subject) bool { return slices.Contains(s.Field("group"), ref.Name) }, nil
}

func value(s string) *string { return &s }

func on(path string, op filter.Op, constant string) filter.Filter {
	return filter.Filter{Path: path, Op: op, Value: &constant}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	sample := record{
		"String": {"Windows Server 2022", "[no results]"}, "Numeric": {"9.5"}, "NumericInteger": {"10"},
		"Version": {"10.0.19045"}, "DataSize": {"1.5 GB"}, "IPAddress": {"10.20.1.9"},
		"BESDate": {"Wed, 02 Sep 2026 10:00:00 +0200"}, "WMIDate": {"20260102030405.000000+060"},
		"Time": {"2026-03-07T09:00:00Z"}, "ID": {"274177"}, "group": {"All Windows"},
	}
	yes, no := on("ID", filter.EQ, "274177"), on("ID", filter.EQ, "1")
	for name, c := range map[string]struct {
		filter filter.Filter
		match  bool
	}{
		"equal":             {on("String", "", "Windows Server 2022"), true},
		"a path minds case": {on("String", filter.EQ, "windows server 2022"), false},
		"a sensor does not": {filter.Filter{
			Sensor: &filter.SensorRef{Name: "String"},
			Value:  value("windows server 2022"),
		}, true},
		"contains":                     {on("String", filter.Contains, "Server"), true},
		"starts with":                  {on("String", filter.StartsWith, "Win"), true},
		"ends with":                    {on("String", filter.EndsWith, "2022"), true},
		"one of many values":           {on("String", filter.EQ, "[no results]"), true},
		"matches the whole":            {on("String", filter.Matches, "Windows.*"), true},
		"matches no part":              {on("String", filter.Matches, "Windows"), false},
		"alternatives match the whole": {on("String", filter.Matches, "Windows|Linux"), false},
		"a number is no text":          {on("NumericInteger", filter.GT, "9"), true},
		"a number equals a number":     {on("Numeric", filter.EQ, "9.50"), true},
		"a version is no number":       {on("Version", filter.GT, "9.9"), true},
		"a version is no text":         {on("Version", filter.LT, "10.0.20000"), true},
		"a version without its zeros":  {on("Version", filter.EQ, "10.0.19045.0"), true},
		"sizes in units":               {on("DataSize", filter.EQ, "1536 MB"), true},
		"sizes compare":                {on("DataSize", filter.GT, "1535MB"), true},
		"addresses compare by number":  {on("IPAddress", filter.LT, "10.20.1.10"), true},
		"v4 is before v6":              {on("IPAddress", filter.LT, "::1"), true},
		"dates in time":                {on("BESDate", filter.EQ, "2026-09-02T08:00:00Z"), true},
		"dates of WMI":                 {on("WMIDate", filter.GTE, "2026-01-02"), true},
		"times":                        {on("Time", filter.LTE, "2026-03-07T10:00:00+01:00"), true},
		"not":                          {filter.Filter{Path: "ID", Value: value("1"), Negated: true}, true},
		"all":                          {filter.Filter{Filters: []filter.Filter{yes, no}}, false},
		"any":                          {filter.Filter{Filters: []filter.Filter{yes, no}, Any: true}, true},
		"none of": {filter.Filter{
			Filters: []filter.Filter{yes, no},
			Any:     true,
			Negated: true,
		}, false},
		"not all of": {filter.Filter{Filters: []filter.Filter{yes, no}, Negated: true}, true},
		"any of one": {filter.Filter{Filters: []filter.Filter{no}, Any: true}, false},
		"nested": {filter.Filter{Filters: []filter.Filter{{Filters: []filter.Filter{no, yes}, Any: true},
			{Filters: []filter.Filter{no}, Negated: true}}}, true},
		"member":    {filter.Filter{MemberOf: &filter.GroupRef{Name: "All Windows"}}, true},
		"no member": {filter.Filter{MemberOf: &filter.GroupRef{Name: "All Windows"}, Negated: true}, false},
		"column":    {filter.Filter{Column: "String", Op: filter.Contains, Value: value("Server")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			match, err := filter.Compile(c.filter, vocabulary{})
			if err != nil {
				t.Fatal(err)
			}
			if match(sample) != c.match {
				t.Errorf("matches %v", !c.match)
			}
		})
	}
}

// An invalid filter is an error, not an empty answer (API.md#filter-rules).
func TestInvalid(t *testing.T) {
	t.Parallel()
	good := on("ID", filter.EQ, "1")
	deep := good
	for range 40 {
		deep = filter.Filter{Filters: []filter.Filter{deep}}
	}
	for says, f := range map[string]filter.Filter{
		"no value":                     {Path: "ID"},
		"more than one of":             {Path: "ID", Sensor: &filter.SensorRef{Name: "String"}, Value: value("1")},
		"both single and compound":     {Path: "ID", Value: value("1"), Filters: []filter.Filter{good}},
		"no filters":                   {Filters: []filter.Filter{}},
		"no such path":                 on("shoe size", filter.EQ, "43"),
		"no such group":                {MemberOf: &filter.GroupRef{ID: "7"}},
		"invalid regular expression":   on("String", filter.Matches, "(?=x)"),
		"not convertible to Numeric":   on("Numeric", filter.EQ, "many"),
		"not convertible to Version":   on("Version", filter.GT, "new"),
		"not convertible to DataSize":  on("DataSize", filter.GT, "3 apples"),
		"not convertible to IPAddress": on("IPAddress", filter.GT, "here"),
		"operator READ_AFTER":          on("Time", "READ_AFTER", "2026-03-07T10:00:00Z"),
		"nests deeper":                 deep,
		"filter has no value":          {},
	} {
		if _, err := filter.Compile(f, vocabulary{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", f, err, says)
		}
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for kind, sorted := range map[filter.Type][]string{
		filter.Version: {"9.9", "10.0", "10.0.1", "[no results]"}, filter.DataSize: {"900 KB", "1 MB", "2TB"},
		filter.IPAddress: {"9.0.0.1", "10.0.0.1", "::1"},
		filter.Numeric:   {"-3", "9", "10.5"}, filter.String: {"alpha", "Beta", "gamma"}, filter.ID: {"9", "10"},
	} {
		shuffled := slices.Clone(sorted)
		slices.Reverse(shuffled)
		slices.SortFunc(shuffled, func(a, b string) int { return filter.Compare(kind, a, b) })
		if !slices.Equal(shuffled, sorted) {
			t.Errorf("%s sorts to %v", kind, shuffled)
		}
	}
}

// Any filter either compiles or fails, and any two values have an antisymmetric order.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"", "10.0", "1.5 GB", "(a|b)*", "[no results]", "2026-03-07T09:00:00Z",
		"::1", "\xff"} {
		f.Add(seed, seed, "MATCHES", "String")
		f.Add(seed, "1", "GTE", "DataSize")
		f.Add(seed, "1", "EQ", "WMIDate")
	}
	f.Fuzz(func(t *testing.T, constant, reading, op, kind string) {
		match, err := filter.Compile(filter.Filter{Path: kind, Op: filter.Op(op), Value: &constant}, vocabulary{})
		if err == nil {
			match(record{kind: {reading}})
		}
		if there, back := filter.Compare(filter.Type(kind), constant, reading), filter.Compare(filter.Type(kind),
			reading, constant); there != -back {
			t.Errorf("%s: %q and %q compare %d and %d", kind, constant, reading, there, back)
		}
	})
}
