// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// A write-only parameter that tests search for, as it is and in base64.
const (
	secretParameter = "xyzzy-4711"
	secretBase64    = "eHl6enktNDcxMQ=="
)

// newLeakyTenant starts a tenant with the package "Log in", whose script prints its parameter and
// fails.
func newLeakyTenant(t *testing.T) *tenant {
	t.Helper()
	machines, err := fleet.Load("leaky.yaml", strings.NewReader("extends: builtin\npackages:\n  - {id: '9002', "+
		"name: Log in, command: '/bin/sh login.sh \"$1\"', params: [{key: $1, label: Password}], "+
		"output: {fail: ['login with "+secretParameter+" failed', 'session "+simulator.DefaultToken+"']}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, endpoint := range machines.Endpoints {
		endpoint.Outcomes = map[string]fleet.Outcome{"Log in": "fail"}
	}
	return newTenant(t, simulator.Options{Clock: clock.New(time.Now, 20), Fleet: machines})
}

// TestAccSecrets checks that a write-only parameter reaches Tanium, and appears nowhere else: not
// in the state, a plan, the output, an error or a TRACE log, even if the server and the script
// repeat it.
func TestAccSecrets(t *testing.T) {
	t.Parallel()
	needsMinor(t, 11)
	s := newLeakyTenant(t)
	w := newWorkspace(t, `
variable "secret" {
  type      = string
  ephemeral = true
}
resource "tanium_action" "x" {
  package {
    name                  = "Log in"
    parameters_wo         = [var.secret]
    parameters_wo_version = 1
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Computer Name" }, value = "win-print-01" }
  }
  wait { poll_interval = "1s" }
  failure_report { log_lines = 20 }
}
`)
	traced := append(s.environment(), "TF_VAR_secret="+secretParameter, "TF_LOG=TRACE",
		"TF_LOG_PATH="+filepath.Join(w.folder, "trace.log"))
	var outputs bytes.Buffer
	run := func(want string, arguments ...string) {
		t.Helper()
		output, err := w.command(arguments, traced...).CombinedOutput()
		outputs.Write(output)
		said := reflow(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(string(output)))
		if !strings.Contains(said, want) {
			t.Errorf("%v: %v, says %s", arguments, err, said)
		}
	}
	run("1 to add", "plan", "-no-color", "-out=plan.bin")
	if err := s.Fail(simulator.Fault{
		Field: "actionPerform", Kind: simulator.GraphQLError, Times: 1,
		Message: "the value " + secretParameter + " is odd, as is " + secretBase64,
	}); err != nil {
		t.Fatal(err)
	}
	run("the value [write-only parameter] is odd, as is [write-only parameter]", "apply", "-no-color", "plan.bin")
	run("login with [write-only parameter] failed | session [API token]", "apply", "-no-color", "-auto-approve")
	run("", "plan", "-no-color")
	run("", "show", "-json")

	// Tanium has the parameter.
	answer, err := http.Get(s.url + "/simulator/actions") //nolint:noctx // the server is in this process
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if shown, err := io.ReadAll(answer.Body); err != nil || !bytes.Contains(shown, []byte(secretParameter)) {
		t.Errorf("the parameter was not sent: %v, %s", err, shown)
	}
	searched := map[string][]byte{"the outputs": outputs.Bytes()}
	if err := filepath.WalkDir(w.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == filepath.Base(w.program) {
			return err
		}
		searched[entry.Name()], err = os.ReadFile(path)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	unzipInto(t, searched, "plan.bin")
	unpackPrivate(t, searched, "terraform.tfstate")
	for _, name := range []string{
		"trace.log", "plan.bin/tfplan", "plan.bin/tfstate", "terraform.tfstate", "private in terraform.tfstate",
	} {
		if len(searched[name]) == 0 {
			t.Errorf("%s was not searched", name)
		}
	}
	for name, content := range searched {
		for _, secret := range []string{secretParameter, secretBase64} {
			if at := bytes.Index(content, []byte(secret)); at >= 0 {
				t.Errorf("%s has it: ...%s...", name, content[max(0, at-200):min(len(content), at+100)])
			}
		}
	}
}

// unzipInto adds the files in a saved plan.
func unzipInto(t *testing.T, files map[string][]byte, name string) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(files[name]), int64(len(files[name])))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[name+"/"+file.Name], err = io.ReadAll(content); err != nil {
			t.Fatal(err)
		}
	}
}

// unpackPrivate adds the private part of a state, which is encoded.
func unpackPrivate(t *testing.T, files map[string][]byte, name string) {
	t.Helper()
	var state struct {
		Resources []struct {
			Instances []struct{ Private []byte }
		}
	}
	if err := json.Unmarshal(files[name], &state); err != nil {
		t.Fatal(err)
	}
	files["private in "+name] = state.Resources[0].Instances[0].Private
}

// TestAccSecretVersion checks that only the version of write-only parameters deploys again, and
// that they complete the others.
func TestAccSecretVersion(t *testing.T) {
	t.Parallel()
	needsMinor(t, 11)
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, "")
	config := func(name, arguments string) string {
		return fmt.Sprintf(`
resource "tanium_action" %q {
  package {
    name = "Custom Tagging - Add Tags"
    %s
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Computer Name" }, value = "wks-001" }
  }
  wait { enabled = false }
}
`, name, arguments)
	}
	mistakes := map[string]badInput{}
	for name, c := range map[string]badInput{
		"no parameters": {`parameters_wo_version = 1`, "Version without write-only parameters"},
		"given twice": {"parameters = [\"a\"]\nparameters_wo = [\"b\"]",
			"Parameter is given twice ... parameters has a value"},
		"too many": {`parameters_wo = ["a", "b"]`, "parameters_wo ... takes 1 parameter"},
		"no sensor-sourced": {`sensor_sourced_parameters_wo = { "Custom Tags" = "a" }`,
			"has no sensor-sourced parameters"},
	} {
		_, body, _ := strings.Cut(config("x", c.body), "{\n")
		mistakes[name] = badInput{strings.TrimSuffix(body, "}\n"), c.says}
	}
	runBadInput(t, mistakes)
	for _, c := range []struct{ arguments, says string }{
		{"parameters_wo = [\"Red\"]\nparameters_wo_version = 1", "1 added, 0 changed, 0 destroyed"},
		{"parameters_wo = [\"Blue\"]\nparameters_wo_version = 1", "0 added, 0 changed, 0 destroyed"},
		{"parameters_wo = [\"Blue\"]\nparameters_wo_version = 2", "1 added, 0 changed, 1 destroyed"},
		{`parameters = ["Blue"]`, "1 added, 0 changed, 1 destroyed"},
	} {
		w.write("main.tf", s.config("%s", config("x", c.arguments)))
		w.exits(0, c.says, "apply", "-auto-approve", "-input=false")
		w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
	}
	if sent := s.Stats().Operations["actionPerform"]; sent != 3 {
		t.Errorf("%d deployments", sent)
	}
}
