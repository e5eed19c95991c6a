// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Path leads to the attribute at fault, from the root of what the user wrote. A step is a string
// (attribute), an int (list index) or a Key (map key).
type Path []any

// Key is the step into a map.
type Key string

// At is the path extended by steps.
func (p Path) At(steps ...any) Path {
	return append(slices.Clone(p), steps...)
}

// String is the path as a configuration spells it, such as targets.filter.filters[1].sensor.name.
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

// Problem is something the user wrote that cannot be deployed or asked as it stands.
type Problem struct {
	// Path is the attribute at fault.
	Path Path
	// Summary names what is wrong in a few words.
	Summary string
	// Detail says what to do about it.
	Detail string
}
