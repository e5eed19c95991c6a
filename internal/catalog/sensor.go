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

// Sensor is a sensor, the column meant of it, and the values of its parameters.
type Sensor struct {
	// Name of the sensor.
	Name string
	// Column of a sensor that has several; empty for none.
	Column string
	// Params are parameter values by name; nil for none.
	Params map[string]string
}

// CheckSensor reports a sensor that Tanium does not have, or has with other columns or parameters.
func (c *Catalog) CheckSensor(ctx context.Context, wanted Sensor, at Path) ([]Problem, error) {
	sensor, err := c.Sensor(ctx, wanted.Name)
	if err != nil {
		return nil, err
	}
	if sensor == nil {
		known, err := c.client.SensorNames(ctx)
		if err != nil {
			return nil, err
		}
		return []Problem{{Path: at.At("name"), Summary: "Unknown sensor",
			Detail: fmt.Sprintf("Tanium has no sensor %q that this token may read.%s", wanted.Name,
				Suggest(wanted.Name, known))}}, nil
	}
	var problems []Problem
	if columns := columnNames(sensor); wanted.Column != "" && !slices.Contains(columns, wanted.Column) {
		detail := fmt.Sprintf("The sensor %q has no column %q.", sensor.Name, wanted.Column)
		if len(sensor.Columns) == 0 {
			detail += " It has a single one: leave the column out."
		} else {
			detail += " Its columns are " + quoted(columns) + "."
		}
		problems = append(problems, Problem{Path: at.At("column"), Summary: "Unknown sensor column", Detail: detail})
	}
	parameters := make([]string, 0, len(sensor.Parameters))
	for _, parameter := range sensor.Parameters {
		parameters = append(parameters, parameter.Name)
		if _, given := wanted.Params[parameter.Name]; !given && parameter.DefaultValue == nil {
			problems = append(problems, Problem{Path: at.At("params"), Summary: "Missing sensor parameter",
				Detail: fmt.Sprintf("The sensor %q needs a value for its parameter %q.", sensor.Name, parameter.Name)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wanted.Params)) {
		if !slices.Contains(parameters, name) {
			detail := fmt.Sprintf("The sensor %q takes no parameters.", sensor.Name)
			if len(parameters) > 0 {
				detail = fmt.Sprintf("The sensor %q has no parameter %q. Its parameters are %s.", sensor.Name, name,
					quoted(parameters))
			}
			problems = append(problems, Problem{
				Path:    at.At("params", Key(name)),
				Summary: "Unknown sensor parameter",
				Detail:  detail,
			})
		}
	}
	return problems, nil
}

// columnNames lists what may be named as a column. A sensor of a single column reports it under its
// own name.
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

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(list, ", ")
}
