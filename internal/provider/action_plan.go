// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// ValidateConfig reports what is wrong by itself, as far as it is known, without asking anybody.
func (r *actionResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var model actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	report(model.validate(ctx), &resp.Diagnostics)
}

// validate reports what is wrong by itself. What is not known yet is left for later.
func (m actionModel) validate(ctx context.Context) []catalog.Problem {
	problems := slices.Concat(m.validateWhat(ctx), m.validateTargets(),
		checkSource(m.previewSource(), catalog.Path{"preview", "source"}))
	if whollyKnown(ctx, m.Schedule) {
		problems = append(problems, scheduleFrom(m.Schedule).Validate(catalog.Path{"schedule"})...)
	}
	if m.StopFinished.ValueBool() && whollyKnown(ctx, m.Schedule) && m.recurring() {
		problems = append(problems,
			catalog.Problem{Path: catalog.Path{"stop_when_finished"}, Summary: "A recurring action does not finish",
				Detail: "It is issued again and again. Remove stop_when_finished, or schedule.reissue_seconds."})
	}
	return append(problems, checkTimeouts(m.Timeouts)...)
}

// validateWhat reports what is wrong with what is to run.
func (m actionModel) validateWhat(ctx context.Context) []catalog.Problem {
	switch {
	case m.Package.IsUnknown() || m.Operation.IsUnknown():
		return nil
	case m.Package.IsNull() && m.Operation.IsNull():
		return []catalog.Problem{{
			Summary: "Nothing to run",
			Detail:  "Give one of the blocks package { } and operation { }.",
		}}
	case !m.Package.IsNull() && !m.Operation.IsNull():
		return []catalog.Problem{{Path: catalog.Path{"operation"}, Summary: "Package and operation",
			Detail: "An action runs a package or an operation. Remove one of the blocks package and operation."}}
	case !m.Operation.IsNull():
		if !whollyKnown(ctx, m.Operation, m.Targets) {
			return nil
		}
		at := catalog.Path{"operation"}
		problems := operationFrom(m.Operation).Validate(at, targetsFrom(m.Targets).Platforms)
		return append(problems, checkClientSetting(m.Operation, at.At("change_client_setting"))...)
	}
	id, name := m.Package.Attributes()["id"], m.Package.Attributes()["name"]
	switch at := (catalog.Path{"package"}); {
	case id.IsUnknown() || name.IsUnknown() || id.IsNull() != name.IsNull():
		return nil
	case id.IsNull():
		return []catalog.Problem{{Path: at, Summary: "Package is not named", Detail: "Give its name or its id."}}
	default:
		return []catalog.Problem{{
			Path:    at.At("id"),
			Summary: "Package is named twice",
			Detail:  "Give its name or its id, not both.",
		}}
	}
}

// validateTargets reports what is wrong with the form of the targets, as far as they are known.
func (m actionModel) validateTargets() []catalog.Problem {
	if m.Targets.IsUnknown() {
		return nil
	}
	if m.Targets.IsNull() {
		return []catalog.Problem{{Summary: "Missing targets",
			Detail: `Give the block targets { }, with at least action_group = { name = "All Computers" }.`}}
	}
	_, problems := decodeTargets(m.Targets)
	return problems
}

// checkTimeouts reports a timeout that leaves no time. The library reports one that is no duration.
func checkTimeouts(given timeouts.Value) []catalog.Problem {
	var problems []catalog.Problem
	for _, name := range []string{"create", "update", "delete"} {
		timeout, err := time.ParseDuration(text(given.Attributes()[name]))
		if err == nil && timeout <= 0 {
			problems = append(problems,
				catalog.Problem{Path: catalog.Path{"timeouts", name}, Summary: "Timeout leaves no time",
					Detail: fmt.Sprintf("The timeout is %s. Give a positive duration such as 30m.", timeout)})
		}
	}
	return problems
}

// previewSource is the source of the preview; null for none.
func (m actionModel) previewSource() types.Object {
	source, _ := m.Preview.Attributes()["source"].(types.Object)
	return source
}

// ModifyPlan checks and announces a deployment, makes an unfinished one go on, and says what a
// destruction cancels. A plan that changes nothing sends no request.
func (r *actionResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
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
		if imported(ctx, req.Private) {
			r.planImported(ctx, model, importedDetails(ctx, req.Private), resp)
			return
		}
		r.planExisting(ctx, model, prior, resp)
	}
}

func (r *actionResource) planCreate(ctx context.Context, model actionModel, diags *diag.Diagnostics) {
	preview, notice := previewFrom(ctx, model.Preview, diags)
	prepared := r.prepare(ctx, model, &preview, diags)
	if prepared.Reach == nil || !notice || diags.HasError() {
		return
	}
	diags.Append(noticeReach(prepared.Request, *prepared.Reach))
	start := prepared.Request.Schedule.StartTime
	if start != nil && start.After(r.env.clock.Now()) && model.waits() {
		timeout, problems := model.Timeouts.Create(ctx, r.waitLimit(model, prepared.Spec))
		diags.Append(problems...)
		diags.Append(noticeStart(*start, r.env.clock.Now().Add(timeout).UTC()))
	}
}

// waits reports whether an apply waits for the action, as far as that is known.
func (m actionModel) waits() bool { return !m.Wait.IsUnknown() && waitFrom(m.Wait).enabled }

// checkStart reports a wait that would time out before the action starts.
func (m actionModel) checkStart(now time.Time) []catalog.Problem {
	start := scheduleFrom(m.Schedule).StartTime
	timeout, err := time.ParseDuration(text(m.Timeouts.Attributes()["create"]))
	if start == nil || err != nil || !m.waits() || start.Sub(now) < timeout {
		return nil
	}
	return []catalog.Problem{{Path: catalog.Path{"timeouts", "create"},
		Summary: "Timeout ends before the action starts",
		Detail: fmt.Sprintf("The action starts at %s, which is %s from now, and the apply would wait for %s. "+
			"Raise the timeout, or set wait { enabled = false }.", start.Format(time.RFC1123),
			start.Sub(now).Round(time.Second), timeout)}}
}

func (r *actionResource) planDestroy(ctx context.Context, prior actionModel, diags *diag.Diagnostics) {
	parts := prior.parts(ctx, diags)
	_, notice := previewFrom(ctx, prior.Preview, diags)
	if !notice || len(parts) == 0 || scheduleFrom(prior.Schedule).Standing(parts, r.now()) == deployment.Over {
		return
	}
	diags.Append(noticeCancel(parts, prior.OnDestroy.ValueString() == policyKeep))
}

// now is the provider's time; the zero time before the provider is configured, when no schedule
// counts as past its end.
func (r *actionResource) now() time.Time {
	if r.env == nil {
		return time.Time{}
	}
	return r.env.clock.Now()
}

// planExisting replaces an action that failed, where a failure is an error, and a recurring
// operation that somebody deleted for some of the platforms: the state must not forget the others.
// It plans an update in place for an action that is not finished, so that the next apply resumes
// waiting.
func (r *actionResource) planExisting(
	ctx context.Context, model, prior actionModel, resp *resource.ModifyPlanResponse,
) {
	parts := prior.parts(ctx, &resp.Diagnostics)
	if scheduleFrom(prior.Schedule).Standing(parts, r.now()) == deployment.PartlyDeleted {
		resp.Diagnostics.Append(noticeIncomplete(parts))
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("actions"),
			types.ListUnknown(types.ObjectType{AttrTypes: partTypes()}))...)
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("actions"))
		return
	}
	if !whollyKnown(ctx, model.Wait) {
		return
	}
	// One that nobody waited for is deployed again only where that is asked for: otherwise nothing
	// comes of its failure.
	if !waitFrom(model.Wait).enabled && (!prior.Finished.ValueBool() || model.OnFailure.ValueString() != policyError) {
		return
	}
	set := func(name string, value any) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
	switch {
	case !prior.Finished.ValueBool():
		markUnfinished(ctx, resp)
		if _, notice := previewFrom(ctx, model.Preview, &resp.Diagnostics); notice && model.deploysAs(prior) {
			resp.Diagnostics.Append(noticeResumes(parts))
		}
	case !prior.Succeeded.ValueBool():
		verdict := waitFrom(model.Wait).policy.Judge(parts, int(prior.TargetedEndpointCount.ValueInt64()))
		switch {
		case verdict.Succeeded: // by a policy that was changed since: the update judges it anew
			set("succeeded", types.BoolUnknown())
		case model.OnFailure.ValueString() != policyWarn:
			resp.Diagnostics.Append(noticeRedeploy(parts, verdict))
			set("succeeded", types.BoolUnknown())
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root("succeeded"))
		}
	}
}

// planImported compares an imported action with the configuration. A difference is a replacement
// that the plan explains; without one, an update in place adopts the configuration, and deploys
// nothing.
func (r *actionResource) planImported(
	ctx context.Context, model actionModel, details *gateway.ScheduledActionDetails, resp *resource.ModifyPlanResponse,
) {
	markUnfinished(ctx, resp)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("targeted_endpoint_count"), types.Int64Unknown())...)
	if r.env == nil || details == nil ||
		!whollyKnown(ctx, model.Package, model.Operation, model.Targets, model.Schedule) {
		return
	}
	unnamed, err := r.checkImportedGroup(ctx, model, details)
	if err != nil {
		resp.Diagnostics.Append(failure("look up the computer group of the imported action", rightToRead, err))
		return
	}
	if report(unnamed, &resp.Diagnostics); len(unnamed) > 0 {
		return
	}
	prepared := r.prepare(ctx, model, nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	differences, err := prepared.Request.Differences(ctx, r.env.lookup, prepared.Spec, details)
	if err != nil {
		resp.Diagnostics.Append(failure("compare the imported action with the configuration", rightToRead, err))
		return
	}
	if len(differences) == 0 {
		if _, notice := previewFrom(ctx, model.Preview, &resp.Diagnostics); notice {
			resp.Diagnostics.Append(noticeAdopts(model.parts(ctx, &resp.Diagnostics)))
		}
		return
	}
	resp.Diagnostics.Append(noticeImported(differences))
	resp.RequiresReplace = append(resp.RequiresReplace, path.Root("actions"))
	for _, difference := range differences {
		resp.RequiresReplace = append(resp.RequiresReplace, attributePath(difference.Path[:1]))
	}
}

// deploysAs reports that a plan keeps what was deployed. ModifyPlan is not told what the
// attributes' own modifiers replace.
func (m actionModel) deploysAs(prior actionModel) bool {
	return m.Name.Equal(prior.Name) && m.Comment.Equal(prior.Comment) && m.Package.Equal(prior.Package) &&
		m.Operation.Equal(prior.Operation) && m.Targets.Equal(prior.Targets) && m.Schedule.Equal(prior.Schedule) &&
		m.Triggers.Equal(prior.Triggers)
}

// checkImportedGroup reports a computer group without a name that Tanium made of what the action
// was deployed with, and does not show as a group: -generate-config-out writes its ID. Left out,
// the configuration would say that the action targets all computers.
func (r *actionResource) checkImportedGroup(
	ctx context.Context, model actionModel, details *gateway.ScheduledActionDetails,
) ([]catalog.Problem, error) {
	made, wanted := details.Targets.TargetGroup, targetsFrom(model.Targets).ComputerGroup
	if wanted == nil || wanted.ID == "" || gateway.Deref(made.Name) != "" || gateway.Deref(made.Id) != wanted.ID {
		return nil, nil
	}
	at := catalog.Path{"targets", "computer_group"}
	problems, err := r.env.lookup.CheckComputerGroup(ctx, *wanted, at)
	if err != nil || len(problems) == 0 {
		return nil, err
	}
	return []catalog.Problem{{Path: at, Summary: "Targets of the imported action are not known",
		Detail: fmt.Sprintf("The action was deployed with a filter, endpoint IDs or platforms. "+
			"Tanium shows only the ID %s of the group that it made of them. Remove computer_group, and write the "+
			"filter, endpoint_ids or platforms instead. The apply then adopts them, and deploys nothing.",
			wanted.ID)}}, nil
}

// markUnfinished plans an update in place that goes on waiting.
func markUnfinished(ctx context.Context, resp *resource.ModifyPlanResponse) {
	for name, value := range map[string]attr.Value{
		"status":      types.StringUnknown(),
		"finished":    types.BoolUnknown(),
		"succeeded":   types.BoolUnknown(),
		"console_url": types.StringUnknown(),
		"results":     types.ObjectUnknown(resultsTypes()),
		"actions":     types.ListUnknown(types.ObjectType{AttrTypes: partTypes()}),
	} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// prepare checks a deployment as far as it is known, and counts the endpoints that it would reach;
// a nil preview counts none.
func (r *actionResource) prepare(
	ctx context.Context, model actionModel, preview *targeting.PreviewOptions, diags *diag.Diagnostics,
) deployment.Prepared {
	known := deployment.Known{
		Package:  whollyKnown(ctx, model.Package),
		Targets:  whollyKnown(ctx, model.Targets),
		Schedule: whollyKnown(ctx, model.Schedule),
		Guard:    whollyKnown(ctx, model.Guard),
	}
	problems := model.validate(ctx)
	if len(problems) > 0 {
		report(problems, diags)
		return deployment.Prepared{}
	}
	if known.Schedule {
		report(model.checkStart(r.env.clock.Now()), diags)
	}
	prepared, problems, err := r.env.preparer.Prepare(ctx, model.request(), deployment.PrepareOptions{
		Known: known, Guard: guardFrom(model.Guard), Preview: preview,
	})
	report(problems, diags)
	if err != nil {
		diags.Append(notPrepared(prepared.Request, err))
	}
	return prepared
}
