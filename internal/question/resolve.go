// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Resolved is a filter, and the names of the parameters of its sensors.
type Resolved struct {
	Filter targeting.Filter
	Names  Names
}

// Resolve completes a condition with the definitions in Tanium: how sensors, columns and computer
// groups are spelled, and the names of parameters. It reports what Tanium does not have, with its
// place in the text. The error is the first failed lookup.
func Resolve(
	ctx context.Context, lookup *catalog.Catalog, condition Condition, at catalog.Path,
) (Resolved, []catalog.Problem, error) {
	var sensors, groups []string
	condition.Each(func(single Condition) {
		if single.IsGroup() {
			groups = append(groups, single.Name)
		} else {
			sensors = append(sensors, single.Name)
		}
	})
	defined, err := lookup.Define(ctx, sensors, groups)
	if err != nil {
		return Resolved{}, nil, err
	}
	// A name without an operator that is no computer group may be a sensor.
	var missing []string
	for _, name := range groups {
		if defined.ComputerGroups[name] == nil {
			missing = append(missing, name)
		}
	}
	others, err := lookup.Define(ctx, missing, nil)
	if err != nil {
		return Resolved{}, nil, err
	}
	r := resolver{
		at: at, defined: defined, instead: others.Sensors,
		names: map[string][]string{}, reported: map[[2]string]bool{},
	}
	completed := r.complete(condition)
	if len(r.problems) > 0 {
		return Resolved{}, r.problems, nil
	}
	filter, err := completed.Filter(r.parameterNames)
	return Resolved{Filter: filter, Names: r.parameterNames}, nil, err
}

// ProblemOf returns a mistake as a problem of the attribute that has the text.
func ProblemOf(mistake *Error, at catalog.Path) catalog.Problem {
	text := mistake.Error()
	return catalog.Problem{
		Path: at, Summary: "Text is not a filter", Detail: strings.ToUpper(text[:1]) + text[1:] + ".",
	}
}

// resolver completes conditions and collects the problems.
type resolver struct {
	at      catalog.Path
	defined catalog.Definitions
	// instead are the sensors whose names stand where a computer group is expected.
	instead  map[string]*gateway.Sensor
	names    map[string][]string
	problems []catalog.Problem
	reported map[[2]string]bool
}

// parameterNames returns the names of the parameters of a sensor, by its name in Tanium.
func (r *resolver) parameterNames(sensor string) ([]string, bool) {
	names, known := r.names[sensor]
	return names, known
}

// report adds a problem of a condition. A name that the text repeats has each problem once.
func (r *resolver) report(condition Condition, summary, detail string) {
	key := [2]string{condition.Name, detail}
	if r.reported[key] {
		return
	}
	r.reported[key] = true
	r.problems = append(r.problems, catalog.Problem{
		Path: r.at, Summary: summary, Detail: fmt.Sprintf("At character %d: %s", condition.At, detail),
	})
}

func (r *resolver) complete(condition Condition) Condition {
	switch {
	case condition.Conditions != nil:
		completed := make([]Condition, len(condition.Conditions))
		for i, child := range condition.Conditions {
			completed[i] = r.complete(child)
		}
		condition.Conditions = completed
		return condition
	case condition.IsGroup():
		return r.group(condition)
	default:
		return r.sensor(condition)
	}
}

// group checks the name of a computer group.
func (r *resolver) group(condition Condition) Condition {
	if group := r.defined.ComputerGroups[condition.Name]; group != nil {
		condition.Name = group.Name
		return condition
	}
	if sensor := r.instead[condition.Name]; sensor != nil {
		r.report(condition, "Sensor has no operator", fmt.Sprintf("%q is a sensor. An operator and a value must "+
			`follow it, such as %s equals "True".`, sensor.Name, sensor.Name))
		return condition
	}
	unknown := catalog.UnknownComputerGroup(gateway.Ref{Name: condition.Name}, r.defined.ComputerGroupNames, r.at)
	r.report(condition, unknown.Summary, unknown.Detail)
	return condition
}

// sensor checks a sensor, its column and its parameters.
func (r *resolver) sensor(condition Condition) Condition {
	sensor := r.defined.Sensors[condition.Name]
	if sensor == nil {
		unknown := catalog.UnknownSensor(condition.Name, r.defined.SensorNames, r.at)
		r.report(condition, unknown.Summary, unknown.Detail)
		return condition
	}
	condition.Name = sensor.Name
	for _, column := range sensor.Columns {
		if strings.EqualFold(column.Name, condition.Column) {
			condition.Column = column.Name
		}
	}
	if condition.Column == "" && len(sensor.Columns) > 0 {
		r.report(condition, "Sensor has several columns", fmt.Sprintf("A question compares the whole row of %q, and a "+
			"filter compares one column. Name it, such as %q:%q.", sensor.Name, sensor.Name, sensor.Columns[0].Name))
	}
	names := make([]string, len(sensor.Parameters))
	for i, parameter := range sensor.Parameters {
		names[i] = parameter.Name
	}
	r.names[sensor.Name] = names
	params, err := condition.params(r.parameterNames)
	var mistake *Error
	if errors.As(err, &mistake) {
		r.problems = append(r.problems, ProblemOf(mistake, r.at))
		return condition
	}
	reference := catalog.Sensor{Name: sensor.Name, Column: condition.Column, Params: params}
	for _, problem := range catalog.CheckDefined(sensor, reference, r.at) {
		r.report(condition, problem.Summary, problem.Detail)
	}
	return condition
}
