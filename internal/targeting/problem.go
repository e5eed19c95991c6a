// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import "slices"

// Path leads to the attribute at fault, from the root of what the user wrote. A step is a string (attribute), an int (list index) or a
// Key (map key).
type Path []any

// Key is the step into a map.
type Key string

// At is the path extended by steps.
func (p Path) At(steps ...any) Path {
	return append(slices.Clone(p), steps...)
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
