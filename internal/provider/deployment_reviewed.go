// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// reviewedDescriptions returns the names and descriptions of the attributes of a reviewed set,
// besides endpoints.
func reviewedDescriptions() map[string]string {
	return map[string]string{
		"count":      "Number of endpoints that were counted.",
		"complete":   "Whether all endpoints had answered.",
		"truncated":  "Whether `endpoints` lacks some.",
		"counted_at": "Time of the count.",
		"source":     "Source of the count: `live` or `cached`.",
		"targets":    "Digest of the targets that were counted.",
	}
}

// reviewedTypes returns the attribute types of a reviewed set.
func reviewedTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"count": types.Int64Type, "complete": types.BoolType, "truncated": types.BoolType,
		"counted_at": types.StringType, "source": types.StringType, "targets": types.StringType,
		"endpoints": types.MapType{ElemType: types.StringType},
	}
}

// reviewedAttribute returns the attribute reviewed of the block guard.
func reviewedAttribute() schema.SingleNestedAttribute {
	attributes := map[string]schema.Attribute{
		"endpoints": schema.MapAttribute{
			Required: true, ElementType: types.StringType,
			MarkdownDescription: "Names of the endpoints, by ID.",
		},
	}
	for name, description := range reviewedDescriptions() {
		switch reviewedTypes()[name] {
		case types.Int64Type:
			attributes[name] = schema.Int64Attribute{Required: true, MarkdownDescription: description}
		case types.BoolType:
			attributes[name] = schema.BoolAttribute{Required: true, MarkdownDescription: description}
		default:
			attributes[name] = schema.StringAttribute{Required: true, MarkdownDescription: description}
		}
	}
	return schema.SingleNestedAttribute{
		Optional:      true,
		Attributes:    attributes,
		PlanModifiers: []planmodifier.Object{keepReviewed{}},
		MarkdownDescription: fmt.Sprintf("Endpoints that were reviewed in the plan: the `reviewed` of a "+
			"`tanium_action_preview` with the same `targets`. The action is deployed only if no other endpoint "+
			"matches, apart from `max_growth_percent` of their number. A set of up to %d is deployed by ID, so no "+
			"other endpoint runs the action. Of a larger set, an endpoint that comes online after the deployment "+
			"and matches runs it, too. The plan shows the set by name and ID. Once the action is deployed, a new "+
			"set changes nothing.", targeting.MaxEndpointIDs),
	}
}

// reviewedFrom converts the attribute reviewed; nil for null and unknown.
func reviewedFrom(value attr.Value) *deployment.Reviewed {
	object, ok := value.(types.Object)
	if !ok || object.IsNull() || object.IsUnknown() {
		return nil
	}
	fields := object.Attributes()
	return &deployment.Reviewed{
		Names:     texts(fields["endpoints"]),
		Count:     gateway.Deref(integer(fields["count"])),
		Complete:  boolean(fields["complete"]),
		Truncated: boolean(fields["truncated"]),
		CountedAt: text(fields["counted_at"]),
		Targets:   text(fields["targets"]),
	}
}

// reviewedState returns the attribute reviewed of a preview.
func reviewedState(reach targeting.Reach, targets targeting.Targets, countedAt string) types.Object {
	names, source := map[string]attr.Value{}, "cached"
	for _, endpoint := range reach.Sample {
		names[endpoint.Id] = types.StringValue(endpoint.Name)
	}
	if reach.Online {
		source = "live"
	}
	return types.ObjectValueMust(reviewedTypes(), map[string]attr.Value{
		"count":      types.Int64Value(int64(reach.Count)),
		"complete":   types.BoolValue(reach.Complete),
		"truncated":  types.BoolValue(len(names) < reach.Count),
		"counted_at": types.StringValue(countedAt),
		"source":     types.StringValue(source),
		"targets":    types.StringValue(targets.Digest()),
		"endpoints":  types.MapValueMust(types.StringType, names),
	})
}

// keepReviewed keeps the reviewed set of a deployment that was made. Each plan reads a new one,
// which would otherwise be a change of every action in every plan. A deployment that replaces the
// action is planned without the state, and so has the new set.
type keepReviewed struct{}

var _ planmodifier.Object = keepReviewed{}

// Description describes the modifier.
func (keepReviewed) Description(context.Context) string {
	return "A new reviewed set changes nothing once the action is deployed."
}

// MarkdownDescription describes the modifier.
func (m keepReviewed) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyObject keeps the set of the state.
func (keepReviewed) PlanModifyObject(
	_ context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse,
) {
	if !req.StateValue.IsNull() && !req.PlanValue.IsNull() {
		resp.PlanValue = req.StateValue
	}
}
