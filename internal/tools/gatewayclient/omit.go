// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"

	gql "github.com/vektah/gqlparser/v2/ast"
)

// omitUnset adds omitempty to the nullable fields of generated input types, and to the pointers
// among an operation's variables.
//
// A nullable list is a slice, and omitempty also omits an empty slice. In this schema, an empty
// list in an input has the same meaning as no list.
func omitUnset(source []byte, schema *gql.SchemaDocument) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("generated code does not parse: %w", err)
	}

	var ends []int // offsets of the end of the JSON name of each field to change
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			typed, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			structure, ok := typed.Type.(*ast.StructType)
			if !ok {
				continue
			}
			nullable, ok := nullability(typed.Name.Name, schema)
			if !ok {
				continue
			}
			for _, field := range structure.Fields.List {
				if field.Tag == nil {
					continue
				}
				tag, err := strconv.Unquote(field.Tag.Value)
				if err != nil {
					return nil, err
				}
				name := reflect.StructTag(tag).Get("json")
				if name == "" || strings.Contains(name, ",") || !nullable(name, field.Type) {
					continue
				}
				ends = append(ends, files.Position(field.Tag.Pos()).Offset+len("`json:\"")+len(name))
			}
		}
	}

	slices.Sort(ends)
	for _, end := range slices.Backward(ends) {
		source = slices.Insert(source, end, []byte(",omitempty")...)
	}
	return source, nil
}

// nullability returns a function that reports whether a field of a generated struct may be omitted;
// false if the struct is not sent.
func nullability(goName string, schema *gql.SchemaDocument) (func(jsonName string, goType ast.Expr) bool, bool) {
	if strings.HasPrefix(goName, "__") && strings.HasSuffix(goName, "Input") { // the variables of one operation
		return func(_ string, goType ast.Expr) bool {
			_, pointer := goType.(*ast.StarExpr)
			return pointer
		}, true
	}
	definition := schema.Definitions.ForName(goName)
	if definition == nil || definition.Kind != gql.InputObject {
		return nil, false
	}
	return func(jsonName string, _ ast.Expr) bool {
		field := definition.Fields.ForName(jsonName)
		return field != nil && !field.Type.NonNull
	}, true
}
