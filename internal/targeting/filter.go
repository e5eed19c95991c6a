// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"maps"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Filter selects endpoints. It is either single (one of Sensor, Path and MemberOf) or compound
// (Filters).
type Filter struct {
	// Sensor is the sensor whose reading is compared; nil for none.
	Sensor *catalog.Sensor
	// Path is the dotted path of an endpoint field, such as "os.platform"; empty for none. Tanium
	// accepts it in a list of endpoints, but not in the target of an action.
	Path string
	// MemberOf is the computer group whose members match; nil for none.
	MemberOf *gateway.Ref
	// Op is the operator that compares a reading or field with Value; empty for Tanium's default,
	// EQ.
	Op gateway.FieldFilterOp
	// Value is the value to compare with, as a string for every type; nil if it is not given. The
	// empty string is a value.
	Value *string
	// Filters are the children of a compound filter.
	Filters []Filter
	// Any reports that one matching child is enough. Otherwise, all must match.
	Any bool
	// Negated inverts the result.
	Negated bool
}

// ComputerGroupFilter returns the filter in the form for the target of an action. That form has no
// Path; Validate reports a Path.
func (f Filter) ComputerGroupFilter() *gateway.ComputerGroupFilter {
	input := &gateway.ComputerGroupFilter{
		Any:      set(f.Any),
		MemberOf: memberOf(f.MemberOf),
		Negated:  set(f.Negated),
		Op:       gateway.Optional(f.Op),
		Sensor:   sensorInput(f.Sensor),
		Value:    f.Value,
	}
	for _, child := range f.Filters {
		input.Filters = append(input.Filters, *child.ComputerGroupFilter())
	}
	return input
}

// EndpointFilter returns the filter in the form for a list of endpoints. Tanium interprets both
// forms in the same way, so a preview lists the endpoints that a deployment targets.
func (f Filter) EndpointFilter() *gateway.EndpointFieldFilter {
	input := &gateway.EndpointFieldFilter{
		Any:      set(f.Any),
		MemberOf: memberOf(f.MemberOf),
		Negated:  set(f.Negated),
		Op:       gateway.Optional(f.Op),
		Path:     gateway.Optional(f.Path),
		Sensor:   sensorInput(f.Sensor),
		Value:    f.Value,
	}
	for _, child := range f.Filters {
		input.Filters = append(input.Filters, *child.EndpointFilter())
	}
	return input
}

func sensorInput(s *catalog.Sensor) *gateway.EndpointFieldFilterSensor {
	if s == nil {
		return nil
	}
	input := &gateway.EndpointFieldFilterSensor{Name: &s.Name, Column: gateway.Optional(s.Column)}
	for _, name := range slices.Sorted(maps.Keys(s.Params)) {
		input.Params = append(input.Params, gateway.EndpointFieldFilterSensorParam{Name: name, Value: s.Params[name]})
	}
	return input
}

func memberOf(group *gateway.Ref) *gateway.EndpointFieldFilterComputerGroup {
	if group == nil {
		return nil
	}
	return &gateway.EndpointFieldFilterComputerGroup{Id: gateway.Optional(group.ID), Name: gateway.Optional(group.Name)}
}

// set returns a pointer to true, or nil for false, which is Tanium's default for every flag.
func set(flag bool) *bool {
	if !flag {
		return nil
	}
	return &flag
}
