// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
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
func (r *actionResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"scheduled_action_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "ID of the scheduled action; of the first one, where there are several.",
		},
	}}
}

// ImportState takes over a scheduled action, and those that were made with it. The state gets all
// that Tanium gives back: that is what -generate-config-out writes. The next plan compares it with
// the configuration; what Tanium does not give back (the filter, the IDs, the platforms, the
// operation) is adopted from there.
func (r *actionResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	id := req.ID
	if id == "" && (req.Identity == nil || req.Identity.Raw.IsNull()) {
		resp.Diagnostics.AddError("Missing ID", "Give the ID of the scheduled action to import.")
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
		resp.Diagnostics.Append(failure("read scheduled action "+id, rightToRead, err))
		return
	}
	if scheduled == nil {
		resp.Diagnostics.AddError("No such scheduled action",
			fmt.Sprintf("Tanium has no scheduled action %s that this token may read. Give the ID of the scheduled "+
				"action, not that of the action which it issued.", id))
		return
	}
	parts, details, err := r.readImported(ctx, scheduled)
	if err != nil {
		resp.Diagnostics.Append(failure("read what was made with scheduled action "+id, rightToRead, err))
		return
	}
	model := blankAction(ctx)
	model.Name, model.Comment = optionalText(scheduled.Name), optionalText(deployment.Unmarked(scheduled.Comment))
	if details != nil {
		model.takeDetails(*details, len(parts) == 1, r.env.clock.Now())
	}
	model.Finished, model.Succeeded = types.BoolValue(false), types.BoolNull()
	model.TargetedEndpointCount = types.Int64Null()
	model.take(ctx, parts, r.env.client().Address(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, model)...)
	kept, err := json.Marshal(importedFacts{Details: details})
	if err != nil {
		resp.Diagnostics.AddError("Bug in the provider",
			fmt.Sprintf("What was imported cannot be kept: %s. Please report this.", err))
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, kept)...)
}

// readImported reads all scheduled actions of a deployment, and how it was made.
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
	if parts, err = r.distinct(ctx, parts, scheduled.Id); err != nil {
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

// distinct leaves the one that is imported, where several run one package: an operation runs a
// package for each set of platforms, so they were made by a repetition of one request, or copied in
// the console.
func (r *actionResource) distinct(ctx context.Context, parts []deployment.Part, id string) ([]deployment.Part, error) {
	if len(parts) == 1 {
		return parts, nil
	}
	seen := map[string]bool{}
	for _, part := range parts {
		details, err := r.env.client().ScheduledActionDetails(ctx, part.ScheduledActionID)
		if err != nil {
			return nil, err
		}
		if details == nil {
			continue
		}
		name := gateway.Deref(details.Package.Name)
		if seen[name] {
			return slices.DeleteFunc(parts, func(part deployment.Part) bool { return part.ScheduledActionID != id }),
				nil
		}
		seen[name] = true
	}
	return parts, nil
}

// countAdopted counts the endpoints of an imported deployment, by the targets that an apply adopts
// from the configuration: Tanium does not tell how many it was sent to. It is null for a filter,
// which may match others by now than it did then: the action counts as finished once it is over.
func (r *actionResource) countAdopted(
	ctx context.Context, model actionModel, parts []deployment.Part, diags *diag.Diagnostics,
) types.Int64 {
	request := model.request()
	if request.Targets.Filter != nil {
		return types.Int64Null()
	}
	reach, err := r.env.preparer.Previews.Get(ctx, r.env.lookup, request.Reach(), targeting.PreviewOptions{})
	if err != nil {
		diags.Append(failure("count the endpoints of the imported action", "to read endpoints", err))
		return types.Int64Null()
	}
	return types.Int64Value(int64(max(reach.Count, deployment.Reported(parts))))
}

// takeDetails maps what Tanium gives back of a deployment. Of one that made several scheduled
// actions the package is none that was asked for: it was an operation, which Tanium does not show.
func (m *actionModel) takeDetails(details gateway.ScheduledActionDetails, ofPackage bool, now time.Time) {
	set := func(block *types.Object, values map[string]attr.Value) {
		kinds := block.AttributeTypes(context.Background())
		fields := map[string]attr.Value{}
		for name, kind := range kinds {
			fields[name] = nullOf(kind)
		}
		maps.Copy(fields, values)
		*block = types.ObjectValueMust(kinds, fields)
	}
	if ofPackage {
		ref, name := importedRef(details.Package.Id, details.Package.Name)
		values := map[string]attr.Value{name: types.StringValue(ref)}
		if len(details.Package.Params) > 0 {
			values["parameters"] = textList(details.Package.Params)
		}
		if sourced := details.Package.SensorSourcedParams; len(sourced) > 0 {
			given := map[string]attr.Value{}
			for _, parameter := range sourced {
				given[parameter.Name] = types.StringValue(parameter.Value)
			}
			values["sensor_sourced_parameters"] = types.MapValueMust(types.StringType, given)
		}
		set(&m.Package, values)
	}
	set(&m.Targets, map[string]attr.Value{
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
	set(&m.Schedule, schedule)
}

// nullOf is null of a type.
func nullOf(kind attr.Type) attr.Value {
	ctx := context.Background()
	value, err := kind.ValueFromTerraform(ctx, tftypes.NewValue(kind.TerraformType(ctx), nil))
	if err != nil {
		return nil // a type of the schema has a null
	}
	return value
}

// importedRef is how a configuration names an object: by its name where it has one, else by its ID.
func importedRef(id, name *string) (value, attribute string) {
	if name != nil && *name != "" {
		return *name, "name"
	}
	if id != nil {
		return *id, "id"
	}
	return "", "id"
}

func importedGroup(group gateway.NamedRef) types.Dynamic {
	value, attribute := importedRef(group.Id, group.Name)
	if value == "" {
		return types.DynamicNull()
	}
	return types.DynamicValue(types.ObjectValueMust(map[string]attr.Type{attribute: types.StringType},
		map[string]attr.Value{attribute: types.StringValue(value)}))
}

func textList(texts []string) types.List {
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, elements)
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
	durations := map[string]attr.Type{
		"create": types.StringType,
		"update": types.StringType,
		"delete": types.StringType,
	}
	return actionModel{
		Package: object("package"), Operation: object("operation"), Targets: object("targets"),
		Schedule: object("schedule"),
		Guard:    object("guard"), Preview: object("preview"), Wait: object("wait"),
		Triggers: types.MapNull(types.StringType), Timeouts: timeouts.Value{Object: types.ObjectNull(durations)},
	}
}
