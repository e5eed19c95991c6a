// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
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
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestAccImport imports an action. The apply adopts the configuration without a deployment, and a
// later change deploys.
func TestAccImport(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	const what = "package {\n    name = \"Custom Tagging - Add Tags\"\n    parameters = [\"Blue\"]\n  }"
	s.deployLost(t, map[string]any{
		"package": map[string]any{"name": "Custom Tagging - Add Tags", "parameters": []any{"Blue"}},
	})
	config := func(comment, more string) string { return s.config("%s", lostAction(what, comment, more)) }
	planned := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction("tanium_action.x", action),
		}}
	}
	value := func(name string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("tanium_action.x", tfjsonpath.New(name), check)
	}
	deployed := func(count int) resource.TestCheckFunc {
		return func(*terraform.State) error { return checkActions(s, count, 1, nil) }
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{
				Config:      config("INC-4711", "import {\n  to = tanium_action.x\n  id = \"99\"\n}\n"),
				ExpectError: regexp.MustCompile(`No\s+such\s+scheduled\s+action`),
			},
			{
				Config:           config("INC-4711", importLost),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				Check:            deployed(1),
				ConfigStateChecks: []statecheck.StateCheck{
					value("actions", knownvalue.ListSizeExact(1)), value("succeeded", knownvalue.Bool(true)),
				},
			},
			{
				Config:           config("INC-4712", ""),
				ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
				Check:            deployed(2),
			},
		},
		CheckDestroy: func(*terraform.State) error { return checkActions(s, 2, 0, nil) },
	})
}

// TestAccImportOfAnOperation is TestAccImport for two actions, which are one deployment. A plan
// without the import block is empty.
func TestAccImportOfAnOperation(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	const what = `operation { add_tags = ["Blue"] }`
	s.deployLost(t, map[string]any{"operation": map[string]any{"add_tags": []any{"Blue"}}})
	w := newAttachedWorkspace(t, s, lostAction(what, "INC-4711", strings.Replace(importLost, "88001", "99", 1)))
	apply := []string{"apply", "-auto-approve", "-input=false"}
	deployed := func(count, open int) {
		t.Helper()
		if err := checkActions(s, count, open, nil); err != nil {
			t.Error(err)
		}
	}
	w.exits(1, "No such scheduled action", "plan", "-input=false")
	w.write("main.tf", s.config("%s", lostAction(what, "INC-4711", importLost)))
	w.exits(0, "1 imported, 0 added, 1 changed, 0 destroyed", apply...)
	deployed(2, 2)
	w.expects("tanium_action.x", map[string]any{"actions.#": 2, "succeeded": true})
	w.write("main.tf", s.config("%s", lostAction(what, "INC-4711", "")))
	w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
	w.write("main.tf", s.config("%s", lostAction(what, "INC-4712", "")))
	w.exits(0, "1 added, 0 changed, 1 destroyed", apply...)
	deployed(4, 2)
	w.exits(0, "1 destroyed", "destroy", "-auto-approve", "-input=false")
	deployed(4, 0)
}

// importLost imports the action of deployLost.
const importLost = "import {\n  to = tanium_action.x\n  id = \"88001\"\n}\n"

// deployLost deploys an action whose state is lost.
func (s *tenant) deployLost(t *testing.T, what map[string]any) {
	t.Helper()
	arguments := maps.Clone(what)
	arguments["name"], arguments["comment"] = "Tag", "INC-4711"
	arguments["targets"] = map[string]any{
		"action_group": map[string]any{"name": "All Computers"},
		"endpoint_ids": []any{"274301"},
	}
	if _, diagnostics := newSession(t, s, s).apply(t.Context(), arguments, nil); len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
}

// lostAction is the configuration of the action of deployLost.
func lostAction(what, comment, more string) string {
	return fmt.Sprintf("resource \"tanium_action\" \"x\" {\n  name = \"Tag\"\n  comment = %q\n  %s\n  targets {\n"+
		"    action_group = { name = \"All Computers\" }\n    endpoint_ids = [\"274301\"]\n  }\n}\n%s",
		comment, what, more)
}

// TestImportByIdentity imports by identity, as Terraform 1.12 and later do.
func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	if _, diagnostics := session.apply(t.Context(), tagging(), nil); len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"scheduled_action_id": tftypes.String}}
	identity, err := tfprotov6.NewDynamicValue(kind,
		tftypes.NewValue(kind, map[string]tftypes.Value{"scheduled_action_id": str("88001")}))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := session.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: actionType,
		Identity: &tfprotov6.ResourceIdentityData{IdentityData: &identity},
	})
	if err != nil || hasError(answer.Diagnostics) || len(answer.ImportedResources) != 1 {
		t.Fatal(err, describe(answer.Diagnostics))
	}
	if got := session.attribute(answer.ImportedResources[0].State, "name"); got != `tftypes.String<"Tag">` {
		t.Errorf("imported %s", got)
	}
}

// TestAccImportCompares checks that the plan lists the differences between an imported action and
// the configuration, and that equivalent forms are no difference.
func TestAccImportCompares(t *testing.T) {
	t.Parallel()
	const tags, killed = `{ name = "Custom Tagging - Add Tags", parameters = ["Blue"] }`, `{ name = "Kill Process - ` +
		`||Running Processes||", sensor_sourced_parameters = { "Running Processes" = "sshd" } }`
	const servers = `{ action_group = { name = "All Computers" }, computer_group = { name = "All Windows Servers" } }`
	deployed := map[string]any{
		"name": "Tag", "package": map[string]any{"name": "Custom Tagging - Add Tags", "parameters": []any{"Blue"}},
		"targets": map[string]any{
			"action_group":   map[string]any{"name": "All Computers"},
			"computer_group": map[string]any{"name": "All Windows Servers"},
		},
		"wait": map[string]any{"enabled": false},
	}
	with := func(name string, value any) map[string]any {
		changed := maps.Clone(deployed)
		changed[name] = value
		return changed
	}
	recurring := with("schedule", map[string]any{
		"expire_seconds":     900,
		"reissue_seconds":    3600,
		"distribute_seconds": 60,
	})
	const recurs = "schedule {\n  expire_seconds = 900\n  reissue_seconds = 3600\n  distribute_seconds = 60\n}\n"
	filtered := with("targets",
		map[string]any{"action_group": map[string]any{"name": "All Computers"}, "filter": map[string]any{
			"sensor": map[string]any{"name": "Computer Name"}, "op": "STARTS_WITH", "value": "win-dc"}})
	sourced := with("package", map[string]any{
		"name":                      "Kill Process - ||Running Processes||",
		"sensor_sourced_parameters": map[string]any{"Running Processes": "sshd"},
	})
	for name, c := range map[string]struct {
		deployed            map[string]any
		options             simulator.Options
		pack, targets, more string
		says                string // empty for no difference
	}{
		"the same": {deployed: deployed, pack: tags, targets: servers},
		"groups by ID": {deployed: deployed, pack: tags,
			targets: `{ action_group = { id = "21" }, computer_group = { id = 12 } }`},
		"derived package": {deployed: deployed,
			options: simulator.Options{Unknowns: world.Unknowns{DerivedPackages: true}}, pack: tags,
			targets: servers},
		"another package": {deployed: deployed, pack: killed, targets: servers, says: `package: it is "Custom ` +
			`Tagging - Add Tags" in Tanium and "Kill Process - ||Running Processes||" in the configuration`},
		"another parameter": {deployed: deployed,
			pack: `{ name = "Custom Tagging - Add Tags", parameters = ["Green"] }`, targets: servers,
			says: `package.parameters: it is ["Blue"] in Tanium and ["Green"] in the configuration`},
		"another action group": {deployed: deployed, pack: tags,
			targets: `{ action_group = { name = "All Windows" }, ` +
				`computer_group = { name = "All Windows Servers" } }`,
			says: `targets.action_group: it is "All Computers" in Tanium and "All Windows" in the configuration`},
		"another group": {deployed: deployed, pack: tags, targets: `{ action_group = { name = "All Computers" }, ` +
			`computer_group = { name = "All Windows" } }`,
			says: `targets.computer_group: it is "All Windows Servers" in Tanium and "All Windows" ` +
				`in the configuration`},
		"no group": {deployed: deployed, pack: tags, targets: `{ action_group = { name = "All Computers" } }`,
			says: `targets.computer_group: it is "All Windows Servers" in Tanium and not given in the configuration`},
		"a filter for a group": {deployed: deployed, pack: tags,
			targets: `{ action_group = { name = "All Computers" }, ` +
				`filter = { member_of = { name = "All Windows Servers" } } }`,
			says: `targets.filter: it is the group "All Windows Servers" in Tanium and a filter in the configuration`},
		"any filter": {deployed: filtered, pack: tags, targets: `{ action_group = { name = "All Computers" }, ` +
			`filter = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" } }`},
		"a schedule": {deployed: recurring, pack: tags, targets: servers, more: recurs},
		"another schedule": {deployed: recurring, pack: tags, targets: servers,
			more: strings.Replace(recurs, "3600", "7200", 1),
			says: "schedule.reissue_seconds: it is 3600 in Tanium and 7200 in the configuration"},
		"no schedule": {deployed: recurring, pack: tags, targets: servers,
			says: "schedule.reissue_seconds: it is 3600 in Tanium and 0 in the configuration"},
		"another expiry": {deployed: deployed, pack: tags, targets: servers, more: "schedule { expire_seconds = 1000 }",
			says: "schedule.expire_seconds: it is 660 in Tanium and 1000 in the configuration"},
		"sensor-sourced": {deployed: sourced, pack: killed, targets: servers},
		"other sensor-sourced": {deployed: sourced, pack: strings.Replace(killed, `"sshd"`, `"telnetd"`, 1),
			targets: servers,
			says: `package.sensor_sourced_parameters["Running Processes"]: it is "sshd" in Tanium and ` +
				`"telnetd" in the configuration`},
		"derived, other values": {deployed: sourced,
			options: simulator.Options{Unknowns: world.Unknowns{DerivedPackages: true}},
			pack:    strings.Replace(killed, `"sshd"`, `"telnetd"`, 1), targets: servers,
			says: `in Tanium and "telnetd" in the configuration`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, c.options)
			if _, diagnostics := newSession(t, s, s).apply(t.Context(), c.deployed, nil); len(diagnostics) > 0 {
				t.Fatal(describe(diagnostics))
			}
			w := newAttachedWorkspace(t, s, fmt.Sprintf("import {\n  to = tanium_action.x\n  id = \"88001\"\n}\n\n"+
				"resource \"tanium_action\" \"x\" {\n  name = \"Tag\"\n  package %s\n  targets %s\n%s\n"+
				"  wait { enabled = false }\n}\n",
				block(c.pack), block(c.targets), c.more))
			code, output := w.try("plan", "-input=false", "-out=plan")
			replaced := strings.Contains(output, "must be replaced")
			if code != 0 || replaced != (c.says != "") || !strings.Contains(output, c.says) {
				t.Fatalf("exit code %d\n%s", code, output)
			}
			if c.says != "" {
				return
			}
			if code, output = w.try("apply", "-input=false", "plan"); code != 0 || s.Stats().Deployments != 1 {
				t.Fatalf("exit code %d, %+v\n%s", code, s.Stats(), output)
			}
			if code, output = w.try("plan", "-input=false"); code != 0 || !strings.Contains(output, "No changes") {
				t.Errorf("exit code %d\n%s", code, output)
			}
		})
	}
}

// TestAccImportOfAFilter checks that the plan asks for the filter of an imported action, and that
// the apply adopts it.
func TestAccImportOfAFilter(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := tagging()
	config["targets"] = map[string]any{"action_group": map[string]any{"name": "All Computers"},
		"filter": map[string]any{
			"sensor": map[string]any{"name": "Computer Name"},
			"op":     "STARTS_WITH",
			"value":  "win-dc",
		}}
	config["wait"] = map[string]any{"enabled": false}
	if _, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil); len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	w := newAttachedWorkspace(t, s, "import {\n  to = tanium_action.x\n  id = \"88001\"\n}\n")
	code, output := w.try("plan", "-input=false", "-no-color", "-generate-config-out=generated.tf")
	if code == 0 || !strings.Contains(output, "Targets of the imported action are not known") ||
		!strings.Contains(output, "Remove computer_group") {
		t.Errorf("exit code %d\n%s", code, output)
	}
	at := filepath.Join(w.folder, "generated.tf")
	generated, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err, output)
	}
	fixed := regexp.MustCompile(`(?s)computer_group = \{.*?\}|\n *filter += null`).ReplaceAll(generated, nil)
	fixed = bytes.Replace(fixed, []byte("targets {"),
		[]byte(`targets {
    filter = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-dc" }`), 1)
	if err := os.WriteFile(at, fixed, 0o600); err != nil {
		t.Fatal(err)
	}
	code, output = w.try("apply", "-input=false", "-no-color", "-auto-approve")
	if code != 0 || !strings.Contains(output, "changes the state alone, and deploys nothing") ||
		!strings.Contains(output, "1 imported, 0 added") || s.Stats().Deployments != 1 {
		t.Errorf("exit code %d, %+v\n%s", code, s.Stats(), output)
	}
}

// TestAccImportGenerates checks that the output of -generate-config-out has the values that Tanium
// returns and plans no replacement.
func TestAccImportGenerates(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := map[string]any{
		"name": "Tag", "comment": "INC-4711", "package": map[string]any{
			"name":       "Custom Tagging - Add Tags (Non-Windows)",
			"parameters": []any{"Blue"},
		},
		"targets": map[string]any{
			"action_group":   map[string]any{"name": "All Computers"},
			"computer_group": map[string]any{"name": "All Linux"},
		},
		"schedule": map[string]any{"expire_seconds": 900, "reissue_seconds": 3600},
		"wait":     map[string]any{"enabled": false},
	}
	if _, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil); len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	w := newAttachedWorkspace(t, s, "import {\n  to = tanium_action.x\n  id = \"88001\"\n}\n")
	code, output := w.try("plan", "-input=false", "-generate-config-out=generated.tf")
	generated, err := os.ReadFile(filepath.Join(w.folder, "generated.tf"))
	if err != nil {
		t.Fatal(err, output)
	}
	text := strings.Join(strings.Fields(string(generated)), " ")
	for _, want := range []string{`name = "Tag"`, `comment = "INC-4711"`, `parameters = ["Blue"]`,
		`name = "Custom Tagging - Add Tags (Non-Windows)"`, `action_group = { name = "All Computers" }`,
		`computer_group = { name = "All Linux" }`, "expire_seconds = 900", "reissue_seconds = 3600"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s in\n%s", want, generated)
		}
	}
	if code != 0 || strings.Contains(output, "must be replaced") {
		t.Errorf("exit code %d\n%s", code, output)
	}
	if code, output = w.try("apply", "-input=false", "-auto-approve"); code != 0 ||
		!strings.Contains(output, "1 imported, 0 added, 1 changed") || s.Stats().Deployments != 1 {
		t.Errorf("exit code %d, %+v\n%s", code, s.Stats(), output)
	}
}
