// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

var (
	_ action.ActionWithConfigure      = &approveAction{}
	_ action.ActionWithValidateConfig = &approveAction{}
)

// approveAction is Terraform's action tanium_action_approve.
type approveAction struct {
	env *environment
}

func newApproveAction() action.Action { return &approveAction{} }

func (a *approveAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_action_approve"
}

func (a *approveAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Approves a scheduled action, if Tanium requires an approval. The approval is given by " +
			"the user of the provider's token. Tanium does not let a user approve their own action, so use a " +
			"provider alias with the token of another user. The API cannot revoke an approval. Invoking it again is " +
			"safe. An operation has a scheduled action for each set of platforms; all of them are approved. Requires " +
			"Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"scheduled_action_id": schema.StringAttribute{Required: true, Validators: notEmpty(),
				MarkdownDescription: "ID of the scheduled action to approve, or of one of an operation."},
		},
		Blocks: invocationBlocks(ctx),
	}
}

func (a *approveAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig reports invalid arguments, as far as they are known, without a request to Tanium.
func (a *approveAction) ValidateConfig(
	ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse,
) {
	validateInvocation(ctx, req.Config, &resp.Diagnostics)
}

// Invoke approves every scheduled action of the deployment that is not approved.
func (a *approveAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	id, timeout := invocationOf(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	bounded, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	approval := a.env.approve(bounded, id, path.Root("scheduled_action_id"), &resp.Diagnostics)
	for _, each := range approval.Approved {
		sendTo(ctx, resp, fmt.Sprintf("Scheduled action %s was approved.", each))
	}
	for _, each := range approval.Already {
		sendTo(ctx, resp, fmt.Sprintf("Scheduled action %s was already approved.", each))
	}
	if resp.Diagnostics.HasError() && expired(ctx, bounded) {
		resp.Diagnostics.AddError(fmt.Sprintf("Timeout of %s during the approval", timeout), fmt.Sprintf(
			"The timeout ended before Tanium confirmed the approval of scheduled action %s. Invoke the action again: "+
				"it approves only what is not approved. To allow more time, increase timeouts.invoke.", id))
	}
}
