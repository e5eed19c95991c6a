// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

var (
	_ resource.Resource                   = &actionResource{}
	_ resource.ResourceWithConfigure      = &actionResource{}
	_ resource.ResourceWithModifyPlan     = &actionResource{}
	_ resource.ResourceWithValidateConfig = &actionResource{}
)

// actionResource is the resource tanium_action.
type actionResource struct {
	env *environment
}

func newActionResource() resource.Resource { return &actionResource{} }

// defaultDeleteTimeout limits a cancellation, which takes a few requests.
const defaultDeleteTimeout = 5 * time.Minute

func (r *actionResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_action"
}

func (r *actionResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = withTypes(actionSchema(ctx))
}

func (r *actionResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

// Create deploys the action, saves its IDs in the state, and then waits for it to finish.
func (r *actionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model actionModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	configured := configuredPackage(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	given := model.settings(ctx, configured)
	hidden := given.conceal()
	ctx = hidden.Logs(ctx)
	defer hidden.Within(&resp.Diagnostics)
	defer markFailed(ctx, resp)
	digest, known := r.digest(ctx, given)
	if known {
		if left, ok := r.env.dispatcher.Take(digest); ok {
			if given.notices {
				resp.Diagnostics.Append(message.NoticeTookOver(given.request.String(), left.Parts))
			}
			r.takeOver(ctx, model, given, left, resp)
			return
		}
	}
	request := given.request
	prepared, dispatched, err := r.dispatch(ctx, given, digest, known, &resp.Diagnostics)
	parts := dispatched.Parts
	renamed := (*deployment.Renamed)(nil)
	if errors.As(err, &renamed) && (renamed.Kept || !request.Schedule.Recurring()) {
		resp.Diagnostics.Append(message.NoticeMoved(request.String(), renamed.Left.Parts))
		r.takeOver(ctx, model, given, renamed.Left, resp)
		return
	}
	if err != nil && !errors.Is(err, errNotPrepared) {
		resp.Diagnostics.Append(message.NotDeployed(request, err, message.ResourceRecovery())...)
	}
	resp.Diagnostics.Append(message.NoticeDispatched(request.String(), dispatched)...)
	if renamed != nil {
		// Without a state, the next apply would deploy. With it, that one does as after any failed
		// creation.
		left := renamed.Left
		model.TargetedEndpointCount = numberValue(left.Targeted)
		r.saveCreated(ctx, &model, left.Parts, left.Marker, 0, true, resp)
		return
	}
	if len(parts) == 0 {
		if !deployment.MayBeMade(err) {
			resp.Diagnostics.Append(r.noticeNotReplaced(request.String())...)
		}
		return
	}
	conceal.LogInfo(ctx, "deployed an action", map[string]any{
		"scheduled_action_id": parts[0].ScheduledActionID,
		"action_id":           parts[0].ActionID,
		"endpoints":           dispatched.Targeted,
	})

	model.TargetedEndpointCount = numberValue(dispatched.Targeted)
	// The state comes first, so that no later failure loses the IDs.
	shown := !dispatched.MarkerLost && dispatched.Unchecked == nil
	r.saveCreated(ctx, &model, parts, dispatched.Marker, dispatched.Adoption, shown, resp)
	timeout, diags := model.Timeouts.Create(ctx, r.env.waitLimit(prepared))
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || !given.wait.enabled {
		return
	}
	waiting := pending{given: given, parts: parts, timeout: timeout, report: given.report, counted: dispatched.Counted}
	if waiting.justRead = len(dispatched.Adopted) == 0; !waiting.justRead {
		waiting.report = given.quiet()
	}
	r.await(ctx, &model, waiting, &resp.State, &resp.Diagnostics)
}

// errNotPrepared is the error of a deployment that the diagnostics say why it was not prepared.
var errNotPrepared = errors.New("not prepared")

// dispatch checks a deployment again and deploys it: unknown values are known now, and Tanium may
// have changed since the plan. It does not run a deployment again that this run destroys under
// another address.
func (r *actionResource) dispatch(
	ctx context.Context, given settings, digest uint64, known bool, diags *diag.Diagnostics,
) (prepared deployment.Prepared, dispatched deployment.Dispatched, err error) {
	end := func(err error) error { return err }
	if known && given.duplicates != deployment.DuplicateIgnore {
		if end, err = r.env.dispatcher.BeginCreate(digest); err != nil {
			return prepared, dispatched, err
		}
	}
	options := deployment.PrepareOptions{Preview: &given.preview, Deploys: true}
	if prepared = r.env.prepare(ctx, given, options, diags); diags.HasError() {
		return prepared, dispatched, end(errNotPrepared)
	}
	dispatched, err = r.env.dispatcher.Dispatch(ctx, prepared, r.duplicates(given))
	if len(dispatched.Parts) == 0 {
		err = end(err)
	} else {
		_ = end(nil)
	}
	return prepared, dispatched, err
}

// Update never deploys. It saves the configuration, adopts an imported action, and resumes waiting
// for an action that is not finished.
func (r *actionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var model, prior actionModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	configured := configuredPackage(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	given := model.settings(ctx, configured)
	hidden := given.conceal()
	ctx = hidden.Logs(ctx)
	defer hidden.Within(&resp.Diagnostics)
	parts := prior.parts()
	if resp.Diagnostics.HasError() {
		return
	}
	if changed := model.changed(ctx, prior); len(changed) > 0 && !imported(ctx, req.Private) {
		resp.Diagnostics.Append(message.KnownOnlyNow(given.request.String(), changed, parts))
		return
	}
	model.TargetedEndpointCount, model.Marker = prior.TargetedEndpointCount, prior.Marker
	model.Finished, model.Succeeded = prior.Finished, prior.Succeeded
	if imported(ctx, req.Private) {
		model.TargetedEndpointCount = r.countAdopted(ctx, given.request, parts, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	model.setParts(parts, r.env.client().Address())
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, model)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...) // this apply adopts the configuration
	made, _ := originOf(ctx, req.Private)
	made.Failed = false // an update is not that of a tainted resource
	kept := made.keepsFailure(model)
	given.acceptsFailure = given.acceptsFailure || kept
	resp.Diagnostics.Append(saveOrigin(ctx, resp.Private, made)...)
	if prior.Finished.ValueBool() {
		r.updateFinished(ctx, &model, prior, given, resp)
		return
	}
	if resp.Diagnostics.HasError() || !given.wait.enabled {
		return
	}
	finished := given.wait.policy.Finished(parts, integer(model.TargetedEndpointCount))
	if !finished && r.succession(given, prior) == deployment.Halt {
		resp.Diagnostics.Append(message.Halted(given.request.String(), parts, r.recurs(prior)))
		resp.Diagnostics.Append(r.otherOpen(ctx, prior)...)
		return
	}
	if other := r.findAnother(ctx, parts); other != nil {
		resp.Diagnostics.Append(message.OtherDeployment(given.request.String(), other))
		return
	}
	limit, known := r.env.remainingTime(parts)
	if !known {
		prepared := r.env.prepare(ctx, given, deployment.PrepareOptions{}, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		limit = r.env.waitLimit(prepared)
	}
	timeout, diags := model.Timeouts.Update(ctx, limit)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	waiting := pending{given: given, parts: parts, timeout: timeout, report: given.quiet(), updates: true,
		imported: kept}
	r.await(ctx, &model, waiting, &resp.State, &resp.Diagnostics)
}

// Read reads an action that may still change, once and without waiting. It sends no request for an
// action that is over, which Tanium may have purged. It decides the result only if no apply waits
// for the action, or if endpoints have reported since a result that was made without them.
func (r *actionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model actionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, model)...)
	parts := model.parts()
	if resp.Diagnostics.HasError() || len(parts) == 0 {
		return
	}
	if resp.Diagnostics.Append(r.checkServer(ctx, model, parts)...); resp.Diagnostics.HasError() {
		return
	}
	schedule := scheduleFrom(model.Schedule)
	read, done := ctx.Value(refreshKey{}).(refresh)
	if !done {
		read = refreshParts(ctx, r.env.client(), parts, schedule, r.now())
	}
	var another *deployment.Another
	if errors.As(read.err, &another) {
		resp.Diagnostics.Append(message.OtherDeployment(model.describe(), another))
		return
	}
	if read.err != nil {
		resp.Diagnostics.Append(message.ReadFailure("read action "+message.PartIDs(read.failed), read.err))
		return
	}
	stored := parts
	parts = read.parts
	made, _ := originOf(ctx, req.Private)
	if made.Failed {
		r.expect(model, parts)
	}
	if schedule.Standing(parts, r.now()) == deployment.Deleted && !made.Failed {
		if r.env.clock.Now().Sub(made.Unseen) < settleTime {
			resp.Diagnostics.Append(message.NoticeHidden(parts, made.Unseen, settleTime))
			return // keep the state
		}
		open, err := deployment.ReadOpen(ctx, r.env.client(), parts)
		switch {
		case err != nil:
			resp.Diagnostics.Append(message.ReadFailure("read action "+message.AllPartIDs(parts), err))
			return
		case len(open) > 0: // a deployment beside it would run twice, and a destroy would not find it
			resp.Diagnostics.Append(message.NoticeDeletedOpen(open))
			return
		}
		resp.Diagnostics.Append(message.NoticeDeleted(parts))
		resp.State.RemoveResource(ctx)
		return
	}
	if schedule.Continues(r.now()) && !made.Failed && !imported(ctx, req.Private) {
		resp.Diagnostics.Append(r.readDrift(ctx, &model, parts)...)
	}
	model.setParts(parts, r.env.client().Address())
	wait, finished := waitFrom(model.Wait), model.Finished.ValueBool()
	switch {
	case imported(ctx, req.Private): // the apply that adopts it judges it by the configuration
	case (!finished && !wait.enabled) || (finished && wait.policy.Completes(stored, parts)):
		model.judge(parts, wait.policy)
		failed := !finished && model.Finished.ValueBool() && !model.Succeeded.ValueBool()
		if failed && model.OnFailure.ValueString() != policyError && len(deployment.Stopped(parts)) > 0 {
			resp.Diagnostics.Append(message.NoticeStopped(model.describe(), parts))
		}
	}
	if !made.Failed {
		model.correct(parts, wait.policy)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// correct changes a verdict that the parts contradict, as in a state that somebody edited. It keeps
// a success, because wait may have changed since, and does not deploy again what succeeded.
func (m *actionModel) correct(parts []deployment.Part, policy deployment.Policy) {
	unsettled := func(part deployment.Part) bool { return !deployment.Terminal(part.Status) || part.Reporting() }
	switch finished := m.Finished.ValueBool(); {
	case !finished:
		m.Succeeded = types.BoolNull()
	case m.Succeeded.IsNull():
		m.Finished = types.BoolValue(false)
		m.judge(parts, policy)
	case !m.Succeeded.ValueBool() && !slices.ContainsFunc(parts, unsettled):
		m.judge(parts, policy)
	}
}

// findAnother reads the scheduled actions of parts, and returns the first that is another
// deployment; nil for none. A wait follows an action by its ID, and does not read the scheduled
// action again. What cannot be read is left to the wait.
func (r *actionResource) findAnother(ctx context.Context, parts []deployment.Part) *deployment.Another {
	for _, part := range parts {
		var another *deployment.Another
		_, err := deployment.Read(ctx, r.env.client(), part, deployment.ReadSchedule)
		if errors.As(err, &another) {
			return another
		}
	}
	return nil
}

// updateFinished evaluates the results of a finished action again, because a changed wait may
// accept its failures. It does not deploy again what somebody stopped.
func (r *actionResource) updateFinished(
	ctx context.Context, model *actionModel, prior actionModel, given settings, resp *resource.UpdateResponse,
) {
	if prior.Succeeded.ValueBool() {
		return
	}
	parts := prior.parts()
	if model.judge(parts, given.wait.policy).Succeeded {
		resp.Diagnostics.Append(resp.State.Set(ctx, *model)...)
		return
	}
	if model.redeploys(given) && r.succession(given, prior) == deployment.Halt {
		resp.Diagnostics.Append(message.Halted(given.request.String(), parts, r.recurs(prior)))
		resp.Diagnostics.Append(r.otherOpen(ctx, prior)...)
	}
}

// redeploys returns whether the next apply deploys a failed action again. Without a wait, it does
// so only if on_failure is set to "error" explicitly.
func (m actionModel) redeploys(given settings) bool {
	return !given.acceptsFailure && (given.wait.enabled || m.OnFailure.ValueString() == policyError)
}

// succession returns what becomes of the action in the state if it is to be deployed again.
func (r *actionResource) succession(given settings, prior actionModel) deployment.Succession {
	return given.wait.policy.Succession(prior.parts(), integer(prior.TargetedEndpointCount), given.acceptsFailure,
		r.recurs(prior), r.now())
}

// recurs returns whether the schedule of an action would issue more actions.
func (r *actionResource) recurs(prior actionModel) bool {
	return scheduleFrom(prior.Schedule).Continues(r.now())
}

// noticeNotReplaced returns the warning of a deployment that failed after this run cancelled the
// action that it was probably to replace; nil if there is none.
func (r *actionResource) noticeNotReplaced(name string) diag.Diagnostics {
	cancelled := r.env.dispatcher.CancelledAs(name)
	if len(cancelled) == 0 {
		return nil
	}
	return diag.Diagnostics{message.NoticeNotReplaced(name, cancelled)}
}

// pending is an action that an apply waits for.
type pending struct {
	given settings
	parts []deployment.Part
	// justRead reports that the parts have just been deployed.
	justRead bool
	timeout  time.Duration
	// report is which endpoints a failure names.
	report deployment.FailureReport
	// counted are the first endpoints that were counted before the deployment, if this run made it.
	counted []gateway.Endpoint
	// updates reports an update, whose failure does not taint the resource.
	updates bool
	// imported reports that a failure is final, because the action was imported.
	imported bool
}

// await waits for an action to finish, saves the last results in the state, and reports how the
// wait ended.
func (r *actionResource) await(
	ctx context.Context, model *actionModel, waiting pending, state *tfsdk.State, diags *diag.Diagnostics,
) {
	given := waiting.given
	watch := r.env.watch(given.wait, integer(model.TargetedEndpointCount))
	watch.JustRead = waiting.justRead
	watch.OnProgress = func(parts []deployment.Part) { r.logProgress(ctx, parts) }
	ending := watch.Await(ctx, waiting.parts, waiting.timeout)
	endpoints := r.env.endpointsOf(ctx, waiting.report, watch, ending, waiting.counted)
	model.setParts(ending.Parts, r.env.client().Address())
	url := model.ConsoleURL.ValueString()
	switch {
	case ending.Kind != deployment.Finished:
		diags.Append(message.DiagnoseEnding(ending, url, endpoints, given.warns(ending.Kind), waiting.updates))
	case !ending.Verdict.Succeeded:
		model.Finished, model.Succeeded = types.BoolValue(true), types.BoolValue(false)
		keeps := model.OnDestroy.ValueString() == policyKeep
		if waiting.imported {
			endpoints += message.ImportedFailed(ending.Parts)
		}
		diags.Append(message.ActionFailed(ending, url, endpoints, given.acceptsFailure, keeps))
	default:
		model.Finished, model.Succeeded = types.BoolValue(true), types.BoolValue(true)
		diags.Append(message.Accepted(given.request.String(), ending.Parts, ending.Verdict)...)
		if model.StopFinished.ValueBool() {
			r.stopFinished(ctx, model, ending.Parts, diags)
		}
	}
	diags.Append(state.Set(ctx, *model)...)
}

// logProgress logs how far an action is.
func (r *actionResource) logProgress(ctx context.Context, parts []deployment.Part) {
	fields := map[string]any{
		"scheduled_action_id": message.ScheduledIDs(parts), "status": message.Status(parts),
		"results": deployment.Results(parts), "url": r.env.client().Address().ConsoleURL(),
	}
	if id := parts[0].ActionID; id != "" {
		fields["action_id"], fields["url"] = id, r.env.actionURL(id)
	}
	conceal.LogInfo(ctx, "following an action", fields)
}

// stopFinished stops an action that succeeded and is still open, and reads it again.
func (r *actionResource) stopFinished(
	ctx context.Context, model *actionModel, parts []deployment.Part, diags *diag.Diagnostics,
) {
	if err := deployment.Stop(ctx, r.env.client(), parts); err != nil {
		diags.AddWarning("Finished action was not stopped",
			fmt.Sprintf("%s. The action succeeded. It stays open until it expires or is destroyed.", err))
		return
	}
	for i, part := range parts {
		read, err := deployment.Read(ctx, r.env.client(), part, deployment.ReadLatest)
		if err == nil {
			parts[i] = read
		}
	}
	model.setParts(parts, r.env.client().Address())
}

// judge sets finished and succeeded if the deployment is finished.
func (m *actionModel) judge(parts []deployment.Part, policy deployment.Policy) deployment.Verdict {
	targeted := integer(m.TargetedEndpointCount)
	if !policy.Finished(parts, targeted) {
		return deployment.Verdict{}
	}
	verdict := policy.Judge(parts, targeted)
	m.Finished, m.Succeeded = types.BoolValue(true), types.BoolValue(verdict.Succeeded)
	return verdict
}
