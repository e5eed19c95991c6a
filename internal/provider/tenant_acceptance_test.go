// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/inspect"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// inspected inspects a tenant.
func inspected(t *testing.T, s *tenant) inspect.Report {
	t.Helper()
	address, err := gateway.ParseAddress(s.url)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{Address: address, Token: simulator.DefaultToken, Now: s.Now})
	if err != nil {
		t.Fatal(err)
	}
	report, err := inspect.Tenant(t.Context(), client, s.Now)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// summaries returns the findings as lines.
func summaries(report inspect.Report) string {
	var lines []string
	for _, finding := range report.Findings {
		lines = append(lines, fmt.Sprintf("%s %s: %s", finding.Severity, finding.Subject, finding.Summary))
		for _, text := range []string{finding.Summary, finding.Consequence, finding.Remedy} {
			if !strings.HasSuffix(text, ".") {
				lines = append(lines, "no sentence: "+text)
			}
		}
	}
	return strings.Join(lines, "\n")
}

// TestTenant checks that a tenant which has everything has no finding.
func TestTenant(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	report := inspected(t, s)
	if found := summaries(report); found != "" {
		t.Error(found)
	}
	model := tenantState(report)
	if name := model.User.Username.ValueString(); name != "operator" ||
		!model.ManagementRights.Unrestricted.ValueBool() ||
		len(model.Tokens) != 1 || !model.AllComputers.ValueBool() || model.Persona != nil || len(model.Sensors) != 8 {
		t.Errorf("%+v", model)
	}
}

// TestTenantWithout removes parts of the schema that the provider uses, one at a time. The report
// says exactly which one is missing. A simulator is slow to start with another schema, so it serves
// some of them; TestWithoutEach of the package inspect removes each part from what a server says.
func TestTenantWithout(t *testing.T) {
	t.Parallel()
	uses, err := gateway.Uses()
	if err != nil || len(uses) < 200 {
		t.Fatalf("%d uses, %v", len(uses), err)
	}
	const served = 12
	for i, use := range uses {
		if i%(len(uses)/served) != 0 {
			continue
		}
		t.Run(use.Path(), func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{Without: []string{use.Path()}})
			report := inspected(t, s)
			for _, difference := range *report.Differences {
				// An argument is missing with its field.
				if !difference.Missing() || !strings.HasPrefix(difference.Path(), use.Path()) {
					t.Errorf("%+v", difference)
				}
			}
			if len(*report.Differences) == 0 {
				t.Error("nothing is missing")
			}
		})
	}
}

// TestTenantSwitches checks that a tenant which answers otherwise than the default has no finding.
func TestTenantSwitches(t *testing.T) {
	t.Parallel()
	for name, options := range switches() {
		s := newTenant(t, options)
		found := summaries(inspected(t, s))
		lacks := strings.Contains(found, "The tenant's schema does not have Query.actions.")
		if old := options.OldSchema; old != lacks || !old && found != "" {
			t.Errorf("%s: %s", name, found)
		}
	}
}

// TestTenantRights checks that a part which the token may not read is a finding, and that the
// others are read.
func TestTenantRights(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"currentUserContext":     "info user: The user of the token could not be read: ",
		"managementRightsGroups": "info management rights: The management rights could not be read: ",
		"myAPITokens":            "info token: The tokens of the user could not be read: ",
		"actionGroups":           "error action groups: The action groups could not be read: ",
		"sensors":                "error sensors: The sensors could not be read: ",
		"__type":                 "info schema: The schema could not be read: ",
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			if err := s.Fail(simulator.Fault{Field: field, Kind: simulator.GraphQLError, Times: -1}); err != nil {
				t.Fatal(err)
			}
			if found := summaries(inspected(t, s)); !strings.HasPrefix(found, want) ||
				strings.Contains(found, "\n") {
				t.Error(found)
			}
		})
	}
}

// TestTenantTokens checks the findings of tokens that expire.
func TestTenantTokens(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	s.Advance(3650*24*time.Hour - 90*time.Minute)
	want := "warning token: The only token of the user, "
	if found := summaries(inspected(t, s)); !strings.HasPrefix(found, want) ||
		!strings.Contains(found, "expires in 1h30m0s, at 2036-03-04T09:00:00Z.") {
		t.Error(found)
	}
}

// TestAccTenant checks with Terraform itself that the data source shows what is there, and warns of
// what is not.
func TestAccTenant(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{Without: []string{"Query.myAPITokens", "Action.results"}})
	w := newAttachedWorkspace(t, s, `
data "tanium_tenant" "this" {}
output "user" { value = data.tanium_tenant.this.user.username }
output "tokens" { value = data.tanium_tenant.this.tokens == null }
output "missing" { value = join(", ", data.tanium_tenant.this.schema_differences[*].path) }
output "severities" { value = join(", ", data.tanium_tenant.this.findings[*].severity) }
`)
	w.exits(0, "The tenant's schema does not have Action.results.", "apply", "-auto-approve", "-input=false")
	for name, want := range map[string]string{
		"user": `"operator"`, "tokens": "true", "missing": `"Action.results, Query.myAPITokens"`,
		"severities": `"info, error, info"`,
	} {
		w.exits(0, want, "output", name)
	}
}

// TestTokenExpires checks that a plan says if the only token expires before the action ends, or
// before it starts.
func TestTokenExpires(t *testing.T) {
	t.Parallel()
	const life = 3650 * 24 * time.Hour
	later := func(s *tenant, by time.Duration) string { return s.Now().Add(by).UTC().Format(time.RFC3339) }
	for name, c := range map[string]struct {
		left  time.Duration
		start time.Duration
		wait  bool
		says  string
	}{
		"long": {time.Hour, 0, true, ""},
		"short": {5 * time.Minute, 0, true, "WARNING The API token may expire before the action \"Tag\" " +
			"ends: "},
		"short, no wait": {5 * time.Minute, 0, false, ""},
		"before the start": {time.Hour, 2 * time.Hour, false, "WARNING The API token expires before the action " +
			"\"Tag\" starts: "},
		"during a late one": {time.Hour, 55 * time.Minute, true, "WARNING The API token may expire before"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			s.Advance(life - c.left)
			config := tagging()
			config["name"], config["wait"] = "Tag", map[string]any{"enabled": c.wait}
			if c.start > 0 {
				config["schedule"] = map[string]any{"start_time": later(s, c.start), "expire_seconds": 660}
			}
			said := describe(newSession(t, s, s).planned(config, nil).Diagnostics)
			if c.says == "" && strings.Contains(said, "token") || !strings.Contains(said, c.says) {
				t.Error(said)
			}
		})
	}
	s := newTenant(t, simulator.Options{})
	if err := s.Fail(simulator.Fault{Field: "myAPITokens", Kind: simulator.GraphQLError, Times: -1}); err != nil {
		t.Fatal(err)
	}
	if said := describe(newSession(t, s, s).planned(tagging(), nil).Diagnostics); strings.Contains(said, "token") {
		t.Error(said)
	}
}

// TestAccFirstRunGuide runs the configurations of the guide to the first run.
func TestAccFirstRunGuide(t *testing.T) {
	t.Parallel()
	text := guideText(t, "first-run.md")
	examples, said := fenced(text, "terraform"), fenced(text, "text")
	if len(examples) != 2 || len(said) != 2 {
		t.Fatalf("%d examples, %d quotations", len(examples), len(said))
	}
	for _, example := range examples {
		if lines := strings.Count(example, "\n"); lines > 12 {
			t.Errorf("an example has %d lines", lines)
		}
	}
	s := newTenant(t, simulator.Options{})
	if !strings.HasSuffix(s.example(t, "tenant/main.tf"), examples[0]) {
		t.Error("examples/tenant is not the first example")
	}
	w := newAttachedWorkspace(t, s, examples[0])
	w.exits(0, reflow(said[0]), "plan", "-input=false")
	w.write("main.tf", s.config("%s", examples[0]+"\n"+examples[1]))
	w.exits(0, reflow(said[1]), "apply", "-auto-approve", "-input=false")
	if served := s.served(); len(served) != 1 || served[0] != "100204" {
		t.Errorf("served %v", served)
	}
}

// TestTokenInPlaceOfFile checks that a token which is given as the path of its file is in no error.
func TestTokenInPlaceOfFile(t *testing.T) {
	t.Parallel()
	const secret = "token-0123456789abcdef"
	for _, given := range []string{"argument", "environment"} {
		model := providerModel{APIToken: types.StringNull(), APITokenFile: types.StringNull()}
		if given == "argument" {
			model.APITokenFile = types.StringValue(secret)
		}
		var diags diag.Diagnostics
		model.token(func(name string) string {
			if name == message.EnvAPITokenFile && given == "environment" {
				return secret
			}
			return ""
		}, &diags)
		if said := fmt.Sprint(diags); !strings.Contains(said, "looks like a token") || strings.Contains(said, secret) {
			t.Errorf("%s: %s", given, said)
		}
	}
}
