// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// endpointsModel is the configuration and state of the data source tanium_endpoints.
type endpointsModel struct {
	Filter     types.Object      `tfsdk:"filter"`
	Source     *sourceModel      `tfsdk:"source"`
	Sensors    []readSensorModel `tfsdk:"sensors"`
	MaxResults types.Int64       `tfsdk:"max_results"`
	TotalCount types.Int64       `tfsdk:"total_count"`
	Truncated  types.Bool        `tfsdk:"truncated"`
	IDs        []string          `tfsdk:"ids"`
	Endpoints  []endpointModel   `tfsdk:"endpoints"`
	Collection *collectionModel  `tfsdk:"collection"`
}

type sourceModel struct {
	Live   *liveModel   `tfsdk:"live"`
	Cached *cachedModel `tfsdk:"cached"`
}

type liveModel struct {
	ExpectedCount    types.Int64   `tfsdk:"expected_count"`
	MinPercentage    types.Float64 `tfsdk:"min_percentage"`
	StableWaitTime   types.Int64   `tfsdk:"stable_wait_time"`
	MaxWaitTime      types.Int64   `tfsdk:"max_wait_time"`
	MaxAge           types.Int64   `tfsdk:"max_age"`
	ExcludeErrors    types.Bool    `tfsdk:"exclude_errors"`
	ExcludeNoResults types.Bool    `tfsdk:"exclude_no_results"`
	Scope            types.String  `tfsdk:"scope"`
	MaxRefreshes     types.Int64   `tfsdk:"max_refreshes"`
}

type cachedModel struct {
	AllNamespaces    types.Bool   `tfsdk:"all_namespaces"`
	Namespaces       []string     `tfsdk:"namespaces"`
	ExcludeErrors    types.Bool   `tfsdk:"exclude_errors"`
	ExcludeNoResults types.Bool   `tfsdk:"exclude_no_results"`
	Scope            types.String `tfsdk:"scope"`
}

type readSensorModel struct {
	Name    types.String      `tfsdk:"name"`
	Columns []string          `tfsdk:"columns"`
	Params  map[string]string `tfsdk:"params"`
	MaxAge  types.Int64       `tfsdk:"max_age"`
	Filter  *valueFilterModel `tfsdk:"filter"`
}

// valueFilterModel filters the values of a reading: it is single, or compound of single ones.
type valueFilterModel struct {
	Column        types.String             `tfsdk:"column"`
	Op            types.String             `tfsdk:"op"`
	Value         types.String             `tfsdk:"value"`
	Negated       types.Bool               `tfsdk:"negated"`
	Any           types.Bool               `tfsdk:"any"`
	RestrictOwner types.Bool               `tfsdk:"restrict_owner"`
	Filters       []singleValueFilterModel `tfsdk:"filters"`
}

type singleValueFilterModel struct {
	Column  types.String `tfsdk:"column"`
	Op      types.String `tfsdk:"op"`
	Value   types.String `tfsdk:"value"`
	Negated types.Bool   `tfsdk:"negated"`
}

type endpointModel struct {
	ID         types.String   `tfsdk:"id"`
	Name       types.String   `tfsdk:"name"`
	IPAddress  types.String   `tfsdk:"ip_address"`
	OSPlatform types.String   `tfsdk:"os_platform"`
	Readings   []readingModel `tfsdk:"readings"`
}

type readingModel struct {
	Sensor types.String      `tfsdk:"sensor"`
	Params map[string]string `tfsdk:"params"`
	Column types.String      `tfsdk:"column"`
	Values []string          `tfsdk:"values"`
}

type collectionModel struct {
	Success             types.Bool    `tfsdk:"success"`
	Active              types.Bool    `tfsdk:"active"`
	ContributedTotal    types.Int64   `tfsdk:"contributed_total"`
	RespondedTotal      types.Int64   `tfsdk:"responded_total"`
	ExpectedTotal       types.Int64   `tfsdk:"expected_total"`
	RespondedPercentage types.Float64 `tfsdk:"responded_percentage"`
}

// input is the source as it is asked for, nil for Tanium's own default, and how often an incomplete live answer is refreshed.
func (m *sourceModel) input() (*gateway.EndpointSource, int) {
	switch {
	case m == nil:
		return nil, 0
	case m.Live != nil:
		refreshes := defaultMaxRefreshes
		if !m.Live.MaxRefreshes.IsNull() {
			refreshes = int(m.Live.MaxRefreshes.ValueInt64())
		}
		return &gateway.EndpointSource{Ts: &gateway.EndpointSourceTS{
			ExpectedCount:    number(m.Live.ExpectedCount),
			MinPercentage:    m.Live.MinPercentage.ValueFloat64Pointer(),
			StableWaitTime:   number(m.Live.StableWaitTime),
			MaxWaitTime:      number(m.Live.MaxWaitTime),
			MaxAge:           number(m.Live.MaxAge),
			ExcludeErrors:    m.Live.ExcludeErrors.ValueBoolPointer(),
			ExcludeNoResults: m.Live.ExcludeNoResults.ValueBoolPointer(),
			Scope:            (*gateway.EndpointScope)(m.Live.Scope.ValueStringPointer()),
		}}, refreshes
	case m.Cached != nil:
		return &gateway.EndpointSource{Tds: &gateway.EndpointSourceTDS{
			AllNamespaces:    m.Cached.AllNamespaces.ValueBoolPointer(),
			Namespaces:       m.Cached.Namespaces,
			ExcludeErrors:    m.Cached.ExcludeErrors.ValueBoolPointer(),
			ExcludeNoResults: m.Cached.ExcludeNoResults.ValueBoolPointer(),
			Scope:            (*gateway.EndpointScope)(m.Cached.Scope.ValueStringPointer()),
		}}, 0
	default:
		return nil, 0
	}
}

func (m readSensorModel) input() gateway.EndpointSensorRef {
	ref := gateway.EndpointSensorRef{Name: m.Name.ValueString(), Columns: m.Columns, MaxAge: number(m.MaxAge), Filter: m.Filter.input()}
	for _, name := range sortedKeys(m.Params) {
		ref.Params = append(ref.Params, gateway.EndpointSensorRefParam{Name: name, Value: m.Params[name]})
	}
	return ref
}

func (m *valueFilterModel) input() *gateway.SensorValueFilter {
	if m == nil {
		return nil
	}
	filter := singleValueFilterModel{Column: m.Column, Op: m.Op, Value: m.Value, Negated: m.Negated}.input()
	filter.Any = m.Any.ValueBoolPointer()
	filter.RestrictOwner = m.RestrictOwner.ValueBoolPointer()
	for _, child := range m.Filters {
		filter.Filters = append(filter.Filters, child.input())
	}
	return &filter
}

func (m singleValueFilterModel) input() gateway.SensorValueFilter {
	return gateway.SensorValueFilter{
		Column:  m.Column.ValueStringPointer(),
		Op:      (*gateway.SensorValueFilterOp)(m.Op.ValueStringPointer()),
		Value:   m.Value.ValueStringPointer(),
		Negated: m.Negated.ValueBoolPointer(),
	}
}

// checkValueFilters reports what is wrong with the form of the value filters.
func checkValueFilters(sensors []readSensorModel) []targeting.Problem {
	var problems []targeting.Problem
	for i, sensor := range sensors {
		filter, at := sensor.Filter, targeting.Path{"sensors", i, "filter"}
		switch {
		case filter == nil:
		case filter.Filters != nil && (!filter.Value.IsNull() || !filter.Op.IsNull() || !filter.Column.IsNull()):
			problems = append(problems, targeting.Problem{Path: at, Summary: "Filter is both single and compound",
				Detail: "A filter of values is either single, with a value, or compound, with filters alone."})
		case filter.Filters == nil && filter.Value.IsNull():
			problems = append(problems, targeting.Problem{Path: at.At("value"), Summary: "Filter has no value", Detail: "Give the value to compare with, or a list of filters."})
		case filter.Filters == nil && filter.Any.ValueBool():
			problems = append(problems, targeting.Problem{Path: at.At("any"), Summary: "Filter has nothing to choose from",
				Detail: "any says that one of several filters is enough; this filter is a single one."})
		}
	}
	return problems
}

// check reports what of the sensor Tanium does not have.
func (m readSensorModel) check(ctx context.Context, catalog *gateway.Catalog, at targeting.Path) ([]targeting.Problem, error) {
	problems, err := targeting.CheckSensor(ctx, catalog, targeting.Sensor{Name: m.Name.ValueString(), Params: m.Params}, at)
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	for i, column := range m.Columns {
		found, err := targeting.CheckSensor(ctx, catalog, targeting.Sensor{Name: m.Name.ValueString(), Column: column, Params: m.Params}, at)
		if err != nil {
			return problems, err
		}
		for _, problem := range found {
			problem.Path = at.At("columns", i)
			problems = append(problems, problem)
		}
	}
	return problems, nil
}

// take maps an answer. Tanium lists endpoints in no order, so they are put into one: a plan must not change from run to run.
func (m *endpointsModel) take(collection targeting.Collection) {
	endpoints := slices.SortedFunc(slices.Values(collection.Endpoints), func(a, b gateway.Endpoint) int {
		return cmp.Or(cmp.Compare(len(a.Id), len(b.Id)), cmp.Compare(a.Id, b.Id)) // IDs are numbers: shorter is smaller
	})
	m.TotalCount = types.Int64Value(int64(collection.Total))
	m.Truncated = types.BoolValue(collection.Truncated())
	m.IDs, m.Endpoints = []string{}, []endpointModel{}
	for _, endpoint := range endpoints {
		m.IDs = append(m.IDs, endpoint.Id)
		m.Endpoints = append(m.Endpoints, endpointState(endpoint))
	}
	info := collection.Info
	m.Collection = &collectionModel{
		Success:             types.BoolValue(info.Success),
		Active:              types.BoolValue(info.Active),
		ContributedTotal:    types.Int64Value(int64(info.ContributedTotal)),
		RespondedTotal:      numberValue(info.RespondedTotal),
		ExpectedTotal:       numberValue(info.ExpectedTotal),
		RespondedPercentage: types.Float64PointerValue(info.RespondedPercentage),
	}
}

func endpointState(endpoint gateway.Endpoint) endpointModel {
	model := endpointModel{
		ID:         types.StringValue(endpoint.Id),
		Name:       types.StringValue(endpoint.Name),
		IPAddress:  types.StringValue(endpoint.IpAddress),
		OSPlatform: types.StringValue(string(endpoint.Os.Platform)),
		Readings:   []readingModel{},
	}
	for _, column := range endpoint.SensorReadings.Columns {
		reading := readingModel{Sensor: types.StringValue(column.Sensor.Name), Params: map[string]string{}, Column: types.StringValue(column.Name), Values: column.Values}
		for _, param := range column.Sensor.Params {
			reading.Params[param.Name] = param.Value
		}
		if reading.Values == nil {
			reading.Values = []string{}
		}
		model.Readings = append(model.Readings, reading)
	}
	return model
}

// number is a whole number for the API; nil for null.
func number(value types.Int64) *int {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	converted := int(value.ValueInt64())
	return &converted
}

func numberValue(value *int) types.Int64 {
	if value == nil {
		return types.Int64Null()
	}
	return types.Int64Value(int64(*value))
}

func sortedKeys(values map[string]string) []string {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// responded says how many endpoints have answered, as far as Tanium tells.
func responded(info gateway.CollectionInfo) string {
	if info.RespondedTotal == nil || info.ExpectedTotal == nil {
		return "how many endpoints have answered is not known"
	}
	return fmt.Sprintf("%d of %d endpoints have answered", *info.RespondedTotal, *info.ExpectedTotal)
}
