// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

var (
	_ datasource.DataSource                   = &actionResultsDataSource{}
	_ datasource.DataSourceWithConfigure      = &actionResultsDataSource{}
	_ datasource.DataSourceWithValidateConfig = &actionResultsDataSource{}
)

// actionResultsDataSource is the data source tanium_action_results.
type actionResultsDataSource struct {
	env *environment
}

func newActionResultsDataSource() datasource.DataSource { return &actionResultsDataSource{} }

func (d *actionResultsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_action_results"
}

func (d *actionResultsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = actionResultsSchema()
}

func (d *actionResultsDataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	d.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

func (d *actionResultsDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var source types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("source"), &source)...)
	message.Report(checkSource(source, catalog.Path{"source"}), &resp.Diagnostics)
}

// Read reads the results once. It neither waits nor fails if an action failed, because Terraform
// reads data sources during plan and before a destroy.
func (d *actionResultsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model actionResultsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	parts, found, err := deployment.ReadAll(ctx, d.env.client(), model.parts())
	if err != nil {
		resp.Diagnostics.Append(message.ReadFailure("read the actions", err))
		return
	}
	model.setParts(parts, found, d.env.client().Address())
	d.ask(ctx, &model, parts, &resp.Diagnostics)
	model.judge(parts, found, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// ask sets the statuses that endpoints report. If it cannot ask them, it only warns.
func (d *actionResultsDataSource) ask(
	ctx context.Context, model *actionResultsModel, parts []deployment.Part, diags *diag.Diagnostics,
) {
	query := deployment.ReportQuery{
		MaxReports:      defaultMaxResults,
		UnlessCompleted: !model.IncludeCompleted.IsNull() && !model.IncludeCompleted.ValueBool(),
	}
	if !model.MaxResults.IsNull() {
		query.MaxReports = int(model.MaxResults.ValueInt64())
	}
	for _, part := range parts {
		if part.ActionID != "" && !slices.Contains(query.ActionIDs, part.ActionID) {
			query.ActionIDs = append(query.ActionIDs, part.ActionID)
		}
	}
	if query.MaxReports == 0 || len(query.ActionIDs) == 0 {
		return
	}
	query.Source, query.MaxRefreshes = model.Source.input()
	if model.IncludeLog.ValueBool() {
		query.Log = d.log(ctx, diags)
	}
	answer, err := query.Collect(ctx, d.env.client())
	if err != nil {
		_, detail := message.FailureText("ask endpoints for the statuses of actions",
			"to read endpoints and the sensor Action Statuses", err)
		diags.AddAttributeWarning(path.Root("endpoints"), "Cannot ask endpoints", detail+
			" The counters in results are not affected. The attribute endpoints is empty.")
		model.Truncated = types.BoolValue(true)
		return
	}
	if !answer.Complete {
		diags.AddAttributeWarning(path.Root("source"), "Not all endpoints have answered",
			fmt.Sprintf("The answer did not meet its criteria: %s. The attribute endpoints may not list all "+
				"endpoints that ran the actions. The counters in results are not affected.", responded(answer.Info)))
	}
	model.Truncated = types.BoolValue(answer.Truncated)
	for _, report := range answer.List {
		model.Endpoints = append(model.Endpoints, reportModel{
			ActionID: types.StringValue(report.ActionID), ID: types.StringValue(report.Endpoint.Id),
			Name:       types.StringValue(report.Endpoint.Name),
			OSPlatform: types.StringValue(string(report.Endpoint.Os.Platform)),
			State:      types.StringValue(string(report.State)), Status: types.StringValue(report.Status),
			Log: report.Log,
		})
	}
}

// log returns the sensor that reads the log of an action. If there is none, it returns nil and
// warns.
func (d *actionResultsDataSource) log(
	ctx context.Context, diags *diag.Diagnostics,
) func(string) gateway.EndpointSensorRef {
	sensorOf, reason, err := deployment.ActionLog(ctx, d.env.lookup)
	if err != nil {
		reason = fmt.Sprintf("The sensor could not be looked up: %s.", message.Cause(err))
	}
	if sensorOf == nil {
		diags.AddAttributeWarning(path.Root("include_log"), "Cannot read logs", reason)
	}
	return sensorOf
}
