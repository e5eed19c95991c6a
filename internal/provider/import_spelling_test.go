// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// importFirst imports the first scheduled action into a new session, and refreshes it as Terraform
// does.
func importFirst(t *testing.T, s *tenant) (*session, *tfprotov6.DynamicValue) {
	t.Helper()
	session := newSession(t, s, s)
	answer, err := session.server.ImportResourceState(t.Context(),
		&tfprotov6.ImportResourceStateRequest{TypeName: actionType, ID: "88001"})
	if err != nil || hasError(answer.Diagnostics) {
		t.Fatal(err, describe(answer.Diagnostics))
	}
	session.private = answer.ImportedResources[0].Private
	return session, session.refresh(answer.ImportedResources[0].State)
}

// TestImportSpellings imports an action with the configuration that deployed it, whose name and
// comment Tanium shows in another spelling: nothing is deployed again.
func TestImportSpellings(t *testing.T) {
	t.Parallel()
	for _, comments := range []world.Comments{"", world.CommentsCut, world.CommentsUpper, world.CommentsEscaped,
		world.CommentsBlanks} {
		for name, change := range map[string]map[string]any{
			"as it is": nil,
			"heredoc":  {"comment": "INC-4711\nfor the web servers\n"},
			"blanks":   {"name": " Tag", "comment": "\u00a0INC-4711 "},
			"HTML":     {"name": "Tag <b>", "comment": `INC-4711 & "others" <b>`},
			"long":     {"comment": strings.Repeat("INC-4711 ", 60)},
		} {
			t.Run(string(comments)+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := deployWithoutWait(t, simulator.Options{Unknowns: world.Unknowns{Comments: comments}}, change)
				session, found := importFirst(t, s)
				config := merged(map[string]any{"wait": unwaited()})
				for name, value := range change {
					config[name] = value
				}
				planned := session.plannedWith(config, found)
				said := describe(planned.Diagnostics)
				if len(planned.RequiresReplace) > 0 || !strings.Contains(said, "deploys nothing") {
					t.Fatalf("replaces %v: %s", planned.RequiresReplace, said)
				}
				state, diagnostics := session.apply(t.Context(), config, found)
				if hasError(diagnostics) || s.Stats().Deployments != 1 {
					t.Fatalf("%+v, %s", s.Stats(), describe(diagnostics))
				}
				session.configure()
				session.unchanged(config, session.refresh(state))
			})
		}
	}
}

// TestImportRenames imports an action whose name or comment is not the configured one. The plan
// lists the difference, previews the deployment and replaces the action, or, if the argument is not
// known, plans nothing of that.
func TestImportRenames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change map[string]any
		says   string
		// replaces are the arguments that the plan replaces for.
		replaces string
	}{
		"name":    {map[string]any{"name": "Other"}, `name: it is "Tag" in Tanium and "Other" in the`, "name"},
		"no name": {map[string]any{"name": nil}, `name: it is "Tag" in Tanium and not set in the`, "name"},
		"comment": {map[string]any{"comment": "INC-9"}, `comment: it is "INC-1" in Tanium and "INC-9" in`, "comment"},
		"no comment": {map[string]any{"comment": nil}, `comment: it is "INC-1" in Tanium and not set in`,
			"comment"},
		"both, and a parameter": {map[string]any{"name": "Other", "comment": "INC-9", "package": map[string]any{
			"name": "Custom Tagging - Add Tags", "parameters": []any{"Red"}}},
			`package.parameters: it is ["Blue"] in Tanium and ["Red"]`, "comment name package"},
		"triggers": {map[string]any{"triggers": map[string]any{"run": "1"}}, "deploys nothing", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deployWithoutWait(t, simulator.Options{}, map[string]any{"comment": "INC-1"})
			session, found := importFirst(t, s)
			config := merged(map[string]any{"comment": "INC-1"})
			for name, value := range c.change {
				config[name] = value
			}
			planned := session.plannedWith(config, found)
			said := describe(planned.Diagnostics)
			for _, argument := range strings.Fields("name comment package actions") {
				replaced := false
				for _, at := range planned.RequiresReplace {
					replaced = replaced || at.String() == `AttributeName("`+argument+`")`
				}
				want := strings.Contains(c.replaces, argument) || argument == "actions" && c.replaces != ""
				if replaced != want {
					t.Errorf("replaces %v, want %q", planned.RequiresReplace, c.replaces)
				}
			}
			if !strings.Contains(said, c.says) {
				t.Errorf("it says %s", said)
			}
			if c.replaces != "" && (strings.Contains(said, "deploys nothing") ||
				!strings.Contains(said, `Deployment of the action`)) {
				t.Errorf("it does not preview the deployment: %s", said)
			}
		})
	}
}

// TestAccImportKnownOnlyNow imports an action whose name, and whose reaction to a failure, the plan
// does not know. Nothing is deployed if the apply finds others, and the error says what to do.
func TestAccImportKnownOnlyNow(t *testing.T) {
	t.Parallel()
	apply := []string{"apply", "-input=false", "-auto-approve"}
	source := func(value string) string {
		return "resource \"terraform_data\" \"source\" {\n  input = \"" + value + "\"\n}\n"
	}
	const known = "Arguments of the action \"Remedy\" differ from the state: "
	t.Run("name", func(t *testing.T) {
		t.Parallel()
		s := newTenant(t, simulator.Options{})
		w := newAttachedWorkspace(t, s, remedy(onPilots, ""))
		w.exits(0, "1 added", apply...)
		w.run([]string{"state", "rm", "tanium_action.x"})
		named := strings.Replace(remedy(onPilots, ""), `"Remedy"`, "terraform_data.source.output", 1)
		w.write("main.tf", s.config("%s", named+source("Other")+importLost))
		w.exits(1, known+"name", apply...)
		s.expectOneDeployment(t)
		w.exits(0, `name: it is "Remedy" in Tanium and "Other" in the configuration`, "plan", "-input=false")
	})
	t.Run("on_failure", func(t *testing.T) {
		t.Parallel()
		s := newTenant(t, simulator.Options{})
		w := newAttachedWorkspace(t, s, remedy(onServers, `on_failure = "warn"`))
		w.exits(0, "Warning: Action failed", apply...)
		unknown := remedy(onServers, "on_failure = terraform_data.source.output")
		w.write("main.tf", s.config("%s", unknown+source("error")))
		w.exits(1, known+"on_failure", apply...)
		s.expectOneDeployment(t)
		w.exits(0, "will be deployed again", "plan", "-input=false")
	})
}
