// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// Introspection returns Tanium's published schema, signature by signature: types, fields, arguments
// and enum values, with defaults.
func TestIntrospection(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../gateway/schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	published := signatures(schema)
	const wanted = 799
	if len(published) != wanted {
		t.Errorf("the schema has %d signatures, not %d", len(published), wanted)
	}
	served := fetchSignatures(t, start(t, simulator.Options{}))
	for _, signature := range published {
		if !slices.Contains(served, signature) {
			t.Errorf("not served: %s", signature)
		}
	}
	for _, signature := range served {
		if !slices.Contains(published, signature) {
			t.Errorf("not published: %s", signature)
		}
	}
}

func signatures(schema *ast.Schema) []string {
	var all []string
	for name, definition := range schema.Types {
		if definition.BuiltIn || strings.HasPrefix(name, "__") {
			continue
		}
		all = append(all, name+" "+string(definition.Kind))
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			all = append(all,
				fmt.Sprintf("%s.%s: %s%s", name, field.Name, field.Type, formatDefault(field.DefaultValue)))
			for _, argument := range field.Arguments {
				all = append(all,
					fmt.Sprintf("%s.%s(%s: %s%s)", name, field.Name, argument.Name, argument.Type,
						formatDefault(argument.DefaultValue)))
			}
		}
		for _, value := range definition.EnumValues {
			all = append(all, name+"."+value.Name)
		}
	}
	return all
}

func formatDefault(value *ast.Value) string {
	if value == nil {
		return ""
	}
	return " = " + value.String()
}

const introspection = `{ __schema { types { name kind
  fields(includeDeprecated: true) { name type { ...T } args(includeDeprecated: true) { name type { ...T }
    defaultValue } }
  inputFields(includeDeprecated: true) { name type { ...T } defaultValue }
  enumValues(includeDeprecated: true) { name } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
  kind name } } } } } }`

func fetchSignatures(t *testing.T, s *tenant) []string {
	t.Helper()
	var all []string
	initial := func(value any) string {
		if value == nil {
			return ""
		}
		return fmt.Sprint(" = ", value)
	}
	for _, kind := range list(s.ask(introspection, nil), "__schema", "types") {
		name := fmt.Sprint(at(kind, "name"))
		if strings.HasPrefix(name, "__") || slices.Contains([]string{"ID", "String", "Int", "Float", "Boolean"}, name) {
			continue
		}
		all = append(all, fmt.Sprint(name, " ", at(kind, "kind")))
		for _, field := range list(kind, "fields") {
			all = append(all, fmt.Sprintf("%s.%s: %s", name, at(field, "name"), typeName(at(field, "type"))))
			for _, argument := range list(field, "args") {
				all = append(all, fmt.Sprintf("%s.%s(%s: %s%s)", name, at(field, "name"), at(argument, "name"),
					typeName(at(argument, "type")), initial(at(argument, "defaultValue"))))
			}
		}
		for _, field := range list(kind, "inputFields") {
			all = append(all,
				fmt.Sprintf("%s.%s: %s%s", name, at(field, "name"), typeName(at(field, "type")),
					initial(at(field, "defaultValue"))))
		}
		for _, value := range list(kind, "enumValues") {
			all = append(all, fmt.Sprint(name, ".", at(value, "name")))
		}
	}
	return all
}

func typeName(value any) string {
	switch at(value, "kind") {
	case "NON_NULL":
		return typeName(at(value, "ofType")) + "!"
	case "LIST":
		return "[" + typeName(at(value, "ofType")) + "]"
	default:
		return fmt.Sprint(at(value, "name"))
	}
}
