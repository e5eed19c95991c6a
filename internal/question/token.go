// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is the kind of a token.
type kind int

const (
	// end follows the last token.
	end kind = iota
	// word is text without white space, quotes and symbols.
	word
	// quoted is text in quotation marks. Its text has neither the marks nor the doubling of marks.
	quoted
	// symbol is one of the symbols, or a pair such as ">=".
	symbol
	// values is a list of parameters in brackets.
	values
)

// token is a part of the text of a question.
type token struct {
	kind kind
	// text is the word, the symbol or the text in quotation marks.
	text string
	// values are the parameters of a list in brackets.
	values []string
	// from and to are the offsets of the token in bytes.
	from, to int
	// at is the number of its first character, from 1.
	at int
}

// touches reports whether no space is between the token and the one that follows it.
func (t token) touches(next token) bool { return t.to == next.from }

// is reports whether the token is a symbol, or a word in any case.
func (t token) is(text string) bool {
	return (t.kind == word || t.kind == symbol) && strings.EqualFold(t.text, text)
}

// symbols are the characters that end a word. Some have a meaning only in quotation marks.
const symbols = `"()[]:,?$=<>`

// scanner splits a text into tokens.
type scanner struct {
	text string
	at   int
}

// scan returns the tokens of a text, and an end.
func scan(text string) ([]token, error) {
	if !utf8.ValidString(text) {
		return nil, &Error{Message: "the text is not valid UTF-8"}
	}
	text = strings.TrimPrefix(text, "\uFEFF") // the mark at the start of a file
	s := scanner{text: text}
	invisible := func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }
	if at := strings.IndexFunc(text, invisible); at >= 0 {
		return nil, s.failCharacter(at)
	}
	var tokens []token
	counted, characters := 0, 1
	for {
		found, err := s.next()
		if err != nil {
			return nil, err
		}
		characters += utf8.RuneCountInString(text[counted:found.from]) // once through the text
		counted = found.from
		found.at = characters
		tokens = append(tokens, found)
		if found.kind == end {
			return tokens, nil
		}
	}
}

func (s *scanner) fail(from int, found, message string) error {
	return &Error{At: character(s.text, from), Word: found, Message: message}
}

// skipSpace moves past white space.
func (s *scanner) skipSpace() {
	rest := strings.TrimLeftFunc(s.text[s.at:], unicode.IsSpace)
	s.at = len(s.text) - len(rest)
}

func (s *scanner) next() (token, error) {
	s.skipSpace()
	from := s.at
	if from == len(s.text) {
		return token{kind: end, from: from, to: from}, nil
	}
	switch s.text[from] {
	case '"':
		text, err := s.quotation()
		return token{kind: quoted, text: text, from: from, to: s.at}, err
	case '[':
		list, err := s.parameters()
		return token{kind: values, values: list, from: from, to: s.at}, err
	}
	for _, each := range []string{"!=", ">=", "<=", ">", "<", "=", "(", ")", "]", ":", ",", "?", "$"} {
		if strings.HasPrefix(s.text[from:], each) {
			s.at += len(each)
			return token{kind: symbol, text: each, from: from, to: s.at}, nil
		}
	}
	length := s.wordLength(from)
	if length == 0 { // only a character that cannot be in a word is left
		return token{}, s.failCharacter(from)
	}
	found := s.text[from : from+length]
	joined := found + s.text[from+length:min(from+length+1, len(s.text))] // "=" alone ends a word
	for _, operator := range []string{"!=", "!~", "~="} {
		if at := strings.Index(joined, operator); at > 0 {
			found = found[:min(at, len(found))]
		}
	}
	s.at += len(found)
	return token{kind: word, text: found, from: from, to: s.at}, nil
}

// wordLength returns the length of the word at a place; 0 for a character that cannot be in a word.
func (s *scanner) wordLength(from int) int {
	for i, r := range s.text[from:] {
		if endsWord(r) || misplaced(s.text, from+i) != "" {
			return i
		}
	}
	return len(s.text) - from
}

// failCharacter reports the character at a place, which is misplaced.
func (s *scanner) failCharacter(from int) error {
	_, size := utf8.DecodeRuneInString(s.text[from:])
	return s.fail(from, s.text[from:from+size], misplaced(s.text, from))
}

// quotation reads text in quotation marks, at the first mark. Two marks within it stand for one.
func (s *scanner) quotation() (string, error) {
	from := s.at
	var text strings.Builder
	s.at++
	for {
		length := strings.IndexByte(s.text[s.at:], '"')
		if length < 0 {
			return "", s.fail(from, `"`, "the quotation mark is not closed: end the text with the same mark, "+
				`\" in an HCL string`)
		}
		text.WriteString(s.text[s.at : s.at+length])
		s.at += length + 1
		if !strings.HasPrefix(s.text[s.at:], `"`) {
			return text.String(), nil
		}
		text.WriteByte('"')
		s.at++
	}
}

// parameters reads the values of a sensor's parameters, at the opening bracket. Outer white space
// is not part of a value without quotation marks.
func (s *scanner) parameters() ([]string, error) {
	from := s.at
	var list []string
	s.at++
	for {
		value, err := s.parameter()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if s.at == len(s.text) {
			return nil, s.fail(from, "[", "the bracket is not closed")
		}
		closing := s.text[s.at]
		s.at++
		if closing == ']' && strings.TrimSpace(s.text[from+1:s.at-1]) == "" {
			return nil, nil // "[]" gives no parameter
		}
		if closing == ']' {
			return list, nil
		}
	}
}

// parameter reads one value, up to a comma or the closing bracket. It can be empty: Tanium prints
// an empty value without quotation marks.
func (s *scanner) parameter() (string, error) {
	s.skipSpace()
	from := s.at
	if strings.HasPrefix(s.text[from:], `"`) {
		value, err := s.quotation()
		if err == nil {
			err = s.failInvisible(from, s.at)
		}
		s.skipSpace()
		if err == nil && s.at < len(s.text) && !strings.ContainsRune(",]", rune(s.text[s.at])) {
			_, size := utf8.DecodeRuneInString(s.text[s.at:])
			err = s.fail(s.at, s.text[s.at:s.at+size], "a comma or a closing bracket must follow the value")
		}
		return value, err
	}
	length := strings.IndexAny(s.text[from:], `,]["`)
	if length < 0 {
		s.at = len(s.text)
		return "", nil // the caller reports the open bracket
	}
	s.at += length
	if mark := s.text[s.at]; mark == '[' || mark == '"' {
		return "", s.fail(s.at, string(mark), `put the value of the parameter in quotation marks, with " doubled`)
	}
	value := strings.TrimRightFunc(s.text[from:s.at], unicode.IsSpace)
	for i := range value {
		if misplaced(s.text, from+i) != "" {
			return "", s.failCharacter(from + i)
		}
	}
	return value, s.failInvisible(from, from+len(value))
}

// failInvisible reports the first character of a value that is not visible; nil for none. A value
// with one looks like another value, and selects other endpoints.
func (s *scanner) failInvisible(from, to int) error {
	at := strings.IndexFunc(s.text[from:to], isInvisible)
	if at < 0 {
		return nil
	}
	r, size := utf8.DecodeRuneInString(s.text[from+at:])
	return s.fail(from+at, s.text[from+at:from+at+size], invisibleAdvice(r))
}
