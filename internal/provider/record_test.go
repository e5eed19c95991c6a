// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/record"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestRecord checks that a record has no token, no write-only parameter and no name: neither while
// the parameter is known nor in a refresh, which does not know it.
func TestRecord(t *testing.T) {
	t.Parallel()
	for name, names := range map[string]string{"with pseudonyms": "", "with names": "1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "made", "record")
			s := newLeakyTenant(t)
			s.environ = map[string]string{message.EnvRecord: folder, message.EnvRecordNames: names}
			first := newSession(t, s, s)
			if err := s.Fail(simulator.Fault{Field: "actionPerform", Kind: simulator.GraphQLError, Times: 1,
				Message: "odd: " + secretParameter + ", " + secretBase64 + ", " + simulator.DefaultToken}); err != nil {
				t.Fatal(err)
			}
			config := merged(map[string]any{
				"comment": "for win-print-01 of jdoe", "targets": failingTargets(),
				"failure_report": map[string]any{"log_lines": 20},
				"package":        map[string]any{"name": "Log in", "parameters_wo": []any{secretParameter}},
			})
			first.logged(config)
			if said := first.logged(config); !strings.Contains(said, "win-print-01") {
				t.Errorf("it has not failed: %s", said)
			}
			second := newSession(t, s, s) // another process, which does not know the parameter
			second.read("tanium_scheduled_actions", map[string]any{})
			second.read("tanium_endpoints", map[string]any{"sensors": []any{map[string]any{"name": "Computer Name"}}})
			second.read("tanium_package_spec", map[string]any{"name": "Log in"})
			files := readRecord(t, folder)
			secret := []string{secretParameter, secretBase64, simulator.DefaultToken}
			if names == "" {
				secret = append(secret, "operator", "jdoe", `"Tag"`)
				machines, err := builtinFleet()
				if err != nil {
					t.Fatal(err)
				}
				for _, endpoint := range machines.Endpoints {
					secret = append(secret, endpoint.Name, endpoint.IPAddress)
				}
			}
			for _, text := range secret {
				if at := strings.Index(files, text); at >= 0 {
					t.Errorf("%q is in the record: %s", text, files[max(0, at-300):min(len(files), at+100)])
				}
			}
			for _, text := range []string{"PerformAction", ":Failed.", `"Log in"`, "Action Statuses", "tf"} {
				if !strings.Contains(files, text) {
					t.Errorf("%q is not in the record", text)
				}
			}
			if shown := strings.Contains(files, "win-print-01"); shown != (names == "1") {
				t.Errorf("it shows names: %t", shown)
			}
		})
	}
}

// readRecord returns the files of a record, and checks their modes.
func readRecord(t *testing.T, folder string) string {
	t.Helper()
	exchanges, err := record.Read(folder)
	if err != nil || len(exchanges) < 10 {
		t.Fatalf("%d exchanges, %v", len(exchanges), err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != len(exchanges)+1 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	var all strings.Builder
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", entry.Name(), info.Mode(), err)
		}
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(content)
	}
	return all.String()
}

// TestRecordConfigure checks what the provider says when it records, and when it cannot.
func TestRecordConfigure(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, c := range map[string]struct {
		environ map[string]string
		says    []string
		fails   bool
	}{
		"off": {environ: map[string]string{message.EnvRecordNames: "1"}},
		"on":  {environ: map[string]string{message.EnvRecord: folder}, says: []string{folder, "salt", "Pseudonyms"}},
		"names": {environ: map[string]string{message.EnvRecord: folder, message.EnvRecordNames: "1"},
			says: []string{"has all names"}},
		"a file": {map[string]string{message.EnvRecord: file}, []string{"Record cannot be written", file}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newSession(t, s, s)
			s.environ = c.environ
			server, err := NewServer(NewForTest("test", s.options(s))())
			if err != nil {
				t.Fatal(err)
			}
			answer, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
				TerraformVersion: "1.11.4", Config: session.settings})
			if err != nil {
				t.Fatal(err)
			}
			said := describe(answer.Diagnostics)
			for _, words := range c.says {
				if !strings.Contains(said, words) {
					t.Errorf("%q is not in %s", words, said)
				}
			}
			warns := strings.Contains(said, "are recorded")
			if hasError(answer.Diagnostics) != c.fails || warns != (len(c.says) > 0 && !c.fails) {
				t.Error(said)
			}
			for _, each := range answer.Diagnostics {
				if each.Attribute != nil && strings.Contains(each.Summary, "ecord") {
					t.Errorf("%s has the path %v", each.Summary, each.Attribute)
				}
			}
		})
	}
}
