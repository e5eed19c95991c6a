// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Reading is a sensor to read on each endpoint.
type Reading struct {
	// Sensor is the sensor and the values of its parameters; its Column is not used.
	Sensor catalog.Sensor
	// Columns are the columns to read; nil for all columns that are not hidden.
	Columns []string
	// MaxAge is the maximum age of a reading, in seconds; nil for the sensor's own.
	MaxAge *int
	// Values selects the values to list; nil for all.
	Values *ValueFilter
}

// ValueFilter selects values of a reading. It is either single, with a Value, or compound, with
// single Filters.
type ValueFilter struct {
	// Column is the column to compare; empty for a sensor with one column.
	Column string
	// Op is the operator that compares a value with Value; empty for Tanium's default, EQ.
	Op gateway.SensorValueFilterOp
	// Value is the value to compare with; nil in a compound filter.
	Value *string
	// Negated inverts the result.
	Negated bool
	// Any reports that one matching child is enough. Otherwise, all must match.
	Any bool
	// RestrictOwner omits endpoints without a matching value; nil for Tanium's default, true.
	RestrictOwner *bool
	// Filters are the children of a compound filter.
	Filters []ValueFilter
}

// DecodeReadings decodes a list of sensors from the values that DecodeFilter accepts.
func DecodeReadings(value any, at catalog.Path) Decoded[[]Reading] {
	return decode(value, func(d *decoder) []Reading {
		elements, _ := d.list(value, at)
		readings := make([]Reading, 0, len(elements))
		for i, element := range elements {
			readings = append(readings, d.reading(element, at.At(i)))
		}
		return readings
	})
}

func (d *decoder) reading(value any, at catalog.Path) Reading {
	fields := d.object(value, at, "sensor to read", "name", "columns", "params", "max_age", "filter")
	if fields == nil {
		return Reading{}
	}
	reading := Reading{
		Sensor: catalog.Sensor{
			Name:   d.required(fields["name"], at.At("name"), "Sensor is not named", "Give the name of the sensor."),
			Params: d.params(fields["params"], at.At("params")),
		},
		MaxAge: d.natural(fields["max_age"], at.At("max_age")),
	}
	columns, _ := d.list(fields["columns"], at.At("columns"))
	for i, column := range columns {
		name := d.required(column, at.At("columns", i), "Column is not named", "Give the name of the column.")
		reading.Columns = append(reading.Columns, name)
	}
	if filter := fields["filter"]; filter != nil {
		reading.Values = d.valueFilter(filter, at.At("filter"))
	}
	return reading
}

func (d *decoder) valueFilter(value any, at catalog.Path) *ValueFilter {
	fields := d.object(value, at, "filter of values",
		"column", "op", "value", "negated", "any", "restrict_owner", "filters")
	if fields == nil {
		return nil
	}
	filter := d.singleValueFilter(fields, at)
	filter.Any = d.flag(fields["any"], at.At("any"))
	if restrict := fields["restrict_owner"]; restrict != nil {
		set := d.flag(restrict, at.At("restrict_owner"))
		filter.RestrictOwner = &set
	}
	children, compound := d.list(fields["filters"], at.At("filters"))
	for i, child := range children {
		childPath := at.At("filters", i)
		single := d.object(child, childPath, "filter in a list of filters of values",
			"column", "op", "value", "negated")
		if single != nil {
			filter.Filters = append(filter.Filters, d.singleValueFilter(single, childPath))
			d.needsValue(single, childPath)
		}
	}
	if _, unknown := fields["filters"].(Unknown); unknown {
		return &filter
	}
	switch noCondition := filter.Value == nil && filter.Op == "" && filter.Column == ""; {
	case compound && !noCondition:
		d.report(at, "Filter is both single and compound",
			"A filter of values is either single, with a value, or compound, with only a list of filters.")
	case compound && len(children) == 0:
		d.report(at.At("filters"), "List of filters is empty", "Give at least one filter, or remove the list.")
	case !compound && filter.Any:
		d.report(at.At("any"), "Filter has nothing to choose from",
			"any applies to a list of filters, and this filter has no list. Remove any, or give filters.")
	case !compound:
		d.needsValue(fields, at)
	}
	return &filter
}

func (d *decoder) singleValueFilter(fields map[string]any, at catalog.Path) ValueFilter {
	filter := ValueFilter{
		Column:  d.name(fields["column"], at.At("column")),
		Op:      gateway.SensorValueFilterOp(d.name(fields["op"], at.At("op"))),
		Value:   d.value(fields["value"], at.At("value")),
		Negated: d.flag(fields["negated"], at.At("negated")),
	}
	if filter.Op != "" && !slices.Contains(gateway.AllSensorValueFilterOp, filter.Op) {
		d.report(at.At("op"), "Unknown operator", "%q is not an operator for values. Tanium's operators are %s.",
			filter.Op, operatorNames(gateway.AllSensorValueFilterOp))
	}
	return filter
}

// needsValue reports a filter without a value.
func (d *decoder) needsValue(fields map[string]any, at catalog.Path) {
	if fields["value"] == nil {
		d.report(at.At("value"), "Filter has no value", "Give the value to compare with, or a list of filters.")
	}
}

// natural decodes a whole number that is not negative; nil for nil. A text of digits is converted
// to a number as Terraform does.
func (d *decoder) natural(value any, at catalog.Path) *int {
	if value == nil || d.isUnknown(value) {
		return nil
	}
	number, ok := value.(json.Number)
	if text, isText := value.(string); isText {
		number, ok = json.Number(text), true
	}
	if n, err := number.Int64(); ok && err == nil && n >= 0 && n <= maxInt32 {
		whole := int(n)
		return &whole
	}
	d.wrongType(value, at, fmt.Sprintf("a whole number from 0 to %d", maxInt32))
	return nil
}

// maxInt32 is the maximum of GraphQL's Int.
const maxInt32 = 1<<31 - 1

// Input returns the reading in the form for a query of endpoints.
func (r Reading) Input() gateway.EndpointSensorRef {
	ref := gateway.EndpointSensorRef{Name: r.Sensor.Name, Columns: r.Columns, MaxAge: r.MaxAge}
	for _, name := range slices.Sorted(maps.Keys(r.Sensor.Params)) {
		ref.Params = append(ref.Params, gateway.EndpointSensorRefParam{Name: name, Value: r.Sensor.Params[name]})
	}
	if r.Values != nil {
		ref.Filter = r.Values.input()
	}
	return ref
}

func (f ValueFilter) input() *gateway.SensorValueFilter {
	input := &gateway.SensorValueFilter{
		Column:        gateway.Optional(f.Column),
		Op:            gateway.Optional(f.Op),
		Value:         f.Value,
		Negated:       set(f.Negated),
		Any:           set(f.Any),
		RestrictOwner: f.RestrictOwner,
	}
	for _, child := range f.Filters {
		input.Filters = append(input.Filters, *child.input())
	}
	return input
}

// Check reports the sensor, or its columns and parameters, that Tanium does not have. Columns are
// those to read and those that the filter of values compares. An empty column is no problem.
func (r Reading) Check(ctx context.Context, lookup *catalog.Catalog, at catalog.Path) ([]catalog.Problem, error) {
	problems, err := lookup.CheckSensor(ctx, r.Sensor, at)
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	check := func(column string, at catalog.Path) error {
		sensor := catalog.Sensor{Name: r.Sensor.Name, Column: column, Params: r.Sensor.Params}
		found, err := lookup.CheckSensor(ctx, sensor, at)
		for _, problem := range found {
			problem.Path = at
			problems = append(problems, problem)
		}
		return err
	}
	for i, column := range r.Columns {
		if err := check(column, at.At("columns", i)); err != nil {
			return problems, err
		}
	}
	if r.Values == nil {
		return problems, nil
	}
	if err := check(r.Values.Column, at.At("filter", "column")); err != nil {
		return problems, err
	}
	for i, child := range r.Values.Filters {
		if err := check(child.Column, at.At("filter", "filters", i, "column")); err != nil {
			return problems, err
		}
	}
	return problems, nil
}
