// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Reach is the set of endpoints that a deployment would reach at the time of a preview.
type Reach struct {
	// Count is the number of endpoints.
	Count int
	// Online reports that the count has only endpoints that are online.
	Online bool
	// ActionGroup is the name of the action group.
	ActionGroup string
	// Sample are the first endpoints, up to PreviewOptions.Sample.
	Sample []gateway.Endpoint
	// Complete reports that the question met its completion criteria. Otherwise, the count may be
	// too low.
	Complete bool
}

// Unreached returns the endpoint IDs of which the preview has no endpoint; nil if the sample does
// not name every endpoint.
func (r Reach) Unreached(ids []string) []string {
	if len(r.Sample) < r.Count {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return slices.ContainsFunc(r.Sample, func(endpoint gateway.Endpoint) bool { return endpoint.Id == id })
	})
}

// Criteria of the question behind a preview. It ends when nearly all endpoints have answered, or
// when no new answer came for previewStableWaitSeconds. The client sets both. In addition, Tanium
// ends a question after at most 30 seconds.
const (
	previewMinPercentage     = 0.99
	previewStableWaitSeconds = 5
	// MaxRefreshes is the maximum number of refreshes of an incomplete answer from LiveSource.
	MaxRefreshes = 2
)

// LiveSource returns the source that asks the endpoints that are online. A deployment starts on
// these.
func LiveSource() *gateway.EndpointSource {
	percentage, stable := previewMinPercentage, previewStableWaitSeconds
	return &gateway.EndpointSource{Ts: &gateway.EndpointSourceTS{MinPercentage: &percentage, StableWaitTime: &stable}}
}

// PreviewOptions are the settings of a preview.
type PreviewOptions struct {
	// Source is the source of the count; nil for LiveSource.
	Source *gateway.EndpointSource
	// MaxRefreshes is the maximum number of refreshes of an incomplete live answer. It applies only
	// if Source is set.
	MaxRefreshes int
	// Sample is the maximum number of endpoints to name.
	Sample int
}

// Preview counts the endpoints that the targets reach. An error says if the action group does not
// exist; Check reports that as a problem.
func (t Targets) Preview(ctx context.Context, lookup *catalog.Catalog, options PreviewOptions) (Reach, error) {
	group, err := lookup.ActionGroup(ctx, t.ActionGroup)
	if err != nil {
		return Reach{}, err
	}
	if group == nil {
		return Reach{}, &gateway.Error{
			Operation: "actionGroup",
			Kind:      gateway.KindRefused,
			Message:   "there is no action group " + t.ActionGroup.String(),
		}
	}
	filter := t.EndpointFilter(group)
	if filter == nil {
		return Reach{Complete: true, ActionGroup: group.Name}, nil
	}
	query := Query{
		Filter:       filter,
		Source:       options.Source,
		MaxResults:   options.Sample,
		MaxRefreshes: options.MaxRefreshes,
	}
	if options.Source == nil {
		query.Source, query.MaxRefreshes = LiveSource(), MaxRefreshes
	}
	collection, err := Collect(ctx, lookup.Client(), query)
	if err != nil {
		return Reach{}, err
	}
	return Reach{
		Count: collection.Total, Sample: collection.Endpoints, Complete: collection.Info.Success,
		Online: query.Source.Ts != nil, ActionGroup: group.Name,
	}, nil
}
