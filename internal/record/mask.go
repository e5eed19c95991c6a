// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package record

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// concealKey is the key of a concealment in a context.
type concealKey struct{}

// Concealing returns a context whose exchanges are recorded without secrets. The function replaces
// the secrets of a text.
func Concealing(ctx context.Context, conceal func(string) string) context.Context {
	return context.WithValue(ctx, concealKey{}, conceal)
}

// concealment returns the concealment of a context.
func concealment(ctx context.Context) func(string) string {
	if conceal, ok := ctx.Value(concealKey{}).(func(string) string); ok {
		return conceal
	}
	return func(text string) string { return text }
}

// masker replaces the names in exchanges. It is safe for concurrent use.
type masker struct {
	pseudonyms pseudonyms
	// names keeps the names, and replaces parameters only: a refresh does not know which of them
	// are secret.
	names  bool
	marker *regexp.Regexp

	mutex sync.Mutex
	// known are the pseudonyms of names that were seen, which a message in words may have too.
	known map[string]string
}

// walk is one pass over the JSON of an exchange.
type walk struct {
	*masker
	conceal func(string) string
}

// minKnown is the length of the shortest name that is looked for in messages.
const minKnown = 4

// json returns JSON with the names replaced. What is no JSON is a message in words.
func (w walk) json(operation string, raw []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil || decoder.More() {
		return []byte(w.words(string(raw)))
	}
	encoded, err := encode(w.value([]string{operation}, nil, value))
	if err != nil {
		return nil
	}
	return encoded
}

// value returns a value of an object with the names replaced.
func (w walk) value(path []string, object map[string]any, value any) any {
	switch value := value.(type) {
	case map[string]any:
		made := make(map[string]any, len(value))
		for key, each := range value {
			made[key] = w.value(append(path[:len(path):len(path)], key), value, each)
		}
		return made
	case []any:
		made := make([]any, len(value))
		for i, each := range value {
			made[i] = w.value(path, object, each)
		}
		return made
	case string:
		if path[len(path)-1] == "message" || path[len(path)-1] == "text" || slices.Contains(path, "errors") {
			return w.words(value)
		}
		return w.text(kindOf(path, object), value)
	default:
		return value
	}
}

// text returns a text of a kind with its pseudonym in its place.
func (w walk) text(kind Kind, text string) string {
	shown := w.conceal(text)
	switch {
	case kind == Parameter && shown == Secret:
		return shown
	case kind == Parameter: // also what has a secret among other text
		return w.remember(kind, text)
	case w.names:
		return shown
	case kind == comment:
		marker := w.marker.FindString(shown)
		rest := strings.TrimSpace(strings.Replace(shown, marker, "", 1))
		return strings.TrimSpace(marker + " " + w.remember(Text, rest))
	default:
		return w.remember(kind, shown)
	}
}

// remember returns the pseudonym of a text, which a message may have later.
func (w walk) remember(kind Kind, text string) string {
	pseudonym := w.pseudonyms.of(kind, text)
	if pseudonym != text && len(text) >= minKnown {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		w.known[text] = pseudonym
	}
	return pseudonym
}

// words returns a message without the secrets and the names that were seen so far.
func (w walk) words(message string) string {
	message = w.conceal(message)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	names := slices.SortedFunc(maps.Keys(w.known), func(a, b string) int {
		return cmp.Or(len(b)-len(a), strings.Compare(a, b)) // a name may have another one in it
	})
	for _, name := range names {
		message = strings.ReplaceAll(message, name, w.known[name])
	}
	return message
}

// encode encodes a value without the escapes for HTML, so that people can read it.
func encode(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(text.Bytes()), nil
}
