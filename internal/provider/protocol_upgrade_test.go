// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// firstState is a request to upgrade a state of the first version. The file is never changed; a
// later version that adds attributes adds another file.
func firstState(t testing.TB) *tfprotov6.UpgradeResourceStateRequest {
	t.Helper()
	raw, err := os.ReadFile("testdata/action_state.json")
	if err != nil {
		t.Fatal(err)
	}
	var written struct {
		SchemaVersion int64           `json:"schema_version"`
		Attributes    json.RawMessage `json:"attributes"`
	}
	if err := json.Unmarshal(raw, &written); err != nil {
		t.Fatal(err)
	}
	return &tfprotov6.UpgradeResourceStateRequest{
		TypeName: actionType,
		Version:  written.SchemaVersion,
		RawState: &tfprotov6.RawState{JSON: written.Attributes},
	}
}

// firstConfig is the configuration of firstState.
func firstConfig() map[string]any {
	return map[string]any{
		"name": "Tag", "comment": "INC-4711",
		"package": map[string]any{"name": "Custom Tagging - Add Tags", "parameters": []any{"Blue"}},
		"targets": map[string]any{"action_group": map[string]any{"name": "All Computers"},
			"platforms": []any{"Windows"}, "filter": map[string]any{"filters": []any{
				map[string]any{
					"sensor": map[string]any{"name": "Computer Name"},
					"op":     "STARTS_WITH",
					"value":  "wks-00",
				},
				map[string]any{"member_of": map[string]any{"name": "All Windows"}},
			}}},
		"schedule": map[string]any{"distribute_seconds": 60, "expire_seconds": 900},
		"guard":    map[string]any{"max_endpoints": 10},
		"wait":     map[string]any{"max_failed_percent": 10, "poll_interval": "1s"},
		"triggers": map[string]any{"run": "1"}, "timeouts": map[string]any{"create": "1h"},
	}
}

// TestUpgrade checks that a state of the first version plans no change.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	upgraded, err := session.server.UpgradeResourceState(t.Context(), firstState(t))
	if err != nil || hasError(upgraded.Diagnostics) {
		t.Fatal(err, describe(upgraded.Diagnostics))
	}
	state := session.refresh(upgraded.UpgradedState) // compares the server, because the address has changed
	before := s.Stats().Requests
	session.unchanged(firstConfig(), session.refresh(state))
	if sent := s.Stats().Requests - before; sent != 0 {
		t.Errorf("an action that is over cost %d requests", sent)
	}
}
