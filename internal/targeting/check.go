// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Check reports the groups and sensors of the targets that Tanium does not have. The error is the
// first failed lookup; the problems found before it are returned with it.
func (t Targets) Check(ctx context.Context, lookup *catalog.Catalog, at catalog.Path) ([]catalog.Problem, error) {
	problems, err := lookup.CheckActionGroup(ctx, t.ActionGroup, at.At("action_group"))
	if err != nil {
		return problems, err
	}
	if t.ComputerGroup != nil {
		found, err := lookup.CheckComputerGroup(ctx, *t.ComputerGroup, at.At("computer_group"))
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	if t.Filter != nil {
		found, err := t.Filter.Check(ctx, lookup, at.At("filter"))
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	return problems, nil
}

// Wanted is what the targets name, to be looked up.
func (t Targets) Wanted() gateway.Wanted {
	wanted := gateway.Wanted{ActionGroups: []gateway.Ref{t.ActionGroup}}
	if t.ComputerGroup != nil {
		wanted.ComputerGroups = append(wanted.ComputerGroups, *t.ComputerGroup)
	}
	if t.Filter != nil {
		t.Filter.addWanted(&wanted)
	}
	return wanted
}

func (f Filter) addWanted(wanted *gateway.Wanted) {
	if f.Sensor != nil {
		wanted.Sensors = append(wanted.Sensors, f.Sensor.Name)
	}
	if f.MemberOf != nil {
		wanted.ComputerGroups = append(wanted.ComputerGroups, *f.MemberOf)
	}
	for _, child := range f.Filters {
		child.addWanted(wanted)
	}
}

// Check reports the sensors, columns, parameters and computer groups of the filter that Tanium does
// not have. It does not check the filter's form; see Validate.
func (f Filter) Check(ctx context.Context, lookup *catalog.Catalog, at catalog.Path) ([]catalog.Problem, error) {
	var problems []catalog.Problem
	if f.Sensor != nil {
		found, err := lookup.CheckSensor(ctx, *f.Sensor, at.At("sensor"))
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	if f.MemberOf != nil {
		found, err := lookup.CheckComputerGroup(ctx, *f.MemberOf, at.At("member_of"))
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	for i, child := range f.Filters {
		found, err := child.Check(ctx, lookup, at.At("filters", i))
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	return problems, nil
}
