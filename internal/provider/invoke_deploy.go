// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

var (
	_ action.ActionWithConfigure      = &deployAction{}
	_ action.ActionWithModifyPlan     = &deployAction{}
	_ action.ActionWithValidateConfig = &deployAction{}
)

// deployAction is Terraform's action tanium_action_deploy. It deploys a Tanium action as the
// resource tanium_action does, but keeps nothing in the state: each invocation deploys.
type deployAction struct {
	env *environment
}

func newDeployAction() action.Action { return &deployAction{} }

// deployModel is the configuration of the action tanium_action_deploy.
type deployModel struct {
	deploymentModel

	OnInterrupt types.String   `tfsdk:"on_interrupt"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

func (a *deployAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_action_deploy"
}

func (a *deployAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = deploySchema(ctx)
}

func (a *deployAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig reports invalid arguments, as far as they are known, without a request to Tanium.
func (a *deployAction) ValidateConfig(
	ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse,
) {
	var model deployModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	message.Report(model.settings(ctx).problems, &resp.Diagnostics)
}

// settings decodes the configuration.
func (m deployModel) settings(ctx context.Context) settings {
	given := m.deploymentModel.settings(ctx, m.Package)
	given.setTimeout(m.Timeouts.Object, "invoke")
	if given.request.Schedule.Recurring() {
		given.problems = append(given.problems, catalog.Problem{
			Path:    catalog.Path{"schedule", "reissue_seconds"},
			Summary: "An invocation cannot deploy a recurring action",
			Detail: "An invocation ends when its action has ended, and nothing would cancel a recurring action. " +
				"Use the resource tanium_action, which keeps it in the state.",
		})
	}
	return given
}

// ModifyPlan checks the deployment and its guard, and adds notices about what it would reach.
func (a *deployAction) ModifyPlan(
	ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse,
) {
	var model deployModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if a.env == nil || resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(model.unknownLimits()...)
	given := model.settings(ctx)
	options := deployment.PrepareOptions{Preview: &given.preview}
	prepared := a.env.prepare(ctx, given, options, &resp.Diagnostics)
	if prepared.Reach == nil || !given.notices || resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(a.env.planned(ctx, given, prepared)...)
}

// Invoke deploys the action once, waits for it to finish, and reports its progress and result.
func (a *deployAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var model deployModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if !resp.Diagnostics.HasError() && !req.Config.Raw.IsFullyKnown() {
		resp.Diagnostics.AddError("Configuration is not known",
			"An invocation requires every value, and some depend on values that are known after apply only. Nothing "+
				"was deployed. Apply what they depend on first, with -target.")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	// Check again: Tanium may have changed since the plan.
	given := model.settings(ctx)
	options := deployment.PrepareOptions{Preview: &given.preview, Deploys: true}
	prepared := a.env.prepare(ctx, given, options, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := model.Timeouts.Invoke(ctx, a.env.waitLimit(prepared))
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	request := prepared.Request
	send := func(line string) { sendTo(ctx, resp, line) }
	dispatched, err := a.env.dispatcher.Dispatch(ctx, prepared, invocationDuplicates(given, a.env.serverClock.Now()))
	if dispatched.Reach != nil {
		send(fmt.Sprintf("Deployed %s to %s", request, deployment.DescribeReach(*dispatched.Reach)))
	}
	if err != nil {
		reportTo(ctx, resp, message.NotDeployed(request, err, message.InvocationRecovery())...)
	}
	reportTo(ctx, resp, message.NoticeDispatched(request.String(), dispatched)...)
	if len(dispatched.Parts) == 0 || resp.Diagnostics.HasError() {
		return
	}
	adopted := len(dispatched.Adopted) > 0
	lines := &progress{send: send, targeted: dispatched.Targeted, url: a.env.actionURL}
	lines.at(a.env.clock.Now(), dispatched.Parts)
	if !given.wait.enabled && ctx.Err() == nil {
		return
	}
	watch := a.env.watch(given.wait, dispatched.Targeted)
	watch.JustRead = !adopted
	watch.OnProgress = func(parts []deployment.Part) { lines.at(a.env.clock.Now(), parts) }
	watch.OnIdle = func() { lines.at(a.env.clock.Now(), nil) }
	ending := watch.Await(ctx, dispatched.Parts, timeout)
	url := a.env.actionURL(ending.Parts[0].ActionID)
	endpoints := a.env.endpointsOf(ctx, given.report, watch, ending, dispatched.Counted)
	switch {
	case ending.Kind == deployment.Interrupted:
		reportTo(ctx, resp, a.interrupted(ctx, model, adopted, ending)...)
	case ending.Kind != deployment.Finished:
		reportTo(ctx, resp, message.InvocationEnded(ending, url, endpoints, given.warns(ending.Kind)))
	case !ending.Verdict.Succeeded:
		reportTo(ctx, resp, message.InvocationFailed(ending, url, endpoints, given.acceptsFailure))
	default:
		reportTo(ctx, resp, message.Accepted(request.String(), ending.Parts, ending.Verdict)...)
		send(fmt.Sprintf("Action %s succeeded after %s: %s.", message.AllPartIDs(ending.Parts),
			ending.Elapsed.Round(time.Second), deployment.Results(ending.Parts)))
	}
}

// invocationDuplicates returns what to do about identical deployments. A finished deployment is no
// duplicate, because an action may be invoked again as soon as it ended. It is finished once every
// endpoint that it was sent to is done: one that has gone offline since, or of which wait does not
// require success, may still run it.
func invocationDuplicates(given settings, now time.Time) deployment.Duplicates {
	duplicates := given.onDuplicates(now)
	policy := deployment.Policy{SkipVerification: given.wait.policy.SkipVerification}
	duplicates.Finished = policy.Finished
	return duplicates
}

// interruptTimeout limits a cancellation after an interrupt. A second interrupt ends it earlier,
// because Terraform then ends the provider.
const interruptTimeout = time.Minute

// interrupted cancels the deployment of an interrupted invocation, or keeps it, by on_interrupt. It
// keeps one that was adopted, because another run made it.
func (a *deployAction) interrupted(
	ctx context.Context, model deployModel, adopted bool, ending deployment.Ending,
) diag.Diagnostics {
	url := a.env.actionURL(ending.Parts[0].ActionID)
	if adopted || model.OnInterrupt.ValueString() == policyKeep {
		return diag.Diagnostics{message.InterruptedKept(ending, adopted, url)}
	}
	bounded, stop := context.WithTimeout(context.WithoutCancel(ctx), interruptTimeout)
	defer stop()
	cancelled, diags := cancelParts(bounded, a.env, ending.Parts)
	interrupted := message.InterruptedCancelled(ending, cancelled.done, cancelled.unverified, url)
	return append(diag.Diagnostics{interrupted}, diags...)
}
