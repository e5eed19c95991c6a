// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestEndpointList decodes what the list encodes, by the type of the schema.
func TestEndpointList(t *testing.T) {
	t.Parallel()
	kind := endpointsSchema().Type().TerraformType(t.Context())
	plain := gateway.Endpoint{Id: "20", Name: "b", IpAddress: "10.0.0.2"}
	plain.Os.Platform = gateway.EndpointPlatformLinux
	read := gateway.Endpoint{Id: "3", Name: "a\u2028\x00\xff"}
	column := gateway.SensorReadingColumn{Name: "Name", Values: []string{"one", "two"}}
	column.Sensor.Name = "File"
	column.Sensor.Params = []gateway.SensorReadingParam{{Name: "path", Value: "/a"}, {Name: "path", Value: "/b"}}
	read.SensorReadings.Columns = []gateway.SensorReadingColumn{column, {}}

	empty := encode(kind, map[string]any{"max_results": 7})
	for name, pages := range map[string][][]gateway.Endpoint{
		"no page": {}, "an empty page": {{}}, "one page": {{plain, read}}, "two pages": {{plain}, {read}},
	} {
		encoded, err := tfprotov6.NewDynamicValue(kind, empty)
		if err != nil {
			t.Fatal(err)
		}
		list, want := endpointList{}, map[string]any{"max_results": 7, "ids": []any{}, "endpoints": []any{}}
		count := 0
		for i, page := range pages {
			list.add(page, i == 0)
			count += len(page)
		}
		if count > 0 {
			want["ids"] = []any{"3", "20"}
			want["endpoints"] = []any{
				map[string]any{
					"id": "3", "name": "a\u2028\x00\xff", "ip_address": "", "os_platform": "", "readings": []any{
						map[string]any{"sensor": "File", "column": "Name", "params": map[string]any{"path": "/b"},
							"values": []any{"one", "two"}},
						map[string]any{"sensor": "", "column": "", "params": map[string]any{}, "values": []any{}},
					},
				},
				map[string]any{"id": "20", "name": "b", "ip_address": "10.0.0.2", "os_platform": "Linux",
					"readings": []any{}},
			}
		}
		state, err := list.setIn(encoded.MsgPack)
		if err != nil {
			t.Fatal(err)
		}
		got, err := (&tfprotov6.DynamicValue{MsgPack: state}).Unmarshal(kind)
		if err != nil {
			t.Fatal(err)
		}
		if wanted := encode(kind, want); !got.Equal(wanted) {
			t.Errorf("%s: %s\nwant %s", name, got, wanted)
		}
	}
}

// TestEndpointListElsewhere checks that no list is lost: a state without its attributes, or a
// server without a list, is an error.
func TestEndpointListElsewhere(t *testing.T) {
	t.Parallel()
	other := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"ids": tftypes.String}}
	encoded, err := tfprotov6.NewDynamicValue(other, tftypes.NewValue(other, map[string]tftypes.Value{"ids": str("a")}))
	if err != nil {
		t.Fatal(err)
	}
	var list endpointList
	for name, state := range map[string][]byte{
		"no endpoints": encoded.MsgPack, "cut": encoded.MsgPack[:2], "null": {0xc0}, "empty": {}, "no object": {0x01},
	} {
		if patched, err := list.setIn(state); err == nil {
			t.Errorf("%s: %x", name, patched)
		}
	}

	source := &endpointsDataSource{}
	var schema datasource.SchemaResponse
	source.Schema(t.Context(), datasource.SchemaRequest{}, &schema)
	kind := schema.Schema.Type().TerraformType(t.Context())
	config := tfsdk.Config{Schema: schema.Schema, Raw: encode(kind, map[string]any{})}
	read := datasource.ReadResponse{State: tfsdk.State{Schema: schema.Schema, Raw: tftypes.NewValue(kind, nil)}}
	source.Read(t.Context(), datasource.ReadRequest{Config: config}, &read)
	if !read.Diagnostics.HasError() {
		t.Error("a server without a list reads no endpoints, and no error")
	}
}
