// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isForeignMark reports whether a character is a quotation mark that is not Tanium's own. Tanium
// knows the double quotation mark only (API.md#question-text) and takes any other into the value.
func isForeignMark(r rune) bool {
	return r != '"' && (unicode.Is(unicode.Quotation_Mark, r) || r == '`' || r == '´')
}

// isApostrophe reports whether a quotation mark is also an apostrophe, as in O'Brien.
func isApostrophe(r rune) bool { return r == '\'' || r == '’' }

// isInvisible reports whether a character cannot be told from another one, or from none: a control
// character, a format character such as a zero-width space, or a space that is not the usual one.
func isInvisible(r rune) bool {
	const brailleBlank = '\u2800' // a symbol, by its category
	return r != ' ' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z, unicode.Other_Default_Ignorable_Code_Point) ||
		r == brailleBlank
}

// invisibleAdvice returns what is wrong with an invisible character, and what to write instead.
func invisibleAdvice(r rune) string {
	if unicode.IsSpace(r) || unicode.Is(unicode.Z, r) {
		return fmt.Sprintf("write a usual space in place of this character, which is another one (%U)", r)
	}
	return fmt.Sprintf("remove this character, which is not visible (%U)", r)
}

// endsWord reports whether a character ends a word without quotation marks.
func endsWord(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(symbols, r) }

// isInWord reports whether the mark at a place is within a word, as the apostrophe in O'Brien.
func isInWord(text string, at, size int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at+size:])
	for _, r := range []rune{before, after} {
		if r == utf8.RuneError || endsWord(r) || isInvisible(r) || isForeignMark(r) {
			return false
		}
	}
	return true
}

// misplaced returns what is wrong with the character at a place outside of Tanium's quotation
// marks; empty for nothing.
func misplaced(text string, at int) string {
	r, size := utf8.DecodeRuneInString(text[at:])
	switch {
	case r < utf8.RuneSelf && r != '\'' && r != '`' && !unicode.IsControl(r):
		return ""
	case isForeignMark(r) && (!isApostrophe(r) || !isInWord(text, at, size)):
		return markAdvice(text, at)
	case strings.ContainsRune("≥≤≠", r):
		return "write >=, <= or !="
	case strings.ContainsRune("＝＜＞", r):
		return "write =, < or >"
	case isInvisible(r) && !unicode.IsSpace(r):
		return invisibleAdvice(r)
	default:
		return ""
	}
}

// markAdvice returns how to write the value with the foreign quotation mark at a place.
func markAdvice(text string, at int) string {
	const advice = `use straight double quotation marks, which an HCL string writes as \"`
	content, enclosed := marked(text, at)
	switch {
	case content == "" && !enclosed, strings.ContainsFunc(content, isInvisible),
		utf8.RuneCountInString(content) > maxWord:
		return advice
	case enclosed:
		return advice + ": " + hcl(quote(content))
	}
	return advice + ": " + hcl(quote(content)) + ". Put the whole value in them if this mark is a part of it"
}

// marked returns the text that a foreign quotation mark begins or ends, without the marks, and
// whether a mark is at both ends. Otherwise the text is a word, or empty.
func marked(text string, at int) (content string, enclosed bool) {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	if at == 0 || endsWord(before) {
		if content, enclosed = between(text, at); enclosed {
			return content, true
		}
	}
	from, to := 0, len(text)
	if last := strings.LastIndexFunc(text[:at], endsWord); last >= 0 {
		_, size := utf8.DecodeRuneInString(text[last:])
		from = last + size
	}
	if length := strings.IndexFunc(text[at:], endsWord); length >= 0 {
		to = at + length
	}
	return strings.TrimFunc(text[from:to], isForeignMark), false
}

// between returns the text from a foreign quotation mark to the one that ends a word; false if
// there is none, or if the text has one of Tanium's marks without its counterpart.
func between(text string, at int) (content string, found bool) {
	_, size := utf8.DecodeRuneInString(text[at:])
	from := at + size
	for i, r := range text[from:] {
		_, size := utf8.DecodeRuneInString(text[from+i:])
		next, _ := utf8.DecodeRuneInString(text[from+i+size:])
		if isForeignMark(r) && (from+i+size == len(text) || endsWord(next)) {
			content = strings.TrimSpace(text[from : from+i])
			return content, strings.Count(content, `"`)%2 == 0
		}
	}
	return "", false
}

// hcl returns a text as it is written within the quotation marks of an HCL string.
func hcl(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", "$${", "%{", "%%{").Replace(text)
}
