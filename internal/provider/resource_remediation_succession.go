// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// The functions in this file keep a run whose creation failed, which Terraform taints and replaces;
// see resource_action_succession.go. The destroy hands an unfinished run over to the creation,
// which waits for it. It hands over a finished one, too, if endpoints did not answer the
// verification: the creation asks them again, and deploys if too many others match. Any other
// finished one is cancelled: the creation deploys to those that match then.

// planSuccessor leaves in the private state of the plan of a creation what the destroy of the
// object that it replaces needs to know, and reports whether the creation takes over its run.
func (r *remediationResource) planSuccessor(
	ctx context.Context, given settings, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) (takesOver bool) {
	var next successor
	if given.complete {
		next.Digest, next.Known = r.env.preparer.Digest(ctx, given.request)
	}
	expected, ok := r.env.dispatcher.Expected(next.Digest)
	next.Again = next.Known && expected.Again
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, successorKey, next)...)
	if getPrivate(ctx, req.Private, runKey, new(remediationRun)) || !next.Known {
		return false
	}
	if r.env.dispatcher.Handed(next.Digest) { // by the destroy, in the same apply
		return true
	}
	switch {
	case !ok:
		return false
	case len(deployment.StoppedEarly(expected.Parts, r.env.serverClock.Now())) > 0:
		// An error would fail the plan that a destroy makes first.
		resp.Diagnostics.Append(message.NoticeHalted(given.request.String(), expected.Parts, false, true))
		return true
	case given.wait.policy.Finished(expected.Parts, expected.Targeted) && (!expected.Unverified || expected.Again):
		return false
	case given.notices:
		resp.Diagnostics.Append(message.NoticeResumesVerification(expected.Parts))
	}
	return true
}

// leaves decides what becomes of the run of an object that Terraform replaces, and reports whether
// the destroy is to cancel it. Without its own private state, the object is tainted.
func (r *remediationResource) leaves(
	ctx context.Context, model remediationModel, parts []deployment.Part, next successor, private privateState,
	diags *diag.Diagnostics,
) bool {
	marker := model.deployment().marker()
	if getPrivate(ctx, private, runKey, new(remediationRun)) || next.Known && next.Digest != marker.Digest {
		return true
	}
	name, targeted := model.deployment().describe(), integer(model.TargetedEndpointCount)
	if !r.latest(ctx, name, parts, diags) {
		return false
	}
	if len(deployment.StoppedEarly(parts, r.env.serverClock.Now())) > 0 {
		diags.Append(message.Halted(name, parts, false))
		return false
	}
	given := model.settings(ctx, model.Package)
	if !next.Known || given.wait.policy.Finished(parts, targeted) && !model.awaitsAnswers() {
		return true
	}
	// The creation finds what it looks up in memory, so that no request can fail before it has the
	// action in the state again.
	if err := r.env.preparer.Lookup(ctx, given.request); err != nil {
		diags.Append(message.NotPrepared(given.request, err))
		return false
	}
	left := deployment.Handover{
		Parts: parts, Targeted: targeted, Marker: marker,
		Again: next.Again,
	}
	if model.awaitsAnswers() {
		left.Unverified = int(model.UnverifiedCount.ValueInt64())
		left.UnverifiedEndpoints = endpointsOf(model.Unverified)
	}
	r.env.dispatcher.HandOver(left)
	return false
}

// keepRun marks an object whose destroy fails again as one whose creation failed. Terraform gives
// the destroy of a tainted object the private state of the plan, which does not have that.
func keepRun(ctx context.Context, resp *resource.DeleteResponse) {
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, successorKey, nil)...)
	if !getPrivate(ctx, resp.Private, runKey, new(remediationRun)) {
		resp.Diagnostics.Append(setPrivate(ctx, resp.Private, runKey, remediationRun{Open: true, Failed: true})...)
	}
}

// findLost takes the deployment of an apply that could not tell whether it was made, if Tanium has
// it: the state then has its marker, and no action. Without it, a change of the declaration would
// leave that deployment open. It reports a failure.
func (r *remediationResource) findLost(ctx context.Context, model *remediationModel, diags *diag.Diagnostics) {
	marker := model.deployment().marker()
	if marker == (deployment.Marker{}) || len(model.parts()) > 0 {
		return
	}
	parts, err := deployment.Find(ctx, r.env.client(), marker)
	if err != nil {
		diags.Append(message.ReadFailure("look for the deployment with the marker "+marker.String(), err))
		return
	}
	model.setParts(parts, r.env.client().Address())
}

// takeRun takes the run that the destroy before this creation handed over, if there is one, and
// saves it: no failure may lose it.
func (r *remediationResource) takeRun(ctx context.Context, c *convergence) {
	if !c.given.complete {
		return
	}
	digest, known := r.env.preparer.Digest(ctx, c.given.request)
	if !known {
		return
	}
	left, ok := r.env.dispatcher.Take(digest)
	if !ok {
		return
	}
	c.parts, c.resumes = left.Parts, !left.Again
	c.model.TargetedEndpointCount, c.model.Marker = numberValue(left.Targeted), markerText(left.Marker)
	c.model.setParts(left.Parts, r.env.client().Address())
	c.model.notCounted()
	if left.Unverified > 0 {
		c.model.setUnverified(left.Unverified, left.UnverifiedEndpoints)
	}
	c.save(remediationRun{Open: c.resumes})
}
