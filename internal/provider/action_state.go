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

func resultsTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"waiting": types.Int64Type, "downloading": types.Int64Type, "running": types.Int64Type,
		"waiting_to_retry": types.Int64Type, "completed": types.Int64Type,
		"pending_verification": types.Int64Type, "verified": types.Int64Type, "failed_verification": types.Int64Type,
		"failed": types.Int64Type, "expired": types.Int64Type,
	}
}

// take maps what is known of a deployment's parts. It leaves nothing unknown: a state that does is
// one more error for each attribute.
func (m *actionModel) take(
	ctx context.Context, parts []deployment.Part, address gateway.Address, diags *diag.Diagnostics,
) {
	m.ID = types.StringValue(parts[0].ScheduledActionID)
	m.Status = optionalText(string(deployment.Status(parts)))
	m.ConsoleURL = actionURL(parts[0].ActionID, address)
	m.Actions, m.Results = partsState(ctx, parts, address, diags)
}

// partsState is the attributes actions and results.
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
			platforms, found := types.ListValueFrom(ctx, types.StringType, part.Platforms)
			diags.Append(found...)
			models[i].Platforms = platforms
		}
	}
	actions, found := types.ListValueFrom(ctx, types.ObjectType{AttrTypes: partTypes()}, models)
	diags.Append(found...)
	results, found := types.ObjectValueFrom(ctx, resultsTypes(), resultsState(deployment.Total(parts)))
	diags.Append(found...)
	return actions, results
}

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

// parts maps back what a state knows of its deployment.
func (m actionModel) parts(ctx context.Context, diags *diag.Diagnostics) []deployment.Part {
	return partsFrom(ctx, m.Actions, diags)
}

// partsFrom maps back the attribute actions.
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

func actionURL(id string, address gateway.Address) types.String {
	if id == "" {
		return types.StringNull()
	}
	return types.StringValue(address.ActionURL(id))
}
