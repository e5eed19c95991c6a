// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"errors"
	"fmt"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
)

// The functions below convert the schema's filter inputs.

func fieldFilter(input FieldFilter) filter.Filter {
	result := filter.Filter{
		Path:    text(input.Path),
		Op:      filter.Op(input.Op),
		Value:   input.Value,
		Any:     input.Any,
		Negated: input.Negated,
	}
	for _, child := range input.Filters {
		result.Filters = append(result.Filters, fieldFilter(child))
	}
	return withEmpty(result, input.Filters != nil)
}

func endpointFilter(input EndpointFieldFilter) filter.Filter {
	result := filter.Filter{Path: text(input.Path), Sensor: sensorRef(input.Sensor), MemberOf: groupRef(input.MemberOf),
		Op: filter.Op(input.Op), Value: input.Value,
		Any: input.Any, Negated: input.Negated, MaxAge: input.MaxAge}
	for _, child := range input.Filters {
		result.Filters = append(result.Filters, endpointFilter(child))
	}
	return withEmpty(result, input.Filters != nil)
}

func computerGroupFilter(input ComputerGroupFilter) filter.Filter {
	result := filter.Filter{
		Sensor:   sensorRef(input.Sensor),
		MemberOf: groupRef(input.MemberOf),
		Op:       filter.Op(input.Op),
		Value:    input.Value,
		Any:      input.Any,
		Negated:  input.Negated,
	}
	for _, child := range input.Filters {
		result.Filters = append(result.Filters, computerGroupFilter(child))
	}
	return withEmpty(result, input.Filters != nil)
}

func sensorValueFilter(input SensorValueFilter) filter.Filter {
	result := filter.Filter{
		Column:  text(input.Column),
		Op:      filter.Op(input.Op),
		Value:   input.Value,
		Any:     input.Any,
		Negated: input.Negated,
	}
	for _, child := range input.Filters {
		result.Filters = append(result.Filters, sensorValueFilter(child))
	}
	return withEmpty(result, input.Filters != nil)
}

// withEmpty keeps an empty list of filters distinct from no list, because an empty list is an
// error.
func withEmpty(f filter.Filter, compound bool) filter.Filter {
	if compound && f.Filters == nil {
		f.Filters = []filter.Filter{}
	}
	return f
}

func sensorRef(input *EndpointFieldFilterSensor) *filter.SensorRef {
	if input == nil {
		return nil
	}
	return &filter.SensorRef{Name: text(input.Name), Column: text(input.Column), Params: filterParams(input.Params)}
}

func filterParams(params []EndpointFieldFilterSensorParam) map[string]string {
	result := map[string]string{}
	for _, param := range params {
		result[param.Name] = param.Value
	}
	return result
}

func groupRef(input *EndpointFieldFilterComputerGroup) *filter.GroupRef {
	if input == nil {
		return nil
	}
	return &filter.GroupRef{ID: text(input.ID), Name: text(input.Name)}
}

// record is an object of a list as a filter reads it: values by path.
type record map[string]string

func (r record) Field(path string) []string {
	if value, there := r[path]; there {
		return []string{value}
	}
	return nil // such as a missing next start
}
func (record) Reading(filter.SensorRef) []string { return nil }
func (record) Column(string) []string            { return nil }

// paths are the paths by which a list can be filtered, with their types.
type paths map[string]filter.Type

func (p paths) Path(path string) (filter.Value, error) {
	valueType, known := p[path]
	if !known {
		return filter.Value{}, fmt.Errorf("filter path %q is not supported", path)
	}
	return filter.Value{Type: valueType}, nil
}

var errPathOnly = errors.New("this list is filtered by path alone")

func (paths) Sensor(filter.SensorRef) (filter.Value, error) { return filter.Value{}, errPathOnly }
func (paths) Column(string) (filter.Value, error)           { return filter.Value{}, errPathOnly }
func (paths) Group(filter.GroupRef) (filter.Matcher, error) { return nil, errPathOnly }

// filterList returns the elements that match a filter. Nil matches all.
func filterList[T any](list []T, input *FieldFilter, known paths, recordOf func(T) record) ([]T, error) {
	if input == nil {
		return list, nil
	}
	match, err := filter.Compile(fieldFilter(*input), known)
	if err != nil {
		return nil, err
	}
	var result []T
	for _, each := range list {
		if match(recordOf(each)) {
			result = append(result, each)
		}
	}
	return result, nil
}

// checkOneLevel checks the rule for filters of lists of actions: a single filter, or one level of
// single filters that must all match (API.md#lists-of-actions).
func checkOneLevel(input *FieldFilter) error {
	if input == nil {
		return nil
	}
	if input.Any {
		return errors.New("any is not supported by the filter of this list")
	}
	for _, child := range input.Filters {
		if child.Filters != nil {
			return errors.New("the filter of this list cannot be nested deeper than one level")
		}
	}
	return nil
}
