// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"slices"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestUnreached checks which endpoint IDs a preview names as not reached.
func TestUnreached(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ids, sample []string
		count       int
		want        []string
	}{
		"none given":           {nil, []string{"1"}, 1, nil},
		"all":                  {[]string{"1", "2"}, []string{"2", "1"}, 2, nil},
		"some":                 {[]string{"3", "1", "2"}, []string{"1"}, 1, []string{"3", "2"}},
		"nothing":              {[]string{"1", "2"}, nil, 0, []string{"1", "2"}},
		"not all are named":    {[]string{"1", "2", "3"}, []string{"1"}, 2, nil},
		"counted without name": {[]string{"1"}, nil, 1, nil},
	} {
		reach := Reach{Count: c.count}
		for _, id := range c.sample {
			reach.Sample = append(reach.Sample, gateway.Endpoint{Id: id})
		}
		if got := reach.Unreached(c.ids); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
