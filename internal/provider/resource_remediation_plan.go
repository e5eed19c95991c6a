// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// ModifyPlan plans an update in place if more endpoints are out of compliance than accepted, if a
// run is not finished, or if the declaration changes. It names the endpoints, and holds the guard.
func (r *remediationResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	var model, prior remediationModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, successorKey, nil)...)
		r.planDestroy(prior, &resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	configured := configuredPackage(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("limited_by"),
		model.deployment().limitedBy())...)
	given := model.settings(ctx, configured)
	hidden := given.conceal()
	ctx = hidden.Logs(ctx)
	defer hidden.Within(&resp.Diagnostics)
	if req.State.Raw.IsNull() {
		if r.env != nil && r.planSuccessor(ctx, given, req, resp) {
			return
		}
		r.planRun(ctx, model, given, &resp.Diagnostics)
		return
	}
	before, after := prior.deployment(), model.deployment()
	changes := len(after.changed(ctx, before)) > 0 || len(after.unknown(ctx)) > 0
	accepted := acceptanceFrom(model.Accept)
	remaining := int(prior.RemainingCount.ValueInt64())
	unverified := prior.UnverifiedCount.ValueInt64() > 0 && !accepted.unverified
	compliant := prior.Compliant.ValueBool() && !unverified &&
		accepted.allows(remaining, integer(prior.TargetedEndpointCount))
	var run remediationRun
	getPrivate(ctx, req.Private, runKey, &run)
	if compliant && !changes && !run.Open {
		return
	}
	if !run.Open && !changes && accepted.allows(remaining, integer(prior.TargetedEndpointCount)) {
		markRemediation(ctx, resp) // accept has changed, or the last count is accepted: the apply counts again
		if unverified && given.notices {
			resp.Diagnostics.Append(message.NoticeResumesVerification(prior.parts()))
		}
		return
	}
	markRemediation(ctx, resp)
	if parts := prior.parts(); run.Open && !changes && len(parts) > 0 {
		if given.notices {
			resp.Diagnostics.Append(message.NoticeResumesVerification(parts))
		}
		return
	}
	if parts := prior.parts(); !changes && r.env != nil &&
		len(deployment.StoppedEarly(parts, r.env.serverClock.Now())) > 0 {
		resp.Diagnostics.Append(message.NoticeHalted(given.request.String(), parts, false, false))
		return
	}
	r.planRun(ctx, model, given, &resp.Diagnostics)
}

// planRun counts the endpoints that an apply would deploy to, holds the guard, and names them.
func (r *remediationResource) planRun(
	ctx context.Context, model remediationModel, given settings, diags *diag.Diagnostics,
) {
	if r.env == nil {
		return
	}
	preview := given.preview
	preview.Sample = max(preview.Sample, maxRemaining)
	prepared := r.env.prepare(ctx, given, deployment.PrepareOptions{Preview: &preview}, diags)
	if !given.known.Targets && given.notices && !diags.HasError() {
		diags.Append(message.NoticeNotCountedYet(given.request.String()))
	}
	if prepared.Reach == nil || diags.HasError() || !given.notices ||
		acceptanceFrom(model.Accept).allows(prepared.Reach.Count, nil) {
		return
	}
	diags.Append(message.NoticeOutOfCompliance(given.request.String(), *prepared.Reach))
	wait := r.env.waitLimit(prepared) + model.verifyTimeout()
	diags.Append(r.env.noticeToken(ctx, given, prepared, wait)...)
	diags.Append(message.NoticePackage(prepared, r.env.client().Mask)...)
}

// planDestroy adds a notice about a run that a destroy cancels or keeps.
func (r *remediationResource) planDestroy(prior remediationModel, diags *diag.Diagnostics) {
	parts := prior.parts()
	if len(parts) == 0 || over(parts) || !showsNotices(prior.Preview) {
		return
	}
	keeps := prior.OnDestroy.ValueString() == policyKeep
	diags.Append(message.NoticeCancel(prior.deployment().describe(), parts, keeps))
}

// markRemediation plans an update in place that converges.
func markRemediation(ctx context.Context, resp *resource.ModifyPlanResponse) {
	for name, value := range map[string]attr.Value{
		"compliant":               types.BoolUnknown(),
		"remaining_count":         types.Int64Unknown(),
		"remaining":               types.ListUnknown(endpointType()),
		"remaining_truncated":     types.BoolUnknown(),
		"unverified_count":        types.Int64Unknown(),
		"unverified":              types.ListUnknown(endpointType()),
		"targeted_endpoint_count": types.Int64Unknown(),
		"marker":                  types.StringUnknown(),
		"console_url":             types.StringUnknown(),
		"actions":                 types.ListUnknown(types.ObjectType{AttrTypes: partTypes()}),
	} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
}
