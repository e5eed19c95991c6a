// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
)

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
	module := os.DirFS(filepath.Join(modulesRoot, "rollout"))
	if err := os.CopyFS(filepath.Join(w.folder, "rollout"), module); err != nil {
		t.Fatal(err)
	}
	w.run([]string{"get"})
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

// TestAccRingsGuide plans the examples of the guide to rings and of the README, and applies the
// rollout of the guide: the error is the one that the guide quotes.
func TestAccRingsGuide(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	text := guideText(t, "rings.md")
	var configuration strings.Builder
	for _, block := range regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(text, -1) {
		configuration.WriteString(block[1])
	}
	configuration.WriteString(fenced(readme(t), "terraform")[1])
	source := regexp.MustCompile(`source += "github.com[^"]*//examples/modules/rollout"`)
	w := newAttachedWorkspace(t, s, source.ReplaceAllString(configuration.String(), `source = "./rollout"`))
	module := os.DirFS(filepath.Join(modulesRoot, "rollout"))
	if err := os.CopyFS(filepath.Join(w.folder, "rollout"), module); err != nil {
		t.Fatal(err)
	}
	w.run([]string{"get"})
	w.exits(2, "", "plan", "-input=false", "-detailed-exitcode")
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
	if sent := s.Stats().Operations["actionPerform"]; sent != 2 {
		t.Errorf("%d deployments", sent)
	}
}
