// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// partModel is one element of the attribute actions.
type partModel struct {
	ScheduledActionID types.String      `tfsdk:"scheduled_action_id"`
	ActionID          types.String      `tfsdk:"action_id"`
	Platforms         types.List        `tfsdk:"platforms"`
	Approved          types.Bool        `tfsdk:"approved"`
	Deleted           types.Bool        `tfsdk:"deleted"`
	Status            types.String      `tfsdk:"status"`
	StartTime         timetypes.RFC3339 `tfsdk:"start_time"`
	ExpirationTime    timetypes.RFC3339 `tfsdk:"expiration_time"`
	IssueCount        types.Int64       `tfsdk:"issue_count"`
	NextStartTime     timetypes.RFC3339 `tfsdk:"next_start_time"`
	ConsoleURL        types.String      `tfsdk:"console_url"`
	Results           resultsModel      `tfsdk:"results"`
}

// resultsModel is the attribute results.
type resultsModel struct {
	Waiting             int64 `tfsdk:"waiting"`
	Downloading         int64 `tfsdk:"downloading"`
	Running             int64 `tfsdk:"running"`
	WaitingToRetry      int64 `tfsdk:"waiting_to_retry"`
	Completed           int64 `tfsdk:"completed"`
	PendingVerification int64 `tfsdk:"pending_verification"`
	Verified            int64 `tfsdk:"verified"`
	FailedVerification  int64 `tfsdk:"failed_verification"`
	Failed              int64 `tfsdk:"failed"`
	Expired             int64 `tfsdk:"expired"`
}

// partTypes returns the attribute types of partModel.
func partTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"scheduled_action_id": types.StringType, "action_id": types.StringType,
		"platforms": types.ListType{ElemType: types.StringType}, "approved": types.BoolType, "deleted": types.BoolType,
		"status": types.StringType, "start_time": timetypes.RFC3339Type{}, "expiration_time": timetypes.RFC3339Type{},
		"issue_count":     types.Int64Type,
		"next_start_time": timetypes.RFC3339Type{}, "console_url": types.StringType,
		"results": types.ObjectType{AttrTypes: resultsTypes()},
	}
}

// resultsTypes returns the attribute types of resultsModel.
func resultsTypes() map[string]attr.Type {
	kinds := map[string]attr.Type{}
	for name := range counterDescriptions() {
		kinds[name] = types.Int64Type
	}
	return kinds
}

// setParts sets the computed attributes from the parts of a deployment. It leaves none unknown,
// because Terraform reports an error for each unknown attribute after apply.
func (m *actionModel) setParts(
	ctx context.Context, parts []deployment.Part, address gateway.Address, diags *diag.Diagnostics,
) {
	m.ID = types.StringValue(parts[0].ScheduledActionID)
	m.Status = optionalText(string(deployment.Status(parts)))
	m.ConsoleURL = actionURL(parts[0].ActionID, address)
	m.Actions, m.Results = partsState(ctx, parts, address, diags)
}

// partsState returns the attributes actions and results.
func partsState(
	ctx context.Context, parts []deployment.Part, address gateway.Address, diags *diag.Diagnostics,
) (types.List, types.Object) {
	models := make([]partModel, len(parts))
	for i, part := range parts {
		models[i] = partModel{
			ScheduledActionID: types.StringValue(part.ScheduledActionID),
			ActionID:          optionalText(part.ActionID),
			Platforms:         types.ListNull(types.StringType),
			Approved:          types.BoolValue(part.Approved),
			Deleted:           types.BoolValue(part.Deleted),
			Status:            optionalText(string(part.Status)),
			StartTime:         timetypes.NewRFC3339TimePointerValue(part.StartTime),
			ExpirationTime:    timetypes.NewRFC3339TimePointerValue(part.ExpirationTime),
			IssueCount:        types.Int64Value(int64(part.IssueCount)),
			NextStartTime:     timetypes.NewRFC3339TimePointerValue(part.NextStartTime),
			ConsoleURL:        actionURL(part.ActionID, address),
			Results:           resultsState(part.Results),
		}
		if part.Platforms != nil {
			platforms, more := types.ListValueFrom(ctx, types.StringType, part.Platforms)
			diags.Append(more...)
			models[i].Platforms = platforms
		}
	}
	actions, more := types.ListValueFrom(ctx, types.ObjectType{AttrTypes: partTypes()}, models)
	diags.Append(more...)
	results, more := types.ObjectValueFrom(ctx, resultsTypes(), resultsState(deployment.Total(parts)))
	diags.Append(more...)
	return actions, results
}

// resultsState converts the counters of an action.
func resultsState(results gateway.ActionResults) resultsModel {
	return resultsModel{
		Waiting:             int64(results.Waiting),
		Downloading:         int64(results.Downloading),
		Running:             int64(results.Running),
		WaitingToRetry:      int64(results.WaitingToRetry),
		Completed:           int64(results.Completed),
		PendingVerification: int64(results.PendingVerification),
		Verified:            int64(results.Verified),
		FailedVerification:  int64(results.FailedVerification),
		Failed:              int64(results.Failed),
		Expired:             int64(results.Expired),
	}
}

// results converts the counters of a state.
func (m resultsModel) results() gateway.ActionResults {
	return gateway.ActionResults{
		Waiting:             int(m.Waiting),
		Downloading:         int(m.Downloading),
		Running:             int(m.Running),
		WaitingToRetry:      int(m.WaitingToRetry),
		Completed:           int(m.Completed),
		PendingVerification: int(m.PendingVerification),
		Verified:            int(m.Verified),
		FailedVerification:  int(m.FailedVerification),
		Failed:              int(m.Failed),
		Expired:             int(m.Expired),
	}
}

// parts converts the attribute actions of the state.
func (m actionModel) parts(ctx context.Context, diags *diag.Diagnostics) []deployment.Part {
	return partsFrom(ctx, m.Actions, diags)
}

// partsFrom converts the attribute actions.
func partsFrom(ctx context.Context, actions types.List, diags *diag.Diagnostics) []deployment.Part {
	var models []partModel
	diags.Append(actions.ElementsAs(ctx, &models, false)...)
	parts := make([]deployment.Part, len(models))
	for i, model := range models {
		parts[i] = deployment.Part{
			ScheduledActionID: model.ScheduledActionID.ValueString(),
			ActionID:          model.ActionID.ValueString(),
			Approved:          model.Approved.ValueBool(),
			Deleted:           model.Deleted.ValueBool(),
			Status:            gateway.ActionStatus(model.Status.ValueString()),
			StartTime:         instant(model.StartTime),
			ExpirationTime:    instant(model.ExpirationTime),
			IssueCount:        int(model.IssueCount.ValueInt64()),
			NextStartTime:     instant(model.NextStartTime),
			Results:           model.Results.results(),
		}
		for _, platform := range model.Platforms.Elements() {
			parts[i].Platforms = append(parts[i].Platforms, gateway.EndpointPlatform(text(platform)))
		}
	}
	return parts
}

// actionURL returns the page of an action in the console; null for an empty ID.
func actionURL(id string, address gateway.Address) types.String {
	if id == "" {
		return types.StringNull()
	}
	return types.StringValue(address.ActionURL(id))
}
