// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ resource.ResourceWithConfigure = &approvalResource{}

// approvalResource approves a scheduled action. Tanium requires another user than its creator, so
// the resource uses a provider alias with that user's token.
type approvalResource struct {
	env *environment
}

func newApprovalResource() resource.Resource { return &approvalResource{} }

// approvalModel is the plan and state of the resource tanium_action_approval.
type approvalModel struct {
	ID                types.String `tfsdk:"id"`
	ScheduledActionID types.String `tfsdk:"scheduled_action_id"`
	Approved          types.Bool   `tfsdk:"approved"`
}

func (r *approvalResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_action_approval"
}

func (r *approvalResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Approves a scheduled action, if Tanium requires an approval. " +
			"The approval is given by the user of the provider's token. Tanium does not let a user approve their own " +
			"action, so use a provider alias with the token of another user. An operation has a scheduled action for " +
			"each set of platforms; all of them are approved. An approval cannot be revoked: destroying the resource " +
			"changes nothing in Tanium.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "ID of the scheduled action.",
			},
			"scheduled_action_id": schema.StringAttribute{Required: true, Validators: notEmpty(),
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "ID of the scheduled action to approve, such as the `id` of a `tanium_action` " +
					"with `wait.approval` set to `continue`."},
			"approved": schema.BoolAttribute{
				Computed:            true,
				PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "Whether the scheduled action is approved.",
			},
		},
	}
}

func (r *approvalResource) Configure(
	_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	r.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

// Create approves every scheduled action of the deployment. It succeeds if all are already
// approved, such as in the console.
func (r *approvalResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model approvalModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := model.ScheduledActionID.ValueString()
	r.env.approve(ctx, id, path.Root("scheduled_action_id"), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	model.ID, model.Approved = types.StringValue(id), types.BoolValue(true)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// Read sends no request: an approval is valid as long as the scheduled action exists, and needs no
// change after that.
func (r *approvalResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update copies the plan to the state. No attribute can be updated in place.
func (r *approvalResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete does nothing in Tanium: an approval cannot be revoked.
func (r *approvalResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}
