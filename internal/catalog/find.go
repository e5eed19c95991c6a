// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Search selects objects by their names, in the case given. All conditions that are set must hold.
type Search struct {
	// Name is the whole name, and NameContains a part of it; empty for any.
	Name, NameContains string
	// ContentSet is the name of the content set; empty for any. Groups have none.
	ContentSet string
	// Max is the maximum number of objects to return.
	Max int
}

// Found is the result of a search.
type Found[T any] struct {
	// List has the objects, ordered by name.
	List []T
	// Truncated reports that more objects were found than Max.
	Truncated bool
}

// FindPackages finds packages.
func (c *Catalog) FindPackages(ctx context.Context, search Search) (Found[gateway.PackageSpec], error) {
	return find(search, func(take gateway.Take[gateway.PackageSpec]) error {
		return c.client.FindPackageSpecs(ctx, search.filter(), take)
	}, func(p gateway.PackageSpec) string { return p.Name }, func(p gateway.PackageSpec) bool {
		return search.named(p.Name) && search.inContentSet(p.ContentSetName)
	})
}

// FindSensors finds sensors.
func (c *Catalog) FindSensors(ctx context.Context, search Search) (Found[gateway.FoundSensor], error) {
	return find(search, func(take gateway.Take[gateway.FoundSensor]) error {
		return c.client.FindSensors(ctx, search.filter(), take)
	}, func(s gateway.FoundSensor) string { return s.Name }, func(s gateway.FoundSensor) bool {
		return search.named(s.Name) && search.inContentSet(s.ContentSetName)
	})
}

// FindActionGroups finds action groups. Tanium cannot filter them.
func (c *Catalog) FindActionGroups(ctx context.Context, search Search) (Found[gateway.ActionGroupDetails], error) {
	return find(search, func(take gateway.Take[gateway.ActionGroupDetails]) error {
		return c.client.FindActionGroups(ctx, take)
	}, func(g gateway.ActionGroupDetails) string { return g.Name }, func(g gateway.ActionGroupDetails) bool {
		return search.named(g.Name)
	})
}

// FindComputerGroups finds computer groups. Not every Tanium can filter them by name.
func (c *Catalog) FindComputerGroups(
	ctx context.Context, search Search,
) (Found[gateway.ComputerGroupDetails], error) {
	return find(search, func(take gateway.Take[gateway.ComputerGroupDetails]) error {
		return c.client.FindComputerGroups(ctx, take)
	}, func(g gateway.ComputerGroupDetails) string { return g.Name }, func(g gateway.ComputerGroupDetails) bool {
		return search.named(g.Name)
	})
}

// SensorDetails looks up a sensor with what a data source shows. There is one problem if Tanium has
// no such sensor; the sensor is then nil.
func (c *Catalog) SensorDetails(ctx context.Context, name string) (*gateway.FoundSensor, []Problem, error) {
	found, err := c.FindSensors(ctx, Search{Name: name, Max: 1})
	if err != nil {
		return nil, nil, err
	}
	if len(found.List) > 0 {
		return &found.List[0], nil, nil
	}
	problem, err := c.unknownSensor(ctx, name, Path{"name"})
	if err != nil {
		return nil, nil, err
	}
	return nil, []Problem{problem}, nil
}

// find walks over a list, and returns what is selected, ordered by name.
func find[T any](
	search Search, walk func(take gateway.Take[T]) error, name func(T) string, selects func(T) bool,
) (Found[T], error) {
	var found Found[T]
	err := walk(func(page []T, first bool) bool {
		if first {
			found = Found[T]{}
		}
		for _, one := range page {
			if selects(one) {
				found.List = append(found.List, one)
			}
		}
		found.Truncated = len(found.List) > maxFound
		return !found.Truncated
	})
	if err != nil {
		return Found[T]{}, err
	}
	slices.SortStableFunc(found.List, func(a, b T) int {
		return cmp.Or(cmp.Compare(strings.ToLower(name(a)), strings.ToLower(name(b))), cmp.Compare(name(a), name(b)))
	})
	if len(found.List) > search.Max {
		found.List, found.Truncated = found.List[:search.Max], true
	}
	return found, nil
}

// maxFound is the maximum number of objects that a search reads, before it orders them.
const maxFound = 50_000

// filter returns the conditions on the name, for Tanium to check; nil for none. Tanium may ignore
// case (API.md#case-of-names), so named checks them again.
func (s Search) filter() *gateway.FieldFilter {
	condition := func(value string, op gateway.FieldFilterOp) gateway.FieldFilter {
		path := "name"
		return gateway.FieldFilter{Path: &path, Op: &op, Value: &value}
	}
	whole, part := condition(s.Name, gateway.FieldFilterOpEq), condition(s.NameContains, gateway.FieldFilterOpContains)
	switch {
	case s.Name != "" && s.NameContains != "":
		return &gateway.FieldFilter{Filters: []gateway.FieldFilter{whole, part}}
	case s.Name != "":
		return &whole
	case s.NameContains != "":
		return &part
	default:
		return nil
	}
}

// named reports whether the conditions on the name hold.
func (s Search) named(name string) bool {
	return (s.Name == "" || name == s.Name) && strings.Contains(name, s.NameContains)
}

func (s Search) inContentSet(name string) bool {
	return s.ContentSet == "" || strings.EqualFold(name, s.ContentSet)
}
