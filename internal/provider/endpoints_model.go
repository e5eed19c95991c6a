// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// endpointsModel is the configuration and state of the data source tanium_endpoints.
type endpointsModel struct {
	Filter     types.Dynamic    `tfsdk:"filter"`
	Source     *sourceModel     `tfsdk:"source"`
	Sensors    types.Dynamic    `tfsdk:"sensors"`
	MaxResults types.Int64      `tfsdk:"max_results"`
	TotalCount types.Int64      `tfsdk:"total_count"`
	Truncated  types.Bool       `tfsdk:"truncated"`
	IDs        []string         `tfsdk:"ids"`
	Endpoints  []endpointModel  `tfsdk:"endpoints"`
	Collection *collectionModel `tfsdk:"collection"`
}

// endpointModel is one element of the attribute endpoints.
type endpointModel struct {
	ID         types.String   `tfsdk:"id"`
	Name       types.String   `tfsdk:"name"`
	IPAddress  types.String   `tfsdk:"ip_address"`
	OSPlatform types.String   `tfsdk:"os_platform"`
	Readings   []readingModel `tfsdk:"readings"`
}

// readingModel is one element of the attribute readings.
type readingModel struct {
	Sensor types.String      `tfsdk:"sensor"`
	Params map[string]string `tfsdk:"params"`
	Column types.String      `tfsdk:"column"`
	Values []string          `tfsdk:"values"`
}

// collectionModel is the attribute collection.
type collectionModel struct {
	Success             types.Bool    `tfsdk:"success"`
	Active              types.Bool    `tfsdk:"active"`
	ContributedTotal    types.Int64   `tfsdk:"contributed_total"`
	RespondedTotal      types.Int64   `tfsdk:"responded_total"`
	ExpectedTotal       types.Int64   `tfsdk:"expected_total"`
	RespondedPercentage types.Float64 `tfsdk:"responded_percentage"`
}

// setCollection sets the computed attributes. It sorts the endpoints, because Tanium returns them
// in no order and the result must not differ between runs.
func (m *endpointsModel) setCollection(collection targeting.Collection) {
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

// endpointState converts an endpoint.
func endpointState(endpoint gateway.Endpoint) endpointModel {
	model := endpointModel{
		ID:         types.StringValue(endpoint.Id),
		Name:       types.StringValue(endpoint.Name),
		IPAddress:  types.StringValue(endpoint.IpAddress),
		OSPlatform: types.StringValue(string(endpoint.Os.Platform)),
		Readings:   []readingModel{},
	}
	for _, column := range endpoint.SensorReadings.Columns {
		reading := readingModel{
			Sensor: types.StringValue(column.Sensor.Name),
			Params: map[string]string{},
			Column: types.StringValue(column.Name),
			Values: column.Values,
		}
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

// responded returns a clause with the number of endpoints that have answered.
func responded(info gateway.CollectionInfo) string {
	if info.RespondedTotal == nil || info.ExpectedTotal == nil {
		return "the number of endpoints that have answered is not known"
	}
	if *info.RespondedTotal >= *info.ExpectedTotal {
		return fmt.Sprintf("all %d endpoints have answered, but another criterion, such as expected_count, is not met",
			*info.ExpectedTotal)
	}
	return fmt.Sprintf("%d of %d endpoints have answered", *info.RespondedTotal, *info.ExpectedTotal)
}
