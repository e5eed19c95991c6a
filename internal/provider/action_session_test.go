// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

const (
	deployType  = "tanium_action_deploy"
	cancelType  = "tanium_action_cancel"
	approveType = "tanium_action_approve"
)

// actionSession calls the actions of a provider as Terraform's core does.
type actionSession struct {
	*session

	server *server
}

// newActionSession starts and configures a provider, for a token.
func newActionSession(t *testing.T, s *tenant, clock deployment.Clock, token string) *actionSession {
	t.Helper()
	session := newSession(t, s, clock)
	schemas, err := session.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	configured, err := session.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: object(t, schemas.Provider, map[string]tftypes.Value{"url": str(s.url), "api_token": str(token)}),
	})
	if err != nil || hasError(configured.Diagnostics) {
		t.Fatal(err, describe(configured.Diagnostics))
	}
	served := session.served()
	return &actionSession{session: session, server: served}
}

// config encodes the configuration of an action.
func (s *actionSession) config(name string, config map[string]any) *tfprotov6.DynamicValue {
	s.t.Helper()
	schemas, err := s.server.GetProviderSchema(s.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		s.t.Fatal(err)
	}
	kind := schemas.ActionSchemas[name].Schema.ValueType()
	encoded, err := tfprotov6.NewDynamicValue(kind, encode(kind, config))
	if err != nil {
		s.t.Fatal(err)
	}
	return &encoded
}

// plan validates and plans an action, and returns the diagnostics.
func (s *actionSession) plan(name string, config map[string]any) []*tfprotov6.Diagnostic {
	s.t.Helper()
	encoded := s.config(name, config)
	validated, err := s.server.ValidateActionConfig(s.t.Context(),
		&tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: encoded})
	if err != nil {
		s.t.Fatal(err)
	}
	if hasError(validated.Diagnostics) {
		return validated.Diagnostics
	}
	planned, err := s.server.PlanAction(s.t.Context(), &tfprotov6.PlanActionRequest{ActionType: name, Config: encoded})
	if err != nil {
		s.t.Fatal(err)
	}
	return planned.Diagnostics
}

// invoke invokes an action and returns the lines of its progress and the diagnostics of its end.
func (s *actionSession) invoke(
	ctx context.Context, name string, config map[string]any,
) (lines []string, ended []*tfprotov6.Diagnostic) {
	s.t.Helper()
	stream, err := s.server.InvokeAction(ctx,
		&tfprotov6.InvokeActionRequest{ActionType: name, Config: s.config(name, config)})
	if err != nil {
		s.t.Fatal(err)
	}
	completed := 0
	stream.Events(func(event tfprotov6.InvokeActionEvent) bool {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			lines = append(lines, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			completed++
			ended = event.Diagnostics
		}
		return true
	})
	if completed != 1 {
		s.t.Errorf("completed %d times", completed)
	}
	return lines, ended
}

// interrupt sends the interrupt of Terraform.
func (s *actionSession) interrupt() {
	s.t.Helper()
	if _, err := s.server.StopProvider(s.t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		s.t.Error(err)
	}
}

// queried is one result of a query.
type queried struct {
	name, id string
	resource map[string]tftypes.Value
}

// query lists actions as Terraform does.
func (s *actionSession) query(config map[string]any, include bool, limit int64) ([]queried, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	schemas, err := s.server.GetProviderSchema(s.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		s.t.Fatal(err)
	}
	kind := schemas.ListResourceSchemas[actionType].ValueType()
	encoded, err := tfprotov6.NewDynamicValue(kind, encode(kind, config))
	if err != nil {
		s.t.Fatal(err)
	}
	stream, err := s.server.ListResource(s.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: actionType, Config: &encoded, IncludeResource: include, Limit: limit,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	var all []queried
	var diagnostics []*tfprotov6.Diagnostic
	for result := range stream.Results {
		diagnostics = append(diagnostics, result.Diagnostics...)
		if hasError(result.Diagnostics) {
			continue
		}
		kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"scheduled_action_id": tftypes.String}}
		identity, err := result.Identity.IdentityData.Unmarshal(kind)
		fields := map[string]tftypes.Value{}
		if err != nil || identity.As(&fields) != nil {
			s.t.Fatal(err)
		}
		one := queried{name: result.DisplayName, id: textIn(fields["scheduled_action_id"])}
		if result.Resource != nil {
			value, err := result.Resource.Unmarshal(schemas.ResourceSchemas[actionType].ValueType())
			if err != nil || value.As(&one.resource) != nil {
				s.t.Fatal(err)
			}
		}
		all = append(all, one)
	}
	return all, diagnostics
}
