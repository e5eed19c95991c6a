// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// workspace is a directory with a configuration in which Terraform runs, with the provider as a
// separate program.
type workspace struct {
	t           testing.TB
	cli, folder string
	program     string   // the provider, at a path that identifies the processes of this workspace
	environment []string // in addition to that of the test
}

// newWorkspace builds the provider and returns a workspace with it.
func newWorkspace(t testing.TB, configuration string) *workspace {
	t.Helper()
	return workspaceWith(t, buildProvider(t), configuration)
}

// workspaceWith returns a workspace with a provider that was built before, which is faster.
func workspaceWith(t testing.TB, built, configuration string) *workspace {
	t.Helper()
	w := workspaceIn(t, configuration)
	programs := filepath.Join(w.folder, "programs")
	w.program = filepath.Join(programs, filepath.Base(built))
	if err := os.Mkdir(programs, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(built, w.program); err != nil {
		t.Fatal(err)
	}
	w.write("cli.tfrc",
		fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"tanium-community/tanium\" = %q\n  }\n"+
			"  direct {}\n}\n", programs))
	return w
}

// buildProvider builds the provider for the workspaces of a test.
func buildProvider(t testing.TB) string {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	built := filepath.Join(t.TempDir(), "terraform-provider-tanium")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", built, "../..")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return built
}

// workspaceIn returns a workspace in a temporary directory, without a provider.
func workspaceIn(t testing.TB, configuration string) *workspace {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		found, err := exec.LookPath("terraform")
		if err != nil {
			t.Fatal(err)
		}
		cli = found
	}
	folder := t.TempDir()
	w := &workspace{t: t, cli: cli, folder: folder}
	w.write("cli.tfrc", "")
	w.write("provider.tf", "terraform {\n  required_providers {\n    tanium = {\n      source = "+
		"\"tanium-community/tanium\"\n    }\n  }\n}\n")
	w.write("main.tf", configuration)
	return w
}

// write writes a file.
func (w *workspace) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// command returns a Terraform command that is not started.
func (w *workspace) command(arguments []string, environment ...string) *exec.Cmd {
	command := exec.CommandContext(w.t.Context(), w.cli, arguments...)
	command.Dir = w.folder
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.folder, "cli.tfrc"), "TF_IN_AUTOMATION=1",
		"CHECKPOINT_DISABLE=1")
	command.Env = append(append(command.Env, w.environment...), environment...)
	return command
}

// run runs a Terraform command that must succeed and returns its output.
func (w *workspace) run(arguments []string, environment ...string) string {
	w.t.Helper()
	output, err := w.command(arguments, environment...).CombinedOutput()
	if err != nil {
		w.t.Fatalf("%v: %v\n%.6000s", arguments, err, output)
	}
	return string(output)
}

// environment returns the environment variables of a Terraform that uses the tenant.
func (s *tenant) environment() []string {
	return []string{"TANIUM_URL=" + s.url, "TANIUM_API_TOKEN=" + simulator.DefaultToken}
}

// eventually returns whether a condition becomes true within a time.
func eventually(limit time.Duration, condition func() bool) bool {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(limit); !condition(); <-ticker.C {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}
