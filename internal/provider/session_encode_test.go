// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// encode returns a value of a type from maps, slices and strings. Missing attributes are null.
func encode(kind tftypes.Type, from any) tftypes.Value {
	if from == nil {
		return tftypes.NewValue(kind, nil)
	}
	if kind.Is(tftypes.DynamicPseudoType) {
		return encodeAny(from)
	}
	switch kind := kind.(type) {
	case tftypes.Object:
		given, _ := from.(map[string]any)
		values := map[string]tftypes.Value{}
		for name, attribute := range kind.AttributeTypes {
			values[name] = encode(attribute, given[name])
		}
		return tftypes.NewValue(kind, values)
	case tftypes.Map:
		values := map[string]tftypes.Value{}
		for name, each := range from.(map[string]any) { //nolint:forcetypeassert // a test's own literal
			values[name] = encode(kind.ElementType, each)
		}
		return tftypes.NewValue(kind, values)
	case tftypes.List:
		return tftypes.NewValue(kind, encodeAll(kind.ElementType, from))
	case tftypes.Set:
		return tftypes.NewValue(kind, encodeAll(kind.ElementType, from))
	default:
		return tftypes.NewValue(kind, from)
	}
}

// encodeAny returns a value of the type that Terraform would infer.
func encodeAny(from any) tftypes.Value {
	switch from := from.(type) {
	case map[string]any:
		values, kinds := map[string]tftypes.Value{}, map[string]tftypes.Type{}
		for name, each := range from {
			values[name] = encodeAny(each)
			kinds[name] = values[name].Type()
		}
		return tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, values)
	case []any:
		values, kinds := []tftypes.Value{}, []tftypes.Type{}
		for _, each := range from {
			values = append(values, encodeAny(each))
			kinds = append(kinds, values[len(values)-1].Type())
		}
		return tftypes.NewValue(tftypes.Tuple{ElementTypes: kinds}, values)
	case bool:
		return tftypes.NewValue(tftypes.Bool, from)
	case int:
		return tftypes.NewValue(tftypes.Number, from)
	case tftypes.Value:
		return from
	default:
		return tftypes.NewValue(tftypes.String, from)
	}
}

// encodeAll returns the values of a list.
func encodeAll(element tftypes.Type, from any) []tftypes.Value {
	var values []tftypes.Value
	for _, each := range from.([]any) { //nolint:forcetypeassert // a test's own literal
		values = append(values, encode(element, each))
	}
	return values
}

// object encodes a configuration. Missing attributes are null.
func object(t testing.TB, schema *tfprotov6.Schema, given map[string]tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	kind, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object")
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range kind.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	for name, value := range given {
		values[name] = value
	}
	encoded, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

// str returns a string value.
func str(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }

// textIn is the string in a value; empty for null.
func textIn(value tftypes.Value) string {
	var text string
	if value.IsNull() || value.As(&text) != nil {
		return ""
	}
	return text
}

// isTrue reports whether a value is true.
func isTrue(value tftypes.Value) bool {
	var set bool
	return value.IsKnown() && !value.IsNull() && value.As(&set) == nil && set
}

// elements returns the elements of a list of objects.
func elements(t *testing.T, value tftypes.Value) []map[string]tftypes.Value {
	t.Helper()
	var list []tftypes.Value
	if err := value.As(&list); err != nil {
		t.Fatal(err)
	}
	objects := make([]map[string]tftypes.Value, len(list))
	for i, each := range list {
		if err := each.As(&objects[i]); err != nil {
			t.Fatal(err)
		}
	}
	return objects
}

// describe returns diagnostics as text.
func describe(diagnostics []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, d := range diagnostics {
		lines = append(lines, d.Severity.String()+" "+d.Summary+": "+d.Detail)
	}
	return strings.Join(lines, "\n")
}
