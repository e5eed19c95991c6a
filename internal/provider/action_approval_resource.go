// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ resource.ResourceWithConfigure = &approvalResource{}

// approvalResource is the approval of a scheduled action by another user than its creator: the
// provider it belongs to is an alias with that user's token.
type approvalResource struct {
	env *environment
}

func newApprovalResource() resource.Resource { return &approvalResource{} }

type approvalModel struct {
	ID                types.String `tfsdk:"id"`
	ScheduledActionID types.String `tfsdk:"scheduled_action_id"`
	Approved          types.Bool   `tfsdk:"approved"`
}

const rightToApprove = "to approve actions"

func (r *approvalResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_action_approval"
}

func (r *approvalResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The approval of a scheduled action, where Tanium asks for one. " +
			"It is given by the user of the provider's token, who must be another one than the action's creator: " +
			"use a provider alias with that user's token. An approval cannot be taken back: " +
			"destroying it changes nothing in Tanium.",
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
				MarkdownDescription: "The scheduled action is approved.",
			},
		},
	}
}

func (r *approvalResource) Configure(
	_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	r.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

// Create approves. What is approved already is success: somebody may have done it in the console.
func (r *approvalResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model approvalModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := model.ScheduledActionID.ValueString()
	if approved, found := r.approved(ctx, id, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	} else if !found {
		resp.Diagnostics.AddAttributeError(path.Root("scheduled_action_id"), "No such scheduled action",
			fmt.Sprintf("Tanium has no scheduled action %s that this token may read: it may have been deleted.", id))
		return
	} else if !approved {
		refusal := r.env.client().ApproveScheduledAction(ctx, id)
		// The server may have approved and lost its answer: what it shows decides.
		if approved, _ := r.approved(ctx, id, &resp.Diagnostics); !approved {
			resp.Diagnostics.Append(notApproved(id, refusal))
			return
		}
	}
	model.ID, model.Approved = types.StringValue(id), types.BoolValue(true)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

func (r *approvalResource) approved(ctx context.Context, id string, diags *diag.Diagnostics) (approved, found bool) {
	scheduled, err := r.env.client().ScheduledAction(ctx, id)
	if err != nil {
		diags.Append(failure("read scheduled action "+id, rightToRead, err))
		return false, false
	}
	return scheduled != nil && scheduled.Approved, scheduled != nil
}

func notApproved(id string, refusal error) diag.Diagnostic {
	if refusal == nil {
		return diag.NewErrorDiagnostic("Action is not approved",
			fmt.Sprintf("Tanium took the approval of scheduled action %s and shows it as not approved.", id))
	}
	summary, detail := failureText("approve scheduled action "+id, rightToApprove, refusal)
	return diag.NewErrorDiagnostic(summary, detail+"\n\nTanium does not let a user approve their own action. "+
		"Use the token of another user than the one who deployed the action; that user needs the right "+
		rightToApprove+". Give this resource a provider alias with such a token.")
}

// Read asks nothing: an approval holds as long as the scheduled action does, and there is nothing
// to do when that is gone.
func (r *approvalResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update has nothing to do.
func (r *approvalResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete has nothing to do: an approval cannot be taken back.
func (r *approvalResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}
