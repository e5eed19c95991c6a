// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// filterValue returns a filter as the attribute filter takes it. It has only the keys that are set,
// as a person would write it.
func filterValue(filter targeting.Filter) types.Dynamic {
	return types.DynamicValue(filterObject(filter))
}

func filterObject(filter targeting.Filter) types.Object {
	fields := map[string]attr.Value{}
	if sensor := filter.Sensor; sensor != nil {
		reference := map[string]attr.Value{"name": types.StringValue(sensor.Name)}
		if sensor.Column != "" {
			reference["column"] = types.StringValue(sensor.Column)
		}
		if len(sensor.Params) > 0 {
			params := map[string]attr.Value{}
			for name, value := range sensor.Params {
				params[name] = types.StringValue(value)
			}
			reference["params"] = objectOf(params)
		}
		fields["sensor"] = objectOf(reference)
	}
	for name, text := range map[string]string{"path": filter.Path, "op": string(filter.Op)} {
		if text != "" {
			fields[name] = types.StringValue(text)
		}
	}
	if group := filter.MemberOf; group != nil {
		reference := map[string]attr.Value{}
		for name, text := range map[string]string{"id": group.ID, "name": group.Name} {
			if text != "" {
				reference[name] = types.StringValue(text)
			}
		}
		fields["member_of"] = objectOf(reference)
	}
	if filter.Value != nil {
		fields["value"] = types.StringValue(*filter.Value)
	}
	for name, set := range map[string]bool{"any": filter.Any, "negated": filter.Negated} {
		if set {
			fields[name] = types.BoolValue(true)
		}
	}
	if filter.Filters != nil {
		children := make([]attr.Value, len(filter.Filters))
		kinds := make([]attr.Type, len(filter.Filters))
		for i, child := range filter.Filters {
			object := filterObject(child)
			children[i], kinds[i] = object, types.ObjectType{AttrTypes: typesOf(object.Attributes())}
		}
		fields["filters"] = types.TupleValueMust(kinds, children)
	}
	return objectOf(fields)
}

// objectOf returns an object with the types of its values.
func objectOf(fields map[string]attr.Value) types.Object {
	return types.ObjectValueMust(typesOf(fields), fields)
}

func typesOf(fields map[string]attr.Value) map[string]attr.Type {
	kinds := make(map[string]attr.Type, len(fields))
	for name, value := range fields {
		kinds[name] = value.Type(context.Background())
	}
	return kinds
}
