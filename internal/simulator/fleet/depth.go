// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"fmt"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// maxDepth limits how deep the lists and mappings of a file nest. The built-in fleet nests 6 deep.
const maxDepth = 100

// boundDepth rejects a file that nests too deep. It reads only the tokens, because the time that
// the parser needs grows with the square of the depth.
func boundDepth(raw []byte) error {
	var flow int    // open brackets
	var block []int // the columns of the block lists and mappings that are open
	line := 0
	for _, each := range lexer.Tokenize(string(raw)) {
		at := each.Position
		switch each.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow = max(0, flow-1)
		}
		opens := each.Type == token.SequenceEntryType || each.Type == token.MappingKeyType
		if flow == 0 && (opens || at.Line != line) {
			for len(block) > 0 && block[len(block)-1] >= at.Column {
				block = block[:len(block)-1]
			}
			block = append(block, at.Column)
		}
		line = at.Line
		if flow+len(block) > maxDepth {
			return fmt.Errorf("[%d:%d] the file nests deeper than %d lists and mappings", at.Line, at.Column, maxDepth)
		}
	}
	return nil
}
