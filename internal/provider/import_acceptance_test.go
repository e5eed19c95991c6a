// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// An action that no state knows is imported, with what was made together with it; what Tanium does not give back is adopted from the configuration, and nothing
// is deployed. A change after that deploys.
func TestAccImport(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		what  string
		parts int
	}{
		"a package":    {"package {\n    name = \"Custom Tagging - Add Tags\"\n    parameters = [\"Blue\"]\n  }", 1},
		"an operation": {`operation { add_tags = ["Blue"] }`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			made := map[string]any{"name": "Tag", "comment": "INC-4711", "targets": map[string]any{"action_group": map[string]any{"name": "All Computers"}, "endpoint_ids": []any{"274301"}}}
			if c.parts == 1 {
				made["package"] = map[string]any{"name": "Custom Tagging - Add Tags", "parameters": []any{"Blue"}}
			} else {
				made["operation"] = map[string]any{"add_tags": []any{"Blue"}}
			}
			if _, diagnostics := newSession(t, s, s).apply(t.Context(), made, nil); len(diagnostics) > 0 { // and its state is lost
				t.Fatal(describe(diagnostics))
			}
			config := func(comment, more string) string {
				return s.config("resource \"tanium_action\" \"x\" {\n  name = \"Tag\"\n  comment = %q\n  %s\n  targets {\n    action_group = { name = \"All Computers\" }\n    endpoint_ids = [\"274301\"]\n  }\n}\n%s", comment, c.what, more)
			}
			planned := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
				return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction("tanium_action.x", action)}}
			}
			deployed := func(count int) resource.TestCheckFunc {
				return func(*terraform.State) error { return happened(s, count, c.parts, nil) }
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: s.factories(),
				Steps: []resource.TestStep{
					{Config: config("INC-4711", "import {\n  to = tanium_action.x\n  id = \"99\"\n}\n"), ExpectError: says("No such scheduled action")},
					{Config: config("INC-4711", "import {\n  to = tanium_action.x\n  id = \"88001\"\n}\n"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: deployed(c.parts),
						ConfigStateChecks: []statecheck.StateCheck{
							statecheck.ExpectKnownValue("tanium_action.x", tfjsonpath.New("actions"), knownvalue.ListSizeExact(c.parts)),
							statecheck.ExpectKnownValue("tanium_action.x", tfjsonpath.New("succeeded"), knownvalue.Bool(true)),
						}},
					{Config: config("INC-4711", ""), PlanOnly: true},
					{Config: config("INC-4712", ""), ConfigPlanChecks: planned(plancheck.ResourceActionReplace), Check: deployed(2 * c.parts)},
				},
				CheckDestroy: func(*terraform.State) error { return happened(s, 2*c.parts, 0, nil) },
			})
		})
	}
}

// By its identity, as Terraform from 1.12 up imports.
func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	if _, diagnostics := session.apply(t.Context(), tagging(), nil); len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"scheduled_action_id": tftypes.String}}
	identity, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, map[string]tftypes.Value{"scheduled_action_id": str("88001")}))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := session.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: actionType, Identity: &tfprotov6.ResourceIdentityData{IdentityData: &identity}})
	if err != nil || hasError(answer.Diagnostics) || len(answer.ImportedResources) != 1 {
		t.Fatal(err, describe(answer.Diagnostics))
	}
	if got := session.attribute(answer.ImportedResources[0].State, "name"); got != `tftypes.String<"Tag">` {
		t.Errorf("imported %s", got)
	}
}
