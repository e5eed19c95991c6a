// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// convergence is one apply of a remediation.
type convergence struct {
	model *remediationModel
	given settings
	// timeout returns the timeout of the wait, or a default.
	timeout timeoutOf
	// save writes the model and the run into the state.
	save func(remediationRun)
	// parts are those of the last run. resumes reports that it is to be followed to its end, and
	// changed that the deployment is another one now.
	parts            []deployment.Part
	resumes, changed bool
	// earlier are the endpoints that did not answer the verification of an earlier run. They are
	// asked beside those of the run that follows it.
	earlier []gateway.Endpoint
}

// converge counts the endpoints that are out of compliance, deploys to them, and verifies. A run
// that was interrupted is resumed. One that is open otherwise is cancelled first, so that no
// endpoint runs the action by two schedules.
func (r *remediationResource) converge(ctx context.Context, c convergence, diags *diag.Diagnostics) {
	if c.given.preview.Source == nil { // a reading from before an earlier action would run it again
		c.given.preview.Source, c.given.preview.MaxRefreshes = deployment.FreshSource(), targeting.MaxRefreshes
	}
	options := deployment.PrepareOptions{
		Preview: &c.given.preview, Deploys: true, Remember: gateway.MaxPageSize, // the verification asks them
	}
	resumes := c.resumes && len(c.parts) > 0
	if resumes {
		options = deployment.PrepareOptions{} // nothing is deployed
	}
	prepared := r.env.prepare(ctx, c.given, options, diags)
	if diags.HasError() {
		return
	}
	if resumes {
		r.follow(ctx, c, prepared, c.parts, nil, diags)
		return
	}
	if c.changed && !r.endRun(ctx, &c, diags) {
		return
	}
	var earlier []gateway.Endpoint
	if c.model.awaitsAnswers() {
		earlier = endpointsOf(c.model.Unverified)
	}
	preview := c.given.preview
	preview.Sample = max(preview.Sample, maxRemaining)
	reach, err := r.env.preparer.Previews.Get(ctx, c.given.request.Reach(), preview)
	if err != nil {
		diags.Append(message.NotPrepared(c.given.request,
			&deployment.PrepareError{Step: deployment.StepCount, Err: err}))
		return
	}
	c.model.setRemaining(reach)
	name := c.given.request.String()
	switch {
	case reach.NoGroup:
		diags.Append(message.ReachesNobody(name, reach.ActionGroup, true))
		return
	case c.model.Compliant.ValueBool() && !reach.Complete:
		diags.Append(message.IncompleteCount(name, reach, true))
		return
	case c.model.Compliant.ValueBool():
		answered := !c.model.awaitsAnswers() ||
			r.checkAnswers(ctx, c, c.parts, nil, acceptanceFrom(c.model.Accept), diags)
		c.model.Compliant = types.BoolValue(answered)
		c.save(remediationRun{Open: !answered}) // the next apply asks again
		return
	case !c.changed && !r.endRun(ctx, &c, diags):
		return
	}
	c.earlier = earlier
	dispatched, err := r.env.dispatcher.Dispatch(ctx, prepared, deployment.Duplicates{
		On: deployment.DuplicateAdopt, Managed: true, Judge: c.given.judgeRun(r.env.serverClock.Now()),
	})
	if err != nil {
		diags.Append(message.NotDeployed(c.given.request, err, message.RemediationRecovery())...)
	}
	if len(dispatched.Adopted) > 0 {
		diags.Append(message.TookOverRemediation(name, dispatched.Adopted))
		dispatched.Adopted = nil
	}
	if len(dispatched.Replaced) > 0 {
		diags.Append(message.ReplacedRun(name, dispatched.Replaced))
		dispatched.Replaced = nil
	}
	diags.Append(message.NoticeDispatched(name, dispatched)...)
	if lost := (*deployment.Uncertain)(nil); errors.As(err, &lost) {
		c.model.neverRun()
		c.model.Marker, c.model.Compliant = markerText(lost.Marker), types.BoolValue(false)
		c.save(remediationRun{Open: true}) // the next refresh looks for it
	}
	if len(dispatched.Parts) == 0 {
		return
	}
	c.model.TargetedEndpointCount = numberValue(dispatched.Targeted)
	c.model.Marker = markerText(dispatched.Marker)
	c.model.notVerified()
	all, complete := union(c.earlier, dispatched.Counted), len(dispatched.Counted) == gateway.Deref(dispatched.Targeted)
	if len(c.earlier) > 0 && complete && len(all) <= maxRemaining {
		c.model.setUnverified(len(all), all) // for an apply that resumes this one
		c.earlier = nil
	}
	c.model.setParts(dispatched.Parts, r.env.client().Address())
	c.model.Compliant = types.BoolValue(false)
	c.save(remediationRun{Open: true}) // before anything can fail
	conceal.LogInfo(ctx, "deployed a remediation", map[string]any{
		"scheduled_action_id": dispatched.Parts[0].ScheduledActionID, "endpoints": reach.Count,
	})
	if diags.HasError() {
		return
	}
	r.follow(ctx, c, prepared, dispatched.Parts, dispatched.Counted, diags)
}

// follow waits for the action of a run, and verifies that the endpoints no longer match. The
// verdict is the count, not what the action reports.
func (r *remediationResource) follow(
	ctx context.Context, c convergence, prepared deployment.Prepared, parts []deployment.Part,
	counted []gateway.Endpoint, diags *diag.Diagnostics,
) {
	limit, known := r.env.remainingTime(parts)
	if !known {
		limit = r.env.waitLimit(prepared)
	}
	timeout, more := c.timeout(ctx, limit)
	diags.Append(more...)
	if diags.HasError() {
		return
	}
	watch := r.env.watch(c.given.wait, integer(c.model.TargetedEndpointCount))
	watch.JustRead = !c.resumes
	ending := watch.Await(ctx, parts, timeout)
	c.model.setParts(ending.Parts, r.env.client().Address())
	if ending.Kind != deployment.Finished {
		c.save(remediationRun{Open: ending.Kind != deployment.Gone})
		diags.Append(message.RemediationEnded(ending, c.model.ConsoleURL.ValueString()))
		return
	}
	r.verify(ctx, c, watch, ending, counted, diags)
}

// verify counts until few enough endpoints remain, and asks which of those that the action was sent
// to do not answer.
func (r *remediationResource) verify(
	ctx context.Context, c convergence, watch deployment.Watch, ending deployment.Ending, counted []gateway.Endpoint,
	diags *diag.Diagnostics,
) {
	accepted, targeted, name := acceptanceFrom(c.model.Accept), watch.Targeted, c.given.request.String()
	timeout := c.model.verifyTimeout()
	reach, verified, err := deployment.Verification{
		Previews: r.env.preparer.Previews, Clock: r.env.clock, Targets: c.given.request.Reach(),
		Sample: maxRemaining, Timeout: timeout,
		Accepts: func(remaining int) bool { return accepted.allows(remaining, targeted) },
	}.Verify(ctx)
	switch {
	case ctx.Err() != nil:
		c.save(remediationRun{Open: true})
		diags.Append(message.VerificationInterrupted(ending.Parts))
		return
	case err != nil:
		c.model.askAll(targeted, counted)
		c.save(remediationRun{Open: true})
		diags.Append(message.NotVerified(name, ending.Parts, err))
		return
	case !verified:
		c.model.setRemaining(reach)
		c.model.Compliant = types.BoolValue(false)
		missing, named := r.askAgain(ctx, c, ending.Parts, counted)
		c.save(remediationRun{})
		endpoints := r.env.failedEndpoints(ctx, c.given.quiet(), ending.Parts,
			watch.Policy.Unsuccessful(ending.Parts, targeted), counted)
		endpoints += message.AlsoUnverified(missing, named)
		diags.Append(message.NotRemediated(name, reach, ending.Parts, timeout, endpoints))
		return
	}
	c.model.setRemaining(reach)
	answered := r.checkAnswers(ctx, c, ending.Parts, counted, accepted, diags)
	if !answered {
		c.model.Compliant = types.BoolValue(false)
	}
	c.save(remediationRun{Open: !answered}) // the next apply asks again
}

// checkAnswers reports endpoints that the action was sent to and that do not answer, and whether
// all others suffice: nobody knows whether these are compliant.
func (r *remediationResource) checkAnswers(
	ctx context.Context, c convergence, parts []deployment.Part, counted []gateway.Endpoint, accepted acceptance,
	diags *diag.Diagnostics,
) bool {
	targeted := integer(c.model.TargetedEndpointCount)
	if targeted == nil {
		return true // taken over from a run that does not tell
	}
	missing, named, err := r.unanswered(ctx, c, parts, counted, *targeted)
	if err != nil {
		c.model.askAll(targeted, counted)
		diags.Append(message.NotVerified(c.given.request.String(), parts, err))
		return false
	}
	c.model.setUnverified(missing, named)
	if missing == 0 {
		return true
	}
	diags.Append(message.UnverifiedEndpoints(c.given.request.String(), missing, named, parts, accepted.unverified))
	return accepted.unverified
}

// askAgain records which endpoints do not answer after a run that has failed because of others, so
// that a later apply asks them. It returns their number, and the first of them.
func (r *remediationResource) askAgain(
	ctx context.Context, c convergence, parts []deployment.Part, counted []gateway.Endpoint,
) (missing int, named []gateway.Endpoint) {
	targeted := integer(c.model.TargetedEndpointCount)
	if targeted == nil {
		c.model.notVerified()
		return 0, nil
	}
	missing, named, err := r.unanswered(ctx, c, parts, counted, *targeted)
	if err != nil {
		c.model.askAll(targeted, counted)
		return 0, nil
	}
	c.model.setUnverified(missing, named)
	return missing, named
}

// unanswered returns how many of the endpoints that an action was sent to do not answer, and the
// first of them. Those that have answered an earlier apply are not asked again.
func (r *remediationResource) unanswered(
	ctx context.Context, c convergence, parts []deployment.Part, counted []gateway.Endpoint, targeted int,
) (missing int, named []gateway.Endpoint, err error) {
	left := endpointsOf(c.model.Unverified)
	if len(left) > 0 && len(left) == int(c.model.UnverifiedCount.ValueInt64()) {
		named, err = deployment.Unanswered(ctx, r.env.client(), left)
		missing = len(named)
	} else {
		missing, named, err = deployment.Unverified(ctx, r.env.client(), counted, targeted, parts)
	}
	if err != nil || len(c.earlier) == 0 {
		return missing, named, err
	}
	earlier, err := deployment.Unanswered(ctx, r.env.client(), c.earlier)
	all := union(named, earlier)
	return missing + len(all) - len(named), all, err
}

// union returns endpoints, and those of others that are not among them.
func union(endpoints, others []gateway.Endpoint) []gateway.Endpoint {
	all := slices.Clone(endpoints)
	for _, other := range others {
		if !slices.ContainsFunc(all, func(one gateway.Endpoint) bool { return one.Id == other.Id }) {
			all = append(all, other)
		}
	}
	return all
}
