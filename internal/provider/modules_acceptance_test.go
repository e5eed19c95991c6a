// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
)

// modulesRoot has the example modules, each in a folder.
const modulesRoot = examplesRoot + "/modules"

// modules returns the names of the example modules, each with the number of scheduled actions that
// its last suite creates. An operation creates one for each set of platforms.
func modules() map[string]int {
	return map[string]int{"compliance": 3, "kill-process": 2, "quarantine": 2, "rollout": 5, "tag": 6}
}

// getModule puts an example module into a workspace whose configuration has it at ./name.
func (w *workspace) getModule(name string) {
	w.t.Helper()
	if err := os.CopyFS(filepath.Join(w.folder, name), os.DirFS(filepath.Join(modulesRoot, name))); err != nil {
		w.t.Fatal(err)
	}
	w.run([]string{"get"})
}

// TestAccModules runs the suite of each example module.
func TestAccModules(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(modulesRoot)
	if err != nil || len(entries) != len(modules()) {
		t.Errorf("%d modules, %v", len(entries), err)
	}
	for name, deployments := range modules() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The suite resets the tenant, which then has another clock than the provider. Its time
			// moves by a step at each request.
			start := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
			s := newTenant(t, simulator.Options{Clock: clock.Manual(start, time.Second)})
			w := newAttachedWorkspace(t, s, "")
			w.environment = append(w.environment, "TANIUM_URL="+s.url) // of the module that resets
			// A suite finds the modules that help it at their place in the repository.
			for _, folder := range []string{
				filepath.Join("modules", name),
				filepath.Join("testing", "reset"), filepath.Join("testing", "deployments"),
			} {
				if err := os.CopyFS(filepath.Join(w.folder, folder),
					os.DirFS(filepath.Join(examplesRoot, folder))); err != nil {
					t.Fatal(err)
				}
			}
			// The provider in this process does not have the environment of the workspace.
			w.write(filepath.Join("modules", name, "provider.tf"), s.config(""))
			w.write(filepath.Join("testing", "deployments", "provider.tf"), s.config(""))
			if wrapping := filepath.Join("modules", name, "tests", "wrapping"); w.has(wrapping) {
				w.write(filepath.Join(wrapping, "provider.tf"), s.config(""))
			}
			in := "-chdir=" + filepath.Join("modules", name)
			w.run([]string{in, "get"})
			w.exits(0, " passed, 0 failed.", in, "test")
			if stats := s.Stats(); stats.Deployments != deployments || stats.OpenScheduledActions != 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestModulesAreDocumented checks that the README of each module lists its variables and outputs.
func TestModulesAreDocumented(t *testing.T) {
	t.Parallel()
	declaration := regexp.MustCompile(`(?m)^(variable|output) "(\w+)" \{\n` +
		`(?:  type.*\n(?:    .*\n|  \}\)+\n)*)?  description += "(.*)"`)
	for name := range modules() {
		readme, err := os.ReadFile(filepath.Join(modulesRoot, name, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		rows := strings.ReplaceAll(string(readme), `\_`, "_")
		for _, file := range []string{"variables.tf", "outputs.tf"} {
			text, err := os.ReadFile(filepath.Join(modulesRoot, name, file))
			if err != nil {
				t.Fatal(err)
			}
			found := declaration.FindAllStringSubmatch(string(text), -1)
			if len(found) < 3 {
				t.Errorf("%s: %s declares %d", name, file, len(found))
			}
			for _, each := range found {
				if !strings.Contains(rows, "["+each[2]+"]") || !strings.Contains(rows, " | "+each[3]+" |") {
					t.Errorf("%s: the README does not have %s %q with its description", name, each[1], each[2])
				}
			}
		}
	}
}
