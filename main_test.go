// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Under a debugger the provider says how Terraform attaches to it, and waits.
func TestDebug(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "terraform-provider-tanium")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	provider := exec.CommandContext(t.Context(), program, "-debug")
	stdout, err := provider.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := provider.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = provider.Process.Kill()
		_ = provider.Wait()
	})
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.Contains(lines.Text(), "TF_REATTACH_PROVIDERS=") && strings.Contains(lines.Text(), "registry.terraform.io/tanium-community/tanium") {
			return
		}
	}
	t.Error("it does not say how to attach")
}
