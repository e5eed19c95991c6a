// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Reading is a sensor to read of each endpoint.
type Reading struct {
	// Sensor is the sensor and the values of its parameters; its Column is not used.
	Sensor catalog.Sensor
	// Columns to read; nil for all that are not hidden.
	Columns []string
	// MaxAge is how old a reading may be, in seconds; nil for what the sensor says.
	MaxAge *int
	// Values chooses the values to list; nil for all.
	Values *ValueFilter
}

// ValueFilter chooses values of a reading. It is single, with a value, or compound, of single ones.
type ValueFilter struct {
	// Column to compare; empty for a sensor of one column.
	Column string
	// Op compares a value with Value; empty for Tanium's default, EQ.
	Op gateway.SensorValueFilterOp
	// Value to compare with; nil in a compound filter.
	Value *string
	// Negated inverts the outcome.
	Negated bool
	// Any makes one matching child enough.
	Any bool
	// RestrictOwner leaves out endpoints of which no value matches; nil for Tanium's default, true.
	RestrictOwner *bool
	// Filters are the children of a compound filter.
	Filters []ValueFilter
}

// DecodeReadings reads a list of sensors from values as DecodeFilter takes them.
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
		each := at.At("filters", i)
		single := d.object(child, each, "filter in a list of filters of values", "column", "op", "value", "negated")
		if single != nil {
			filter.Filters = append(filter.Filters, d.singleValueFilter(single, each))
			d.needsValue(single, each)
		}
	}
	if _, unknown := fields["filters"].(Unknown); unknown {
		return &filter
	}
	switch alone := filter.Value == nil && filter.Op == "" && filter.Column == ""; {
	case compound && !alone:
		d.report(at, "Filter is both single and compound",
			"A filter of values is either single, with a value, or compound, with filters alone.")
	case compound && len(children) == 0:
		d.report(at.At("filters"), "List of filters is empty", "Give at least one filter, or leave the list out.")
	case !compound && filter.Any:
		d.report(at.At("any"), "Filter has nothing to choose from",
			"any says that one of several filters is enough; this filter is a single one.")
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
		names := make([]string, len(gateway.AllSensorValueFilterOp))
		for i, op := range gateway.AllSensorValueFilterOp {
			names[i] = string(op)
		}
		slices.Sort(names)
		d.report(at.At("op"), "Unknown operator", "%q is no operator for values. Tanium knows %s.",
			filter.Op, strings.Join(names, ", "))
	}
	return filter
}

func (d *decoder) needsValue(fields map[string]any, at catalog.Path) {
	if fields["value"] == nil {
		d.report(at.At("value"), "Filter has no value", "Give the value to compare with, or a list of filters.")
	}
}

// natural is a whole number that is not negative; nil for nil. A text of digits is one, as
// Terraform converts it.
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

// maxInt32 is the greatest value of GraphQL's Int.
const maxInt32 = 1<<31 - 1

// Input is the reading as a query of endpoints takes it.
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
	wire := &gateway.SensorValueFilter{
		Column:        gateway.Optional(f.Column),
		Op:            gateway.Optional(f.Op),
		Value:         f.Value,
		Negated:       set(f.Negated),
		Any:           set(f.Any),
		RestrictOwner: f.RestrictOwner,
	}
	for _, child := range f.Filters {
		wire.Filters = append(wire.Filters, *child.input())
	}
	return wire
}

// Check reports what of the sensor Tanium does not have.
func (r Reading) Check(ctx context.Context, lookup *catalog.Catalog, at catalog.Path) ([]catalog.Problem, error) {
	problems, err := lookup.CheckSensor(ctx, r.Sensor, at)
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	for i, column := range r.Columns {
		wanted := catalog.Sensor{Name: r.Sensor.Name, Column: column, Params: r.Sensor.Params}
		found, err := lookup.CheckSensor(ctx, wanted, at)
		if err != nil {
			return problems, err
		}
		for _, problem := range found {
			problem.Path = at.At("columns", i)
			problems = append(problems, problem)
		}
	}
	return problems, nil
}
