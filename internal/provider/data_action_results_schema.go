// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// actionResultsSchema returns the schema of the data source tanium_action_results.
func actionResultsSchema() schema.Schema {
	ids := func(description string, more ...validator.List) schema.ListAttribute {
		return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description,
			Validators: append(more, listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(notEmpty()...))}
	}
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return schema.Schema{
		MarkdownDescription: "Results of actions: the counters of Tanium, and the status that each endpoint reports. " +
			"The data source reads once and does not wait, and a failed action does not fail it. " +
			"To wait, use `tanium_action_wait`.",
		Blocks: map[string]schema.Block{
			"source": sourceBlock("Source of the endpoints' answers: one of the blocks `live` and `cached`. " +
				"Default: `live`, with answers that are at most a minute old."),
		},
		Attributes: map[string]schema.Attribute{
			"action_ids": ids("IDs of issued actions, such as `tanium_action.x.actions[*].action_id`; "+
				"null for one that is not issued yet. At least one of `action_ids` and `scheduled_action_ids` is "+
				"required.",
				listvalidator.AtLeastOneOf(path.MatchRoot("scheduled_action_ids"))),
			"scheduled_action_ids": ids("IDs of scheduled actions, such as `values(tanium_action.x)[*].id`. " +
				"The results are those of the action that each issued last."),

			"targeted_endpoint_count": schema.Int64Attribute{Optional: true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "Total number of endpoints that the actions were deployed to, such as " +
					"`sum([for a in tanium_action.x : a.targeted_endpoint_count])`. Tanium does not report it. " +
					"The actions are finished once this number of endpoints is done. Without it, or with `0`, they " +
					"are finished once they have expired or were stopped."},
			"max_failed_percent": schema.Float64Attribute{Optional: true,
				Validators: []validator.Float64{float64validator.Between(0, 100)},
				MarkdownDescription: "Percentage of the endpoints that may fail while `succeeded` is true. An " +
					"endpoint fails if the command or its verification fails, if it runs out of time, or if it " +
					"never runs the action. Default `0`."},

			"max_results": schema.Int64Attribute{Optional: true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: fmt.Sprintf("Maximum number of elements in `endpoints`. With `0`, endpoints are "+
					"not asked. Default `%d`.", defaultMaxResults)},
			"include_completed": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "List endpoints that completed or verified as well. With `false`, list only " +
					"endpoints that failed or are not done. Default `true`.",
			},
			"include_log": schema.BoolAttribute{Optional: true,
				MarkdownDescription: "Read the last lines of each client's log of the action with the sensor " +
					"`Tanium Action Log`, if Tanium has it. The first parameter of the sensor must be the ID of " +
					"the action, and the others must have defaults. Default `false`."},

			"finished": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether all actions are over, or all endpoints are done.",
			},
			"succeeded": schema.BoolAttribute{
				Computed: true,
				MarkdownDescription: "Whether no more endpoints failed than allowed; null before the actions finish, " +
					"and if an action that is no longer in Tanium leaves it undecided.",
			},
			"results": resultsData("Number of endpoints in each state, summed over all actions."),
			"actions": schema.ListNestedAttribute{Computed: true,
				MarkdownDescription: "The actions, in the order of their IDs as given, `action_ids` first.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"action_id":           text("ID of the action; null before the first issue."),
					"scheduled_action_id": text("ID of the scheduled action; null for an element of `action_ids`."),
					"found": schema.BoolAttribute{
						Computed: true,
						MarkdownDescription: "Whether Tanium shows the action to this token. An action that ended " +
							"long ago may have been purged.",
					},
					"status": text("Status: `PENDING`, `OPEN`, `CLOSED` or `STOPPED`; null if it is not known."),
					"start_time": schema.StringAttribute{
						Computed:            true,
						CustomType:          timetypes.RFC3339Type{},
						MarkdownDescription: "Start of the action.",
					},
					"expiration_time": schema.StringAttribute{
						Computed:            true,
						CustomType:          timetypes.RFC3339Type{},
						MarkdownDescription: "Expiry of the action.",
					},
					"console_url": text("Page of the action in the Tanium console."),
					"results":     resultsData("Number of endpoints in each state of the action."),
				}}},
			"truncated": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether `endpoints` may be incomplete.",
			},
			"endpoints": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "Statuses that endpoints report for the actions, read with " +
					"the sensor `Action Statuses`, in the order of the actions and the endpoints. Endpoints that " +
					"are offline, or have not received an action, are not listed.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"action_id":   text("ID of the action."),
					"id":          text("Endpoint ID."),
					"name":        text("Computer name."),
					"os_platform": text("Platform: `Windows`, `Linux`, `Mac`, `AIX`, `Solaris` or `Unknown`."),
					"state": text("Name of the counter in `results` that the status belongs to; " +
						"`copying` and `stopped`, which have no counter; `unknown` for any other status."),
					"status": text("Status as the endpoint reports it, such as `Completed.`"),
					"log": schema.ListAttribute{
						Computed:            true,
						ElementType:         types.StringType,
						MarkdownDescription: "Last lines of the client's log of the action, with `include_log`.",
					},
				}},
			},
		},
	}
}

// resultsData returns an attribute with the counters of an action.
func resultsData(description string) schema.SingleNestedAttribute {
	counters := map[string]schema.Attribute{}
	for name, description := range counterDescriptions() {
		counters[name] = schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: description + reportedOnly,
		Attributes:          counters,
	}
}
