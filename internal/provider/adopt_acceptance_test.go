// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// madeByHand makes twenty recurring actions of alice, who used no Terraform. The last one has a
// filter. They have run twice, and an endpoint of each of the others has failed.
func madeByHand(t *testing.T) *tenant {
	t.Helper()
	machines, err := fleet.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	machines.Users[0].Name = "alice"
	s := newTenant(t, simulator.Options{Fleet: machines})
	hours, sensor, start, begins := 7200, "Computer Name", "win-dc", gateway.FieldFilterOpStartsWith
	for n := 1; n <= 20; n++ {
		input := tagInput(fmt.Sprint("Tag site ", n), "")
		input.Package.Params = []string{fmt.Sprint("Site", n)}
		input.Schedule = &gateway.ActionPerformScheduleInput{ReissueSeconds: &hours}
		if n == 20 {
			input.Targets.TargetGroup = &gateway.ActionTargetGroupInput{Filter: &gateway.ComputerGroupFilter{
				Sensor: &gateway.EndpointFieldFilterSensor{Name: &sensor}, Op: &begins, Value: &start,
			}}
		}
		s.schedule(t, simulator.DefaultToken, input)
	}
	s.schedule(t, "token-approver", tagInput("Tag of another user", ""))
	s.Advance(3 * time.Hour)
	return s
}

// quotesOf returns what a page quotes of an output and the output does not say, in this order.
// "..." is a part that the page leaves out.
func quotesOf(quoted, output string) (missing []string) {
	for part := range strings.SplitSeq(strings.TrimSuffix(quoted, "\n"), "\n...\n") {
		_, rest, found := strings.Cut(output, part)
		if !found {
			missing = append(missing, part)
			continue
		}
		output = rest
	}
	return missing
}

// TestAccAdoptPage follows the page on the list resource, from twenty actions that somebody made by
// hand to the empty plan. Every output is the one that the page quotes.
func TestAccAdoptPage(t *testing.T) {
	t.Parallel()
	needsActions(t)
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "templates", "list-resources", "action.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	said, steps, generated := fenced(text, "text"), fenced(text, "shell"), fenced(text, "terraform")
	changes := fenced(text, "diff")
	if len(said) != 4 || len(steps) != 2 || len(generated) != 1 || len(changes) != 1 {
		t.Fatalf("%d outputs, %d steps, %d configurations, %d changes", len(said), len(steps), len(generated),
			len(changes))
	}
	query, err := os.ReadFile(filepath.Join(examplesRoot, "list-resources", "tanium_action",
		"list-resource.tfquery.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	s := madeByHand(t)
	w := newAttachedWorkspace(t, s, "")
	w.write("adopt.tfquery.hcl", string(query))
	follow := func(code int, quoted, step string) {
		t.Helper()
		got, output := w.script(step)
		if missing := quotesOf(quoted, output); got != code || len(missing) > 0 {
			end := output[max(0, len(output)-4000):]
			t.Fatalf("%s exits with %d, want %d, and does not say %q: %s", step, got, code, missing, end)
		}
	}
	before := s.Stats()
	follow(0, said[0], steps[0])
	follow(0, said[0], steps[1])
	encoded, err := os.ReadFile(filepath.Join(w.folder, "adopted.tf"))
	adopted := string(encoded)
	if err != nil || !strings.Contains(adopted, generated[0]) || strings.Contains(adopted, "another user") {
		t.Fatalf("%v, not %s: %s", err, generated[0], adopted)
	}
	follow(1, said[1], "terraform plan -no-color -input=false")

	lines := func(sign string) (all string) {
		for _, line := range regexp.MustCompile(`(?m)^\`+sign+`(.*\n)`).FindAllStringSubmatch(changes[0], -1) {
			all += line[1]
		}
		return all
	}
	w.write("adopted.tf", strings.Replace(adopted, lines("-"), lines("+"), 1))
	follow(0, said[2], "terraform apply -no-color -input=false -auto-approve")
	follow(0, said[3], "terraform plan -no-color -input=false -detailed-exitcode")
	after := s.Stats()
	if after.Deployments != before.Deployments || after.OpenScheduledActions != before.OpenScheduledActions {
		t.Errorf("before: %+v, after: %+v", before, after)
	}
}
