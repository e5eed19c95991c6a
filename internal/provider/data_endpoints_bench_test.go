// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

const listed10k = 10_000

// BenchmarkEndpoints lists ten thousand endpoints, and walks over the same pages without Terraform:
// the difference is what the provider costs.
func BenchmarkEndpoints(b *testing.B) {
	machines, err := fleet.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	machines, err = machines.Grow(listed10k, 1)
	if err != nil {
		b.Fatal(err)
	}
	s := newTenant(b, simulator.Options{Fleet: machines})
	server, err := NewServer(NewForTest("test", s.options(s))())
	if err != nil {
		b.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	dynamic := func(kind tftypes.Type, from map[string]any) *tfprotov6.DynamicValue {
		encoded, err := tfprotov6.NewDynamicValue(kind, encode(kind, from))
		if err != nil {
			b.Fatal(err)
		}
		return &encoded
	}
	config := dynamic(schemas.Provider.ValueType(), map[string]any{"url": s.url, "api_token": simulator.DefaultToken})
	if _, err := server.ConfigureProvider(b.Context(),
		&tfprotov6.ConfigureProviderRequest{Config: config}); err != nil {
		b.Fatal(err)
	}
	wanted := dynamic(schemas.DataSourceSchemas["tanium_endpoints"].ValueType(),
		map[string]any{"max_results": listed10k})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			read, err := server.ReadDataSource(b.Context(),
				&tfprotov6.ReadDataSourceRequest{TypeName: "tanium_endpoints", Config: wanted})
			if err != nil || len(read.Diagnostics) > 0 {
				b.Fatal(err, describe(read.Diagnostics))
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/listed10k, "µs/endpoint")
	})
	b.Run("walk", func(b *testing.B) {
		address, err := gateway.ParseAddress(s.url)
		if err != nil {
			b.Fatal(err)
		}
		client, err := gateway.New(gateway.Options{Address: address, Token: simulator.DefaultToken})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			request := gateway.EndpointsRequest{First: 1000}
			for more := true; more; more = request.After != "" {
				page, err := client.Endpoints(b.Context(), request)
				if err != nil {
					b.Fatal(err)
				}
				request.After = page.Next
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/listed10k, "µs/endpoint")
	})
}
