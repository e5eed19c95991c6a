// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"fmt"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
)

// getRollout puts the module into a workspace whose configuration has it at ./rollout.
func (w *workspace) getRollout() {
	w.t.Helper()
	w.getModule("rollout")
}

// TestAccRolloutInterrupted interrupts a rollout in its second ring. The next apply continues
// there: each ring is deployed to once.
func TestAccRolloutInterrupted(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 10)})
	w := newWorkspace(t, `
module "rollout" {
  source  = "./rollout"
  name    = "Tag"
  package = { name = "Custom Tagging - Add Tags", parameters = ["Blue"] }
  filter  = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "wks-" }
  rings = [
    { name = "one", to_percent = 30, max_endpoints = 10 },
    { name = "two", to_percent = 70, max_endpoints = 10, bake_time = "5s" },
    { name = "three", to_percent = 100, max_endpoints = 10 },
  ]
}
output "rings" { value = join(", ", [for ring in module.rollout.rings : "${ring.name} ${ring.succeeded}"]) }
`)
	w.getRollout()
	apply := w.startApply(s, func() bool { return s.Stats().Deployments == 2 })
	apply.signal(syscall.SIGINT, false, 1)
	if sent := s.Stats().Operations["actionPerform"]; sent != 2 {
		t.Errorf("%d deployments after the interrupt: %s", sent, apply.output())
	}
	w.expectNoProvider()
	output := w.run([]string{"apply", "-input=false", "-no-color", "-auto-approve"}, s.environment()...)
	if sent := s.Stats().Operations["actionPerform"]; sent != 3 ||
		!strings.Contains(output, `rings = "one true, two true, three true"`) {
		t.Errorf("%d deployments: %s", sent, output)
	}
}

// TestAccRingsGuide plans the examples of the guide to rings, and applies its rollout: the overview
// in the plan and the error are those that the guide quotes.
func TestAccRingsGuide(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	text := guideText(t, "rings.md")
	var configuration strings.Builder
	for _, block := range regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(text, -1) {
		configuration.WriteString(block[1])
	}
	source := regexp.MustCompile(`source += "github.com[^"]*//examples/modules/rollout"`)
	w := newAttachedWorkspace(t, s, source.ReplaceAllString(configuration.String(), `source = "./rollout"`))
	w.getRollout()
	overview := regexp.MustCompile("(?s)```hcl\n(overview = .*?)```").FindStringSubmatch(text)
	if overview == nil {
		t.Fatal("the guide has no overview")
	}
	shown := w.run([]string{"plan", "-input=false", "-no-color"})
	shown = strings.ReplaceAll(shown, " + ", " ") // each line of the output is new
	if !strings.Contains(reflow(shown), reflow(overview[1])) {
		t.Errorf("the plan does not show %s: %s", overview[1], shown[max(0, len(shown)-4000):])
	}
	quoted := regexp.MustCompile("(?s)```text\n(.*?)```").FindAllStringSubmatch(text, -1)
	output, err := w.command([]string{"apply", "-no-color", "-auto-approve", "-target=module.tag"}).CombinedOutput()
	if err == nil || len(quoted) != 1 {
		t.Fatalf("%d quotations, %s", len(quoted), output)
	}
	for paragraph := range strings.SplitSeq(quoted[0][1], "\n\n") {
		if !strings.Contains(reflow(string(output)), reflow(paragraph)) {
			t.Errorf("it does not say %s: %s", paragraph, output[max(0, len(output)-1500):])
		}
	}
	for _, quoted := range fenced(pageText(t, "resources/action.md"), "text") {
		quotes(t, string(output), quoted, "\n\n")
	}
	if sent := s.Stats().Operations["actionPerform"]; sent != 2 {
		t.Errorf("%d deployments", sent)
	}
}

// limitedRollout is a rollout to the eight workstations that are online.
const limitedRollout = `
variable "max_endpoints" { default = 8 }
module "rollout" {
  source        = "./rollout"
  name          = "Tag"
  package       = { name = "Custom Tagging - Add Tags", parameters = ["Blue"] }
  filter        = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "wks-" }
  max_endpoints = var.max_endpoints
  sample_size   = 1
  rings = [
    { name = "one", to_percent = 30, max_endpoints = 10 },
    { name = "two", to_percent = 70, max_endpoints = 10 },
    { name = "three", to_percent = 100, max_endpoints = 10 },
  ]
}
output "reached" { value = module.rollout.targeted_endpoint_count }
`

// TestAccRolloutLimit brings an endpoint online between the plan and the apply: the rings together
// reach no more endpoints than the limit allows. With a lower limit, nothing is deployed at all.
func TestAccRolloutLimit(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, limitedRollout)
	w.getRollout()
	w.exits(1, "The rings have 8 endpoints together, where the rollout may reach at most 7",
		"apply", "-auto-approve", "-var=max_endpoints=7")
	if stats := s.Stats(); stats.Deployments != 0 {
		t.Fatalf("%d deployments over the limit", stats.Deployments)
	}
	w.run([]string{"plan", "-out=plan"})
	s.online(t, true, "274343")
	w.exits(1, "Too many endpoints", "apply", "plan")
	if stats := s.Stats(); stats.Deployments != 2 {
		t.Errorf("%d deployments", stats.Deployments)
	}
	w.exits(0, "reached = 9", "apply", "-auto-approve", "-var=max_endpoints=9")
	w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-var=max_endpoints=9")
	if stats := s.Stats(); stats.Deployments != 3 {
		t.Errorf("%d deployments", stats.Deployments)
	}
}

// TestAccRolloutSample limits how many endpoints of each ring the plan names.
func TestAccRolloutSample(t *testing.T) {
	t.Parallel()
	w := newAttachedWorkspace(t, newTenant(t, simulator.Options{}), limitedRollout)
	w.getRollout()
	w.exits(0, `"Tag: one" reaches 2 endpoints: wks-002 and 1 more.`, "plan")
}

// TestAccRolloutApproval deploys where Tanium requires approvals. The names in approved open the
// rings, and approve nothing in Tanium. Each ring waits for its own approval there, and the next
// ring for that.
func TestAccRolloutApproval(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{RequireApproval: true})
	w := newAttachedWorkspace(t, s, `
module "rollout" {
  source          = "./rollout"
  name            = "Tag"
  package         = { name = "Custom Tagging - Add Tags", parameters = ["Blue"] }
  filter          = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "wks-" }
  tanium_approval = "continue"
  approved        = ["one", "two"]
  rings = [
    { name = "one", to_percent = 50, max_endpoints = 10, approval = true },
    { name = "two", to_percent = 100, max_endpoints = 10, approval = true },
  ]
}
output "rings" {
  value = join(", ", [for ring in module.rollout.rings : "${ring.name} ${ring.approved_in_tanium} ${ring.succeeded}"])
}
`)
	w.getRollout()
	approver := s.client(t, "token-approver")
	const waits = " waits for its approval in Tanium. No endpoint runs it before. "
	for i, says := range []string{
		"Ring one" + waits + "The rollout stops before the next ring. " +
			"Let another user approve scheduled action 88001.",
		"Ring two" + waits + "It is the last ring. Let another user approve scheduled action 88002.",
	} {
		w.exits(1, says, "apply", "-auto-approve")
		w.exits(1, says, "apply", "-auto-approve")
		if stats := s.Stats(); stats.Deployments != i+1 {
			t.Fatalf("%d deployments, want %d", stats.Deployments, i+1)
		}
		if err := approver.ApproveScheduledAction(t.Context(), fmt.Sprint(88001+i)); err != nil {
			t.Fatal(err)
		}
	}
	w.exits(0, `rings = "one true true, two true true"`, "apply", "-auto-approve")
	w.exits(0, "No changes.", "plan", "-detailed-exitcode")
}
