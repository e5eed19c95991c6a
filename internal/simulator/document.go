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

// Bounds of a document. To check that fields of one name agree takes the square of their number,
// and fragments that spread each other multiply what they select, so that few bytes could cost
// minutes. The client's largest documents have some 650 selections.
const (
	maxDocumentBytes  = 512 << 10
	maxDocumentTokens = 20_000
	maxSelections     = 2_000 // fields, inline fragments and spreads, with every spread written out
	maxDepth          = 50    // of selections in selections, with every spread written out
)

// parse reads a document and holds it against the bounds.
func parse(text string) (*ast.QueryDocument, error) {
	if len(text) > maxDocumentBytes {
		return nil, gqlerror.Errorf("the document has %d bytes, and may have %d", len(text), maxDocumentBytes)
	}
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, maxDocumentTokens)
	if err != nil {
		return nil, err
	}
	return document, measure(document)
}

// bounded refuses a document before the executor looks at what it means.
type documentLimits struct{}

// ExtensionName is graphql.HandlerExtension.
func (documentLimits) ExtensionName() string { return "bounded" }

// Validate is graphql.HandlerExtension.
func (documentLimits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters is graphql.OperationParameterMutator.
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

// extent is how much a selection set is, with every spread written out.
type size struct{ selections, depth int }

// measuring is what is known of a document's fragments: each is measured once, however often it is
// spread.
type measurer struct {
	fragments map[string]*ast.FragmentDefinition
	known     map[string]size
	visited   map[string]bool
}

// measure holds a document against the bounds. Every fragment counts by itself too, as it is
// validated by itself.
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

// check refuses what is too much.
func (e size) check(selections int) error {
	switch {
	case selections > maxSelections:
		return gqlerror.Errorf("the document selects more than %d fields, with every fragment written out",
			maxSelections)
	case e.depth > maxDepth:
		return gqlerror.Errorf("the document's selections are nested deeper than %d", maxDepth)
	default:
		return nil
	}
}

// selections measures a selection set. It ends as soon as it is too much, so that no sum overflows.
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

// selection measures what is within a selection.
func (m measurer) selection(of ast.Selection) (size, error) {
	switch of := of.(type) {
	case *ast.Field:
		return m.selections(of.SelectionSet)
	case *ast.InlineFragment:
		return m.selections(of.SelectionSet)
	case *ast.FragmentSpread:
		return m.fragment(of.Name)
	default:
		return size{}, fmt.Errorf("a selection of kind %T is not known", of)
	}
}

// fragment measures a fragment; nothing for one that is not there, which the executor refuses.
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
