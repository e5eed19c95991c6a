// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// masked is the text that replaces the token.
const masked = "[API token]"

// minSecretLength is the length of the shortest secret that is masked, in bytes. Tanium's tokens
// are longer. The token of a mock, such as "test", is part of too much of what a message has to
// say.
const minSecretLength = 8

// mask replaces secrets in texts that people read, because a server that echoes a request would
// otherwise put them into an error. It covers each secret itself and its spellings in JSON and
// URLs. It is not for what the client decodes. It is safe for concurrent use, because a token may
// be replaced while requests are under way. The zero value replaces nothing.
type mask struct {
	mutex sync.RWMutex
	forms []maskedForm
}

// maskedForm is a spelling of a secret and the text that replaces it.
type maskedForm struct{ form, by string }

// newMask returns a mask for a token.
func newMask(token string) *mask {
	m := &mask{}
	m.add(token, masked)
	return m
}

// add adds a secret and the text that replaces it. A short secret is not replaced. What was added
// before stays a secret.
func (m *mask) add(secret, by string) {
	if len(secret) < minSecretLength {
		return
	}
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
	if quoted, err := json.Marshal(secret); err == nil {
		forms = append(forms, string(quoted[1:len(quoted)-1]))
	}
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(secret) == nil {
		quoted := strings.TrimSpace(plain.String())
		forms = append(forms, quoted[1:len(quoted)-1])
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	all := slices.Clone(m.forms) // texts that are being masked keep theirs
	for _, form := range forms {
		if !slices.ContainsFunc(all, func(known maskedForm) bool { return known.form == form }) {
			all = append(all, maskedForm{form: form, by: by})
		}
	}
	// One may contain another.
	slices.SortStableFunc(all, func(a, b maskedForm) int { return len(b.form) - len(a.form) })
	m.forms = all
}

func (m *mask) text(text string) string {
	m.mutex.RLock()
	forms := m.forms
	m.mutex.RUnlock()
	for _, each := range forms {
		text = strings.ReplaceAll(text, each.form, each.by)
	}
	return text
}

// oneLine is oneLine of a text without the secrets. They are masked first, because a part of one
// would not be masked after the cut.
func (m *mask) oneLine(text string) string { return oneLine(m.text(text)) }
