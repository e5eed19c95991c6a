// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAcceptedFailure checks that an apply says how many failures it accepts.
func TestAcceptedFailure(t *testing.T) {
	t.Parallel()
	config := map[string]any{"targets": failingTargets(), "wait": map[string]any{"max_failed": 1}}
	const says = `WARNING Failures of the action "Tag" were accepted: 1 of 1: wait accepts them`
	s := newTenant(t, simulator.Options{})
	if _, said := newSession(t, s, s).apply(t.Context(), merged(config), nil); !strings.Contains(describe(said), says) {
		t.Errorf("the apply says %s", describe(said))
	}
	s = newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	_, said := session.invoke(t.Context(), deployType, merged(config))
	if !strings.Contains(describe(said), says) {
		t.Errorf("the invocation says %s", describe(said))
	}
}
