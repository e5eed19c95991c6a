// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import "io"

// LoadWithin is Load with another limit of the size of a file: to fill the real one takes seconds
// with the race detector.
func LoadWithin(limit int, name string, from io.Reader) (*Fleet, error) {
	return loadWithin(limit, name, from)
}

// MaxFileBytes is the limit of Load.
const MaxFileBytes = maxFileBytes
