// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// plain is a value whose type is the user's, as targeting.DecodeFilter takes it.
func plain(value attr.Value) any {
	switch {
	case value == nil || value.IsNull():
		return nil
	case value.IsUnknown():
		return targeting.Unknown{}
	}
	switch value := value.(type) {
	case types.Dynamic:
		return plain(value.UnderlyingValue())
	case types.String:
		return value.ValueString()
	case types.Bool:
		return value.ValueBool()
	case types.Number:
		return json.Number(value.ValueBigFloat().Text('f', -1)) // as Terraform converts a number to a string
	case types.Object:
		return plainObject(value.Attributes())
	case types.Map:
		return plainObject(value.Elements())
	case types.List:
		return plainList(value.Elements())
	case types.Set:
		return plainList(value.Elements())
	case types.Tuple:
		return plainList(value.Elements())
	default:
		return value // of no type that a user can write: the decoder reports it
	}
}

func plainObject(fields map[string]attr.Value) any {
	members := make(map[string]any, len(fields))
	for name, field := range fields {
		members[name] = plain(field)
	}
	return members
}

func plainList(elements []attr.Value) any {
	list := make([]any, len(elements))
	for i, element := range elements {
		list[i] = plain(element)
	}
	return list
}

// whollyKnown reports that nothing in the values is left to be known at apply.
func whollyKnown(ctx context.Context, values ...attr.Value) bool {
	for _, value := range values {
		raw, err := value.ToTerraformValue(ctx)
		if err != nil || !raw.IsFullyKnown() {
			return false
		}
	}
	return true
}

// text is the string in a value; empty for null.
func text(value attr.Value) string {
	if value, ok := value.(types.String); ok {
		return value.ValueString()
	}
	return ""
}

// optionalText is a string in a state; null for the empty one.
func optionalText(value string) types.String {
	if value == "" {
		return types.StringNull()
	}
	return types.StringValue(value)
}

// texts is the map of strings in a value; nil for null.
func texts(value attr.Value) map[string]string {
	mapped, ok := value.(types.Map)
	if !ok || mapped.IsNull() {
		return nil
	}
	result := map[string]string{}
	for name, element := range maps.All(mapped.Elements()) {
		result[name] = text(element)
	}
	return result
}

// listed is a list of strings; nil for null.
func listed(value attr.Value) []string {
	list, ok := value.(types.List)
	if !ok || list.IsNull() {
		return nil
	}
	return textsOf(list.Elements())
}

// members is a set of strings; nil for null.
func members(value attr.Value) []string {
	set, ok := value.(types.Set)
	if !ok || set.IsNull() {
		return nil
	}
	return textsOf(set.Elements())
}

func textsOf(elements []attr.Value) []string {
	list := make([]string, 0, len(elements))
	for _, element := range elements {
		list = append(list, text(element))
	}
	return list
}

func integer(value attr.Value) *int {
	if value, ok := value.(types.Int64); ok {
		return number(value)
	}
	return nil
}

// number is a whole number for the API; nil for null.
func number(value types.Int64) *int {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	converted := int(value.ValueInt64())
	return &converted
}

func numberValue(value *int) types.Int64 {
	if value == nil {
		return types.Int64Null()
	}
	return types.Int64Value(int64(*value))
}

// instant is a time in UTC, so that two spellings of one instant are equal; nil for null.
func instant(value attr.Value) *time.Time {
	stamp, ok := value.(timetypes.RFC3339)
	if !ok || stamp.IsNull() || stamp.IsUnknown() {
		return nil
	}
	at, diags := stamp.ValueRFC3339Time()
	if diags.HasError() {
		return nil // the type's own validation has said so
	}
	at = at.UTC()
	return &at
}
