// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// token is a valid API token.
const token = "token-0123456789abcdef"

// run configures a provider and reads a package by Terraform's protocol.
func run(
	t *testing.T, provider, dataSource map[string]tftypes.Value,
) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	ctx := t.Context()
	server, err := providerserver.NewProtocol6WithError(New("1.2.3")())()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		t.Fatalf("%v %v", err, schemas.Diagnostics)
	}
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config:           object(t, schemas.Provider, provider),
	})
	if err != nil {
		t.Fatal(err)
	}
	if hasError(configured.Diagnostics) || dataSource == nil {
		return nil, configured.Diagnostics
	}
	const name = "tanium_package_spec"
	config := object(t, schemas.DataSourceSchemas[name], dataSource)
	validated, err := server.ValidateDataResourceConfig(ctx,
		&tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if hasError(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	read, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if hasError(read.Diagnostics) {
		return nil, read.Diagnostics
	}
	value, err := read.State.Unmarshal(schemas.DataSourceSchemas[name].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	var state map[string]tftypes.Value
	if err := value.As(&state); err != nil {
		t.Fatal(err)
	}
	return state, read.Diagnostics
}

// expect fails unless there is one error at the attribute with the words.
func expect(t *testing.T, diagnostics []*tfprotov6.Diagnostic, attribute string, words ...string) {
	t.Helper()
	if len(diagnostics) != 1 {
		t.Fatalf("%d diagnostics, want one: %v", len(diagnostics), diagnostics)
	}
	said := diagnostics[0].Summary + ": " + diagnostics[0].Detail
	at := ""
	if diagnostics[0].Attribute != nil {
		at = diagnostics[0].Attribute.String()
	}
	if (attribute == "" && at != "") || (attribute != "" && at != `AttributeName("`+attribute+`")`) {
		t.Errorf("reported at %q, want %q", at, attribute)
	}
	for _, word := range words {
		if !strings.Contains(said, word) {
			t.Errorf("says %q, not %q", said, word)
		}
	}
	if strings.Contains(said, token) {
		t.Error("says the token")
	}
}
