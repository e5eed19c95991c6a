// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestShows checks which texts show a value.
func TestShows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, shown string
		want         bool
	}{
		{value: "new_tag", shown: "new_tag", want: true},
		{value: "new_tag", shown: "new%5ftag", want: true},
		{value: "new_tag", shown: "new%5Ftag", want: true},
		{value: "a+b=c/d_e", shown: "a%2bb%3dc%2fd_e", want: true},
		{value: "a+b", shown: "a b"},
		{value: "100%", shown: "100%", want: true},
		{value: "100%", shown: "100%25", want: true},
		{value: "100%", shown: "100%2"},
		{value: "%2b", shown: "%2b", want: true},
		{value: "%2b", shown: "%252b", want: true},
		{value: "%2b", shown: "+"},
		{value: "+", shown: "%2b", want: true},
		{value: "%25%25", shown: "%25%25", want: true},
		{value: "%25%25", shown: "%2525%25", want: true},
		{value: "%25%25", shown: "%25"},
		{value: "%%", shown: "%25%25", want: true},
		{value: "ä", shown: "%c3%a4", want: true},
		{value: "ä", shown: "ä", want: true},
		{want: true},
		{shown: "%"},
		{value: "a"},
		{value: strings.Repeat("%25", 1000), shown: strings.Repeat("%2525", 1000), want: true},
	} {
		if got := shows(c.shown, c.value); got != c.want {
			t.Errorf("%.20q shows %.20q: %t", c.shown, c.value, got)
		}
	}
}

// TestDecoded checks what an import writes for a text that Tanium shows, and whether it warns.
func TestDecoded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shown, want string
		spelling    Spelling
	}{
		{"Blue", "Blue", Literal},
		{"new_tag", "new_tag", Literal},
		{"100%", "100%", Literal},
		{"100%zz%4", "100%zz%4", Literal},
		{"100%,%20x", "100%, x", Unclear},
		{"new%5ftag", "new_tag", Encoded},
		{"new%5Ftag%2D1", "new_tag-1", Encoded},
		{"a%2bb", "a+b", Unclear},
		{"new%5ftag x", "new_tag x", Unclear},
		{"Blue%20tag", "Blue tag", Unclear},
		{"a%2bb/c", "a+b/c", Literal},
		{"%c3%a4%2d", "ä-", Encoded},
		{"%c3%28%ff%00", "%c3(%ff%00", Unclear},
		{"%252b", "%2b", Unclear},
	} {
		if got := Decoded(c.shown); got != c.want {
			t.Errorf("%q is decoded to %q, want %q", c.shown, got, c.want)
		}
		if got := SpellingOf([]string{"Blue", c.shown}); got != c.spelling {
			t.Errorf("the spelling of %q is %d, want %d", c.shown, got, c.spelling)
		}
	}
	if got := SpellingOf([]string{"a%2bb", "/"}); got != Literal {
		t.Errorf("the spelling is %d", got)
	}
}

// FuzzDecoded checks that each text shows what it is decoded to, and itself.
func FuzzDecoded(f *testing.F) {
	f.Add("new%5ftag 100% %c3%a4")
	f.Fuzz(func(t *testing.T, shown string) {
		if decoded := Decoded(shown); !shows(shown, decoded) || !shows(shown, shown) ||
			utf8.ValidString(shown) && !utf8.ValidString(decoded) {
			t.Errorf("%q is decoded to %q", shown, decoded)
		}
	})
}
