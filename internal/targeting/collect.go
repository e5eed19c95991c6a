// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"
	"errors"
	"sync"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Sizes of the first pages. Tanium advises to begin with 100 and to tune. An endpoint without
// readings takes about 200 bytes; one with readings may take many times that.
const (
	pageSizeReading = 500
	pageSizeBare    = gateway.MaxPageSize
	// minPageSize is where a page that fails is not made smaller any more.
	minPageSize = 100
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
	// MaxRefreshes is the maximum number of refreshes of a live answer that is not complete and may
	// still grow.
	MaxRefreshes int
	// MinAnswered is the share of the endpoints that must answer, besides the criteria of the
	// source; 0 for none.
	MinAnswered float64
	// Batch lets small pages share a request with those of other queries.
	Batch bool
}

// complete reports that an answer met the criteria of the source, and that enough endpoints
// answered. Success alone says that any one of the criteria is met, such as that no new answer
// arrived for a while (API.md#sources). It counts where Tanium does not tell how many answered.
func (q Query) complete(info gateway.CollectionInfo) bool {
	responded, expected, share := info.RespondedTotal, info.ExpectedTotal, info.RespondedPercentage
	switch {
	case !info.Success:
		return false
	case responded != nil && expected != nil && float64(*responded) < q.MinAnswered*float64(*expected):
		return false
	default:
		return share == nil || *share >= q.MinAnswered // a fraction
	}
}

// Collection is the answer to a Query.
type Collection struct {
	// Total is the number of endpoints that match.
	Total int
	// Endpoints are the first MaxResults of them, in Tanium's order, which is not documented.
	Endpoints []gateway.Endpoint
	// Info describes the completeness of the answer.
	Info gateway.CollectionInfo

	read int // endpoints returned
}

// Truncated reports that more endpoints match than were returned.
func (c Collection) Truncated() bool { return c.read < c.Total }

// Collect sends a query, refreshes a live answer until it meets its completion criteria or
// MaxRefreshes is reached, and reads pages until it has MaxResults endpoints.
func Collect(ctx context.Context, client *gateway.Client, query Query) (Collection, error) {
	var endpoints []gateway.Endpoint
	collection, err := Walk(ctx, client, query, func(page []gateway.Endpoint, first bool) {
		if first {
			endpoints = nil
		}
		endpoints = append(endpoints, page...)
	})
	collection.Endpoints = endpoints
	return collection, err
}

// Walk is Collect for a caller that takes the endpoints page by page. It reads the next page while
// a function takes one. The collection that it returns names no endpoints.
//
// A cursor may expire while Tanium throttles or fails (API.md#cursors). Walk then reads the list
// from its first page again. The function is told of a first page, and forgets what it took before.
func Walk(
	ctx context.Context, client *gateway.Client, query Query, take func(page []gateway.Endpoint, first bool),
) (Collection, error) {
	size := pageSizeBare
	if len(query.Sensors) > 0 {
		size = pageSizeReading
	}
	w := walk{client: client, query: query, size: max(1, min(size, query.MaxResults))}
	for restarts := 0; ; restarts++ {
		collection, err := w.list(ctx, take)
		if w.expired && restarts < gateway.MaxRestarts {
			continue
		}
		return collection, err
	}
}

// list reads a list from its first page. It sets expired.
func (w *walk) list(ctx context.Context, take func(page []gateway.Endpoint, first bool)) (Collection, error) {
	w.expired = false
	page, err := w.first(ctx)
	if err != nil {
		return Collection{}, err
	}
	collection, most := Collection{Total: page.Total, Info: page.Collection}, w.query.MaxResults
	for first := true; ; first = false {
		endpoints := page.Endpoints[:min(len(page.Endpoints), most-collection.read)]
		collection.read += len(endpoints)
		if page.Next == "" || collection.read >= most || len(page.Endpoints) == 0 {
			take(endpoints, first) // an empty page ends the list, even if it announces another one
			return collection, nil
		}
		var taking sync.WaitGroup
		taking.Go(func() { take(endpoints, first) })
		page, err = w.page(ctx, page.Next, most-collection.read)
		taking.Wait()
		if err != nil {
			w.expired = gateway.RefusesPage(err)
			return Collection{}, err
		}
	}
}

// walk reads the pages of a query.
type walk struct {
	client *gateway.Client
	query  Query
	size   int
	// expired reports that a following page was refused, so that its cursor may have expired.
	expired bool
}

func (w *walk) request() gateway.EndpointsRequest {
	return gateway.EndpointsRequest{
		Filter: w.query.Filter, Source: w.query.Source, Sensors: w.query.Sensors, Batch: w.query.Batch,
	}
}

// first reads the first page, of an answer that is complete by its own criteria.
func (w *walk) first(ctx context.Context) (gateway.EndpointsPage, error) {
	request := w.request()
	page, err := w.read(ctx, request, w.size)
	for range w.query.MaxRefreshes {
		info := page.Collection
		if err != nil || w.query.complete(info) || !info.Active || info.StartCursor == nil {
			break
		}
		request.Refresh = *info.StartCursor
		page, err = w.read(ctx, request, w.size)
	}
	return page, err
}

// page reads a following page.
func (w *walk) page(ctx context.Context, after string, most int) (gateway.EndpointsPage, error) {
	request := w.request()
	request.After = after
	return w.read(ctx, request, min(w.size, most))
}

// read reads a page. If the server fails to deliver it, read requests it again with a quarter of
// the size. If the server refuses it, the kind of the error does not tell whether the page is too
// large: read requests the smallest one, which is refused as well for any other reason. The
// following pages keep a smaller size.
func (w *walk) read(ctx context.Context, request gateway.EndpointsRequest, size int) (gateway.EndpointsPage, error) {
	for {
		request.First, request.Once = size, size > minPageSize
		page, err := w.client.Endpoints(ctx, request)
		var failure *gateway.Error
		switch {
		case err == nil || !request.Once || !errors.As(err, &failure):
			return page, err
		case failure.Overloaded():
			size = max(size/4, minPageSize)
			w.size = size
		case gateway.RefusesPage(err):
			request.First, request.Once = minPageSize, false
			if page, err = w.client.Endpoints(ctx, request); err == nil {
				w.size = max(size/4, minPageSize)
			}
			return page, err
		case failure.Transient():
			request.Once = false
			return w.client.Endpoints(ctx, request)
		default:
			return page, err
		}
	}
}
