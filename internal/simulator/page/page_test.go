// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package page

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"testing"
)

// minContrast is the contrast of graphics with what is beside them (WCAG 2.2, 1.4.11).
const minContrast = 3

// TestStateColours checks that the colour of each state stands out from the page, light or dark.
func TestStateColours(t *testing.T) {
	t.Parallel()
	style, err := files.ReadFile("page.css")
	if err != nil {
		t.Fatal(err)
	}
	script, err := files.ReadFile("draw.js")
	if err != nil {
		t.Fatal(err)
	}
	states := regexp.MustCompile(`(?s)const STATES = \{(.*?)\};`).FindSubmatch(script)
	if states == nil {
		t.Fatal("draw.js has no states")
	}
	names := regexp.MustCompile(`(\w+): "`).FindAllSubmatch(states[1], -1)
	if len(names) != 10 {
		t.Errorf("%d states", len(names))
	}
	for _, name := range names {
		colour := regexp.MustCompile(fmt.Sprintf(`--%s: #([0-9a-f]{6})`, name[1])).FindSubmatch(style)
		if colour == nil {
			t.Errorf("%s has no colour", name[1])
			continue
		}
		for _, canvas := range []string{"ffffff", "121212"} {
			if found := contrast(t, string(colour[1]), canvas); found < minContrast {
				t.Errorf("%s on #%s has a contrast of %.2f", name[1], canvas, found)
			}
		}
	}
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
