// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestServerWait checks that the server answers a refresh and an unchanged plan of a wait as the
// framework does, and leaves every plan that may change something to the framework.
func TestServerWait(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		action map[string]any // changes of the action that is waited for
		config map[string]any // more of the configuration
		change map[string]any // of the configuration, before the plan
		plans  int            // number of plans that are left to the framework
	}{
		"succeeded":      {},
		"another policy": {change: map[string]any{"max_failed": 1}, plans: 1},
		"other actions":  {change: map[string]any{"scheduled_action_ids": []any{"88001", "88002"}}, plans: 1},
		"failed": {action: map[string]any{"targets": failingTargets()},
			config: map[string]any{"on_failure": "warn"}, plans: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deployWithoutWait(t, simulator.Options{}, c.action)
			session := newSession(t, s, s).wait()
			config := map[string]any{"scheduled_action_ids": []any{"88001"}, "targeted_endpoint_count": 3}
			if c.action != nil {
				config["targeted_endpoint_count"] = 1
			}
			for key, value := range c.config {
				config[key] = value
			}
			state, said := session.apply(t.Context(), config, nil)
			if hasError(said) {
				t.Fatal(describe(said))
			}
			for key, value := range c.change {
				config[key] = value
			}
			served := session.served()
			counted := &countingServer{frameworkServer: served.frameworkServer}
			short := &server{frameworkServer: counted, configured: served.configured}
			plan := &tfprotov6.PlanResourceChangeRequest{
				TypeName: waitType, Config: session.dynamic(encode(session.kind(), config)), PriorState: state,
				ProposedNewState: session.proposed(config, state), PriorPrivate: session.private,
			}
			want, err := served.frameworkServer.PlanResourceChange(t.Context(), plan)
			if err != nil {
				t.Fatal(err)
			}
			got, err := short.PlanResourceChange(t.Context(), plan)
			if err != nil || counted.plans != c.plans || !reflect.DeepEqual(got, want) {
				t.Errorf("%d plans of the framework, %v: %+v, want %+v", counted.plans, err, got, want)
			}
			read := &tfprotov6.ReadResourceRequest{TypeName: waitType, CurrentState: state, Private: session.private}
			wantRead, err := served.frameworkServer.ReadResource(t.Context(), read)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := short.ReadResource(t.Context(), read); err != nil || !reflect.DeepEqual(got, wantRead) {
				t.Errorf("%v: read %+v, want %+v", err, got, wantRead)
			}
		})
	}
}

// TestServerUpgrade checks that the server returns a state of this version as it is, which is what
// the framework decodes, and leaves any other to the framework.
func TestServerUpgrade(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	for name, c := range map[string]struct {
		state   string
		version int64
	}{
		"of this version":      {state: string(firstState(t).RawState.JSON)},
		"of another version":   {state: string(firstState(t).RawState.JSON), version: 7},
		"attributes that lack": {state: `{"id": "88001"}`},
		"no state":             {},
	} {
		request := &tfprotov6.UpgradeResourceStateRequest{TypeName: actionType, Version: c.version,
			RawState: &tfprotov6.RawState{JSON: []byte(c.state)}}
		want, wantErr := session.served().frameworkServer.UpgradeResourceState(t.Context(), request)
		got, err := session.served().UpgradeResourceState(t.Context(), request)
		if (err != nil) != (wantErr != nil) || describe(got.Diagnostics) != describe(want.Diagnostics) ||
			(got.UpgradedState == nil) != (want.UpgradedState == nil) {
			t.Errorf("%s: %v, %s, want %v, %s", name, err, describe(got.Diagnostics), wantErr,
				describe(want.Diagnostics))
			continue
		}
		if got.UpgradedState == nil {
			continue
		}
		value, err := got.UpgradedState.Unmarshal(session.kind())
		if err != nil {
			t.Fatal(name, err)
		}
		wanted, err := want.UpgradedState.Unmarshal(session.kind())
		if err != nil || !value.Equal(wanted) {
			t.Errorf("%s: %v\nwant %v", name, value, wanted)
		}
	}
}
