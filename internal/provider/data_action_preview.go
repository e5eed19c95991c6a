// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// actionPreviewDataSource is the data source tanium_action_preview. It is a type of its own, beside
// tanium_endpoints, because it selects endpoints as a deployment does: by an action group, and
// among those that are online.
type actionPreviewDataSource struct {
	lookup[actionPreviewModel]
}

var _ datasource.DataSourceWithValidateConfig = &actionPreviewDataSource{}

// newActionPreviewDataSource returns the data source tanium_action_preview.
func newActionPreviewDataSource() datasource.DataSource {
	return &actionPreviewDataSource{lookup[actionPreviewModel]{
		name: "action_preview", schema: actionPreviewSchema, read: readActionPreview,
	}}
}

// actionPreviewModel is the configuration and state of the data source.
type actionPreviewModel struct {
	Targets       types.Object             `tfsdk:"targets"`
	Source        types.Object             `tfsdk:"source"`
	MaxResults    types.Int64              `tfsdk:"max_results"`
	EndpointCount types.Int64              `tfsdk:"endpoint_count"`
	Complete      types.Bool               `tfsdk:"complete"`
	Truncated     types.Bool               `tfsdk:"truncated"`
	EndpointIDs   []types.String           `tfsdk:"endpoint_ids"`
	Endpoints     []previewedEndpointModel `tfsdk:"endpoints"`
	Reviewed      types.Object             `tfsdk:"reviewed"`
}

// previewedEndpointModel is an element of endpoints.
type previewedEndpointModel struct {
	ID         types.String `tfsdk:"id"`
	Name       types.String `tfsdk:"name"`
	OSPlatform types.String `tfsdk:"os_platform"`
	IPAddress  types.String `tfsdk:"ip_address"`
}

func actionPreviewSchema() schema.Schema {
	reviewed := map[string]schema.Attribute{
		"endpoints": schema.MapAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "Names of the endpoints, by ID.",
		},
	}
	for name, description := range reviewedDescriptions() {
		switch reviewedTypes()[name] {
		case types.Int64Type:
			reviewed[name] = computedCount(description)
		case types.BoolType:
			reviewed[name] = computedFlag(description)
		default:
			reviewed[name] = computedText(description)
		}
	}
	return schema.Schema{
		MarkdownDescription: "Endpoints that a deployment with the same `targets` would reach, counted as the " +
			"deployment counts them: by default those that are online now. It is not an error if there are none.",
		Attributes: map[string]schema.Attribute{
			"max_results": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(0, maxInt32)},
				MarkdownDescription: fmt.Sprintf("Maximum number of endpoints to name. Default `%d`, with a warning "+
					"if there are more.", defaultMaxResults),
			},
			"endpoint_count": computedCount("Number of endpoints, including those that are not named."),
			"complete": computedFlag("Whether all endpoints had answered. Otherwise there may be more than " +
				"`endpoint_count`."),
			"truncated": computedFlag("Whether there are more endpoints than are named."),
			"endpoint_ids": schema.ListAttribute{
				Computed: true, ElementType: types.StringType, MarkdownDescription: "IDs of the endpoints named.",
			},
			"endpoints": computedObjects("Endpoints, in the order of their IDs.", map[string]schema.Attribute{
				"id":          computedText("Endpoint ID."),
				"name":        computedText("Computer name."),
				"os_platform": computedText("Platform: `Windows`, `Linux`, `Mac`, `AIX`, `Solaris` or `Unknown`."),
				"ip_address":  computedText("IP address of the Tanium Client."),
			}),
			"reviewed": schema.SingleNestedAttribute{
				Computed: true, Attributes: reviewed,
				MarkdownDescription: "The same set for the argument `reviewed` of the block `guard`. The plan of the " +
					"action then shows it, and the action is deployed only if no other endpoint matches.",
			},
		},
		Blocks: map[string]schema.Block{"targets": targetsBlock(), "source": previewSourceBlock()},
	}
}

// ValidateConfig reports invalid targets, as far as they are known.
func (d *actionPreviewDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var targets, source types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("targets"), &targets)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("source"), &source)...)
	_, problems := targetsFrom(targets)
	message.Report(append(problems, checkSource(source, catalog.Path{"source"})...), &resp.Diagnostics)
}

// readActionPreview counts the endpoints as a deployment does, by the same code.
func readActionPreview(ctx context.Context, env *environment, model *actionPreviewModel, diags *diag.Diagnostics) {
	targets, problems := targetsFrom(model.Targets)
	if len(problems) > 0 {
		message.Report(problems, diags)
		return
	}
	options := targeting.PreviewOptions{Sample: defaultMaxResults}
	if given := integer(model.MaxResults); given != nil {
		options.Sample = *given
	}
	options.Source, options.MaxRefreshes = previewSource(model.Source)
	reach, problems, err := env.preparer.Preview(ctx, targets, options)
	message.Report(problems, diags)
	if err != nil {
		diags.Append(message.NotPrepared(deployment.Request{}, err))
	}
	if diags.HasError() {
		return
	}
	model.set(reach)
	// The answers show the server's clock, so the time is read after them.
	model.Reviewed = reviewedState(reach, targets, env.serverClock.Now().UTC().Format(time.RFC3339))
	if model.Truncated.ValueBool() && model.MaxResults.IsNull() {
		diags.AddAttributeWarning(path.Root("max_results"), "Not all endpoints are named",
			fmt.Sprintf("The deployment would reach %d endpoints. The first %d of them are named, so the set cannot "+
				"be reviewed. To name more, set max_results.", reach.Count, len(reach.Sample)))
	}
	if !reach.Complete {
		diags.AddAttributeWarning(path.Root("source"), "Not all endpoints were counted",
			"Not all endpoints had answered, so there may be more. To wait longer for answers, increase "+
				"stable_wait_time and max_refreshes in source { live { } }.")
	}
}

// set sets the computed attributes besides reviewed.
func (m *actionPreviewModel) set(reach targeting.Reach) {
	m.EndpointCount, m.Complete = types.Int64Value(int64(reach.Count)), types.BoolValue(reach.Complete)
	m.Truncated = types.BoolValue(len(reach.Sample) < reach.Count)
	m.EndpointIDs, m.Endpoints = []types.String{}, []previewedEndpointModel{}
	for _, endpoint := range reach.Sample {
		m.EndpointIDs = append(m.EndpointIDs, types.StringValue(endpoint.Id))
		m.Endpoints = append(m.Endpoints, previewedEndpointModel{
			ID:         types.StringValue(endpoint.Id),
			Name:       types.StringValue(endpoint.Name),
			OSPlatform: types.StringValue(string(endpoint.Os.Platform)),
			IPAddress:  types.StringValue(endpoint.IpAddress),
		})
	}
}
