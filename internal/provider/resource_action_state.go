// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// partTypes returns the attribute types of one element of the attribute actions.
func partTypes() map[string]attr.Type {
	kind, _ := partsAttribute().NestedObject.Type().(types.ObjectType)
	return kind.AttrTypes
}

// resultsTypes returns the attribute types of the attribute results.
func resultsTypes() map[string]attr.Type {
	kind, _ := resultsAttribute("").GetType().(types.ObjectType)
	return kind.AttrTypes
}

// setParts sets the computed attributes from the parts of a deployment. It leaves none unknown,
// because Terraform reports an error for each unknown attribute after apply.
func (m *actionModel) setParts(parts []deployment.Part, address gateway.Address) {
	m.ID = types.StringValue(parts[0].ScheduledActionID)
	m.Status = optionalText(string(deployment.Status(parts)))
	m.ConsoleURL = actionURL(parts[0].ActionID, address)
	m.Actions, m.Results = partsState(parts, address)
}

// partsState returns the attributes actions and results. It builds them without reflection, because
// each apply and refresh of each action needs them.
func partsState(parts []deployment.Part, address gateway.Address) (types.List, types.Object) {
	elements, kinds := make([]attr.Value, len(parts)), partTypes()
	for i, part := range parts {
		platforms := types.ListNull(types.StringType)
		if part.Platforms != nil {
			platforms = textList(part.Platforms)
		}
		elements[i] = types.ObjectValueMust(kinds, map[string]attr.Value{
			"scheduled_action_id": types.StringValue(part.ScheduledActionID),
			"action_id":           optionalText(part.ActionID),
			"platforms":           platforms,
			"approved":            types.BoolValue(part.Approved),
			"deleted":             types.BoolValue(part.Deleted),
			"status":              optionalText(string(part.Status)),
			"start_time":          timetypes.NewRFC3339TimePointerValue(part.StartTime),
			"expiration_time":     timetypes.NewRFC3339TimePointerValue(part.ExpirationTime),
			"issue_count":         types.Int64Value(int64(part.IssueCount)),
			"next_start_time":     timetypes.NewRFC3339TimePointerValue(part.NextStartTime),
			"console_url":         actionURL(part.ActionID, address),
			"results":             countersState(part.Results),
		})
	}
	return types.ListValueMust(types.ObjectType{AttrTypes: kinds}, elements), countersState(deployment.Total(parts))
}

// countersState returns the attribute results.
func countersState(results gateway.ActionResults) types.Object {
	counters := map[string]attr.Value{}
	for _, each := range deployment.Counters(&results) {
		counters[each.Name] = types.Int64Value(int64(*each.Count))
	}
	return types.ObjectValueMust(resultsTypes(), counters)
}

// parts converts the attribute actions of the state. Each part has the marker of the state, which a
// read compares with that in Tanium.
func (m actionModel) parts() []deployment.Part {
	parts, marker := partsFrom(m.Actions), m.marker()
	for i := range parts {
		parts[i].Marker = marker
	}
	return parts
}

// marker converts the attribute marker; the zero value for null.
func (m actionModel) marker() deployment.Marker {
	marker, _ := deployment.MarkerOf(m.Marker.ValueString())
	return marker
}

// markerText returns the attribute marker; null for the zero value.
func markerText(marker deployment.Marker) types.String {
	if marker == (deployment.Marker{}) {
		return types.StringNull()
	}
	return types.StringValue(marker.String())
}

// partsFrom converts the attribute actions. Null and unknown have no parts.
func partsFrom(actions types.List) []deployment.Part {
	parts := []deployment.Part{}
	for _, element := range actions.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsNull() {
			continue
		}
		fields := object.Attributes()
		part := deployment.Part{
			ScheduledActionID: text(fields["scheduled_action_id"]),
			ActionID:          text(fields["action_id"]),
			Approved:          boolean(fields["approved"]),
			Deleted:           boolean(fields["deleted"]),
			Status:            gateway.ActionStatus(text(fields["status"])),
			StartTime:         instant(fields["start_time"]),
			ExpirationTime:    instant(fields["expiration_time"]),
			IssueCount:        gateway.Deref(integer(fields["issue_count"])),
			NextStartTime:     instant(fields["next_start_time"]),
		}
		for _, platform := range listed(fields["platforms"]) {
			part.Platforms = append(part.Platforms, gateway.EndpointPlatform(platform))
		}
		results, _ := fields["results"].(types.Object)
		counters := results.Attributes()
		for _, each := range deployment.Counters(&part.Results) {
			*each.Count = gateway.Deref(integer(counters[each.Name]))
		}
		parts = append(parts, part)
	}
	return parts
}

// actionURL returns the page of an action in the console; null for an empty ID.
func actionURL(id string, address gateway.Address) types.String {
	if id == "" {
		return types.StringNull()
	}
	return types.StringValue(address.ActionURL(id))
}
