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

func endpointsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Endpoints that match a filter, with readings of sensors. It is the preview Tanium " +
			"advises before an action: give its `filter` to a `tanium_action` and the same endpoints are targeted. " +
			"That none matches is a result, not an error.",
		Blocks: map[string]schema.Block{
			"source": sourceBlock("Where readings come from: one of the blocks `live` and `cached`. Default: " +
				"`cached`."),
		},
		Attributes: map[string]schema.Attribute{
			"filter": filterAttribute("Endpoints to list. Default: all."),
			"sensors": schema.DynamicAttribute{
				Optional: true,
				MarkdownDescription: "Sensors to read: a list of objects with `name`, and optionally `columns`, " +
					"`params`, `max_age` (seconds, with `live` only) and `filter` (which values to list). " +
					"With `cached`, only registered sensors can be read. See [sensors to " +
					"read](../guides/filters.md#sensors-to-read).",
			},
			"max_results": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: fmt.Sprintf("How many endpoints to list at most; `0` only counts. "+
					"Default `%d`, with a warning if there are more.", defaultMaxResults),
			},
			"total_count": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "How many endpoints match, however many are listed.",
			},
			"truncated": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "More endpoints match than are listed.",
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
						MarkdownDescription: "Endpoint ID, the one to target an action with.",
					},
					"name": schema.StringAttribute{Computed: true, MarkdownDescription: "Computer name."},
					"ip_address": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "Address of the Tanium Client.",
					},
					"os_platform": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "`Windows`, `Linux`, `Mac`, `AIX`, `Solaris` or `Unknown`.",
					},
					"readings": schema.ListNestedAttribute{
						Computed: true, MarkdownDescription: "Readings of `sensors`, one for each column. " +
							"The values of columns of one sensor align by index.",
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"sensor": schema.StringAttribute{Computed: true, MarkdownDescription: "Sensor."},
							"params": schema.MapAttribute{
								Computed:            true,
								ElementType:         types.StringType,
								MarkdownDescription: "Values of the sensor's parameters.",
							},
							"column": schema.StringAttribute{
								Computed:            true,
								MarkdownDescription: "Column; the sensor's own name where it has only one.",
							},
							"values": schema.ListAttribute{
								Computed:            true,
								ElementType:         types.StringType,
								MarkdownDescription: "Values; `[no results]` where there are none.",
							},
						}},
					},
				}},
			},
			"collection": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "How complete the answer is.",
				Attributes: map[string]schema.Attribute{
					"success": schema.BoolAttribute{
						Computed:            true,
						MarkdownDescription: "The criteria of `source` were met.",
					},
					"active": schema.BoolAttribute{
						Computed:            true,
						MarkdownDescription: "More answers may still arrive.",
					},
					"contributed_total": schema.Int64Attribute{
						Computed:            true,
						MarkdownDescription: "Endpoints that answered and match.",
					},
					"responded_total": schema.Int64Attribute{
						Computed:            true,
						MarkdownDescription: "Endpoints that answered; null where it is not known.",
					},
					"expected_total": schema.Int64Attribute{
						Computed:            true,
						MarkdownDescription: "Endpoints that were expected to answer; null where it is not known.",
					},
					"responded_percentage": schema.Float64Attribute{
						Computed: true,
						MarkdownDescription: "Fraction of those expected that answered, from 0 to 1; " +
							"null where nobody is expected.",
					},
				},
			},
		},
	}
}
