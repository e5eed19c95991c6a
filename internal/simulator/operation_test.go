// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// operations returns all operations of the schema with an input for each.
func operations() map[string]any {
	return map[string]any{
		"addTags": []string{"a"}, "removeTags": []string{"a"}, "reboot": fields{}, "startService": "a",
		"stopService": "a", "restartService": "a",
		"changeClientSetting":        fields{"name": "LogVerbosityLevel", "value": "1"},
		"collectActiveDirectoryInfo": fields{},
	}
}

// documentedNeeds returns the packages and sensors of operations that the guide lists.
func documentedNeeds(t *testing.T) (packages map[string][]string, sensors []string) {
	t.Helper()
	guide, err := os.ReadFile("../../templates/guides/testing-without-tanium.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(guide), "### What operations need")
	section, _, _ = strings.Cut(section, "\n### ")
	quoted := regexp.MustCompile("`([^`]+)`")
	packages = map[string][]string{}
	for line := range strings.Lines(section) {
		for i, name := range quoted.FindAllStringSubmatch(line, -1) {
			switch operation := quoted.FindStringSubmatch(line)[1]; {
			case strings.HasPrefix(line, "- ") && i > 0:
				packages[operation] = append(packages[operation], name[1])
			case strings.HasPrefix(name[1], "Is "):
				sensors = append(sensors, name[1])
			}
		}
	}
	return packages, sensors
}

// operationFleet returns a fleet with these packages and sensors and nothing optional.
func operationFleet(t *testing.T, packages, sensors []string) *fleet.Fleet {
	t.Helper()
	text := "users: [{id: '1', name: a, tokens: [token-simulator]}]\naction_groups: [{id: '3', name: " +
		"Default, computer_groups: [All]}]\ncomputer_groups: [{id: '1', name: All, rule: {sensor: Is Solaris, value: " +
		"'False'}}]\npackages:\n"
	seen := map[string]bool{}
	for i, name := range packages {
		if !seen[name] {
			text += fmt.Sprintf("  - {id: '%d', name: %q}\n", i+1, name)
		}
		seen[name] = true
	}
	text += "sensors:\n"
	for _, name := range sensors {
		text += fmt.Sprintf("  - {name: %q}\n", name)
	}
	loaded, err := fleet.Load("x.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// Operations need exactly what the guide lists. Without one of these they fail with its name.
func TestOperationNeeds(t *testing.T) {
	t.Parallel()
	packages, sensors := documentedNeeds(t)
	for operation, given := range operations() {
		input := fields{"input": fields{"operation": fields{operation: given}, "targets": fields{}}}
		ask := func(packages []string) any {
			s := start(t, simulator.Options{Fleet: operationFleet(t, packages, sensors)})
			return at(s.ask(perform, input), "actionPerform", "error", "message")
		}
		whole := packages[operation]
		if len(whole) != 2 {
			t.Fatalf("the guide names %v for %s", whole, operation)
		}
		check(t, operation, ask(whole), nil)
		for i, missing := range whole {
			says := fmt.Sprintf("PackageNotFound: the operation needs the package %q, which the fleet does not have",
				missing)
			check(t, operation, ask(whole[1-i:2-i]), says)
		}
		blind := start(t, simulator.Options{Fleet: operationFleet(t, whole, sensors[1:])})
		check(t, operation, blind.refused(perform, input),
			`the operation needs the sensor "Is Windows", which the fleet does not have`)
	}
}
