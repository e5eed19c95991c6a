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

// Use is what a filter is for: Tanium takes more in a list than in a target.
type Use int

const (
	// ForListing is a filter of an endpoints query.
	ForListing Use = iota
	// ForTargeting is a filter of a deployment's target group.
	ForTargeting
)

// Validate reports what is wrong with a filter's form, without asking anybody. An invalid filter is
// an error in Tanium, never an empty match, so whatever is reported here would have failed later
// and with less to go by.
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
				"member_of, or compound, with filters alone. Move the single condition into the list of filters.",
				subjects[0], "filters"))
	case f.Filters != nil:
		problems = append(problems, f.validateCompound(at, use)...)
	case len(subjects) == 0:
		report(at, "Filter has no condition", "Give one of sensor, path and member_of, or a list of filters.")
	case len(subjects) > 1:
		report(at, "Filter has several conditions",
			fmt.Sprintf("This filter has %s. One filter holds one condition: put each into a list of filters.",
				strings.Join(subjects, " and ")))
	default:
		problems = append(problems, f.validateSingle(at)...)
	}

	if use == ForTargeting && f.Path != "" {
		report(at.At("path"), "Filter by path cannot target an action",
			"Tanium takes sensors, computer groups and combinations of them as the target of an action, but no "+
				"endpoint fields. "+
				`Filter by the sensor behind the field instead: for "name" that is the sensor "Computer Name", for `+
				`"os.platform" it is "OS Platform".`)
	}
	if use == ForTargeting && (f.Op == gateway.FieldFilterOpReadAfter || f.Op == gateway.FieldFilterOpUpdatedAfter) {
		report(at.At("op"), "Operator cannot target an action",
			fmt.Sprintf("%s compares when a value was read, which only a list of endpoints can.", f.Op))
	}
	return problems
}

// subjects names what a single filter is about: one in a valid filter.
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
			"any says that one of several filters is enough; this filter is a single one.")
	}
	if f.MemberOf != nil {
		if f.Value != nil || f.Op != "" {
			report(at, "Membership is not compared", "member_of alone says which endpoints match; remove op and value.")
		}
		if f.MemberOf.ID == "" && f.MemberOf.Name == "" {
			report(at.At("member_of"), "Computer group is not named", "Give its name or its id.")
		}
		return problems
	}
	if f.Value == nil {
		report(at.At("value"), "Filter has no value",
			`Give the value to compare with, as a string whatever the sensor's type: value = "30".`)
	}
	if f.Sensor != nil && f.Sensor.Name == "" {
		report(at.At("sensor", "name"), "Sensor is not named", "Give the name of the sensor.")
	}
	if f.Op != "" && !slices.Contains(gateway.AllFieldFilterOp, f.Op) {
		report(at.At("op"), "Unknown operator", fmt.Sprintf("%q is no operator. Tanium knows %s.", f.Op, Operators()))
	}
	return problems
}

func (f Filter) validateCompound(at catalog.Path, use Use) []catalog.Problem {
	var problems []catalog.Problem
	if f.Op != "" || f.Value != nil {
		problems = append(problems, catalog.Problem{Path: at, Summary: "Compound filter is not compared",
			Detail: "A list of filters has no op and no value of its own; Tanium would ignore them. " +
				"Give them to the filters in the list."})
	}
	if len(f.Filters) == 0 {
		problems = append(problems, catalog.Problem{
			Path:    at.At("filters"),
			Summary: "List of filters is empty",
			Detail:  "Give at least one filter, or leave the list out.",
		})
	}
	for i, child := range f.Filters {
		problems = append(problems, child.Validate(at.At("filters", i), use)...)
	}
	return problems
}

// Operators lists the operators for a message.
func Operators() string {
	list := make([]string, 0, len(gateway.AllFieldFilterOp))
	for _, op := range gateway.AllFieldFilterOp {
		list = append(list, string(op))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}
