// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// tagInput is the input of an action that adds a tag to a group.
func tagInput(name, comment string) gateway.ActionPerformInput {
	pack, group, computers := "Custom Tagging - Add Tags", "All Computers", "All Windows Servers"
	return gateway.ActionPerformInput{
		Name: &name, Comment: &comment,
		Package: &gateway.PackageRefInput{Name: &pack, Params: []string{name}},
		Targets: gateway.ActionTargetsInput{
			ActionGroup: &gateway.ActionActionGroupInput{Name: &group},
			TargetGroup: &gateway.ActionTargetGroupInput{Name: &computers},
		},
	}
}

// searchable makes six scheduled actions: of two users, once and recurring, over and open.
func searchable(t *testing.T, s *tenant) {
	t.Helper()
	hours := 7200
	recurring := tagInput("Nightly tags", "INC-2")
	recurring.Schedule = &gateway.ActionPerformScheduleInput{ReissueSeconds: &hours}
	quarantine := tagInput("Quarantine", "INC-3 urgent")
	name := "Apply Windows IPsec Quarantine"
	quarantine.Package = &gateway.PackageRefInput{Name: &name}
	s.schedule(t, simulator.DefaultToken, tagInput("Tags of May", "INC-1"))
	s.Advance(time.Hour)
	s.schedule(t, simulator.DefaultToken, recurring, quarantine)
	s.schedule(t, "token-approver", tagInput("Tags of June", "INC-12"))
	session := newActionSession(t, s, s, simulator.DefaultToken)
	config := map[string]any{"name": "Tags of an operation", "operation": map[string]any{"add_tags": []any{"Blue"}},
		"targets": map[string]any{"action_group": map[string]any{"name": "All Computers"},
			"endpoint_ids": []any{"274301", "310011"}}, "wait": map[string]any{"enabled": false}}
	if _, ended := session.invoke(t.Context(), deployType, config); len(ended) > 0 {
		t.Fatal(describe(ended))
	}
}

// searches are conditions, and the names of what they find among what searchable makes.
func searches() map[string]struct {
	config map[string]any
	want   []string
} {
	may, june, nightly, quarantine := "Tags of May", "Tags of June", "Nightly tags", "Quarantine"
	const operation = "Tags of an operation"
	return map[string]struct {
		config map[string]any
		want   []string
	}{
		"all":              {want: []string{may, nightly, quarantine, june, operation}},
		"name":             {config: map[string]any{"name": may}, want: []string{may}},
		"part of the name": {config: map[string]any{"name_contains": "Tags of"}, want: []string{may, june, operation}},
		"comment":          {config: map[string]any{"comment_contains": "INC-1"}, want: []string{may, june}},
		"package": {config: map[string]any{"package_name": "Apply Windows IPsec Quarantine"},
			want: []string{quarantine}},
		"creator":   {config: map[string]any{"creator": "approver"}, want: []string{june}},
		"recurring": {config: map[string]any{"recurring": true}, want: []string{nightly}},
		"once": {config: map[string]any{"recurring": false},
			want: []string{may, quarantine, june, operation}},
		"over": {config: map[string]any{"open": false}, want: []string{may}},
		"open": {config: map[string]any{"open": true}, want: []string{nightly, quarantine, june, operation}},
		"two conditions": {config: map[string]any{"name_contains": "Tags of", "open": true},
			want: []string{june, operation}},
		"nothing": {config: map[string]any{"name": "Tags"}},
	}
}

// TestQuery checks every condition of the list resource and of the data source.
func TestQuery(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	searchable(t, s)
	session := newActionSession(t, s, s, simulator.DefaultToken)
	for name, c := range searches() {
		results, diagnostics := session.query(c.config, false, 100)
		var names []string
		for _, result := range results {
			text, _, _ := strings.Cut(result.name, " (")
			names = append(names, text)
		}
		if len(diagnostics) > 0 || !slices.Equal(names, c.want) {
			t.Errorf("%s: lists %q, want %q; %s", name, names, c.want, describe(diagnostics))
		}

		read, text := session.read("tanium_scheduled_actions", c.config)
		if text != "" {
			t.Errorf("%s: %s", name, text)
		}
		names = nil
		for _, each := range elements(t, read["scheduled_actions"]) {
			if text := textIn(each["name"]); !slices.Contains(names, text) { // an operation has two
				names = append(names, text)
			}
		}
		if !slices.Equal(names, c.want) {
			t.Errorf("%s: reads %q, want %q", name, names, c.want)
		}
	}
}

// TestDisplayName checks what a query prints of a scheduled action.
func TestDisplayName(t *testing.T) {
	t.Parallel()
	text := func(text string) *string { return &text }
	again, once := 7200, 0
	open, closed := gateway.ActionStatusOpen, gateway.ActionStatusClosed
	last := func(status gateway.ActionStatus) *gateway.LastAction { return &gateway.LastAction{Status: &status} }
	next, gone := time.Unix(1, 0), gateway.ScheduledActionStatusDeleted
	by := func(user, pack *string) gateway.ScheduledActionDetails {
		var details gateway.ScheduledActionDetails
		details.Creator.User.Name, details.Package.Name = user, pack
		return details
	}
	for want, found := range map[string]deployment.FoundAction{
		"Patch servers (open, recurring, by alice)": {Details: by(text("alice"), text("Patch")),
			Scheduled: &gateway.ScheduledAction{Name: "Patch servers", IssueSeconds: &again, NextStartTime: &next,
				LastAction: last(closed)}},
		"Patch servers (open, by bob)": {Details: by(text("bob"), nil),
			Scheduled: &gateway.ScheduledAction{Name: "Patch servers", IssueSeconds: &once, LastAction: last(open)}},
		"Patch servers (over, by bob)": {Details: by(text("bob"), nil),
			Scheduled: &gateway.ScheduledAction{Name: "Patch servers", LastAction: last(closed)}},
		"Patch servers (over, recurring)": {Scheduled: &gateway.ScheduledAction{Name: "Patch servers",
			IssueSeconds: &again, NextStartTime: &next, Status: &gone, LastAction: last(closed)}},
		"Patch (over)": {Details: by(text(""), text("Patch")),
			Scheduled: &gateway.ScheduledAction{LastAction: last(closed)}},
	} {
		if got := displayName(found, found.Open()); got != want {
			t.Errorf("prints %q, want %q", got, want)
		}
	}
}

// TestQueryHostileNames checks that the name of an action neither forges another result of a query
// nor shows the token.
func TestQueryHostileNames(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	for name, want := range map[string]string{
		"Tag\nlist.tanium_action.x   id=1   Safe": "Tag list.tanium_action.x   id=1   Safe (over, by operator)",
		"\x1b[2K\rSafe \u202e":                    " [2K Safe   (over, by operator)",
		simulator.DefaultToken:                    " (over, by operator)",
		strings.Repeat("é", 300):                  strings.Repeat("é", 199) + "…",
	} {
		config := tagging()
		config["name"], config["wait"], config["on_duplicate"] = name, unwaited(), "ignore"
		if err := s.Reset(); err != nil {
			t.Fatal(err)
		}
		if _, said := newSession(t, s, s).apply(t.Context(), config, nil); hasError(said) {
			t.Fatal(describe(said))
		}
		s.Advance(time.Hour)
		found, said := newActionSession(t, s, s, simulator.DefaultToken).query(nil, false, 100)
		if len(found) != 1 || !strings.HasSuffix(found[0].name, want) || hasError(said) ||
			strings.Contains(found[0].name, simulator.DefaultToken) {
			t.Errorf("%q is listed as %+v, want %q, %s", name, found, want, describe(said))
		}
	}
}

// TestQueryPartOpen checks that an operation is open while a part of it is, although the conditions
// select a part that is over.
func TestQueryPartOpen(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := onOperation()
	config["wait"] = unwaited()
	if _, said := newSession(t, s, s).apply(t.Context(), config, nil); hasError(said) {
		t.Fatal(describe(said))
	}
	session := newActionSession(t, s, s, simulator.DefaultToken)
	client := s.client(t, simulator.DefaultToken)
	for _, want := range []string{"open", "over"} {
		id := map[string]string{"open": "6112010", "over": "6112011"}[want]
		if err := client.StopAction(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		found, _ := session.query(map[string]any{"package_name": "Custom Tagging - Add Tags"}, false, 100)
		if len(found) != 1 || !strings.Contains(found[0].name, "("+want) {
			t.Errorf("after the stop of action %s: %+v, want %s", id, found, want)
		}
	}
}

// TestQueryResources checks the resources that a query includes: those of an import.
func TestQueryResources(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	searchable(t, s)
	session := newActionSession(t, s, s, simulator.DefaultToken)
	results, diagnostics := session.query(nil, true, 100)
	if len(diagnostics) > 0 || len(results) != 5 {
		t.Fatalf("%d results: %s", len(results), describe(diagnostics))
	}
	for i, want := range []struct {
		comment, status string
		parts           int
		hasPackage      bool
	}{
		{comment: "INC-1", status: "CLOSED", parts: 1,
			hasPackage: true}, {comment: "INC-2", status: "PENDING", parts: 1,
			hasPackage: true}, {comment: "INC-3 urgent", status: "PENDING", parts: 1, hasPackage: true},
		{comment: "INC-12", status: "PENDING", parts: 1, hasPackage: true}, {status: "PENDING", parts: 2},
	} {
		got := results[i].resource
		if textIn(got["comment"]) != want.comment || textIn(got["status"]) != want.status ||
			len(elements(t, got["actions"])) != want.parts || got["package"].IsNull() == want.hasPackage {
			t.Errorf("%s: %v", results[i].name, got)
		}
	}
	limited, _ := session.query(nil, true, 2)
	if len(limited) != 2 {
		t.Errorf("%d results with a limit of 2", len(limited))
	}
}

// TestQueryFails checks that a failure of the search or of the reads is an error.
func TestQueryFails(t *testing.T) {
	t.Parallel()
	for field, include := range map[string]bool{"scheduledActions": false, "action": true} {
		s := newTenant(t, simulator.Options{})
		searchable(t, s)
		session := newActionSession(t, s, s, simulator.DefaultToken)
		fault := simulator.Fault{Field: field, Kind: simulator.Status, Code: http.StatusUnauthorized, Times: -1}
		if err := s.Fail(fault); err != nil {
			t.Fatal(err)
		}
		results, diagnostics := session.query(nil, include, 100)
		if len(results) > 0 || !strings.Contains(describe(diagnostics), "ERROR Cannot ") {
			t.Errorf("%s: %d results, %s", field, len(results), describe(diagnostics))
		}
	}
}

// TestQueryPages finds 300 scheduled actions over several pages, in far fewer requests.
func TestQueryPages(t *testing.T) {
	t.Parallel()
	const count = 300
	s := newTenant(t, simulator.Options{})
	taggings(t, s, count)
	session := newActionSession(t, s, s, simulator.DefaultToken)
	before, fields := s.Stats().Requests, s.requests()
	results, diagnostics := session.query(taggingsOnly(), true, 1000)
	names := map[string]bool{}
	for _, result := range results {
		if name := textIn(result.resource["name"]); strings.HasPrefix(name, "Tag ") {
			names[name] = true
		}
	}
	if len(diagnostics) > 0 || len(results) != count || len(names) != count {
		t.Fatalf("finds %d, %d names: %s", len(results), len(names), describe(diagnostics))
	}
	sent := fields()
	if requests := s.Stats().Requests - before; requests > count/5 || sent["scheduledActions"] < 2 {
		t.Errorf("sent %d requests: %v", requests, sent)
	}
	if stats := s.Stats(); stats.Operations["actionPerform"] != count+1 {
		t.Errorf("%d deployments", stats.Deployments)
	}
}

// taggings makes a number of scheduled actions, and one with another name.
func taggings(t *testing.T, s *tenant, count int) {
	t.Helper()
	for n := range count {
		s.schedule(t, simulator.DefaultToken, tagInput(fmt.Sprintf("Tag %d", n), "INC-1"))
	}
	s.schedule(t, simulator.DefaultToken, tagInput("Other", "INC-1"))
}

// taggingsOnly are the conditions of a query for those of taggings.
func taggingsOnly() map[string]any {
	return map[string]any{"name_contains": "Tag ", "comment_contains": "INC-1"}
}

// TestAccQuery finds scheduled actions. The configuration that Terraform writes imports them
// without a change of what is deployed. They are few, because Terraform takes long for each.
func TestAccQuery(t *testing.T) {
	t.Parallel()
	needsActions(t)
	const count = 20
	s := newTenant(t, simulator.Options{})
	taggings(t, s, count)
	w := newAttachedWorkspace(t, s, "")
	w.write("find.tfquery.hcl", `
list "tanium_action" "tags" {
  provider         = tanium
  include_resource = true
  limit            = 1000
  config {
    name_contains    = "Tag "
    comment_contains = "INC-1"
  }
}
`)
	before := s.Stats().Requests
	code, output := w.try("query", "-generate-config-out=found.tf")
	if found := strings.Count(output, "list.tanium_action.tags "); code != 0 || found != count {
		t.Fatalf("exits with %d, finds %d: %.2000s", code, found, output)
	}
	if sent := s.Stats().Requests - before; sent > count/2 {
		t.Errorf("sent %d requests", sent)
	}
	generated, err := os.ReadFile(filepath.Join(w.folder, "found.tf"))
	if err != nil || strings.Count(string(generated), "resource \"tanium_action\"") != count {
		t.Fatalf("%v: %.2000s", err, generated)
	}
	w.exits(0, fmt.Sprintf("Plan: %d to import, 0 to add, %[1]d to change, 0 to destroy.", count),
		"plan", "-input=false")
	if stats := s.Stats(); stats.Deployments != count+1 || stats.Operations["actionPerform"] != count+1 {
		t.Errorf("%d deployments", stats.Deployments)
	}
}
