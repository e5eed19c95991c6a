// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

func (r *queryResolver) Sensors(
	_ context.Context, after, before *string, input *FieldFilter, first *int, includeHidden bool, last *int,
) (*SensorConnection, error) {
	page, err := paginate(r.cursors, "sensors", pageArgs{after, before, first, last, maxRecords},
		func() ([]fleet.Sensor, error) {
			var shown []fleet.Sensor
			for _, sensor := range r.fleet().Sensors {
				if includeHidden || !sensor.Hidden {
					shown = append(shown, sensor)
				}
			}
			known := paths{"name": filter.String, "category": filter.String, "description": filter.String,
				"contentSetName": filter.String, "valueType": filter.String, "harvested": filter.String,
				"maxAgeSeconds": filter.NumericInteger}
			return filterList(shown, input, known, func(s fleet.Sensor) record {
				return record{"name": s.Name, "category": s.Category, "description": s.Description,
					"contentSetName": s.ContentSet, "valueType": string(s.ValueType),
					"harvested":     formatBool(s.Harvested(nil)),
					"maxAgeSeconds": decimal(s.MaxAgeSeconds)}
			})
		})
	if err != nil {
		return nil, err
	}
	return &SensorConnection{TotalRecords: page.total, PageInfo: page.info(),
		Edges: edges(page, func(cursor string, sensor fleet.Sensor) SensorEdge {
			return SensorEdge{Cursor: cursor, Node: r.sensor(sensor)}
		})}, nil
}

func (r *resolver) sensor(s fleet.Sensor) Sensor {
	result := Sensor{Name: s.Name, Category: s.Category, Description: s.Description,
		ContentSet: r.contentSet(s.ContentSet), ContentSetName: s.ContentSet, Harvested: s.Harvested(nil),
		Hidden: s.Hidden, IgnoreCase: !s.CaseSensitive, KeepDuplicatesFlag: pointer(false), LastUpdatedBy: author,
		MaxAgeSeconds: pointer(s.MaxAgeSeconds), ValueType: string(s.ValueType),
		EndpointQueryPaths: [][]string{}}
	for _, column := range s.Columns {
		result.Columns = append(result.Columns, SensorColumn{
			Name:       column.Name,
			ValueType:  string(column.ValueType),
			Hidden:     column.Hidden,
			IgnoreCase: !s.CaseSensitive,
		})
	}
	for _, parameter := range s.Parameters {
		result.Parameters = append(result.Parameters,
			SensorParameter{Name: parameter.Name, DefaultValue: parameter.Default})
	}
	if s.Parameters != nil {
		result.Parameterizations = []SensorParameterization{}
	}
	for _, registered := range s.Registered {
		shown := SensorParameterization{Harvested: true, EndpointQueryPaths: [][]string{}}
		for _, parameter := range s.Parameters {
			shown.Values = append(shown.Values,
				SensorParameterValue{Name: parameter.Name, Value: registered[parameter.Name]})
		}
		result.Parameterizations = append(result.Parameterizations, shown)
	}
	return result
}

// registrationDelay is the time that the data service takes to register a sensor. Until then the
// answer is a cursor for another request (API.md#sensors).
const registrationDelay = 30 * time.Second

func (r *mutationResolver) SensorHarvest(_ context.Context, input SensorHarvestInput) (*SensorHarvestPayload, error) {
	if input.Cursor != nil {
		_, made, _, err := r.cursors.find("sensorHarvest", *input.Cursor)
		if err != nil {
			return nil, err
		}
		if at, _ := made.(time.Time); r.world.Now().Sub(at) < registrationDelay {
			return &SensorHarvestPayload{Cursor: input.Cursor}, nil
		}
		return &SensorHarvestPayload{Success: pointer(true)}, nil
	}
	if name := input.IntegrationName; strings.HasPrefix(name, "tanium-") || !strings.Contains(name, "-") ||
		name != strings.ToLower(name) {
		_, err := r.refuse(fmt.Errorf("integrationName %q must be of the form company-purpose, in lower case, and "+
			"not begin with tanium-", name))
		return nil, err
	}
	params := map[string]string{}
	for _, parameter := range input.Parameters {
		params[parameter.Name] = parameter.Value
	}
	if err := r.world.Register(world.Registration{Sensor: input.Name, Params: params,
		Harvest: input.Harvest}); err != nil {
		failure, err := r.refuse(err)
		return &SensorHarvestPayload{Error: failure}, err
	}
	return &SensorHarvestPayload{Cursor: pointer(cursor(r.cursors.add("sensorHarvest", r.world.Now(), 1), 0))}, nil
}
