// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// guideText is the source of a guide.
func guideText(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// reflow is a text without its line breaks, which Terraform puts where they fit.
func reflow(text string) string { return strings.Join(strings.Fields(text), " ") }
