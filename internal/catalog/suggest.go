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

// maxSuggestions is how many names an error suggests.
const maxSuggestions = 3

// Suggest ends a message about a name that is not there: with the names nearest to it, or with how
// many there are when none is near. It begins with a space, or is empty where nothing is wanted by
// name or nothing is known.
func Suggest(wanted string, known []string) string {
	if wanted == "" {
		return ""
	}
	near := Nearest(wanted, known)
	switch {
	case len(near) > 0:
		quoted := make([]string, len(near))
		for i, name := range near {
			quoted[i] = fmt.Sprintf("%q", name)
		}
		return " Did you mean " + strings.Join(quoted, " or ") + "?"
	case len(known) > 0:
		return fmt.Sprintf(" None of the %d that this token can see has a name like it.", len(known))
	default:
		return ""
	}
}

// Nearest finds the names most like the one wanted: those that contain it or are contained in it,
// and those few edits away.
func Nearest(wanted string, known []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	wanted = strings.ToLower(wanted)
	var candidates []candidate
	for _, name := range known {
		lower := strings.ToLower(name)
		distance := levenshtein.ComputeDistance(wanted, lower)
		related := wanted != "" && (strings.Contains(lower, wanted) || strings.Contains(wanted, lower))
		if related || distance <= max(2, len(wanted)/4) {
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
