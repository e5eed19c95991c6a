// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

func (r *queryResolver) Sensors(_ context.Context, after, before *string, input *FieldFilter, first *int, includeHidden bool, last *int) (*SensorConnection, error) {
	turned, err := turn(r.book, "sensors", window{after, before, first, last, mostRecords}, func() ([]fleet.Sensor, error) {
		var shown []fleet.Sensor
		for _, sensor := range r.fleet().Sensors {
			if includeHidden || !sensor.Hidden {
				shown = append(shown, sensor)
			}
		}
		known := paths{"name": filter.String, "category": filter.String, "description": filter.String, "contentSetName": filter.String, "valueType": filter.String, "harvested": filter.String,
			"maxAgeSeconds": filter.NumericInteger}
		return pick(shown, input, known, func(s fleet.Sensor) record {
			return record{"name": s.Name, "category": s.Category, "description": s.Description, "contentSetName": s.ContentSet, "valueType": string(s.ValueType), "harvested": truth(s.Harvested()),
				"maxAgeSeconds": decimal(s.MaxAgeSeconds)}
		})
	})
	if err != nil {
		return nil, err
	}
	return &SensorConnection{TotalRecords: turned.total, PageInfo: turned.info(), Edges: edges(turned, func(cursor string, sensor fleet.Sensor) SensorEdge {
		return SensorEdge{Cursor: cursor, Node: r.sensor(sensor)}
	})}, nil
}

func (r *resolver) sensor(s fleet.Sensor) Sensor {
	result := Sensor{Name: s.Name, Category: s.Category, Description: s.Description, ContentSet: r.contentSet(s.ContentSet), ContentSetName: s.ContentSet, Harvested: s.Harvested(),
		Hidden: s.Hidden, IgnoreCase: !s.CaseSensitive, KeepDuplicatesFlag: pointer(false), LastUpdatedBy: author, MaxAgeSeconds: pointer(s.MaxAgeSeconds), ValueType: string(s.ValueType),
		EndpointQueryPaths: [][]string{}}
	for _, column := range s.Columns {
		result.Columns = append(result.Columns, SensorColumn{Name: column.Name, ValueType: string(column.ValueType), Hidden: column.Hidden, IgnoreCase: !s.CaseSensitive})
	}
	for _, parameter := range s.Parameters {
		result.Parameters = append(result.Parameters, SensorParameter{Name: parameter.Name, DefaultValue: parameter.Default})
	}
	if s.Parameters != nil {
		result.Parameterizations = []SensorParameterization{}
	}
	return result
}
