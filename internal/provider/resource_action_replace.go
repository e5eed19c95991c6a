// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// replaceDescription describes an argument whose change deploys a new action.
const replaceDescription = "Changing this deploys a new action."

// deploymentBlocks returns the blocks whose change deploys a new action, each with a function that
// maps it to the part of the deployment that is compared.
func deploymentBlocks() map[string]func(types.Object) any {
	return map[string]func(types.Object) any{
		"package":   func(object types.Object) any { return normalizePackage(packageFrom(object)) },
		"operation": func(object types.Object) any { return operationFrom(object) },
		"targets":   func(object types.Object) any { targets, _ := targetsFrom(object); return targets },
		"schedule":  func(object types.Object) any { return normalizeSchedule(scheduleFrom(object)) },
	}
}

// differs returns whether two values of a block mean different deployments. An unknown value is not
// different: the update compares it once it is known, and nothing runs again that may be the same.
func differs(ctx context.Context, planned, prior types.Object, decode func(types.Object) any) bool {
	return !planned.Equal(prior) && whollyKnown(ctx, planned) && !reflect.DeepEqual(decode(planned), decode(prior))
}

// emptyMaps returns whether both maps are known and have no elements.
func emptyMaps(planned, prior types.Map) bool {
	return !planned.IsUnknown() && len(planned.Elements())+len(prior.Elements()) == 0
}

// changed returns the names of the arguments whose modifiers plan a replacement of an action that
// was not imported, sorted. ModifyPlan does not receive what they require.
func (m actionModel) changed(ctx context.Context, prior actionModel) []string {
	var names []string
	before := prior.deploymentArguments()
	for name, value := range m.deploymentArguments() {
		if block, ok := value.(types.Object); ok {
			earlier, _ := before[name].(types.Object)
			if differs(ctx, block, earlier, deploymentBlocks()[name]) {
				names = append(names, name)
			}
			continue
		}
		known := whollyKnown(ctx, value)
		if known && !value.Equal(before[name]) && (name != "triggers" || !emptyMaps(m.Triggers, prior.Triggers)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// unknown returns the names of the arguments of the deployment that are not wholly known, sorted.
func (m actionModel) unknown(ctx context.Context) []string {
	var names []string
	for name, value := range m.deploymentArguments() {
		if !whollyKnown(ctx, value) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// deploymentArguments returns the arguments whose change deploys a new action, by name.
func (m actionModel) deploymentArguments() map[string]attr.Value {
	return map[string]attr.Value{
		"name": m.Name, "comment": m.Comment, "triggers": m.Triggers,
		"package": m.Package, "operation": m.Operation, "targets": m.Targets, "schedule": m.Schedule,
	}
}

// replaceUnlessSame plans a replacement when the meaning of a block changes. If only its form
// changes, such as a default that is set explicitly, the plan keeps the value of the state and has
// no change.
//
// It plans no replacement of an imported action, whose state is incomplete: planImported decides.
type replaceUnlessSame struct {
	// decode maps the block to the part of the deployment that is compared.
	decode func(types.Object) any
}

var _ planmodifier.Object = replaceUnlessSame{}

// Description describes the modifier.
func (m replaceUnlessSame) Description(context.Context) string { return replaceDescription }

// MarkdownDescription describes the modifier.
func (m replaceUnlessSame) MarkdownDescription(context.Context) string { return replaceDescription }

// PlanModifyObject requires a replacement, or keeps the value of the state.
func (m replaceUnlessSame) PlanModifyObject(
	ctx context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse,
) {
	created, destroyed := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if created || destroyed || req.PlanValue.Equal(req.StateValue) || !whollyKnown(ctx, req.PlanValue) {
		return
	}
	if !differs(ctx, req.PlanValue, req.StateValue, m.decode) {
		if !req.PlanValue.IsNull() && !req.StateValue.IsNull() {
			resp.PlanValue = req.StateValue
		}
		return
	}
	resp.RequiresReplace = !imported(ctx, req.Private)
}

// normalizePackage returns a package in the form that is compared: without trailing null parameters
// and empty maps.
func normalizePackage(given deployment.Package) deployment.Package {
	for len(given.Parameters) > 0 && given.Parameters[len(given.Parameters)-1] == nil {
		given.Parameters = given.Parameters[:len(given.Parameters)-1]
	}
	if len(given.Parameters) == 0 {
		given.Parameters = nil
	}
	if len(given.SensorSourced) == 0 {
		given.SensorSourced = nil
	}
	return given
}

// normalizeSchedule returns a schedule in the form that is compared: without an explicit default.
func normalizeSchedule(given deployment.Schedule) deployment.Schedule {
	if given.DistributeSeconds != nil && *given.DistributeSeconds == 0 {
		given.DistributeSeconds = nil
	}
	return given
}

// replaceString replaces the resource when a string changes. An unknown string may not change, and
// planImported compares that of an imported action: Tanium may show another spelling of it.
func replaceString() planmodifier.String {
	return stringplanmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.StringRequest,
			resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = !req.PlanValue.IsUnknown() && !imported(ctx, req.Private)
		}, replaceDescription, replaceDescription)
}

// replaceMap replaces the resource when a map changes. It treats null and empty alike. A map with
// an unknown value may not change. An imported state has no map.
func replaceMap() planmodifier.Map {
	return mapplanmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = whollyKnown(ctx, req.PlanValue) && !emptyMaps(req.PlanValue, req.StateValue) &&
				!imported(ctx, req.Private)
		}, replaceDescription, replaceDescription)
}
