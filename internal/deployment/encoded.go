// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// escapeLength is the length of a percent-encoded byte, such as "%5f".
const escapeLength = len("%5f")

// escaped returns the byte that a text begins with in percent-encoding; false if it begins with
// something else.
func escaped(text string) (byte, bool) {
	if len(text) < escapeLength || text[0] != '%' {
		return 0, false
	}
	value, err := strconv.ParseUint(text[1:escapeLength], 16, 8)
	return byte(value), err == nil
}

// shows reports whether a text that Tanium shows is a value with any of its characters
// percent-encoded. Servers differ in the characters that they encode (API.md#encoded-parameters).
// A literal "%2b" is shown as "%2b" or "%252b", but not as "+".
func shows(shown, value string) bool {
	ends := map[int]bool{0: true} // the lengths of what may show the bytes so far
	for _, each := range []byte(value) {
		next := map[int]bool{}
		for end := range ends {
			rest := shown[end:]
			if rest != "" && rest[0] == each {
				next[end+1] = true
			}
			if decoded, ok := escaped(rest); ok && decoded == each {
				next[end+escapeLength] = true
			}
		}
		ends = next
	}
	return ends[len(shown)]
}

// Spelling says how Tanium shows the parameters of an action.
type Spelling int

// The spellings.
const (
	// Literal: the parameters are shown as they were given.
	Literal Spelling = iota
	// Encoded: the parameters are shown percent-encoded.
	Encoded
	// Unclear: some parameters may be encoded, or have escapes of their own.
	Unclear
)

// SpellingOf returns the spelling of all parameters of an action.
//
// Every server that is known to encode anything encodes "+", "=" and "/", so one of these in its
// own form means that nothing is encoded (API.md#encoded-parameters). An escape of a character
// that no URL needs to escape (RFC 3986, section 2.3) is not the user's, if no other punctuation
// is in its own form.
func SpellingOf(shown []string) Spelling {
	var escapes, unneeded, punctuation bool
	for _, text := range shown {
		for text != "" {
			decoded, ok := escaped(text)
			switch {
			case ok:
				escapes = true
				unneeded = unneeded || alphanumeric(decoded) || strings.IndexByte("-._~", decoded) >= 0
				text = text[escapeLength:]
				continue
			case strings.IndexByte("+=/", text[0]) >= 0:
				return Literal
			}
			punctuation = punctuation || text[0] < utf8.RuneSelf && !alphanumeric(text[0])
			text = text[1:]
		}
	}
	switch {
	case !escapes:
		return Literal
	case unneeded && !punctuation:
		return Encoded
	default:
		return Unclear
	}
}

func alphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

// HasEscape reports whether a text has a valid escape.
func HasEscape(text string) bool { return Decoded(text) != text }

// Decoded returns a text with its escapes decoded, character by character. What is no escape of a
// character stays as it is, such as the end of "100%".
func Decoded(text string) string {
	var decoded strings.Builder
	for text != "" {
		var character []byte
		for rest := text; len(character) < utf8.UTFMax; rest = rest[escapeLength:] {
			each, ok := escaped(rest)
			if !ok {
				break
			}
			character = append(character, each)
		}
		// A string of Terraform is valid UTF-8 without zero bytes.
		if r, size := utf8.DecodeRune(character); size > 0 && r != utf8.RuneError && r != 0 {
			decoded.WriteRune(r)
			text = text[escapeLength*size:]
			continue
		}
		decoded.WriteByte(text[0])
		text = text[1:]
	}
	return decoded.String()
}
