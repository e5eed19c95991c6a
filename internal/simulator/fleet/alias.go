// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"bytes"
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxWrittenOut bounds how many nodes of YAML aliases stand for. Aliases of lists of aliases
// multiply, so that a few hundred bytes could stand for more than any memory holds.
const maxAliasedNodes = 100_000

// boundAliases refuses a file whose aliases stand for too much. A file that cannot be parsed is
// left to the decoder, which says why.
func boundAliases(raw []byte) (err error) {
	if !bytes.ContainsRune(raw, '&') || !bytes.ContainsRune(raw, '*') {
		return nil
	}
	defer func() {
		if recover() != nil {
			err = nil // the parser panics on some malformed documents, as the decoder does
		}
	}()
	file, failed := parser.ParseBytes(raw, 0)
	if failed != nil {
		return nil // the decoder fails too
	}
	w := aliasCounter{anchors: map[string]int{}}
	for _, document := range file.Docs {
		w.count(document)
	}
	if w.excess != nil {
		at := w.excess.GetToken().Position
		return fmt.Errorf("[%d:%d] the aliases stand for more than %d values", at.Line, at.Column, maxAliasedNodes)
	}
	return nil
}

// writing out what aliases stand for.
type aliasCounter struct {
	anchors map[string]int // how many nodes each stands for
	aliased int            // nodes that aliases stand for, so far
	excess  ast.Node       // the alias that was too much; nil for none
}

// weigh counts the nodes of a node, with aliases written out. An alias refers to what is before it.
func (w *aliasCounter) count(of ast.Node) int {
	total := 0
	ast.Walk(visitor(func(node ast.Node) bool {
		if w.excess != nil {
			return false
		}
		total++
		switch node := node.(type) {
		case *ast.AnchorNode:
			inner := w.count(node.Value)
			w.anchors[node.Name.String()] = inner
			total += inner
			return false
		case *ast.AliasNode:
			inner := w.anchors[node.Value.String()]
			total += inner
			if w.aliased += inner; w.aliased > maxAliasedNodes {
				w.excess = node
			}
			return false
		default:
			return true
		}
	}), of)
	return total
}

// visitor is called for every node, and reports whether to go on to what is within it.
type visitor func(ast.Node) bool

// Visit is ast.Visitor.
func (v visitor) Visit(node ast.Node) ast.Visitor {
	if v(node) {
		return v
	}
	return nil
}
