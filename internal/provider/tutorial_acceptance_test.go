// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccTutorialFirstExample checks that the first configuration of the README is short and that
// its plan has the quoted text.
func TestAccTutorialFirstExample(t *testing.T) {
	t.Parallel()
	text := readme(t)
	example := fenced(text, "terraform")[0]
	if lines := strings.Count(example, "\n"); lines > 18 {
		t.Errorf("%d lines", lines)
	}
	says := regexp.MustCompile(`The plan says: \*(.+)\*`).FindStringSubmatch(text)
	if says == nil {
		t.Fatal("the README does not say what the plan says")
	}
	s := newTenant(t, simulator.Options{})
	output := newWorkspace(t, example).run([]string{"plan", "-input=false", "-no-color"}, s.environment()...)
	if !mentions(output, says[1]) {
		t.Errorf("%q is not in %s", says[1], output)
	}
}

// TestAccTutorial runs the commands of the README's tutorial with an empty home directory and
// without a network.
func TestAccTutorial(t *testing.T) {
	t.Parallel()
	found := workspaceIn(t, "") // skips without TF_ACC and locates Terraform
	for _, program := range []string{"bash", "make", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	text := readme(t)
	for _, said := range []string{
		"reaches 2 endpoints", "to 8 endpoints and fails: `Of 8 endpoints, 1 failed`", "`win-print-01` always fails",
		"<http://127.0.0.1:8443/simulator/>",
	} {
		if !mentions(text, said) {
			t.Errorf("the README does not say %q", said)
		}
	}
	steps := []struct {
		check    string // a further command after those of the block
		says     []string
		failures int // number of commands that fail
	}{
		{says: []string{"Wrote the CLI configuration to "}},
		{},
		{},
		{says: []string{"Installed tanium-community/tanium v0.0.1", "Incomplete lock file information",
			`Deployment of the action "Tag servers" reaches 2 endpoints: win-web-01, win-web-02.`}},
		{check: `curl -fsS $TANIUM_URL/simulator/ "$TANIUM_URL/simulator/endpoints?name=win-web-01"`,
			says: []string{"Apply complete! Resources: 1 added, 0 changed, 0 destroyed.",
				"<title>Simulated Tanium</title>",
				`"Patched"`}},
		{check: `curl -fsS $TANIUM_URL/simulator/actions`, failures: 1,
			says: []string{"reaches 8 endpoints", "Error: Action failed", "Of 8 endpoints, 1 failed",
				`"name": "win-print-01", "state": "failed"`}},
		{says: []string{"Apply complete! Resources: 1 added, 0 changed, 1 destroyed."}},
		{check: "wait", // until the simulator ends
			says: []string{"will be cancelled. Last results: ", "Destroy complete! Resources: 1 destroyed."}},
	}
	blocks := fenced(text, "shell")
	if len(blocks) != len(steps) {
		t.Fatalf("the README has %d blocks of commands, and the test expects %d", len(blocks), len(steps))
	}
	const mark = "@@ block ends, commands that failed:"
	script := "trap 'failures=$((failures + 1))' ERR\n"
	for i, block := range blocks {
		script += fmt.Sprintf("failures=0\n%s%s\nprintf '\\n%s %%d\\n' $failures\n", block, steps[i].check, mark)
	}

	output, port := runAsNewUser(t, found.cli, script)
	for i, step := range steps {
		said, rest, ended := strings.Cut(output, mark)
		if !ended {
			t.Fatalf("block %d did not end: %s", i+1, output)
		}
		failures, rest, _ := strings.Cut(rest, "\n")
		output = rest
		if want := fmt.Sprintf(" %d", step.failures); failures != want {
			t.Errorf("%s commands of block %d failed, not%s: %s", failures, i+1, want, said)
		}
		for _, line := range step.says {
			if !mentions(said, line) {
				t.Errorf("block %d does not say %q: %s", i+1, line, said)
			}
		}
	}
	if connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", "127.0.0.1:"+port); err == nil {
		_ = connection.Close()
		t.Error("the simulator still runs")
	}
}

// TestTutorialInstallKeepsConfiguration checks that an installation does not overwrite a file of
// another origin, and builds nothing in that case.
func TestTutorialInstallKeepsConfiguration(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
	home := t.TempDir()
	file := filepath.Join(home, ".terraformrc")
	const before = "disable_checkpoint = true\n"
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join("..", "tools", "install.sh")
	install := exec.CommandContext(t.Context(), "bash", script, "~/.terraformrc")
	install.Env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME=")
	output, err := install.CombinedOutput()
	if err == nil || !mentions(string(output), file+" exists, and make install did not write it.") {
		t.Errorf("%v: %s", err, output)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != before {
		t.Errorf("%v: %s", err, after)
	}
	if entries, err := os.ReadDir(home); err != nil || len(entries) != 1 {
		t.Errorf("%v: %v", err, entries)
	}
}

// readme returns the text of the README.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fenced returns the code blocks of a language in a Markdown text.
func fenced(text, language string) []string {
	var blocks []string
	for _, match := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, match[1])
	}
	return blocks
}

// mentions returns whether a text contains words, regardless of its line breaks.
func mentions(text, words string) bool {
	return strings.Contains(strings.Join(strings.Fields(text), " "), words)
}

// freePort returns a port below those that systems give to servers that ask for any port, which are
// from 32768 on: a simulator of another test could get one of these before the caller uses it.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(20000 + rand.IntN(10000)) //nolint:gosec // not a secret
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = listener.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// runAsNewUser runs a script with an empty home directory, and returns its output and the port of
// the simulator. Unlike in the README, the port is a free one, and "git clone" links this
// repository. It ends every process that the script started.
func runAsNewUser(t *testing.T, cli, script string) (output, port string) {
	t.Helper()
	port = freePort(t)
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	const clone = "git clone https://github.com/tanium-community/terraform-provider-tanium\n"
	if strings.Count(script, clone) != 1 {
		t.Fatalf("%q is not there once", clone)
	}
	script = strings.ReplaceAll(script, clone, "ln -s \"$REPOSITORY\" terraform-provider-tanium\n")
	script = strings.ReplaceAll(script, "8443", port)

	folder := t.TempDir()
	home, programs := filepath.Join(folder, "a home"), filepath.Join(folder, "programs")
	for _, folder := range []string{home, programs} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if cli, err = filepath.Abs(cli); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(cli, filepath.Join(programs, "terraform")); err != nil {
		t.Fatal(err)
	}

	// Use the module and build caches of the machine, so that the build is fast and needs no
	// network. Install programs in the home directory.
	locations, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE", "GOCACHE", "GOFLAGS").Output()
	if err != nil {
		t.Fatal(err)
	}
	caches := strings.Split(string(locations), "\n")
	others := []string{"GOPATH", "GOBIN", "CONFIG", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "BASH_ENV"}
	environment := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(name, "TF_") || strings.HasPrefix(name, "TANIUM_") ||
			strings.HasPrefix(name, "XDG_") ||
			slices.Contains(others, name)
	})
	environment = append(environment, "HOME="+home, "PATH="+programs+string(filepath.ListSeparator)+os.Getenv("PATH"),
		"GOMODCACHE="+caches[0], "GOCACHE="+caches[1], "GOFLAGS="+caches[2], "GOPROXY=off",
		"REPOSITORY="+root, "CHECKPOINT_DISABLE=1", "TF_CLI_ARGS=-no-color")

	file, err := os.Create(filepath.Join(folder, "output.txt")) // a pipe would wait for other processes
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // the programs write to it
	const limit = 4 * time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", "-c", script)
	command.Dir, command.Env, command.Stdout, command.Stderr = home, environment, file, file
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	failed := command.Run()
	if command.Process != nil {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // ends the simulator if the script did not
	}
	said, err := os.ReadFile(file.Name())
	if failed != nil || err != nil {
		t.Fatalf("%v, %v: %s", failed, err, said)
	}
	return string(said), port
}
