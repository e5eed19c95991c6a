// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// defaultMaxRefreshes is how often an incomplete live answer is requested again. With Tanium's
// limit of 30 seconds for each request, that is a minute and a half in total.
const defaultMaxRefreshes = 2

// sourceBlock returns the block source. Its schema is that of a data source, which a resource can
// use as well.
func sourceBlock(description string) schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: description,
		Blocks:              map[string]schema.Block{"live": liveBlock(), "cached": cachedBlock()},
	}
}

// liveBlock returns the block live.
func liveBlock() schema.SingleNestedBlock {
	attributes := entityAttributes()
	maps.Copy(attributes, answerAttributes())
	attributes["expected_count"] = natural("Criterion: this number of matching endpoints has been found.")
	attributes["max_age"] = natural("Maximum age of readings, in seconds, instead of the age that each sensor " +
		"allows. A small value puts load on the endpoints.")
	return schema.SingleNestedBlock{
		MarkdownDescription: "Ask endpoints now. Only endpoints that are online answer. The answer is complete once " +
			"**any** of the given criteria is met (`expected_count`, `min_percentage`, `stable_wait_time`) or " +
			"`max_wait_time` is over.",
		Attributes: attributes,
	}
}

// answerAttributes returns the attributes that say how long to wait for answers.
func answerAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"min_percentage": schema.Float64Attribute{
			Optional:   true,
			Validators: []validator.Float64{float64validator.Between(0, 1)},
			MarkdownDescription: "Criterion: this fraction of endpoints, from 0 to 1, has answered. " +
				"Some endpoints may never answer.",
		},
		"stable_wait_time": natural("Criterion: no new answer has arrived for this number of seconds."),
		"max_wait_time": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{int64validator.Between(0, 30)},
			MarkdownDescription: "Maximum wait of one request, in seconds, up to 30. Default `30`.",
		},
		"max_refreshes": natural(fmt.Sprintf("Maximum number of further requests while the criteria are "+
			"not met and answers may still arrive. Default `%d`.", defaultMaxRefreshes)),
	}
}

// natural returns an optional whole number that is not negative and fits GraphQL's Int.
func natural(description string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		Validators:          []validator.Int64{int64validator.Between(0, maxInt32)},
		MarkdownDescription: description,
	}
}

// previewSourceBlock returns the block source of a preview. It has nothing that a deployment does
// not know: options that exclude endpoints from the answer would only narrow the count.
func previewSourceBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "Source of the count: one of the blocks `live` and `cached`. Default: `live`, until 99 " +
			"% " +
			"of the endpoints have answered or no new answer has arrived for 5 seconds.",
		Blocks: map[string]schema.Block{
			"live": schema.SingleNestedBlock{
				MarkdownDescription: "Ask endpoints now. Only endpoints that are online answer. The answer ends once " +
					"**any** of the given criteria is met (`min_percentage`, `stable_wait_time`) or `max_wait_time` " +
					"is " +
					"over. An upper limit of `guard` requires answers of 99 % of the endpoints, where Tanium tells " +
					"how many answered.",
				Attributes: answerAttributes(),
			},
			"cached": schema.SingleNestedBlock{
				MarkdownDescription: "Use the last known readings of registered sensors, from endpoints that are " +
					"online or offline.",
			},
		},
	}
}

// cachedBlock returns the block cached.
func cachedBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "Use the last known readings of registered sensors, from endpoints that are online or " +
			"offline.",
		Attributes: entityAttributes(),
	}
}

// entityAttributes returns the attributes that both sources have.
func entityAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"exclude_errors": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Exclude endpoints that report a common error for one of the sensors read. " +
				"Default `false`.",
		},
		"exclude_no_results": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Exclude endpoints that report `[no results]` for one of the sensors read. " +
				"Default `false`.",
		},
	}
}

// sourceModel is the block source.
type sourceModel struct {
	Live   *liveModel   `tfsdk:"live"`
	Cached *cachedModel `tfsdk:"cached"`
}

// liveModel is the block live.
type liveModel struct {
	ExpectedCount    types.Int64   `tfsdk:"expected_count"`
	MinPercentage    types.Float64 `tfsdk:"min_percentage"`
	StableWaitTime   types.Int64   `tfsdk:"stable_wait_time"`
	MaxWaitTime      types.Int64   `tfsdk:"max_wait_time"`
	MaxAge           types.Int64   `tfsdk:"max_age"`
	ExcludeErrors    types.Bool    `tfsdk:"exclude_errors"`
	ExcludeNoResults types.Bool    `tfsdk:"exclude_no_results"`
	MaxRefreshes     types.Int64   `tfsdk:"max_refreshes"`
}

// cachedModel is the block cached.
type cachedModel struct {
	ExcludeErrors    types.Bool `tfsdk:"exclude_errors"`
	ExcludeNoResults types.Bool `tfsdk:"exclude_no_results"`
}

// previewSource returns the source of a preview, nil for its default, and how often an incomplete
// live answer is requested again.
func previewSource(block types.Object) (*gateway.EndpointSource, int) {
	live, _ := block.Attributes()["live"].(types.Object)
	cached, _ := block.Attributes()["cached"].(types.Object)
	var model *sourceModel
	switch fields := live.Attributes(); {
	case !live.IsNull() && !live.IsUnknown():
		model = &sourceModel{Live: &liveModel{}}
		model.Live.MinPercentage, _ = fields["min_percentage"].(types.Float64)
		model.Live.StableWaitTime, _ = fields["stable_wait_time"].(types.Int64)
		model.Live.MaxWaitTime, _ = fields["max_wait_time"].(types.Int64)
		model.Live.MaxRefreshes, _ = fields["max_refreshes"].(types.Int64)
	case !cached.IsNull() && !cached.IsUnknown():
		model = &sourceModel{Cached: &cachedModel{}}
	}
	return model.input()
}

// checkSource reports a source with neither or both of live and cached.
func checkSource(source types.Object, at catalog.Path) []catalog.Problem {
	if source.IsNull() || source.IsUnknown() {
		return nil
	}
	live, cached := source.Attributes()["live"], source.Attributes()["cached"]
	if undecided(live) || undecided(cached) || live.IsNull() != cached.IsNull() {
		return nil
	}
	return []catalog.Problem{{Path: at, Summary: "Invalid source",
		Detail: "source requires exactly one of the blocks live { } and cached { }."}}
}

// input returns the source of the API, nil for its default, and how often an incomplete live answer
// is requested again.
func (m *sourceModel) input() (*gateway.EndpointSource, int) {
	switch {
	case m == nil:
		return nil, 0
	case m.Live != nil:
		refreshes := defaultMaxRefreshes
		if given := number(m.Live.MaxRefreshes); given != nil {
			refreshes = *given
		}
		return &gateway.EndpointSource{Ts: &gateway.EndpointSourceTS{
			ExpectedCount:    number(m.Live.ExpectedCount),
			MinPercentage:    m.Live.MinPercentage.ValueFloat64Pointer(),
			StableWaitTime:   number(m.Live.StableWaitTime),
			MaxWaitTime:      number(m.Live.MaxWaitTime),
			MaxAge:           number(m.Live.MaxAge),
			ExcludeErrors:    m.Live.ExcludeErrors.ValueBoolPointer(),
			ExcludeNoResults: m.Live.ExcludeNoResults.ValueBoolPointer(),
		}}, refreshes
	case m.Cached != nil:
		return &gateway.EndpointSource{Tds: &gateway.EndpointSourceTDS{
			ExcludeErrors:    m.Cached.ExcludeErrors.ValueBoolPointer(),
			ExcludeNoResults: m.Cached.ExcludeNoResults.ValueBoolPointer(),
		}}, 0
	default:
		return nil, 0
	}
}
