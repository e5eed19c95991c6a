// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import "bytes"

// quoteIDs puts IDs that a server writes as numbers into quotes. GraphQL lets it write either
// (API.md#ids), and the client's types have strings.
//
// The bytes `"id"` before a colon are a key wherever they stand in JSON: within a string the quotes
// would be escaped.
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

// skip is the first index from a start on that holds none of some bytes.
func skip(body []byte, from int, some string) int {
	for from < len(body) && bytes.IndexByte([]byte(some), body[from]) >= 0 {
		from++
	}
	return from
}
