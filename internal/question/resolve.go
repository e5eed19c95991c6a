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

// Resolve completes a condition with the definitions in Tanium: how sensors and computer groups are
// spelled, and the names of parameters. It reports the sensors, columns, parameters and groups that
// Tanium does not have, each with its place in the text. The error is the first failed lookup.
func Resolve(
	ctx context.Context, lookup *catalog.Catalog, condition Condition, at catalog.Path,
) (targeting.Filter, []catalog.Problem, error) {
	r := resolver{lookup: lookup, at: at, names: map[string][]string{}}
	lookup.Prefetch(ctx, wanted(condition))
	completed, err := r.complete(ctx, condition)
	if err != nil || len(r.problems) > 0 {
		return targeting.Filter{}, r.problems, err
	}
	filter, err := completed.Filter(r.Names)
	var mistake *Error
	if errors.As(err, &mistake) {
		return targeting.Filter{}, []catalog.Problem{ProblemOf(mistake, at)}, nil
	}
	return filter, nil, err
}

// ProblemOf returns a mistake as a problem of the attribute that has the text.
func ProblemOf(mistake *Error, at catalog.Path) catalog.Problem {
	text := mistake.Error()
	return catalog.Problem{
		Path: at, Summary: "Text is not a filter", Detail: strings.ToUpper(text[:1]) + text[1:] + ".",
	}
}

// wanted returns what a condition names, to be looked up.
func wanted(condition Condition) gateway.Wanted {
	var found gateway.Wanted
	condition.Each(func(single Condition) {
		if single.IsGroup() {
			found.ComputerGroups = append(found.ComputerGroups, gateway.Ref{Name: single.Name})
		} else {
			found.Sensors = append(found.Sensors, single.Name)
		}
	})
	return found
}

// resolver completes conditions and collects the problems.
type resolver struct {
	lookup   *catalog.Catalog
	at       catalog.Path
	names    map[string][]string
	problems []catalog.Problem
}

// Names returns the names of the parameters of a sensor that was looked up.
func (r *resolver) Names(sensor string) ([]string, bool) {
	names, known := r.names[sensor]
	return names, known
}

func (r *resolver) report(condition Condition, summary, detail string) {
	r.problems = append(r.problems, catalog.Problem{
		Path: r.at, Summary: summary, Detail: fmt.Sprintf("At character %d: %s", condition.At, detail),
	})
}

func (r *resolver) complete(ctx context.Context, condition Condition) (Condition, error) {
	switch {
	case condition.Conditions != nil:
		completed := make([]Condition, len(condition.Conditions))
		for i, child := range condition.Conditions {
			var err error
			if completed[i], err = r.complete(ctx, child); err != nil {
				return Condition{}, err
			}
		}
		condition.Conditions = completed
		return condition, nil
	case condition.IsGroup():
		return r.group(ctx, condition)
	default:
		return r.sensor(ctx, condition)
	}
}

// group checks the name of a computer group. A sensor without an operator looks like one.
func (r *resolver) group(ctx context.Context, condition Condition) (Condition, error) {
	var err error
	if condition.Name, err = r.lookup.ComputerGroupSpelling(ctx, condition.Name); err != nil {
		return Condition{}, err
	}
	problems, err := r.lookup.CheckComputerGroup(ctx, gateway.Ref{Name: condition.Name}, nil)
	if err != nil || len(problems) == 0 {
		return condition, err
	}
	sensor, err := r.lookup.SensorSpelling(ctx, condition.Name)
	if err != nil {
		return Condition{}, err
	}
	found, err := r.lookup.Sensor(ctx, sensor)
	if err != nil {
		return Condition{}, err
	}
	if found != nil {
		r.report(condition, "Sensor has no operator", fmt.Sprintf("%q is a sensor. An operator and a value must "+
			`follow it, such as %s equals "True".`, found.Name, found.Name))
		return condition, nil
	}
	for _, problem := range problems {
		r.report(condition, problem.Summary, problem.Detail)
	}
	return condition, nil
}

// sensor checks a sensor, its column and its parameters.
func (r *resolver) sensor(ctx context.Context, condition Condition) (Condition, error) {
	var err error
	if condition.Name, err = r.lookup.SensorSpelling(ctx, condition.Name); err != nil {
		return Condition{}, err
	}
	found, err := r.lookup.Sensor(ctx, condition.Name)
	if err != nil {
		return Condition{}, err
	}
	reference := catalog.Sensor{Name: condition.Name, Column: condition.Column}
	if found != nil {
		names := make([]string, len(found.Parameters))
		for i, parameter := range found.Parameters {
			names[i] = parameter.Name
		}
		r.names[condition.Name] = names
		params, err := condition.params(r.Names)
		var mistake *Error
		if errors.As(err, &mistake) {
			r.problems = append(r.problems, ProblemOf(mistake, r.at))
			return condition, nil
		}
		reference.Params = params
		if condition.Column == "" && len(found.Columns) > 0 {
			r.report(condition, "Sensor has several columns", fmt.Sprintf("A question compares the whole row of %q, "+
				"and a filter compares one column. Name it, such as %q:%q.", found.Name, found.Name,
				found.Columns[0].Name))
		}
	}
	problems, err := r.lookup.CheckSensor(ctx, reference, nil)
	for _, problem := range problems {
		r.report(condition, problem.Summary, problem.Detail)
	}
	return condition, err
}
