// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// examplesRoot has the examples.
const examplesRoot = "../../examples"

// TestAccExamples plans every example, or runs the query that it has. TestAccModules runs the
// modules, whose files belong together.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	// The test supplies the provider requirements and the address of Tanium.
	around := regexp.MustCompile(`(?ms)^(terraform|provider "tanium") \{(\}[^\n]*|.*?^\})$`)
	found := 0
	err := filepath.WalkDir(examplesRoot, func(path string, entry fs.DirEntry, err error) error {
		if entry != nil && entry.IsDir() && path == filepath.Clean(modulesRoot) {
			return filepath.SkipDir
		}
		extension := filepath.Ext(path)
		if err != nil || entry.IsDir() || (extension != ".tf" && extension != ".hcl") ||
			strings.HasPrefix(entry.Name(), "import-") || strings.HasSuffix(path, ".tftest.hcl") {
			return err
		}
		found++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		t.Run(strings.TrimPrefix(path, examplesRoot), func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			if extension == ".hcl" {
				needsActions(t)
				w := newAttachedWorkspace(t, s, "")
				w.write("example.tfquery.hcl", string(text))
				w.exits(0, "", "query")
			} else {
				s.planExample(t, s.standalone(around, string(text)))
			}
			if stats := s.Stats(); stats.Deployments != 0 {
				t.Errorf("a plan deployed: %+v", stats)
			}
		})
		return nil
	})
	if err != nil || found < 6 {
		t.Errorf("%d examples, %v", found, err)
	}
}

// planExample plans an example, which must succeed.
func (s *tenant) planExample(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, "\naction \"") || strings.HasPrefix(text, "action \"") {
		needsActions(t)
	}
	arguments := []string{"plan", "-input=false", "-detailed-exitcode"}
	if strings.Contains(text, "tanium_api_token") {
		arguments = append(arguments, "-var=tanium_api_token="+simulator.DefaultToken)
	}
	want := 0
	if strings.Contains(text, "\nresource ") || strings.Contains(text, "\noutput ") {
		want = 2 // changes
	}
	w := newAttachedWorkspace(t, s, text)
	if strings.Contains(text, "approver_token") {
		w.attach(t, s, "tanium", "approver")
		arguments = append(arguments, "-var=approver_token=token-approver")
	}
	w.exits(want, "", arguments...)
}

// TestAccImportExamples plans every example of an import.
func TestAccImportExamples(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	s.schedule(t, simulator.DefaultToken, tagInput("Tag", "INC-1"))
	files, err := filepath.Glob(filepath.Join(examplesRoot, "resources", "*", "import-*.tf"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			if strings.Contains(file, "identity") {
				needsTerraform(t, 12)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w := newAttachedWorkspace(t, s, strings.ReplaceAll(string(text), "kill_openssh", "tag")+importedTag)
			w.exits(0, "Plan: 1 to import, 0 to add, 1 to change, 0 to destroy.", "plan", "-input=false")
		})
	}
}

// importedTag is the configuration of tagInput("Tag", "INC-1").
const importedTag = `
resource "tanium_action" "tag" {
  name    = "Tag"
  comment = "INC-1"
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Tag"]
  }
  targets {
    action_group   = { name = "All Computers" }
    computer_group = { name = "All Windows Servers" }
  }
}
`

// standalone returns a configuration without its provider requirements and provider blocks. It
// replaces an alias by another provider, because an attached provider has one configuration.
func (s *tenant) standalone(around *regexp.Regexp, text string) string {
	text = around.ReplaceAllStringFunc(text, func(block string) string {
		if strings.Contains(block, "alias ") {
			return fmt.Sprintf("provider \"approver\" {\n  url       = %q\n  api_token = var.approver_token\n}", s.url)
		}
		return ""
	})
	return strings.ReplaceAll(text, "tanium.approver", "approver")
}
