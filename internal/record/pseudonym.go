// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package record

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Kind is what a pseudonym stands for. It begins the pseudonym.
type Kind string

// The kinds.
const (
	// Endpoint is the name of an endpoint.
	Endpoint Kind = "endpoint"
	// Address is an IP address.
	Address Kind = "ip"
	// User is the name of a user.
	User Kind = "user"
	// Text is any other text that may name something of a tenant.
	Text Kind = "text"
	// Parameter is the value of a package's parameter.
	Parameter Kind = "parameter"
	// comment is a text whose marker is kept.
	comment Kind = "comment"
	// kept is a text that is not replaced.
	kept Kind = ""
)

// Patterns of the texts in a record that differ from run to run.
const (
	// PseudonymPattern matches a pseudonym. Its group is the same for all kinds of one text.
	PseudonymPattern = `\b(?:endpoint|ip|user|text|parameter)-([0-9a-f]{8})\b`
	// MarkerPattern matches a marker of the provider in a comment. Its groups are the digits that
	// the attempts at one deployment share, by which the provider searches, and the other ones.
	MarkerPattern = `[tT][fF]([0-9]{15})([0-9]{17})`
	// FamilyPattern matches the first group of a marker alone.
	FamilyPattern = `\b[0-9]{15}\b`
)

// Secret is the text that stands for a write-only parameter.
const Secret = "[write-only parameter]"

// pseudonymLength is the number of bytes of a digest in a pseudonym.
const pseudonymLength = 4

// pseudonyms makes the pseudonyms of a folder.
type pseudonyms struct{ salt []byte }

// of returns the pseudonym of a text: the same one for the same text. It keeps texts that are
// numbers, which are IDs and counters, but no parameter: a PIN is a number, too.
func (p pseudonyms) of(kind Kind, text string) string {
	number := strings.Trim(strings.TrimSuffix(text, ":"), "0123456789") == ""
	if kind == kept || text == "" || (kind == Text && number) {
		return text
	}
	hash := hmac.New(sha256.New, p.salt)
	hash.Write([]byte(text))
	return string(kind) + "-" + hex.EncodeToString(hash.Sum(nil)[:pseudonymLength])
}
