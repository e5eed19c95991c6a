// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

const (
	fieldEndpoints = "endpoints"
	maxWaitSeconds = 30
)

func (r *queryResolver) Endpoints(ctx context.Context, after, before *string, input *EndpointFieldFilter, first,
	last *int, refresh *string, sort []EndpointFieldSort,
	source *EndpointSource,
) (*EndpointConnection, error) {
	if refresh != nil {
		if after != nil || before != nil {
			return nil, errors.New("refresh cannot be combined with after and before")
		}
		if _, _, _, err := r.cursors.find(fieldEndpoints, *refresh); err != nil {
			return nil, err
		}
	}
	query, err := r.newEndpointQuery(ctx, input, sort, source)
	if err != nil {
		return nil, err
	}
	page, err := paginate(r.cursors, fieldEndpoints, pageArgs{after, before, first, last, maxRecords}, query.endpoints)
	if err != nil {
		return nil, err
	}
	if refresh != nil {
		r.cursors.remove(*refresh)
	}
	return &EndpointConnection{
		TotalRecords: page.total, PageInfo: page.info(), CollectionInfo: query.collectionInfo(page),
		Edges: edges(page, func(cursor string, subject fleet.Subject) EndpointEdge {
			return EndpointEdge{Cursor: cursor, Node: endpoint(subject)}
		}),
	}, nil
}

// endpointQuery is a checked query of endpoints.
type endpointQuery struct {
	world        *world.World
	match        filter.Matcher
	live         *EndpointSourceTs // nil for the data service
	reads        sensorReads
	ownerFilters []ownerFilter
	compare      func(a, b fleet.Subject) int
	// excludeNoResults drops endpoints that report nothing for a sensor in the query.
	excludeNoResults bool
	// otherNamespaces means that the query excludes the only namespace with endpoints.
	otherNamespaces bool
}

func (r *resolver) newEndpointQuery(
	ctx context.Context, input *EndpointFieldFilter, sort []EndpointFieldSort, source *EndpointSource,
) (*endpointQuery, error) {
	query := &endpointQuery{world: r.world}
	if err := query.setSource(source); err != nil {
		return nil, err
	}
	known := sourceVocabulary{Vocabulary: r.fleet().Vocabulary(), fleet: r.fleet(), live: query.live != nil}
	if input != nil {
		condition := endpointFilter(*input)
		if query.live == nil && hasMaxAge(condition) {
			return nil, errors.New("maxAge is for the live source")
		}
		match, err := filter.Compile(condition, known)
		if err != nil {
			return nil, err
		}
		query.match = match
	}
	var err error
	if query.reads, query.ownerFilters, err = r.collectReads(ctx, known); err != nil {
		return nil, err
	}
	query.compare, err = comparator(sort, known)
	return query, err
}

func (q *endpointQuery) setSource(source *EndpointSource) error {
	switch {
	case source == nil:
	case source.Tds != nil && source.Ts != nil:
		return errors.New("source: at most one of tds and ts can be given")
	case source.Tds != nil:
		if source.Tds.Scope != nil && (source.Tds.AllNamespaces || source.Tds.Namespaces != nil) {
			return errors.New("source.tds: at most one of allNamespaces, namespaces and scope can be given")
		}
		// allNamespaces wins over namespaces (API.md#sources). All endpoints are Tanium Clients,
		// whose namespace has the empty name.
		q.otherNamespaces = !source.Tds.AllNamespaces && source.Tds.Namespaces != nil &&
			!slices.Contains(source.Tds.Namespaces, "")
		q.excludeNoResults = source.Tds.ExcludeNoResults
	case source.Ts != nil:
		live := *source.Ts
		if live.MaxWaitTime < 0 || live.MaxWaitTime > maxWaitSeconds {
			return fmt.Errorf("source.ts: maxWaitTime must be between 0 and %d", maxWaitSeconds)
		}
		if share := live.MinPercentage; share != nil && (*share < 0 || *share > 1) {
			return errors.New("source.ts: minPercentage must be between 0 and 1")
		}
		q.live, q.excludeNoResults = &live, live.ExcludeNoResults
	}
	return nil
}

func hasMaxAge(f filter.Filter) bool {
	return f.MaxAge != nil || slices.ContainsFunc(f.Filters, hasMaxAge)
}

// endpoints returns the matching endpoints.
func (q *endpointQuery) endpoints() ([]fleet.Subject, error) {
	if q.otherNamespaces {
		return nil, nil
	}
	subjects := slices.DeleteFunc(q.world.Endpoints(q.match, q.live != nil), func(found fleet.Subject) bool {
		dropped := func(keep ownerFilter) bool { return !keep(found) }
		return !q.reads.keep(found, q.excludeNoResults) || slices.ContainsFunc(q.ownerFilters, dropped)
	})
	if q.compare != nil {
		slices.SortStableFunc(subjects, q.compare)
	}
	return subjects, nil
}

// collectionInfo describes the completeness of an answer. All online endpoints answer at once, so
// waiting longer changes nothing: only an ExpectedCount above the total fails.
func (q *endpointQuery) collectionInfo(page listPage[fleet.Subject]) EndpointCollectionInfo {
	population := q.world.Population(q.live != nil)
	info := EndpointCollectionInfo{
		ContributedTotal: page.total,
		ExpectedTotal:    &population,
		RespondedTotal:   &population,
		StartCursor:      pointer(cursor(page.id, 0)),
		Success:          true,
	}
	if population > 0 {
		info.RespondedPercentage = pointer(1.0)
	}
	if q.live != nil {
		info.Question = &EndpointQuestion{ID: page.id}
		info.Success = q.live.ExpectedCount == nil || page.total >= *q.live.ExpectedCount ||
			q.live.MinPercentage != nil || q.live.StableWaitTime != nil
	}
	return info
}

// comparator returns the comparison of the requested sort; nil for none.
func comparator(sort []EndpointFieldSort, known sourceVocabulary) (func(a, b fleet.Subject) int, error) {
	if len(sort) == 0 {
		return nil, nil //nolint:nilnil // nil means no sort
	}
	key := sort[0]
	if len(sort) > 1 || (key.Path == nil) == (key.Sensor == nil) {
		return nil, errors.New("sort: one key can be given, with exactly one of path and sensor")
	}
	var value filter.Value
	var values func(fleet.Subject) []string
	var err error
	if key.Path != nil {
		value, err = known.Path(*key.Path)
		values = func(s fleet.Subject) []string { return s.Field(*key.Path) }
	} else {
		ref := filter.SensorRef{
			Name:   key.Sensor.Name,
			Column: text(key.Sensor.Column),
			Params: filterParams(key.Sensor.Params),
		}
		value, err = known.Sensor(ref)
		values = func(s fleet.Subject) []string { return s.Reading(ref) }
	}
	if err != nil {
		return nil, err
	}
	return func(a, b fleet.Subject) int {
		result := filter.Compare(value.Type, values(a)[0], values(b)[0])
		if key.Order == SortOrderDesc {
			return -result
		}
		return result
	}, nil
}

// sourceVocabulary is the vocabulary of a source. The data service has only the sensors that it
// collects (API.md#sources).
type sourceVocabulary struct {
	filter.Vocabulary
	fleet *fleet.Fleet
	live  bool
}

func (s sourceVocabulary) Sensor(ref filter.SensorRef) (filter.Value, error) {
	if err := s.available(ref.Name, ref.Params); err != nil {
		return filter.Value{}, err
	}
	return s.Vocabulary.Sensor(ref)
}

func (s sourceVocabulary) available(name string, params map[string]string) error {
	if sensor := s.fleet.Sensor(name); sensor != nil && !s.live && !sensor.Harvested(params) {
		return fmt.Errorf("sensor %q is not available from the data service: register it, or use the live source", name)
	}
	return nil
}
