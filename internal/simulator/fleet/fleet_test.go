// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"testing"
)

func TestBuiltin(t *testing.T) {
	t.Parallel()
	f, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d endpoints, %d sensors, %d packages", len(f.Endpoints), len(f.Sensors), len(f.Packages))
}
