// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runDemo runs the demo with a CLI configuration and returns its output.
func runDemo(t *testing.T, cli, programs string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "bash", filepath.Join("..", "..", "examples", "demo", "run.sh"),
		cli, programs)
	command.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	output, err := command.CombinedOutput()
	if left, _ := os.ReadDir(strings.TrimPrefix(command.Env[len(command.Env)-1], "TMPDIR=")); len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
	return string(output), err
}

// TestAccDemo checks that the output of the demo is short and that the demo reports failures.
func TestAccDemo(t *testing.T) {
	t.Parallel()
	w := workspaceWith(t, buildProvider(t), "")
	programs := filepath.Dir(w.program)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(programs, "tanium-simulator"),
		"../cmd/tanium-simulator")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}

	recorded := t.TempDir()
	recording := scriptFile(t,
		fmt.Sprintf("#!/bin/bash\nset -o pipefail\n%q \"$@\" 2>&1 | tee %q/\"$1\"\n", w.cli, recorded))
	output, err := runDemo(t, recording, programs)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, words := range []string{
		"reaches 5 endpoints", "reaches 4 endpoints", " running\n",
		"3 completed, 1 failed\n",
		"TF_LOG_PROVIDER=INFO", `on_failure = "warn"`,
		"win-web-02   Failed.", "Plan: 0 to add, 0 to change, 0 to destroy.", "Destroy complete!",
	} {
		if !strings.Contains(output, words) {
			t.Errorf("%q is not said", words)
		}
	}
	if lines := strings.Count(output, "\n"); lines > 65 || t.Failed() {
		t.Errorf("%d lines:\n%s", lines, output)
	}

	// The other runs show what Terraform said in the first one, until a command fails.
	for _, part := range []string{"plan", "apply", "destroy"} {
		failing := scriptFile(t, fmt.Sprintf("#!/bin/sh\nif [ \"$1\" = %s ]; then\n  echo 'not a message'\n"+
			"  echo 'nor is this' >&2\n  exit 3\nfi\nexec cat %q/\"$1\"\n", part, recorded))
		output, err := runDemo(t, failing, programs)
		if err == nil || !strings.Contains(output, "not a message") || !strings.Contains(output, "nor is this") ||
			strings.Contains(output, "Done") {
			t.Errorf("%s: %v\n%s", part, err, output)
		}
		if part == "destroy" && !strings.Contains(output, "Plan: 0 to add, 0 to change, 0 to destroy.") {
			t.Errorf("the commands before it did not run:\n%s", output)
		}
	}
}

// scriptFile writes a script and returns its path.
func scriptFile(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cli")
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	return path
}
