// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestImportedFailure checks that an imported action which has failed is not deployed again, unless
// the configuration asks for it: somebody else ran it. The apply that adopts it does not fail.
func TestImportedFailure(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   map[string]any // of the configuration
		says     string         // by the apply that adopts it; empty for nothing
		replaces bool           // in the next plan
	}{
		"by default":     {says: "WARNING Action failed: 1 of 1"},
		"without a wait": {change: map[string]any{"wait": unwaited()}},
		"a warning":      {change: map[string]any{"on_failure": "warn"}, says: "WARNING Action failed: 1 of 1"},
		"an error asked for": {change: map[string]any{"on_failure": "error"}, says: "ERROR Action failed",
			replaces: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deployWithoutWait(t, simulator.Options{}, map[string]any{"targets": failingTargets()})
			s.Advance(time.Hour)
			session, found := importFirst(t, s)
			config := merged(map[string]any{"targets": failingTargets()})
			for name, value := range c.change {
				config[name] = value
			}
			state, said := session.apply(t.Context(), config, found)
			text := describe(said)
			if c.says == "" && text != "" || !strings.Contains(text, c.says) ||
				strings.Contains(text, "The action was imported") != (name == "by default") {
				t.Errorf("the apply says %q, want %q", text, c.says)
			}
			session.configure()
			state = session.refresh(state)
			planned := session.plannedWith(config, state)
			if hasError(planned.Diagnostics) || len(planned.RequiresReplace) > 0 != c.replaces {
				t.Errorf("replaces %v: %s", planned.RequiresReplace, describe(planned.Diagnostics))
			}
			if !c.replaces {
				session.unchanged(config, state)
			}
			config["on_failure"] = tftypes.UnknownValue // it decides once it is known
			if planned := session.plannedWith(config, state); len(planned.RequiresReplace) > 0 {
				t.Errorf("with an unknown on_failure, it replaces %v", planned.RequiresReplace)
			}
			if sent := s.Stats().Deployments; sent != 1 {
				t.Errorf("%d deployments", sent)
			}
		})
	}
}
