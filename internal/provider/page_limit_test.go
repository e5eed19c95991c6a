// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// TestPageLimit checks that a list is complete where pages of more than 500 endpoints are too large
// for the server, whichever way it says so.
func TestPageLimit(t *testing.T) {
	t.Parallel()
	small, err := builtinFleet()
	if err != nil {
		t.Fatal(err)
	}
	const total = 1200
	machines, err := small.Grow(total, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, fault := range map[string]simulator.Fault{
		"errors": {Kind: simulator.GraphQLError, Message: "response data limit exceeded"},
		"400":    {Kind: simulator.Status, Code: http.StatusBadRequest},
		"413":    {Kind: simulator.Status, Code: http.StatusRequestEntityTooLarge},
		"500":    {Kind: simulator.Status, Code: http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{Fleet: machines})
			fault.Field, fault.Times, fault.FirstAbove = "endpoints", -1, 500
			if err := s.Fail(fault); err != nil {
				t.Fatal(err)
			}
			found, err := targeting.Collect(t.Context(), s.client(t, simulator.DefaultToken), targeting.Query{
				MaxResults: total,
			})
			if err != nil || len(found.Endpoints) != total || found.Truncated() {
				t.Errorf("%d of %d endpoints, %v", len(found.Endpoints), found.Total, err)
			}
			if requests := s.Stats().Requests; requests > 16 {
				t.Errorf("%d requests", requests)
			}
		})
	}
}
