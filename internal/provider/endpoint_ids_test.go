// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestEndpointIDsAreValidated checks that each set of endpoint IDs is validated, also in an
// invocation, whose values are known after the plan only.
func TestEndpointIDsAreValidated(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]map[string]any{
		"endpoint_ids": {"targets": map[string]any{
			"action_group": map[string]any{"name": "All Computers"}, "endpoint_ids": []any{"310011.0"},
		}},
		"allowed_endpoint_ids": {"guard": map[string]any{"allowed_endpoint_ids": []any{"310011.0"}}},
	} {
		s := newTenant(t, simulator.Options{})
		_, ended := newActionSession(t, s, s, simulator.DefaultToken).invoke(t.Context(), deployType, merged(config))
		if said := describe(ended); !strings.Contains(said, `Use "310011".`) || len(ended) != 1 ||
			!strings.Contains(ended[0].Attribute.String(), name+`").ElementKeyValue(`) || s.Stats().Deployments != 0 {
			t.Errorf("%s: %d deployments: %s %s", name, s.Stats().Deployments, said, ended[0].Attribute)
		}
	}
}
