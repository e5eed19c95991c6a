// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// The functions in this file keep Terraform from running an action again that nobody asked to run
// again. Terraform taints whatever a failed creation leaves, and replaces it: it destroys the old
// object and creates a new one. If both are the same deployment, the destroy hands the deployment
// over, and the creation takes it.

// planSuccessor leaves in the private state of the plan of a creation what the destroy of the
// object that it replaces needs to know. It returns the digest of the deployment, if it is known.
func (r *actionResource) planSuccessor(
	ctx context.Context, given settings, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) (digest uint64, known bool) {
	digest, known = r.digest(ctx, given)
	next := successor{
		Digest: digest, Known: known, Policy: given.wait.policy, Accepts: given.acceptsFailure,
		Ignores: given.duplicates == deployment.DuplicateIgnore,
	}
	if earlier, ok := successorOf(ctx, req.Private); ok { // of the plan with the prior state
		next.Failed, next.Changed = earlier.Failed, earlier.Changed
	}
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, successorKey, next)...)
	return digest, known
}

// digest returns the digest of a deployment; false if it is not known yet, or if its package cannot
// be looked up. The check of the deployment reports why.
func (r *actionResource) digest(ctx context.Context, given settings) (uint64, bool) {
	if r.env == nil || !given.complete {
		return 0, false
	}
	return r.env.preparer.Digest(ctx, given.request)
}

// expect records what a refresh found of an action whose creation failed. The plan of its
// replacement says what the apply does with it.
func (r *actionResource) expect(model actionModel, parts []deployment.Part) {
	if marker := model.marker(); marker != (deployment.Marker{}) {
		r.env.dispatcher.Expect(marker, deployment.Expectation{
			Parts: parts, Targeted: integer(model.TargetedEndpointCount),
			Continues: scheduleFrom(model.Schedule).Continues(r.env.serverClock.Now()),
		})
	}
}

// planTainted plans the creation that replaces a tainted object with the same deployment, and
// reports whether it did. Nothing is counted for a deployment that is not made.
//
// Without a refresh, the plan does not know whether the object is tainted. It then does not hold
// the guard: an action that has worked may leave nobody that matches. The creation holds it.
func (r *actionResource) planTainted(given *settings, digest uint64, diags *diag.Diagnostics) bool {
	if r.env.dispatcher.Handed(digest) { // by the destroy, in the same apply
		return true
	}
	expected, ok := r.env.dispatcher.Expected(digest)
	if r.planMoveTo(*given, digest, expected.Marker, diags) {
		given.known.Guard = false
		return diags.HasError()
	}
	if !ok && r.env.dispatcher.HoldsDigest(digest) {
		diags.Append(message.NoticeHeld(given.request.String()))
		given.known.Guard = false
	}
	if !ok {
		return false
	}
	policy := given.wait.policy
	succession := policy.Succession(expected.Parts, expected.Targeted, given.acceptsFailure, expected.Continues,
		r.env.serverClock.Now())
	if succession == deployment.RunAgain {
		diags.Append(message.NoticeRedeploy(expected.Parts, policy.Judge(expected.Parts, expected.Targeted)))
		return false
	}
	switch {
	case succession == deployment.Halt: // an error would also fail the plan that a destroy makes first
		diags.Append(message.NoticeHalted(given.request.String(), expected.Parts,
			expected.Continues, true))
	case given.notices:
		finished := policy.Finished(expected.Parts, expected.Targeted)
		diags.Append(message.NoticeTakesOver(given.request.String(), expected.Parts, finished,
			given.duplicates == deployment.DuplicateAdopt))
	}
	return true
}

// succeed decides what becomes of an action that Terraform destroys, although nobody asked to run
// its deployment again. It returns whether the destroy is to cancel the action.
func (r *actionResource) succeed(
	ctx context.Context, model actionModel, next successor, diags *diag.Diagnostics,
) (cancels bool) {
	parts := model.parts()
	for i, part := range parts {
		read, err := deployment.Read(ctx, r.env.client(), part, deployment.ReadLatest)
		if err != nil && !errors.Is(err, deployment.ErrGone) {
			diags.Append(message.NotSucceeded(model.describe(), part, err))
			return false
		}
		parts[i] = read
	}
	count := integer(model.TargetedEndpointCount)
	now := r.env.serverClock.Now()
	continues := r.recurs(model)
	switch next.Policy.Succession(parts, count, next.Accepts, continues, now) {
	case deployment.RunAgain:
		return true
	case deployment.Halt:
		diags.Append(message.Halted(model.describe(), parts, continues))
		return false
	case deployment.TakeOver:
	}
	if !next.Known {
		diags.Append(message.SuccessorUnknown(model.describe(), parts))
		return false
	}
	// The creation finds what it looks up in memory, so that no request can fail before it has the
	// action in the state again.
	request := model.settings(ctx, model.Package).request
	if err := r.env.preparer.Lookup(ctx, request); err != nil {
		diags.Append(message.NotPrepared(request, err))
		return false
	}
	r.env.dispatcher.HandOver(deployment.Handover{Parts: parts, Targeted: count, Marker: model.marker()})
	conceal.LogInfo(ctx, "left an action to the resource that replaces it", map[string]any{
		"scheduled_action_id": parts[0].ScheduledActionID,
	})
	return false
}

// checkOthers refuses to cancel an action that the same deployment replaces if another one is open:
// the creation would then fail because of it, or adopt it.
func (r *actionResource) checkOthers(ctx context.Context, model actionModel) diag.Diagnostics {
	others, err := r.env.dispatcher.Others(ctx, model.marker())
	switch {
	case err != nil:
		return diag.Diagnostics{message.ReadFailure("look for other deployments of "+model.describe(), err)}
	case others != nil:
		return diag.Diagnostics{message.NotReplaced(model.describe(), model.parts(), others)}
	default:
		return nil
	}
}

// otherOpen returns a warning if the deployment of a stopped action is open once more, and not
// in the state: changed triggers would deploy the action beside that one. A search that fails is no
// error here.
func (r *actionResource) otherOpen(ctx context.Context, prior actionModel) diag.Diagnostics {
	if r.env == nil || prior.marker() == (deployment.Marker{}) {
		return nil
	}
	others, err := r.env.dispatcher.Others(ctx, prior.marker())
	if err != nil || others == nil || others.Holder != deployment.HolderUnknown {
		return nil
	}
	return diag.Diagnostics{message.NoticeOtherOpen(prior.describe(), others.Existing)}
}

// keepPrivate sets the private state that an object keeps if its destroy fails. Terraform gives a
// destroy the private state of the plan, which a tainted object has not contributed to: the object
// is then marked again as one whose creation failed.
func keepPrivate(ctx context.Context, resp *resource.DeleteResponse) {
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, successorKey, nil)...)
	if _, own := originOf(ctx, resp.Private); !own {
		resp.Diagnostics.Append(saveOrigin(ctx, resp.Private, origin{Failed: true})...)
	}
}

// asked returns whether somebody asked for the replacement of the object with the given private
// state: by a change, or by -replace. Terraform plans the replacement of a tainted object without
// the private state of the object.
func asked(ctx context.Context, private privateState, next successor) bool {
	_, own := originOf(ctx, private)
	return own && !next.Failed
}

// takeOver takes a deployment that a destroy in this run handed over, and waits for it.
// The state comes first, so that no failure loses the action.
func (r *actionResource) takeOver(
	ctx context.Context, model actionModel, given settings, left deployment.Handover, resp *resource.CreateResponse,
) {
	model.TargetedEndpointCount = numberValue(left.Targeted)
	r.saveCreated(ctx, &model, left.Parts, left.Marker, 0, true, resp)
	limit, known := r.env.remainingTime(left.Parts)
	if !known { // it is not issued yet; its arguments were checked when it was deployed
		prepared, _, err := r.env.preparer.Prepare(ctx, given.request, deployment.PrepareOptions{
			Known: deployment.Known{Package: true},
		})
		if err != nil {
			resp.Diagnostics.Append(message.NotPrepared(given.request, err))
			return
		}
		limit = r.env.waitLimit(prepared)
	}
	timeout, diags := model.Timeouts.Create(ctx, limit)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || !given.wait.enabled {
		return
	}
	waiting := pending{given: given, parts: left.Parts, timeout: timeout, report: given.quiet()}
	r.await(ctx, &model, waiting, &resp.State, &resp.Diagnostics)
}

// saveCreated saves a deployment that has just been made or taken over in the state. shown reports
// that Tanium shows its scheduled actions.
func (r *actionResource) saveCreated(
	ctx context.Context, model *actionModel, parts []deployment.Part, marker deployment.Marker, adoption uint64,
	shown bool, resp *resource.CreateResponse,
) {
	model.Finished, model.Succeeded, model.Marker = types.BoolValue(false), types.BoolNull(), markerText(marker)
	model.setParts(parts, r.env.client().Address())
	resp.Diagnostics.Append(resp.State.Set(ctx, *model)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, *model)...)
	made := origin{Adoption: adoption}
	if !shown {
		made.Unseen = r.env.clock.Now().UTC()
	}
	resp.Diagnostics.Append(saveOrigin(ctx, resp.Private, made)...)
}

// markFailed records in the private state that the creation ended with an error, if it left an
// object. Terraform then taints the object.
func markFailed(ctx context.Context, resp *resource.CreateResponse) {
	if made, ok := originOf(ctx, resp.Private); ok && resp.Diagnostics.HasError() {
		made.Failed = true
		resp.Diagnostics.Append(saveOrigin(ctx, resp.Private, made)...)
	}
}
