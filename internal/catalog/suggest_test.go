// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"strings"
	"testing"
)

func TestSuggest(t *testing.T) {
	t.Parallel()
	known := []string{"All Computers", "All Windows", "No Computers"}
	for unknown, want := range map[string]string{
		"all computer": `Did you mean "All Computers"?`,
		"All Widnows":  `Did you mean "All Windows"?`,
		"Computers":    `Did you mean "No Computers" or "All Computers"?`,
		"Everything":   "None of the 3",
	} {
		if got := Suggest(unknown, known); !strings.Contains(got, want) {
			t.Errorf("for %q it says %q, want %q", unknown, got, want)
		}
	}
	if got := Suggest("x", nil); got != "" {
		t.Errorf("with nothing known it says %q", got)
	}
}

func FuzzSuggest(f *testing.F) {
	f.Add("All Computers", "all computer")
	f.Fuzz(func(t *testing.T, unknown, known string) {
		if got := Suggest(unknown, []string{known}); !strings.HasPrefix(got, " ") {
			t.Errorf("%q", got)
		}
	})
}
