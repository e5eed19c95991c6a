// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestAccComplianceGuide runs the example of the guide to compliance from nothing to the endpoint
// that falls out again: the plans, the apply and the step that alerts say what the guide quotes.
func TestAccComplianceGuide(t *testing.T) {
	t.Parallel()
	text := guideText(t, "declare-compliance.md")
	examples, said, steps := fenced(text, "terraform"), fenced(text, "text"), fenced(text, "shell")
	if len(examples) != 1 || len(said) != 4 || len(steps) != 1 {
		t.Fatalf("%d examples, %d quotations, %d steps", len(examples), len(said), len(steps))
	}
	if lines := strings.Count(examples[0], "\n"); lines > 18 {
		t.Errorf("the example has %d lines", lines)
	}
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, examples[0])
	quotes := func(code int, quoted string, arguments ...string) {
		t.Helper()
		for paragraph := range strings.SplitSeq(quoted, "\n\n") {
			w.exits(code, reflow(paragraph), arguments...)
		}
	}
	plan := []string{"plan", "-detailed-exitcode", "-input=false"}
	quotes(2, said[0], plan...)
	w.alerts(steps[0], 2, "")
	applied, planned, _ := strings.Cut(said[1], "\n\n")
	code, output := w.try("apply", "-auto-approve", "-input=false")
	_, warning, _ := strings.Cut(said[0], "\n\n")
	warning, _, _ = strings.Cut(warning, "\n\n")
	_, after, created := strings.Cut(output, "Creation complete")
	if code != 0 || !created || !strings.Contains(after, warning) || !strings.Contains(after, applied) {
		t.Fatalf("the apply exits with %d and does not say %q, %q: %s", code, warning, applied, output)
	}
	quotes(0, planned, plan...)
	w.alerts(steps[0], 0, "")
	s.Advance(time.Hour)
	// Terraform 1.11 exits with 2 although it says that nothing has changed.
	if _, output := w.try("plan", "-refresh-only", "-detailed-exitcode", "-input=false"); !strings.Contains(output,
		"No changes.") {
		t.Errorf("the action that closes is drift: %s", output)
	}
	if err := s.Disturb([]world.Change{{ID: "100204", Sensors: map[string]fleet.Rows{
		"Running Processes": {{"sshd.exe"}},
	}}}); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Minute)
	w.exits(0, "No changes.", append(plan, "-refresh=false")...)
	w.exits(2, "compliant = true -> false", "plan", "-refresh-only", "-detailed-exitcode", "-input=false")
	before := s.Stats().Operations["endpoints"]
	w.exits(2, "Plan: 0 to add, 1 to change, 0 to destroy.", plan...)
	if asked := s.Stats().Operations["endpoints"] - before; asked != 1 {
		t.Errorf("the plan asks %d questions", asked)
	}
	quotes(2, said[2], plan...)
	w.alerts(steps[0], 2, said[3])
	if err := s.Fail(simulator.Fault{Field: "endpoints", Kind: simulator.Status, Code: 403, Times: -1}); err != nil {
		t.Fatal(err)
	}
	w.alerts(steps[0], 1, "Compliance is not known")
	if err := s.Fail(); err != nil {
		t.Fatal(err)
	}
	w.exits(0, "1 changed", "apply", "-auto-approve", "-input=false")
	if served := s.served(); len(served) != 1 || served[0] != "100204" {
		t.Errorf("served %v", served)
	}
	quotes(0, planned, plan...)
	if deployed := s.Stats().Deployments; deployed != 2 {
		t.Errorf("%d deployments", deployed)
	}
}

// alerts runs a step of a pipeline that must exit with a code and print a text, or nothing if the
// text is empty. It needs bash and jq.
func (w *workspace) alerts(step string, code int, says string) {
	w.t.Helper()
	for _, program := range []string{"bash", "jq"} {
		if _, err := exec.LookPath(program); err != nil {
			w.t.Logf("the step is not run: %v", err)
			return
		}
	}
	got, output := w.script(step)
	if got != code || !strings.Contains(output, says) || says == "" && output != "" {
		w.t.Errorf("the step exits with %d, want %d and %q: %s", got, code, says, output)
	}
}

// script runs a script with bash, in which terraform is the CLI of the workspace. It returns the
// exit code and the output.
func (w *workspace) script(text string) (int, string) {
	w.t.Helper()
	programs := w.t.TempDir()
	if err := os.Symlink(w.cli, filepath.Join(programs, "terraform")); err != nil {
		w.t.Fatal(err)
	}
	command := exec.CommandContext(w.t.Context(), "bash", "-ec", text)
	command.Dir, command.Env = w.folder, append(w.command(nil).Env,
		"PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH"))
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(output)
}
