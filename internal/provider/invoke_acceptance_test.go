// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
)

// envEverything is set where a test must fail rather than be skipped because Terraform is too old.
const envEverything = "TANIUM_TEST_EVERYTHING"

// needsActions skips a test unless Terraform has actions and queries: from 1.14. OpenTofu has
// neither.
func needsActions(t *testing.T) {
	t.Helper()
	needsTerraform(t, 14)
}

// needsTerraform skips a test unless Terraform is 1.minor or later. OpenTofu has other versions.
func needsTerraform(t *testing.T, minor int) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	if isOpenTofu() {
		skip(t, "OpenTofu has neither actions nor queries, nor identities")
	}
	needsMinor(t, minor)
}

// needsMinor skips a test unless Terraform or OpenTofu is 1.minor or later.
func needsMinor(t *testing.T, minor int) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	version, err := cliVersion()
	if err != nil {
		t.Fatal(err)
	}
	if have, err := strconv.Atoi(strings.Split(version, ".")[1]); err == nil && have < minor {
		skip(t, fmt.Sprintf("Terraform or OpenTofu %s is older than 1.%d", version, minor))
	}
}

// cliVersion asks Terraform or OpenTofu once for its version, because each command takes time.
//
//nolint:gochecknoglobals // the tests of a package have nothing else in common
var cliVersion = sync.OnceValues(func() (string, error) {
	cli := cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform")
	output, err := exec.CommandContext(context.Background(), cli, "version", "-json").Output()
	if err != nil {
		return "", fmt.Errorf("asking %s for its version: %w", cli, err)
	}
	var found struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &found); err != nil {
		return "", fmt.Errorf("reading the version of %s: %w: %s", cli, err, output)
	}
	return found.Version, nil
})

// skip skips a test, which is a failure where no test may be skipped.
func skip(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv(envEverything) != "" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// deployBlock is an action that adds a tag, with more arguments.
const deployBlock = `
action "tanium_action_deploy" "tag" {
  config {
    name = "Tag"
    package {
      name       = "Custom Tagging - Add Tags"
      parameters = ["Blue"]
    }
    targets {
      action_group = { name = "All Computers" }
      filter       = { sensor = { name = "Computer Name" }, op = %q, value = %q }
    }
    %s
  }
}
`

// tagAll is deployBlock for seven endpoints, all of which succeed.
func tagAll(more string) string { return fmt.Sprintf(deployBlock, "STARTS_WITH", "wks-00", more) }

// tagFailing is deployBlock for the endpoint that fails.
func tagFailing(more string) string { return fmt.Sprintf(deployBlock, "EQ", "win-print-01", more) }

// triggered is a resource that triggers the action when it is created.
const triggered = `
resource "terraform_data" "release" {
  input = "1"
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.tanium_action_deploy.tag]
    }
  }
}
`

// TestAccInvoke deploys by -invoke, twice.
func TestAccInvoke(t *testing.T) {
	t.Parallel()
	needsActions(t)
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, tagAll("guard { max_endpoints = 7 }"))
	invoke := []string{"apply", "-auto-approve", "-input=false", "-invoke=action.tanium_action_deploy.tag"}
	w.exits(0, `Deployment of the action "Tag" reaches 7 endpoints: wks-001, wks-002, wks-003, wks-005, `+
		"wks-006 and 2 more.",
		invoke...)
	w.exits(0, "Action 6112011 of scheduled action 88002 succeeded after", invoke...)
	if err := checkActions(s, 2, 2, nil); err != nil {
		t.Error(err)
	}
	if state := w.summary(); state != "" {
		t.Errorf("the state has %s", state)
	}
}

// TestAccInvokePlan checks that a plan shows what a triggered action would reach, that a broken
// guard fails it, and that neither deploys.
func TestAccInvokePlan(t *testing.T) {
	t.Parallel()
	needsActions(t)
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, tagAll("")+triggered)
	w.exits(0, "reaches 7 endpoints: wks-001, wks-002, wks-003, wks-005, wks-006 and 2 more.",
		"plan", "-input=false")
	w.write("main.tf", s.config("%s", tagAll("guard { max_endpoints = 6 }")+triggered))
	for _, command := range []string{"plan", "apply"} {
		arguments := []string{command, "-input=false"}
		if command == "apply" {
			arguments = append(arguments, "-auto-approve")
		}
		w.exits(1, "Too many endpoints", arguments...)
	}
	if stats := s.Stats(); stats.Operations["actionPerform"] != 0 {
		t.Errorf("%d deployments", stats.Operations["actionPerform"])
	}
}

// TestAccInvokeUnknown checks an action whose targets are known once the resource exists that
// triggers it: the plan says nothing of them, and the invocation checks the guard.
func TestAccInvokeUnknown(t *testing.T) {
	t.Parallel()
	needsActions(t)
	for guard, c := range map[string]struct {
		code        int
		says        string
		deployments int
	}{
		"guard { max_endpoints = 7 }": {says: "7 of 7 endpoints done (7 completed)", deployments: 1},
		"guard { max_endpoints = 6 }": {code: 1, says: "Too many endpoints"},
	} {
		s := newTenant(t, simulator.Options{})
		w := newAttachedWorkspace(t, s, strings.Replace(tagAll(guard), `"wks-00"`, "terraform_data.release.output", 1)+
			strings.Replace(triggered, `"1"`, `"wks-00"`, 1))
		code, output := w.try("plan", "-input=false")
		if code != 0 || strings.Contains(output, "reaches") {
			t.Errorf("exits with %d: %s", code, output)
		}
		w.exits(c.code, c.says, "apply", "-auto-approve", "-input=false")
		if err := checkActions(s, c.deployments, c.deployments, nil); err != nil {
			t.Error(err)
		}
	}
}

// TestAccInvokeTriggered checks that a triggered action deploys once, reports progress and a
// failure, and is not invoked by an apply without a change.
func TestAccInvokeTriggered(t *testing.T) {
	t.Parallel()
	needsActions(t)
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, tagAll("")+triggered)
	w.exits(0, "7 of 7 endpoints done (7 completed)", "apply", "-auto-approve", "-input=false")
	w.exits(0, "No changes.", "apply", "-auto-approve", "-input=false")
	if err := checkActions(s, 1, 1, nil); err != nil {
		t.Error(err)
	}
	w.write("main.tf", s.config("%s", tagFailing("guard { max_endpoints = 1 }")+
		strings.Replace(triggered, "release", "failing", 1)))
	w.exits(1, "Action failed: 1 of 1: Of 1 endpoint, 1 failed", "apply", "-auto-approve", "-input=false")
	if err := checkActions(s, 2, 2, nil); err != nil {
		t.Error(err)
	}
}

// TestAccInvokeOnce checks that an invocation with an ambiguous answer deploys at most once, and
// that an invocation after one that deployed nothing deploys once.
func TestAccInvokeOnce(t *testing.T) {
	t.Parallel()
	needsActions(t)
	invoke := []string{"apply", "-auto-approve", "-input=false", "-invoke=action.tanium_action_deploy.tag"}
	const lost = "Action may or may not have been deployed"
	for name, c := range map[string]struct {
		fault simulator.Fault
		says  string // empty for success
	}{
		"answer lost, done":     {simulator.Fault{Kind: simulator.DropAfter}, ""},
		"answer lost, not done": {simulator.Fault{Kind: simulator.DropBefore}, lost},
		"unavailable, done":     {simulator.Fault{Kind: simulator.Status, Code: 503, Effect: true}, ""},
		"unavailable, not done": {simulator.Fault{Kind: simulator.Status, Code: 503}, lost},
		"timed out, done":       {simulator.Fault{Kind: simulator.SystemError, TimedOut: true, Effect: true}, ""},
		"timed out, not done":   {simulator.Fault{Kind: simulator.SystemError, TimedOut: true}, lost},
		"half an answer":        {simulator.Fault{Kind: simulator.Truncate}, ""},
		"a page of a proxy":     {simulator.Fault{Kind: simulator.Garbage, Effect: true}, ""},
		"refused": {simulator.Fault{Kind: simulator.GraphQLError, Message: "missing required permissions"},
			"Cannot deploy the action \"Tag\""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			c.fault.Field = "actionPerform"
			if err := s.Fail(c.fault); err != nil {
				t.Fatal(err)
			}
			w := newAttachedWorkspace(t, s, tagAll(""))
			code, deployed := 0, 1
			if c.says != "" {
				code, deployed = 1, 0
			}
			w.exits(code, c.says, invoke...)
			if stats := s.Stats(); stats.Operations["actionPerform"] != 1 {
				t.Errorf("sent %d times", stats.Operations["actionPerform"])
			}
			if err := checkActions(s, deployed, deployed, nil); err != nil {
				t.Error(err)
			}
			if c.says != "" {
				w.exits(0, "succeeded after", invoke...)
				if err := checkActions(s, 1, 1, nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestAccInvokeInstances invokes several instances, and an approval and a cancellation through a
// provider alias.
func TestAccInvokeInstances(t *testing.T) {
	t.Parallel()
	needsActions(t)
	s := newTenant(t, simulator.Options{RequireApproval: true, Clock: clock.New(time.Now, 1)})
	// An attached provider is one process for both aliases, with one configuration.
	w := newWorkspace(t, fmt.Sprintf(`
provider "tanium" {
  alias     = "approver"
  url       = %q
  api_token = "token-approver"
}

locals { tags = { one = "One", two = "Two" } }

action "tanium_action_deploy" "tag" {
  for_each = local.tags
  config {
    name = each.key
    package {
      name       = "Custom Tagging - Add Tags"
      parameters = [each.value]
    }
    targets {
      action_group = { name = "All Computers" }
      endpoint_ids = ["274301"]
    }
    wait { approval = "continue" }
  }
}

action "tanium_action_approve" "tag" {
  provider = tanium.approver
  config { scheduled_action_id = "88001" }
}

action "tanium_action_cancel" "tag" {
  config { scheduled_action_id = "88002" }
}

resource "terraform_data" "release" {
  lifecycle {
    action_trigger {
      events = [after_create]
      actions = [
        action.tanium_action_deploy.tag["one"], action.tanium_action_deploy.tag["two"],
        action.tanium_action_approve.tag, action.tanium_action_cancel.tag,
      ]
    }
  }
}
`, s.url))
	w.environment = s.environment()
	code, output := w.try("apply", "-auto-approve", "-input=false")
	for _, says := range []string{"Action waits for approval", "Scheduled action 88001 was approved.",
		"Scheduled action 88002 was deleted, and no action was open."} {
		if code != 0 || !strings.Contains(output, says) {
			t.Errorf("exits with %d and does not say %q: %s", code, says, output)
		}
	}
	if err := checkActions(s, 2, 1, nil); err != nil {
		t.Error(err)
	}
}

// TestAccInvokeExamples applies the examples of the actions one after another, as separate programs
// in one folder.
func TestAccInvokeExamples(t *testing.T) {
	t.Parallel()
	needsActions(t)
	s := newTenant(t, simulator.Options{RequireApproval: true, Clock: clock.New(time.Now, 10)})
	w := newWorkspace(t, "")
	w.environment = append(s.environment(), "TF_VAR_approver_token=token-approver",
		"TF_VAR_scheduled_action_id=88001")
	apply := []string{"apply", "-auto-approve", "-input=false"}
	for _, c := range []struct {
		example   string
		arguments []string
		says      string
	}{
		{example: "approve", says: invocationQuotes(t, "approve")[0]},
		{example: "cancel", arguments: []string{"-invoke=action.tanium_action_cancel.by_id"},
			says: invocationQuotes(t, "cancel")[0]},
		{example: "deploy", arguments: []string{"-invoke=action.tanium_action_deploy.tag_pilots"},
			says: `Deployment of the action "Tag pilots" reaches 7`},
	} {
		text, err := os.ReadFile(filepath.Join(examplesRoot, "actions", "tanium_action_"+c.example, "action.tf"))
		if err != nil {
			t.Fatal(err)
		}
		w.write("main.tf", string(text))
		if c.example == "deploy" {
			s.approveLater(t, "88002")
		}
		w.exits(0, c.says, append(slices.Clone(apply), c.arguments...)...)
	}
	if err := checkActions(s, 2, 1, nil); err != nil {
		t.Error(err)
	}
}

// TestAccInvokeNotOffered checks that Terraform before 1.14 and OpenTofu use the provider as
// before, although it has actions.
func TestAccInvokeNotOffered(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, fmt.Sprintf(tagAction, "Blue", ""))
	w.exits(0, "Apply complete! Resources: 1 added", "apply", "-auto-approve", "-input=false")
	w.exits(0, "Destroy complete! Resources: 1 destroyed", "destroy", "-auto-approve", "-input=false")
	if err := checkActions(s, 1, 0, nil); err != nil {
		t.Error(err)
	}
}
