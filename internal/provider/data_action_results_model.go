// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// actionResultsModel is the configuration and state of the data source tanium_action_results.
type actionResultsModel struct {
	ActionIDs          types.List    `tfsdk:"action_ids"`
	ScheduledActionIDs types.List    `tfsdk:"scheduled_action_ids"`
	Targeted           types.Int64   `tfsdk:"targeted_endpoint_count"`
	MaxFailedPercent   types.Float64 `tfsdk:"max_failed_percent"`
	MaxResults         types.Int64   `tfsdk:"max_results"`
	IncludeCompleted   types.Bool    `tfsdk:"include_completed"`
	IncludeLog         types.Bool    `tfsdk:"include_log"`
	Source             *sourceModel  `tfsdk:"source"`

	Finished  types.Bool    `tfsdk:"finished"`
	Succeeded types.Bool    `tfsdk:"succeeded"`
	Results   types.Object  `tfsdk:"results"`
	Actions   []actionData  `tfsdk:"actions"`
	Truncated types.Bool    `tfsdk:"truncated"`
	Endpoints []reportModel `tfsdk:"endpoints"`
}

// actionData is one element of the attribute actions.
type actionData struct {
	ActionID          types.String      `tfsdk:"action_id"`
	ScheduledActionID types.String      `tfsdk:"scheduled_action_id"`
	Found             types.Bool        `tfsdk:"found"`
	Status            types.String      `tfsdk:"status"`
	StartTime         timetypes.RFC3339 `tfsdk:"start_time"`
	ExpirationTime    timetypes.RFC3339 `tfsdk:"expiration_time"`
	ConsoleURL        types.String      `tfsdk:"console_url"`
	Results           types.Object      `tfsdk:"results"`
}

// reportModel is one element of the attribute endpoints.
type reportModel struct {
	ActionID   types.String `tfsdk:"action_id"`
	ID         types.String `tfsdk:"id"`
	Name       types.String `tfsdk:"name"`
	OSPlatform types.String `tfsdk:"os_platform"`
	State      types.String `tfsdk:"state"`
	Status     types.String `tfsdk:"status"`
	Log        []string     `tfsdk:"log"`
}

// parts returns the actions to read. Each has one ID, or none if it is not issued yet. A null ID is
// not an error, because a data source that fails would prevent a destroy from cancelling the
// actions.
func (m actionResultsModel) parts() []deployment.Part {
	var parts []deployment.Part
	for _, id := range listed(m.ActionIDs) {
		parts = append(parts, deployment.Part{ActionID: id, Approved: true})
	}
	for _, id := range listed(m.ScheduledActionIDs) {
		parts = append(parts, deployment.Part{ScheduledActionID: id})
	}
	return parts
}

// selected returns the parts that were found, or those that were not.
func selected(parts []deployment.Part, found []bool, wanted bool) []deployment.Part {
	var result []deployment.Part
	for i, part := range parts {
		if found[i] == wanted {
			result = append(result, part)
		}
	}
	return result
}

// policy returns the criteria of success.
func (m actionResultsModel) policy() deployment.Policy {
	return deployment.Policy{MaxFailedPercent: m.MaxFailedPercent.ValueFloat64Pointer()}
}

// setParts sets the computed attributes from the actions.
func (m *actionResultsModel) setParts(parts []deployment.Part, found []bool, address gateway.Address) {
	m.Results, m.Actions = countersState(deployment.Total(parts)), []actionData{}
	for i, part := range parts {
		m.Actions = append(m.Actions, actionData{
			ActionID: optionalText(part.ActionID), ScheduledActionID: optionalText(part.ScheduledActionID),
			Found: types.BoolValue(found[i]), Status: optionalText(string(part.Status)),
			StartTime:      timetypes.NewRFC3339TimePointerValue(part.StartTime),
			ExpirationTime: timetypes.NewRFC3339TimePointerValue(part.ExpirationTime),
			ConsoleURL:     actionURL(part.ActionID, address), Results: countersState(part.Results),
		})
	}
	m.Endpoints, m.Truncated = []reportModel{}, types.BoolValue(false)
}

// judge sets finished and succeeded. The result of an action that is not in Tanium is unknown.
func (m *actionResultsModel) judge(parts []deployment.Part, found []bool, diags *diag.Diagnostics) {
	present, missing := selected(parts, found, true), selected(parts, found, false)
	unissued := slices.ContainsFunc(missing, withoutID)
	lost := slices.DeleteFunc(missing, withoutID)
	if len(lost) > 0 {
		diags.AddWarning("Actions are not in Tanium",
			fmt.Sprintf("Tanium has no %s that this token may read. The actions may have been "+
				"purged or deleted. Their results are unknown.", message.FirstIDs(lost)))
	}
	m.Finished, m.Succeeded = types.BoolValue(!unissued &&
		m.policy().Finished(present, integer(m.Targeted))), types.BoolNull()
	if !m.Finished.ValueBool() {
		return
	}
	if verdict := m.policy().Judge(present, integer(m.Targeted)); len(lost) == 0 || !verdict.Succeeded {
		m.Succeeded = types.BoolValue(verdict.Succeeded)
	}
}

// withoutID returns whether a part has no ID, because it is not issued yet.
func withoutID(part deployment.Part) bool { return part.ActionID == "" && part.ScheduledActionID == "" }
