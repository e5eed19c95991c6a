// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package spelling spells texts as servers do, for tests of what hides secrets.
package spelling

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// Percent returns a text with every byte after an escape, such as "%" or "%25".
func Percent(text, escape string) string {
	var encoded strings.Builder
	for _, each := range []byte(text) {
		fmt.Fprintf(&encoded, "%s%02x", escape, each)
	}
	return encoded.String()
}

// UTF16 returns a text with every UTF-16 unit in a format, such as \u%04x.
func UTF16(text, format string) string {
	var encoded strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&encoded, format, unit)
	}
	return encoded.String()
}

// Entities returns a text with every character as an entity of HTML in a format, such as &#%d;.
func Entities(text, format string) string {
	var encoded strings.Builder
	for _, each := range text {
		fmt.Fprintf(&encoded, format, each)
	}
	return encoded.String()
}
