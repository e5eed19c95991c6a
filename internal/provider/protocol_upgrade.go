// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// UpgradeResourceState records the deployment of an action in the state, and returns a state of the
// current version as it is. Terraform has left out the attributes that the schema lacks, and it
// decodes the rest as it decodes any answer. The framework decodes and encodes the state as well,
// which takes two milliseconds of CPU for each object of each plan.
func (s *server) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	s.hold(req)
	s.loadSchema(ctx)
	schema := s.schemas[req.TypeName]
	if schema == nil || req.RawState == nil || len(req.RawState.JSON) == 0 || req.Version != schema.Version {
		return s.frameworkServer.UpgradeResourceState(ctx, req)
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{JSON: req.RawState.JSON}}, nil
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
