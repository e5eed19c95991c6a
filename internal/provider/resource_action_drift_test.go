// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// recurringModel returns the model of a recurring action, and what Tanium shows of it.
func recurringModel(t *testing.T) (actionModel, gateway.ScheduledActionTerms) {
	t.Helper()
	text := func(value string) *string { return &value }
	interval, end := 3600, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	shown := gateway.ScheduledActionTerms{Name: "Tag", ScheduledActionDetails: gateway.ScheduledActionDetails{
		IssueSeconds: &interval, EndTime: &end,
		Package: gateway.ScheduledActionPackage{Id: text("12"), Name: text("Tagging")},
		Targets: gateway.ScheduledActionTargets{
			ActionGroup: gateway.NamedRef{Id: text("21"), Name: text("All Windows")},
			TargetGroup: gateway.NamedRef{Id: text("12"), Name: text("Servers")},
		},
	}}
	model := nullAction(t.Context())
	model.Name = types.StringValue("Tag")
	model.setDetails(shown.ScheduledActionDetails, true, end)
	return model, shown
}

// TestDrifted checks which differences of a recurring action a refresh finds, and what it writes
// into the state.
func TestDrifted(t *testing.T) {
	t.Parallel()
	byID := func(id string) types.Dynamic {
		return types.DynamicValue(types.ObjectValueMust(map[string]attr.Type{"id": types.StringType},
			map[string]attr.Value{"id": types.StringValue(id)}))
	}
	other, second := "Other", 7200
	for name, c := range map[string]struct {
		edit    func(m *actionModel, shown *gateway.ScheduledActionTerms)
		changes []string
		rest    []string // what cannot be compared
	}{
		"the same": {edit: func(*actionModel, *gateway.ScheduledActionTerms) {}},
		"a derived package": {edit: func(_ *actionModel, shown *gateway.ScheduledActionTerms) {
			shown.Package.Id = &other
		}},
		"name": {edit: func(_ *actionModel, shown *gateway.ScheduledActionTerms) { shown.Name = other },
			changes: []string{`name: was "Tag", is "Other"`}},
		"no name": {edit: func(m *actionModel, shown *gateway.ScheduledActionTerms) {
			m.Name, shown.Name = types.StringNull(), other
		}},
		"interval": {edit: func(_ *actionModel, shown *gateway.ScheduledActionTerms) { shown.IssueSeconds = &second },
			changes: []string{"schedule.reissue_seconds: was 3600, is 7200"}},
		"the name is cut": {
			edit: func(_ *actionModel, shown *gateway.ScheduledActionTerms) { shown.Name = shown.Name[:3] }},
		"the name in capitals": {edit: func(_ *actionModel, shown *gateway.ScheduledActionTerms) {
			shown.Name = strings.ToUpper(shown.Name)
		}},
		"no interval is returned": {edit: func(_ *actionModel, shown *gateway.ScheduledActionTerms) {
			shown.IssueSeconds = nil
		}},
		"recurs no more": {
			edit:    func(_ *actionModel, shown *gateway.ScheduledActionTerms) { shown.IssueSeconds = new(int) },
			changes: []string{"schedule.reissue_seconds: was 3600, is 0"}},
		"end": {edit: func(_ *actionModel, shown *gateway.ScheduledActionTerms) { shown.EndTime = nil },
			changes: []string{"schedule.end_time: was 2026-04-01T00:00:00Z, is not set"}},
		"a later end": {edit: func(m *actionModel, _ *gateway.ScheduledActionTerms) {
			m.Schedule = withField(m.Schedule, "end_time", timetypes.NewRFC3339Null())
		}, changes: []string{"schedule.end_time: was not set, is 2026-04-01T00:00:00Z"}},
		"package": {edit: func(_ *actionModel, shown *gateway.ScheduledActionTerms) { shown.Package.Name = &other },
			changes: []string{`package: was "Tagging", is "Other"`}},
		"package by ID": {edit: func(m *actionModel, shown *gateway.ScheduledActionTerms) {
			m.Package = withField(withField(m.Package, "name", types.StringNull()), "id", types.StringValue("12"))
			shown.Package.Id, shown.Package.Name = &other, &other
		}, rest: []string{"package"}},
		"groups": {edit: func(_ *actionModel, shown *gateway.ScheduledActionTerms) {
			shown.Targets.ActionGroup.Name, shown.Targets.TargetGroup.Name = &other, &other
		}, changes: []string{`targets.action_group: was "All Windows", is "Other"`,
			`targets.computer_group: was "Servers", is "Other"`}},
		"groups by ID": {edit: func(m *actionModel, shown *gateway.ScheduledActionTerms) {
			m.Targets = withField(withField(m.Targets, "action_group", byID("21")), "computer_group", byID("12"))
			shown.Targets.ActionGroup.Name, shown.Targets.TargetGroup.Name = &other, &other
		}, rest: []string{"targets.action_group", "targets.computer_group"}},
		"a group and platforms": {edit: func(m *actionModel, shown *gateway.ScheduledActionTerms) {
			m.Targets = withField(m.Targets, "platforms", types.SetValueMust(types.StringType,
				[]attr.Value{types.StringValue("Windows")}))
			shown.Targets.TargetGroup.Name = &other
		}, rest: []string{"targets.computer_group", "targets.platforms"}},
		"an operation": {edit: func(m *actionModel, shown *gateway.ScheduledActionTerms) {
			m.Package = types.ObjectNull(m.Package.AttributeTypes(t.Context()))
			m.Operation = types.ObjectValueMust(map[string]attr.Type{}, nil)
			shown.Name, shown.Package.Name, shown.Targets.TargetGroup.Name = other, &other, &other
		}, rest: []string{"operation", "targets.computer_group"}},
	} {
		model, shown := recurringModel(t)
		c.edit(&model, &shown)
		after, changes := drifted(model, shown)
		var texts []string
		for _, each := range changes {
			texts = append(texts, fmt.Sprintf("%s: was %s, is %s", each.At, each.Was, each.Is))
		}
		if !slices.Equal(texts, c.changes) {
			t.Errorf("%s: changes %q, want %q", name, texts, c.changes)
		}
		if rest := notCompared(model, shown); !slices.Equal(rest, c.rest) {
			t.Errorf("%s: not compared %q, want %q", name, rest, c.rest)
		}
		if _, changes = drifted(after, shown); len(changes) > 0 {
			t.Errorf("%s: the next refresh finds %v again", name, changes)
		}
		if len(after.changed(t.Context(), model)) > 0 != (len(c.changes) > 0) {
			t.Errorf("%s: the state shows no difference", name)
		}
	}
}

// TestAccDrift checks that a refresh finds what somebody changed of a recurring action, and that
// the apply replaces it. It counts the requests of the plan before.
func TestAccDrift(t *testing.T) {
	t.Parallel()
	const warning = "Recurring action was changed in Tanium"
	end := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		options simulator.Options
		edit    world.Edit
		says    string
		reads   int // of scheduledAction by the plan without a change
		more    string
	}{
		"name": {edit: world.Edit{Name: "Other"}, says: `name: was "Remedy", is "Other"`, reads: 2},
		"interval": {edit: world.Edit{ReissueSeconds: 7200},
			says: "reissue_seconds: was 3600, is 7200", reads: 2},
		"end": {edit: world.Edit{EndTime: &end},
			says: "end_time: was not set, is 2026-05-01T00:00:00Z", reads: 2},
		"package": {options: simulator.Options{Unknowns: world.Unknowns{DerivedPackages: true}},
			edit: world.Edit{Package: "Custom Tagging - Add Tags (Non-Windows)"},
			says: `package: was "Custom Tagging - Add Tags", is`, reads: 2},
		"action group": {edit: world.Edit{ActionGroup: "All Windows"},
			says: `action_group: was "All Computers", is "All Windows"`, reads: 2},
		"computer group": {edit: world.Edit{ComputerGroup: "All Windows"},
			says: `computer_group: was "All Windows Servers", is "All Windows"`, reads: 2},
		"does not recur": {edit: world.Edit{Name: "Other"}, reads: 1, more: "wait { max_failed = 1 }"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, c.options)
			more := "schedule { reissue_seconds = 3600 }\n  wait { max_failed = 1 }"
			if c.more != "" {
				more = c.more
			}
			w := newAttachedWorkspace(t, s, remedy(onServers, more))
			w.exits(0, "1 added", "apply", "-input=false", "-auto-approve")
			sent, before := s.requests(), s.Stats().Requests
			w.exits(0, "No changes", "plan", "-input=false")
			asked, requests := sent(), s.Stats().Requests-before
			if asked["scheduledAction"] != c.reads || requests > c.reads {
				t.Errorf("sent %d requests, %v", requests, asked)
			}
			c.edit.ID = "88001"
			if err := s.Edit(c.edit); err != nil {
				t.Fatal(err)
			}
			if c.says == "" {
				w.exits(0, "No changes", "plan", "-input=false")
				return
			}
			code, output := w.try("plan", "-input=false", "-detailed-exitcode")
			if code != 2 || !strings.Contains(output, warning) || !strings.Contains(output, c.says) ||
				!strings.Contains(output, "must be replaced") {
				t.Fatalf("exit code %d\n%s", code, output)
			}
			w.exits(0, "1 added, 0 changed, 1 destroyed", "apply", "-input=false", "-auto-approve")
			if stats := s.Stats(); stats.Deployments != 2 || stats.OpenScheduledActions != 1 {
				t.Errorf("%+v", stats)
			}
			w.exits(0, "No changes", "plan", "-input=false")
		})
	}
}
