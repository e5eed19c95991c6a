// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Unknown stands for a value that Terraform knows only at apply.
type Unknown struct{}

// Decoded is what a decoding came to.
type Decoded[T any] struct {
	// Value is what was written; the zero value where there is a problem, or something is not
	// known.
	Value T
	// Known reports that nothing in it is Unknown.
	Known bool
	// Problems with what was written, found as far as it is known.
	Problems []catalog.Problem
}

// DecodeFilter reads a filter from plain values: nil, Unknown, string, bool, json.Number, []any and
// map[string]any. Terraform checks no types here, because a filter nests to any depth. So every key
// that a filter does not have, and every value of another type, is a problem: a lost "negated"
// would select the opposite endpoints. A nil value is no filter.
func DecodeFilter(value any, at catalog.Path, use Use) Decoded[*Filter] {
	return decode(value, func(d *decoder) *Filter {
		filter := d.filter(value, at)
		if filter != nil && d.clean() {
			d.problems = filter.Validate(at, use)
		}
		return filter
	})
}

// DecodeRef reads a reference to an object of Tanium by id or by name, from values as DecodeFilter
// takes them. The noun names the kind of object. A nil value is no reference.
func DecodeRef(value any, at catalog.Path, noun string) Decoded[*gateway.Ref] {
	return decode(value, func(d *decoder) *gateway.Ref { return d.ref(value, at, noun) })
}

func decode[T any](value any, read func(*decoder) T) Decoded[T] {
	if value == nil {
		return Decoded[T]{Known: true}
	}
	var d decoder
	decoded := read(&d)
	result := Decoded[T]{Known: !d.unknown, Problems: d.problems}
	if d.clean() {
		result.Value = decoded
	}
	return result
}

// decoder reads plain values strictly and collects what is wrong.
type decoder struct {
	problems []catalog.Problem
	unknown  bool
}

// clean reports that everything read so far is known and right.
func (d *decoder) clean() bool { return !d.unknown && len(d.problems) == 0 }

func (d *decoder) report(at catalog.Path, summary, detail string, values ...any) {
	d.problems = append(d.problems, catalog.Problem{Path: at, Summary: summary, Detail: fmt.Sprintf(detail, values...)})
}

// isUnknown notes a value that is not known yet.
func (d *decoder) isUnknown(value any) bool {
	_, unknown := value.(Unknown)
	d.unknown = d.unknown || unknown
	return unknown
}

func (d *decoder) filter(value any, at catalog.Path) *Filter {
	fields := d.object(value, at, "filter", "sensor", "path", "member_of", "op", "value", "negated", "any", "filters")
	if fields == nil {
		return nil
	}
	filter := &Filter{
		Sensor:  d.sensor(fields["sensor"], at.At("sensor")),
		Path:    d.name(fields["path"], at.At("path")),
		Op:      gateway.FieldFilterOp(d.name(fields["op"], at.At("op"))),
		Value:   d.value(fields["value"], at.At("value")),
		Negated: d.flag(fields["negated"], at.At("negated")),
		Any:     d.flag(fields["any"], at.At("any")),
	}
	if filter.Op == gateway.FieldFilterOpEq {
		filter.Op = "" // Tanium's default: written out, it is the same filter
	}
	if group := fields["member_of"]; group != nil {
		filter.MemberOf = d.ref(group, at.At("member_of"), "computer group")
	}
	if children, given := d.list(fields["filters"], at.At("filters")); given {
		filter.Filters = []Filter{}
		for i, child := range children {
			if decoded := d.filter(child, at.At("filters", i)); decoded != nil {
				filter.Filters = append(filter.Filters, *decoded)
			}
		}
	}
	return filter
}

func (d *decoder) sensor(value any, at catalog.Path) *catalog.Sensor {
	if value == nil {
		return nil
	}
	fields := d.object(value, at, "sensor", "name", "column", "params")
	if fields == nil {
		return nil
	}
	return &catalog.Sensor{
		Name:   d.required(fields["name"], at.At("name"), "Sensor is not named", "Give the name of the sensor."),
		Column: d.name(fields["column"], at.At("column")),
		Params: d.params(fields["params"], at.At("params")),
	}
}

// params are values by name; nil for none.
func (d *decoder) params(value any, at catalog.Path) map[string]string {
	if value == nil || d.isUnknown(value) {
		return nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		d.wrongType(value, at, `an object of values by parameter name, such as { tag = "Pilot" }`)
		return nil
	}
	var params map[string]string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch decoded := d.value(fields[name], at.At(catalog.Key(name))); {
		case decoded != nil:
			if params == nil {
				params = map[string]string{}
			}
			params[name] = *decoded
		case fields[name] == nil:
			d.report(at.At(catalog.Key(name)), "Missing value", "Give the parameter a value, or leave it out.")
		}
	}
	return params
}

func (d *decoder) ref(value any, at catalog.Path, noun string) *gateway.Ref {
	fields := d.object(value, at, "reference to the "+noun, "name", "id")
	if fields == nil {
		return nil
	}
	before := len(d.problems)
	ref := &gateway.Ref{ID: d.name(fields["id"], at.At("id")), Name: d.name(fields["name"], at.At("name"))}
	_, unknownID := fields["id"].(Unknown)
	_, unknownName := fields["name"].(Unknown)
	switch {
	case len(d.problems) > before || unknownID || unknownName:
	case ref.ID == "" && ref.Name == "":
		d.report(at, upper(noun)+" is not named", "Give its name or its id.")
	case ref.ID != "" && ref.Name != "":
		d.report(at, upper(noun)+" is named twice", "Give its name or its id, not both.")
	}
	return ref
}

// object is the members of an object; nil where the value is none, which is reported, or is not
// known.
func (d *decoder) object(value any, at catalog.Path, what string, keys ...string) map[string]any {
	if d.isUnknown(value) {
		return nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		d.wrongType(value, at, "an object")
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if slices.Contains(keys, key) {
			continue
		}
		hint := " Its keys are " + strings.Join(keys, ", ") + "."
		if near := catalog.Nearest(key, keys); len(near) > 0 {
			hint = fmt.Sprintf(" Did you mean %q?", near[0])
		}
		d.report(at.At(key), "Unknown key", "A %s has no key %q.%s", what, key, hint)
	}
	return fields
}

// list is the elements of a list; false where there is none.
func (d *decoder) list(value any, at catalog.Path) ([]any, bool) {
	if value == nil || d.isUnknown(value) {
		return nil, false
	}
	elements, ok := value.([]any)
	if !ok {
		d.wrongType(value, at, "a list in brackets")
	}
	return elements, ok
}

// name is a text that must not be empty where it is given; empty for nil.
func (d *decoder) name(value any, at catalog.Path) string {
	if text, ok := value.(string); ok && text == "" {
		d.report(at, "Empty text", "Give a value, or leave it out.")
		return ""
	}
	if _, ok := value.(bool); ok {
		d.wrongType(value, at, "a text in quotes")
		return ""
	}
	if text := d.value(value, at); text != nil {
		return *text
	}
	return ""
}

// required is a text that must be there.
func (d *decoder) required(value any, at catalog.Path, summary, detail string) string {
	if text, isText := value.(string); value == nil || (isText && text == "") {
		d.report(at, summary, "%s", detail)
		return ""
	}
	return d.name(value, at)
}

// value is a text to compare with. A number or a bool is its text, as Terraform converts it; nil
// for nil.
func (d *decoder) value(value any, at catalog.Path) *string {
	var text string
	switch value := value.(type) {
	case nil:
		return nil
	case string:
		text = value
	case json.Number:
		text = value.String()
	case bool:
		text = fmt.Sprint(value)
	default:
		if !d.isUnknown(value) {
			d.wrongType(value, at, "a text in quotes")
		}
		return nil
	}
	return &text
}

// flag is true or false; false for nil.
func (d *decoder) flag(value any, at catalog.Path) bool {
	set, ok := value.(bool)
	if !ok && value != nil && !d.isUnknown(value) {
		d.wrongType(value, at, "true or false, without quotes")
	}
	return set
}

func (d *decoder) wrongType(value any, at catalog.Path, want string) {
	got := "a value of another type"
	switch value := value.(type) {
	case nil:
		got = "null"
	case string:
		got = fmt.Sprintf("the text %q", value)
	case json.Number:
		got = "the number " + value.String()
	case bool:
		got = fmt.Sprint(value)
	case []any:
		got = "a list"
	case map[string]any:
		got = "an object"
	}
	d.report(at, "Wrong type", "This must be %s, not %s.", want, got)
}

func upper(noun string) string { return strings.ToUpper(noun[:1]) + noun[1:] }
