// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// endpointsSchema returns the schema of the data source tanium_endpoints.
func endpointsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Endpoints that match a filter, with readings of sensors. Use it to preview an action, " +
			"as Tanium recommends: a `tanium_action` with the same `filter` targets the same endpoints. " +
			"It is not an error if no endpoint matches.",
		Blocks: map[string]schema.Block{
			"source": sourceBlock("Source of the readings: one of the blocks `live` and `cached`. Default: `cached`."),
		},
		Attributes: map[string]schema.Attribute{
			"filter": filterAttribute("Filter of the endpoints to list. Default: all endpoints."),
			"sensors": schema.DynamicAttribute{
				Optional: true,
				MarkdownDescription: "Sensors to read: a list of objects with `name`, and optionally `columns`, " +
					"`params`, `max_age` (seconds, with `live` only) and `filter` (which values to list). " +
					"With `cached`, only registered sensors can be read. See [sensors to " +
					"read](../guides/filters.md#sensors-to-read).",
			},
			"max_results": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: fmt.Sprintf("Maximum number of endpoints to list. With `0`, endpoints are only "+
					"counted. Default `%d`, with a warning if more endpoints match.", defaultMaxResults),
			},
			"total_count": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Number of endpoints that match, including those that are not listed.",
			},
			"truncated": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether more endpoints match than are listed.",
			},
			"ids": schema.ListAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "IDs of the endpoints listed.",
			},
			"endpoints": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "Endpoints, in the order of their IDs.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "Endpoint ID. An action can target it with `endpoint_ids`.",
					},
					"name": schema.StringAttribute{Computed: true, MarkdownDescription: "Computer name."},
					"ip_address": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "IP address of the Tanium Client.",
					},
					"os_platform": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "Platform: `Windows`, `Linux`, `Mac`, `AIX`, `Solaris` or `Unknown`.",
					},
					"readings": schema.ListNestedAttribute{
						Computed: true, MarkdownDescription: "Readings of `sensors`, one for each column. " +
							"The values of columns of one sensor align by index.",
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"sensor": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the " +
								"sensor."},
							"params": schema.MapAttribute{
								Computed:            true,
								ElementType:         types.StringType,
								MarkdownDescription: "Values of the sensor's parameters.",
							},
							"column": schema.StringAttribute{
								Computed: true,
								MarkdownDescription: "Name of the column. For a sensor with one column, the name of " +
									"the sensor.",
							},
							"values": schema.ListAttribute{
								Computed:            true,
								ElementType:         types.StringType,
								MarkdownDescription: "Values; `[no results]` if there are none.",
							},
						}},
					},
				}},
			},
			"collection": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "Completeness of the answer.",
				Attributes: map[string]schema.Attribute{
					"success": schema.BoolAttribute{
						Computed:            true,
						MarkdownDescription: "Whether the criteria of `source` were met.",
					},
					"active": schema.BoolAttribute{
						Computed:            true,
						MarkdownDescription: "Whether more answers may still arrive.",
					},
					"contributed_total": schema.Int64Attribute{
						Computed:            true,
						MarkdownDescription: "Number of endpoints that answered and match.",
					},
					"responded_total": schema.Int64Attribute{
						Computed:            true,
						MarkdownDescription: "Number of endpoints that answered; null if it is not known.",
					},
					"expected_total": schema.Int64Attribute{
						Computed: true,
						MarkdownDescription: "Number of endpoints that were expected to answer; null if it is not " +
							"known.",
					},
					"responded_percentage": schema.Float64Attribute{
						Computed: true,
						MarkdownDescription: "Fraction of the expected endpoints that answered, from 0 to 1; " +
							"null if no endpoint is expected.",
					},
				},
			},
		},
	}
}
