// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

var (
	_ resource.ResourceWithConfigure      = &remediationResource{}
	_ resource.ResourceWithModifyPlan     = &remediationResource{}
	_ resource.ResourceWithValidateConfig = &remediationResource{}
	_ resource.ResourceWithImportState    = &remediationResource{}
)

// remediationResource is the resource tanium_remediation: no endpoint matches its targets. Nothing
// ever replaces it. A create and an update do the same: they count, deploy to those that match, and
// count again.
type remediationResource struct {
	env *environment
}

func newRemediationResource() resource.Resource { return &remediationResource{} }

func (r *remediationResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_remediation"
}

func (r *remediationResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = withTypes(remediationSchema(ctx))
}

func (r *remediationResource) Configure(
	_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	r.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig reports invalid arguments, as far as they are known, without a request to Tanium.
func (r *remediationResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var model remediationModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if !resp.Diagnostics.HasError() {
		message.Report(model.settings(ctx, model.Package).problems, &resp.Diagnostics)
	}
}

// ImportState refuses an import: a remediation is no object in Tanium.
func (r *remediationResource) ImportState(
	_ context.Context, _ resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	resp.Diagnostics.AddError("A remediation cannot be imported", "It declares that no endpoint matches its targets, "+
		"and Tanium has no such object. Apply the configuration: if nobody matches, nothing is deployed. To manage an "+
		"action that exists, import it as a tanium_action.")
}

// Create converges to the declaration.
func (r *remediationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model remediationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	configured := configuredPackage(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var random uint64
	if err := binary.Read(r.env.dispatcher.Random, binary.BigEndian, &random); err != nil {
		resp.Diagnostics.AddError("No random bytes", err.Error())
		return
	}
	model.ID = remediationID(random)
	model.neverRun()
	given := model.settings(ctx, configured)
	hidden := given.conceal()
	ctx = hidden.Logs(ctx)
	defer hidden.Within(&resp.Diagnostics)
	var saved *remediationRun
	c := convergence{
		model: &model, given: given, timeout: model.Timeouts.Create,
		save: func(run remediationRun) {
			saved = &run
			resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
			resp.Diagnostics.Append(setPrivate(ctx, resp.Private, runKey, run)...)
		},
	}
	r.takeRun(ctx, &c)
	r.converge(ctx, c, &resp.Diagnostics)
	if saved != nil && resp.Diagnostics.HasError() {
		saved.Failed = true
		resp.Diagnostics.Append(setPrivate(ctx, resp.Private, runKey, *saved)...)
	}
}

// Update converges to the declaration, or only saves arguments that change nothing in Tanium.
func (r *remediationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var model, prior remediationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	configured := configuredPackage(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var run remediationRun
	getPrivate(ctx, req.Private, runKey, &run)
	given := model.settings(ctx, configured)
	hidden := given.conceal()
	ctx = hidden.Logs(ctx)
	defer hidden.Within(&resp.Diagnostics)
	converges := model.Compliant.IsUnknown()
	changed := len(model.deployment().changed(ctx, prior.deployment())) > 0
	model.keepRun(prior)
	save := func(run remediationRun) {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
		resp.Diagnostics.Append(setPrivate(ctx, resp.Private, runKey, run)...)
	}
	if !converges {
		model.Compliant = prior.Compliant
		save(run)
		return
	}
	if r.findLost(ctx, &prior, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	model.Actions, model.ConsoleURL = prior.Actions, prior.ConsoleURL
	r.converge(ctx, convergence{
		model: &model, given: given, timeout: model.Timeouts.Update, save: save,
		parts: prior.parts(), resumes: run.Open && !changed, changed: changed,
	}, &resp.Diagnostics)
}

// keepRun keeps what the state has of the last run and of the last count.
func (m *remediationModel) keepRun(prior remediationModel) {
	m.ID, m.Marker, m.ConsoleURL, m.Actions = prior.ID, prior.Marker, prior.ConsoleURL, prior.Actions
	m.TargetedEndpointCount, m.UnverifiedCount = prior.TargetedEndpointCount, prior.UnverifiedCount
	m.RemainingCount, m.Remaining = prior.RemainingCount, prior.Remaining
	m.RemainingTruncated, m.Compliant = prior.RemainingTruncated, types.BoolValue(false)
}

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
}

// converge counts the endpoints that are out of compliance, deploys to them, and verifies. A run
// that was interrupted is resumed. One that is open otherwise is cancelled first, so that no
// endpoint runs the action by two schedules.
func (r *remediationResource) converge(ctx context.Context, c convergence, diags *diag.Diagnostics) {
	if c.given.preview.Source == nil { // a reading from before an earlier action would run it again
		c.given.preview.Source, c.given.preview.MaxRefreshes = deployment.FreshSource(), targeting.MaxRefreshes
	}
	options := deployment.PrepareOptions{Preview: &c.given.preview, Deploys: true}
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
		c.save(remediationRun{})
		return
	case !c.changed && !r.endRun(ctx, &c, diags):
		return
	}
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
	c.model.UnverifiedCount, c.model.Marker = types.Int64Null(), markerText(dispatched.Marker)
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

// latest reads the parts of a run that are not over. It returns false, with a diagnostic, if it
// cannot.
func (r *remediationResource) latest(
	ctx context.Context, name string, parts []deployment.Part, diags *diag.Diagnostics,
) bool {
	for i, part := range parts {
		if deployment.Terminal(part.Status) {
			continue // Tanium may have removed it since
		}
		read, err := deployment.Read(ctx, r.env.client(), part, deployment.ReadLatest)
		var another *deployment.Another
		switch {
		case errors.As(err, &another):
			diags.Append(message.OtherDeployment(name, another))
			return false
		case errors.Is(err, deployment.ErrGone):
			parts[i].Deleted = true
		case err != nil:
			diags.Append(message.NotSucceeded(name, part, err))
			return false
		default:
			parts[i] = read
		}
	}
	return true
}

// endRun cancels the last run as far as it is open. It returns false if it cannot, or if somebody
// stopped it: an emergency stop lasts until somebody changes triggers or the deployment.
func (r *remediationResource) endRun(ctx context.Context, c *convergence, diags *diag.Diagnostics) bool {
	name := c.given.request.String()
	if !r.latest(ctx, name, c.parts, diags) {
		return false
	}
	switch {
	case len(c.parts) == 0:
		return true
	case !c.changed && len(deployment.StoppedEarly(c.parts, r.env.serverClock.Now())) > 0:
		diags.Append(message.Halted(name, c.parts))
		return false
	case over(c.parts):
		if c.changed {
			c.model.neverRun() // accept.remaining_percent is of the endpoints of the new declaration
		}
		return true
	case !r.cancel(ctx, *c.model, c.parts, diags):
		return false
	}
	c.model.neverRun() // what this provider has stopped was not stopped by somebody
	c.save(remediationRun{})
	return true
}

// cancel cancels the parts of a run that are open, and returns whether it did.
func (r *remediationResource) cancel(
	ctx context.Context, model remediationModel, parts []deployment.Part, diags *diag.Diagnostics,
) bool {
	for _, part := range parts {
		end, ok := r.env.dispatcher.BeginCancel(part.ScheduledActionID, 0)
		if !ok {
			diags.Append(message.NoticeStillManaged(part))
			continue
		}
		done, err := deployment.Cancel(ctx, r.env.client(), part)
		end()
		var another *deployment.Another
		switch {
		case errors.As(err, &another):
			diags.Append(message.OtherDeployment(model.deployment().describe(), another))
			return false
		case err != nil:
			diags.Append(message.NotCancelled(part, err))
			return false
		case done.UnverifiedActionID != "":
			diags.Append(message.NoticeUnverified(part, done.UnverifiedActionID))
		}
	}
	return true
}

// Delete cancels a run that is open. Endpoints are not brought back out of compliance.
func (r *remediationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var model remediationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	timeout, diags := model.Timeouts.Delete(ctx, defaultDeleteTimeout)
	resp.Diagnostics.Append(diags...)
	bounded, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	if !resp.Diagnostics.HasError() {
		r.findLost(bounded, &model, &resp.Diagnostics)
	}
	parts := model.parts()
	if resp.Diagnostics.HasError() || len(parts) == 0 {
		return
	}
	if next, replaced := successorOf(ctx, req.Private); replaced {
		defer keepRun(ctx, resp)
		if !r.leaves(bounded, model, parts, next, req.Private, &resp.Diagnostics) {
			return
		}
	}
	switch {
	case over(parts):
	case model.OnDestroy.ValueString() == policyKeep:
		r.env.dispatcher.Keep(deployment.ScheduledIDs(parts))
	default:
		r.cancel(bounded, model, parts, &resp.Diagnostics)
	}
}

// Read counts the endpoints that match, and reads the last action unless its run is over and nobody
// matches: that the action of a compliant remediation closes is no drift. A count that fails or is
// incomplete keeps the last one: it is never taken for none.
func (r *remediationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model remediationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var run remediationRun
	getPrivate(ctx, req.Private, runKey, &run)
	if r.findLost(ctx, &model, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	r.count(ctx, &model, &resp.Diagnostics)
	if run.Open {
		model.Compliant = types.BoolValue(false)
	}
	if !model.Compliant.ValueBool() && !resp.Diagnostics.HasError() {
		r.readRun(ctx, &model, run, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	}
}

// readRun reads the last action as far as it is open.
func (r *remediationResource) readRun(
	ctx context.Context, model *remediationModel, run remediationRun, diags *diag.Diagnostics,
) {
	parts := model.parts()
	if len(parts) == 0 {
		return
	}
	if !over(parts) {
		read := refreshParts(ctx, r.env.client(), parts, deployment.Schedule{}, r.env.serverClock.Now())
		var another *deployment.Another
		switch {
		case errors.As(read.err, &another):
			diags.Append(message.OtherDeployment(model.deployment().describe(), another))
			return
		case read.err != nil:
			diags.Append(message.ReadFailure("read action "+message.PartIDs(read.failed), read.err))
			return
		}
		parts = read.parts
		model.setParts(parts, r.env.client().Address())
	}
	if run.Failed {
		r.env.dispatcher.Expect(model.deployment().marker(), deployment.Expectation{
			Parts: parts, Targeted: integer(model.TargetedEndpointCount),
		})
	}
}

// count counts the endpoints of a state.
func (r *remediationResource) count(ctx context.Context, model *remediationModel, diags *diag.Diagnostics) {
	given := model.settings(ctx, model.Package)
	name := given.request.String()
	preview := given.preview
	preview.Sample = max(preview.Sample, maxRemaining)
	reach, problems, err := r.env.preparer.Preview(ctx, given.request.Reach(), preview)
	switch {
	case err == nil && len(problems) > 0:
		err = errors.New(problems[0].Summary + ": " + problems[0].Detail)
		fallthrough
	case err != nil:
		diags.Append(message.NotCounted(name, err))
	case reach.NoGroup:
		diags.Append(message.ReachesNobody(name, reach.ActionGroup, false))
	case !reach.Complete && acceptanceFrom(model.Accept).allows(reach.Count, integer(model.TargetedEndpointCount)):
		diags.Append(message.IncompleteCount(name, reach, false))
	default: // an incomplete count is the least that match: too many of them are out of compliance
		model.setRemaining(reach)
	}
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
		c.save(remediationRun{})
		diags.Append(message.NotVerified(name, ending.Parts, err))
		return
	case !verified:
		c.model.setRemaining(reach)
		c.model.Compliant = types.BoolValue(false)
		c.save(remediationRun{})
		endpoints := r.env.failedEndpoints(ctx, c.given.quiet(), ending.Parts,
			watch.Policy.Unsuccessful(ending.Parts, targeted), counted)
		diags.Append(message.NotRemediated(name, reach, ending.Parts, timeout, endpoints))
		return
	}
	c.model.setRemaining(reach)
	r.checkAnswers(ctx, c, ending.Parts, counted, accepted, diags)
	c.save(remediationRun{})
}

// checkAnswers reports endpoints that the action was sent to and that do not answer.
func (r *remediationResource) checkAnswers(
	ctx context.Context, c convergence, parts []deployment.Part, counted []gateway.Endpoint, accepted acceptance,
	diags *diag.Diagnostics,
) {
	targeted := integer(c.model.TargetedEndpointCount)
	if targeted == nil {
		return // taken over from a run that does not tell
	}
	missing, named, err := deployment.Unverified(ctx, r.env.client(), counted, *targeted, parts)
	if err != nil {
		diags.Append(message.NotVerified(c.given.request.String(), parts, err))
		return
	}
	c.model.UnverifiedCount = types.Int64Value(int64(missing))
	if missing > 0 {
		diags.Append(message.UnverifiedEndpoints(c.given.request.String(), missing, named, parts, accepted.unverified))
	}
}
