// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTroubleshootingHeadings checks that each heading that quotes a message has a text that the
// provider or its client says.
func TestTroubleshootingHeadings(t *testing.T) {
	t.Parallel()
	var code strings.Builder
	for _, folder := range []string{".", "message", "../catalog", "../deployment", "../gateway"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(text)
		}
	}
	quoted := regexp.MustCompile("(?m)^### `(.*)`$").FindAllStringSubmatch(guideText(t, "troubleshooting.md"), -1)
	if len(quoted) < 15 {
		t.Errorf("%d headings", len(quoted))
	}
	for _, heading := range quoted {
		if !strings.Contains(code.String(), heading[1]) {
			t.Errorf("nothing says %q", heading[1])
		}
	}
}
