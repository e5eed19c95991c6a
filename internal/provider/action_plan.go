// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// ValidateConfig reports what is wrong by itself, as far as it is known, without asking anybody.
func (r *actionResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var model actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	report(model.validate(ctx), &resp.Diagnostics)
}

// validate reports what is wrong by itself. What is not known yet is left for later.
func (m actionModel) validate(ctx context.Context) []targeting.Problem {
	var problems []targeting.Problem
	if filter, ok := m.Targets.Attributes()["filter"].(types.Object); ok && !filter.IsNull() && whollyKnown(ctx, filter) {
		problems = append(problems, filterFrom(filter).Validate(targeting.Path{"targets", "filter"}, targeting.ForTargeting)...)
	}
	if !m.Operation.IsNull() && whollyKnown(ctx, m.Operation, m.Targets) {
		problems = append(problems, operationFrom(m.Operation).Validate(targeting.Path{"operation"}, targetsFrom(m.Targets).Platforms)...)
	}
	if whollyKnown(ctx, m.Schedule) {
		problems = append(problems, scheduleFrom(m.Schedule).Validate(targeting.Path{"schedule"})...)
	}
	if whollyKnown(ctx, m.Wait) && waitFrom(m.Wait).interval <= 0 {
		problems = append(problems, targeting.Problem{Path: targeting.Path{"wait", "poll_interval"}, Summary: "Poll interval is not positive", Detail: "Give a duration such as 5s."})
	}
	if m.StopFinished.ValueBool() && whollyKnown(ctx, m.Schedule) && m.recurring() {
		problems = append(problems, targeting.Problem{Path: targeting.Path{"stop_when_finished"}, Summary: "A recurring action does not finish",
			Detail: "It is issued again after each time. Remove stop_when_finished, or schedule.reissue_seconds."})
	}
	return problems
}

// ModifyPlan checks and announces a deployment, makes an unfinished one go on, and says what a destruction cancels. A plan that changes nothing
// sends no request.
func (r *actionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	switch {
	case req.Plan.Raw.IsNull():
		var prior actionModel
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
		if resp.Diagnostics.HasError() {
			return
		}
		r.planDestroy(ctx, prior, &resp.Diagnostics)
	case req.State.Raw.IsNull(): // Terraform plans a replacement once more, as a creation
		var model actionModel
		resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
		if r.env == nil || resp.Diagnostics.HasError() {
			return
		}
		r.planCreate(ctx, model, &resp.Diagnostics)
	default:
		var model, prior actionModel
		resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
		if resp.Diagnostics.HasError() {
			return
		}
		planExisting(ctx, model, prior, resp)
	}
}

func (r *actionResource) planCreate(ctx context.Context, model actionModel, diags *diag.Diagnostics) {
	request, _ := r.check(ctx, model, diags)
	if diags.HasError() || !whollyKnown(ctx, model.Targets) {
		return
	}
	reach := r.count(ctx, model, request, diags)
	if _, notice := previewFrom(ctx, model.Preview, diags); notice && !diags.HasError() {
		diags.Append(noticeReach(request, reach))
	}
}

func (r *actionResource) planDestroy(ctx context.Context, prior actionModel, diags *diag.Diagnostics) {
	parts := prior.parts(ctx, diags)
	if _, notice := previewFrom(ctx, prior.Preview, diags); !notice || len(parts) == 0 {
		return
	}
	if deployment.Terminal(deployment.Status(parts)) && (!prior.recurring() || r.env != nil && r.hasEnded(prior)) {
		return // nothing is open any more
	}
	diags.Append(noticeCancel(parts, prior.OnDestroy.ValueString() == policyKeep))
}

// planExisting replaces an action that failed, where a failure is an error, and a recurring operation that somebody deleted for some of the platforms: the state must not
// forget the others. It makes an in-place update of an action whose end has not been seen, so that the next apply goes on waiting.
func planExisting(ctx context.Context, model, prior actionModel, resp *resource.ModifyPlanResponse) {
	if slices.ContainsFunc(prior.parts(ctx, &resp.Diagnostics), func(part deployment.Part) bool { return part.Status == deployment.Deleted }) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("actions"), types.ListUnknown(types.ObjectType{AttrTypes: partTypes()}))...)
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("actions"))
		return
	}
	if !whollyKnown(ctx, model.Wait) {
		return
	}
	// One that nobody waited for is deployed again only where that is asked for: otherwise nothing comes of its failure.
	if !waitFrom(model.Wait).enabled && (!prior.Finished.ValueBool() || model.OnFailure.ValueString() != policyError) {
		return
	}
	set := func(name string, value any) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
	switch {
	case !prior.Finished.ValueBool():
		set("status", types.StringUnknown())
		set("finished", types.BoolUnknown())
		set("succeeded", types.BoolUnknown())
		set("console_url", types.StringUnknown())
		set("results", types.ObjectUnknown(resultsTypes()))
		set("actions", types.ListUnknown(types.ObjectType{AttrTypes: partTypes()}))
	case !prior.Succeeded.ValueBool() && model.OnFailure.ValueString() != policyWarn:
		set("succeeded", types.BoolUnknown())
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("succeeded"))
	}
}

// check reports everything wrong with a deployment that is known at this point. The package is nil where it is not known, or wrong.
func (r *actionResource) check(ctx context.Context, model actionModel, diags *diag.Diagnostics) (deployment.Request, *gateway.PackageSpec) {
	var request deployment.Request
	problems := model.validate(ctx)
	report(problems, diags)
	if len(problems) > 0 {
		return request, nil
	}
	request = model.request()

	var spec *gateway.PackageSpec
	if !model.Package.IsNull() && whollyKnown(ctx, model.Package) {
		found, problems, err := request.Package.Spec(ctx, r.env.catalog, targeting.Path{"package"})
		report(problems, diags)
		if err != nil {
			diags.Append(failure("look up package "+request.Package.Ref.String(), rightToRead, err))
			return request, nil
		}
		if spec = found; spec != nil && whollyKnown(ctx, model.Schedule) {
			report(request.Check(spec, nil), diags)
		}
	}
	if whollyKnown(ctx, model.Targets) {
		problems, err := request.Targets.Check(ctx, r.env.catalog, targeting.Path{"targets"})
		report(problems, diags)
		if err != nil {
			diags.Append(failure("look up what the targets name", rightToRead, err))
		}
	}
	return request, spec
}

// count asks whom a deployment would reach now, and holds it against the guard.
func (r *actionResource) count(ctx context.Context, model actionModel, request deployment.Request, diags *diag.Diagnostics) targeting.Reach {
	look, _ := previewFrom(ctx, model.Preview, diags)
	guard, judged := guardFrom(model.Guard), whollyKnown(ctx, model.Guard)
	wanted := look.Sample
	if judged {
		look.Sample = guard.SampleSize(wanted)
	}
	reach, err := r.env.previews.get(ctx, r.env.catalog, request.Reach(), look)
	if err != nil {
		found := failure("count the endpoints the deployment would reach", "to read endpoints", err)
		diags.AddAttributeError(path.Root("targets"), found.Summary(), found.Detail()+" Nothing was deployed.")
		return reach
	}
	if judged {
		report(guard.Check(reach), diags)
	}
	reach.Sample = reach.Sample[:min(wanted, len(reach.Sample))]
	return reach
}
