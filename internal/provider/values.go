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
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// plain converts a value to maps, slices and scalars, as targeting.DecodeFilter takes them.
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
		return value // not a type of the configuration language; the decoder reports it
	}
}

// undecided reports a block that may be absent. Terraform does not know whether a dynamic block is
// there if its for_each is unknown, as a variable is during validation. It then sends an object in
// which everything that the block sets is unknown.
func undecided(block attr.Value) bool {
	object, ok := block.(types.Object)
	if !ok || object.IsNull() || object.IsUnknown() {
		return block != nil && block.IsUnknown()
	}
	found := false
	for _, field := range object.Attributes() {
		if field.IsNull() {
			continue
		}
		if !undecided(field) {
			return false
		}
		found = true
	}
	return found
}

// plainObject converts the attributes of an object or the elements of a map.
func plainObject(fields map[string]attr.Value) any {
	members := make(map[string]any, len(fields))
	for name, field := range fields {
		members[name] = plain(field)
	}
	return members
}

// plainList converts the elements of a list, set or tuple.
func plainList(elements []attr.Value) any {
	list := make([]any, len(elements))
	for i, element := range elements {
		list[i] = plain(element)
	}
	return list
}

// whollyKnown returns whether the values contain no unknown value.
func whollyKnown(ctx context.Context, values ...attr.Value) bool {
	for _, value := range values {
		raw, err := value.ToTerraformValue(ctx)
		if err != nil || !raw.IsFullyKnown() {
			return false
		}
	}
	return true
}

// text returns the string in a value; empty for null.
func text(value attr.Value) string {
	if value, ok := value.(types.String); ok {
		return value.ValueString()
	}
	return ""
}

// optionalText returns a string value; null for the empty string.
func optionalText(value string) types.String {
	if value == "" {
		return types.StringNull()
	}
	return types.StringValue(value)
}

// boolean returns the boolean in a value; false for null.
func boolean(value attr.Value) bool {
	given, ok := value.(types.Bool)
	return ok && given.ValueBool()
}

// textList returns a list value of strings.
func textList[T ~string](texts []T) types.List {
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(string(text))
	}
	return types.ListValueMust(types.StringType, elements)
}

// texts returns the map of strings in a value; nil for null.
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

// listed returns the strings in a list value; nil for null.
func listed(value attr.Value) []string {
	list, ok := value.(types.List)
	if !ok || list.IsNull() {
		return nil
	}
	return textsOf(list.Elements())
}

// members returns the strings in a set value; nil for null.
func members(value attr.Value) []string {
	set, ok := value.(types.Set)
	if !ok || set.IsNull() {
		return nil
	}
	return textsOf(set.Elements())
}

// textsOf returns the strings in elements.
func textsOf(elements []attr.Value) []string {
	list := make([]string, 0, len(elements))
	for _, element := range elements {
		list = append(list, text(element))
	}
	return list
}

// integer returns the whole number in a value; nil for null and unknown.
func integer(value attr.Value) *int {
	if value, ok := value.(types.Int64); ok {
		return number(value)
	}
	return nil
}

// number returns the whole number in an Int64 value; nil for null and unknown.
func number(value types.Int64) *int {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	converted := int(value.ValueInt64())
	return &converted
}

// numberValue returns an Int64 value; null for nil.
func numberValue(value *int) types.Int64 {
	if value == nil {
		return types.Int64Null()
	}
	return types.Int64Value(int64(*value))
}

// instant returns a time in UTC, so that equal times compare equal; nil for null and unknown.
func instant(value attr.Value) *time.Time {
	stamp, ok := value.(timetypes.RFC3339)
	if !ok || stamp.IsNull() || stamp.IsUnknown() {
		return nil
	}
	at, diags := stamp.ValueRFC3339Time()
	if diags.HasError() {
		return nil // the validation of the type reports it
	}
	at = at.UTC()
	return &at
}

// nullOf returns the null of a type.
func nullOf(kind attr.Type) attr.Value {
	ctx := context.Background()
	value, err := kind.ValueFromTerraform(ctx, tftypes.NewValue(kind.TerraformType(ctx), nil))
	if err != nil {
		return nil // unreachable: every type of the schema has a null
	}
	return value
}
