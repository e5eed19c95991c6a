// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"

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
	IDs        types.List       `tfsdk:"ids"`
	Endpoints  types.List       `tfsdk:"endpoints"`
	Collection *collectionModel `tfsdk:"collection"`
}

type collectionModel struct {
	Success             types.Bool    `tfsdk:"success"`
	Active              types.Bool    `tfsdk:"active"`
	ContributedTotal    types.Int64   `tfsdk:"contributed_total"`
	RespondedTotal      types.Int64   `tfsdk:"responded_total"`
	ExpectedTotal       types.Int64   `tfsdk:"expected_total"`
	RespondedPercentage types.Float64 `tfsdk:"responded_percentage"`
}

// setCollection sets the computed attributes besides the endpoints.
func (m *endpointsModel) setCollection(collection targeting.Collection) {
	m.TotalCount = types.Int64Value(int64(collection.Total))
	m.Truncated = types.BoolValue(collection.Truncated())
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
