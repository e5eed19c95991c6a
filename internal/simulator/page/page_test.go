// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package page

import (
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Contrasts of graphics with what is beside them (WCAG 2.2, 1.4.11), and of text (1.4.3).
const (
	minContrast     = 3
	minTextContrast = 4.5
)

// TestStateColours checks that the colour of each state stands out from the page, light or dark.
func TestStateColours(t *testing.T) {
	t.Parallel()
	states := regexp.MustCompile(`(?s)const STATES = \{(.*?)\};`).FindSubmatch(read(t, "draw.js"))
	if states == nil {
		t.Fatal("draw.js has no states")
	}
	names := regexp.MustCompile(`(\w+): "`).FindAllSubmatch(states[1], -1)
	if len(names) != 10 {
		t.Errorf("%d states", len(names))
	}
	for _, name := range names {
		checkContrast(t, minContrast, string(name[1]), "card", "page")
	}
}

// TestTextColours checks that text is legible on everything behind it, light or dark.
func TestTextColours(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"text", "muted"} {
		checkContrast(t, minTextContrast, name, "card", "page", "track")
	}
	for _, name := range []string{"accent", "alert", "notice"} {
		checkContrast(t, minTextContrast, name, "card", "page")
	}
	checkContrast(t, minTextContrast, "on-accent", "accent")
}

// TestTracks checks that the track of a bar, and the bar on it, stand out, light or dark.
func TestTracks(t *testing.T) {
	t.Parallel()
	checkContrast(t, minContrast, "edge", "card", "page")
	checkContrast(t, minContrast, "accent", "track")
}

// TestScripts checks that the page's own scripts insert text only, and that they are short.
func TestScripts(t *testing.T) {
	t.Parallel()
	scripts, err := fs.Glob(files, "*.js")
	if err != nil || len(scripts) < 2 {
		t.Fatal(scripts, err)
	}
	inserting := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write`)
	for _, name := range scripts {
		script := string(read(t, name))
		if found := inserting.FindString(script); found != "" {
			t.Errorf("%s has %s", name, found)
		}
		if lines := strings.Count(script, "\n"); lines > 250 {
			t.Errorf("%s has %d lines", name, lines)
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// checkContrast checks the contrast of a colour of the style sheet with others, light and dark.
func checkContrast(t *testing.T, least float64, name string, behind ...string) {
	t.Helper()
	front := colour(t, name)
	for _, other := range behind {
		back := colour(t, other)
		for scheme := range front {
			if found := contrast(t, front[scheme], back[scheme]); found < least {
				t.Errorf("%s on %s has a contrast of %.2f: #%s on #%s", name, other, found, front[scheme], back[scheme])
			}
		}
	}
}

// colour returns the light and the dark form of a colour of the style sheet.
func colour(t *testing.T, name string) [2]string {
	t.Helper()
	form := regexp.MustCompile(fmt.Sprintf(`--%s: light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)`, name))
	found := form.FindSubmatch(read(t, "page.css"))
	if found == nil {
		t.Fatalf("%s has no colour", name)
	}
	return [2]string{string(found[1]), string(found[2])}
}

// contrast returns the contrast ratio of two colours.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light, dark := luminance(t, a), luminance(t, b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

// luminance returns the relative luminance of a colour.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	total := 0.0
	for i, share := range []float64{0.2126, 0.7152, 0.0722} {
		part, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		value := float64(part) / 255
		if value <= 0.04045 {
			value /= 12.92
		} else {
			value = math.Pow((value+0.055)/1.055, 2.4)
		}
		total += share * value
	}
	return total
}
