// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package docs has the test of the documentation as a whole.
package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// root is the top of this repository.
const root = "../.."

// TestLinks checks that each link of the documentation to a file or a heading of this repository
// resolves.
func TestLinks(t *testing.T) {
	t.Parallel()
	var pages []string
	for _, name := range []string{".github", "docs", "examples", "README.md", "CHANGELOG.md",
		"CONTRIBUTING.md", "RELEASING.md"} {
		err := filepath.WalkDir(filepath.Join(root, name), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && filepath.Ext(path) == ".md" {
				pages = append(pages, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	links := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range link.FindAllStringSubmatch(withoutCode(string(text)), -1) {
			links++
			if problem := checkLink(t, page, found[1]); problem != "" {
				t.Errorf("%s: %s: %s", page, found[1], problem)
			}
		}
	}
	if len(pages) < 40 || links < 200 {
		t.Errorf("%d pages, %d links", len(pages), links)
	}
}

// withoutCode returns a page without its blocks of code.
func withoutCode(text string) string {
	return regexp.MustCompile("(?ms)^```.*?^```").ReplaceAllString(text, "")
}

// checkLink returns what is wrong with a link on a page; empty for nothing. It does not follow
// links to other sites.
func checkLink(t *testing.T, page, target string) string {
	t.Helper()
	file, anchor, _ := strings.Cut(target, "#")
	if strings.Contains(file, "://") || strings.HasPrefix(file, "mailto:") {
		return ""
	}
	path := page
	if file != "" {
		path = filepath.Join(filepath.Dir(page), file)
	}
	if _, err := os.Stat(path); err != nil {
		return "there is no such file"
	}
	if anchor == "" {
		return ""
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !anchors(string(text))[strings.ReplaceAll(anchor, `\_`, "_")] {
		return "there is no such heading"
	}
	return ""
}

// anchors returns the anchors of a page: those of its headings, as GitHub and the registry make
// them, and those that it sets itself.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, set := range regexp.MustCompile(`<a (?:id|name)="([^"]+)"`).FindAllStringSubmatch(text, -1) {
		found[set[1]] = true
	}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(withoutCode(text), -1) {
		var anchor strings.Builder
		for _, r := range strings.ToLower(heading[1]) {
			switch {
			case unicode.IsLetter(r) || unicode.IsNumber(r) || r == '-' || r == '_':
				anchor.WriteRune(r)
			case r == ' ':
				anchor.WriteByte('-')
			}
		}
		name := anchor.String()
		for n := 1; found[name]; n++ {
			name = fmt.Sprintf("%s-%d", anchor.String(), n)
		}
		found[name] = true
	}
	return found
}
