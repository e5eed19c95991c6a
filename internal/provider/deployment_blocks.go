// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/validate"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Arguments with several settings are blocks, because Terraform rejects an unknown name in a block
// and silently drops one in a nested attribute. No attribute of a block is required in the schema:
// the framework would require it even if the block is omitted. actionModel.validate checks required
// values.

// packageBlock returns the block package.
func packageBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "Package to run. Exactly one of the blocks `package` and `operation` is required.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Optional:            true,
				Validators:          notEmpty(),
				MarkdownDescription: "ID of the package. Exactly one of `id` and `name` is required.",
			},
			"name": schema.StringAttribute{
				Optional:            true,
				Validators:          notEmpty(),
				MarkdownDescription: "Name of the package. The ID of a package differs between Tanium servers.",
			},
			"parameters": schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Values of the package's parameters `$1`, `$2` and so on, in order. " +
					"`null` selects the default of the package.",
			},
			"sensor_sourced_parameters": schema.MapAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  []validator.Map{mapvalidator.NoNullValues()},
				MarkdownDescription: "Values of the package's sensor-sourced parameters, by name without the bars. " +
					"The API does not read the sensor; it uses the given value.",
			},
			"parameters_wo": schema.ListAttribute{
				Optional:    true,
				WriteOnly:   true,
				ElementType: types.StringType,
				MarkdownDescription: "Secret values of the package's parameters, in order. `null` leaves a " +
					"parameter to `parameters`. " + writeOnlyNote,
			},
			"sensor_sourced_parameters_wo": schema.MapAttribute{
				Optional:    true,
				WriteOnly:   true,
				ElementType: types.StringType,
				Validators:  []validator.Map{mapvalidator.NoNullValues()},
				MarkdownDescription: "Secret values of sensor-sourced parameters, by name without the bars. " +
					writeOnlyNote,
			},
			"parameters_wo_version": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "Version of `parameters_wo` and `sensor_sourced_parameters_wo`, which Terraform " +
					"cannot compare. Increase it to deploy again with other values.",
			},
		},
	}
}

// writeOnlyNote describes who sees a write-only parameter.
const writeOnlyNote = "Terraform keeps it neither in the state nor in a plan. Tanium records it in the action, and " +
	"the endpoint may log it. Requires Terraform or OpenTofu 1.11."

// targetsBlock returns the block targets.
func targetsBlock() schema.SingleNestedBlock {
	platforms := slices.DeleteFunc(slices.Clone(gateway.AllEndpointPlatform),
		func(p gateway.EndpointPlatform) bool { return p == gateway.EndpointPlatformUnknown })
	return schema.SingleNestedBlock{
		MarkdownDescription: "Required. Endpoints to run on: those in the action group that meet all other conditions.",
		Attributes: map[string]schema.Attribute{
			"action_group": refAttribute("Required. Action group that limits the deployment. " +
				"Without one, Tanium would use the group `Default`, which reaches no endpoint."),
			"filter": filterAttribute("Filter of the endpoints to run on. Accepts the `filter` of a " +
				"`tanium_endpoints` data source unchanged. Sensors, computer groups and combinations of them can " +
				"be targeted; paths cannot. Exclude endpoints that are already done, so that the action does not " +
				"run on them again."),
			"computer_group": refAttribute("Computer group to run on. Conflicts with `filter`."),
			"endpoint_ids": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators: []validator.Set{
					setvalidator.SizeAtMost(targeting.MaxEndpointIDs), setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(validate.EndpointID{}),
				},
				MarkdownDescription: fmt.Sprintf("IDs of endpoints to run on, 1 to %d, as `tanium_endpoints` returns "+
					"them: digits only. An empty set is an error.", targeting.MaxEndpointIDs),
			},
			"platforms": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators: []validator.Set{setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(oneOf(platforms))},
				MarkdownDescription: "Platforms to run on: `Windows`, `Linux`, `Mac`, `AIX`, `Solaris`. An empty set " +
					"is an error.",
			},
		},
	}
}

// scheduleBlock returns the block schedule.
func scheduleBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "When the action runs. By default it runs once, immediately.",
		Attributes: map[string]schema.Attribute{
			"start_time": schema.StringAttribute{
				Optional:   true,
				CustomType: timetypes.RFC3339Type{},
				MarkdownDescription: "Start of the action, such as `2026-01-31T22:00:00Z`. Default: immediately. " +
					"Terraform waits for the start unless `wait.enabled` is `false`.",
			},
			"end_time": schema.StringAttribute{
				Optional:   true,
				CustomType: timetypes.RFC3339Type{},
				MarkdownDescription: "Time after which a recurring action is not issued again. Default: none. " +
					"Requires `reissue_seconds`.",
			},
			"distribute_seconds": atLeast(0,
				"Time in seconds over which the endpoints start the action. Default `0`: all start at once."),
			"expire_seconds": atLeast(1,
				"Time in seconds until an issued action expires. An endpoint that comes "+
					"online later does not run it. Default and minimum: the larger of the package's own expiry and "+
					"its command timeout plus `distribute_seconds`."),
			"reissue_seconds": atLeast(1,
				"Interval in seconds between two issues of a recurring action. Must exceed its expiry. "+
					"Default: the action is issued once."),
		},
	}
}

// guardBlock returns the block guard.
func guardBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "Limits on the endpoints that the deployment may reach. Checked during plan and again " +
			"immediately before the action is deployed.",
		Attributes: map[string]schema.Attribute{
			"min_endpoints": atLeast(0,
				"Minimum number of endpoints. Default `1`; `0` allows a deployment that reaches none. It is finished "+
					"once it is over, because endpoints that come online before it expires run it."),
			"max_endpoints": atLeast(0, "Maximum number of endpoints, as `preview.source` counts them: by default, "+
				"those that are online."),
			"expected_endpoints": atLeast(0,
				"Expected number of endpoints, such as the `total_count` of a data source with the same source as "+
					"`preview`. The deployment may exceed it by `max_growth_percent`."),
			"max_growth_percent": schema.Float64Attribute{
				Optional:   true,
				Validators: []validator.Float64{float64validator.AtLeast(0)},
				MarkdownDescription: "Percentage by which the number of endpoints may exceed `expected_endpoints` " +
					"and `reviewed`. Default `0`.",
			},
			"reviewed": reviewedAttribute(),
			"allowed_endpoint_ids": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators: []validator.Set{setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(validate.EndpointID{})},
				MarkdownDescription: "IDs of the only endpoints that the deployment may reach, such as the `ids` of " +
					"a data source that lists all endpoints.",
			},
		},
	}
}

// previewBlock returns the block preview.
func previewBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "How the endpoints that the deployment would reach are counted.",
		Attributes: map[string]schema.Attribute{
			"notice": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Show notices in the plan: how many endpoints the deployment would reach, when " +
					"a scheduled action starts, whether the package's command is for other operating systems than " +
					"theirs, and what a destroy cancels. Default `true`.",
			},
			"sample_size": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(0, 100)},
				MarkdownDescription: "Number of endpoints that the notice names. Default `5`.",
			},
		},
		Blocks: map[string]schema.Block{
			"source":   previewSourceBlock(),
			"wait_for": waitForBlock(),
		},
	}
}

// waitForBlock returns the block wait_for of a preview.
func waitForBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "Endpoints to wait for before the deployment, such as a machine that is made in the " +
			"same apply and is not in Tanium yet. Only an apply waits. A plan then accepts that fewer match. The " +
			"`guard` holds afterwards.",
		Attributes: map[string]schema.Attribute{
			"endpoints": atLeast(1, "Required. Number of endpoints that must match."),
			"timeout": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.Duration{Min: time.Second}},
				MarkdownDescription: "How long to wait for them, such as `30m`. Default `10m`. If fewer match then, " +
					"nothing is deployed and the apply fails.",
			},
		},
	}
}

// waitBlock returns the block wait.
func waitBlock() schema.SingleNestedBlock {
	attributes := policyAttributes()
	attributes["enabled"] = schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Wait for the action to finish. Default `true`. With `false`, the apply ends once the " +
			"action is deployed, and a failure of the action does not fail it. Use `tanium_action_wait` to wait for " +
			"many actions together.",
	}
	attributes["approval"] = schema.StringAttribute{
		Optional:   true,
		Validators: []validator.String{validate.Choice{approvalWait, approvalContinue, approvalFail}},
		MarkdownDescription: "What to do while the action requires the approval of another user. `wait` waits for " +
			"it; `continue` ends the apply with a warning, and the next apply resumes waiting; `fail` fails the " +
			"apply. Default `wait`.",
	}
	attributes["poll_interval"] = pollIntervalAttribute()
	attributes["bake_time"] = schema.StringAttribute{
		Optional:   true,
		Validators: []validator.String{validate.Duration{}},
		MarkdownDescription: "How long to observe an action that succeeded, such as `30m`, before its result " +
			"counts. The action fails if more endpoints than accepted have failed by the end of this time. The " +
			"timeout does not limit this time. After an interrupt, the next apply of a resource starts this time " +
			"again. Default `0s`.",
	}
	return schema.SingleNestedBlock{
		MarkdownDescription: "How to wait for the action to finish, and when the action counts as failed.",
		Attributes:          attributes,
	}
}

// Defaults of the block failure_report.
const (
	defaultReportEndpoints = 10
	defaultReportLines     = 5
)

// failureReportBlock returns the block failure_report.
func failureReportBlock() schema.SingleNestedBlock {
	upTo100 := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{int64validator.Between(0, 100)},
			MarkdownDescription: description,
		}
	}
	return schema.SingleNestedBlock{
		MarkdownDescription: "What the error says about the endpoints if the deployment fails or is not finished in " +
			"time. The provider then asks the endpoints that are online, for at most 20 seconds.",
		Attributes: map[string]schema.Attribute{
			"endpoints": upTo100(fmt.Sprintf("Maximum number of endpoints to name. `0` turns the report off. Default "+
				"`%d`.", defaultReportEndpoints)),
			"log_lines": upTo100(fmt.Sprintf("Maximum number of lines to show of each endpoint's action log: the last "+
				"ones that the command wrote. Requires the sensor `Tanium Action Log`. `0` shows none. Default `%d`.",
				defaultReportLines)),
		},
	}
}

// policyAttributes returns the attributes that decide when actions are finished and whether they
// succeeded.
func policyAttributes() map[string]schema.Attribute {
	percent := func(description string) schema.Float64Attribute {
		return schema.Float64Attribute{
			Optional:            true,
			Validators:          []validator.Float64{float64validator.Between(0, 100)},
			MarkdownDescription: description,
		}
	}
	return map[string]schema.Attribute{
		"max_failed_percent": percent("Percentage of the endpoints that may fail. An endpoint fails if the command " +
			"or its verification fails, if it runs out of time, or if it never runs the action. " +
			"Default `0` if neither `max_failed` nor `min_completed_percent` is set, otherwise no limit."),
		"max_failed": atLeast(0,
			"Number of endpoints that may fail. If `max_failed_percent` is also set, both limits apply."),
		"min_completed_percent": percent("Percentage of the endpoints that must succeed. The wait ends once they " +
			"have, and the action continues on the others. Default: the wait ends when all endpoints are done."),
		"for_verification": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Wait for endpoints to verify the effect of the action, if the package has a " +
				"verification. Default `true`.",
		},
	}
}

// minPollInterval keeps a wait from asking more often than counters change.
const minPollInterval = time.Second

// pollIntervalAttribute returns the attribute poll_interval.
func pollIntervalAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:   true,
		Validators: []validator.String{validate.Duration{Min: minPollInterval}},
		MarkdownDescription: "Longest time between two reads of the status, such as `30s`; at least `1s`. " +
			"The first reads come a second apart. Later ones come at intervals of a tenth of the time that has " +
			"passed, up to this. Default `2m`.",
	}
}

// maxInt32 is the maximum of GraphQL's Int.
const maxInt32 = 1<<31 - 1

// atLeast returns an optional whole number with a minimum, which fits GraphQL's Int.
func atLeast(minimum int64, description string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		Validators:          []validator.Int64{int64validator.Between(minimum, maxInt32)},
		MarkdownDescription: description,
	}
}

// notEmpty rejects empty strings.
func notEmpty() []validator.String { return []validator.String{stringvalidator.LengthAtLeast(1)} }

// oneOf accepts the values of an enumeration of the API.
func oneOf[T ~string](values []T) validator.String {
	names := make([]string, len(values))
	for i, value := range values {
		names[i] = string(value)
	}
	return validate.Choice(names)
}
