// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// Limits of a document. Without them a few bytes could cost minutes: the check that fields of one
// name agree takes quadratic time, and nested fragments multiply the selections. The client's
// largest documents have about 650 selections.
const (
	maxDocumentBytes  = 512 << 10
	maxDocumentTokens = 20_000
	maxSelections     = 2_000 // fields, inline fragments and spreads, with all fragments expanded
	maxDepth          = 50    // of nested selections, with all fragments expanded
)

// parse parses a document and checks its size.
func parse(text string) (*ast.QueryDocument, error) {
	if len(text) > maxDocumentBytes {
		return nil, gqlerror.Errorf("the document has %d bytes; the limit is %d", len(text), maxDocumentBytes)
	}
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, maxDocumentTokens)
	if err != nil {
		return nil, err
	}
	return document, measure(document)
}

// documentLimits rejects a document that is too large before the executor validates it.
type documentLimits struct{}

// ExtensionName implements graphql.HandlerExtension.
func (documentLimits) ExtensionName() string { return "bounded" }

// Validate implements graphql.HandlerExtension.
func (documentLimits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters implements graphql.OperationParameterMutator.
func (documentLimits) MutateOperationParameters(_ context.Context, request *graphql.RawParams) *gqlerror.Error {
	_, err := parse(request.Query)
	if err == nil {
		return nil
	}
	var refused *gqlerror.Error
	if !errors.As(err, &refused) {
		refused = gqlerror.Wrap(err)
	}
	errcode.Set(refused, errcode.ParseFailed)
	return refused
}

// size is the size of a selection set with all fragments expanded.
type size struct{ selections, depth int }

// measurer measures selection sets. It measures each fragment once.
type measurer struct {
	fragments map[string]*ast.FragmentDefinition
	known     map[string]size
	visited   map[string]bool
}

// measure checks the size of a document. Each fragment also counts on its own, because the executor
// validates it on its own.
func measure(document *ast.QueryDocument) error {
	m := measurer{fragments: map[string]*ast.FragmentDefinition{}, known: map[string]size{}, visited: map[string]bool{}}
	for _, fragment := range document.Fragments {
		m.fragments[fragment.Name] = fragment
	}
	total := 0
	add := func(of size, err error) error {
		if err != nil {
			return err
		}
		total += of.selections
		return of.check(total)
	}
	for _, fragment := range document.Fragments {
		if err := add(m.fragment(fragment.Name)); err != nil {
			return err
		}
	}
	for _, operation := range document.Operations {
		if err := add(m.selections(operation.SelectionSet)); err != nil {
			return err
		}
	}
	return nil
}

// check rejects a size over the limits.
func (e size) check(selections int) error {
	switch {
	case selections > maxSelections:
		return gqlerror.Errorf("the document selects more than %d fields, with all fragments expanded",
			maxSelections)
	case e.depth > maxDepth:
		return gqlerror.Errorf("the document's selections are nested deeper than %d", maxDepth)
	default:
		return nil
	}
}

// selections measures a selection set. It stops at the limit, so the sum cannot overflow.
func (m measurer) selections(set ast.SelectionSet) (size, error) {
	whole := size{}
	for _, selection := range set {
		inner, err := m.selection(selection)
		if err != nil {
			return size{}, err
		}
		whole.selections += 1 + inner.selections
		whole.depth = max(whole.depth, 1+inner.depth)
		if err := whole.check(whole.selections); err != nil {
			return size{}, err
		}
	}
	return whole, nil
}

// selection measures the contents of a selection.
func (m measurer) selection(of ast.Selection) (size, error) {
	switch of := of.(type) {
	case *ast.Field:
		return m.selections(of.SelectionSet)
	case *ast.InlineFragment:
		return m.selections(of.SelectionSet)
	case *ast.FragmentSpread:
		return m.fragment(of.Name)
	default:
		return size{}, fmt.Errorf("unknown selection type %T", of)
	}
}

// fragment measures a fragment. An unknown fragment has size zero; the executor rejects it.
func (m measurer) fragment(name string) (size, error) {
	if measured, known := m.known[name]; known {
		return measured, nil
	}
	fragment := m.fragments[name]
	if fragment == nil {
		return size{}, nil
	}
	if m.visited[name] {
		return size{}, gqlerror.Errorf("Cannot spread fragment %q within itself", name)
	}
	m.visited[name] = true
	measured, err := m.selections(fragment.SelectionSet)
	m.known[name] = measured
	return measured, err
}
