// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestPositional checks the order of the values for keys of any form, and which keys Tanium does
// not document.
func TestPositional(t *testing.T) {
	t.Parallel()
	for keys, c := range map[string]struct {
		order    string
		numbered bool
	}{
		"":                               {"", true},
		"$1 $2":                          {"$1 $2", true},
		"$2 $1":                          {"$1 $2", true},
		"$10 $9 $8 $7 $6 $5 $4 $3 $2 $1": {"$1 $2 $3 $4 $5 $6 $7 $8 $9 $10", true},
		"$1 $0":                          {"$0 $1", false},
		"$3 $1":                          {"$1 $3", false},
		"$1 $1":                          {"$1 $1", false},
		"$1 name":                        {"name $1", false},
		"$2":                             {"$2", false},
		"$01":                            {"$01", false},
	} {
		var spec gateway.PackageSpec
		for _, key := range strings.Fields(keys) {
			spec.Params = append(spec.Params, gateway.PackageSpecParam{Key: key})
		}
		var order []string
		parameters := Positional(&spec)
		for _, parameter := range parameters {
			order = append(order, parameter.Key)
		}
		if got := strings.Join(order, " "); got != c.order || Numbered(parameters) != c.numbered {
			t.Errorf("%q: %q, numbered %t", keys, got, Numbered(parameters))
		}
	}
}
