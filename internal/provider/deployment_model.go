// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// deploymentModel is the part of a configuration that describes a deployment and how to wait for
// it. Blocks are objects, because they may be unknown in a plan. They are converted once they are
// wholly known.
type deploymentModel struct {
	Name        types.String `tfsdk:"name"`
	Comment     types.String `tfsdk:"comment"`
	Package     types.Object `tfsdk:"package"`
	Operation   types.Object `tfsdk:"operation"`
	Targets     types.Object `tfsdk:"targets"`
	Schedule    types.Object `tfsdk:"schedule"`
	Guard       types.Object `tfsdk:"guard"`
	Preview     types.Object `tfsdk:"preview"`
	Wait        types.Object `tfsdk:"wait"`
	Report      types.Object `tfsdk:"failure_report"`
	OnFailure   types.String `tfsdk:"on_failure"`
	OnTimeout   types.String `tfsdk:"on_timeout"`
	OnDuplicate types.String `tfsdk:"on_duplicate"`
}

// actionModel is the configuration, plan and state of the resource tanium_action.
type actionModel struct {
	deploymentModel

	ID           types.String   `tfsdk:"id"`
	OnDestroy    types.String   `tfsdk:"on_destroy"`
	StopFinished types.Bool     `tfsdk:"stop_when_finished"`
	Triggers     types.Map      `tfsdk:"triggers"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`

	Status                types.String `tfsdk:"status"`
	Finished              types.Bool   `tfsdk:"finished"`
	Succeeded             types.Bool   `tfsdk:"succeeded"`
	TargetedEndpointCount types.Int64  `tfsdk:"targeted_endpoint_count"`
	LimitedBy             types.Set    `tfsdk:"limited_by"`
	Marker                types.String `tfsdk:"marker"`
	ConsoleURL            types.String `tfsdk:"console_url"`
	Results               types.Object `tfsdk:"results"`
	Actions               types.List   `tfsdk:"actions"`
}

// Values of on_failure, on_timeout, on_destroy, on_duplicate and wait.approval.
const (
	policyError  = "error"
	policyWarn   = "warn"
	policyAdopt  = "adopt"
	policyIgnore = "ignore"
	policyCancel = "cancel"
	policyKeep   = "keep"

	approvalWait     = "wait"
	approvalContinue = "continue"
	approvalFail     = "fail"
)

// describe returns a noun phrase for the deployment.
func (m deploymentModel) describe() string {
	return deployment.Request{
		Name: m.Name.ValueString(), Operation: operationFrom(m.Operation), Package: packageFrom(m.Package),
	}.String()
}

// duplicatesFrom converts on_duplicate.
func duplicatesFrom(value types.String) deployment.OnDuplicate {
	switch value.ValueString() {
	case policyAdopt:
		return deployment.DuplicateAdopt
	case policyIgnore:
		return deployment.DuplicateIgnore
	default:
		return deployment.DuplicateError
	}
}

// packageFrom converts the block package without its write-only parameters.
func packageFrom(object types.Object) deployment.Package {
	fields := object.Attributes()
	return deployment.Package{
		Ref:           gateway.Ref{ID: text(fields["id"]), Name: text(fields["name"])},
		SensorSourced: texts(fields["sensor_sourced_parameters"]),
		Parameters:    optionalTexts(fields["parameters"]),
		Secrets:       deployment.Secrets{Version: integer(fields["parameters_wo_version"])},
	}
}

// targetsFrom converts the block targets as far as it is known and reports its invalid parts, which
// it leaves out.
func targetsFrom(object types.Object) (targeting.Targets, []catalog.Problem) {
	switch {
	case object.IsUnknown():
		return targeting.Targets{}, nil
	case object.IsNull():
		return targeting.Targets{}, []catalog.Problem{{Summary: "Missing targets",
			Detail: `An action requires the block targets { }, with at least ` +
				`action_group = { name = "All Computers" }.`}}
	}
	at := catalog.Path{"targets"}
	fields := object.Attributes()
	dynamic := func(name string) types.Dynamic {
		value, _ := fields[name].(types.Dynamic)
		return value
	}
	group := refFrom(dynamic("action_group"), at.At("action_group"), "action group")
	computers := refFrom(dynamic("computer_group"), at.At("computer_group"), "computer group")
	filter := filterFrom(dynamic("filter"), at.At("filter"), targeting.ForTargeting)
	targets := targeting.Targets{
		ComputerGroup: computers.Value,
		Filter:        filter.Value,
		EndpointIDs:   members(fields["endpoint_ids"]),
	}
	if group.Value != nil {
		targets.ActionGroup = *group.Value
	}
	for _, platform := range members(fields["platforms"]) {
		targets.Platforms = append(targets.Platforms, gateway.EndpointPlatform(platform))
	}
	problems := slices.Concat(group.Problems, computers.Problems, filter.Problems)
	given := func(name string) bool { return plain(dynamic(name)) != nil } // false for a typed null as well
	if !given("action_group") {
		problems = append(problems, catalog.Problem{Path: at.At("action_group"), Summary: "Missing action group",
			Detail: `Set the action group that limits the deployment, such as action_group = { name = "All ` +
				`Computers" }. Without one, Tanium would use the group Default, which reaches no endpoint.`})
	}
	for _, name := range []string{"endpoint_ids", "platforms"} {
		if set, ok := fields[name].(types.Set); ok && !set.IsNull() && !set.IsUnknown() && len(set.Elements()) == 0 {
			problems = append(problems, catalog.Problem{Path: at.At(name), Summary: "Empty set",
				Detail: emptySet(name)})
		}
	}
	known := func(name string) bool { return given(name) && plain(dynamic(name)) != any(targeting.Unknown{}) }
	if known("filter") && known("computer_group") {
		problems = append(problems, catalog.Problem{Path: at.At("computer_group"), Summary: "Conflicting filter and " +
			"computer group",
			Detail: "Tanium accepts either filter or computer_group. To require both, add the group to the filter: " +
				`{ filters = [{ member_of = { name = "..." } }, ...] }.`})
	}
	return targets, problems
}

// emptySet explains an empty set. It names no way to leave the set out, because that selects every
// endpoint of the action group, and the set selects none.
func emptySet(name string) string {
	return fmt.Sprintf("An empty set selects no endpoint. Nothing was deployed. Add a value to %[1]s. To have no "+
		"deployment when a variable is empty, set count = length(var.%[1]s) == 0 ? 0 : 1 in the resource, or "+
		"condition = length(var.%[1]s) > 0 in the action_trigger of the action.", name)
}

// scheduleFrom converts the block schedule.
func scheduleFrom(object types.Object) deployment.Schedule {
	fields := object.Attributes()
	return deployment.Schedule{
		StartTime:         instant(fields["start_time"]),
		EndTime:           instant(fields["end_time"]),
		DistributeSeconds: integer(fields["distribute_seconds"]),
		ExpireSeconds:     integer(fields["expire_seconds"]),
		ReissueSeconds:    integer(fields["reissue_seconds"]),
	}
}

// guardFrom converts the block guard.
func guardFrom(object types.Object) deployment.Guard {
	fields := object.Attributes()
	guard := deployment.Guard{
		Min:      1,
		Max:      integer(fields["max_endpoints"]),
		Expected: integer(fields["expected_endpoints"]),
		Allowed:  members(fields["allowed_endpoint_ids"]),
	}
	if minimum := integer(fields["min_endpoints"]); minimum != nil {
		guard.Min = *minimum
	}
	guard.Reviewed = reviewedFrom(fields["reviewed"])
	if growth, ok := fields["max_growth_percent"].(types.Float64); ok {
		guard.MaxGrowthPercent = growth.ValueFloat64()
	}
	return guard
}

// showsNotices returns whether plans show notices, from the block preview.
func showsNotices(preview types.Object) bool {
	notice, ok := preview.Attributes()["notice"].(types.Bool)
	return !ok || notice.IsNull() || notice.ValueBool()
}

// previewFrom converts the block preview, except for notice.
func previewFrom(object types.Object) targeting.PreviewOptions {
	const defaultSample = 5
	fields := object.Attributes()
	preview := targeting.PreviewOptions{Sample: defaultSample}
	if sample := integer(fields["sample_size"]); sample != nil {
		preview.Sample = *sample
	}
	source, _ := fields["source"].(types.Object)
	preview.Source, preview.MaxRefreshes = previewSource(source)
	return preview
}

// defaultAppearTimeout is the default of preview.wait_for.timeout. A new machine installs the
// client and registers in it.
const defaultAppearTimeout = 10 * time.Minute

// waitForFrom converts the block wait_for of the block preview; nil for none.
func waitForFrom(preview types.Object) *deployment.WaitFor {
	object, _ := preview.Attributes()["wait_for"].(types.Object)
	if object.IsNull() {
		return nil
	}
	wanted := &deployment.WaitFor{
		Endpoints: gateway.Deref(integer(object.Attributes()["endpoints"])), Timeout: defaultAppearTimeout,
	}
	if timeout, err := time.ParseDuration(text(object.Attributes()["timeout"])); err == nil {
		wanted.Timeout = timeout // the validator reports an invalid one
	}
	return wanted
}

// waitFrom converts the block wait.
func waitFrom(object types.Object) waitOptions {
	fields := object.Attributes()
	result := waitOptions{
		enabled:  !object.IsUnknown(),
		policy:   policyFrom(fields),
		interval: pollInterval(text(fields["poll_interval"])),
		approval: text(fields["approval"]),
	}
	if bake, err := time.ParseDuration(text(fields["bake_time"])); err == nil {
		result.bake = bake // the validator reports an invalid one
	}
	if enabled, ok := fields["enabled"].(types.Bool); ok && !enabled.IsNull() {
		result.enabled = enabled.ValueBool()
	}
	return result
}

// reportFrom converts the block failure_report.
func reportFrom(object types.Object) deployment.FailureReport {
	fields := object.Attributes()
	settings := deployment.FailureReport{Endpoints: defaultReportEndpoints, LogLines: defaultReportLines}
	if endpoints := integer(fields["endpoints"]); endpoints != nil {
		settings.Endpoints = *endpoints
	}
	if lines := integer(fields["log_lines"]); lines != nil {
		settings.LogLines = *lines
	}
	return settings
}

// policyFrom converts the attributes of policyAttributes.
func policyFrom(fields map[string]attr.Value) deployment.Policy {
	var policy deployment.Policy
	if percent, ok := fields["max_failed_percent"].(types.Float64); ok {
		policy.MaxFailedPercent = percent.ValueFloat64Pointer()
	}
	policy.MaxFailed = integer(fields["max_failed"])
	if percent, ok := fields["min_completed_percent"].(types.Float64); ok {
		policy.MinCompletedPercent = percent.ValueFloat64Pointer()
	}
	if verify, ok := fields["for_verification"].(types.Bool); ok && !verify.IsNull() {
		policy.SkipVerification = !verify.ValueBool()
	}
	return policy
}

// defaultPollInterval is the default of poll_interval.
const defaultPollInterval = 2 * time.Minute

// pollInterval returns the given interval, or the default if it is empty or invalid.
func pollInterval(given string) time.Duration {
	if parsed, err := time.ParseDuration(given); err == nil && parsed > 0 {
		return parsed
	}
	return defaultPollInterval
}
