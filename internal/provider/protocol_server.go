// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Types of which the server answers calls itself, in part or whole.
const (
	actionTypeName    = "tanium_action"
	waitTypeName      = "tanium_action_wait"
	endpointsTypeName = "tanium_endpoints"
	deployTypeName    = "tanium_action_deploy"
)

// frameworkServer is the framework's protocol server, with the services that plugin-go finds by
// type.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// server is the framework's server, except for calls that every plan makes: the upgrade of a state
// of this version, the validation of a configuration that is known to be valid, and, of an action
// or a wait, a refresh that finds no change and a plan that changes nothing. It answers these
// itself. The framework takes milliseconds of CPU for such a call, because it walks through every
// value of the configuration, the plan and the state several times; BenchmarkAction measures it.
// TestServer, TestServerWait, TestServerUpgrade and TestValidated compare the answers with the
// framework's. The server also completes the framework's answer about a list of endpoints, for the
// same reason, and holds an interrupt until the invocations of actions have ended.
type server struct {
	frameworkServer
	served *taniumProvider
	// configured is the provider's environment; nil before the provider is configured.
	configured func() *environment
	calls      calls
	validated  validated

	asked sync.Once
	// all is the framework's answer about all schemas, and failed its error.
	all    *tfprotov6.GetProviderSchemaResponse
	failed error

	once sync.Once
	// schemas are those of the resources, by type; nil if they cannot be read.
	schemas map[string]*tfprotov6.Schema
	// kind and identityKind are the types of an action's state and identity; nil if the schemas
	// cannot be read. types are those of its attributes and blocks.
	kind, identityKind tftypes.Type
	types              map[string]attr.Type
}

// NewServer serves a provider.
func NewServer(served provider.Provider) (tfprotov6.ProviderServer, error) {
	made, err := providerserver.NewProtocol6WithError(served)()
	if err != nil {
		return nil, err
	}
	framework, ok := made.(frameworkServer)
	if !ok {
		return nil, fmt.Errorf("the framework's server is a %T, which lacks a service", made)
	}
	tanium, ok := served.(*taniumProvider)
	if !ok {
		return nil, fmt.Errorf("the provider is a %T", served)
	}
	masked := maskedServer{frameworkServer: framework, configured: tanium.configured.Load}
	return &server{
		frameworkServer: masked, served: tanium, configured: tanium.configured.Load,
		validated: validated{version: tanium.version},
	}, nil
}

// PlanResourceChange answers a plan. For an action, it refuses to cancel what another object in the
// state still has.
func (s *server) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	same := sameBytes(req.PriorState, req.ProposedNewState)
	switch {
	case req.TypeName == waitTypeName && same && s.waited(ctx, req.PriorState):
		return &tfprotov6.PlanResourceChangeResponse{
			PlannedState: req.PriorState, PlannedPrivate: req.PriorPrivate,
		}, nil
	case req.TypeName != actionTypeName:
		return s.frameworkServer.PlanResourceChange(ctx, req)
	}
	prior, known := s.prior(ctx, req.PriorState)
	planned, ok := s.plan(req, prior, known)
	if !ok {
		left, err := s.frameworkServer.PlanResourceChange(ctx, req)
		if err != nil {
			return nil, err
		}
		planned = left
	}
	if known {
		planned.Diagnostics = append(planned.Diagnostics, s.checkObjects(req, prior, planned)...)
	}
	return planned, nil
}

// plan returns the prior state if nothing changes and the action is settled. ok is false for a plan
// that is left to the framework.
func (s *server) plan(
	req *tfprotov6.PlanResourceChangeRequest, prior actionModel, known bool,
) (planned *tfprotov6.PlanResourceChangeResponse, ok bool) {
	identity, identified := s.identity(req.PriorIdentity, types.StringNull())
	if !known || !identified || !prior.settled() || importedPrivate(req.PriorPrivate) ||
		!sameBytes(req.PriorState, req.ProposedNewState) {
		return nil, false
	}
	return &tfprotov6.PlanResourceChangeResponse{
		PlannedState:    req.PriorState,
		PlannedPrivate:  req.PriorPrivate,
		PlannedIdentity: identity,
	}, true
}

// ApplyResourceChange records that the run applies a change, and in the private state that the
// configuration is valid. An interrupt that came before it ends it, too.
func (s *server) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if env := s.configured(); env != nil {
		env.applying.Store(true)
	}
	ctx, end := s.calls.apply(ctx)
	defer end()
	resp, err := s.frameworkServer.ApplyResourceChange(ctx, req)
	if err == nil && !isNull(resp.NewState) {
		s.loadSchema(ctx)
		resp.Private = s.validated.inPrivate(resp.Private, req.TypeName, s.schemas[req.TypeName], req.Config)
	}
	return resp, err
}

// ReadDataSource returns the framework's answer, with the endpoints of a list.
func (s *server) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	if req.TypeName != endpointsTypeName {
		return s.frameworkServer.ReadDataSource(ctx, req)
	}
	ctx, list := withEndpointList(ctx)
	resp, err := s.frameworkServer.ReadDataSource(ctx, req)
	if err != nil || resp.Deferred != nil || hasError(resp.Diagnostics) {
		return resp, err
	}
	state, err := list.setIn(resp.State.MsgPack)
	if err != nil {
		return nil, fmt.Errorf("put the endpoints into the state: %w", err)
	}
	resp.State = &tfprotov6.DynamicValue{MsgPack: state}
	return resp, nil
}

// hasError reports an error among diagnostics.
func hasError(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError
	})
}

// identity returns the given identity. Terraform before 1.12 sends none. The identity then has the
// given ID, or is null if there is no ID, as in the framework's answer.
func (s *server) identity(
	given *tfprotov6.ResourceIdentityData, id types.String,
) (*tfprotov6.ResourceIdentityData, bool) {
	if given != nil {
		return given, true
	}
	if s.identityKind == nil {
		return nil, false
	}
	var fields any
	if !id.IsNull() {
		fields = map[string]tftypes.Value{"scheduled_action_id": tftypes.NewValue(tftypes.String, id.ValueString())}
	}
	encoded, err := tfprotov6.NewDynamicValue(s.identityKind, tftypes.NewValue(s.identityKind, fields))
	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}, err == nil
}

func sameBytes(a, b *tfprotov6.DynamicValue) bool {
	return a != nil && b != nil && len(a.MsgPack) > 0 && bytes.Equal(a.MsgPack, b.MsgPack)
}

// importedPrivate reports private state of an action that was imported, and that no apply has
// adopted.
func importedPrivate(private []byte) bool {
	var keys map[string]json.RawMessage
	if len(private) > 0 && json.Unmarshal(private, &keys) != nil {
		return true // the framework decides about what cannot be read
	}
	return len(keys[importedKey]) > 0
}
