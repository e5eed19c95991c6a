// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Filter chooses endpoints. It is either single (one of Sensor, Path and MemberOf) or compound (Filters).
type Filter struct {
	// Sensor whose reading is compared; nil for none.
	Sensor *Sensor
	// Path is the dotted path of an endpoint field, such as "os.platform"; empty for none. Tanium takes it where endpoints are listed, and
	// refuses it where an action is targeted.
	Path string
	// MemberOf is a computer group to belong to; nil for none.
	MemberOf *gateway.Ref
	// Op compares a reading or field with Value; empty for Tanium's default, EQ.
	Op gateway.FieldFilterOp
	// Value to compare with, whatever the type; nil when not given. The empty string is a value.
	Value *string
	// Filters are the children of a compound filter.
	Filters []Filter
	// Any makes one matching child enough; otherwise all must match.
	Any bool
	// Negated inverts the outcome.
	Negated bool
}

// Sensor is a sensor, the column meant of it, and the values of its parameters.
type Sensor struct {
	// Name of the sensor.
	Name string
	// Column of a sensor that has several; empty for none.
	Column string
	// Params are parameter values by name; nil for none.
	Params map[string]string
}

// ComputerGroupFilter is the filter as an action's target takes it. Path is not part of that: Validate reports it.
func (f Filter) ComputerGroupFilter() *gateway.ComputerGroupFilter {
	wire := &gateway.ComputerGroupFilter{
		Any:      set(f.Any),
		MemberOf: memberOf(f.MemberOf),
		Negated:  set(f.Negated),
		Op:       optional(f.Op),
		Sensor:   f.Sensor.input(),
		Value:    f.Value,
	}
	for _, child := range f.Filters {
		wire.Filters = append(wire.Filters, *child.ComputerGroupFilter())
	}
	return wire
}

// EndpointFilter is the filter as a list of endpoints takes it. Tanium reads both forms alike, so that the same filter which was looked at
// is the one that is deployed to.
func (f Filter) EndpointFilter() *gateway.EndpointFieldFilter {
	wire := &gateway.EndpointFieldFilter{
		Any:      set(f.Any),
		MemberOf: memberOf(f.MemberOf),
		Negated:  set(f.Negated),
		Op:       optional(f.Op),
		Path:     optional(f.Path),
		Sensor:   f.Sensor.input(),
		Value:    f.Value,
	}
	for _, child := range f.Filters {
		wire.Filters = append(wire.Filters, *child.EndpointFilter())
	}
	return wire
}

func (s *Sensor) input() *gateway.EndpointFieldFilterSensor {
	if s == nil {
		return nil
	}
	wire := &gateway.EndpointFieldFilterSensor{Name: &s.Name, Column: optional(s.Column)}
	for _, name := range sortedKeys(s.Params) {
		wire.Params = append(wire.Params, gateway.EndpointFieldFilterSensorParam{Name: name, Value: s.Params[name]})
	}
	return wire
}

func memberOf(group *gateway.Ref) *gateway.EndpointFieldFilterComputerGroup {
	if group == nil {
		return nil
	}
	return &gateway.EndpointFieldFilterComputerGroup{Id: optional(group.ID), Name: optional(group.Name)}
}

// set sends a flag only when it is true: false is Tanium's default for all of them.
func set(flag bool) *bool {
	if !flag {
		return nil
	}
	return &flag
}

// optional leaves an empty string out.
func optional[T ~string](value T) *T {
	if value == "" {
		return nil
	}
	return &value
}

// sortedKeys makes what goes over the wire the same from run to run.
func sortedKeys[V any](values map[string]V) []string {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
