// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package conceal

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/tanium-community/terraform-provider-tanium/internal/record"
)

// MinLength is the number of characters of the shortest text that is concealed. A shorter one
// is no secret, and it is part of too much of what a message has to say.
const MinLength = 4

// Placeholder is the text that replaces a secret.
const Placeholder = record.Secret

// Concealment replaces the write-only parameters in what the provider says. A server may echo a
// parameter in an error, and a script may print it into the action log.
type Concealment struct {
	// needles are the secrets and their encodings, by their first character as indexed returns it;
	// empty for no secret.
	needles map[rune][]needle
	// cut matches the end of a text that was cut, after a whole character.
	cut *regexp.Regexp
}

// Of returns the concealment of some secrets.
func Of(secrets []string) Concealment {
	var parts []string
	for _, secret := range secrets {
		// A log comes line by line, so each line of a secret is one as well.
		for _, part := range append([]string{secret}, strings.Split(secret, "\n")...) {
			if part = strings.TrimSpace(part); len([]rune(part)) >= MinLength {
				parts = append(parts, part)
			}
		}
	}
	if parts == nil {
		return Concealment{}
	}
	slices.Sort(parts)
	needles := map[rune][]needle{}
	for _, part := range slices.Compact(parts) {
		for _, each := range needlesOf(part) {
			first := indexed(each.characters[0])
			needles[first] = append(needles[first], each)
		}
	}
	return Concealment{needles: needles, cut: regexp.MustCompile(cutOffPattern)}
}

// cutOffPattern matches the mark where a text was cut, and before it the beginning of the escape of
// a character.
const cutOffPattern = `(?i)^(?:` +
	`(?:\\ud[89ab][0-9a-f]{2})?\\(?:u[0-9a-f]{0,3})?` + // of JSON
	`|\\ud[89ab][0-9a-f]{2}` +
	`|&(?:#?x?[0-9a-f]*|[a-z]+[0-9]*)` + // of HTML
	`|(?:%(?:25)?[89a-f][0-9a-f]){0,3}(?:%(?:25?)?[0-9a-f]?)?` + // of a URL
	`)(?:…|\.\.\.)`

// indexed returns the same character for those that can begin the same needle.
func indexed(character rune) rune { return folded(standardBase64(character)) }

// Text returns a text without the secrets.
func (c Concealment) Text(text string) string {
	if len(c.needles) == 0 {
		return text
	}
	var shown strings.Builder
	written := 0 // how much of the text is written, or replaced
	for at := range text {
		begin, end := c.longest(text, at)
		if end <= written {
			continue
		}
		if begin >= written { // else it overlaps the last secret
			shown.WriteString(text[written:begin])
			shown.WriteString(Placeholder)
		}
		written = end
	}
	shown.WriteString(text[written:])
	return shown.String()
}

// longest returns the longest secret that begins at a place of a text; an empty one for none.
func (c Concealment) longest(text string, at int) (begin, end int) {
	var few [4]reading
	for _, read := range readings(few[:0], text[at:]) {
		for _, each := range c.needles[indexed(read.character)] {
			if from, to, found := each.find(text, at, c.cut); found && to > end {
				begin, end = from, to
			}
		}
	}
	return begin, end
}

// concealmentKey is the key of a concealment in a context.
type concealmentKey struct{}

// Logs returns a context whose log messages do not show the secrets: see LogInfo. Nor does a record
// of the exchanges with Tanium.
func (c Concealment) Logs(ctx context.Context) context.Context {
	return record.Concealing(context.WithValue(ctx, concealmentKey{}, c), c.Text)
}

// LogInfo logs a message without the secrets of its context. The masks of tflog take patterns and
// whole texts only.
func LogInfo(ctx context.Context, message string, fields map[string]any) {
	message, fields = logged(ctx, message, fields)
	tflog.Info(ctx, message, fields) //nolint:forbidigo // the secrets are concealed
}

// LogWarn is LogInfo for a warning.
func LogWarn(ctx context.Context, message string, fields map[string]any) {
	message, fields = logged(ctx, message, fields)
	tflog.Warn(ctx, message, fields) //nolint:forbidigo // the secrets are concealed
}

// logged returns a message and its fields without the secrets of a context.
func logged(ctx context.Context, message string, fields map[string]any) (string, map[string]any) {
	concealed, _ := ctx.Value(concealmentKey{}).(Concealment)
	shown := make(map[string]any, len(fields))
	for name, value := range fields {
		if text, ok := value.(string); ok {
			value = concealed.Text(text)
		}
		shown[name] = value
	}
	return concealed.Text(message), shown
}

// Within replaces the diagnostics by those that do not show the secrets.
func (c Concealment) Within(diags *diag.Diagnostics) {
	for i, each := range *diags {
		summary, detail := c.Text(each.Summary()), c.Text(each.Detail())
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
