// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Reach is the endpoints that a deployment to a set of targets would reach at the moment of asking.
type Reach struct {
	// Count of endpoints.
	Count int
	// Sample holds the first few of them; empty when none was asked for.
	Sample []gateway.Endpoint
	// Complete reports that Tanium met the criteria of the question: the count is not a first part
	// of a larger one.
	Complete bool
}

// Bounds of the question behind a preview. It ends when nearly all endpoints have answered, or when
// nothing new came for a while; both are the client's choice, and Tanium's ceiling of 30 seconds a
// request holds besides.
const (
	previewMinPercentage     = 0.99
	previewStableWaitSeconds = 5
	// MaxRefreshes is how often an answer of LiveSource that is not complete is asked for again.
	MaxRefreshes = 2
)

// LiveSource asks the endpoints that are online now, which are the ones a deployment starts on.
func LiveSource() *gateway.EndpointSource {
	percentage, stable := previewMinPercentage, previewStableWaitSeconds
	return &gateway.EndpointSource{Ts: &gateway.EndpointSourceTS{MinPercentage: &percentage, StableWaitTime: &stable}}
}

// PreviewOptions is how a preview is made.
type PreviewOptions struct {
	// Source is where the count comes from; nil for LiveSource, whose bounds are this package's
	// choice.
	Source *gateway.EndpointSource
	// MaxRefreshes is how often an incomplete live answer is asked for again, where Source is
	// given.
	MaxRefreshes int
	// Sample is how many endpoints to name at most.
	Sample int
}

// Preview counts the endpoints that the targets reach. The action group must exist: Check reports
// one that does not.
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
		return Reach{Complete: true}, nil
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
	return Reach{Count: collection.Total, Sample: collection.Endpoints, Complete: collection.Info.Success}, nil
}
