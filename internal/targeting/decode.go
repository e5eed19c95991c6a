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

// Decoded is the result of decoding a value of the configuration.
type Decoded[T any] struct {
	// Value is the decoded value; the zero value if there is a problem or an unknown value.
	Value T
	// Known reports that no value in it is Unknown.
	Known bool
	// Problems are the problems in the known values.
	Problems []catalog.Problem
}

// DecodeFilter decodes a filter from plain values: nil, Unknown, string, bool, json.Number, []any
// and map[string]any. Terraform does not check the types here, because a filter nests to any depth.
// So DecodeFilter reports every unknown key and every value of a wrong type: a filter with a
// misspelled "negated" would otherwise select the opposite endpoints. A nil value gives a nil
// filter.
func DecodeFilter(value any, at catalog.Path, use Use) Decoded[*Filter] {
	return decode(value, func(d *decoder) *Filter {
		filter := d.filter(value, at)
		if filter != nil && d.clean() {
			d.problems = filter.Validate(at, use)
		}
		return filter
	})
}

// DecodeRef decodes a reference to a Tanium object by id or by name, from the values that
// DecodeFilter accepts. The noun is the kind of object, for messages. A nil value gives a nil
// reference.
func DecodeRef(value any, at catalog.Path, noun string) Decoded[*gateway.Ref] {
	return decode(value, func(d *decoder) *gateway.Ref { return d.ref(value, at, noun) })
}

// decode runs a decoder on a value. A nil value gives the zero value.
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

// decoder decodes plain values and collects the problems.
type decoder struct {
	problems []catalog.Problem
	unknown  bool
}

// clean reports that every value so far is known and has no problem.
func (d *decoder) clean() bool { return !d.unknown && len(d.problems) == 0 }

func (d *decoder) report(at catalog.Path, summary, detail string, values ...any) {
	d.problems = append(d.problems, catalog.Problem{Path: at, Summary: summary, Detail: fmt.Sprintf(detail, values...)})
}

// isUnknown reports whether a value is Unknown, and records that.
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
		filter.Op = "" // Tanium's default, so both forms are the same filter
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

// params decodes values by parameter name; nil for none.
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
			d.report(at.At(catalog.Key(name)), "Missing value", "Give the parameter a value, or remove it.")
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

// object returns the fields of an object, and reports unknown keys. It returns nil if the value is
// Unknown, or if it is not an object, which it reports.
func (d *decoder) object(value any, at catalog.Path, noun string, keys ...string) map[string]any {
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
		near := catalog.Nearest(key, keys)
		switch synonym := synonyms()[key]; {
		case synonym != "" && slices.Contains(keys, "filters"):
			hint = " " + synonym
		case len(near) > 0:
			hint = fmt.Sprintf(" Did you mean %q?", near[0])
		}
		d.report(at.At(key), "Unknown key", "A %s has no key %q.%s", noun, key, hint)
	}
	return fields
}

// synonyms are the words of other filter languages, which may be nearer to a key of another meaning
// than to the right one.
func synonyms() map[string]string {
	const all = "All of filters must match unless any is true. Use filters."
	const either = "One of filters must match if any is true. Use filters and any = true."
	const not = "Use negated = true beside the condition."
	return map[string]string{"all": all, "and": all, "or": either, "not": not, "none": not}
}

// list returns the elements of a list; false if there is no list.
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

// name decodes a text that must not be empty; empty for nil.
func (d *decoder) name(value any, at catalog.Path) string {
	if text, ok := value.(string); ok && text == "" {
		d.report(at, "Empty text", "Give a value, or remove the attribute.")
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

// required decodes a text that must be set.
func (d *decoder) required(value any, at catalog.Path, summary, detail string) string {
	if text, isText := value.(string); value == nil || (isText && text == "") {
		d.report(at, summary, "%s", detail)
		return ""
	}
	return d.name(value, at)
}

// value decodes a text to compare with. A number and a bool are converted to text as Terraform
// does; nil for nil.
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

// flag decodes a bool; false for nil.
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
