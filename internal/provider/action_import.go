// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

var (
	_ resource.ResourceWithImportState = &actionResource{}
	_ resource.ResourceWithIdentity    = &actionResource{}
)

// actionIdentity is what an action is known by.
type actionIdentity struct {
	ScheduledActionID types.String `tfsdk:"scheduled_action_id"`
}

// IdentitySchema names an action by its scheduled action.
func (r *actionResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"scheduled_action_id": identityschema.StringAttribute{RequiredForImport: true, Description: "ID of the scheduled action; of the first one, where there are several."},
	}}
}

// ImportState takes over a scheduled action, and those that were made with it. What Tanium does not give back (the filter, the IDs, the package's parameters as they were
// given) stays null, and the next apply adopts it from the configuration without a replacement.
func (r *actionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := req.ID
	if id == "" {
		var identity actionIdentity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		id = identity.ScheduledActionID.ValueString()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	scheduled, err := r.env.client().ScheduledAction(ctx, id)
	if err != nil {
		resp.Diagnostics.Append(failure("read scheduled action "+id, rightToRead, err))
		return
	}
	if scheduled == nil {
		resp.Diagnostics.AddError("No such scheduled action",
			fmt.Sprintf("Tanium has no scheduled action %s that this token may read. Give the ID of the scheduled action, not that of the action which it issued.", id))
		return
	}
	parts, err := deployment.Siblings(ctx, r.env.client(), scheduled)
	if err != nil {
		resp.Diagnostics.Append(failure("read what was made with scheduled action "+id, rightToRead, err))
		return
	}
	for i, part := range parts {
		if parts[i], _, err = deployment.Refresh(ctx, r.env.client(), part); err != nil {
			resp.Diagnostics.Append(failure("read action "+named(part), rightToRead, err))
			return
		}
	}
	model := blankAction(ctx)
	model.Name, model.Comment = optionalText(scheduled.Name), optionalText(deployment.Unmarked(scheduled.Comment))
	model.Finished, model.Succeeded = types.BoolValue(false), types.BoolNull()
	model.TargetedEndpointCount = types.Int64Value(int64(deployment.Reported(parts)))
	model.take(ctx, parts, r.env.client().Address(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, model)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, []byte("true"))...)
}

// identify keeps what the action is known by.
func identify(ctx context.Context, identity *tfsdk.ResourceIdentity, model actionModel) (diags diag.Diagnostics) {
	if identity == nil {
		return nil
	}
	return identity.Set(ctx, actionIdentity{ScheduledActionID: model.ID})
}

// blankAction has a null of the right type everywhere.
func blankAction(ctx context.Context) actionModel {
	schema := actionSchema(ctx)
	object := func(name string) types.Object {
		kind, _ := schema.Blocks[name].Type().(types.ObjectType)
		return types.ObjectNull(kind.AttrTypes)
	}
	durations := map[string]attr.Type{"create": types.StringType, "update": types.StringType, "delete": types.StringType}
	return actionModel{
		Package: object("package"), Operation: object("operation"), Targets: object("targets"), Schedule: object("schedule"),
		Guard: object("guard"), Preview: object("preview"), Wait: object("wait"),
		Triggers: types.MapNull(types.StringType), Timeouts: timeouts.Value{Object: types.ObjectNull(durations)},
	}
}

// importedKey of the private state says that a state was imported, and that no apply has adopted the configuration since.
const importedKey = "imported"

// privateState is what a resource keeps beside its state. Terraform shows it to nobody.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// imported reports a state that was imported and does not know all that was deployed.
func imported(ctx context.Context, private privateState) bool {
	kept, _ := private.GetKey(ctx, importedKey)
	return len(kept) > 0
}
