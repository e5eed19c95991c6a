// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// masked is the text that replaces the token.
const masked = "[API token]"

// mask replaces the token in a server's texts, because a server that echoes a request would
// otherwise put it into an error. It covers the token itself and its spellings in JSON and URLs.
type mask struct{ forms []string }

// newMask returns a mask for a token. The mask for an empty token replaces nothing.
func newMask(token string) mask {
	if token == "" {
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

func (m mask) body(body []byte) []byte {
	for _, form := range m.forms {
		if bytes.Contains(body, []byte(form)) {
			body = bytes.ReplaceAll(body, []byte(form), []byte(masked))
		}
	}
	return body
}

func (m mask) header(header http.Header) {
	for _, values := range header {
		for i, value := range values {
			values[i] = m.text(value)
		}
	}
}
