// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// sensorRead is a checked sensor reference of a query.
type sensorRead struct {
	ref    EndpointSensorRef
	sensor *fleet.Sensor
	params map[string]string
	match  filter.Matcher // nil for all values
}

type sensorReads []sensorRead

// checkReads checks sensor references.
func checkReads(refs []EndpointSensorRef, known sourceVocabulary) (sensorReads, error) {
	result := make(sensorReads, len(refs))
	for i, ref := range refs {
		params := map[string]string{}
		for _, param := range ref.Params {
			params[param.Name] = param.Value
		}
		sensor, err := known.fleet.ResolveSensor(ref.Name, params)
		if err != nil {
			return nil, err
		}
		if err := known.available(ref.Name, params); err != nil {
			return nil, err
		}
		for _, column := range ref.Columns {
			if _, err := sensor.DescribeColumn(column); err != nil {
				return nil, err
			}
		}
		result[i] = sensorRead{ref: ref, sensor: sensor, params: params}
		if ref.Filter != nil {
			if result[i].match,
				err = filter.Compile(sensorValueFilter(*ref.Filter),
				rowVocabulary{Vocabulary: known, sensor: sensor}); err != nil {
				return nil, err
			}
		}
	}
	return result, nil
}

// rows returns the rows of an endpoint that match the value filter; nil for none.
func (r sensorRead) rows(subject fleet.Subject) fleet.Rows {
	rows := subject.Fleet.Read(subject.Endpoint, subject.Overlay, r.sensor, r.params)
	if r.match == nil {
		return rows
	}
	var passed fleet.Rows
	for _, row := range rows {
		if r.match(rowSubject{sensor: r.sensor, row: row}) {
			passed = append(passed, row)
		}
	}
	return passed
}

// keep reports whether the answer contains an endpoint. A value filter without a match drops the
// endpoint, unless restrictOwner is false.
func (r sensorReads) keep(subject fleet.Subject, excludeNoResults bool) bool {
	for _, each := range r {
		rows := each.rows(subject)
		if len(rows) == 0 && each.ref.Filter.RestrictOwner {
			return false
		}
		if excludeNoResults && (len(rows) == 0 || rows[0][0] == fleet.NoResults) {
			return false
		}
	}
	return true
}

// rowVocabulary is the vocabulary of a filter of one sensor's values.
type rowVocabulary struct {
	filter.Vocabulary
	sensor *fleet.Sensor
}

func (v rowVocabulary) Column(name string) (filter.Value, error) {
	return v.sensor.DescribeColumn(name)
}

type rowSubject struct {
	sensor *fleet.Sensor
	row    []string
}

func (rowSubject) Field(string) []string             { return nil }
func (rowSubject) Reading(filter.SensorRef) []string { return nil }
func (r rowSubject) Column(name string) []string     { return []string{r.row[r.sensor.ColumnIndex(name)]} }

// collectReads collects the sensors that the selection reads, before any endpoint is resolved. An
// invalid reference then fails the whole query instead of each endpoint, and a value filter can
// decide which endpoints are in the answer.
func (r *resolver) collectReads(ctx context.Context, known sourceVocabulary) (sensorReads, []ownerFilter, error) {
	operation := graphql.GetOperationContext(ctx)
	level := []graphql.CollectedField{graphql.GetFieldContext(ctx).Field}
	for _, step := range []struct{ field, on string }{{"edges", "EndpointConnection"}, {"node", "EndpointEdge"},
		{"", "Endpoint"}} {
		var next []graphql.CollectedField
		for _, field := range level {
			satisfies := []string{step.on, "Connection", "Edge", "Asset"}
			for _, child := range graphql.CollectFields(operation, field.Selections, satisfies) {
				if step.field == "" || child.Name == step.field {
					next = append(next, child)
				}
			}
		}
		level = next
	}
	var refs []EndpointSensorRef
	var ownerFilters []ownerFilter
	ec := newExecutionContext(operation, r.schema, nil)
	for _, field := range level {
		switch field.Name {
		case "sensorReadings":
			for _, argument := range graphql.CoerceList(field.ArgumentMap(operation.Variables)["sensors"]) {
				asked, err := ec.unmarshalInputEndpointSensorRef(ctx, argument)
				if err != nil {
					return nil, nil, err
				}
				refs = append(refs, asked)
			}
		case "sensorReading":
			asked, err := ec.unmarshalInputEndpointSensorRef(ctx, field.ArgumentMap(operation.Variables)["sensor"])
			if err != nil {
				return nil, nil, err
			}
			refs = append(refs, asked)
		case "installedApplications":
			argument := field.ArgumentMap(operation.Variables)["filter"]
			if argument == nil {
				continue
			}
			asked, err := ec.unmarshalInputFieldFilter(ctx, argument)
			if err != nil {
				return nil, nil, err
			}
			match, err := applicationFilter(&asked)
			if err != nil {
				return nil, nil, err
			}
			if asked.RestrictOwner {
				ownerFilters = append(ownerFilters, func(subject fleet.Subject) bool {
					return len(applications(subject, match)) > 0
				})
			}
		}
	}
	checked, err := checkReads(refs, known)
	return checked, ownerFilters, err
}

// ownerFilter reports whether the answer contains an endpoint.
type ownerFilter func(fleet.Subject) bool

func (r *endpointResolver) SensorReadings(
	_ context.Context, of *Endpoint, includeHidden bool, sensors []EndpointSensorRef,
) (*EndpointSensorReadings, error) {
	// collectReads has checked the source
	known, err := checkReads(sensors,
		sourceVocabulary{Vocabulary: r.fleet().Vocabulary(), fleet: r.fleet(), live: true})
	if err != nil {
		return nil, err
	}
	result := &EndpointSensorReadings{Columns: []EndpointSensorReadingColumn{}}
	for _, each := range known {
		result.Columns = append(result.Columns, each.columns(of.subject, includeHidden)...)
	}
	return result, nil
}

// columns returns the columns of a reading. A sensor with one column names it after itself. Hidden
// columns appear if they are named or includeHidden is set.
func (r sensorRead) columns(subject fleet.Subject, includeHidden bool) []EndpointSensorReadingColumn {
	ref := EndpointSensorReadingRef{Name: r.sensor.Name}
	for _, param := range r.ref.Params {
		ref.Params = append(ref.Params, EndpointSensorReadingRefParam(param))
	}
	columns := r.sensor.Columns
	if len(columns) == 0 {
		columns = []fleet.Column{{Name: r.sensor.Name}}
	}
	rows := r.rows(subject)
	var result []EndpointSensorReadingColumn
	for i, column := range columns {
		named := slices.Contains(r.ref.Columns, column.Name)
		if (len(r.ref.Columns) > 0 && !named) || (column.Hidden && !includeHidden && !named) {
			continue
		}
		shown := EndpointSensorReadingColumn{Name: column.Name, Sensor: ref, Values: []string{}}
		for _, row := range rows {
			shown.Values = append(shown.Values, row[i])
		}
		if len(rows) == 0 {
			shown.Values = []string{fleet.NoResults}
		}
		result = append(result, shown)
	}
	return result
}

func (r *endpointResolver) SensorReading(
	ctx context.Context, of *Endpoint, sensor EndpointSensorRef,
) (*EndpointSensorReading, error) {
	readings, err := r.SensorReadings(ctx, of, false, []EndpointSensorRef{sensor})
	if err != nil || len(readings.Columns) == 0 {
		return nil, err
	}
	values := readings.Columns[0].Values
	reading := &EndpointSensorReading{Values: values}
	for _, value := range values {
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			reading.FloatValues = append(reading.FloatValues, nil)
			continue
		}
		reading.FloatValues = append(reading.FloatValues, &number)
	}
	return reading, nil
}
