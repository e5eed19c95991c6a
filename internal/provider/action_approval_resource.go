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

// rightToApprove completes "the right …" in a message.
const rightToApprove = "to approve actions"

func (r *approvalResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_action_approval"
}

func (r *approvalResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Approves a scheduled action, if Tanium requires an approval. " +
			"The approval is given by the user of the provider's token. Tanium does not let a user approve their own " +
			"action, so use a provider alias with the token of another user. An approval cannot be revoked: " +
			"destroying the resource changes nothing in Tanium.",
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

// Create approves the scheduled action. It succeeds if the scheduled action is already approved,
// such as in the console.
func (r *approvalResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model approvalModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := model.ScheduledActionID.ValueString()
	approved, found := r.approved(ctx, id, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !found {
		resp.Diagnostics.AddAttributeError(path.Root("scheduled_action_id"), "No such scheduled action",
			fmt.Sprintf("Tanium has no scheduled action %s that this token may read. It may have been deleted.", id))
		return
	}
	if !approved {
		refusal := r.env.client().ApproveScheduledAction(ctx, id)
		// The approval may have succeeded even if its answer was lost, so read the result.
		approved, _ = r.approved(ctx, id, &resp.Diagnostics)
		if !approved {
			resp.Diagnostics.Append(notApproved(id, refusal))
			return
		}
	}
	model.ID, model.Approved = types.StringValue(id), types.BoolValue(true)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// approved reads whether a scheduled action exists and is approved.
func (r *approvalResource) approved(ctx context.Context, id string, diags *diag.Diagnostics) (approved, found bool) {
	scheduled, err := r.env.client().ScheduledAction(ctx, id)
	if err != nil {
		diags.Append(failure("read scheduled action "+id, rightToRead, err))
		return false, false
	}
	return scheduled != nil && scheduled.Approved, scheduled != nil
}

// notApproved returns the error of an approval that failed.
func notApproved(id string, refusal error) diag.Diagnostic {
	if refusal == nil {
		return diag.NewErrorDiagnostic("Action is not approved",
			fmt.Sprintf("Tanium accepted the approval of scheduled action %s but shows it as not approved.", id))
	}
	summary, detail := failureText("approve scheduled action "+id, rightToApprove, refusal)
	return diag.NewErrorDiagnostic(summary, detail+"\n\nTanium does not let a user approve their own action. "+
		"Use a provider alias with the token of a user who did not deploy the action and has the right "+
		rightToApprove+".")
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
