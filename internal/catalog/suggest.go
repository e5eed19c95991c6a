// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// maxSuggestions is the maximum number of names in a suggestion.
const maxSuggestions = 3

// Suggest returns the end of a message about an unknown name: the nearest known names, or the
// number of known names if none is similar. It starts with a space. It is empty if the unknown name
// is empty or no name is known.
func Suggest(unknown string, known []string) string {
	if unknown == "" {
		return ""
	}
	near := Nearest(unknown, known)
	switch {
	case len(near) > 0:
		return " Did you mean " + quotedList(near, " or ") + "?"
	case len(known) > 0:
		return fmt.Sprintf(" None of the %d names that this token can see is similar.", len(known))
	default:
		return ""
	}
}

// Nearest returns the known names that are most similar to a name: names that contain it or are
// contained in it, and names at a small edit distance. It returns at most maxSuggestions names, and
// ignores case.
func Nearest(unknown string, known []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	unknown = strings.ToLower(unknown)
	var candidates []candidate
	for _, name := range known {
		lower := strings.ToLower(name)
		distance := levenshtein.ComputeDistance(unknown, lower)
		related := unknown != "" && (strings.Contains(lower, unknown) || strings.Contains(unknown, lower))
		if related || distance <= max(2, len(unknown)/4) {
			candidates = append(candidates, candidate{name, distance})
		}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	names := make([]string, 0, maxSuggestions)
	for _, candidate := range candidates[:min(len(candidates), maxSuggestions)] {
		names = append(names, candidate.name)
	}
	return names
}
