// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// minSecretLength is the number of characters of the shortest text that is concealed. A shorter one
// is no secret, and it is part of too much of what a message has to say.
const minSecretLength = 4

// concealment replaces the write-only parameters in what the provider says. A server may echo a
// parameter in an error, and a script may print it into the action log.
type concealment struct {
	// secrets matches the secrets in all their spellings; nil for no secret.
	secrets *regexp.Regexp
}

// conceal returns the concealment of a configuration.
func (m deploymentModel) conceal() concealment { return concealing(m.secrets().Values()) }

// concealing returns the concealment of some secrets.
func concealing(secrets []string) concealment {
	var parts []string
	for _, secret := range secrets {
		// A log comes line by line, so each line of a secret is one as well.
		for _, part := range append([]string{secret}, strings.Split(secret, "\n")...) {
			if part = strings.TrimSpace(part); len([]rune(part)) >= minSecretLength {
				parts = append(parts, part)
			}
		}
	}
	if parts == nil {
		return concealment{}
	}
	// The longest comes first, because one can contain another.
	slices.SortFunc(parts, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	var patterns []string
	for _, part := range slices.Compact(parts) {
		patterns = append(patterns, spellings(part), cutSpellings(part))
	}
	return concealment{secrets: regexp.MustCompile(strings.Join(patterns, "|"))}
}

// spellings returns a pattern for a secret as it is, in JSON, and with any of its characters
// encoded as in URLs, in letters of either case (API.md#encoded-parameters). White space matches
// other white space, because messages have one line.
func spellings(secret string) string {
	return strings.Join(characters(secret), "")
}

// cutSpellings returns a pattern for a secret whose end is missing, because a message was cut
// there.
func cutSpellings(secret string) string {
	const longest = 200 // the pattern nests
	all := characters(secret)
	all = all[:min(len(all), longest)]
	pattern := ""
	for _, character := range slices.Backward(all[minSecretLength:]) {
		pattern = "(?:" + character + pattern + ")?"
	}
	return strings.Join(all[:minSecretLength], "") + pattern + `(?:…|\.\.\.)`
}

// characters returns a pattern for each character of a secret.
func characters(secret string) []string {
	var patterns []string
	space := false
	for _, r := range secret {
		if unicode.IsSpace(r) {
			if !space {
				patterns = append(patterns, `(?:\s|\+|%20|%09|%0[aAdD]|\\[nrt])+`)
			}
			space = true
			continue
		}
		space = false
		forms := []string{regexp.QuoteMeta(string(r))}
		encoded := ""
		for _, b := range []byte(string(r)) {
			encoded += fmt.Sprintf("%%%02x", b)
		}
		forms = append(forms, "(?i:"+encoded+")")
		switch {
		case r == '"' || r == '\\':
			forms = append([]string{`\\` + regexp.QuoteMeta(string(r))}, forms...)
		case strings.ContainsRune("<>&", r):
			forms = append(forms, fmt.Sprintf(`(?i:\\u%04x)`, r))
		}
		patterns = append(patterns, "(?:"+strings.Join(forms, "|")+")")
	}
	return patterns
}

// text returns a text without the secrets.
func (c concealment) text(text string) string {
	if c.secrets == nil {
		return text
	}
	return c.secrets.ReplaceAllLiteralString(text, "[write-only parameter]")
}

// logs returns a context whose log messages do not show the secrets.
func (c concealment) logs(ctx context.Context) context.Context {
	if c.secrets == nil {
		return ctx
	}
	return tflog.MaskAllFieldValuesRegexes(tflog.MaskMessageRegexes(ctx, c.secrets), c.secrets)
}

// within replaces the diagnostics by those that do not show the secrets.
func (c concealment) within(diags *diag.Diagnostics) {
	for i, each := range *diags {
		summary, detail := c.text(each.Summary()), c.text(each.Detail())
		if summary == each.Summary() && detail == each.Detail() {
			continue
		}
		var shown diag.Diagnostic = diag.NewErrorDiagnostic(summary, detail)
		if each.Severity() == diag.SeverityWarning {
			shown = diag.NewWarningDiagnostic(summary, detail)
		}
		if placed, ok := each.(diag.DiagnosticWithPath); ok {
			shown = diag.WithPath(placed.Path(), shown)
		}
		(*diags)[i] = shown
	}
}
