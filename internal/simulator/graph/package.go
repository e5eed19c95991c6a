// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// author is the user who last updated every object of a fleet.
const author = "administrator"

func (r *queryResolver) PackageSpecs(
	_ context.Context, after, before *string, input *FieldFilter, first, last *int,
) (*PackageSpecConnection, error) {
	page, err := paginate(r.cursors, "packageSpecs", pageArgs{after, before, first, last, maxRecords},
		func() ([]fleet.Package, error) {
			known := paths{"id": filter.ID, "name": filter.String, "command": filter.String,
				"commandTimeoutSeconds": filter.NumericInteger, "expireSeconds": filter.NumericInteger,
				"contentSetName": filter.String, "lastUpdatedBy": filter.String}
			return filterList(r.fleet().Packages, input, known, func(p fleet.Package) record {
				return record{"id": p.ID, "name": p.Name, "command": p.Command,
					"commandTimeoutSeconds": decimal(p.CommandTimeoutSeconds),
					"expireSeconds":         decimal(p.ExpireSeconds),
					"contentSetName":        p.ContentSet, "lastUpdatedBy": author}
			})
		})
	if err != nil {
		return nil, err
	}
	return &PackageSpecConnection{TotalRecords: page.total, PageInfo: page.info(),
		Edges: edges(page, func(cursor string, p fleet.Package) PackageSpecEdge {
			return PackageSpecEdge{Cursor: cursor, Node: r.packageSpec(p)}
		})}, nil
}

func (r *resolver) packageSpec(p fleet.Package) PackageSpec {
	spec := PackageSpec{ID: p.ID, Name: p.Name, Command: p.Command, CommandTimeoutSeconds: p.CommandTimeoutSeconds,
		ExpireSeconds: p.ExpireSeconds,
		ContentSet:    r.contentSet(p.ContentSet), ContentSetName: p.ContentSet, LastUpdatedBy: author}
	for _, param := range p.Params {
		spec.Params = append(spec.Params, PackageSpecParam{
			Key:          param.Key,
			Label:        param.Label,
			DefaultValue: param.Default,
		})
	}
	for _, name := range p.SensorSourced {
		spec.SensorSourcedParams = append(spec.SensorSourcedParams, PackageSpecSensorSourcedParam{Name: name})
	}
	return spec
}

func (r *resolver) contentSet(name string) *TaniumPlatformContentSet {
	for _, set := range r.fleet().ContentSets {
		if set.Name == name {
			return &TaniumPlatformContentSet{ID: set.ID, Name: set.Name, Description: optional(set.Description)}
		}
	}
	return nil
}

func (r *resolver) contentSetByRef(ref NamedRefInput) *fleet.ContentSet {
	sets := r.fleet().ContentSets
	for i := range sets {
		if sets[i].ID == text(ref.ID) || (ref.ID == nil && sets[i].Name == text(ref.Name)) {
			return &sets[i]
		}
	}
	return nil
}
