// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Page sizes. Tanium advises to begin with 100; an endpoint without readings is small, and a page
// of them may be larger.
const (
	pageSizeReading = 100
	pageSizeBare    = 1000
)

// Query asks for endpoints.
type Query struct {
	// Filter keeps the matching endpoints; nil for all.
	Filter *gateway.EndpointFieldFilter
	// Source is where readings come from; nil for Tanium's own default, the data service.
	Source *gateway.EndpointSource
	// Sensors to read of each endpoint; nil for none.
	Sensors []gateway.EndpointSensorRef
	// MaxResults bounds the endpoints returned, not those counted; 0 counts only.
	MaxResults int
	// MaxRefreshes is how often a live answer that has not met its criteria, and may still grow, is
	// evaluated again.
	MaxRefreshes int
}

// Collection is an answer to a Query.
type Collection struct {
	// Total is how many endpoints match.
	Total int
	// Endpoints are the first MaxResults of them, in Tanium's order, which is none in particular.
	Endpoints []gateway.Endpoint
	// Info says how complete the answer is.
	Info gateway.CollectionInfo
}

// Truncated reports that more endpoints match than were returned.
func (c Collection) Truncated() bool { return len(c.Endpoints) < c.Total }

// Collect asks, refreshes a live answer until it is complete by its own criteria, and reads pages
// until it has enough.
func Collect(ctx context.Context, client *gateway.Client, query Query) (Collection, error) {
	size := pageSizeBare
	if len(query.Sensors) > 0 {
		size = pageSizeReading
	}
	request := gateway.EndpointsRequest{
		Filter:  query.Filter,
		Source:  query.Source,
		Sensors: query.Sensors,
		First:   max(1, min(size, query.MaxResults)),
	}
	page, err := client.Endpoints(ctx, request)
	if err != nil {
		return Collection{}, err
	}
	for range query.MaxRefreshes {
		if page.Collection.Success || !page.Collection.Active || page.Collection.StartCursor == nil {
			break
		}
		refresh := request
		refresh.Refresh = *page.Collection.StartCursor
		if page, err = client.Endpoints(ctx, refresh); err != nil {
			return Collection{}, err
		}
	}

	collection := Collection{Total: page.Total, Info: page.Collection, Endpoints: page.Endpoints}
	for page.Next != "" && len(collection.Endpoints) < query.MaxResults {
		following := request
		following.After = page.Next
		following.First = min(size, query.MaxResults-len(collection.Endpoints))
		if page, err = client.Endpoints(ctx, following); err != nil {
			return Collection{}, err
		}
		if len(page.Endpoints) == 0 {
			break // a page that says more follows and brings nothing would be asked for ever
		}
		collection.Endpoints = append(collection.Endpoints, page.Endpoints...)
	}
	collection.Endpoints = collection.Endpoints[:min(len(collection.Endpoints), query.MaxResults)]
	return collection, nil
}
