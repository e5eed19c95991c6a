// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	asking "github.com/99designs/gqlgen/graphql/introspection"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// doublingFragments returns a document of fragments. Each spreads the next one twice.
func doublingFragments(levels int) string {
	var text strings.Builder
	text.WriteString("{ ...F0 }")
	for i := range levels {
		fmt.Fprintf(&text, " fragment F%d on Query { ...F%d ...F%d }", i, i+1, i+1)
	}
	fmt.Fprintf(&text, " fragment F%d on Query { now }", levels)
	return text.String()
}

// chainedFragments returns a document of fragments. Each spreads the next one once.
func chainedFragments(levels int) string {
	var text strings.Builder
	text.WriteString("{ ...F0 }")
	for i := range levels {
		fmt.Fprintf(&text, " fragment F%d on Query { ...F%d }", i, i+1)
	}
	fmt.Fprintf(&text, " fragment F%d on Query { now }", levels)
	return text.String()
}

// crossedFragments returns a document of fragments. Each spreads all others.
func crossedFragments(fragments int) string {
	var text strings.Builder
	text.WriteString("{ ...F0 }")
	for i := range fragments {
		fmt.Fprintf(&text, " fragment F%d on Query { now", i)
		for j := range fragments {
			if i != j {
				fmt.Fprintf(&text, " ...F%d", j)
			}
		}
		text.WriteString(" }")
	}
	return text.String()
}

// An expensive document is rejected early, with status 400 and GraphQL errors, even if data follow
// the request's JSON.
func TestDocumentBounds(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for name, c := range map[string]struct{ document, says string }{
		"fragments that double": {doublingFragments(30), "selects more than 2000"},
		"fragments that cross":  {crossedFragments(12), "within itself"},
		"a cycle": {"{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
			"within itself"},
		"a long chain": {chainedFragments(60), "nested deeper than 50"},
		"many fields":  {"{ " + strings.Repeat("now ", 2001) + "}", "selects more than 2000"},
		"many aliases": {"{ " + aliasedFields(2001) + "}", "selects more than 2000"},
		"deep":         {strings.Repeat("{ a ", 51) + strings.Repeat("}", 51), "nested deeper than 50"},
		"deep inline": {strings.Repeat("{ ... on Query ", 60) + "{ now }" +
			strings.Repeat("}", 60), "nested deeper than 50"},
		"many tokens": {"{ now(" + strings.Repeat("a: 1 ", 10_000) + ") }", "token limit"},
		"many bytes":  {"{ now } #" + strings.Repeat("x", 600_000), "bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, after := range []string{"", " x"} {
				body := append(document(c.document, nil), after...)
				status, answer := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken, body)
				var refused struct{ Errors []struct{ Message string } }
				if err := json.Unmarshal([]byte(answer), &refused); err != nil || status != http.StatusBadRequest ||
					len(refused.Errors) != 1 || !strings.Contains(refused.Errors[0].Message, c.says) {
					t.Errorf("answered %d: %.300s", status, answer)
				}
			}
		})
	}
}

func aliasedFields(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "a%d: now ", i)
	}
	return text.String()
}

// BenchmarkDocumentWithinBounds measures the largest documents within the limits.
func BenchmarkDocumentWithinBounds(b *testing.B) {
	for name, text := range map[string]string{
		"one field":       "{ " + strings.Repeat("now ", 1990) + "}",
		"nested fields":   "{ " + strings.Repeat("endpoints { edges { node { id } } } ", 490) + "}",
		"fragments twice": doublingFragments(6),
	} {
		b.Run(name, func(b *testing.B) {
			s := start(b, simulator.Options{})
			for b.Loop() {
				if status, answer := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken,
					document(text, nil)); status != http.StatusOK {
					b.Fatalf("answered %d: %.300s", status, answer)
				}
			}
		})
	}
}

// A document without a token is not parsed.
func TestTokenBeforeDocument(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for _, body := range [][]byte{document(doublingFragments(30), nil), []byte("no JSON"), document("{ now", nil)} {
		if status, answer := s.call(http.MethodPost, simulator.Path, "token-wrong",
			body); status != http.StatusUnauthorized {
			t.Errorf("answered %d: %s", status, answer)
		}
	}
	for _, entry := range s.Requests() {
		if entry.Operation != "" || len(entry.Fields)+len(entry.Variables) > 0 {
			t.Errorf("%+v was read", entry)
		}
	}
	check(t, "requests", len(s.Requests()), 3)
}

// The client's documents and the introspection document of explorers are within the limits.
func TestDocumentsThatPass(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	client, err := os.ReadFile("../gateway/generated.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)const (\\w+)_Operation = `(.*?)`").FindAllStringSubmatch(string(client), -1)
	if len(found) < 10 {
		t.Fatalf("the client has %d documents", len(found))
	}
	for _, each := range append(found, []string{"", "introspection", asking.Query}) {
		status, answer := s.call(http.MethodPost, simulator.Path, simulator.DefaultToken, document(each[2], nil))
		// The executor reports the missing variables only if everything else is valid.
		if status != http.StatusOK && !strings.Contains(answer, `"path":["variable"`) {
			t.Errorf("%s answered %d: %.300s", each[1], status, answer)
		}
	}
}
