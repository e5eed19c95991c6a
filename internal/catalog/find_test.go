// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"slices"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestFind checks what a search keeps, when it stops reading, and that it says when there is more.
func TestFind(t *testing.T) {
	t.Parallel()
	endless := slices.Repeat([]string{"many"}, 1000)
	for name, c := range map[string]struct {
		pages     [][]string
		max       int
		list      []string
		truncated bool
		read      int // pages
	}{
		"none": {nil, 3, nil, false, 0},
		"in order of the name, ignoring case": {[][]string{{"b", "C"}, {"a", "B"}}, 9,
			[]string{"a", "B", "b", "C"}, false, 2},
		"as many as asked for":      {[][]string{{"b"}, {"a"}}, 2, []string{"a", "b"}, false, 2},
		"more than asked for":       {[][]string{{"b"}, {"a"}}, 1, []string{"a"}, true, 2},
		"not selected":              {[][]string{{"a", "-"}, {"-"}}, 1, []string{"a"}, false, 2},
		"more than a search reads":  {slices.Repeat([][]string{endless}, 60), 1 << 30, nil, true, 51},
		"as many as a search reads": {slices.Repeat([][]string{endless}, 50), 1 << 30, nil, false, 50},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read := 0
			found, err := find(Search{Max: c.max}, func(take gateway.Take[string]) error {
				for i, page := range c.pages {
					read++
					if !take(page, i == 0) {
						break
					}
				}
				return nil
			}, func(name string) string { return name }, func(name string) bool { return name != "-" })
			if err != nil || found.Truncated != c.truncated || read != c.read {
				t.Errorf("truncated %v after %d pages, want %v after %d; %v",
					found.Truncated, read, c.truncated, c.read, err)
			}
			if c.max < maxFound && !slices.Equal(found.List, c.list) {
				t.Errorf("found %q, want %q", found.List, c.list)
			}
		})
	}
}

// TestNamed checks that conditions on the name heed case, whatever Tanium does.
func TestNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		search Search
		name   string
		want   bool
	}{
		{Search{}, "All Windows", true},
		{Search{Name: "All Windows"}, "All Windows", true},
		{Search{Name: "all windows"}, "All Windows", false},
		{Search{NameContains: "Win"}, "All Windows", true},
		{Search{NameContains: "win"}, "All Windows", false},
		{Search{Name: "All Windows", NameContains: "Linux"}, "All Windows", false},
	} {
		if got := c.search.named(c.name); got != c.want {
			t.Errorf("%+v selects %q: %t", c.search, c.name, got)
		}
	}
}
