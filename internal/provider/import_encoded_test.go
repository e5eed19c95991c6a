// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestImportedParameters checks what an import writes for the parameters that Tanium shows, and
// whether it warns.
func TestImportedParameters(t *testing.T) {
	t.Parallel()
	type pairs = []gateway.ScheduledActionPackageParam
	shown := func(params ...string) gateway.ScheduledActionPackage {
		return gateway.ScheduledActionPackage{Params: params}
	}
	for name, c := range map[string]struct {
		shown   gateway.ScheduledActionPackage
		list    []string
		sourced map[string]string
		unclear string // what the warning names; empty for none
	}{
		"none":            {},
		"plain":           {shown: shown("a_b", "100%"), list: []string{"a_b", "100%"}},
		"evident":         {shown: shown("a%5fb", "%2b"), list: []string{"a_b", "+"}},
		"evidently plain": {shown: shown("a%5fb", "/"), list: []string{"a%5fb", "/"}},
		"unclear": {shown: shown("a_b", "a%2bb"), list: []string{"a_b", "a+b"},
			unclear: "package.parameters[1]"},
		"sourced": {shown: gateway.ScheduledActionPackage{SensorSourcedParams: pairs{{Name: "X", Value: "a%3db"}}},
			sourced: map[string]string{"X": "a=b"}, unclear: `package.sensor_sourced_parameters["X"]`},
	} {
		values := importedParameters(c.shown)
		if !reflect.DeepEqual(listed(values["parameters"]), c.list) ||
			!reflect.DeepEqual(texts(values["sensor_sourced_parameters"]), c.sourced) {
			t.Errorf("%s: imports %v", name, values)
		}
		notices := noticeUnclear(c.shown)
		if len(notices) > 0 != (c.unclear != "") ||
			len(notices) > 0 && !strings.Contains(notices[0].Detail(), c.unclear) {
			t.Errorf("%s: warns %v", name, notices)
		}
	}
}

// TestAccImportEncoded checks that an import writes the parameters as they were given, whichever of
// their characters Tanium shows encoded, and that both spellings of a value are no difference.
func TestAccImportEncoded(t *testing.T) {
	t.Parallel()
	const warning = "Parameters of the imported action may be encoded"
	for name, c := range map[string]struct {
		way          world.Parameters
		value, other string // another spelling in the configuration; empty for none
		imported     string
		warns        bool
	}{
		"not": {value: "a+b=c/d_e", imported: "a+b=c/d_e"},
		"partly": {way: world.ParametersPartlyEncoded, value: "a+b=c/d_e", imported: "a+b=c/d_e",
			warns: true},
		"all":                    {way: world.ParametersEncoded, value: "a+b=c/d_e", imported: "a+b=c/d_e"},
		"no escape":              {way: world.ParametersPartlyEncoded, value: "100%", imported: "100%"},
		"an escape in the value": {value: "a%2bb", other: "a%2bb", imported: "a+b", warns: true},
		"an escape, partly": {way: world.ParametersPartlyEncoded, value: "a%2bb", other: "a%2bb",
			imported: "a+b", warns: true},
		"an escape, all":           {way: world.ParametersEncoded, value: "a%2bb_", imported: "a%2bb_"},
		"an escape, evidently not": {value: "/%2b", imported: "/%2b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{Unknowns: world.Unknowns{Parameters: c.way}})
			config := tagging()
			config["package"] = map[string]any{"name": "Custom Tagging - Add Tags (Non-Windows)",
				"parameters": []any{c.value}}
			config["targets"] = map[string]any{"action_group": map[string]any{"name": "All Computers"},
				"computer_group": map[string]any{"name": "All Linux"}}
			config["wait"] = map[string]any{"enabled": false}
			if _, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil); len(diagnostics) > 0 {
				t.Fatal(describe(diagnostics))
			}
			w := newAttachedWorkspace(t, s, "import {\n  to = tanium_action.x\n  id = \"88001\"\n}\n")
			code, output := w.try("plan", "-input=false", "-no-color", "-generate-config-out=generated.tf")
			at := filepath.Join(w.folder, "generated.tf")
			generated, err := os.ReadFile(at)
			want, words := fmt.Sprintf("parameters = [%q]", c.imported), strings.Fields(string(generated))
			if err != nil || code != 0 || !strings.Contains(strings.Join(words, " "), want) ||
				strings.Contains(output, warning) != c.warns || strings.Contains(output, "must be replaced") {
				t.Fatalf("exit code %d, %v, no %s\n%s\n%s", code, err, want, generated, output)
			}
			if c.other != "" {
				changed := strings.ReplaceAll(string(generated), c.imported, c.other)
				if err := os.WriteFile(at, []byte(changed), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			code, output = w.try("apply", "-input=false", "-no-color", "-auto-approve")
			if code != 0 || !strings.Contains(output, "1 imported, 0 added") || s.Stats().Deployments != 1 {
				t.Fatalf("exit code %d, %+v\n%s", code, s.Stats(), output)
			}
			if code, output = w.try("plan", "-input=false"); code != 0 || !strings.Contains(output, "No changes") {
				t.Errorf("exit code %d\n%s", code, output)
			}
		})
	}
}
