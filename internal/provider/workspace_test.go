// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
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

// programsFolder has the provider that the tests share; empty if none needed it.
//
//nolint:gochecknoglobals // the tests of a package have nothing else in common
var programsFolder string

// builtProvider builds the provider once, because a build takes seconds.
//
//nolint:gochecknoglobals // the tests of a package have nothing else in common
var builtProvider = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "terraform-provider-tanium-")
	if err != nil {
		return "", fmt.Errorf("creating a folder: %w", err)
	}
	programsFolder = folder
	built := filepath.Join(folder, "terraform-provider-tanium")
	if output, err := exec.CommandContext(context.Background(), "go", "build", "-o", built,
		"../..").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return built, nil
})

// TestMain removes what the tests share.
func TestMain(m *testing.M) {
	code := m.Run()
	if programsFolder != "" {
		_ = os.RemoveAll(programsFolder)
	}
	os.Exit(code)
}

// buildProvider returns the path of the provider for the workspaces of a test.
func buildProvider(t testing.TB) string {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	built, err := builtProvider()
	if err != nil {
		t.Fatal(err)
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

// newAttachedWorkspace returns a workspace whose Terraform uses a provider in the process of the
// test, with the clock of the tenant.
func newAttachedWorkspace(t *testing.T, s *tenant, configuration string) *workspace {
	t.Helper()
	w := workspaceIn(t, s.config("%s", configuration))
	w.attach(t, s, "tanium")
	return w
}

// attach makes Terraform use providers in the process of the test, by the names of their source
// addresses. Each has its own configuration. Two aliases of one attached provider do not.
func (w *workspace) attach(t *testing.T, s *tenant, names ...string) {
	t.Helper()
	where, required := map[string]any{}, ""
	for _, name := range names {
		address := cmp.Or(os.Getenv("TF_ACC_PROVIDER_HOST"), "registry.terraform.io") + "/tanium-community/" + name
		where[address] = serveAttached(t, s, address)
		required += fmt.Sprintf("    %s = { source = \"tanium-community/%[1]s\" }\n", name)
	}
	encoded, err := json.Marshal(where)
	if err != nil {
		t.Fatal(err)
	}
	w.environment = []string{"TF_REATTACH_PROVIDERS=" + string(encoded)}
	w.write("provider.tf", "terraform {\n  required_providers {\n"+required+"  }\n}\n")
}

// serveAttached serves a provider until the end of the test, and returns how Terraform reaches it.
func serveAttached(t *testing.T, s *tenant, address string) map[string]any {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	configs, closed := channelOf(tf6server.WithDebug), make(chan struct{})
	serve, err := s.factories()["tanium"]()
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() {
		served <- tf6server.Serve(address, func() tfprotov6.ProviderServer { return serve },
			tf6server.WithDebug(ctx, configs, closed), tf6server.WithLoggingSink(t))
	}()
	t.Cleanup(func() {
		stop()
		<-closed
	})
	select {
	case err := <-served:
		t.Fatal(err)
		return nil
	case config := <-configs:
		type listener struct{ Network, String string }
		return map[string]any{"Protocol": config.Protocol, "ProtocolVersion": config.ProtocolVersion,
			"Pid": config.Pid, "Test": config.Test, "Addr": listener{config.Addr.Network(), config.Addr.String()}}
	}
}

// channelOf makes the channel that a function takes.
func channelOf[T any](_ func(context.Context, chan T, chan struct{}) tf6server.ServeOpt) chan T {
	return make(chan T)
}

// write writes a file.
func (w *workspace) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// has reports whether there is a file or a folder.
func (w *workspace) has(name string) bool {
	w.t.Helper()
	_, err := os.Stat(filepath.Join(w.folder, name))
	return err == nil
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

// try runs a command that may fail, and returns its exit code and its output on one line.
func (w *workspace) try(arguments ...string) (int, string) {
	w.t.Helper()
	output, err := w.command(append(slices.Clip(arguments), "-no-color")).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	words := strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(string(output)))
	if exit != nil {
		return exit.ExitCode(), strings.Join(words, " ")
	}
	return 0, strings.Join(words, " ")
}

// exits runs a command that must exit with a code and print some text.
func (w *workspace) exits(code int, says string, arguments ...string) {
	w.t.Helper()
	got, output := w.try(arguments...)
	if got != code || !strings.Contains(output, says) {
		w.t.Fatalf("%v exits with %d, want %d and %q: %s", arguments, got, code, says, output)
	}
}

// summary returns the ID of the action in the state and whether it is finished, succeeded and
// tainted; empty if there is none.
func (w *workspace) summary() string {
	w.t.Helper()
	action := w.state().action()
	if action == nil {
		return ""
	}
	return action.summary()
}

// depose adds a copy of the resource of a type to the state, as the object that a replacement with
// create_before_destroy leaves until it is destroyed.
func (w *workspace) depose(kind, key string) {
	w.t.Helper()
	name := filepath.Join(w.folder, "terraform.tfstate")
	encoded, err := os.ReadFile(name)
	if err != nil {
		w.t.Fatal(err)
	}
	var state map[string]any
	if err := json.Unmarshal(encoded, &state); err != nil {
		w.t.Fatal(err)
	}
	resources, _ := state["resources"].([]any)
	for _, one := range resources {
		resource, _ := one.(map[string]any)
		instances, _ := resource["instances"].([]any)
		if resource["type"] != kind || len(instances) == 0 {
			continue
		}
		current, _ := instances[0].(map[string]any)
		deposed := maps.Clone(current)
		deposed["deposed"] = key
		resource["instances"] = append(instances, deposed)
	}
	encoded, err = json.Marshal(state)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write("terraform.tfstate", string(encoded))
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
