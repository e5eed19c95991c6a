// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// defaultMaxRefreshes is how often an incomplete live answer is asked for again: with Tanium's ceiling of 30 seconds a request, a minute
// and a half in all.
const defaultMaxRefreshes = 2

func endpointsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Endpoints that match a filter, with readings of sensors. It is the preview Tanium advises before an action: give its `filter` " +
			"to a `tanium_action` and the same endpoints are targeted. That none matches is a result, not an error.",
		Attributes: map[string]schema.Attribute{
			"filter":  filterAttribute("Which endpoints. All, without one."),
			"source":  sourceAttribute("Where readings come from: `live` or `cached`. Default `cached = {}`."),
			"sensors": readSensorsAttribute(),
			"max_results": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: fmt.Sprintf("How many endpoints to list at most; `0` only counts. Default `%d`, with a warning if there are more.", defaultMaxResults),
			},
			"total_count": schema.Int64Attribute{Computed: true, MarkdownDescription: "How many endpoints match, however many are listed."},
			"truncated":   schema.BoolAttribute{Computed: true, MarkdownDescription: "More endpoints match than are listed."},
			"ids":         schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "IDs of the endpoints listed."},
			"endpoints": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "Endpoints, in the order of their IDs.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":          schema.StringAttribute{Computed: true, MarkdownDescription: "Endpoint ID, the one to target an action with."},
					"name":        schema.StringAttribute{Computed: true, MarkdownDescription: "Computer name."},
					"ip_address":  schema.StringAttribute{Computed: true, MarkdownDescription: "Address of the Tanium Client."},
					"os_platform": schema.StringAttribute{Computed: true, MarkdownDescription: "`Windows`, `Linux`, `Mac`, `AIX`, `Solaris` or `Unknown`."},
					"readings": schema.ListNestedAttribute{
						Computed: true, MarkdownDescription: "Readings of `sensors`, one for each column. The values of columns of one sensor align by index.",
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"sensor": schema.StringAttribute{Computed: true, MarkdownDescription: "Sensor."},
							"params": schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Values of the sensor's parameters."},
							"column": schema.StringAttribute{Computed: true, MarkdownDescription: "Column; the sensor's own name where it has only one."},
							"values": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Values; `[no results]` where there are none."},
						}},
					},
				}},
			},
			"collection": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "How complete the answer is.",
				Attributes: map[string]schema.Attribute{
					"success":              schema.BoolAttribute{Computed: true, MarkdownDescription: "The criteria of `source` were met."},
					"active":               schema.BoolAttribute{Computed: true, MarkdownDescription: "More answers may still arrive."},
					"contributed_total":    schema.Int64Attribute{Computed: true, MarkdownDescription: "Endpoints that answered and match."},
					"responded_total":      schema.Int64Attribute{Computed: true, MarkdownDescription: "Endpoints that answered; null where it is not known."},
					"expected_total":       schema.Int64Attribute{Computed: true, MarkdownDescription: "Endpoints that were expected to answer; null where it is not known."},
					"responded_percentage": schema.Float64Attribute{Computed: true, MarkdownDescription: "Fraction of those expected that answered, from 0 to 1; null where nobody is expected."},
				},
			},
		},
	}
}

func sourceAttribute(description string) schema.SingleNestedAttribute {
	excludeErrors := schema.BoolAttribute{Optional: true, MarkdownDescription: "Leave out endpoints that report a common error for one of `sensors`. Default `false`."}
	excludeNoResults := schema.BoolAttribute{Optional: true, MarkdownDescription: "Leave out endpoints that report `[no results]` for one of `sensors`. Default `false`."}
	scope := schema.StringAttribute{Optional: true, Validators: []validator.String{oneOf(gateway.AllEndpointScope)},
		MarkdownDescription: "Kinds of entities: `TANIUM_CLIENTS` or `ALL_TS_SOURCED_ENTITIES`. Experimental in Tanium."}
	natural := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)}, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"live": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "Ask endpoints now. Those that are online answer. The answer is taken as soon as **any** criterion given holds " +
					"(`expected_count`, `min_percentage`, `stable_wait_time`) or `max_wait_time` is over.",
				Validators: []validator.Object{objectvalidator.ExactlyOneOf(path.MatchRelative().AtParent().AtName("cached"))},
				Attributes: map[string]schema.Attribute{
					"expected_count": natural("Criterion: this many endpoints match."),
					"min_percentage": schema.Float64Attribute{Optional: true, Validators: []validator.Float64{float64validator.Between(0, 1)},
						MarkdownDescription: "Criterion: this fraction of endpoints has answered, from 0 to 1. All of them may never."},
					"stable_wait_time": natural("Criterion: nothing new has come for this many seconds."),
					"max_wait_time": schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.Between(0, 30)},
						MarkdownDescription: "Seconds to wait at most in one request, up to 30. Default `30`."},
					"max_age":            natural("Accept readings of this age, in seconds, instead of what each sensor says. A small one loads the endpoints."),
					"exclude_errors":     excludeErrors,
					"exclude_no_results": excludeNoResults,
					"scope":              scope,
					"max_refreshes": natural(fmt.Sprintf("How often to ask again while the criteria are not met and answers may still come. Default `%d`.",
						defaultMaxRefreshes)),
				},
			},
			"cached": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "Last known readings of registered sensors, of endpoints online and offline.",
				Attributes: map[string]schema.Attribute{
					"all_namespaces": schema.BoolAttribute{Optional: true, MarkdownDescription: "Every namespace. Default `false`.",
						Validators: []validator.Bool{boolvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("namespaces"), path.MatchRelative().AtParent().AtName("scope"))}},
					"namespaces": schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "These namespaces.",
						Validators: []validator.List{listvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("scope"))}},
					"exclude_errors":     excludeErrors,
					"exclude_no_results": excludeNoResults,
					"scope":              scope,
				},
			},
		},
	}
}

func readSensorsAttribute() schema.ListNestedAttribute {
	single := func() map[string]schema.Attribute {
		return map[string]schema.Attribute{
			"column": schema.StringAttribute{Optional: true, MarkdownDescription: "Column, of a sensor that has several."},
			"op": schema.StringAttribute{Optional: true, Validators: []validator.String{oneOf(gateway.AllSensorValueFilterOp)},
				MarkdownDescription: "Comparison: `EQ` (default), `CONTAINS`, `STARTS_WITH`, `ENDS_WITH`, `MATCHES`, `GT`, `GTE`, `LT`, `LTE`."},
			"value":   schema.StringAttribute{Optional: true, MarkdownDescription: "Value to compare with, as a string whatever the type."},
			"negated": schema.BoolAttribute{Optional: true, MarkdownDescription: "Inverts the outcome. Default `false`."},
		}
	}
	filter := single()
	filter["any"] = schema.BoolAttribute{Optional: true, MarkdownDescription: "One of `filters` is enough; otherwise all must match. Default `false`."}
	filter["restrict_owner"] = schema.BoolAttribute{Optional: true,
		MarkdownDescription: "Leave out endpoints of which no value matches. `false` lists them with what is left. Default `true`."}
	children := single()
	children["value"] = schema.StringAttribute{Required: true, MarkdownDescription: "Value to compare with, as a string whatever the type."}
	filter["filters"] = schema.ListNestedAttribute{
		Optional: true, MarkdownDescription: "Filters to combine, one level deep.", Validators: []validator.List{listvalidator.SizeAtLeast(1)},
		NestedObject: schema.NestedAttributeObject{Attributes: children},
	}
	return schema.ListNestedAttribute{
		Optional: true, MarkdownDescription: "Sensors to read. From `cached`, only registered sensors can be read.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"name":    schema.StringAttribute{Required: true, MarkdownDescription: "Name of the sensor."},
			"columns": schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Columns to read; hidden ones only when named. All that are not hidden, without it."},
			"params":  schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Values of the sensor's parameters, by name."},
			"max_age": schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "Accept readings of this age, in seconds. Only with `live`."},
			"filter": schema.SingleNestedAttribute{Optional: true, MarkdownDescription: "Which values to list.", Attributes: filter},
		}},
	}
}

// oneOf accepts the values of one of the schema's enumerations.
func oneOf[T ~string](values []T) validator.String {
	names := make([]string, len(values))
	for i, value := range values {
		names[i] = string(value)
	}
	return stringvalidator.OneOf(names...)
}
