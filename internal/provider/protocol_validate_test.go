// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestNotWhole checks that a number which is not the whole number of its attribute is one error, at
// the attribute, in each kind of configuration.
func TestNotWhole(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	schemas, err := session.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	live := func(name string, value float64) map[string]any {
		return map[string]any{"source": map[string]any{"live": map[string]any{name: value}}}
	}
	for _, c := range []struct {
		name     string
		config   map[string]any
		at, says string
	}{
		{"tanium_action", merged(map[string]any{"schedule": map[string]any{"expire_seconds": 1.5}}),
			`AttributeName("schedule").AttributeName("expire_seconds")`, "must be a whole number, not 1.5."},
		{"tanium_endpoints", live("max_age", 0.5),
			`AttributeName("source").AttributeName("live").AttributeName("max_age")`, "not 0.5."},
		{"tanium_endpoints", live("max_age", 1e10),
			`AttributeName("source").AttributeName("live").AttributeName("max_age")`, "between 0 and 2147483647"},
		{"tanium_action_results", map[string]any{"action_ids": []any{"1"}, "max_results": 1e30},
			`AttributeName("max_results")`, "at most 2147483647 in size. 1e+30 is not."},
		{"tanium_action_deploy", merged(map[string]any{"guard": map[string]any{"max_endpoints": 2.5}}),
			`AttributeName("guard").AttributeName("max_endpoints")`, "not 2.5."},
	} {
		name := c.name
		var found []*tfprotov6.Diagnostic
		encoded := func(schema *tfprotov6.Schema) *tfprotov6.DynamicValue {
			config, err := tfprotov6.NewDynamicValue(schema.ValueType(), encode(schema.ValueType(), c.config))
			if err != nil {
				t.Fatal(err)
			}
			return &config
		}
		switch {
		case schemas.ResourceSchemas[name] != nil:
			resp, err := session.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
				TypeName: name, Config: encoded(schemas.ResourceSchemas[name]),
			})
			if err != nil {
				t.Fatal(err)
			}
			found = resp.Diagnostics
		case schemas.DataSourceSchemas[name] != nil:
			resp, err := session.server.ValidateDataResourceConfig(t.Context(),
				&tfprotov6.ValidateDataResourceConfigRequest{
					TypeName: name, Config: encoded(schemas.DataSourceSchemas[name]),
				})
			if err != nil {
				t.Fatal(err)
			}
			found = resp.Diagnostics
		default:
			found = session.plan(name, c.config)
			planned, err := session.server.PlanAction(t.Context(),
				&tfprotov6.PlanActionRequest{ActionType: name, Config: session.config(name, c.config)})
			if err != nil || describe(planned.Diagnostics) != describe(found) {
				t.Errorf("the plan says %s, %v", describe(planned.Diagnostics), err)
			}
		}
		if len(found) != 1 || found[0].Attribute.String() != c.at || !strings.Contains(found[0].Detail, c.says) {
			t.Errorf("%s: %s, want %s at %s", name, describe(found), c.says, c.at)
		}
	}
	if got := describe(session.plan(deployType, tagging())); strings.Contains(got, "ERROR") {
		t.Errorf("a valid configuration: %s", got)
	}
}

// TestUnknownColumns checks that the columns in filters of values are checked, at their path.
func TestUnknownColumns(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	condition := func(column string) map[string]any { return map[string]any{"column": column, "value": "a"} }
	for name, c := range map[string]struct {
		filter map[string]any
		says   string
	}{
		"single": {condition("MD5"), `sensors[0].filter.column: The sensor "Running Processes with MD5 Hash" has no ` +
			`column "MD5". Its columns are`},
		"compound": {map[string]any{"filters": []any{condition("MD5 Hash"), condition("Hash")}},
			`sensors[0].filter.filters[1].column: The sensor`},
	} {
		_, said := newSession(t, s, s).lookUp("tanium_endpoints", map[string]any{"sensors": []any{
			map[string]any{"name": "Running Processes with MD5 Hash", "filter": c.filter}}})
		if !strings.Contains(said, c.says) || strings.Contains(said, "refused") {
			t.Errorf("%s: %s", name, said)
		}
	}
}
