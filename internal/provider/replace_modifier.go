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

const replaceDescription = "Changing this deploys a new action."

// replaceUnlessSame deploys a new action when what a block says changes. Where only its spelling
// changes, such as a default that is written out, the plan keeps the spelling of the state, and
// nothing is planned.
//
// A state that was imported does not know all that was deployed: planImported decides about it.
type replaceUnlessSame struct {
	// decode maps the block to what is deployed.
	decode func(types.Object) any
}

var _ planmodifier.Object = replaceUnlessSame{}

// Description says what the modifier does.
func (m replaceUnlessSame) Description(context.Context) string { return replaceDescription }

// MarkdownDescription says what the modifier does.
func (m replaceUnlessSame) MarkdownDescription(context.Context) string { return replaceDescription }

// PlanModifyObject plans a replacement, or the value of the state.
func (m replaceUnlessSame) PlanModifyObject(
	ctx context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse,
) {
	created, destroyed := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if created || destroyed || req.PlanValue.Equal(req.StateValue) {
		return
	}
	if whollyKnown(ctx, req.PlanValue) && reflect.DeepEqual(m.decode(req.PlanValue), m.decode(req.StateValue)) {
		if !req.PlanValue.IsNull() && !req.StateValue.IsNull() {
			resp.PlanValue = req.StateValue
		}
		return
	}
	resp.RequiresReplace = !imported(ctx, req.Private)
}

// samePackage is a package in the one spelling that is compared: without what is a default when it
// is left out.
func samePackage(given deployment.Package) deployment.Package {
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

// sameSchedule is a schedule in the one spelling that is compared.
func sameSchedule(given deployment.Schedule) deployment.Schedule {
	if given.DistributeSeconds != nil && *given.DistributeSeconds == 0 {
		given.DistributeSeconds = nil
	}
	return given
}

func replaceString() planmodifier.String {
	return stringplanmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.StringRequest,
			resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = !req.StateValue.IsNull() || !imported(ctx, req.Private)
		}, replaceDescription, replaceDescription)
}

func replaceMap() planmodifier.Map {
	return mapplanmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
			empty := !req.PlanValue.IsUnknown() && len(req.PlanValue.Elements())+len(req.StateValue.Elements()) == 0
			resp.RequiresReplace = !empty && (!req.StateValue.IsNull() || !imported(ctx, req.Private))
		}, replaceDescription, replaceDescription)
}
