// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

var _ action.ActionWithConfigure = &cancelAction{}

// cancelAction is Terraform's action tanium_action_cancel.
type cancelAction struct {
	env *environment
}

func newCancelAction() action.Action { return &cancelAction{} }

func (a *cancelAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_action_cancel"
}

func (a *cancelAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Cancels an action: deletes its scheduled action, so that no more actions are issued, " +
			"stops what is open, and verifies both. An operation has a scheduled action for each set of platforms; " +
			"all of them are cancelled. Changes already made on endpoints remain. Invoking it again is safe. " +
			"Requires Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"scheduled_action_id": schema.StringAttribute{Required: true, Validators: notEmpty(),
				MarkdownDescription: "ID of the scheduled action to cancel."},
		},
	}
}

func (a *cancelAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

// Invoke cancels every scheduled action of the deployment.
func (a *cancelAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	at := path.Root("scheduled_action_id")
	id := givenID(ctx, req.Config, at, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	client := a.env.client()
	scheduled, err := client.ScheduledAction(ctx, id)
	if err != nil {
		resp.Diagnostics.Append(failure("read scheduled action "+id, rightToRead, err))
		return
	}
	if scheduled == nil {
		// A typical mistake. The two kinds have IDs of their own, so a coincidence is rare.
		issued, err := client.Action(ctx, id)
		if err == nil && issued != nil && !deployment.Terminal(gateway.Deref(issued.Status)) {
			resp.Diagnostics.AddAttributeError(at, "ID of an action, not of a scheduled action",
				fmt.Sprintf("Tanium has no scheduled action %s that this token may read, and action %s is open. "+
					"Nothing was cancelled. Specify the ID of the scheduled action that issued it. The state and the "+
					"messages about an action have both.", id, id))
			return
		}
		reportTo(ctx, resp, diag.NewAttributeWarningDiagnostic(at, "No such scheduled action",
			fmt.Sprintf("Tanium has no scheduled action %s that this token may read, and nothing was cancelled. It "+
				"may have been deleted before. Specify the ID of the scheduled action, not that of an action that it "+
				"issued.", id)))
		return
	}
	parts, err := deployment.Siblings(ctx, client, scheduled)
	if err != nil {
		resp.Diagnostics.Append(failure("find the scheduled actions of the same deployment as "+id, rightToRead, err))
		return
	}
	// A copy in the console, or a repeated request, has the marker of the deployment as well.
	if parts, err = deployment.Together(ctx, client, parts, id); err != nil {
		resp.Diagnostics.Append(failure("read the scheduled actions of the same deployment as "+id, rightToRead, err))
		return
	}
	cancelled, diags := cancelParts(ctx, a.env, parts)
	for _, line := range cancelled.done {
		sendTo(ctx, resp, line+".")
	}
	reportTo(ctx, resp, diags...)
	if ctx.Err() != nil {
		text := ""
		for _, line := range cancelled.done {
			text += line + ". "
		}
		resp.Diagnostics.AddError("Interrupted during the cancellation", text+"Invoking the action again is safe.")
	}
}

// givenID returns the ID of the configuration. Validation does not see the value of a variable, so
// that an ID that was not given, such as by a variable without a value, is an error here.
func givenID(ctx context.Context, config tfsdk.Config, at path.Path, diags *diag.Diagnostics) string {
	var given types.String
	diags.Append(config.GetAttribute(ctx, at, &given)...)
	if !diags.HasError() && given.ValueString() == "" {
		diags.AddAttributeError(at, "Missing ID", "The ID of the scheduled action is null or empty. Nothing was done.")
	}
	return given.ValueString()
}

// cancellation is what a cancellation of a deployment did.
type cancellation struct {
	// done has a sentence, without a full stop, about each part that was cancelled.
	done []string
	// unverified reports that Tanium does not show whether an action stopped.
	unverified bool
}

// cancelParts cancels the parts of a deployment. One that cannot be cancelled does not keep it from
// cancelling the others.
func cancelParts(
	ctx context.Context, env *environment, parts []deployment.Part,
) (cancelled cancellation, diags diag.Diagnostics) {
	for _, part := range parts {
		result, err := deployment.Cancel(ctx, env.client(), part)
		if err != nil {
			diags.AddError("Cannot cancel action "+partIDs(part),
				fmt.Sprintf("%s\n\nIt may still run. Stop it in the Tanium console. The action tanium_action_cancel "+
					"can do it as long as Tanium shows scheduled action %s.",
					explain(err, rightToCancel, err), part.ScheduledActionID))
			continue
		}
		if result.UnverifiedActionID != "" {
			cancelled.unverified = true
			diags.Append(noticeUnverified(part, result.UnverifiedActionID))
		}
		cancelled.done = append(cancelled.done, cancelledText(part, result))
	}
	return cancelled, diags
}

// cancelledText returns a sentence, without a full stop, about a cancelled part.
func cancelledText(part deployment.Part, done deployment.Cancelled) string {
	deleted := "was already deleted"
	if done.Deleted {
		deleted = "was deleted"
	}
	stopped := "no action was open"
	switch {
	case done.StoppedActionID != "":
		stopped = fmt.Sprintf("its action %s was stopped", done.StoppedActionID)
	case done.UnverifiedActionID != "":
		stopped = fmt.Sprintf("the request to stop its action %s was sent", done.UnverifiedActionID)
	}
	return fmt.Sprintf("Scheduled action %s %s, and %s", part.ScheduledActionID, deleted, stopped)
}
