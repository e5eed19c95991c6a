// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package inspect

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestFindings checks what each part of a tenant is found to be.
func TestFindings(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	token := func(id string, left time.Duration) gateway.Token {
		return gateway.Token{Id: id, Expiration: now.Add(left)}
	}
	for name, c := range map[string]struct {
		found []Finding
		want  string // empty for none
	}{
		"unrestricted": {checkRights(nil), ""},
		"restricted": {checkRights([]gateway.GroupRef{{Name: "b"}, {Name: "a"}}),
			"info management rights: The token may manage the endpoints of 2 computer groups alone."},
		"no token":         {checkTokens(nil, now), ""},
		"a long token":     {checkTokens([]gateway.Token{token("7", 48*time.Hour)}, now), ""},
		"an expired token": {checkTokens([]gateway.Token{token("7", -time.Hour), token("8", 48*time.Hour)}, now), ""},
		"a short token": {checkTokens([]gateway.Token{token("7", time.Hour), token("8", -time.Hour)}, now),
			"warning token: The only token of the user, 7, expires in 1h0m0s, at 2026-03-07T10:00:00Z."},
		"several tokens": {checkTokens([]gateway.Token{token("7", 48*time.Hour), token("8", time.Hour)}, now),
			"info token: Token 8 of the user expires in 1h0m0s, at 2026-03-07T10:00:00Z. Tanium does not tell which " +
				"of the " +
				"user's 2 tokens is in use."},
		"equal clocks": {checkClock(time.Minute), ""},
		"ahead": {checkClock(90 * time.Second), "warning clock: The clock of the server is 1m30s ahead of that of " +
			"this machine."},
		"behind": {checkClock(-time.Hour), "warning clock: The clock of the server is 1h0m0s behind that of this " +
			"machine."},
		"all computers": {checkActionGroups([]string{"Other", AllComputers}), ""},
		"no group": {checkActionGroups(nil), "error action groups: There is no action group that the token may " +
			"read."},
		"others": {checkActionGroups([]string{"z", "a"}),
			`info action groups: There is no action group "All Computers" that the token may read.`},
		"sensors": {checkSensors([]Sensor{{Name: "a", Exists: true}, {Name: "b"}}, []need{{"a", Warning,
			"x."}, {"b", Info, "y."}}),
			`info sensor b: There is no sensor "b" that the token may read.`},
	} {
		var lines []string
		for _, each := range c.found {
			lines = append(lines, fmt.Sprintf("%s %s: %s", each.Severity, each.Subject, each.Summary))
			for _, text := range []string{each.Summary, each.Consequence, each.Remedy} {
				if !strings.HasSuffix(text, ".") {
					t.Errorf("%s: %q is no sentence", name, text)
				}
			}
		}
		if got := strings.Join(lines, "\n"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestCompare checks which types of a server the provider can use.
func TestCompare(t *testing.T) {
	t.Parallel()
	read := gateway.Use{Kind: "A", Name: "b", Type: "[ID!]!", Operations: []string{"Endpoints"}}
	sent := gateway.Use{Kind: "A", Name: "b", Type: "Int", Input: true, Operations: []string{"PerformAction"}}
	value := gateway.Use{Kind: "A", Name: "B", Input: true, Operations: []string{"PerformAction", "Endpoints"}}
	for name, c := range map[string]struct {
		use    gateway.Use
		served gateway.ServerSchema
		want   string
	}{
		"equal":       {read, gateway.ServerSchema{"A.b": "[ID!]!"}, ""},
		"may be null": {read, gateway.ServerSchema{"A.b": "[ID]"}, ""},
		"another type": {read, gateway.ServerSchema{"A.b": "[Int!]!"}, "error The tenant's schema has A.b as " +
			"[Int!]!, where the provider expects [ID!]!."},
		"no list": {read, gateway.ServerSchema{"A.b": "ID!"}, "error The tenant's schema has A.b as ID!, " +
			"where the provider expects [ID!]!."},
		"missing":         {read, nil, "error The tenant's schema does not have A.b."},
		"may be left out": {sent, gateway.ServerSchema{"A.b": "Int"}, ""},
		"is required": {sent, gateway.ServerSchema{"A.b": "Int!"}, "warning The tenant's schema has A.b as " +
			"Int!, where the provider expects Int."},
		"a value":  {value, gateway.ServerSchema{"A.B": ""}, ""},
		"no value": {value, nil, "warning The tenant's schema does not have A.B."},
		"optional features": {gateway.Use{Kind: "A", Name: "b", Operations: []string{"CountActions"}}, nil, "info " +
			"The tenant's schema does not have A.b."},
	} {
		got := ""
		for _, finding := range checkSchema(compare([]gateway.Use{c.use}, c.served)) {
			got += string(finding.Severity) + " " + finding.Summary
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestFeatures checks that each document serves a feature, and that each feature is known.
func TestFeatures(t *testing.T) {
	t.Parallel()
	uses, err := gateway.Uses()
	if err != nil {
		t.Fatal(err)
	}
	var operations []string
	for _, use := range uses {
		for _, operation := range use.Operations {
			if features()[operation] == "" {
				t.Errorf("%s serves no feature", operation)
			}
			operations = append(operations, operation)
		}
	}
	for operation := range features() {
		if !slices.Contains(operations, operation) {
			t.Errorf("there is no document %s", operation)
		}
	}
}

// TestWithoutEach removes each part of the schema that the documents use from what a server says of
// it, one at a time: exactly that one is missing, and a feature of the provider needs it.
func TestWithoutEach(t *testing.T) {
	t.Parallel()
	uses, err := gateway.Uses()
	if err != nil {
		t.Fatal(err)
	}
	for _, use := range uses {
		served := gateway.ServerSchema{}
		for _, other := range uses {
			if other.Path() != use.Path() {
				served[other.Path()] = other.Type
			}
		}
		found := compare(uses, served)
		if len(found) != 1 || found[0].Path() != use.Path() || !found[0].Missing() || len(found[0].Features) == 0 ||
			len(checkSchema(found)) != 1 {
			t.Errorf("%s: %+v", use.Path(), found)
		}
	}
}
