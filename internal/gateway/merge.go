// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// merge combines several documents of a kind, also of different operations, into one. Each root
// field and each variable gets the index of its query as a suffix. Fragments of the same name must
// be identical and use no variables.
func merge(kind ast.Operation, requests []*graphql.Request) (*graphql.Request, error) {
	merged := &ast.OperationDefinition{Operation: kind}
	document := &ast.QueryDocument{Operations: ast.OperationList{merged}}
	variables := map[string]json.RawMessage{}
	var names []string
	for i, request := range requests {
		one, err := parser.ParseQuery(&ast.Source{Name: request.OpName, Input: request.Query})
		if err != nil {
			return nil, fmt.Errorf("the document of %s: %w", request.OpName, err)
		}
		suffix := "_" + strconv.Itoa(i)
		operation := one.Operations[0]
		for _, variable := range operation.VariableDefinitions {
			variable.Variable += suffix
		}
		renameVariables(operation.SelectionSet, suffix)
		for _, selection := range operation.SelectionSet {
			if field, ok := selection.(*ast.Field); ok {
				field.Alias += suffix // the parser sets the alias to the name where there is none
			}
		}
		merged.VariableDefinitions = append(merged.VariableDefinitions, operation.VariableDefinitions...)
		merged.SelectionSet = append(merged.SelectionSet, operation.SelectionSet...)
		for _, fragment := range one.Fragments {
			if document.Fragments.ForName(fragment.Name) == nil {
				document.Fragments = append(document.Fragments, fragment)
			}
		}
		if !slices.Contains(names, request.OpName) {
			names = append(names, request.OpName)
		}
		if err := addVariables(variables, request.Variables, suffix); err != nil {
			return nil, err
		}
	}
	merged.Name = strings.Join(names, "And")
	var text strings.Builder
	formatter.NewFormatter(&text).FormatQueryDocument(document)
	return &graphql.Request{OpName: merged.Name, Query: text.String(), Variables: variables}, nil
}

// addVariables adds the variables of one query, with a suffix to their names.
func addVariables(all map[string]json.RawMessage, given any, suffix string) error {
	encoded, err := json.Marshal(given)
	if err != nil {
		return err
	}
	var one map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &one); err != nil {
		return err
	}
	for name, value := range one {
		all[name+suffix] = value
	}
	return nil
}

// renameVariables adds a suffix to the variables in arguments and directives.
func renameVariables(selections ast.SelectionSet, suffix string) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			renameInArguments(selection.Arguments, suffix)
			renameInDirectives(selection.Directives, suffix)
			renameVariables(selection.SelectionSet, suffix)
		case *ast.InlineFragment:
			renameInDirectives(selection.Directives, suffix)
			renameVariables(selection.SelectionSet, suffix)
		case *ast.FragmentSpread:
			renameInDirectives(selection.Directives, suffix)
		}
	}
}

func renameInDirectives(directives ast.DirectiveList, suffix string) {
	for _, directive := range directives {
		renameInArguments(directive.Arguments, suffix)
	}
}

func renameInArguments(arguments ast.ArgumentList, suffix string) {
	for _, argument := range arguments {
		renameInValue(argument.Value, suffix)
	}
}

func renameInValue(value *ast.Value, suffix string) {
	if value.Kind == ast.Variable {
		value.Raw += suffix
	}
	for _, child := range value.Children {
		renameInValue(child.Value, suffix)
	}
}

// part is the answer to one of several merged documents. It may have data and an error.
type part struct {
	data json.RawMessage
	err  error
}

// split divides the answer to a merged document into that of each document. An error belongs to the
// document of its root field, and to all documents if it names none.
func split(data map[string]json.RawMessage, refused gqlerror.List, count int) []part {
	fields, errs := make([]map[string]json.RawMessage, count), make([]gqlerror.List, count)
	answers := make([]part, count)
	everywhere := func(err error) []part {
		for i := range answers {
			answers[i].err = err
		}
		return answers
	}
	for key, value := range data {
		name, i, ok := unmerged(key, count)
		if !ok {
			return everywhere(fmt.Errorf("the answer has the field %q, which was not requested", key))
		}
		if fields[i] == nil {
			fields[i] = map[string]json.RawMessage{}
		}
		fields[i][name] = value
	}
	for _, one := range refused {
		var root ast.PathName
		if len(one.Path) > 0 {
			root, _ = one.Path[0].(ast.PathName)
		}
		_, i, ok := unmerged(string(root), count)
		if !ok {
			return everywhere(refused)
		}
		errs[i] = append(errs[i], one)
	}
	for i := range answers {
		if fields[i] == nil {
			answers[i].err = fmt.Errorf("the answer has no data for document %d of %d", i+1, count)
		} else {
			answers[i].data, answers[i].err = json.Marshal(fields[i])
		}
		if errs[i] != nil {
			answers[i].err = errs[i]
		}
	}
	return answers
}

// unmerged returns the name of a root field of a merged document, and the index of its document.
func unmerged(key string, count int) (name string, i int, ok bool) {
	end := strings.LastIndexByte(key, '_')
	if end < 0 {
		return "", 0, false
	}
	i, err := strconv.Atoi(key[end+1:])
	return key[:end], i, err == nil && i >= 0 && i < count
}
