// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// TestPackageNotices checks what a plan says of a command that is for other systems than those of
// the endpoints, and of parameters that are not numbered from $1.
func TestPackageNotices(t *testing.T) {
	t.Parallel()
	machines, err := fleet.Load("own.yaml", strings.NewReader(`extends: builtin
packages:
  - {id: '9001', name: Polish, command: 'tool "$0" "$2"', params: [{key: $2, label: Wax}, {key: $0, label: Shoe}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	const windows, unix = "Custom Tagging - Add Tags", "Custom Tagging - Add Tags (Non-Windows)"
	on := func(pack, group string, values ...any) map[string]any {
		return map[string]any{"package": map[string]any{"name": pack, "parameters": values},
			"targets": map[string]any{"action_group": map[string]any{"name": "All Computers"},
				"computer_group": map[string]any{"name": group}}}
	}
	hidden := on(windows, "All Linux", "Blue")
	hidden["preview"] = map[string]any{"notice": false}
	operation := onOperation()
	for name, c := range map[string]struct {
		config map[string]any
		says   []string
		not    string
	}{
		"Windows on Linux": {config: on(windows, "All Linux", "Blue"), says: []string{
			`WARNING Command of the package "Custom Tagging - Add Tags" is for Windows, and the endpoints are on ` +
				`Linux: `,
			`The package runs: cmd /c cscript //T:60 add-tags.vbs "$1"`, "The command would probably fail there.",
		}, not: "numbered"},
		"Unix on Windows": {config: on(unix, "All Windows", "Blue"), says: []string{
			"is for Unix, and the endpoints are on Windows: ", "looked at 5 of ",
		}, not: "numbered"},
		"Windows on Windows": {config: on(windows, "All Windows", "Blue"), says: []string{"reaches"},
			not: "Command of the package"},
		"Unix on Linux": {config: on(unix, "All Linux", "Blue"), says: []string{"reaches"},
			not: "Command of the package"},
		"an operation": {config: operation, says: []string{"reaches"}, not: "Command of the package"},
		"hidden":       {config: hidden, not: "WARNING"},
		"numbers": {config: on("Polish", "All Linux", "boot", "black"), says: []string{
			`WARNING Parameters of the package "Polish" are numbered $0, $2: `,
			"$0 (Shoe) takes value 1, $2 (Wax) takes value 2.",
		}, not: "Command of the package"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{Fleet: machines})
			planned := newSession(t, s, s).planned(c.config, nil)
			said := describe(planned.Diagnostics)
			for _, words := range c.says {
				if !strings.Contains(said, words) {
					t.Errorf("does not say %q: %s", words, said)
				}
			}
			if strings.Contains(said, c.not) {
				t.Errorf("says %q: %s", c.not, said)
			}
		})
	}
}
