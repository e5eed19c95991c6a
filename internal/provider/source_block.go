// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// defaultMaxRefreshes is how often an incomplete live answer is asked for again: with Tanium's
// ceiling of 30 seconds a request, a minute and a half in all.
const defaultMaxRefreshes = 2

// sourceBlock is where readings come from. It is made of a data source's attributes, which serve in
// a resource as well.
func sourceBlock(description string) schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: description,
		Blocks:              map[string]schema.Block{"live": liveBlock(), "cached": cachedBlock()},
	}
}

func liveBlock() schema.SingleNestedBlock {
	natural := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{int64validator.AtLeast(0)},
			MarkdownDescription: description,
		}
	}
	attributes := entityAttributes()
	attributes["expected_count"] = natural("Criterion: this many endpoints that match have been found.")
	attributes["min_percentage"] = schema.Float64Attribute{
		Optional:   true,
		Validators: []validator.Float64{float64validator.Between(0, 1)},
		MarkdownDescription: "Criterion: this fraction of endpoints has answered, from 0 to 1. " +
			"Not all of them may ever answer.",
	}
	attributes["stable_wait_time"] = natural("Criterion: no new answer came for this many seconds.")
	attributes["max_wait_time"] = schema.Int64Attribute{
		Optional:            true,
		Validators:          []validator.Int64{int64validator.Between(0, 30)},
		MarkdownDescription: "Longest wait of one request, in seconds, up to 30. Default `30`.",
	}
	attributes["max_age"] = natural("Accept readings of this age, in seconds, instead of the age each sensor allows. " +
		"A small value puts load on the endpoints.")
	attributes["max_refreshes"] = natural(fmt.Sprintf("How often to ask again while the criteria are not met and "+
		"answers may still come. Default `%d`.", defaultMaxRefreshes))
	return schema.SingleNestedBlock{
		MarkdownDescription: "Ask endpoints now. Only those that are online answer. The answer is complete as soon " +
			"as **any** criterion given holds (`expected_count`, `min_percentage`, `stable_wait_time`) or " +
			"`max_wait_time` is over.",
		Attributes: attributes,
	}
}

func cachedBlock() schema.SingleNestedBlock {
	sibling := path.MatchRelative().AtParent()
	attributes := entityAttributes()
	attributes["all_namespaces"] = schema.BoolAttribute{
		Optional: true,
		Validators: []validator.Bool{boolvalidator.ConflictsWith(sibling.AtName("namespaces"),
			sibling.AtName("scope"))},
		MarkdownDescription: "Every namespace. Default `false`.",
	}
	attributes["namespaces"] = schema.ListAttribute{
		Optional:            true,
		ElementType:         types.StringType,
		Validators:          []validator.List{listvalidator.ConflictsWith(sibling.AtName("scope"))},
		MarkdownDescription: "These namespaces.",
	}
	return schema.SingleNestedBlock{
		MarkdownDescription: "Take the last known readings of registered sensors, of endpoints online and offline.",
		Attributes:          attributes,
	}
}

// entityAttributes are what both sources take.
func entityAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"exclude_errors": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Leave out endpoints that report a common error for one of the sensors read. " +
				"Default `false`.",
		},
		"exclude_no_results": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Leave out endpoints that report `[no results]` for one of the sensors read. " +
				"Default `false`.",
		},
		"scope": schema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{oneOf(gateway.AllEndpointScope)},
			MarkdownDescription: "Kinds of entities: `TANIUM_CLIENTS` or `ALL_TS_SOURCED_ENTITIES`. " +
				"Experimental in Tanium.",
		},
	}
}

type sourceModel struct {
	Live   *liveModel   `tfsdk:"live"`
	Cached *cachedModel `tfsdk:"cached"`
}

type liveModel struct {
	ExpectedCount    types.Int64   `tfsdk:"expected_count"`
	MinPercentage    types.Float64 `tfsdk:"min_percentage"`
	StableWaitTime   types.Int64   `tfsdk:"stable_wait_time"`
	MaxWaitTime      types.Int64   `tfsdk:"max_wait_time"`
	MaxAge           types.Int64   `tfsdk:"max_age"`
	ExcludeErrors    types.Bool    `tfsdk:"exclude_errors"`
	ExcludeNoResults types.Bool    `tfsdk:"exclude_no_results"`
	Scope            types.String  `tfsdk:"scope"`
	MaxRefreshes     types.Int64   `tfsdk:"max_refreshes"`
}

type cachedModel struct {
	AllNamespaces    types.Bool   `tfsdk:"all_namespaces"`
	Namespaces       []string     `tfsdk:"namespaces"`
	ExcludeErrors    types.Bool   `tfsdk:"exclude_errors"`
	ExcludeNoResults types.Bool   `tfsdk:"exclude_no_results"`
	Scope            types.String `tfsdk:"scope"`
}

// checkSource reports a source that is neither or both of live and cached.
func checkSource(source types.Object, at catalog.Path) []catalog.Problem {
	if source.IsNull() || source.IsUnknown() {
		return nil
	}
	live, cached := source.Attributes()["live"], source.Attributes()["cached"]
	if live.IsUnknown() || cached.IsUnknown() || live.IsNull() != cached.IsNull() {
		return nil
	}
	return []catalog.Problem{{Path: at, Summary: "Source is not one of live and cached",
		Detail: "Give one of the blocks live { } and cached { } in source."}}
}

// input is the source as it is asked for, nil for Tanium's own default, and how often an incomplete
// live answer is refreshed.
func (m *sourceModel) input() (*gateway.EndpointSource, int) {
	switch {
	case m == nil:
		return nil, 0
	case m.Live != nil:
		refreshes := defaultMaxRefreshes
		if !m.Live.MaxRefreshes.IsNull() {
			refreshes = int(m.Live.MaxRefreshes.ValueInt64())
		}
		return &gateway.EndpointSource{Ts: &gateway.EndpointSourceTS{
			ExpectedCount:    number(m.Live.ExpectedCount),
			MinPercentage:    m.Live.MinPercentage.ValueFloat64Pointer(),
			StableWaitTime:   number(m.Live.StableWaitTime),
			MaxWaitTime:      number(m.Live.MaxWaitTime),
			MaxAge:           number(m.Live.MaxAge),
			ExcludeErrors:    m.Live.ExcludeErrors.ValueBoolPointer(),
			ExcludeNoResults: m.Live.ExcludeNoResults.ValueBoolPointer(),
			Scope:            (*gateway.EndpointScope)(m.Live.Scope.ValueStringPointer()),
		}}, refreshes
	case m.Cached != nil:
		return &gateway.EndpointSource{Tds: &gateway.EndpointSourceTDS{
			AllNamespaces:    m.Cached.AllNamespaces.ValueBoolPointer(),
			Namespaces:       m.Cached.Namespaces,
			ExcludeErrors:    m.Cached.ExcludeErrors.ValueBoolPointer(),
			ExcludeNoResults: m.Cached.ExcludeNoResults.ValueBoolPointer(),
			Scope:            (*gateway.EndpointScope)(m.Cached.Scope.ValueStringPointer()),
		}}, 0
	default:
		return nil, 0
	}
}
