// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestImportedAfterStop checks that an imported action which somebody stopped before any endpoint
// reported has failed, as a wait for it does: how many endpoints were targeted is not known.
func TestImportedAfterStop(t *testing.T) {
	t.Parallel()
	targets := map[string]any{
		"action_group": map[string]any{"name": "All Computers"},
		"filter":       map[string]any{"member_of": map[string]any{"name": "All Windows Servers"}},
	}
	s := deployWithoutWait(t, simulator.Options{}, map[string]any{"targets": targets})
	if err := s.client(t, simulator.DefaultToken).StopAction(t.Context(), "6112010"); err != nil {
		t.Fatal(err)
	}
	session, imported := importFirst(t, s)
	config := merged(map[string]any{"targets": targets})
	state, said := session.apply(t.Context(), config, imported)
	const verdict = "No endpoint has reported. The action was stopped in Tanium before it finished."
	if text := describe(said); !strings.Contains(text, verdict) || s.Stats().Deployments != 1 {
		t.Errorf("the resource says %s", text)
	}
	if got := session.attribute(state, "succeeded"); got != `tftypes.Bool<"false">` {
		t.Errorf("succeeded is %s", got)
	}
	wait := newSession(t, s, s).wait()
	_, said = wait.apply(t.Context(), map[string]any{"scheduled_action_ids": []any{"88001"}}, nil)
	if text := describe(said); !strings.Contains(text, verdict) {
		t.Errorf("the wait says %s", text)
	}
}
