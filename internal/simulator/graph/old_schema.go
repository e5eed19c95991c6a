// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"slices"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// oldSchema returns the schema of a tenant that has not been updated. It lacks the known additions
// since (API.md#versions). The server rejects a document that uses one of them
// (API.md#status-codes).
func oldSchema() *ast.Schema {
	schema := gqlparser.MustLoadSchema(sources...)
	for _, removed := range []struct{ kind, field string }{
		{"Query", "actions"}, {"ActionPerformInput", "metadata"}, {"ActionCreateInput", "metadata"},
		{"ScheduledActionCreateInput", "metadata"},
		{"Endpoint", "sensorReading"}, {"EndpointFieldFilter", "maxAge"}, {"EndpointCollectionInfo", "question"},
		{"EndpointSourceTDS", "scope"}, {"EndpointSourceTS", "scope"},
		{"ComputerGroupsFilter", "name"}, {"ComputerGroupsFilter", "nameOp"}, {"PackageSpec", "lastUpdatedBy"},
		{"PackageSpec", "contentSet"},
		{"Sensor", "hidden"}, {"Sensor", "lastUpdatedBy"}, {"Sensor", "contentSet"}, {"SensorValueFilter", "any"},
		{"SensorValueFilter", "negated"},
	} {
		kind := schema.Types[removed.kind]
		kind.Fields = slices.DeleteFunc(kind.Fields, func(f *ast.FieldDefinition) bool {
			return f.Name == removed.field
		})
	}
	for _, removed := range []struct{ field, argument string }{{"endpoints", "sort"}, {"sensors", "includeHidden"}} {
		field := schema.Query.Fields.ForName(removed.field)
		field.Arguments = slices.DeleteFunc(field.Arguments, func(a *ast.ArgumentDefinition) bool {
			return a.Name == removed.argument
		})
	}
	for _, removed := range []struct {
		kind   string
		values []string
	}{{"ActionStatus", []string{"CLOSED"}}, {"SensorValueFilterOp", []string{"GT", "GTE", "LT", "LTE"}}} {
		kind := schema.Types[removed.kind]
		kind.EnumValues = slices.DeleteFunc(kind.EnumValues, func(v *ast.EnumValueDefinition) bool {
			return slices.Contains(removed.values, v.Name)
		})
	}
	return schema
}
