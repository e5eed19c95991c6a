// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Use is the use of a filter. Tanium accepts more in a list of endpoints than in a target.
type Use int

const (
	// ForListing is the use in a query of endpoints.
	ForListing Use = iota
	// ForTargeting is the use in the target group of a deployment.
	ForTargeting
)

// Validate reports problems in the form of a filter that can be found without a request to Tanium.
// Tanium answers an invalid filter with an error, never with an empty match; Validate reports it
// earlier and in more detail.
func (f Filter) Validate(at catalog.Path, use Use) []catalog.Problem {
	var problems []catalog.Problem
	report := func(at catalog.Path, summary, detail string) {
		problems = append(problems, catalog.Problem{Path: at, Summary: summary, Detail: detail})
	}

	subjects := f.subjects()
	switch {
	case f.Filters != nil && len(subjects) > 0:
		report(at, "Filter is both single and compound",
			fmt.Sprintf("This filter has %q and %q. A filter is either single, with one of sensor, path and "+
				"member_of, or compound, with only a list of filters. Move the single condition into the list.",
				subjects[0], "filters"))
	case f.Filters != nil:
		problems = append(problems, f.validateCompound(at, use)...)
	case len(subjects) == 0:
		report(at, "Filter has no condition", "Give one of sensor, path and member_of, or a list of filters.")
	case len(subjects) > 1:
		report(at, "Filter has several conditions",
			fmt.Sprintf("This filter has %s. A filter has one condition. Put each condition into a list of filters.",
				strings.Join(subjects, " and ")))
	default:
		problems = append(problems, f.validateSingle(at)...)
	}

	if use == ForTargeting && f.Path != "" {
		report(at.At("path"), "Filter by path cannot target an action",
			"The target of an action can have sensors, computer groups and combinations of them, but no endpoint "+
				`fields. Filter by the sensor of the field instead: "Computer Name" for "name", "OS Platform" for `+
				`"os.platform".`)
	}
	if use == ForTargeting && (f.Op == gateway.FieldFilterOpReadAfter || f.Op == gateway.FieldFilterOpUpdatedAfter) {
		report(at.At("op"), "Operator cannot target an action",
			fmt.Sprintf("%s compares the time of a reading. Only a list of endpoints supports that.", f.Op))
	}
	return problems
}

// subjects returns the names of the conditions that are set. A valid single filter has one.
func (f Filter) subjects() []string {
	var subjects []string
	if f.Sensor != nil {
		subjects = append(subjects, "sensor")
	}
	if f.Path != "" {
		subjects = append(subjects, "path")
	}
	if f.MemberOf != nil {
		subjects = append(subjects, "member_of")
	}
	return subjects
}

func (f Filter) validateSingle(at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	report := func(at catalog.Path, summary, detail string) {
		problems = append(problems, catalog.Problem{Path: at, Summary: summary, Detail: detail})
	}
	if f.Any {
		report(at.At("any"), "Filter has nothing to choose from",
			"any applies to a list of filters, and this filter has no list. Remove any, or give filters.")
	}
	if f.MemberOf != nil {
		if f.Value != nil || f.Op != "" {
			report(at, "Computer group with op or value",
				"member_of has no op and no value. Remove them.")
		}
		if f.MemberOf.ID == "" && f.MemberOf.Name == "" {
			report(at.At("member_of"), "Computer group is not named", "Give its name or its id.")
		}
		return problems
	}
	if f.Value == nil {
		report(at.At("value"), "Filter has no value",
			`Give the value to compare with, as a string for every type of sensor: value = "30".`)
	}
	if f.Sensor != nil && f.Sensor.Name == "" {
		report(at.At("sensor", "name"), "Sensor is not named", "Give the name of the sensor.")
	}
	if f.Op != "" && !slices.Contains(gateway.AllFieldFilterOp, f.Op) {
		report(at.At("op"), "Unknown operator", fmt.Sprintf("%q is not an operator. Tanium's operators are %s.", f.Op,
			operatorNames(gateway.AllFieldFilterOp)))
	}
	return problems
}

func (f Filter) validateCompound(at catalog.Path, use Use) []catalog.Problem {
	var problems []catalog.Problem
	if f.Op != "" || f.Value != nil {
		problems = append(problems, catalog.Problem{Path: at, Summary: "List of filters with op or value",
			Detail: "A list of filters has no op and no value. Tanium would ignore them. " +
				"Move them to the filters in the list."})
	}
	if len(f.Filters) == 0 {
		problems = append(problems, catalog.Problem{
			Path:    at.At("filters"),
			Summary: "List of filters is empty",
			Detail:  "Give at least one filter, or remove the list.",
		})
	}
	for i, child := range f.Filters {
		problems = append(problems, child.Validate(at.At("filters", i), use)...)
	}
	return problems
}

// operatorNames lists operators for a message, sorted by name.
func operatorNames[Op ~string](operators []Op) string {
	names := make([]string, len(operators))
	for i, operator := range operators {
		names[i] = string(operator)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
