// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Check reports every group and sensor that these targets name and Tanium does not have. The error is of the first look-up that failed;
// what was found wrong until then is reported all the same.
func (t Targets) Check(ctx context.Context, catalog *gateway.Catalog, at Path) ([]Problem, error) {
	problems, err := checkActionGroup(ctx, catalog, t.ActionGroup, at.At("action_group"))
	if err != nil {
		return problems, err
	}
	if t.ComputerGroup != nil {
		found, err := checkComputerGroup(ctx, catalog, *t.ComputerGroup, at.At("computer_group"))
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	if t.Filter != nil {
		found, err := t.Filter.Check(ctx, catalog, at.At("filter"))
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	return problems, nil
}

// Check reports every sensor, column, parameter and computer group in the filter that Tanium does not have. Its form is Validate's matter.
func (f Filter) Check(ctx context.Context, catalog *gateway.Catalog, at Path) ([]Problem, error) {
	var problems []Problem
	if f.Sensor != nil {
		found, err := CheckSensor(ctx, catalog, *f.Sensor, at.At("sensor"))
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	if f.MemberOf != nil {
		found, err := checkComputerGroup(ctx, catalog, *f.MemberOf, at.At("member_of"))
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	for i, child := range f.Filters {
		found, err := child.Check(ctx, catalog, at.At("filters", i))
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	return problems, nil
}

// CheckSensor reports a sensor that Tanium does not have, or has with other columns or parameters.
func CheckSensor(ctx context.Context, catalog *gateway.Catalog, wanted Sensor, at Path) ([]Problem, error) {
	sensor, err := catalog.Sensor(ctx, wanted.Name)
	if err != nil {
		return nil, err
	}
	if sensor == nil {
		known, err := catalog.Client().SensorNames(ctx)
		if err != nil {
			return nil, err
		}
		return []Problem{{Path: at.At("name"), Summary: "Unknown sensor",
			Detail: fmt.Sprintf("Tanium has no sensor %q that this token may read.%s", wanted.Name, Suggest(wanted.Name, known))}}, nil
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
	for _, name := range sortedKeys(wanted.Params) {
		if !slices.Contains(parameters, name) {
			detail := fmt.Sprintf("The sensor %q takes no parameters.", sensor.Name)
			if len(parameters) > 0 {
				detail = fmt.Sprintf("The sensor %q has no parameter %q. Its parameters are %s.", sensor.Name, name, quoted(parameters))
			}
			problems = append(problems, Problem{Path: at.At("params", Key(name)), Summary: "Unknown sensor parameter", Detail: detail})
		}
	}
	return problems, nil
}

// columnNames lists what may be named as a column. A sensor of a single column reports it under its own name.
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

func checkActionGroup(ctx context.Context, catalog *gateway.Catalog, wanted gateway.Ref, at Path) ([]Problem, error) {
	group, err := catalog.ActionGroup(ctx, wanted)
	if group != nil || (err != nil && !refused(err)) {
		return nil, err
	}
	known, err := catalog.Client().ActionGroupNames(ctx)
	if err != nil {
		return nil, err
	}
	return []Problem{{Path: at.At(attribute(wanted)), Summary: "Unknown action group",
		Detail: fmt.Sprintf("Tanium has no action group with %s that this token may use.%s An action group bounds where an action may run; it must exist before.",
			named(wanted), Suggest(wanted.Name, known))}}, nil
}

func checkComputerGroup(ctx context.Context, catalog *gateway.Catalog, wanted gateway.Ref, at Path) ([]Problem, error) {
	group, err := catalog.ComputerGroup(ctx, wanted)
	if group != nil || (err != nil && !refused(err)) {
		return nil, err
	}
	known, err := catalog.Client().ComputerGroupNames(ctx)
	if err != nil {
		return nil, err
	}
	return []Problem{{Path: at.At(attribute(wanted)), Summary: "Unknown computer group",
		Detail: fmt.Sprintf("Tanium has no computer group with %s that this token may use.%s", named(wanted), Suggest(wanted.Name, known))}}, nil
}

// refused reports an answer that is one way to say of an object that there is none: whether Tanium answers an unknown group with null or
// with an error is not documented.
func refused(err error) bool {
	var failure *gateway.Error
	return errors.As(err, &failure) && failure.Kind == gateway.KindRefused
}

// attribute is the one of id and name that decides.
func attribute(ref gateway.Ref) string {
	if ref.ID != "" {
		return "id"
	}
	return "name"
}

func named(ref gateway.Ref) string {
	if ref.ID != "" {
		return "the ID " + ref.ID
	}
	return fmt.Sprintf("the name %q", ref.Name)
}

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(list, ", ")
}
