// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestPreviewSource checks that the source of a preview has nothing that narrows the count alone:
// options that exclude endpoints from an answer, and a criterion that ends it early.
func TestPreviewSource(t *testing.T) {
	t.Parallel()
	block := previewSourceBlock()
	attributes := map[string][]string{}
	for name := range block.Blocks {
		attributes[name] = slices.Sorted(maps.Keys(block.Blocks[name].GetNestedObject().GetAttributes()))
	}
	live := []string{"max_refreshes", "max_wait_time", "min_percentage", "stable_wait_time"}
	if len(attributes) != 2 || !slices.Equal(attributes["live"], live) || len(attributes["cached"]) > 0 {
		t.Errorf("%q", attributes)
	}
}

// TestPreviewShare checks that an upper limit does not go with a count that may end before most
// endpoints have answered.
func TestPreviewShare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		share   float64
		guard   map[string]any
		refused bool
	}{
		"enough":  {share: 0.99, guard: map[string]any{"max_endpoints": 9}},
		"too few": {share: 0.98, guard: map[string]any{"max_endpoints": 9}, refused: true},
		"too few, IDs": {share: 0.5, guard: map[string]any{"allowed_endpoint_ids": []any{"1", "2", "3"}},
			refused: true},
		"a lower limit": {share: 0.5, guard: map[string]any{"min_endpoints": 1}},
		"no limit":      {share: 0.5},
	} {
		s := newTenant(t, simulator.Options{})
		config := merged(map[string]any{"guard": c.guard, "preview": map[string]any{
			"source": map[string]any{"live": map[string]any{"min_percentage": c.share}, "cached": nil},
		}})
		said := describe(newSession(t, s, s).planned(config, nil).Diagnostics)
		if strings.Contains(said, "ERROR Count would not suffice for the guard") != c.refused {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// TestRecurringNotice checks what a plan says of a deployment that recurs.
func TestRecurringNotice(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	for end, says := range map[any]string{
		nil: "The action is issued again every 2h0m0s, without end, to the endpoints that match " +
			"then.",
		"2030-01-01T00:00:00Z": "The action is issued again every 2h0m0s, until 2030-01-01 00:00:00 UTC, to the " +
			"endpoints",
	} {
		config := merged(map[string]any{"schedule": map[string]any{"reissue_seconds": 7200, "end_time": end}})
		said := describe(newSession(t, s, s).planned(config, nil).Diagnostics)
		for _, part := range []string{`WARNING Recurring deployment of the action "Tag" reaches 3 endpoints`, says,
			"The guard holds for the deployment alone, and not for later issues."} {
			if !strings.Contains(said, part) {
				t.Errorf("it does not say %q: %s", part, said)
			}
		}
	}
}
