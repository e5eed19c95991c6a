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

func actionResultsSchema() schema.Schema {
	ids := func(description string, more ...validator.List) schema.ListAttribute {
		return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description,
			Validators: append(more, listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(notEmpty()...))}
	}
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return schema.Schema{
		MarkdownDescription: "Results of actions: the counters that Tanium keeps, and what each endpoint reports. " +
			"It reads once and never waits, and it does not fail because an action failed; " +
			"to wait, use `tanium_action_wait`.",
		Blocks: map[string]schema.Block{
			"source": sourceBlock("Where the endpoints' answers come from: one of the blocks `live` and `cached`. " +
				"Default: `live`, with answers that are not older than a minute."),
		},
		Attributes: map[string]schema.Attribute{
			"action_ids": ids("IDs of issued actions, such as `tanium_action.x.actions[*].action_id`; "+
				"null for one that is not issued yet. One of `action_ids` and `scheduled_action_ids` is given, or "+
				"both.",
				listvalidator.AtLeastOneOf(path.MatchRoot("scheduled_action_ids"))),
			"scheduled_action_ids": ids("IDs of scheduled actions, such as `values(tanium_action.x)[*].id`: " +
				"of each, the action it issued last."),

			"targeted_endpoint_count": schema.Int64Attribute{Optional: true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "Number of endpoints that the actions were deployed to in all, such as " +
					"`sum([for a in tanium_action.x : a.targeted_endpoint_count])`. Tanium does not report it. " +
					"The actions are finished once as many endpoints are done. Without it, they are finished when " +
					"they have expired or were stopped."},
			"max_failed_percent": schema.Float64Attribute{Optional: true,
				Validators: []validator.Float64{float64validator.Between(0, 100)},
				MarkdownDescription: "Percentage of the endpoints that may fail for `succeeded` to be true: " +
					"the command failed, its verification failed, it ran out of time, or the endpoint never ran it. " +
					"Default `0`."},

			"max_results": schema.Int64Attribute{Optional: true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: fmt.Sprintf("Maximum number of elements in `endpoints`; with `0`, endpoints are "+
					"not asked. Default `%d`.", defaultMaxResults)},
			"include_completed": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "List endpoints that completed or verified as well. With `false`, the list is " +
					"of those that failed or are not done. Default `true`.",
			},
			"include_log": schema.BoolAttribute{Optional: true,
				MarkdownDescription: "Read the last lines of each client's log of the action, by the sensor " +
					"`Tanium Action Log`, where Tanium has it. Its first parameter is taken to be the action's " +
					"ID; the others need defaults. Default `false`."},

			"finished": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "All actions are over, or all endpoints are done.",
			},
			"succeeded": schema.BoolAttribute{
				Computed: true,
				MarkdownDescription: "No more endpoints failed than allowed; null before they are finished, and " +
					"where an action is no longer in Tanium.",
			},
			"results": resultsData("Endpoints of all actions by how far they are."),
			"actions": schema.ListNestedAttribute{Computed: true,
				MarkdownDescription: "The actions, in the order of their IDs as given, `action_ids` first.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"action_id":           text("ID of the issued action; null before the first issue."),
					"scheduled_action_id": text("ID of the scheduled action; null where the action's was given."),
					"found": schema.BoolAttribute{
						Computed: true,
						MarkdownDescription: "Tanium has it, and shows it to this token. One that ended long ago may " +
							"have been purged.",
					},
					"status": text("`PENDING`, `OPEN`, `CLOSED` or `STOPPED`; null where it is not known."),
					"start_time": schema.StringAttribute{
						Computed:            true,
						CustomType:          timetypes.RFC3339Type{},
						MarkdownDescription: "When it started.",
					},
					"expiration_time": schema.StringAttribute{
						Computed:            true,
						CustomType:          timetypes.RFC3339Type{},
						MarkdownDescription: "When it expires.",
					},
					"console_url": text("The action in the Tanium console."),
					"results":     resultsData("Endpoints by how far they are with that action."),
				}}},
			"truncated": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "There may be more than `endpoints` lists.",
			},
			"endpoints": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "What endpoints say of the actions, by the sensor `Action " +
					"Statuses`, in the order of the actions and the endpoints. Those that are offline, or have not " +
					"heard of an action, are not there.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"action_id":   text("ID of the action."),
					"id":          text("Endpoint ID."),
					"name":        text("Computer name."),
					"os_platform": text("`Windows`, `Linux`, `Mac`, `AIX`, `Solaris` or `Unknown`."),
					"state": text("How far it is, by the name of the counter in `results`; " +
						"`unknown` for a status that stands for none of them."),
					"status": text("What the endpoint says itself, such as `Completed.`"),
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
