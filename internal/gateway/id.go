// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"bytes"
	"cmp"
)

// quoteIDs puts quotes around IDs that a server writes as numbers. GraphQL permits both forms
// (API.md#ids); the client's types have strings.
//
// In JSON, the bytes `"id"` before a colon are always a key, because quotes within a string are
// escaped.
func quoteIDs(body []byte) []byte {
	key := []byte(`"id"`)
	if !bytes.Contains(body, key) {
		return body
	}
	var quoted bytes.Buffer
	rest := body
	for {
		at := bytes.Index(rest, key)
		if at < 0 {
			break
		}
		start := skip(rest, at+len(key), " \t\r\n")
		if start >= len(rest) || rest[start] != ':' {
			quoted.Write(rest[:start])
			rest = rest[start:]
			continue
		}
		start = skip(rest, start+1, " \t\r\n")
		end := skip(rest, start, "-0123456789")
		quoted.Write(rest[:start])
		if end > start {
			quoted.WriteByte('"')
			quoted.Write(rest[start:end])
			quoted.WriteByte('"')
		}
		rest = rest[end:]
	}
	quoted.Write(rest)
	return quoted.Bytes()
}

// skip returns the index of the first byte at or after from that is not in set; len(body) if there
// is none.
func skip(body []byte, from int, set string) int {
	for from < len(body) && bytes.IndexByte([]byte(set), body[from]) >= 0 {
		from++
	}
	return from
}

// CompareIDs orders IDs as numbers. IDs have no leading zeros, so the shorter one is smaller.
func CompareIDs(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }
