// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// masked is the text that replaces the token.
const masked = "[API token]"

// minTokenLength is the length of the shortest token that is masked, in bytes. Tanium's tokens are
// longer. The token of a mock, such as "test", is part of too much of what a message has to say.
const minTokenLength = 8

// mask replaces the token in texts that people read, because a server that echoes a request would
// otherwise put it into an error. It covers the token itself and its spellings in JSON and URLs. It
// is not for what the client decodes.
type mask struct{ forms []string }

// newMask returns a mask for a token. The mask for a short token replaces nothing.
func newMask(token string) mask {
	if len(token) < minTokenLength {
		return mask{}
	}
	forms := []string{token, url.QueryEscape(token), url.PathEscape(token)}
	if quoted, err := json.Marshal(token); err == nil {
		forms = append(forms, string(quoted[1:len(quoted)-1]))
	}
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(token) == nil {
		forms = append(forms, strings.Trim(strings.TrimSpace(plain.String()), `"`))
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) }) // one may contain another
	return mask{forms: slices.Compact(forms)}
}

func (m mask) text(text string) string {
	for _, form := range m.forms {
		text = strings.ReplaceAll(text, form, masked)
	}
	return text
}

// oneLine is oneLine of a text without the token. The token is masked first, because a part of it
// would not be masked after the cut.
func (m mask) oneLine(text string) string { return oneLine(m.text(text)) }
