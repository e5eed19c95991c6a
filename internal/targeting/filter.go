// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"maps"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Filter chooses endpoints. It is either single (one of Sensor, Path and MemberOf) or compound
// (Filters).
type Filter struct {
	// Sensor whose reading is compared; nil for none.
	Sensor *catalog.Sensor
	// Path is the dotted path of an endpoint field, such as "os.platform"; empty for none. Tanium
	// takes it where endpoints are listed, and refuses it where an action is targeted.
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

// ComputerGroupFilter is the filter as an action's target takes it. Path is not part of that:
// Validate reports it.
func (f Filter) ComputerGroupFilter() *gateway.ComputerGroupFilter {
	wire := &gateway.ComputerGroupFilter{
		Any:      set(f.Any),
		MemberOf: memberOf(f.MemberOf),
		Negated:  set(f.Negated),
		Op:       gateway.Optional(f.Op),
		Sensor:   sensorInput(f.Sensor),
		Value:    f.Value,
	}
	for _, child := range f.Filters {
		wire.Filters = append(wire.Filters, *child.ComputerGroupFilter())
	}
	return wire
}

// EndpointFilter is the filter as a list of endpoints takes it. Tanium reads both forms alike, so
// that the same filter which was looked at is the one that is deployed to.
func (f Filter) EndpointFilter() *gateway.EndpointFieldFilter {
	wire := &gateway.EndpointFieldFilter{
		Any:      set(f.Any),
		MemberOf: memberOf(f.MemberOf),
		Negated:  set(f.Negated),
		Op:       gateway.Optional(f.Op),
		Path:     gateway.Optional(f.Path),
		Sensor:   sensorInput(f.Sensor),
		Value:    f.Value,
	}
	for _, child := range f.Filters {
		wire.Filters = append(wire.Filters, *child.EndpointFilter())
	}
	return wire
}

func sensorInput(s *catalog.Sensor) *gateway.EndpointFieldFilterSensor {
	if s == nil {
		return nil
	}
	wire := &gateway.EndpointFieldFilterSensor{Name: &s.Name, Column: gateway.Optional(s.Column)}
	for _, name := range slices.Sorted(maps.Keys(s.Params)) {
		wire.Params = append(wire.Params, gateway.EndpointFieldFilterSensorParam{Name: name, Value: s.Params[name]})
	}
	return wire
}

func memberOf(group *gateway.Ref) *gateway.EndpointFieldFilterComputerGroup {
	if group == nil {
		return nil
	}
	return &gateway.EndpointFieldFilterComputerGroup{Id: gateway.Optional(group.ID), Name: gateway.Optional(group.Name)}
}

// set sends a flag only when it is true: false is Tanium's default for all of them.
func set(flag bool) *bool {
	if !flag {
		return nil
	}
	return &flag
}
