// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Path is the path to an attribute, from the root of the configuration. A step is a string
// (attribute), an int (list index) or a Key (map key).
type Path []any

// Key is a key of a map in a Path.
type Key string

// At returns the path extended by steps. It does not change the original.
func (p Path) At(steps ...any) Path {
	return append(slices.Clone(p), steps...)
}

// String returns the path as a configuration spells it, such as
// targets.filter.filters[1].sensor.name.
func (p Path) String() string {
	var text strings.Builder
	for i, step := range p {
		switch step := step.(type) {
		case int:
			fmt.Fprintf(&text, "[%d]", step)
		case Key:
			fmt.Fprintf(&text, "[%q]", string(step))
		default:
			if i > 0 {
				text.WriteByte('.')
			}
			fmt.Fprint(&text, step)
		}
	}
	return text.String()
}

// Problem is a mistake in the configuration.
type Problem struct {
	Path Path
	// Summary describes the mistake in a few words.
	Summary string
	// Detail explains the mistake and how to correct it.
	Detail string
}
