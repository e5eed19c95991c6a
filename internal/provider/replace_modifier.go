// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"reflect"

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
		"targets":   func(object types.Object) any { return targetsFrom(object) },
		"schedule":  func(object types.Object) any { return normalizeSchedule(scheduleFrom(object)) },
	}
}

// differs returns whether two values of a block mean different deployments. An unknown value may.
func differs(ctx context.Context, planned, prior types.Object, decode func(types.Object) any) bool {
	return !planned.Equal(prior) &&
		(!whollyKnown(ctx, planned) || !reflect.DeepEqual(decode(planned), decode(prior)))
}

// emptyMaps returns whether both maps are known and have no elements.
func emptyMaps(planned, prior types.Map) bool {
	return !planned.IsUnknown() && len(planned.Elements())+len(prior.Elements()) == 0
}

// replaces returns whether the modifiers of the attributes plan a replacement of an action that was
// not imported. ModifyPlan does not receive what they require.
func (m actionModel) replaces(ctx context.Context, prior actionModel) bool {
	blocks := map[string][2]types.Object{
		"package": {m.Package, prior.Package}, "operation": {m.Operation, prior.Operation},
		"targets": {m.Targets, prior.Targets}, "schedule": {m.Schedule, prior.Schedule},
	}
	for name, decode := range deploymentBlocks() {
		if differs(ctx, blocks[name][0], blocks[name][1], decode) {
			return true
		}
	}
	return !m.Name.Equal(prior.Name) || !m.Comment.Equal(prior.Comment) ||
		!m.Triggers.Equal(prior.Triggers) && !emptyMaps(m.Triggers, prior.Triggers)
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
	if created || destroyed || req.PlanValue.Equal(req.StateValue) {
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

// replaceString replaces the resource when a string changes. A null in an imported state is unknown
// rather than unset, and replaces nothing.
func replaceString() planmodifier.String {
	return stringplanmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.StringRequest,
			resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = !req.StateValue.IsNull() || !imported(ctx, req.Private)
		}, replaceDescription, replaceDescription)
}

// replaceMap replaces the resource when a map changes. It treats null and empty alike. A null in an
// imported state replaces nothing.
func replaceMap() planmodifier.Map {
	return mapplanmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = !emptyMaps(req.PlanValue, req.StateValue) &&
				(!req.StateValue.IsNull() || !imported(ctx, req.Private))
		}, replaceDescription, replaceDescription)
}
