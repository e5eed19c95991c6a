// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// OldSchema returns what the schema of a tenant lacks that has not been updated: the known
// additions since (API.md#versions). The server rejects a document that uses one of them
// (API.md#status-codes).
func OldSchema() []string {
	return []string{
		"Query.actions", "ActionPerformInput.metadata", "ActionCreateInput.metadata",
		"ScheduledActionCreateInput.metadata", "Endpoint.sensorReading", "EndpointFieldFilter.maxAge",
		"EndpointCollectionInfo.question", "EndpointSourceTDS.scope", "EndpointSourceTS.scope",
		"ComputerGroupsFilter.name", "ComputerGroupsFilter.nameOp", "PackageSpec.lastUpdatedBy",
		"PackageSpec.contentSet", "Sensor.hidden", "Sensor.lastUpdatedBy", "Sensor.contentSet",
		"SensorValueFilter.any", "SensorValueFilter.negated", "Query.endpoints(sort)",
		"Query.sensors(includeHidden)", "ActionStatus.CLOSED", "SensorValueFilterOp.GT", "SensorValueFilterOp.GTE",
		"SensorValueFilterOp.LT", "SensorValueFilterOp.LTE", "Query.currentUserContext",
		"Query.managementRightsGroups",
	}
}

// schemaWithout returns the published schema without some of its parts: a field or a value, such as
// "Query.actions", or an argument, such as "Query.endpoints(sort)".
func schemaWithout(parts []string) (*ast.Schema, error) {
	schema := gqlparser.MustLoadSchema(sources...)
	for _, part := range parts {
		kind, name, _ := strings.Cut(part, ".")
		field, argument, isArgument := strings.Cut(strings.TrimSuffix(name, ")"), "(")
		definition := schema.Types[kind]
		if definition == nil || !removePart(definition, field, argument, isArgument) {
			return nil, fmt.Errorf("the schema has no %s", part)
		}
	}
	return schema, nil
}

// removePart removes a field, a value or an argument of a type, and reports whether there was one.
func removePart(from *ast.Definition, field, argument string, isArgument bool) bool {
	if isArgument {
		at := from.Fields.ForName(field)
		if at == nil || at.Arguments.ForName(argument) == nil {
			return false
		}
		at.Arguments = slices.DeleteFunc(at.Arguments, func(a *ast.ArgumentDefinition) bool {
			return a.Name == argument
		})
		return true
	}
	before := len(from.Fields) + len(from.EnumValues)
	from.Fields = slices.DeleteFunc(from.Fields, func(f *ast.FieldDefinition) bool { return f.Name == field })
	from.EnumValues = slices.DeleteFunc(from.EnumValues, func(v *ast.EnumValueDefinition) bool {
		return v.Name == field
	})
	return len(from.Fields)+len(from.EnumValues) < before
}
