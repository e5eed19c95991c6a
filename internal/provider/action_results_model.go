// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// actionResultsModel is the configuration and state of the data source tanium_action_results.
type actionResultsModel struct {
	ActionIDs          types.List           `tfsdk:"action_ids"`
	ScheduledActionIDs types.List           `tfsdk:"scheduled_action_ids"`
	Wait               types.Bool           `tfsdk:"wait"`
	Targeted           types.Int64          `tfsdk:"targeted_endpoint_count"`
	MaxFailedPercent   types.Float64        `tfsdk:"max_failed_percent"`
	OnFailure          types.String         `tfsdk:"on_failure"`
	PollInterval       timetypes.GoDuration `tfsdk:"poll_interval"`
	Timeouts           timeouts.Value       `tfsdk:"timeouts"`
	MaxResults         types.Int64          `tfsdk:"max_results"`
	IncludeCompleted   types.Bool           `tfsdk:"include_completed"`
	IncludeLog         types.Bool           `tfsdk:"include_log"`
	Source             *sourceModel         `tfsdk:"source"`

	Finished  types.Bool    `tfsdk:"finished"`
	Succeeded types.Bool    `tfsdk:"succeeded"`
	Results   *resultsModel `tfsdk:"results"`
	Actions   []actionData  `tfsdk:"actions"`
	Truncated types.Bool    `tfsdk:"truncated"`
	Endpoints []reportModel `tfsdk:"endpoints"`
}

type actionData struct {
	ActionID          types.String      `tfsdk:"action_id"`
	ScheduledActionID types.String      `tfsdk:"scheduled_action_id"`
	Found             types.Bool        `tfsdk:"found"`
	Status            types.String      `tfsdk:"status"`
	StartTime         timetypes.RFC3339 `tfsdk:"start_time"`
	ExpirationTime    timetypes.RFC3339 `tfsdk:"expiration_time"`
	ConsoleURL        types.String      `tfsdk:"console_url"`
	Results           resultsModel      `tfsdk:"results"`
}

type reportModel struct {
	ActionID   types.String `tfsdk:"action_id"`
	ID         types.String `tfsdk:"id"`
	Name       types.String `tfsdk:"name"`
	OSPlatform types.String `tfsdk:"os_platform"`
	State      types.String `tfsdk:"state"`
	Status     types.String `tfsdk:"status"`
	Log        []string     `tfsdk:"log"`
}

// parts are the deployments to look at: of each, one ID is known.
func (m actionResultsModel) parts(diags *diag.Diagnostics) []deployment.Part {
	var parts []deployment.Part
	for i, id := range m.ActionIDs.Elements() {
		if text(id) == "" {
			diags.AddAttributeError(path.Root("action_ids").AtListIndex(i), "Action is not issued yet",
				"This ID is null: the scheduled action has yet to issue its first action, at its start time or once it is approved. Give the scheduled action's ID in scheduled_action_ids instead.")
			continue
		}
		parts = append(parts, deployment.Part{ActionID: text(id), Approved: true})
	}
	for i, id := range m.ScheduledActionIDs.Elements() {
		if text(id) == "" {
			diags.AddAttributeError(path.Root("scheduled_action_ids").AtListIndex(i), "Missing ID", "The ID of a scheduled action is null.")
			continue
		}
		parts = append(parts, deployment.Part{ScheduledActionID: text(id)})
	}
	return parts
}

// selected are the parts that are, or are not, found.
func selected(parts []deployment.Part, found []bool, wanted bool) []deployment.Part {
	var chosen []deployment.Part
	for i, part := range parts {
		if found[i] == wanted {
			chosen = append(chosen, part)
		}
	}
	return chosen
}

func (m actionResultsModel) policy() deployment.Policy {
	return deployment.Policy{MaxFailedPercent: m.MaxFailedPercent.ValueFloat64Pointer()}
}

// targeted is how many endpoints have to end before the actions do; where that is not known, none is enough.
func (m actionResultsModel) targeted() int {
	if m.Targeted.IsNull() {
		return math.MaxInt
	}
	return int(m.Targeted.ValueInt64())
}

// take maps what is known of the actions.
func (m *actionResultsModel) take(parts []deployment.Part, found []bool, address gateway.Address) {
	total := resultsState(deployment.Total(parts))
	m.Results, m.Actions = &total, []actionData{}
	for i, part := range parts {
		m.Actions = append(m.Actions, actionData{
			ActionID: optionalText(part.ActionID), ScheduledActionID: optionalText(part.ScheduledActionID), Found: types.BoolValue(found[i]), Status: optionalText(string(part.Status)),
			StartTime: timetypes.NewRFC3339TimePointerValue(part.StartTime), ExpirationTime: timetypes.NewRFC3339TimePointerValue(part.ExpirationTime),
			ConsoleURL: actionURL(part.ActionID, address), Results: resultsState(part.Results),
		})
	}
	m.Endpoints, m.Truncated = []reportModel{}, types.BoolValue(false)
}

// judge says whether all have ended, and how. What is not in Tanium has ended, nobody knows how.
func (m *actionResultsModel) judge(parts []deployment.Part, found []bool, diags *diag.Diagnostics) {
	there, lost := selected(parts, found, true), selected(parts, found, false)
	if len(lost) > 0 {
		diags.AddWarning("Actions are not in Tanium", fmt.Sprintf("Tanium does not have, or does not show to this token: %s. They may have been purged or deleted. "+
			"What became of them is not known.", firstOf(lost, func(part deployment.Part) string { return "action " + named(part) })))
	}
	m.Finished, m.Succeeded = types.BoolValue(m.policy().Finished(there, m.targeted())), types.BoolNull()
	if !m.Finished.ValueBool() {
		return
	}
	verdict := m.policy().Judge(there, int(m.Targeted.ValueInt64()))
	if len(lost) == 0 || !verdict.Succeeded {
		m.Succeeded = types.BoolValue(verdict.Succeeded)
	}
	policy := m.OnFailure.ValueString()
	if verdict.Succeeded || policy == policyIgnore || (policy == "" && !m.Wait.ValueBool()) {
		return
	}
	detail := verdict.Reason
	bad := slices.DeleteFunc(slices.Clone(m.Endpoints), func(report reportModel) bool {
		return slices.Contains([]deployment.ReportState{deployment.ReportCompleted, deployment.ReportVerified}, deployment.ReportState(report.State.ValueString()))
	})
	if len(bad) > 0 {
		detail += "\n\nOf the endpoints that answered: " + firstOf(bad, func(report reportModel) string {
			return fmt.Sprintf("%s (%s) %s in action %s", report.Name.ValueString(), report.ID.ValueString(), strings.ReplaceAll(report.State.ValueString(), "_", " "), report.ActionID.ValueString())
		}) + "."
	}
	if policy == policyWarn {
		diags.AddWarning("Actions failed", detail)
		return
	}
	diags.AddError("Actions failed", detail+"\n\n"+`The next apply deploys failed actions anew whose own on_failure is "error"; others, with -replace. To accept some failures, raise max_failed_percent; to go on all the same, set on_failure = "warn" here.`)
}

// firstOf names the first few of many.
func firstOf[T any](all []T, name func(T) string) string {
	const most = 5
	var names []string
	for _, each := range all[:min(most, len(all))] {
		names = append(names, name(each))
	}
	if more := len(all) - most; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
