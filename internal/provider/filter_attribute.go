// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// filterAttribute is a filter of endpoints. It is the same object type wherever it stands, so that one value feeds a look and a deployment:
// whatever only one of the two takes is in it, and is refused by validation where it does not belong.
//
// It is made of the attributes of a data source. They serve in a resource as well, where a filter has neither defaults nor plan modifiers.
func filterAttribute(description string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: description + " Filters nest to a depth of four.",
		Attributes:          filterAttributes(targeting.MaxDepth),
	}
}

func filterAttributes(depth int) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"sensor": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Sensor whose reading is compared with `value`.",
			Attributes: map[string]schema.Attribute{
				"name":   schema.StringAttribute{Required: true, MarkdownDescription: "Name of the sensor."},
				"column": schema.StringAttribute{Optional: true, MarkdownDescription: "Column, of a sensor that has several."},
				"params": schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Values of the sensor's parameters, by name."},
			},
		},
		"path": schema.StringAttribute{Optional: true, MarkdownDescription: "Dotted path of an endpoint field that is compared with `value`, such as `os.platform`. " +
			"Tanium takes it where endpoints are listed, and not as the target of an action."},
		"member_of": refAttribute("Computer group to belong to; has neither `op` nor `value`."),
		"op": schema.StringAttribute{Optional: true, MarkdownDescription: "Comparison: `EQ` (default), `CONTAINS`, `STARTS_WITH`, `ENDS_WITH`, " +
			"`MATCHES` (a Perl-style regular expression for the whole value), `GT`, `GTE`, `LT`, `LTE`; where endpoints are listed also `READ_AFTER` and `UPDATED_AFTER`."},
		"value":   schema.StringAttribute{Optional: true, MarkdownDescription: "Value to compare with, as a string whatever the type."},
		"negated": schema.BoolAttribute{Optional: true, MarkdownDescription: "Inverts the outcome. Default `false`."},
	}
	if depth > 1 {
		attributes["any"] = schema.BoolAttribute{Optional: true, MarkdownDescription: "One of `filters` is enough; otherwise all must match. Default `false`."}
		attributes["filters"] = schema.ListNestedAttribute{
			Optional: true, MarkdownDescription: "Filters to combine. A filter that has them has no condition of its own.",
			NestedObject: schema.NestedAttributeObject{Attributes: filterAttributes(depth - 1)},
		}
	}
	return attributes
}

// refAttribute names an object of Tanium by id or by name.
func refAttribute(description string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: description + " Give `name` or `id`; with both, Tanium goes by the ID.",
		Attributes: refAttributes(),
	}
}

func refAttributes() map[string]schema.Attribute {
	notEmpty := []validator.String{stringvalidator.LengthAtLeast(1)}
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{Optional: true, Validators: notEmpty, MarkdownDescription: "Name."},
		"id":   schema.StringAttribute{Optional: true, Validators: notEmpty, MarkdownDescription: "ID."},
	}
}

// filterFrom maps a filter that is wholly known; nil for null.
func filterFrom(object types.Object) *targeting.Filter {
	if object.IsNull() {
		return nil
	}
	fields := object.Attributes()
	filter := &targeting.Filter{
		Sensor:   sensorFrom(fields["sensor"]),
		Path:     text(fields["path"]),
		MemberOf: refFrom(fields["member_of"]),
		Op:       gateway.FieldFilterOp(text(fields["op"])),
		Any:      flag(fields["any"]),
		Negated:  flag(fields["negated"]),
	}
	if value, ok := fields["value"].(types.String); ok {
		filter.Value = value.ValueStringPointer()
	}
	if children, ok := fields["filters"].(types.List); ok && !children.IsNull() {
		filter.Filters = []targeting.Filter{}
		for _, element := range children.Elements() {
			child := &targeting.Filter{} // what a null element comes to: validation says that it has no condition
			if element, ok := element.(types.Object); ok && !element.IsNull() {
				child = filterFrom(element)
			}
			filter.Filters = append(filter.Filters, *child)
		}
	}
	return filter
}

func sensorFrom(value attr.Value) *targeting.Sensor {
	object, ok := value.(types.Object)
	if !ok || object.IsNull() {
		return nil
	}
	fields := object.Attributes()
	return &targeting.Sensor{Name: text(fields["name"]), Column: text(fields["column"]), Params: texts(fields["params"])}
}

func refFrom(value attr.Value) *gateway.Ref {
	object, ok := value.(types.Object)
	if !ok || object.IsNull() {
		return nil
	}
	fields := object.Attributes()
	return &gateway.Ref{ID: text(fields["id"]), Name: text(fields["name"])}
}

// text is the string in a value; empty for null.
func text(value attr.Value) string {
	if value, ok := value.(types.String); ok {
		return value.ValueString()
	}
	return ""
}

func flag(value attr.Value) bool {
	set, ok := value.(types.Bool)
	return ok && set.ValueBool()
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
