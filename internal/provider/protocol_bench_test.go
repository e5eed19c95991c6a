// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// BenchmarkAction makes each call that Terraform makes about an action that is over: in a plan that
// changes nothing, in that of a destroy, and in the destroy.
func BenchmarkAction(b *testing.B) {
	s := newTenant(b, simulator.Options{})
	session := newSession(b, s, s)
	written := firstState(b)
	upgraded, err := session.server.UpgradeResourceState(b.Context(), written)
	if err != nil || hasError(upgraded.Diagnostics) {
		b.Fatal(err, describe(upgraded.Diagnostics))
	}
	state := session.refresh(upgraded.UpgradedState)
	identity := session.identity("88001")
	wanted := session.dynamic(encode(session.kind(), firstConfig()))
	nothing := session.dynamic(tftypes.NewValue(session.kind(), nil))
	for _, call := range []struct {
		name string
		make func() ([]*tfprotov6.Diagnostic, error)
	}{
		{"validate", func() ([]*tfprotov6.Diagnostic, error) {
			resp, err := session.server.ValidateResourceConfig(b.Context(),
				&tfprotov6.ValidateResourceConfigRequest{TypeName: actionType, Config: wanted})
			return resp.Diagnostics, err
		}},
		{"upgrade", func() ([]*tfprotov6.Diagnostic, error) {
			resp, err := session.server.UpgradeResourceState(b.Context(), written)
			return resp.Diagnostics, err
		}},
		{"read", func() ([]*tfprotov6.Diagnostic, error) {
			resp, err := session.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{
				TypeName: actionType, CurrentState: state, CurrentIdentity: identity,
			})
			return resp.Diagnostics, err
		}},
		{"plan", func() ([]*tfprotov6.Diagnostic, error) {
			resp, err := session.server.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
				TypeName: actionType, Config: wanted, PriorState: state, ProposedNewState: state,
				PriorIdentity: identity,
			})
			return resp.Diagnostics, err
		}},
		{"plan a destroy", func() ([]*tfprotov6.Diagnostic, error) {
			resp, err := session.server.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
				TypeName: actionType, Config: nothing, PriorState: state, ProposedNewState: nothing,
				PriorIdentity: identity,
			})
			return resp.Diagnostics, err
		}},
		{"destroy", func() ([]*tfprotov6.Diagnostic, error) {
			resp, err := session.server.ApplyResourceChange(b.Context(), &tfprotov6.ApplyResourceChangeRequest{
				TypeName: actionType, Config: nothing, PriorState: state, PlannedState: nothing,
				PlannedIdentity: identity,
			})
			return resp.Diagnostics, err
		}},
	} {
		b.Run(call.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if diagnostics, err := call.make(); err != nil || hasError(diagnostics) {
					b.Fatal(err, describe(diagnostics))
				}
			}
		})
	}
}
