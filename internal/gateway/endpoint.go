// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import "context"

// MaxPageSize is Tanium's maximum size of a page of endpoints (API.md#limits).
const MaxPageSize = 5000

// EndpointsRequest is a request for one page of endpoints.
type EndpointsRequest struct {
	// Filter selects the endpoints; nil for all.
	Filter *EndpointFieldFilter
	// Source is the source of readings; nil for the data service.
	Source *EndpointSource
	// Sensors are the sensors to read; nil for none.
	Sensors []EndpointSensorRef
	// First is the size of the page, 1 to MaxPageSize.
	First int
	// After is the cursor of the previous page; empty for the first page.
	After string
	// Once disables repetition of a failed request. It is for a caller that then asks for less.
	Once bool
	// Batch lets the request share one to the server with others. It then takes as long as the
	// slowest of them.
	Batch bool
	// Refresh is the start cursor of a collection to refresh; empty for a new collection.
	Refresh string
}

// EndpointsPage is one page of a collection of endpoints.
type EndpointsPage struct {
	Endpoints []Endpoint
	// Total is the number of endpoints in the whole collection.
	Total int
	// Collection describes the completeness of the collection.
	Collection CollectionInfo
	// Next is the cursor of the next page; empty for the last page.
	Next string
}

// Endpoints reads one page of endpoints.
func (c *Client) Endpoints(ctx context.Context, request EndpointsRequest) (EndpointsPage, error) {
	sensors := request.Sensors
	if sensors == nil {
		sensors = []EndpointSensorRef{} // the variable is not nullable
	}
	by := c.reads
	switch {
	case request.Once:
		by = c.readsOnce
	case request.Batch:
		by = c.counts
	}
	answer, err := Endpoints(ctx, by, Optional(request.After), request.Filter, &request.First,
		Optional(request.Refresh), request.Source,
		sensors, len(sensors) > 0)
	if err != nil {
		return EndpointsPage{}, c.mask.wrap("endpoints", err)
	}
	if answer.Endpoints == nil {
		return EndpointsPage{}, &Error{
			Operation: "endpoints",
			Kind:      KindUnreadable,
			Message:   "the answer has no endpoints and no error",
			Sent:      true,
		}
	}
	page := EndpointsPage{Total: answer.Endpoints.TotalRecords, Collection: answer.Endpoints.CollectionInfo}
	for _, edge := range answer.Endpoints.Edges {
		page.Endpoints = append(page.Endpoints, edge.Node)
	}
	if answer.Endpoints.PageInfo.HasNextPage {
		page.Next = Deref(answer.Endpoints.PageInfo.EndCursor)
	}
	return page, nil
}
