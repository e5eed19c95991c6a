// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// ModifyPlan checks a deployment and adds notices to the plan: the endpoints that it would reach,
// and the action that a destroy cancels. It plans an update of an action that is not finished. A
// plan without changes sends no request.
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
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, successorKey, nil)...)
		r.planDestroy(prior, &resp.Diagnostics)
		if r.env != nil && !req.ClientCapabilities.DeferralAllowed {
			r.planRemove(prior, &resp.Diagnostics)
		}
	case req.State.Raw.IsNull():
		var model actionModel
		resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("limited_by"), model.limitedBy())...)
		configured := configuredPackage(ctx, req.Config, &resp.Diagnostics)
		if r.env == nil || resp.Diagnostics.HasError() {
			return
		}
		given := model.settings(ctx, configured)
		hidden := given.conceal()
		ctx = hidden.Logs(ctx)
		defer hidden.Within(&resp.Diagnostics)
		digest, known := r.planSuccessor(ctx, given, req, resp)
		_, replaces := originOf(ctx, req.Private)
		if known && !replaces && r.planTainted(&given, digest, &resp.Diagnostics) {
			return
		}
		if unknown := model.unknown(ctx); len(unknown) > 0 && r.env.dispatcher.ExpectsAny() {
			resp.Diagnostics.Append(message.NoticeTaintedUnknown(given.request.String(), unknown))
		}
		// The plan with the prior state has searched for a replacement.
		r.planCreate(ctx, given, !replaces, &resp.Diagnostics)
		if resp.Diagnostics.HasError() { // during an apply, the old action may be gone
			resp.Diagnostics.Append(r.noticeNotReplaced(given.request.String())...)
		}
	default:
		var model, prior actionModel
		resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("limited_by"), model.limitedBy())...)
		configured := configuredPackage(ctx, req.Config, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		given := model.withGuard(ctx, req.Config, &resp.Diagnostics).settings(ctx, configured)
		hidden := given.conceal()
		ctx = hidden.Logs(ctx)
		defer hidden.Within(&resp.Diagnostics)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, successorKey, nil)...)
		if imported(ctx, req.Private) {
			r.planImported(ctx, model, prior, given, importedDetails(ctx, req.Private), resp)
			return
		}
		made, _ := originOf(ctx, req.Private)
		given.acceptsFailure = given.acceptsFailure || made.keepsFailure(model)
		r.planExisting(ctx, model, prior, given, resp)
	}
}

// withGuard returns the model with the guard of a configuration. The plan of an action that exists
// keeps the reviewed set of its deployment, and one that replaces the action has a new set.
func (m actionModel) withGuard(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) actionModel {
	diags.Append(config.GetAttribute(ctx, path.Root("guard"), &m.Guard)...)
	return m
}

// planCreate checks a deployment and adds notices about it. If searches, it also searches for an
// identical deployment, so that nobody approves a plan that the apply refuses, or that takes an
// action over. A search that fails is left to the apply.
func (r *actionResource) planCreate(ctx context.Context, given settings, searches bool, diags *diag.Diagnostics) {
	prepared := r.env.prepare(ctx, given, deployment.PrepareOptions{Preview: &given.preview}, diags)
	var found *deployment.PlannedDuplicate
	var search sync.WaitGroup
	if digest, known := r.digest(ctx, given); known && searches && given.duplicatesKnown {
		search.Go(func() { // beside the requests for the notices, to share them
			found, _ = r.env.dispatcher.PlanDuplicate(ctx, digest, given.request.Operation != nil, r.duplicates(given))
		})
	}
	if prepared.Reach != nil && given.notices && !diags.HasError() {
		diags.Append(r.env.planned(ctx, given, prepared)...)
	}
	if search.Wait(); found != nil && (given.notices || !found.Adopts) {
		diags.Append(message.NoticeDuplicate(given.request.String(), found))
	}
}

// duplicates returns what a creation does about an identical deployment.
func (r *actionResource) duplicates(given settings) deployment.Duplicates {
	duplicates := given.onDuplicates(r.env.serverClock.Now())
	duplicates.Managed, duplicates.Ended = true, true
	return duplicates
}

// planDestroy adds a notice about the action that a destroy cancels or keeps.
func (r *actionResource) planDestroy(prior actionModel, diags *diag.Diagnostics) {
	parts := prior.parts()
	over := scheduleFrom(prior.Schedule).Standing(parts, r.now()) == deployment.Over
	if len(parts) == 0 || over || !showsNotices(prior.Preview) {
		return
	}
	diags.Append(message.NoticeCancel(prior.describe(), parts, prior.OnDestroy.ValueString() == policyKeep))
}

// now returns the server's current time. Before the provider is configured it returns the zero
// time, at which no schedule has ended.
func (r *actionResource) now() time.Time {
	if r.env == nil {
		return time.Time{}
	}
	return r.env.serverClock.Now()
}

// planExisting plans an existing action: its replacement, if the deployment changes or must be made
// again, or an update in place of an action that is not finished, so that the next apply resumes
// waiting.
func (r *actionResource) planExisting(
	ctx context.Context, model, prior actionModel, given settings, resp *resource.ModifyPlanResponse,
) {
	changed := model.changed(ctx, prior)
	if len(changed) > 0 {
		if r.checkReplacement(prior, changed, &resp.Diagnostics); resp.Diagnostics.HasError() {
			return
		}
		resp.Diagnostics.Append(setPrivate(ctx, resp.Private, successorKey, successor{Changed: true})...)
		if r.planMove(ctx, prior, given, &resp.Diagnostics); resp.Diagnostics.HasError() {
			return
		}
	}
	if len(changed) > 0 || r.planRedeployment(ctx, model, prior, given, resp) {
		r.planReplacement(ctx, prior, given, &resp.Diagnostics)
		return
	}
	if unknown := model.unknown(ctx); len(unknown) > 0 {
		resp.Diagnostics.Append(message.NoticeUnknown(prior.describe(), unknown, prior.parts()))
	}
	if given.wait.known && given.wait.enabled && !prior.Finished.ValueBool() {
		markUnfinished(ctx, resp)
		switch parts := prior.parts(); {
		case r.succession(given, prior) == deployment.Halt:
			resp.Diagnostics.Append(message.NoticeHalted(given.request.String(), parts, r.recurs(prior), false))
			resp.Diagnostics.Append(r.otherOpen(ctx, prior)...)
		case given.notices:
			resp.Diagnostics.Append(message.NoticeResumes(parts))
		}
	}
}

// planMove is planRemove and planMoveTo of a changed deployment: elements of count have other
// indexes once one is inserted or removed.
func (r *actionResource) planMove(ctx context.Context, prior actionModel, given settings, diags *diag.Diagnostics) {
	if r.env == nil {
		return
	}
	digest, known := r.digest(ctx, given)
	if known && digest == prior.marker().Digest { // it changed in Tanium
		return
	}
	r.planRemove(prior, diags)
	if known {
		r.planMoveTo(given, digest, deployment.Marker{}, diags)
	}
}

// planRemove records the plan to destroy an action, and adds a notice if the same plan creates the
// same deployment at another address; an error if the action is not finished.
func (r *actionResource) planRemove(prior actionModel, diags *diag.Diagnostics) {
	parts := prior.parts()
	open, recurs := false, r.recurs(prior)
	switch scheduleFrom(prior.Schedule).Standing(parts, r.now()) {
	case deployment.Open, deployment.PartlyDeleted:
		open = prior.OnDestroy.ValueString() != policyKeep
	case deployment.Over, deployment.Deleted:
	}
	var stops *deployment.Stops
	underway := deployment.Reported(parts) > deployment.Ended(parts) // also if enough have completed it
	if open && (recurs || underway || !prior.Finished.ValueBool()) {
		stops = &deployment.Stops{Parts: parts, Recurs: recurs}
	}
	switch moves := r.env.dispatcher.PlanRemove(prior.marker(), stops); {
	case moves && stops != nil:
		diags.Append(message.MoveStops(prior.describe(), stops))
	case moves:
		diags.Append(message.NoticeRenamed(prior.describe()))
	}
}

// planMoveTo records the plan to create a deployment, and adds a notice if the same plan destroys
// it at another address; see planRemove. It reports whether it does. tainted is the marker of a
// tainted object with the same deployment; the zero value for none.
func (r *actionResource) planMoveTo(
	given settings, digest uint64, tainted deployment.Marker, diags *diag.Diagnostics,
) bool {
	if given.duplicates == deployment.DuplicateIgnore {
		return false
	}
	moves, stops := r.env.dispatcher.PlanCreate(digest, tainted)
	switch {
	case stops != nil:
		diags.Append(message.MoveStops(given.request.String(), stops))
	case moves:
		diags.Append(message.NoticeRenamed(given.request.String()))
	}
	return moves
}

// checkReplacement reports changed arguments that an apply finds although its plan did not know
// them. Terraform plans once more during an apply, and refuses a replacement that the plan did not
// have. The protocol does not tell that plan from another one, except that something was applied
// before in the same run, or that the object was refreshed before.
func (r *actionResource) checkReplacement(prior actionModel, changed []string, diags *diag.Diagnostics) {
	switch {
	case r.env == nil || r.env.refreshed(prior.ID.ValueString()):
	case r.env.applying.Load():
		diags.Append(message.KnownOnlyNow(prior.describe(), changed, prior.parts()))
	default:
		diags.Append(message.NoticeKnownOnlyNow(prior.describe(), changed))
	}
}

// planRedeployment plans a replacement of an action that failed, if on_failure is "error", and of a
// deployment with scheduled actions that were deleted for some platforms, so that the others stay
// in the state until they are cancelled. It returns whether it did.
func (r *actionResource) planRedeployment(
	ctx context.Context, model, prior actionModel, given settings, resp *resource.ModifyPlanResponse,
) bool {
	parts := prior.parts()
	set := func(name string, value any) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
	if scheduleFrom(prior.Schedule).Standing(parts, r.now()) == deployment.PartlyDeleted {
		resp.Diagnostics.Append(message.NoticeIncomplete(parts))
		set("actions", types.ListUnknown(types.ObjectType{AttrTypes: partTypes()}))
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("actions"))
		return true
	}
	if !given.wait.known || model.OnFailure.IsUnknown() || !prior.Finished.ValueBool() || prior.Succeeded.ValueBool() ||
		!model.redeploys(given) && !given.acceptsFailure {
		return false
	}
	verdict := given.wait.policy.Judge(parts, integer(prior.TargetedEndpointCount))
	if verdict.Succeeded { // wait has changed since; the update evaluates the results again
		if given.notices {
			resp.Diagnostics.Append(message.NoticeAccepted(parts))
		}
		set("succeeded", types.BoolUnknown())
		return false
	}
	if given.acceptsFailure {
		return false
	}
	set("succeeded", types.BoolUnknown())
	if r.succession(given, prior) == deployment.Halt { // the update fails
		resp.Diagnostics.Append(message.NoticeHalted(given.request.String(), parts, r.recurs(prior), false))
		resp.Diagnostics.Append(r.otherOpen(ctx, prior)...)
		return false
	}
	if !model.OnFailure.Equal(prior.OnFailure) {
		r.checkReplacement(prior, []string{"on_failure"}, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return false
	}
	resp.Diagnostics.Append(message.NoticeRedeploy(parts, verdict))
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, successorKey, successor{Failed: true})...)
	resp.RequiresReplace = append(resp.RequiresReplace, path.Root("succeeded"))
	return true
}

// planReplacement adds the notices of a replacement: about the action that is cancelled, and about
// the new deployment. Terraform plans the new deployment a second time, without the prior state,
// and drops the warnings of that plan.
func (r *actionResource) planReplacement(
	ctx context.Context, prior actionModel, given settings, diags *diag.Diagnostics,
) {
	var created diag.Diagnostics
	if r.env != nil {
		r.planCreate(ctx, given, true, &created)
	}
	if !created.HasError() { // otherwise, nothing is cancelled
		r.planDestroy(prior, diags)
	}
	diags.Append(created...)
}

// planImported compares an imported action with the configuration. It plans a replacement and lists
// the differences, or, if there are none, an update in place that adopts the configuration and
// deploys nothing.
func (r *actionResource) planImported(
	ctx context.Context, model, prior actionModel, given settings, details *gateway.ScheduledActionDetails,
	resp *resource.ModifyPlanResponse,
) {
	markUnfinished(ctx, resp)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("targeted_endpoint_count"), types.Int64Unknown())...)
	if r.env == nil || details == nil {
		return
	}
	if unknown := model.unknown(ctx); len(unknown) > 0 {
		resp.Diagnostics.Append(message.NoticeUnknown(prior.describe(), unknown, prior.parts()))
		return
	}
	problems, err := r.checkImportedGroup(ctx, given.request.Targets.ComputerGroup, details)
	if err != nil {
		resp.Diagnostics.Append(message.ReadFailure("look up the computer group of the imported action", err))
		return
	}
	message.Report(problems, &resp.Diagnostics)
	if len(problems) > 0 {
		return
	}
	prepared := r.env.prepare(ctx, given, deployment.PrepareOptions{}, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	differences, err := prepared.Request.Differences(ctx, r.env.lookup, prepared.Spec, details)
	if err != nil {
		resp.Diagnostics.Append(message.ReadFailure("compare the imported action with the configuration", err))
		return
	}
	differences = append(renamed(model, prior), differences...)
	if len(differences) == 0 {
		if given.notices {
			resp.Diagnostics.Append(message.NoticeAdopts(model.parts(), given.wait.enabled))
		}
		return
	}
	var changed []string
	for _, difference := range differences {
		at := message.AttributePath(difference.Path[:1])
		resp.RequiresReplace = append(resp.RequiresReplace, at)
		changed = append(changed, at.String())
	}
	if r.checkReplacement(prior, slices.Compact(changed), &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(message.NoticeImported(differences))
	r.planCreate(ctx, given, true, &resp.Diagnostics)
	resp.RequiresReplace = append(resp.RequiresReplace, path.Root("actions"))
}

// renamed returns the configured name and comment if they are not those of an imported action. A
// null in the state is one that Tanium does not show.
func renamed(model, prior actionModel) []catalog.Problem {
	var differences []catalog.Problem
	for _, argument := range []struct {
		name              string
		configured, shown types.String
	}{{"name", model.Name, prior.Name}, {"comment", model.Comment, prior.Comment}} {
		if argument.shown.IsNull() || storedAs(argument.configured.ValueString(), argument.shown.ValueString()) {
			continue
		}
		configured := "not set"
		if !argument.configured.IsNull() {
			configured = strconv.Quote(argument.configured.ValueString())
		}
		differences = append(differences, deployment.Different(catalog.Path{argument.name},
			strconv.Quote(argument.shown.ValueString()), configured))
	}
	return differences
}

// checkImportedGroup reports a configured computer group that Tanium created from the filter,
// endpoint IDs or platforms of the imported action. Such a group has no name and cannot be looked
// up. -generate-config-out writes its ID, because without a group the configuration would target
// all computers.
func (r *actionResource) checkImportedGroup(
	ctx context.Context, configured *gateway.Ref, details *gateway.ScheduledActionDetails,
) ([]catalog.Problem, error) {
	imported := details.Targets.TargetGroup
	if configured == nil || configured.ID == "" || gateway.Deref(imported.Name) != "" ||
		gateway.Deref(imported.Id) != configured.ID {
		return nil, nil
	}
	at := catalog.Path{"targets", "computer_group"}
	problems, err := r.env.lookup.CheckComputerGroup(ctx, *configured, at)
	if err != nil || len(problems) == 0 {
		return nil, err
	}
	return []catalog.Problem{{Path: at, Summary: "Targets of the imported action are not known",
		Detail: fmt.Sprintf("The action was deployed with a filter, endpoint IDs or platforms. "+
			"Tanium shows only the ID %s of the group that it created from them. Remove computer_group and set "+
			"filter, endpoint_ids or platforms instead. The apply then adopts them and deploys nothing.",
			configured.ID)}}, nil
}

// markUnfinished plans an update in place that resumes waiting.
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
