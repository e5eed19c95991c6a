// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// actionModel is the configuration, plan and state of the resource tanium_action. What may be unknown in a plan is an object here, and is
// mapped once it is wholly known.
type actionModel struct {
	ID           types.String   `tfsdk:"id"`
	Name         types.String   `tfsdk:"name"`
	Comment      types.String   `tfsdk:"comment"`
	Package      types.Object   `tfsdk:"package"`
	Operation    types.Object   `tfsdk:"operation"`
	Targets      types.Object   `tfsdk:"targets"`
	Schedule     types.Object   `tfsdk:"schedule"`
	Guard        types.Object   `tfsdk:"guard"`
	Preview      types.Object   `tfsdk:"preview"`
	Wait         types.Object   `tfsdk:"wait"`
	OnFailure    types.String   `tfsdk:"on_failure"`
	OnTimeout    types.String   `tfsdk:"on_timeout"`
	OnDestroy    types.String   `tfsdk:"on_destroy"`
	OnDuplicate  types.String   `tfsdk:"on_duplicate"`
	StopFinished types.Bool     `tfsdk:"stop_when_finished"`
	Triggers     types.Map      `tfsdk:"triggers"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`

	Status                types.String `tfsdk:"status"`
	Finished              types.Bool   `tfsdk:"finished"`
	Succeeded             types.Bool   `tfsdk:"succeeded"`
	TargetedEndpointCount types.Int64  `tfsdk:"targeted_endpoint_count"`
	ConsoleURL            types.String `tfsdk:"console_url"`
	Results               types.Object `tfsdk:"results"`
	Actions               types.List   `tfsdk:"actions"`
}

const (
	policyError  = "error"
	policyWarn   = "warn"
	policyIgnore = "ignore"
	policyKeep   = "keep"

	approvalContinue = "continue"
	approvalFail     = "fail"
)

// request maps what is to be deployed. The package, targets and schedule must be wholly known.
func (m actionModel) request() deployment.Request {
	return deployment.Request{
		Name:      m.Name.ValueString(),
		Comment:   m.Comment.ValueString(),
		Package:   packageFrom(m.Package),
		Operation: operationFrom(m.Operation),
		Targets:   targetsFrom(m.Targets),
		Schedule:  scheduleFrom(m.Schedule),
		Triggers:  texts(m.Triggers),
	}
}

// duplicateFrom maps what to do about the same deployment that is open; null is an error.
func duplicateFrom(value types.String) deployment.OnDuplicate {
	switch value.ValueString() {
	case "adopt":
		return deployment.DuplicateAdopt
	case "ignore":
		return deployment.DuplicateIgnore
	default:
		return deployment.DuplicateError
	}
}

func packageFrom(object types.Object) deployment.Package {
	fields := object.Attributes()
	wanted := deployment.Package{
		Ref:           gateway.Ref{ID: text(fields["id"]), Name: text(fields["name"])},
		SensorSourced: texts(fields["sensor_sourced_parameters"]),
	}
	if list, ok := fields["parameters"].(types.List); ok {
		for _, element := range list.Elements() {
			value, _ := element.(types.String)
			wanted.Parameters = append(wanted.Parameters, value.ValueStringPointer())
		}
	}
	return wanted
}

func targetsFrom(object types.Object) targeting.Targets {
	fields := object.Attributes()
	targets := targeting.Targets{ComputerGroup: refFrom(fields["computer_group"]), EndpointIDs: members(fields["endpoint_ids"])}
	if group := refFrom(fields["action_group"]); group != nil {
		targets.ActionGroup = *group
	}
	if filter, ok := fields["filter"].(types.Object); ok {
		targets.Filter = filterFrom(filter)
	}
	for _, platform := range members(fields["platforms"]) {
		targets.Platforms = append(targets.Platforms, gateway.EndpointPlatform(platform))
	}
	return targets
}

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

func guardFrom(object types.Object) deployment.Guard {
	fields := object.Attributes()
	guard := deployment.Guard{Min: 1, Max: integer(fields["max_endpoints"]), Expected: integer(fields["expected_endpoints"]), Allowed: members(fields["allowed_endpoint_ids"])}
	if least := integer(fields["min_endpoints"]); least != nil {
		guard.Min = *least
	}
	if growth, ok := fields["max_growth_percent"].(types.Float64); ok {
		guard.MaxGrowthPercent = growth.ValueFloat64()
	}
	return guard
}

// previewFrom maps how a preview is made, and whether it is announced.
func previewFrom(ctx context.Context, object types.Object, diags *diag.Diagnostics) (look targeting.Look, notice bool) {
	const defaultSample = 5
	fields := object.Attributes()
	look.Sample = defaultSample
	if sample := integer(fields["sample_size"]); sample != nil {
		look.Sample = *sample
	}
	if source, ok := fields["source"].(types.Object); ok && !source.IsNull() {
		var model sourceModel
		diags.Append(source.As(ctx, &model, basetypes.ObjectAsOptions{})...)
		look.Source, look.MaxRefreshes = model.input()
	}
	announced, ok := fields["notice"].(types.Bool)
	return look, !ok || announced.IsNull() || announced.ValueBool()
}

// waiting is how an action is followed.
type waiting struct {
	enabled  bool
	policy   deployment.Policy
	interval time.Duration
	// approval is what to do while the action waits for one; empty to wait.
	approval string
}

func waitFrom(object types.Object) waiting {
	fields := object.Attributes()
	result := waiting{enabled: true, interval: defaultPollInterval}
	if enabled, ok := fields["enabled"].(types.Bool); ok && !enabled.IsNull() {
		result.enabled = enabled.ValueBool()
	}
	if percent, ok := fields["max_failed_percent"].(types.Float64); ok {
		result.policy.MaxFailedPercent = percent.ValueFloat64Pointer()
	}
	result.policy.MaxFailed = integer(fields["max_failed"])
	if percent, ok := fields["min_completed_percent"].(types.Float64); ok {
		result.policy.MinCompletedPercent = percent.ValueFloat64Pointer()
	}
	if verify, ok := fields["for_verification"].(types.Bool); ok && !verify.IsNull() {
		result.policy.SkipVerification = !verify.ValueBool()
	}
	result.approval = text(fields["approval"])
	if given, ok := fields["poll_interval"].(timetypes.GoDuration); ok {
		result.interval = interval(given)
	}
	return result
}

const defaultPollInterval = 5 * time.Second

func interval(given timetypes.GoDuration) time.Duration {
	if parsed, err := time.ParseDuration(given.ValueString()); err == nil {
		return parsed
	}
	return defaultPollInterval // the type's own validation has said so where it is not null
}

// recurring reports a schedule that issues more than one action.
func (m actionModel) recurring() bool { return scheduleFrom(m.Schedule).Recurring() }

// members is a set of strings; nil for null.
func members(value attr.Value) []string {
	set, ok := value.(types.Set)
	if !ok || set.IsNull() {
		return nil
	}
	list := make([]string, 0, len(set.Elements()))
	for _, element := range set.Elements() {
		list = append(list, text(element))
	}
	return list
}

func integer(value attr.Value) *int {
	if value, ok := value.(types.Int64); ok {
		return number(value)
	}
	return nil
}

func instant(value attr.Value) *time.Time {
	stamp, ok := value.(timetypes.RFC3339)
	if !ok || stamp.IsNull() || stamp.IsUnknown() {
		return nil
	}
	at, diags := stamp.ValueRFC3339Time()
	if diags.HasError() {
		return nil // the type's own validation has said so
	}
	return &at
}
