// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package process

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// build builds the provider like a release.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "terraform-provider-tanium")
	command := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-X main.version=1.2.3", "-o", program,
		"../..")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return program
}

// TestFlags checks the version and the list of flags.
func TestFlags(t *testing.T) {
	t.Parallel()
	program := build(t)
	for flag, want := range map[string]string{
		"-version":  "terraform-provider-tanium 1.2.3\n",
		"--version": "terraform-provider-tanium 1.2.3\n",
	} {
		if output, err := exec.CommandContext(t.Context(), program, flag).Output(); err != nil ||
			string(output) != want {
			t.Errorf("%s: %v: %q", flag, err, output)
		}
	}
	output, err := exec.CommandContext(t.Context(), program, "--help").CombinedOutput()
	if err != nil || !strings.Contains(string(output), "-debug\n") || !strings.Contains(string(output), "-version\n") {
		t.Errorf("%v: %s", err, output)
	}
}
