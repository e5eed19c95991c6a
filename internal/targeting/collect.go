// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Page sizes. Tanium recommends 100 endpoints for a start. A page of endpoints without readings is
// small, so it may have more.
const (
	pageSizeReading = 100
	pageSizeBare    = 1000
)

// Query is a request for endpoints.
type Query struct {
	// Filter selects the endpoints; nil for all.
	Filter *gateway.EndpointFieldFilter
	// Source is the source of readings; nil for Tanium's default, the data service.
	Source *gateway.EndpointSource
	// Sensors are the sensors to read on each endpoint; nil for none.
	Sensors []gateway.EndpointSensorRef
	// MaxResults is the maximum number of endpoints to return; 0 to count only. The count is not
	// limited.
	MaxResults int
	// MaxRefreshes is the maximum number of refreshes of a live answer that has not met its
	// completion criteria and may still grow.
	MaxRefreshes int
}

// Collection is the answer to a Query.
type Collection struct {
	// Total is the number of endpoints that match.
	Total int
	// Endpoints are the first MaxResults of them, in Tanium's order, which is not documented.
	Endpoints []gateway.Endpoint
	// Info describes the completeness of the answer.
	Info gateway.CollectionInfo
}

// Truncated reports whether more endpoints match than were returned.
func (c Collection) Truncated() bool { return len(c.Endpoints) < c.Total }

// Collect sends a query, refreshes a live answer until it meets its completion criteria or
// MaxRefreshes is reached, and reads pages until it has MaxResults endpoints.
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
		nextRequest := request
		nextRequest.After = page.Next
		nextRequest.First = min(size, query.MaxResults-len(collection.Endpoints))
		if page, err = client.Endpoints(ctx, nextRequest); err != nil {
			return Collection{}, err
		}
		if len(page.Endpoints) == 0 {
			break // such pages would otherwise never end
		}
		collection.Endpoints = append(collection.Endpoints, page.Endpoints...)
	}
	collection.Endpoints = collection.Endpoints[:min(len(collection.Endpoints), query.MaxResults)]
	return collection, nil
}
