// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Mask replaces secrets in texts. It covers a secret itself and its spellings in JSON and URLs. The
// zero value replaces nothing.
type Mask struct {
	forms []string
	by    string
}

// NewMask returns a mask that replaces each secret by a text. It ignores empty secrets.
func NewMask(by string, secrets ...string) Mask {
	mask := Mask{by: by}
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		mask.forms = append(mask.forms, secret, url.QueryEscape(secret), url.PathEscape(secret))
		if quoted, err := json.Marshal(secret); err == nil {
			mask.forms = append(mask.forms, string(quoted[1:len(quoted)-1]))
		}
		var plain bytes.Buffer
		encoder := json.NewEncoder(&plain)
		encoder.SetEscapeHTML(false)
		if encoder.Encode(secret) == nil {
			mask.forms = append(mask.forms, strings.Trim(strings.TrimSpace(plain.String()), `"`))
		}
	}
	// One form may contain another.
	slices.SortFunc(mask.forms, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	mask.forms = slices.Compact(mask.forms)
	return mask
}

// newMask returns a mask for the token, because a server that echoes a request would otherwise put
// it into an error.
func newMask(token string) Mask { return NewMask("[API token]", token) }

// Text returns a text without the secrets.
func (m Mask) Text(text string) string {
	for _, form := range m.forms {
		text = strings.ReplaceAll(text, form, m.by)
	}
	return text
}

func (m Mask) body(body []byte) []byte {
	for _, form := range m.forms {
		if bytes.Contains(body, []byte(form)) {
			body = bytes.ReplaceAll(body, []byte(form), []byte(m.by))
		}
	}
	return body
}

func (m Mask) header(header http.Header) {
	for _, values := range header {
		for i, value := range values {
			values[i] = m.Text(value)
		}
	}
}
