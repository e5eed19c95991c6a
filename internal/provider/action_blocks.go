// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// The arguments that steer or guard a deployment are blocks, because Terraform refuses a name that
// a block does not have. Of a nested attribute it drops an unknown name without a word. No
// attribute in them is required: the framework asks for those of a block that is left out as well,
// so what must be there is checked by actionModel.validate.

func packageBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "Package to run. Exactly one of the blocks `package` and `operation` is given.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Optional:            true,
				Validators:          notEmpty(),
				MarkdownDescription: "ID of the package. Exactly one of `id` and `name` is given.",
			},
			"name": schema.StringAttribute{
				Optional:            true,
				Validators:          notEmpty(),
				MarkdownDescription: "Name of the package. IDs differ between Tanium servers; names do not.",
			},
			"parameters": schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Values of the package's parameters `$1`, `$2` and so on, in order; " +
					"`null` for the package's default.",
			},
			"sensor_sourced_parameters": schema.MapAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  []validator.Map{mapvalidator.NoNullValues()},
				MarkdownDescription: "Values of the package's sensor-sourced parameters, by name without the bars. " +
					"The API takes nothing from the sensor: the value is what you pass.",
			},
		},
	}
}

func targetsBlock() schema.SingleNestedBlock {
	platforms := slices.DeleteFunc(slices.Clone(gateway.AllEndpointPlatform),
		func(p gateway.EndpointPlatform) bool { return p == gateway.EndpointPlatformUnknown })
	return schema.SingleNestedBlock{
		MarkdownDescription: "Required. Endpoints to run on: those in the action group that meet every other " +
			"condition given.",
		Attributes: map[string]schema.Attribute{
			"action_group": refAttribute("Required. Action group that bounds the deployment. " +
				"Without one, Tanium takes the group `Default`, which reaches no endpoint."),
			"filter": filterAttribute("Endpoints to run on. Takes the `filter` of a `tanium_endpoints` " +
				"unchanged. Sensors, computer groups and combinations of them can be targeted; paths cannot. " +
				"Exclude the endpoints that are done already, so that nothing runs twice."),
			"computer_group": refAttribute("Computer group whose members to run on. Not with `filter`."),
			"endpoint_ids": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators: []validator.Set{
					setvalidator.SizeBetween(1, targeting.MaxEndpointIDs), setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(endpointIDValidator{}),
				},
				MarkdownDescription: fmt.Sprintf("IDs of endpoints to run on, 1 to %d.", targeting.MaxEndpointIDs),
			},
			"platforms": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(oneOf(platforms))},
				MarkdownDescription: "Platforms to run on: `Windows`, `Linux`, `Mac`, `AIX`, `Solaris`.",
			},
		},
	}
}

func scheduleBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "When the action runs. By default it runs once, immediately.",
		Attributes: map[string]schema.Attribute{
			"start_time": schema.StringAttribute{
				Optional:   true,
				CustomType: timetypes.RFC3339Type{},
				MarkdownDescription: "When the action starts, such as `2026-01-31T22:00:00Z`. Default: immediately. " +
					"An apply waits for it, unless `wait.enabled` is `false`.",
			},
			"end_time": schema.StringAttribute{
				Optional:   true,
				CustomType: timetypes.RFC3339Type{},
				MarkdownDescription: "When a recurring action stops being issued. Default: when it is destroyed. " +
					"Only with `reissue_seconds`.",
			},
			"distribute_seconds": atLeast(0,
				"Spread the start over the endpoints, in seconds. Default `0`: all at once."),
			"expire_seconds": atLeast(1,
				"How long an issued action is offered to endpoints, in seconds. An endpoint that comes "+
					"online later does not run it. Default and minimum: the larger of the package's own expiry and "+
					"its command timeout plus `distribute_seconds`."),
			"reissue_seconds": atLeast(1,
				"Interval between two issues of a recurring action, in seconds. Must exceed its expiry. "+
					"Default: it runs once."),
		},
	}
}

func guardBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "Bounds on the endpoints that the deployment may reach. Checked during plan, and again " +
			"right before the action is deployed.",
		Attributes: map[string]schema.Attribute{
			"min_endpoints": atLeast(0,
				"Minimum number of endpoints. Default `1`; `0` allows a deployment that reaches none."),
			"max_endpoints": atLeast(0, "Maximum number of endpoints."),
			"expected_endpoints": atLeast(0,
				"Number of endpoints seen before, such as the `total_count` of a data source."),
			"max_growth_percent": schema.Float64Attribute{
				Optional: true,
				Validators: []validator.Float64{float64validator.AtLeast(0),
					float64validator.AlsoRequires(path.MatchRelative().AtParent().AtName("expected_endpoints"))},
				MarkdownDescription: "Percentage by which the number of endpoints may exceed `expected_endpoints`. " +
					"Default `0`.",
			},
			"allowed_endpoint_ids": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  []validator.Set{setvalidator.NoNullValues()},
				MarkdownDescription: "The only endpoints that may be reached, such as the `ids` of a data source " +
					"that lists them all.",
			},
		},
	}
}

func previewBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "How the endpoints that the deployment would reach are counted.",
		Attributes: map[string]schema.Attribute{
			"notice": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Show in the plan how many endpoints would be reached, when a scheduled action " +
					"starts, and what a destroy stops. Default `true`.",
			},
			"sample_size": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(0, 100)},
				MarkdownDescription: "Number of endpoints that the notice names. Default `5`.",
			},
		},
		Blocks: map[string]schema.Block{
			"source": sourceBlock("Where the count comes from. Default: `live`, until 99 % have answered or no new " +
				"answer came for 5 seconds."),
		},
	}
}

func waitBlock() schema.SingleNestedBlock {
	attributes := policyAttributes()
	attributes["enabled"] = schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Wait for the action to finish. Default `true`. With `false`, the apply ends once the " +
			"action is deployed and does not fail with it; a `tanium_action_wait` can wait for many actions together.",
	}
	attributes["approval"] = schema.StringAttribute{
		Optional:   true,
		Validators: []validator.String{stringvalidator.OneOf(approvalWait, approvalContinue, approvalFail)},
		MarkdownDescription: "What to do while the action waits for the approval of another user: `wait`; " +
			"`continue` ends the apply with a warning, and the next apply resumes waiting; `fail` fails the apply. " +
			"Default `wait`.",
	}
	attributes["poll_interval"] = pollIntervalAttribute()
	return schema.SingleNestedBlock{
		MarkdownDescription: "How the apply waits for the action to finish, and when it counts as failed.",
		Attributes:          attributes,
	}
}

// policyAttributes say when actions are finished and whether they succeeded.
func policyAttributes() map[string]schema.Attribute {
	percent := func(description string) schema.Float64Attribute {
		return schema.Float64Attribute{
			Optional:            true,
			Validators:          []validator.Float64{float64validator.Between(0, 100)},
			MarkdownDescription: description,
		}
	}
	return map[string]schema.Attribute{
		"max_failed_percent": percent("Percentage of the endpoints that may fail: the command failed, its " +
			"verification failed, it ran out of time, or the endpoint never ran it. " +
			"Default `0` where neither `max_failed` nor `min_completed_percent` is given, else no limit."),
		"max_failed": atLeast(0,
			"Number of endpoints that may fail. With `max_failed_percent`, both must hold."),
		"min_completed_percent": percent("Percentage of the endpoints that must succeed. The wait ends as soon as " +
			"they have, and the action continues for the others. Default: the wait ends when all endpoints are done."),
		"for_verification": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Wait for endpoints to verify the effect of the action, where the package verifies. " +
				"Default `true`.",
		},
	}
}

func pollIntervalAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:   true,
		Validators: []validator.String{durationValidator{min: minPollInterval}},
		MarkdownDescription: "Longest time between two reads of the status, such as `30s`; at least `1s`. " +
			"The first reads come a second apart. Later ones come at intervals of a tenth of the time that has " +
			"passed, up to this. Default `2m`.",
	}
}

// atLeast is an optional whole number that fits GraphQL's Int.
func atLeast(least int64, description string) schema.Int64Attribute {
	const maxInt32 = 1<<31 - 1
	return schema.Int64Attribute{
		Optional:            true,
		Validators:          []validator.Int64{int64validator.Between(least, maxInt32)},
		MarkdownDescription: description,
	}
}

func notEmpty() []validator.String { return []validator.String{stringvalidator.LengthAtLeast(1)} }

// oneOf accepts the values of one of the schema's enumerations.
func oneOf[T ~string](values []T) validator.String {
	names := make([]string, len(values))
	for i, value := range values {
		names[i] = string(value)
	}
	return stringvalidator.OneOf(names...)
}
