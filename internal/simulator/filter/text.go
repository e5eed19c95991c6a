// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package filter

import (
	"maps"
	"slices"
	"strings"
)

// String returns the filter in words, for people: "Running Processes contains sshd.exe and Is
// Windows equals True". Parentheses enclose a list within a list.
func (f Filter) String() string { return f.words(false) }

// words returns the filter in words. The parameter within reports that it is part of a list.
func (f Filter) words(within bool) string {
	if f.Filters == nil {
		return f.condition()
	}
	parts := make([]string, len(f.Filters))
	for i, child := range f.Filters {
		parts[i] = child.words(len(f.Filters) > 1)
	}
	joint := " and "
	if f.Any {
		joint = " or "
	}
	text := strings.Join(parts, joint)
	switch {
	case f.Negated:
		return "not (" + text + ")"
	case within && len(parts) > 1:
		return "(" + text + ")"
	default:
		return text
	}
}

// condition returns a single filter in words.
func (f Filter) condition() string {
	text := f.Path + f.Column // at most one of them is given
	switch {
	case f.MemberOf != nil && f.MemberOf.ID != "":
		text = "member of computer group " + f.MemberOf.ID
	case f.MemberOf != nil:
		text = "member of " + quoted(f.MemberOf.Name)
	case f.Sensor != nil:
		text = f.Sensor.text()
	}
	if f.Value != nil {
		text += " " + f.Op.verb() + " " + quoted(*f.Value)
	}
	if f.Negated {
		return "not (" + text + ")"
	}
	return text
}

// text returns the sensor, the values of its parameters and its column.
func (r SensorRef) text() string {
	text := r.Name
	if len(r.Params) > 0 {
		params := make([]string, 0, len(r.Params))
		for _, name := range slices.Sorted(maps.Keys(r.Params)) {
			params = append(params, name+" = "+quoted(r.Params[name]))
		}
		text += " [" + strings.Join(params, ", ") + "]"
	}
	if r.Column != "" {
		text += ": " + r.Column
	}
	return text
}

// verb returns the operator as a verb.
func (o Op) verb() string {
	if o == "" {
		o = EQ
	}
	verbs := map[Op]string{EQ: "equals", Contains: "contains", StartsWith: "starts with", EndsWith: "ends with",
		Matches: "matches", GT: "is greater than", GTE: "is at least", LT: "is less than", LTE: "is at most"}
	if verb, known := verbs[o]; known {
		return verb
	}
	return string(o)
}

// quoted puts a value in quotation marks if it is empty or could be mistaken for other words.
func quoted(value string) string {
	if value == "" || strings.ContainsAny(value, " \t\n\r()“”") {
		return "“" + value + "”"
	}
	return value
}
