// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

var (
	_ resource.ResourceWithConfigure      = &actionWaitResource{}
	_ resource.ResourceWithModifyPlan     = &actionWaitResource{}
	_ resource.ResourceWithValidateConfig = &actionWaitResource{}
)

// actionWaitResource is the resource tanium_action_wait. It waits only in Create and Update, so
// that plan, refresh and destroy remain possible while actions are running.
type actionWaitResource struct {
	env *environment
}

func newActionWaitResource() resource.Resource { return &actionWaitResource{} }

// actionWaitModel is the configuration, plan and state of the resource tanium_action_wait.
type actionWaitModel struct {
	ScheduledActionIDs  types.List     `tfsdk:"scheduled_action_ids"`
	Targeted            types.Int64    `tfsdk:"targeted_endpoint_count"`
	MaxFailedPercent    types.Float64  `tfsdk:"max_failed_percent"`
	MaxFailed           types.Int64    `tfsdk:"max_failed"`
	MinCompletedPercent types.Float64  `tfsdk:"min_completed_percent"`
	ForVerification     types.Bool     `tfsdk:"for_verification"`
	PollInterval        types.String   `tfsdk:"poll_interval"`
	Report              types.Object   `tfsdk:"failure_report"`
	OnFailure           types.String   `tfsdk:"on_failure"`
	OnTimeout           types.String   `tfsdk:"on_timeout"`
	Timeouts            timeouts.Value `tfsdk:"timeouts"`

	Finished  types.Bool   `tfsdk:"finished"`
	Succeeded types.Bool   `tfsdk:"succeeded"`
	Results   types.Object `tfsdk:"results"`
	Actions   types.List   `tfsdk:"actions"`
}

func (r *actionWaitResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_action_wait"
}

func (r *actionWaitResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = actionWaitSchema(ctx)
}

func (r *actionWaitResource) Configure(
	_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	r.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig reports timeouts that are not positive.
func (r *actionWaitResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var given timeouts.Value
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("timeouts"), &given)...)
	message.Report(checkTimeouts(given.Object), &resp.Diagnostics)
}

// ModifyPlan plans an update in place if an earlier apply did not end the wait successfully.
func (r *actionWaitResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return
	}
	var model, prior actionWaitModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	accepted := prior.Succeeded.ValueBool() || model.OnFailure.ValueString() == policyWarn
	if resp.Diagnostics.HasError() || (prior.Finished.ValueBool() && accepted) {
		return
	}
	for name, value := range map[string]attr.Value{
		"finished":  types.BoolUnknown(),
		"succeeded": types.BoolUnknown(),
		"results":   types.ObjectUnknown(resultsTypes()),
		"actions":   types.ListUnknown(types.ObjectType{AttrTypes: partTypes()}),
	} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// Create waits. A wait that fails leaves no state, so the next apply waits again.
func (r *actionWaitResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model actionWaitModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.wait(ctx, &model, model.initialParts(), model.Timeouts.Create, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// Update waits again: for the actions in the state, or for those in the configuration if it has
// changed.
func (r *actionWaitResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var model, prior actionWaitModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() {
		return
	}
	parts := model.initialParts()
	if model.ScheduledActionIDs.Equal(prior.ScheduledActionIDs) {
		parts = partsFrom(prior.Actions)
		if prior.Finished.ValueBool() { // the results are final, and Tanium may have purged the actions
			r.judge(ctx, &model, parts, &resp.Diagnostics)
			resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
			return
		}
	}
	if r.wait(ctx, &model, parts, model.Timeouts.Update, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	}
}

// Read sends no request: the result of a wait does not change, and a refresh must not wait.
func (r *actionWaitResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Delete does nothing in Tanium: the actions belong to other resources.
func (r *actionWaitResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// initialParts returns the configured scheduled actions before they are read.
func (m actionWaitModel) initialParts() []deployment.Part {
	var parts []deployment.Part
	for _, id := range listed(m.ScheduledActionIDs) {
		parts = append(parts, deployment.Part{ScheduledActionID: id})
	}
	return parts
}

// policy returns the criteria of the wait.
func (m actionWaitModel) policy() deployment.Policy {
	return policyFrom(map[string]attr.Value{
		"max_failed_percent": m.MaxFailedPercent, "max_failed": m.MaxFailed,
		"min_completed_percent": m.MinCompletedPercent, "for_verification": m.ForVerification,
	})
}

// defaultWaitLimit is how long to wait after the start of actions with an unknown expiry.
const defaultWaitLimit = time.Hour

// defaultTimeout returns how long to wait by default: until the last action must have expired.
func (e *environment) defaultTimeout(parts []deployment.Part) time.Duration {
	if longest, known := e.remainingTime(parts); known {
		return longest
	}
	longest, now := time.Duration(0), e.serverClock.Now()
	for _, part := range parts {
		if part.NextStartTime != nil {
			longest = max(longest, part.NextStartTime.Sub(now))
		}
	}
	return longest + defaultWaitLimit
}

// timeoutOf returns a timeout of the configuration, or the given default.
type timeoutOf func(context.Context, time.Duration) (time.Duration, diag.Diagnostics)

// wait waits for all actions together, sets the results in the model, and reports how the wait
// ended. It returns false if it could not read the actions.
func (r *actionWaitResource) wait(
	ctx context.Context, model *actionWaitModel, parts []deployment.Part, timeoutOf timeoutOf, diags *diag.Diagnostics,
) bool {
	parts, found, err := deployment.ReadAll(ctx, r.env.client(), parts)
	if err != nil {
		diags.Append(message.ReadFailure("read the actions", err))
		return false
	}
	for i := range parts {
		if !found[i] {
			diags.AddAttributeError(path.Root("scheduled_action_ids").AtListIndex(i), "No such scheduled action",
				fmt.Sprintf("scheduled_action_ids[%d]: Tanium has no scheduled action %s that this token may read. "+
					"It may have been deleted. Specify the ID of the scheduled action, not that of an action it "+
					"issued.",
					i, parts[i].ScheduledActionID))
		}
	}
	if diags.HasError() {
		return false
	}
	timeout, more := timeoutOf(ctx, r.env.defaultTimeout(parts))
	diags.Append(more...)
	if diags.HasError() {
		return false
	}
	watch := deployment.Watch{
		Client: r.env.client(), Clock: r.env.clock, Interval: pollInterval(model.PollInterval.ValueString()),
		Targeted: integer(model.Targeted), Policy: model.policy(),
		OnProgress: func(parts []deployment.Part) {
			counts := deployment.Results(parts)
			conceal.LogInfo(ctx, "waiting for actions", map[string]any{"actions": len(parts), "results": counts})
		},
	}
	watch.JustRead = !watch.Policy.Finished(parts, watch.Targeted)
	ending := watch.Await(ctx, parts, timeout)
	model.setParts(ending.Parts, r.env)
	if ending.Kind != deployment.Finished {
		endpoints := ""
		if ending.Kind == deployment.TimedOut {
			endpoints = r.failedEndpoints(ctx, model, ending.Parts)
		}
		diags.Append(message.DiagnoseWait(ending, endpoints, model.OnTimeout.ValueString() == policyWarn))
		return true
	}
	r.judge(ctx, model, ending.Parts, diags)
	return true
}

// judge evaluates the results of finished actions by the current criteria.
func (r *actionWaitResource) judge(
	ctx context.Context, model *actionWaitModel, parts []deployment.Part, diags *diag.Diagnostics,
) {
	model.setParts(parts, r.env)
	verdict := model.policy().Judge(parts, integer(model.Targeted))
	model.Finished, model.Succeeded = types.BoolValue(true), types.BoolValue(verdict.Succeeded)
	if verdict.Succeeded && verdict.Failed > 0 {
		diags.AddWarning("Failures of the actions were accepted: "+verdict.Share(),
			fmt.Sprintf("The criteria accept them, so the wait succeeded. Total: %s.", deployment.Results(parts)))
	}
	if !verdict.Succeeded {
		diags.Append(message.ActionsFailed(verdict, r.failedEndpoints(ctx, model, parts),
			model.OnFailure.ValueString() == policyWarn))
	}
}

// failedEndpoints returns a paragraph about the endpoints that have not completed the actions.
func (r *actionWaitResource) failedEndpoints(
	ctx context.Context, model *actionWaitModel, parts []deployment.Part,
) string {
	unsuccessful := model.policy().Unsuccessful(parts, integer(model.Targeted))
	return r.env.failedEndpoints(ctx, reportFrom(model.Report), parts, unsuccessful, nil)
}

// setParts sets the computed attributes of a wait that has not ended. It leaves none unknown.
func (m *actionWaitModel) setParts(parts []deployment.Part, env *environment) {
	m.Finished, m.Succeeded = types.BoolValue(false), types.BoolNull()
	m.Actions, m.Results = partsState(parts, env.client().Address())
}
