// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error is a mistake in the text of a question, or a part of it that a filter cannot express.
type Error struct {
	// At is the place of the mistake: the number of its character, from 1; 0 for the whole text.
	At int
	// Word is the part of the text at that place; empty for the end of the text.
	Word string
	// NamesUnknown reports that the names of a sensor's parameters are missing.
	NamesUnknown bool
	// Message explains the mistake and how to correct it. It is a sentence without a final period.
	Message string
}

// Error returns the message with the place in front of it.
func (e *Error) Error() string {
	switch {
	case e.At == 0:
		return e.Message
	case e.Word == "":
		return fmt.Sprintf("at the end: %s", e.Message)
	default:
		return fmt.Sprintf("at character %d, \"%s\": %s", e.At, shortened(e.Word), e.Message)
	}
}

// maxWord is the number of characters of a text that a message shows.
const maxWord = 60

// shortened returns the start of a text on one line. It keeps backslashes as they are.
func shortened(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxWord {
		return string(runes[:maxWord]) + "..."
	}
	return text
}

// character converts an offset in bytes to the number of the character.
func character(text string, offset int) int { return utf8.RuneCountInString(text[:offset]) + 1 }
