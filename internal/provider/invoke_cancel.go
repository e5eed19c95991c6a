// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

var (
	_ action.ActionWithConfigure      = &cancelAction{}
	_ action.ActionWithValidateConfig = &cancelAction{}
)

// cancelAction is Terraform's action tanium_action_cancel.
type cancelAction struct {
	env *environment
}

func newCancelAction() action.Action { return &cancelAction{} }

func (a *cancelAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_action_cancel"
}

func (a *cancelAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Cancels an action: deletes its scheduled action, so that no more actions are issued, " +
			"stops what is open, and verifies both. An operation has a scheduled action for each set of platforms; " +
			"all of them are cancelled. Changes already made on endpoints remain. Invoking it again is safe. " +
			"Requires Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"scheduled_action_id": schema.StringAttribute{Required: true,
				Validators: []validator.String{
					stringvalidator.RegexMatches(idPattern(),
						"must be the ID of a scheduled action, which is a number"),
				},
				MarkdownDescription: "ID of the scheduled action to cancel. An ID that never existed is an error. " +
					"One that may have been deleted is a warning."},
		},
		Blocks: invocationBlocks(ctx),
	}
}

func (a *cancelAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

// idPattern matches an ID of a scheduled action.
func idPattern() *regexp.Regexp { return regexp.MustCompile(`^[1-9][0-9]*$`) }

// ValidateConfig reports invalid arguments, as far as they are known, without a request to Tanium.
func (a *cancelAction) ValidateConfig(
	ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse,
) {
	validateInvocation(ctx, req.Config, &resp.Diagnostics)
}

// Invoke cancels every scheduled action of the deployment.
func (a *cancelAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	id, timeout := invocationOf(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !idPattern().MatchString(id) {
		resp.Diagnostics.AddAttributeError(path.Root("scheduled_action_id"), "Not an ID", fmt.Sprintf(
			"%q is not the ID of a scheduled action, which is a number. Nothing was cancelled.", id))
		return
	}
	bounded, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	parts, diags := a.find(bounded, id)
	if expired(ctx, bounded) {
		resp.Diagnostics.AddError("Timeout before the cancellation", fmt.Sprintf("The timeout of %s ended before "+
			"scheduled action %s was read. Nothing was cancelled. Invoke the action again, or increase the timeout.",
			timeout, id))
		return
	}
	reportTo(ctx, resp, diags...)
	if len(parts) == 0 {
		return
	}
	cancelled, diags := cancelParts(bounded, a.env, parts)
	for _, line := range cancelled.done {
		sendTo(ctx, resp, line+".")
	}
	reportTo(ctx, resp, diags...)
	summary := ""
	switch {
	case ctx.Err() != nil:
		summary = "Interrupted during the cancellation"
	case expired(ctx, bounded) && len(cancelled.done) < len(parts):
		summary = fmt.Sprintf("Timeout of %s during the cancellation", timeout)
	default:
		return
	}
	text := ""
	for _, line := range cancelled.done {
		text += line + ". "
	}
	if left := len(parts) - len(cancelled.done); left > 0 {
		text += fmt.Sprintf("Not known to be cancelled: %d of %d scheduled actions. ", left, len(parts))
	}
	resp.Diagnostics.AddError(summary, text+"Invoking the action again is safe.")
}

// find returns the parts of the deployment of a scheduled action; none if there is nothing to
// cancel.
func (a *cancelAction) find(ctx context.Context, id string) (parts []deployment.Part, diags diag.Diagnostics) {
	at := path.Root("scheduled_action_id")
	client := a.env.client()
	scheduled, err := client.ScheduledAction(ctx, id)
	if err != nil {
		diags.Append(message.ReadFailure("read scheduled action "+id, err))
		return nil, diags
	}
	if scheduled == nil {
		diags.Append(a.missing(ctx, id, at))
		return nil, diags
	}
	if parts, err = deployment.Siblings(ctx, client, scheduled); err != nil {
		diags.Append(message.ReadFailure("find the scheduled actions of the same deployment as "+id, err))
		return nil, diags
	}
	// A copy in the console, or a repeated request, has the marker of the deployment as well.
	if parts, err = deployment.Together(ctx, client, parts, id); err != nil {
		diags.Append(message.ReadFailure("read the scheduled actions of the same deployment as "+id, err))
		return nil, diags
	}
	return parts, diags
}

// missing returns the diagnostic of a scheduled action that Tanium does not show. One that was
// deleted is no error, so that the action can be invoked again.
func (a *cancelAction) missing(ctx context.Context, id string, at path.Path) diag.Diagnostic {
	// A typical mistake. The two kinds have IDs of their own, so a coincidence is rare.
	issued, err := a.env.client().Action(ctx, id)
	if err == nil && issued != nil && !deployment.Terminal(gateway.Deref(issued.Status)) {
		return diag.NewAttributeErrorDiagnostic(at, "ID of an action, not of a scheduled action",
			fmt.Sprintf("Tanium has no scheduled action %s that this token may read, and action %s is open. "+
				"Nothing was cancelled. Specify the ID of the scheduled action that issued it. The state and the "+
				"messages about an action have both.", id, id))
	}
	existence, err := deployment.ExistenceOf(ctx, a.env.client(), id)
	if err == nil && existence == deployment.NeverExisted {
		return diag.NewAttributeErrorDiagnostic(at, "No such scheduled action",
			fmt.Sprintf("Tanium has no scheduled action %s, and every one that this token may read has an ID that is "+
				"at least %d smaller. IDs grow, so this one has not been given yet. Nothing was cancelled. Specify "+
				"the ID of the scheduled action, not that of an action that it issued.", id,
				deployment.ExistenceMargin))
	}
	return diag.NewAttributeWarningDiagnostic(at, "No such scheduled action",
		fmt.Sprintf("Tanium has no scheduled action %s that this token may read, and nothing was cancelled. It "+
			"may have been deleted before. Specify the ID of the scheduled action, not that of an action that it "+
			"issued.", id))
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
			diags.Append(message.NotCancelled(part, err, fmt.Sprintf("Cancel it in the Tanium console, or with the "+
				"action tanium_action_cancel as long as Tanium shows scheduled action %s.", part.ScheduledActionID)))
			continue
		}
		if result.UnverifiedActionID != "" {
			cancelled.unverified = true
			diags.Append(message.NoticeUnverified(part, result.UnverifiedActionID))
		}
		cancelled.done = append(cancelled.done, message.CancelledText(part, result))
	}
	return cancelled, diags
}
