// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	ctyjson "github.com/zclconf/go-cty/cty/json"

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

// TestServerUpgrade compares the upgraded states of the server with those of the framework, and
// checks which it leaves to the framework.
func TestServerUpgrade(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	served := session.served()
	// Terraform's own decoder is stricter than that of plugin-go.
	encoded, err := session.kind().MarshalJSON() //nolint:staticcheck // the only encoder of types
	if err != nil {
		t.Fatal(err)
	}
	core, err := ctyjson.UnmarshalType(encoded)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(change func(attributes map[string]any)) []byte {
		var attributes map[string]any
		if err := json.Unmarshal(firstState(t).RawState.JSON, &attributes); err != nil {
			t.Fatal(err)
		}
		change(attributes)
		edited, err := json.Marshal(attributes)
		if err != nil {
			t.Fatal(err)
		}
		return edited
	}
	within := func(block, name string, to any) []byte {
		return edit(func(attributes map[string]any) {
			object, ok := attributes[block].(map[string]any)
			if !ok {
				t.Fatalf("%s is a %T", block, attributes[block])
			}
			object[name] = to
		})
	}
	dynamic := func(kind, value any) map[string]any { return map[string]any{"type": kind, "value": value} }
	for name, c := range map[string]struct {
		version int64
		state   []byte
		// asIs is whether the server returns the state as it is.
		asIs bool
	}{
		"unchanged":                    {0, firstState(t).RawState.JSON, true},
		"missing attribute":            {0, edit(func(a map[string]any) { delete(a, "comment") }), true},
		"missing block":                {0, edit(func(a map[string]any) { delete(a, "guard") }), true},
		"null block":                   {0, edit(func(a map[string]any) { a["guard"] = nil }), true},
		"attribute of a later version": {0, edit(func(a map[string]any) { a["later"] = 1 }), false},
		"null of a later version":      {0, edit(func(a map[string]any) { a["later"] = nil }), false},
		"nested, of a later version":   {0, within("guard", "later", true), false},
		"text for a number":            {0, within("guard", "max_endpoints", "10"), false},
		"number for a text":            {0, edit(func(a map[string]any) { a["comment"] = 7 }), false},
		"list for a text":              {0, edit(func(a map[string]any) { a["comment"] = []any{"a"} }), false},
		"text for a list":              {0, within("package", "parameters", "Blue"), false},
		"text for a block":             {0, edit(func(a map[string]any) { a["guard"] = "a" }), false},
		"text for a map":               {0, edit(func(a map[string]any) { a["triggers"] = "a" }), false},
		"number in a map":              {0, within("triggers", "run", 1), false},
		"number in a list":             {0, within("package", "parameters", []any{1}), false},
		"dynamic value without a type": {0, within("targets", "filter", map[string]any{"value": "a"}), false},
		"dynamic list": {0, within("targets", "filter", dynamic([]any{"tuple", []any{"string", "number"}},
			[]any{"a", 1})), true},
		"dynamic list that is longer than its type": {0, within("targets", "filter",
			dynamic([]any{"tuple", []any{"string"}}, []any{"a", 1})), false},
		"dynamic object with more than its type": {0, within("targets", "filter",
			dynamic([]any{"object", map[string]any{"a": "string"}}, map[string]any{"a": "x", "b": 1})), false},
		"dynamic number for a boolean":   {0, within("targets", "filter", dynamic("bool", 1)), false},
		"dynamic value of any type":      {0, within("targets", "filter", dynamic("dynamic", "a")), false},
		"dynamic value of no known type": {0, within("targets", "filter", dynamic("any", "a")), false},
		"dynamic value of a broken type": {0, within("targets", "filter", dynamic(map[string]any{"a": 1}, "a")), false},
		"dynamic list of dynamic values": {0, within("targets", "filter", dynamic([]any{"list", "dynamic"},
			[]any{dynamic("string", "a"), dynamic("number", 1)})), false},
		"dynamic object with a null": {0, within("targets", "filter",
			dynamic([]any{"object", map[string]any{"a": "dynamic"}}, map[string]any{"a": nil})), false},
		"text for a dynamic value": {0, within("targets", "filter", "a"), false},
		"another version":          {1, firstState(t).RawState.JSON, false},
		"null":                     {0, []byte("null"), false},
		"nothing":                  {0, nil, false},
		"not JSON":                 {0, []byte("{"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := firstState(t)
			request.Version, request.RawState.JSON = c.version, c.state
			want, wantErr := served.frameworkServer.UpgradeResourceState(t.Context(), request)
			got, err := served.UpgradeResourceState(t.Context(), request)
			if (err != nil) != (wantErr != nil) || describe(got.Diagnostics) != describe(want.Diagnostics) {
				t.Fatalf("%v, %s\nwant %v, %s", err, describe(got.Diagnostics), wantErr, describe(want.Diagnostics))
			}
			if asIs := got.UpgradedState != nil && len(got.UpgradedState.JSON) > 0; asIs != c.asIs {
				t.Errorf("the state is returned as it is: %t", asIs)
			} else if asIs {
				if _, err := ctyjson.Unmarshal(got.UpgradedState.JSON, core); err != nil {
					t.Errorf("Terraform cannot decode it: %s", err)
				}
			}
			if got.UpgradedState == nil || want.UpgradedState == nil {
				if got.UpgradedState != want.UpgradedState {
					t.Errorf("%+v\nwant %+v", got.UpgradedState, want.UpgradedState)
				}
				return
			}
			decoded, err := got.UpgradedState.Unmarshal(session.kind())
			if err != nil {
				t.Fatal(err)
			}
			expected, err := want.UpgradedState.Unmarshal(session.kind())
			if err != nil || !decoded.Equal(expected) {
				t.Errorf("%s\nwant %s, %v", decoded, expected, err)
			}
		})
	}
}
