// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"bytes"
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxAliasedNodes limits the number of nodes that the YAML aliases of a file expand to. Aliases of
// lists of aliases multiply, so a few hundred bytes could expand beyond any memory.
const maxAliasedNodes = 100_000

// boundAliases rejects a file whose aliases expand to too many nodes. It leaves a file with a
// syntax error to the decoder, which reports the error.
func boundAliases(raw []byte) (err error) {
	if !bytes.ContainsRune(raw, '&') || !bytes.ContainsRune(raw, '*') {
		return nil
	}
	defer func() {
		if recover() != nil {
			err = nil // the parser panics on some malformed documents, like the decoder
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
		return fmt.Errorf("[%d:%d] the aliases expand to more than %d values", at.Line, at.Column, maxAliasedNodes)
	}
	return nil
}

// aliasCounter counts the nodes that aliases expand to.
type aliasCounter struct {
	anchors map[string]int // expanded nodes by anchor
	aliased int            // expanded nodes of all aliases so far
	excess  ast.Node       // the first alias over the limit; nil for none
}

// count returns the number of nodes below a node, with aliases expanded. An alias refers to an
// earlier anchor.
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

// visitor is called for every node. It reports whether to visit the children.
type visitor func(ast.Node) bool

// Visit implements ast.Visitor.
func (v visitor) Visit(node ast.Node) ast.Visitor {
	if v(node) {
		return v
	}
	return nil
}
