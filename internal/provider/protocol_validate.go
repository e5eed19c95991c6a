// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ValidateResourceConfig returns the framework's answer, with errors about numbers of notWhole. It
// has the framework validate a configuration once; see validated.
func (s *server) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	if s.validated.has(req.TypeName, req.Config) {
		return &tfprotov6.ValidateResourceConfigResponse{}, nil
	}
	resp, err := s.frameworkServer.ValidateResourceConfig(ctx, req)
	switch {
	case err == nil && len(resp.Diagnostics) == 0:
		s.validated.add(req.TypeName, req.Config)
	case err == nil:
		resp.Diagnostics = explainNumbers(resp.Diagnostics, req.Config, func() attr.Type {
			return s.served.resourceType(ctx, req.TypeName)
		})
	}
	return resp, err
}

// ValidateDataResourceConfig returns the framework's answer, with errors about numbers of notWhole.
func (s *server) ValidateDataResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	resp, err := s.frameworkServer.ValidateDataResourceConfig(ctx, req)
	if err == nil {
		resp.Diagnostics = explainNumbers(resp.Diagnostics, req.Config, func() attr.Type {
			return s.served.dataSourceType(ctx, req.TypeName)
		})
	}
	return resp, err
}

// ValidateActionConfig returns the framework's answer, with errors about numbers of notWhole.
func (s *server) ValidateActionConfig(
	ctx context.Context, req *tfprotov6.ValidateActionConfigRequest,
) (*tfprotov6.ValidateActionConfigResponse, error) {
	resp, err := s.frameworkServer.ValidateActionConfig(ctx, req)
	if err == nil {
		resp.Diagnostics = explainNumbers(resp.Diagnostics, req.Config, func() attr.Type {
			return s.served.actionType(ctx, req.ActionType)
		})
	}
	return resp, err
}

// PlanAction returns the framework's answer, with errors about numbers of notWhole. Terraform does
// not validate the configuration of an action again once a variable is known.
func (s *server) PlanAction(
	ctx context.Context, req *tfprotov6.PlanActionRequest,
) (*tfprotov6.PlanActionResponse, error) {
	resp, err := s.frameworkServer.PlanAction(ctx, req)
	if err == nil {
		resp.Diagnostics = explainNumbers(resp.Diagnostics, req.Config, func() attr.Type {
			return s.served.actionType(ctx, req.ActionType)
		})
	}
	return resp, err
}

// explainNumbers returns the errors of notWhole in place of the diagnostics of a configuration, if
// there are any. The framework does not decode such a configuration: it calls a fraction "an error
// in the provider", often at no attribute, and reports nothing else.
func explainNumbers(
	given []*tfprotov6.Diagnostic, config *tfprotov6.DynamicValue, kindOf func() attr.Type,
) []*tfprotov6.Diagnostic {
	if !hasError(given) || config == nil {
		return given
	}
	kind := kindOf()
	if kind == nil {
		return given
	}
	value, err := config.Unmarshal(kind.TerraformType(context.Background()))
	if err != nil {
		return given
	}
	if found := notWhole(kind, value, tftypes.NewAttributePath()); len(found) > 0 {
		return found
	}
	return given
}

// notWhole reports each number in a value that is not the whole number of its type. It does not
// look into lists: those of a configuration have no numbers.
func notWhole(kind attr.Type, value tftypes.Value, at *tftypes.AttributePath) []*tfprotov6.Diagnostic {
	if !value.IsKnown() || value.IsNull() {
		return nil
	}
	switch kind := kind.(type) {
	case basetypes.Int64Type:
		var number big.Float
		if value.As(&number) != nil {
			return nil
		}
		if detail := checkWhole(&number); detail != "" {
			return []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError,
				Summary: "Not a whole number", Detail: detail, Attribute: at}}
		}
	case attr.TypeWithAttributeTypes:
		fields := map[string]tftypes.Value{}
		if value.As(&fields) != nil {
			return nil
		}
		var found []*tfprotov6.Diagnostic
		kinds := kind.AttributeTypes()
		for _, name := range slices.Sorted(maps.Keys(kinds)) {
			found = append(found, notWhole(kinds[name], fields[name], at.WithAttributeName(name))...)
		}
		return found
	}
	return nil
}

// checkWhole returns what is wrong with a number that must be whole; empty if it is.
func checkWhole(number *big.Float) string {
	switch _, accuracy := number.Int64(); {
	case !number.IsInt():
		return fmt.Sprintf("This must be a whole number, not %s.", number.Text('g', -1))
	case accuracy != big.Exact:
		return fmt.Sprintf("This must be a whole number of at most %d in size. %s is not.", maxInt32,
			number.Text('g', -1))
	default:
		return ""
	}
}

// resourceType returns the type of a resource's configuration; nil for an unknown resource.
func (p *taniumProvider) resourceType(ctx context.Context, name string) attr.Type {
	for _, create := range p.Resources(ctx) {
		made := create()
		var is resource.MetadataResponse
		made.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: providerTypeName}, &is)
		if is.TypeName == name {
			var has resource.SchemaResponse
			made.Schema(ctx, resource.SchemaRequest{}, &has)
			return has.Schema.Type()
		}
	}
	return nil
}

// dataSourceType is resourceType for a data source.
func (p *taniumProvider) dataSourceType(ctx context.Context, name string) attr.Type {
	for _, create := range p.DataSources(ctx) {
		made := create()
		var is datasource.MetadataResponse
		made.Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: providerTypeName}, &is)
		if is.TypeName == name {
			var has datasource.SchemaResponse
			made.Schema(ctx, datasource.SchemaRequest{}, &has)
			return has.Schema.Type()
		}
	}
	return nil
}

// actionType is resourceType for an action.
func (p *taniumProvider) actionType(ctx context.Context, name string) attr.Type {
	for _, create := range p.Actions(ctx) {
		made := create()
		var is action.MetadataResponse
		made.Metadata(ctx, action.MetadataRequest{ProviderTypeName: providerTypeName}, &is)
		if is.TypeName == name {
			var has action.SchemaResponse
			made.Schema(ctx, action.SchemaRequest{}, &has)
			return has.Schema.Type()
		}
	}
	return nil
}
