// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question

import (
	"fmt"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Condition is a condition as a text states it. Its parameters have positions, but no names. It is
// a sensor with an operator and a value, a computer group (without a value), or a list of
// conditions.
type Condition struct {
	// At is the number of the condition's first character.
	At int
	// Name is the name of the sensor, or of the computer group.
	Name string
	// Params are the values of the sensor's parameters, in order; nil for none.
	Params []string
	// Column is the column of the sensor; empty for none.
	Column string
	// Op is the operator; empty for Tanium's default, EQ.
	Op gateway.FieldFilterOp
	// Value is the value to compare with; nil for a computer group.
	Value *string
	// Negated inverts the condition.
	Negated bool
	// Conditions are the conditions of a list; nil for a single condition.
	Conditions []Condition
	// Any reports that one condition of the list is enough. Otherwise, all must match.
	Any bool

	// having is the word "having" before the column; the zero value for none.
	having token
}

// depth returns how deep lists nest: 0 for a single condition.
func (c Condition) depth() int {
	depth := 0
	for _, child := range c.Conditions {
		depth = max(depth, child.depth())
	}
	if c.Conditions != nil {
		depth++
	}
	return depth
}

// Names returns the names of a sensor's parameters, in the order of their definition; false if they
// are not known.
type Names func(sensor string) ([]string, bool)

// IsGroup reports whether the condition names a computer group.
func (c Condition) IsGroup() bool { return c.Conditions == nil && c.Value == nil }

// Each calls a function for each condition that is not a list.
func (c Condition) Each(visit func(Condition)) {
	if c.Conditions == nil {
		visit(c)
	}
	for _, child := range c.Conditions {
		child.Each(visit)
	}
}

// Filter returns the filter of the condition. It fails for parameters whose names are not known,
// and for too many parameters.
func (c Condition) Filter(names Names) (targeting.Filter, error) {
	filter := targeting.Filter{Op: c.Op, Value: c.Value, Negated: c.Negated, Any: c.Any}
	switch {
	case c.Conditions != nil:
		for _, child := range c.Conditions {
			converted, err := child.Filter(names)
			if err != nil {
				return targeting.Filter{}, err
			}
			filter.Filters = append(filter.Filters, converted)
		}
	case c.IsGroup():
		filter.MemberOf = &gateway.Ref{Name: c.Name}
	default:
		params, err := c.params(names)
		if err != nil {
			return targeting.Filter{}, err
		}
		filter.Sensor = &catalog.Sensor{Name: c.Name, Column: c.Column, Params: params}
	}
	return filter, nil
}

// params returns the values of the parameters by name.
func (c Condition) params(names Names) (map[string]string, error) {
	if c.Params == nil {
		return nil, nil //nolint:nilnil // Documented: no parameters.
	}
	ordered, known := names(c.Name)
	switch {
	case !known:
		return nil, &Error{
			At: c.At, Word: c.Name, NamesUnknown: true,
			Message: "the text gives the parameters of this sensor by position, and a filter needs their names",
		}
	case len(ordered) == 0:
		return nil, &Error{At: c.At, Word: c.Name, Message: "this sensor has no parameters"}
	case len(c.Params) > len(ordered):
		return nil, &Error{At: c.At, Word: c.Name, Message: fmt.Sprintf("the text gives %d parameters, and this "+
			"sensor has %d: %s", len(c.Params), len(ordered), strings.Join(ordered, ", "))}
	}
	params := map[string]string{}
	for i, value := range c.Params {
		if _, twice := params[ordered[i]]; twice {
			return nil, &Error{At: c.At, Word: c.Name, Message: fmt.Sprintf("two of its parameters are "+
				"called %s", ordered[i])}
		}
		params[ordered[i]] = value
	}
	return params, nil
}
