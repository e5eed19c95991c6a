// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// Delete cancels the scheduled actions and the actions that are still open.
func (r *actionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var model actionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := model.Timeouts.Delete(ctx, defaultDeleteTimeout)
	resp.Diagnostics.Append(diags...)
	parts := model.parts()
	if resp.Diagnostics.HasError() {
		return
	}
	bounded, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	next, replaced := successorOf(ctx, req.Private)
	made, _ := originOf(ctx, req.Private)
	defer keepPrivate(ctx, resp)
	if r.env.dispatcher.Adopted(deployment.ScheduledIDs(parts), made.Adoption) {
		// Another object has it in the state. A request could fail, and both would have it.
		for _, part := range parts {
			resp.Diagnostics.Append(message.NoticeStillManaged(part))
		}
		return
	}
	if replaced && !asked(ctx, req.Private, next) && (!next.Known || next.Digest == model.marker().Digest) {
		if resp.Diagnostics.Append(r.checkServer(bounded, model, parts)...); resp.Diagnostics.HasError() {
			return
		}
		if !r.succeed(bounded, model, next, &resp.Diagnostics) {
			return
		}
	}
	if replaced && next.Known && !next.Ignores && next.Digest == model.marker().Digest {
		if resp.Diagnostics.Append(r.checkOthers(bounded, model)...); resp.Diagnostics.HasError() {
			return
		}
	}
	keeps := model.OnDestroy.ValueString() == policyKeep
	if !keeps {
		if resp.Diagnostics.Append(r.checkServer(ctx, model, parts)...); resp.Diagnostics.HasError() {
			return
		}
	}
	end := func(failed bool) (taken bool) { return false }
	if !replaced || next.differs(model.marker().Digest) {
		var goesOn bool
		if end, goesOn = r.beginDestroy(model, parts, replaced, &resp.Diagnostics); !goesOn {
			return
		}
	}
	if keeps {
		r.env.dispatcher.Keep(deployment.ScheduledIDs(parts))
		return
	}
	ended, said := r.cancel(bounded, model, parts, made)
	if end(said.HasError()) {
		// The creation has it in the state. If two objects had it, every plan would fail.
		said = said.Warnings()
	}
	resp.Diagnostics.Append(said...)
	if !ended && !replaced && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.otherOpen(bounded, model)...)
	}
}

// cancel cancels the parts of a deployment, except those that this run has adopted for another
// object. It reports whether it has ended one.
func (r *actionResource) cancel(
	ctx context.Context, model actionModel, parts []deployment.Part, made origin,
) (ended bool, diags diag.Diagnostics) {
	for _, part := range parts {
		end, ok := r.env.dispatcher.BeginCancel(part.ScheduledActionID, made.Adoption)
		if !ok {
			diags.Append(message.NoticeStillManaged(part))
			continue
		}
		done, err := deployment.Cancel(ctx, r.env.client(), part)
		end()
		var another *deployment.Another
		if errors.As(err, &another) {
			diags.Append(message.OtherDeployment(model.describe(), another))
			return ended, diags
		}
		if err != nil {
			diags.Append(message.NotCancelled(part, err, message.ThenAgain))
			continue // still cancel the actions for the other platforms
		}
		if done.UnverifiedActionID != "" {
			diags.Append(message.NoticeUnverified(part, done.UnverifiedActionID))
		}
		r.env.dispatcher.Release(model.marker())
		if done.Deleted || done.StoppedActionID != "" || done.Unanswered {
			ended = true
			r.env.dispatcher.RecordCancelled(model.describe(), part.ScheduledActionID)
		}
		conceal.LogInfo(ctx, "cancelled an action", map[string]any{
			"scheduled_action_id": part.ScheduledActionID,
			"deleted":             done.Deleted,
			"stopped_action_id":   done.StoppedActionID,
		})
	}
	return ended, diags
}

// beginDestroy records the destroy of a deployment, and returns whether it goes on, and what to
// call at its end; see BeginDestroy. It does not go on if this run creates the same deployment at
// another address.
func (r *actionResource) beginDestroy(
	model actionModel, parts []deployment.Part, replaced bool, diags *diag.Diagnostics,
) (end func(failed bool) (taken bool), goesOn bool) {
	keeps := model.OnDestroy.ValueString() == policyKeep
	outcome, end := r.env.dispatcher.BeginDestroy(deployment.Handover{
		Parts: parts, Targeted: integer(model.TargetedEndpointCount), Marker: model.marker(),
	}, keeps)
	switch {
	case outcome == deployment.DestroyRefused && !replaced: // also if it is kept: nothing else has it
		diags.Append(message.NotMoved(model.describe(), parts))
	case keeps || outcome == deployment.DestroyCancels:
		return end, true
	case outcome == deployment.DestroyHandsOver: // the creation saves it in the state
	default: // the next apply finds it, and does not run it again
		diags.Append(message.NoticeLeft(model.describe(), parts))
	}
	return nil, false
}
