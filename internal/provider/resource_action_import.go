// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

var (
	_ resource.ResourceWithImportState = &actionResource{}
	_ resource.ResourceWithIdentity    = &actionResource{}
)

// actionIdentity is the resource identity of an action.
type actionIdentity struct {
	ScheduledActionID types.String `tfsdk:"scheduled_action_id"`
}

// IdentitySchema identifies an action by the ID of its scheduled action.
func (r *actionResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"scheduled_action_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "ID of the scheduled action. With several scheduled actions, the ID of the first.",
		},
	}}
}

// ImportState imports a scheduled action and those of the same deployment. The state has the values
// that Tanium returns, which -generate-config-out writes. The next plan compares them with the
// configuration. The values that Tanium does not return (filter, endpoint IDs, platforms,
// operation) are adopted from the configuration.
func (r *actionResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	id := req.ID
	if id == "" && (req.Identity == nil || req.Identity.Raw.IsNull()) {
		resp.Diagnostics.AddError("Missing ID", "Specify the ID of the scheduled action to import.")
		return
	}
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
		resp.Diagnostics.Append(message.ReadFailure("read scheduled action "+id, err))
		return
	}
	if scheduled == nil {
		resp.Diagnostics.AddError("No such scheduled action",
			fmt.Sprintf("Tanium has no scheduled action %s that this token may read. Specify the ID of the scheduled "+
				"action, not that of an action it issued.", id))
		return
	}
	parts, details, err := r.readImported(ctx, scheduled)
	if err != nil {
		resp.Diagnostics.Append(message.ReadFailure("read the deployment of scheduled action "+id, err))
		return
	}
	model := r.importedModel(ctx, scheduled, parts, details)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, model)...)
	encoded, err := json.Marshal(importedFacts{Details: details})
	if err != nil {
		resp.Diagnostics.AddError("Bug in the provider",
			fmt.Sprintf("The imported details cannot be encoded: %s. Please report this.", err))
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, encoded)...)
	if r.env.dispatcher.Holds(model.marker()) { // "terraform import" does not plan the other object
		resp.Diagnostics.Append(message.NoticeShared([]string{id}))
	}
	resp.Diagnostics.Append(saveOrigin(ctx, resp.Private, origin{Imported: true})...)
	if details != nil && len(parts) == 1 {
		resp.Diagnostics.Append(noticeUnclear(details.Package)...)
	}
}

// imported returns the state of a scheduled action and of the parts of its deployment, with the
// arguments that Tanium returns; details is nil if it returns none.
func (r *actionResource) importedModel(
	ctx context.Context, scheduled *gateway.ScheduledAction, parts []deployment.Part,
	details *gateway.ScheduledActionDetails,
) actionModel {
	model := nullAction(ctx)
	model.Name, model.Comment = optionalText(scheduled.Name), optionalText(deployment.Unmarked(scheduled.Comment))
	if details != nil {
		model.setDetails(*details, len(parts) == 1, r.env.serverClock.Now())
	}
	// The apply that adopts an action does not wait for it, unless the configuration says so.
	model.Wait = withValues(model.Wait, map[string]attr.Value{"enabled": types.BoolValue(false)})
	model.Finished, model.Succeeded = types.BoolValue(false), types.BoolNull()
	model.TargetedEndpointCount = types.Int64Null()
	model.setParts(parts, r.env.client().Address())
	marker, _ := deployment.MarkerOf(scheduled.Comment)
	model.Marker = markerText(marker)
	return model
}

// readImported reads all scheduled actions of a deployment and its details.
func (r *actionResource) readImported(
	ctx context.Context, scheduled *gateway.ScheduledAction,
) ([]deployment.Part, *gateway.ScheduledActionDetails, error) {
	client := r.env.client()
	parts, err := deployment.Siblings(ctx, client, scheduled)
	if err != nil {
		return nil, nil, err
	}
	details, err := client.ScheduledActionDetails(ctx, scheduled.Id)
	if err != nil {
		return nil, nil, err
	}
	if parts, err = deployment.Together(ctx, r.env.client(), parts, scheduled.Id); err != nil {
		return nil, nil, err
	}
	for i, part := range parts {
		read, err := deployment.Read(ctx, client, part, deployment.ReadLatest)
		if err != nil && !errors.Is(err, deployment.ErrGone) {
			return nil, nil, err
		}
		parts[i] = read
	}
	return parts, details, nil
}

// countAdopted counts the endpoints of an imported deployment by the configured targets, because
// Tanium does not report how many endpoints it targeted. It returns null if there is a filter,
// which may match other endpoints now. The action is then finished once it is over.
func (r *actionResource) countAdopted(
	ctx context.Context, request deployment.Request, parts []deployment.Part, diags *diag.Diagnostics,
) types.Int64 {
	if request.Targets.Filter != nil {
		return types.Int64Null()
	}
	reach, err := r.env.preparer.Previews.Get(ctx, request.Reach(), targeting.PreviewOptions{})
	if err != nil {
		diags.Append(message.Failure("count the endpoints of the imported action", "to read endpoints", err))
		return types.Int64Null()
	}
	return types.Int64Value(int64(max(reach.Count, deployment.Reported(parts))))
}

// setDetails sets the arguments that Tanium returns. It sets the package only if hasPackage is
// true: a deployment with several scheduled actions is an operation, which Tanium does not return.
func (m *actionModel) setDetails(details gateway.ScheduledActionDetails, hasPackage bool, now time.Time) {
	if hasPackage {
		ref, name := importedRef(details.Package.Id, details.Package.Name)
		values := map[string]attr.Value{name: types.StringValue(ref)}
		maps.Copy(values, importedParameters(details.Package))
		m.Package = withValues(m.Package, values)
	}
	m.Targets = withValues(m.Targets, map[string]attr.Value{
		"action_group":   importedGroup(details.Targets.ActionGroup),
		"computer_group": importedGroup(details.Targets.TargetGroup),
	})
	schedule := map[string]attr.Value{}
	for name, seconds := range map[string]*int{"distribute_seconds": details.DistributeSeconds,
		"expire_seconds":  details.ExpireSeconds,
		"reissue_seconds": details.IssueSeconds} {
		if seconds != nil && *seconds > 0 {
			schedule[name] = numberValue(seconds)
		}
	}
	if details.EndTime != nil {
		schedule["end_time"] = timetypes.NewRFC3339TimeValue(details.EndTime.UTC())
	}
	if details.StartTime != nil && details.StartTime.After(now) {
		schedule["start_time"] = timetypes.NewRFC3339TimeValue(details.StartTime.UTC())
	}
	m.Schedule = withValues(m.Schedule, schedule)
}

// withValues returns an object that has some values, and null otherwise.
func withValues(of types.Object, values map[string]attr.Value) types.Object {
	kinds := of.AttributeTypes(context.Background())
	fields := map[string]attr.Value{}
	for name, kind := range kinds {
		fields[name] = nullOf(kind)
	}
	maps.Copy(fields, values)
	return types.ObjectValueMust(kinds, fields)
}

// importedRef returns how a configuration refers to an object: by name if it has one, otherwise by
// ID.
func importedRef(id, name *string) (value, attribute string) {
	if name != nil && *name != "" {
		return *name, "name"
	}
	if id != nil {
		return *id, "id"
	}
	return "", "id"
}

// importedGroup returns a reference to a group; null if it has neither name nor ID.
func importedGroup(group gateway.NamedRef) types.Dynamic {
	value, attribute := importedRef(group.Id, group.Name)
	if value == "" {
		return types.DynamicNull()
	}
	return types.DynamicValue(types.ObjectValueMust(map[string]attr.Type{attribute: types.StringType},
		map[string]attr.Value{attribute: types.StringValue(value)}))
}

// setIdentity sets the resource identity, if Terraform supports it.
func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, model actionModel) (diags diag.Diagnostics) {
	if identity == nil {
		return nil
	}
	return identity.Set(ctx, actionIdentity{ScheduledActionID: model.ID})
}

// nullAction returns a model in which every argument is null.
func nullAction(ctx context.Context) actionModel {
	schema := actionSchema(ctx)
	object := func(name string) types.Object {
		kind, _ := schema.Blocks[name].Type().(types.ObjectType)
		return types.ObjectNull(kind.AttrTypes)
	}
	durations := map[string]attr.Type{
		"create": types.StringType,
		"update": types.StringType,
		"delete": types.StringType,
	}
	return actionModel{deploymentModel: deploymentModel{
		Package: object("package"), Operation: object("operation"), Targets: object("targets"),
		Schedule: object("schedule"),
		Guard:    object("guard"), Preview: object("preview"), Wait: object("wait"),
		Report: object("failure_report")},
		LimitedBy: types.SetNull(types.StringType),
		Triggers:  types.MapNull(types.StringType), Timeouts: timeouts.Value{Object: types.ObjectNull(durations)},
	}
}
