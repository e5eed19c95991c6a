// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package process

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

//nolint:gochecknoglobals // the tests have one program: to link it takes longer than they do
var (
	folder string
	built  = sync.OnceValues(func() (string, error) {
		program := filepath.Join(folder, "terraform-provider-tanium")
		command := exec.Command("go", "build", "-ldflags", "-s -w -X main.version=1.2.3", "-o", program, "../..")
		if output, err := command.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: %s", err, output)
		}
		return program, nil
	})
)

// TestMain removes the program in the end.
func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "process"); err != nil {
		log.Fatal(err)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// build returns the provider, built like a release.
func build(t *testing.T) string {
	t.Helper()
	program, err := built()
	if err != nil {
		t.Fatal(err)
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
