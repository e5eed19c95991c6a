// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Sensor is a reference to a sensor, one of its columns, and the values of its parameters.
type Sensor struct {
	Name string
	// Column is the column of a sensor with several columns; empty for none.
	Column string
	// Params are the values of parameters by name; nil for none.
	Params map[string]string
}

// CheckSensor reports a sensor that Tanium does not have, and columns and parameters that the
// sensor does not have.
func (c *Catalog) CheckSensor(ctx context.Context, ref Sensor, at Path) ([]Problem, error) {
	sensor, err := c.Sensor(ctx, ref.Name)
	if err != nil {
		return nil, err
	}
	if sensor == nil {
		problem, err := c.unknownSensor(ctx, ref.Name, at.At("name"))
		if err != nil {
			return nil, err
		}
		return []Problem{problem}, nil
	}
	return CheckDefined(sensor, ref, at), nil
}

// unknownSensor is UnknownSensor with the names that Tanium has.
func (c *Catalog) unknownSensor(ctx context.Context, name string, at Path) (Problem, error) {
	more, err := c.hint(ctx, gateway.Ref{Name: name}, c.client.SensorNames, func([]string) string { return "" })
	if err != nil {
		return Problem{}, err
	}
	problem := UnknownSensor(name, nil, at)
	problem.Detail += more
	return problem, nil
}

// UnknownSensor is the problem of a sensor that is not among those that Tanium has.
func UnknownSensor(name string, known []string, at Path) Problem {
	return Problem{
		Path: at, Summary: "Unknown sensor",
		Detail: fmt.Sprintf("Tanium has no sensor %q that this token may read.%s", name, Suggest(name, known)),
	}
}

// CheckDefined reports columns and parameters that a sensor does not have, and those that it needs.
func CheckDefined(sensor *gateway.Sensor, ref Sensor, at Path) []Problem {
	var problems []Problem
	if columns := columnNames(sensor); ref.Column != "" && !slices.Contains(columns, ref.Column) {
		detail := fmt.Sprintf("The sensor %q has no column %q.", sensor.Name, ref.Column)
		if len(sensor.Columns) == 0 {
			detail += " It has a single column. Remove column."
		} else {
			detail += " Its columns are " + quotedList(columns, ", ") + "."
		}
		problems = append(problems, Problem{Path: at.At("column"), Summary: "Unknown sensor column", Detail: detail})
	}
	parameters := make([]string, 0, len(sensor.Parameters))
	for _, parameter := range sensor.Parameters {
		parameters = append(parameters, parameter.Name)
		if _, given := ref.Params[parameter.Name]; !given && parameter.DefaultValue == nil {
			problems = append(problems, Problem{Path: at.At("params"), Summary: "Missing sensor parameter",
				Detail: fmt.Sprintf("The sensor %q needs a value for its parameter %q.", sensor.Name, parameter.Name)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ref.Params)) {
		if !slices.Contains(parameters, name) {
			detail := fmt.Sprintf("The sensor %q has no parameters.", sensor.Name)
			if len(parameters) > 0 {
				detail = fmt.Sprintf("The sensor %q has no parameter %q. Its parameters are %s.", sensor.Name, name,
					quotedList(parameters, ", "))
			}
			problems = append(problems, Problem{
				Path:    at.At("params", Key(name)),
				Summary: "Unknown sensor parameter",
				Detail:  detail,
			})
		}
	}
	return problems
}

// columnNames returns the names of the columns. A sensor with a single column has no list of
// columns; its column has the sensor's name.
func columnNames(sensor *gateway.Sensor) []string {
	if len(sensor.Columns) == 0 {
		return []string{sensor.Name}
	}
	names := make([]string, len(sensor.Columns))
	for i, column := range sensor.Columns {
		names[i] = column.Name
	}
	return names
}

// quotedList joins quoted names with a separator.
func quotedList(names []string, separator string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(list, separator)
}
