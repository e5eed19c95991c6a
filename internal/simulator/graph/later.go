// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"
	"fmt"
	"time"
)

// later says that the simulator has the signature of a root field, and not yet its behaviour.
func later(field string) error {
	return fmt.Errorf("the simulator does not answer %s yet", field)
}

type laterQueries struct{}

func (laterQueries) EndpointIDChanges(context.Context, time.Time, *string) (*EndpointIDChangesPayload, error) {
	return nil, later("endpointIdChanges")
}

func (laterQueries) MyAPITokens(context.Context) (*APITokenQueryPayload, error) {
	return nil, later("myAPITokens")
}

type laterMutations struct{}

func (laterMutations) ActionGroupCreate(context.Context, ActionGroupCreateInput) (*ActionGroupCreatePayload, error) {
	return nil, later("actionGroupCreate")
}

func (laterMutations) ActionGroupDelete(context.Context, NamedRefInput) (*ActionGroupDeletePayload, error) {
	return nil, later("actionGroupDelete")
}

func (laterMutations) ComputerGroupCreate(context.Context, ComputerGroupCreateInput) (*ComputerGroupCreatePayload, error) {
	return nil, later("computerGroupCreate")
}

func (laterMutations) ComputerGroupDelete(context.Context, NamedRefInput) (*ComputerGroupDeletePayload, error) {
	return nil, later("computerGroupDelete")
}

func (laterMutations) SensorHarvest(context.Context, SensorHarvestInput) (*SensorHarvestPayload, error) {
	return nil, later("sensorHarvest")
}

func (laterMutations) APITokenGrant(context.Context, APITokenGrantInput) (*APITokenGrantPayload, error) {
	return nil, later("apiTokenGrant")
}

func (laterMutations) APITokenRotate(context.Context, APITokenRotateInput) (*APITokenRotatePayload, error) {
	return nil, later("apiTokenRotate")
}

func (laterMutations) APITokenRevoke(context.Context, APITokenRevokeInput) (*APITokenRevokePayload, error) {
	return nil, later("apiTokenRevoke")
}
