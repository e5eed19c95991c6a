// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestFacts checks API.md: each citation has a heading, each heading is cited, and each fact ends
// with its standing.
func TestFacts(t *testing.T) {
	t.Parallel()
	headings := factHeadings(t)
	cited := citations(t)
	for heading, where := range cited {
		if !headings[heading] {
			t.Errorf("%s cites API.md#%s, which is not a heading", where, heading)
		}
	}
	for heading := range headings {
		if cited[heading] == "" {
			t.Errorf("nothing cites API.md#%s: remove facts that no code relies on", heading)
		}
	}
}

// factHeadings returns the anchors of the headings of facts in API.md.
func factHeadings(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("API.md")
	if err != nil {
		t.Fatal(err)
	}
	headings := map[string]bool{}
	standing := regexp.MustCompile(`\((documented|seen|inferred)\)$`)
	for section := range strings.SplitSeq(string(text), "\n### ") {
		title, facts, _ := strings.Cut(section, "\n")
		if strings.HasPrefix(title, "#") {
			continue // the text before the first heading
		}
		headings[strings.ReplaceAll(strings.ToLower(title), " ", "-")] = true
		facts, _, _ = strings.Cut(facts, "\n## ")
		for fact := range strings.SplitSeq(strings.TrimSpace(facts), "\n- ") {
			if !standing.MatchString(strings.TrimSpace(fact)) {
				t.Errorf("%s: %q does not end with a standing", title, fact)
			}
		}
	}
	return headings
}

// citations returns the anchors that code and documents cite, each with one of the citing files.
func citations(t *testing.T) map[string]string {
	t.Helper()
	cited := map[string]string{}
	anchor := regexp.MustCompile(`API\.md#([\w-]+)`)
	elsewhere := regexp.MustCompile(`\(reference(\s|//)+\d`)
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && strings.HasPrefix(name, ".") && len(name) > 2 {
			return filepath.SkipDir // tools and Git's files
		}
		if ext := filepath.Ext(path); entry.IsDir() || (ext != ".go" && ext != ".graphql" && ext != ".yaml") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, match := range anchor.FindAllSubmatch(text, -1) {
			cited[string(match[1])] = path
		}
		if found := elsewhere.Find(text); found != nil {
			t.Errorf("%s cites %q, a document outside this repository", path, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return cited
}
