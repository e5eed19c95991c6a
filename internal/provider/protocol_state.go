// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// GetProviderSchema returns the framework's answer, which takes it milliseconds of CPU. The
// server needs it, too.
func (s *server) GetProviderSchema(
	ctx context.Context, req *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	s.asked.Do(func() { s.all, s.failed = s.frameworkServer.GetProviderSchema(ctx, req) })
	return s.all, s.failed
}

// loadSchema reads the schemas of the resources once.
func (s *server) loadSchema(ctx context.Context) {
	s.once.Do(func() {
		schemas, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
		if err == nil && schemas.ResourceSchemas[actionTypeName] != nil {
			s.schemas = schemas.ResourceSchemas
			s.kind = schemas.ResourceSchemas[actionTypeName].ValueType()
		}
		s.types = map[string]attr.Type{}
		made := actionSchema(ctx)
		for name, attribute := range made.Attributes {
			s.types[name] = attribute.GetType()
		}
		for name, block := range made.Blocks {
			s.types[name] = block.Type()
		}
		identities, err := s.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
		if err == nil && identities.IdentitySchemas[actionTypeName] != nil {
			s.identityKind = identities.IdentitySchemas[actionTypeName].ValueType()
		}
	})
}

// prior reads what the server needs of the state of an action into the model, without reflection;
// false if it cannot be read.
func (s *server) prior(ctx context.Context, encoded *tfprotov6.DynamicValue) (model actionModel, ok bool) {
	s.loadSchema(ctx)
	if s.kind == nil || encoded == nil || len(encoded.MsgPack) == 0 {
		return actionModel{}, false
	}
	value, err := encoded.Unmarshal(s.kind)
	values := map[string]tftypes.Value{}
	if err != nil || value.IsNull() || value.As(&values) != nil {
		return actionModel{}, false
	}
	ok = true
	read := func(name string) attr.Value {
		converted, err := s.types[name].ValueFromTerraform(ctx, values[name])
		ok = ok && err == nil
		return converted
	}
	model.ID, _ = read("id").(types.String)
	model.Status, _ = read("status").(types.String)
	model.Finished, _ = read("finished").(types.Bool)
	model.Succeeded, _ = read("succeeded").(types.Bool)
	model.ConsoleURL, _ = read("console_url").(types.String)
	model.Marker, _ = read("marker").(types.String)
	model.OnDestroy, _ = read("on_destroy").(types.String)
	model.TargetedEndpointCount, _ = read("targeted_endpoint_count").(types.Int64)
	model.Wait, _ = read("wait").(types.Object)
	model.Schedule, _ = read("schedule").(types.Object)
	model.Results, _ = read("results").(types.Object)
	model.Actions, _ = read("actions").(types.List)
	return model, ok && len(model.Actions.Elements()) > 0
}

// settled reports whether a refresh that finds no change, and a plan that changes nothing, decide
// nothing about an action: it succeeded, or it is not finished and no apply waits for it. A
// recurring action may have been edited or deleted since.
func (m actionModel) settled() bool {
	succeeded := m.Finished.ValueBool() && m.Succeeded.ValueBool()
	unfinished := !m.Finished.IsNull() && !m.Finished.ValueBool() && m.Succeeded.IsNull()
	return !scheduleFrom(m.Schedule).Recurring() && (succeeded || unfinished && !waitFrom(m.Wait).enabled)
}

// current reports whether a refresh that reads the same parts would write the same values: they are
// of this version of the provider, of the server that it is configured for, and nobody has edited
// them.
func (m actionModel) current(parts []deployment.Part, address gateway.Address) bool {
	again := m
	again.setParts(parts, address)
	return again.ID.Equal(m.ID) && again.Status.Equal(m.Status) && again.ConsoleURL.Equal(m.ConsoleURL) &&
		again.Results.Equal(m.Results) && again.Actions.Equal(m.Actions)
}

// over reports whether every action of a deployment is over.
func over(parts []deployment.Part) bool {
	return !slices.ContainsFunc(parts, func(part deployment.Part) bool { return !deployment.Terminal(part.Status) })
}
