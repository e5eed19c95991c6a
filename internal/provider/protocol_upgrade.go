// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// UpgradeResourceState records the deployment of an action in the state, and decodes a state of the
// current version, as the framework does. The framework then looks for empty lists of blocks at
// each path of the state, which no type of this provider has. That takes a millisecond of CPU for
// each object of each plan.
func (s *server) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	s.hold(req)
	s.loadSchema(ctx)
	schema := s.schemas[req.TypeName]
	if schema == nil || req.RawState == nil || req.Version != schema.Version {
		return s.frameworkServer.UpgradeResourceState(ctx, req)
	}
	value, err := req.RawState.Unmarshal(schema.ValueType())
	if err != nil { // the framework reports it, or leaves out an attribute that this version does not have
		return s.frameworkServer.UpgradeResourceState(ctx, req)
	}
	state, err := tfprotov6.NewDynamicValue(schema.ValueType(), value)
	if err != nil {
		return s.frameworkServer.UpgradeResourceState(ctx, req)
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &state}, nil
}

// hold records the deployment of an action in the state, which Terraform upgrades before it plans.
func (s *server) hold(req *tfprotov6.UpgradeResourceStateRequest) {
	var state struct {
		Marker string `json:"marker"`
	}
	env := s.configured()
	if req.TypeName != actionTypeName || req.RawState == nil || env == nil ||
		json.Unmarshal(req.RawState.JSON, &state) != nil {
		return
	}
	if marker, ok := deployment.MarkerOf(state.Marker); ok {
		env.dispatcher.Hold(marker)
	}
}
