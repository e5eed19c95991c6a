// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccStateOfOtherVersion checks that Terraform itself leaves out what this version does not
// know of a state of the current schema, and decodes the rest: the server returns a state as it is.
func TestAccStateOfOtherVersion(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, fmt.Sprintf(tagAction, "Blue", ""))
	w.exits(0, "1 added", "apply", "-auto-approve", "-input=false")
	raw, err := os.ReadFile(filepath.Join(w.folder, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	edited := func(pairs ...string) {
		t.Helper()
		text := string(raw)
		for i := 0; i < len(pairs); i += 2 {
			if strings.Count(text, pairs[i]) != 1 {
				t.Fatalf("%q is not once in %s", pairs[i], text)
			}
			text = strings.Replace(text, pairs[i], pairs[i+1], 1)
		}
		w.write("terraform.tfstate", text)
	}
	const finished, noTriggers, guard = `"finished": true,`, `"triggers": null,`, `"guard": null,`
	edited(finished, `"finished": true, "of_a_later_version": [{"x": 1}],`, noTriggers, "",
		`"computer_group": null,`, `"of_a_later_version": {},`)
	w.exits(0, "No changes", "plan", "-input=false")
	edited(finished, `"finished": "perhaps",`)
	w.exits(1, ".finished: a bool is required", "plan", "-input=false")
	edited(guard, `"guard": 7,`)
	w.exits(1, ".guard: ", "plan", "-input=false")
}
