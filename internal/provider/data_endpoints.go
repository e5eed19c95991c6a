// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

var (
	_ datasource.DataSource                   = &endpointsDataSource{}
	_ datasource.DataSourceWithConfigure      = &endpointsDataSource{}
	_ datasource.DataSourceWithValidateConfig = &endpointsDataSource{}
)

// endpointsDataSource is the data source tanium_endpoints.
type endpointsDataSource struct {
	env *environment
}

func newEndpointsDataSource() datasource.DataSource { return &endpointsDataSource{} }

// defaultMaxResults is the default of max_results, which limits the endpoints in the state but not
// their count.
const defaultMaxResults = 1000

func (d *endpointsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_endpoints"
}

func (d *endpointsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = endpointsSchema()
}

func (d *endpointsDataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	d.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

func (d *endpointsDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var filter, sensors types.Dynamic
	var source types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("filter"), &filter)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("sensors"), &sensors)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("source"), &source)...)
	message.Report(checkSource(source, catalog.Path{"source"}), &resp.Diagnostics)
	decodeEndpoints(filter, sensors, &resp.Diagnostics)
}

// decodeEndpoints decodes the dynamic arguments and reports invalid ones.
func decodeEndpoints(filter, sensors types.Dynamic, diags *diag.Diagnostics) (*targeting.Filter, []targeting.Reading) {
	decoded := filterFrom(filter, catalog.Path{"filter"}, targeting.ForListing)
	readings := targeting.DecodeReadings(plain(sensors), catalog.Path{"sensors"})
	message.Report(decoded.Problems, diags)
	message.Report(readings.Problems, diags)
	return decoded.Value, readings.Value
}

func (d *endpointsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model endpointsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Decode again: values that were unknown during validation are known now.
	filter, readings := decodeEndpoints(model.Filter, model.Sensors, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	query := targeting.Query{MaxResults: defaultMaxResults}
	for _, reading := range readings {
		query.Sensors = append(query.Sensors, reading.Input())
	}
	if filter != nil {
		query.Filter = filter.EndpointFilter()
	}
	query.Source, query.MaxRefreshes = model.Source.input()
	if !model.MaxResults.IsNull() {
		query.MaxResults = int(model.MaxResults.ValueInt64())
	}
	list := endpointListFrom(ctx)
	if list == nil {
		resp.Diagnostics.AddError("Bug in the provider", "The server has no list for the endpoints, because "+
			"NewServer did not make it. Please report this.")
		return
	}
	collection, err := targeting.Walk(ctx, d.env.client(), query, list.add)
	if err != nil {
		d.explain(ctx, err, filter, readings, &resp.Diagnostics)
		return
	}
	warnIfPartial(collection, len(list.listed), model, &resp.Diagnostics)
	model.setCollection(collection)
	// The server puts the list in their place.
	model.IDs, model.Endpoints = types.ListNull(types.StringType), types.ListNull(endpointsType())
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// endpointsType is the framework's type of an element of the attribute endpoints.
func endpointsType() attr.Type {
	list, _ := endpointsSchema().Attributes["endpoints"].(schema.ListNestedAttribute)
	return list.NestedObject.Type()
}

// explain reports a query that failed. Tanium's error for a rejected filter does not name the
// attribute, so explain looks up the sensors and groups to find the invalid one.
func (d *endpointsDataSource) explain(
	ctx context.Context, err error, filter *targeting.Filter, readings []targeting.Reading, diags *diag.Diagnostics,
) {
	var refused *gateway.Error
	if errors.As(err, &refused) && refused.Kind == gateway.KindRefused {
		var problems []catalog.Problem
		var lookup error
		if filter != nil {
			problems, lookup = filter.Check(ctx, d.env.lookup, catalog.Path{"filter"})
		}
		for i, reading := range readings {
			if lookup != nil {
				break
			}
			var more []catalog.Problem
			more, lookup = reading.Check(ctx, d.env.lookup, catalog.Path{"sensors", i})
			problems = append(problems, more...)
		}
		message.Report(problems, diags)
		if len(problems) > 0 {
			return
		}
	}
	diags.Append(message.Failure("list endpoints", "to read endpoints and the sensors in question", err))
}

// warnIfPartial warns if not all matching endpoints are listed, or if not all endpoints have
// answered.
func warnIfPartial(collection targeting.Collection, listed int, model endpointsModel, diags *diag.Diagnostics) {
	if collection.Truncated() && model.MaxResults.IsNull() {
		diags.AddAttributeWarning(path.Root("max_results"), "Not all endpoints are listed",
			fmt.Sprintf("%d endpoints match. The first %d of them are listed, and total_count has the full number. "+
				"To change the limit, set max_results.",
				collection.Total, listed))
	}
	if !collection.Info.Success {
		diags.AddAttributeWarning(path.Root("source"), "Not all endpoints have answered",
			fmt.Sprintf("The answer did not meet its criteria: %s. Endpoints that match may be missing. "+
				"Increase max_wait_time and max_refreshes, or set criteria that can be met.",
				responded(collection.Info)))
	}
}
