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
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
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
	m.TargetedEndpointCount = prior.TargetedEndpointCount
	m.UnverifiedCount, m.Unverified = prior.UnverifiedCount, prior.Unverified
	m.RemainingCount, m.Remaining = prior.RemainingCount, prior.Remaining
	m.RemainingTruncated, m.Compliant = prior.RemainingTruncated, types.BoolValue(false)
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
	if run.Open || model.awaitsAnswers() {
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
		again := !run.Open && !model.sufficient()
		r.env.dispatcher.Expect(model.deployment().marker(), deployment.Expectation{
			Parts: parts, Targeted: integer(model.TargetedEndpointCount),
			Unverified: model.awaitsAnswers(), Again: model.awaitsAnswers() && again,
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
