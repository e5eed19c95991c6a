// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Reach is the set of endpoints that a deployment would reach at the time of a preview.
type Reach struct {
	Count int
	// Online reports that the count has only endpoints that are online.
	Online      bool
	ActionGroup string
	// NoGroup reports that the action group has no computer group, so that it reaches no endpoint.
	NoGroup bool
	// Sample are the first endpoints, up to PreviewOptions.Sample.
	Sample []gateway.Endpoint
	// Complete reports that the question met its completion criteria, and that at least
	// MinAnswered of the endpoints answered it. Otherwise, the count may be too low.
	Complete bool
	// Answered and Asked are the numbers of endpoints that answered the question, and that were
	// expected to; nil if Tanium does not tell.
	Answered, Asked *int
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
	// MinAnswered is the share of the endpoints that must answer for a count to be complete. A few
	// of a large fleet never answer.
	MinAnswered              = 0.99
	previewStableWaitSeconds = 5
	// MaxRefreshes is the maximum number of refreshes of an incomplete answer from LiveSource.
	MaxRefreshes = 2
)

// LiveSource returns the source that asks the endpoints that are online. A deployment starts on
// these.
func LiveSource() *gateway.EndpointSource {
	percentage, stable := MinAnswered, previewStableWaitSeconds
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
	// Batch lets previews of different targets share a request, and takes a count that has just
	// been answered. A count immediately before a deployment must not wait for others, and must be
	// new.
	Batch bool `json:"-"` // the answer is the same
}

// RequiredShare returns the share of the endpoints that must answer for a count to be complete: the
// criterion of the source if it has one, but no more than MinAnswered.
func (o PreviewOptions) RequiredShare() float64 {
	if o.Source == nil || o.Source.Ts == nil || o.Source.Ts.MinPercentage == nil {
		return MinAnswered
	}
	return min(MinAnswered, *o.Source.Ts.MinPercentage)
}

// distinct returns each endpoint once. A list may change while its pages are read.
func distinct(endpoints []gateway.Endpoint) []gateway.Endpoint {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(endpoints), func(endpoint gateway.Endpoint) bool {
		again := seen[endpoint.Id]
		seen[endpoint.Id] = true
		return again
	})
}

// preview counts the endpoints that the targets in an action group reach.
func (t Targets) preview(
	ctx context.Context, client *gateway.Client, group *gateway.ActionGroup, options PreviewOptions,
) (Reach, error) {
	filter := t.EndpointFilter(group)
	if filter == nil {
		return Reach{Complete: true, ActionGroup: group.Name, NoGroup: true}, nil
	}
	query := Query{
		Filter:       filter,
		Source:       options.Source,
		MaxResults:   options.Sample,
		MaxRefreshes: options.MaxRefreshes,
		MinAnswered:  options.RequiredShare(),
		Batch:        options.Batch,
	}
	if options.Source == nil {
		query.Source, query.MaxRefreshes = LiveSource(), MaxRefreshes
	}
	collection, err := Collect(ctx, client, query)
	if err != nil {
		return Reach{}, err
	}
	sample := distinct(collection.Endpoints)
	return Reach{
		Count: max(collection.Total, len(sample)), Sample: sample, Complete: query.complete(collection.Info),
		Online: query.Source.Ts != nil, ActionGroup: group.Name,
		Answered: collection.Info.RespondedTotal, Asked: collection.Info.ExpectedTotal,
	}, nil
}
