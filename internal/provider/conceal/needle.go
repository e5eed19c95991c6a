// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package conceal

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// needle is a secret, or an encoding of one, that is looked for in texts. A text may spell each of
// its characters in any way that readings knows. One long pattern could do the same, but takes a
// second to compile for a secret of 10 000 characters.
type needle struct {
	// characters are the normal forms of the characters, with one space for white space.
	characters []rune
	// normal returns the normal form of a character.
	normal func(rune) rune
	// encoded reports that the needle is base64 or hexadecimal, which may be broken into lines.
	encoded bool
	// before and after report that the base64 character next to the needle has bits of the secret.
	before, after bool
}

// needlesOf returns the needles of a secret.
func needlesOf(secret string) []needle {
	hexadecimal := needle{normal: folded, encoded: true}
	needles := []needle{
		{characters: normalized(strings.Join(strings.Fields(secret), " "), folded), normal: folded},
		hexadecimal.of(hex.EncodeToString([]byte(secret))),
	}
	const group, bits, byteBits = 3, 6, 8
	for offset := range group { // of the secret in a group of three bytes
		before, after := offset*byteBits, (offset+len(secret))*byteBits
		all := base64.RawStdEncoding.EncodeToString(append(make([]byte, offset), secret...))
		each := needle{normal: standardBase64, encoded: true, before: before%bits != 0, after: after%bits != 0}
		needles = append(needles, each.of(all[(before+bits-1)/bits:after/bits]))
	}
	return needles
}

// of returns the needle for a text.
func (n needle) of(text string) needle {
	n.characters = normalized(text, n.normal)
	return n
}

func normalized(text string, normal func(rune) rune) []rune {
	var characters []rune
	for _, character := range text {
		if unicode.IsSpace(character) {
			character = ' '
		}
		characters = append(characters, normal(character))
	}
	return characters
}

// standardBase64 returns a character of base64 in the standard alphabet.
func standardBase64(character rune) rune {
	switch character {
	case '-':
		return '+'
	case '_':
		return '/'
	default:
		return character
	}
}

// isBase64 reports whether a character is in an alphabet of base64.
func isBase64(character rune) bool {
	return character >= '0' && character <= '9' || character >= 'A' && character <= 'Z' ||
		character >= 'a' && character <= 'z' || strings.ContainsRune("+/-_", character)
}

// find returns where the needle that begins at a place of a text begins and ends; false if none
// does. A needle whose end is missing counts if the text was cut there.
func (n needle) find(text string, start int, cut *regexp.Regexp) (from, to int, found bool) {
	var places [2][4]int // usually, there is one
	ends, next := append(places[0][:0], start), places[1][:0]
	for i, wanted := range n.characters {
		next = n.step(next[:0], text, ends, wanted)
		if len(next) == 0 {
			if i < n.leastCut() {
				return 0, 0, false
			}
			to, found = cutOff(text, ends, cut)
			return start, to, found
		}
		if wanted == ' ' || n.encoded && i < len(n.characters)-1 {
			next = skipSpace(next, text, wanted == ' ')
		}
		ends, next = next, ends
	}
	from, to = start, slices.Max(ends)
	if n.before && from > 0 && isBase64(rune(text[from-1])) {
		from--
	}
	if n.after {
		to = skipOne(text, to, isBase64)
		for range 2 { // the padding
			to = skipOne(text, to, func(character rune) bool { return character == '=' })
		}
	}
	return from, to, true
}

// skipOne returns the end of a character at a place of a text; the place if it is not of a kind.
func skipOne(text string, place int, isOfKind func(rune) bool) int {
	end := place
	if place < len(text) {
		for _, read := range readings(nil, text[place:]) {
			if isOfKind(read.character) {
				end = max(end, place+read.size)
			}
		}
	}
	return end
}

// leastCut returns how many characters of a needle must be there if its end is missing.
func (n needle) leastCut() int {
	if n.encoded {
		return 2 * MinLength // those of base64 and hexadecimal say less
	}
	return MinLength
}

// step appends where a character may end that begins at one of some places.
func (n needle) step(into []int, text string, starts []int, wanted rune) []int {
	var few [4]reading
	for _, start := range starts {
		if start == len(text) {
			continue
		}
		for _, read := range readings(few[:0], text[start:]) {
			matches := n.normal(read.character) == wanted || wanted == ' ' && read.character == '+' // as in a form
			if end := start + read.size; matches && !slices.Contains(into, end) {
				into = append(into, end)
			}
		}
	}
	return into
}

// skipSpace adds where white space ends that begins at one of some places. In a form, "+" is white
// space.
func skipSpace(places []int, text string, form bool) []int {
	var few [4]reading
	for i := 0; i < len(places); i++ {
		if places[i] == len(text) {
			continue
		}
		for _, read := range readings(few[:0], text[places[i]:]) {
			space := read.character == ' ' || form && read.character == '+'
			if end := places[i] + read.size; space && !slices.Contains(places, end) {
				places = append(places, end)
			}
		}
	}
	return places
}

// cutOff returns where a text was cut after one of some places; false if it was not.
func cutOff(text string, places []int, cut *regexp.Regexp) (int, bool) {
	for _, place := range places {
		if mark := cut.FindStringIndex(text[place:]); mark != nil {
			return place + mark[1], true
		}
	}
	return 0, false
}
