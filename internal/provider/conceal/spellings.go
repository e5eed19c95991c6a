// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package conceal

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// reading is one way to read the start of a text: a character, and how many bytes spell it. White
// space is read as a space, because messages have one line.
type reading struct {
	character rune
	size      int
}

// readings appends the ways to read the start of a text, which is not empty: the character itself,
// and the one that an escape stands for. A text may have several readings, because nobody knows
// whether "%41" was escaped.
func readings(into []reading, text string) []reading {
	add := func(character rune, size int) {
		if unicode.IsSpace(character) {
			character = ' '
		}
		into = append(into, reading{character, size})
	}
	character, size := utf8.DecodeRuneInString(text)
	add(character, size)
	switch text[0] {
	case '"', '\'': // CSV and PowerShell double a quote
		if len(text) > 1 && text[1] == text[0] {
			add(rune(text[0]), 2)
		}
	case '\\':
		if character, size := backslashed(text); size > 0 {
			add(character, size)
		}
	case '&':
		if character, size := entity(text); size > 0 {
			add(character, size)
		}
	case '%':
		for _, escape := range []string{"%", "%25"} { // encoded once or twice
			if character, size := percentEncoded(text, escape); size > 0 {
				add(character, size)
			}
		}
	}
	return into
}

// backslashed returns the character that a text begins with as an escape of JSON, and the length of
// the escape; 0 for none.
func backslashed(text string) (rune, int) {
	if len(text) < 2 {
		return 0, 0
	}
	switch text[1] {
	case '"', '\'', '\\', '/':
		return rune(text[1]), 2
	case 'n', 'r', 't', 'f':
		return ' ', 2
	case 'b':
		return '\b', 2
	}
	const length = len(`\u00e4`)
	unit, ok := utf16Unit(text)
	switch {
	case !ok:
		return 0, 0
	case !utf16.IsSurrogate(unit):
		return unit, length
	}
	second, _ := utf16Unit(text[length:])
	if character := utf16.DecodeRune(unit, second); character != utf8.RuneError {
		return character, 2 * length
	}
	return 0, 0
}

// utf16Unit returns the number that a text begins with as "\u" and four hexadecimal digits.
func utf16Unit(text string) (rune, bool) {
	const digits = 4
	rest, ok := strings.CutPrefix(text, `\u`)
	if !ok || len(rest) < digits {
		return 0, false
	}
	unit, err := strconv.ParseUint(rest[:digits], 16, 16)
	return rune(unit), err == nil
}

// entity returns the character that a text begins with as an entity of HTML, and the length of the
// entity; 0 for none.
func entity(text string) (rune, int) {
	const longest = len("&CounterClockwiseContourIntegral;")
	end := strings.IndexByte(text[:min(len(text), longest)], ';') + 1
	if end == 0 {
		return 0, 0
	}
	decoded := html.UnescapeString(text[:end])
	character, size := utf8.DecodeRuneInString(decoded)
	if size < len(decoded) { // no entity, or one of two characters
		return 0, 0
	}
	return character, end
}

// percentEncoded returns the character that a text begins with in percent-encoding, and the length
// of that; 0 for none. The escape is what stands before the digits of each byte.
func percentEncoded(text, escape string) (rune, int) {
	const digits = 2
	var encoded []byte
	for rest := text; len(encoded) < utf8.UTFMax; rest = rest[len(escape)+digits:] {
		if !strings.HasPrefix(rest, escape) || len(rest) < len(escape)+digits {
			break
		}
		value, err := strconv.ParseUint(rest[len(escape):len(escape)+digits], 16, 8)
		if err != nil {
			break
		}
		encoded = append(encoded, byte(value))
		if utf8.FullRune(encoded) {
			break
		}
	}
	character, size := utf8.DecodeRune(encoded)
	if character == utf8.RuneError {
		return 0, 0
	}
	return character, size * (len(escape) + digits)
}

// folded returns the same character for a letter in upper and lower case.
func folded(character rune) rune {
	switch {
	case 'a' <= character && character <= 'z':
		return character - 'a' + 'A'
	case character < utf8.RuneSelf:
		return character
	}
	// The upper case of a dotless i is an ordinary I, which SimpleFold does not say.
	character = unicode.ToLower(unicode.ToUpper(character))
	least := character
	for next := unicode.SimpleFold(character); next != character; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}
