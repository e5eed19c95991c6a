// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/record"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/replay"
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

// TestRecordReplay checks that a run that failed fails in the same words when it is replayed, also
// from a record with pseudonyms whose salt was deleted.
func TestRecordReplay(t *testing.T) {
	t.Parallel()
	refused := simulator.Fault{Field: "actionPerform", Kind: simulator.GraphQLError, Times: 1, Message: "no right"}
	down := simulator.Fault{Field: "packageSpecs", Kind: simulator.Status, Code: 503, Times: 1000}
	page := simulator.Fault{Field: "actionPerform", Kind: simulator.Garbage, Times: 1, Effect: true}
	for name, c := range map[string]struct {
		config map[string]any
		fault  *simulator.Fault
		says   string
		// remediation is for the resource tanium_remediation.
		remediation bool
	}{
		"an endpoint fails": {config: merged(map[string]any{"targets": failingTargets()}),
			says: "Action failed: 1 of 1"},
		"operation": {config: merged(map[string]any{"package": nil, "comment": "for <jdoe>",
			"operation": map[string]any{"add_tags": []any{"Blue"}}, "targets": failingTargets()}),
			says: "Action failed: 1 of 1"},
		"refused": {config: tagging(), fault: &refused, says: "no right"},
		"down":    {config: tagging(), fault: &down, says: "503"},
		"the answer is lost, and the marker finds the deployment": {config: tagging(), fault: &page},
		"a remediation fails": {config: untagged(map[string]any{"targets": everyone()}), says: "1 failed",
			remediation: true},
	} {
		for _, names := range []string{"", "1"} {
			t.Run(name+", names="+names, func(t *testing.T) {
				t.Parallel()
				folder := t.TempDir()
				s := newTenant(t, simulator.Options{})
				if c.fault != nil {
					if err := s.Fail(*c.fault); err != nil {
						t.Fatal(err)
					}
				}
				start := newSession
				if c.remediation {
					start = newRemediation
				}
				s.environ = map[string]string{message.EnvRecord: folder, message.EnvRecordNames: names}
				want := planAndApply(s, start(t, s, s), start(t, s, s), c.config)
				if !strings.Contains(want, c.says) {
					t.Fatalf("%q is not in %s", c.says, want)
				}
				if err := os.Remove(filepath.Join(folder, record.SaltName)); err != nil {
					t.Fatal(err)
				}
				again := newTenant(t, simulator.Options{})
				replayed := again.replay(t, folder)
				got := planAndApply(again, start(t, again, again), start(t, again, again), c.config)
				form := regexp.QuoteMeta(strings.ReplaceAll(got, again.url, s.url))
				if names == "" {
					// The provider did not send these names, and shows some lines of a log.
					lines := regexp.MustCompile(`(?:\n *\\\| ` + record.PseudonymPattern + `)+`)
					form = lines.ReplaceAllString(form, "\n.+")
					form = regexp.MustCompile(record.PseudonymPattern).ReplaceAllString(form, ".+")
				}
				if !regexp.MustCompile("(?s)^" + form + "$").MatchString(want) {
					t.Errorf("recorded:\n%s\n\nreplayed:\n%s", want, got)
				}
				if len(*replayed) > 0 {
					t.Errorf("not in the record: %s", *replayed)
				}
			})
		}
	}
}

// planAndApply plans in one process and applies in another one a second later, and returns what
// both say.
func planAndApply(s *tenant, planning, applying *session, config map[string]any) string {
	t := planning.t
	t.Helper()
	said := describe(planning.planned(config, nil).Diagnostics)
	if strings.Contains(said, "ERROR") {
		return said
	}
	s.Advance(time.Second)
	null := applying.dynamic(tftypes.NewValue(applying.kind(), nil))
	planned := applying.planned(config, nil)
	applied, err := applying.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: applying.name, Config: applying.dynamic(encode(applying.kind(), config)), PriorState: null,
		PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate,
	})
	if err != nil {
		t.Fatal(err)
	}
	return said + describe(planned.Diagnostics) + describe(applied.Diagnostics)
}

// replay lets a record answer in place of the tenant. It returns what was not in the record.
func (s *tenant) replay(t *testing.T, folder string) *[]string {
	t.Helper()
	exchanges, err := record.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	server, err := replay.New(exchanges, s.Now, func(text string) { missing = append(missing, text) })
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	t.Cleanup(served.Close)
	s.url = served.URL
	return &missing
}
