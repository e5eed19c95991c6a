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

var _ action.ActionWithConfigure = &approveAction{}

// approveAction is Terraform's action tanium_action_approve.
type approveAction struct {
	env *environment
}

func newApproveAction() action.Action { return &approveAction{} }

func (a *approveAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_action_approve"
}

func (a *approveAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
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
	}
}

func (a *approveAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

// Invoke approves every scheduled action of the deployment that is not approved.
func (a *approveAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	at := path.Root("scheduled_action_id")
	id := givenID(ctx, req.Config, at, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	approval := a.env.approve(ctx, id, at, &resp.Diagnostics)
	for _, each := range approval.Approved {
		sendTo(ctx, resp, fmt.Sprintf("Scheduled action %s was approved.", each))
	}
	for _, each := range approval.Already {
		sendTo(ctx, resp, fmt.Sprintf("Scheduled action %s was already approved.", each))
	}
}
