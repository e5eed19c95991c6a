// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

//go:embed schema.graphqls queries/*.graphql
var sources embed.FS

// Use is a part of the schema that the documents of this package use.
type Use struct {
	// Kind is the type that has the part, such as "Query". Name is its field or value, and Argument
	// the argument of the field; empty for none.
	Kind, Name, Argument string
	// Type is the published type, such as "[ID!]"; empty for a value.
	Type string
	// Input reports that the part is sent, by an argument or in a variable. Otherwise it is read.
	Input bool
	// Operations are the names of the documents that use it, in their order.
	Operations []string
}

// Path names the part, such as "Query.endpoints(first)" or "FieldFilterOp.EQ".
func (u Use) Path() string {
	path := u.Kind + "." + u.Name
	if u.Argument != "" {
		path += "(" + u.Argument + ")"
	}
	return path
}

// unsent are parts of inputs that this package never sends: the provider has no argument for them.
func unsent() []string {
	return []string{
		"ActionPerformInput.metadata", "EndpointFieldFilter.maxAge", "EndpointPlatform.Unknown",
		"EndpointSourceTDS.allNamespaces", "EndpointSourceTDS.namespaces", "EndpointSourceTDS.scope",
		"EndpointSourceTS.scope",
	}
}

// Uses returns the parts of the schema that the documents use, ordered by their paths.
func Uses() ([]Use, error) {
	schemaText, err := sources.ReadFile("schema.graphqls")
	if err != nil {
		return nil, err
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(schemaText)})
	if err != nil {
		return nil, err
	}
	files, err := sources.ReadDir("queries")
	if err != nil {
		return nil, err
	}
	var documents strings.Builder
	for _, file := range files {
		text, err := sources.ReadFile("queries/" + file.Name())
		if err != nil {
			return nil, err
		}
		documents.Write(text)
	}
	document, errs := gqlparser.LoadQueryWithRules(schema, documents.String(), nil)
	if errs != nil {
		return nil, fmt.Errorf("the documents: %w", errs)
	}
	found := uses{schema: schema, parts: map[string]*Use{}}
	for _, operation := range document.Operations {
		found.operation = operation.Name
		found.selections(operation.SelectionSet)
		for _, variable := range operation.VariableDefinitions {
			found.input(variable.Type.Name())
		}
	}
	parts := make([]Use, 0, len(found.parts))
	for _, path := range slices.Sorted(maps.Keys(found.parts)) {
		parts = append(parts, *found.parts[path])
	}
	return parts, nil
}

// uses collects the parts that documents use.
type uses struct {
	schema    *ast.Schema
	operation string // the name of the document
	parts     map[string]*Use
}

// add adds a part, and reports whether the document is the first to use it among its own parts.
func (u *uses) add(part Use) bool {
	path := part.Path()
	known := u.parts[path]
	if known == nil {
		known = &part
		u.parts[path] = known
	}
	if slices.Contains(known.Operations, u.operation) {
		return false
	}
	known.Operations = append(known.Operations, u.operation)
	return true
}

// selections adds the fields that a selection reads, and their arguments.
func (u *uses) selections(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			kind, definition := selection.ObjectDefinition, selection.Definition
			if kind == nil || definition == nil || strings.HasPrefix(selection.Name, "__") {
				continue
			}
			u.add(Use{Kind: kind.Name, Name: selection.Name, Type: definition.Type.String()})
			for _, argument := range selection.Arguments {
				u.add(Use{
					Kind: kind.Name, Name: selection.Name, Argument: argument.Name, Input: true,
					Type: definition.Arguments.ForName(argument.Name).Type.String(),
				})
			}
			u.selections(selection.SelectionSet)
		case *ast.InlineFragment:
			u.selections(selection.SelectionSet)
		case *ast.FragmentSpread:
			u.selections(selection.Definition.SelectionSet)
		}
	}
}

// input adds the fields of an input and the values of an enumeration, as far as they are sent.
func (u *uses) input(name string) {
	definition := u.schema.Types[name]
	for _, value := range definition.EnumValues {
		u.send(Use{Kind: name, Name: value.Name, Input: true})
	}
	if definition.Kind != ast.InputObject {
		return
	}
	for _, field := range definition.Fields {
		if u.send(Use{Kind: name, Name: field.Name, Type: field.Type.String(), Input: true}) {
			u.input(field.Type.Name())
		}
	}
}

// send is add for a part of an input. It leaves out what is never sent.
func (u *uses) send(part Use) bool {
	return !slices.Contains(unsent(), part.Path()) && u.add(part)
}
