// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Command schemadump prints the provider's schema in the form of "terraform providers schema
// -json", for tfplugindocs. It calls the provider in process. So it needs no Terraform, and the
// output has all attributes, even those that an old Terraform would drop.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider"
)

// name is the address under which tfplugindocs looks for the provider.
const name = "registry.terraform.io/hashicorp/tanium"

func main() {
	if err := dump(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func dump(ctx context.Context) error {
	server, err := providerserver.NewProtocol6WithError(provider.New("dev")())()
	if err != nil {
		return err
	}
	served, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	for _, diagnostic := range served.Diagnostics {
		return fmt.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
	config, err := convert(served.Provider)
	if err != nil {
		return err
	}
	schemas := &tfjson.ProviderSchema{
		ConfigSchema:      config,
		ResourceSchemas:   map[string]*tfjson.Schema{},
		DataSourceSchemas: map[string]*tfjson.Schema{},

		Functions:               map[string]*tfjson.FunctionSignature{},
		ListResourceSchemas:     map[string]*tfjson.Schema{},
		ActionSchemas:           map[string]*tfjson.ActionSchema{},
		ResourceIdentitySchemas: map[string]*tfjson.IdentitySchema{},
	}
	for _, kind := range []struct {
		from map[string]*tfprotov6.Schema
		to   map[string]*tfjson.Schema
	}{
		{served.ResourceSchemas, schemas.ResourceSchemas}, {served.DataSourceSchemas, schemas.DataSourceSchemas},
		{served.ListResourceSchemas, schemas.ListResourceSchemas},
	} {
		for name, schema := range kind.from {
			if kind.to[name], err = convert(schema); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	for name, action := range served.ActionSchemas {
		block, err := convertBlock(action.Schema.Block)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		schemas.ActionSchemas[name] = &tfjson.ActionSchema{Block: block}
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	for name, identity := range identities.IdentitySchemas {
		if schemas.ResourceIdentitySchemas[name], err = convertIdentity(identity); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, definition := range served.Functions {
		if schemas.Functions[name], err = convertFunction(definition); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(tfjson.ProviderSchemas{
		FormatVersion: "1.0",
		Schemas:       map[string]*tfjson.ProviderSchema{name: schemas},
	})
}

func convertFunction(definition *tfprotov6.Function) (*tfjson.FunctionSignature, error) {
	result, err := convertType(definition.Return.Type)
	if err != nil {
		return nil, err
	}
	converted := &tfjson.FunctionSignature{
		Summary: definition.Summary, Description: definition.Description,
		DeprecationMessage: definition.DeprecationMessage, ReturnType: result,
	}
	for _, parameter := range definition.Parameters {
		each, err := convertParameter(parameter)
		if err != nil {
			return nil, err
		}
		converted.Parameters = append(converted.Parameters, each)
	}
	if definition.VariadicParameter != nil {
		converted.VariadicParameter, err = convertParameter(definition.VariadicParameter)
	}
	return converted, err
}

func convertParameter(parameter *tfprotov6.FunctionParameter) (*tfjson.FunctionParameter, error) {
	kind, err := convertType(parameter.Type)
	return &tfjson.FunctionParameter{
		Name: parameter.Name, Description: parameter.Description, IsNullable: parameter.AllowNullValue, Type: kind,
	}, err
}

func convertIdentity(identity *tfprotov6.ResourceIdentitySchema) (*tfjson.IdentitySchema, error) {
	converted := &tfjson.IdentitySchema{
		Version: uint64(identity.Version), Attributes: map[string]*tfjson.IdentityAttribute{},
	}
	for _, attribute := range identity.IdentityAttributes {
		kind, err := convertType(attribute.Type)
		if err != nil {
			return nil, err
		}
		converted.Attributes[attribute.Name] = &tfjson.IdentityAttribute{
			IdentityType: kind, Description: attribute.Description,
			RequiredForImport: attribute.RequiredForImport, OptionalForImport: attribute.OptionalForImport,
		}
	}
	return converted, nil
}

func convert(schema *tfprotov6.Schema) (*tfjson.Schema, error) {
	block, err := convertBlock(schema.Block)
	if err != nil {
		return nil, err
	}
	return &tfjson.Schema{Version: uint64(schema.Version), Block: block}, nil
}

func convertBlock(block *tfprotov6.SchemaBlock) (*tfjson.SchemaBlock, error) {
	attributes, err := convertAll(block.Attributes)
	if err != nil {
		return nil, err
	}
	converted := &tfjson.SchemaBlock{
		Attributes: attributes, NestedBlocks: map[string]*tfjson.SchemaBlockType{},
		Description: block.Description, DescriptionKind: kind(block.DescriptionKind), Deprecated: block.Deprecated,
	}
	for _, nested := range block.BlockTypes {
		if nested.Nesting != tfprotov6.SchemaNestedBlockNestingModeSingle {
			return nil, fmt.Errorf("%s: only single nested blocks are supported", nested.TypeName)
		}
		inner, err := convertBlock(nested.Block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", nested.TypeName, err)
		}
		converted.NestedBlocks[nested.TypeName] = &tfjson.SchemaBlockType{NestingMode: tfjson.SchemaNestingModeSingle,
			Block: inner}
	}
	return converted, nil
}

func convertAll(attributes []*tfprotov6.SchemaAttribute) (map[string]*tfjson.SchemaAttribute, error) {
	converted := map[string]*tfjson.SchemaAttribute{}
	for _, attribute := range attributes {
		result := &tfjson.SchemaAttribute{
			Description: attribute.Description, DescriptionKind: kind(attribute.DescriptionKind),
			Deprecated: attribute.Deprecated, Required: attribute.Required,
			Optional: attribute.Optional, Computed: attribute.Computed, Sensitive: attribute.Sensitive,
			WriteOnly: attribute.WriteOnly,
		}
		var err error
		if nested := attribute.NestedType; nested != nil {
			result.AttributeNestedType = &tfjson.SchemaNestedAttributeType{NestingMode: nesting(nested.Nesting)}
			result.AttributeNestedType.Attributes, err = convertAll(nested.Attributes)
		} else {
			result.AttributeType, err = convertType(attribute.Type)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", attribute.Name, err)
		}
		converted[attribute.Name] = result
	}
	return converted, nil
}

// convertType converts a type by its JSON form, which both libraries support.
func convertType(from tftypes.Type) (to cty.Type, err error) {
	encoded, err := from.MarshalJSON() //nolint:staticcheck // deprecated outside Terraform's own protocol
	if err != nil {
		return to, err
	}
	return to, json.Unmarshal(encoded, &to)
}

func nesting(mode tfprotov6.SchemaObjectNestingMode) tfjson.SchemaNestingMode {
	switch mode {
	case tfprotov6.SchemaObjectNestingModeList:
		return tfjson.SchemaNestingModeList
	case tfprotov6.SchemaObjectNestingModeSet:
		return tfjson.SchemaNestingModeSet
	case tfprotov6.SchemaObjectNestingModeMap:
		return tfjson.SchemaNestingModeMap
	default:
		return tfjson.SchemaNestingModeSingle
	}
}

func kind(of tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if of == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}
