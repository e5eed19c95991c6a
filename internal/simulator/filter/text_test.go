// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package filter_test

import (
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
)

// A filter in words has the same meaning as the filter.
func TestString(t *testing.T) {
	t.Parallel()
	sensor := func(name string, op filter.Op, constant string) filter.Filter {
		return filter.Filter{Sensor: &filter.SensorRef{Name: name}, Op: op, Value: &constant}
	}
	negated := func(f filter.Filter) filter.Filter {
		f.Negated = true
		return f
	}
	a, b, c := sensor("A", "", "1"), sensor("B", filter.Contains, "two words"), on("name", filter.GTE, "")
	for words, f := range map[string]filter.Filter{
		"A equals 1":                  a,
		"not (A equals 1)":            negated(a),
		"B contains “two words”":      b,
		"name is at least “”":         c,
		"member of “All Windows”":     {MemberOf: &filter.GroupRef{Name: "All Windows"}},
		"member of computer group 11": {MemberOf: &filter.GroupRef{ID: "11"}},
		"MD5 Hash equals 00":          {Column: "MD5 Hash", Value: value("00")},
		"A [x = 1, y = “2 3”]: C equals 1": {
			Sensor: &filter.SensorRef{Name: "A", Column: "C", Params: map[string]string{"y": "2 3", "x": "1"}},
			Value:  value("1"),
		},
		"A equals 1 and B contains “two words”":      {Filters: []filter.Filter{a, b}},
		"not (A equals 1 or B contains “two words”)": {Filters: []filter.Filter{a, b}, Any: true, Negated: true},
		"A equals 1 and (A equals 1 or name is at least “”)": {
			Filters: []filter.Filter{a, {Filters: []filter.Filter{a, c}, Any: true}},
		},
		"(A equals 1 and B contains “two words”) or not (A equals 1)": {
			Filters: []filter.Filter{{Filters: []filter.Filter{a, b}}, negated(a)}, Any: true,
		},
		"A equals 1 or name is at least “”": {
			Filters: []filter.Filter{{Filters: []filter.Filter{a, c}, Any: true}},
		},
	} {
		if said := f.String(); said != words {
			t.Errorf("says %q, want %q", said, words)
		}
	}
}
