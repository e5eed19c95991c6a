// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
)

// TestAccTestingExample runs the tests of the module in examples/testing twice on one simulator.
func TestAccTestingExample(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 50)})
	w := newWorkspace(t, "")
	// The module has the provider requirements.
	if err := os.Remove(filepath.Join(w.folder, "provider.tf")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(w.folder, "main.tf")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(w.folder, os.DirFS(filepath.Join("..", "..", "examples", "testing"))); err != nil {
		t.Fatal(err)
	}
	environment := []string{"TANIUM_URL=" + s.url, "TANIUM_API_TOKEN=" + simulator.DefaultToken}
	w.run([]string{"get"}, environment...) // gets the module that resets; no provider is installed
	all, mocked := "9 passed, 0 failed", "4 passed, 0 failed"
	if isOpenTofu() { // which does not take the failed precondition of an output as expected in an apply
		if err := os.Remove(filepath.Join(w.folder, "tests", "mocked_failure.tftest.hcl")); err != nil {
			t.Fatal(err)
		}
		all, mocked = "8 passed, 0 failed", "3 passed, 0 failed"
	}
	for range 2 {
		output := w.run([]string{"test", "-no-color"}, environment...)
		if !strings.Contains(output, all) {
			t.Error(output)
		}
		if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 0 {
			t.Errorf("%+v", stats)
		}
	}
	// The mocked tests send no request to the simulator.
	before := s.Stats().Requests
	filters := []string{"test", "-no-color", "-filter=tests/mocked.tftest.hcl"}
	if !isOpenTofu() {
		filters = append(filters, "-filter=tests/mocked_failure.tftest.hcl")
	}
	output := w.run(filters, environment...)
	if !strings.Contains(output, mocked) || s.Stats().Requests != before {
		t.Errorf("%d requests\n%s", s.Stats().Requests-before, output)
	}
}

// TestAccTestingLimits checks the limits of "terraform test" that the guide documents.
func TestAccTestingLimits(t *testing.T) {
	t.Parallel()
	guide := reflow(guideText(t, "testing-without-tanium.md"))
	for name, c := range map[string]struct {
		test string
		says []string
		// quoted is set if the guide quotes the words.
		quoted bool
	}{
		"a guard cannot be expected": {test: `run "guard" {
  command         = plan
  expect_failures = [tanium_action.x]
}`, says: []string{"Too many endpoints", "Missing expected failure",
			"The checkable object, tanium_action.x, was expected to report an error but did not."}},
		"a mock looks nothing up": {test: `mock_provider "tanium" {}
run "x" {
  variables {
    sensor = "No Such Sensor"
  }
  assert {
    condition     = length(data.tanium_endpoints.x.endpoints) == 0 && tanium_action.x.results.completed == 0
    error_message = "It answers."
  }
}`, says: []string{"1 passed, 0 failed"}},
		"a mock fills no list of objects": {test: `mock_provider "tanium" {
  mock_data "tanium_endpoints" {
    defaults = { endpoints = [{ name = "one" }] }
  }
}
run "x" {}`, says: []string{listMockError()}, quoted: !isOpenTofu()},
		"a mock replaces nothing": {test: `mock_provider "tanium" {}
run "one" {}
run "two" {
  variables {
    tag   = "Other"
    first = run.one.id
  }
  assert {
    condition     = output.id == var.first
    error_message = "It is replaced."
  }
}`, says: []string{"2 passed, 0 failed"}},
		"a mock checks the form": {test: `mock_provider "tanium" {}
run "x" {
  variables {
    value = null
  }
}`, says: []string{"Filter has no value"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, `
variable "sensor" {
  default = "OS Platform"
}

variable "value" {
  default = "Windows"
}

variable "tag" {
  default = "Blue"
}

variable "first" {
  default = ""
}

data "tanium_endpoints" "x" {
  filter = { sensor = { name = var.sensor }, value = var.value }
}

resource "tanium_action" "x" {
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = [var.tag]
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = data.tanium_endpoints.x.filter
  }
  guard { max_endpoints = 1 }
}

output "id" {
  value = tanium_action.x.id
}
`)
			w.write("x.tftest.hcl", c.test)
			output, _ := w.command([]string{"test", "-no-color"}).CombinedOutput() // a failure is a result
			for _, words := range c.says {
				if !strings.Contains(reflow(string(output)), words) || (c.quoted && !strings.Contains(guide, words)) {
					t.Errorf("%q is not said:\n%s", words, output)
				}
			}
			if strings.Contains(c.test, "mock_provider") && s.Stats().Requests > 0 {
				t.Errorf("a mock sent %+v", s.Stats())
			}
		})
	}
}

// isOpenTofu reports whether the tests run with OpenTofu.
func isOpenTofu() bool { return os.Getenv("TF_ACC_PROVIDER_HOST") == "registry.opentofu.org" }

// listMockError returns the message for a mocked list of objects with an attribute missing.
func listMockError() string {
	if isOpenTofu() {
		return "Invalid mock/override field `endpoints`"
	}
	return "incompatible types; expected object type, found tuple"
}

// TestTestingGuideShowsTheExample checks that the configuration in the guide is part of the
// example.
func TestTestingGuideShowsTheExample(t *testing.T) {
	t.Parallel()
	var example strings.Builder
	if err := filepath.WalkDir(filepath.Join("..", "..", "examples", "testing"),
		func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			example.Write(text)
			return err
		}); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(guideText(t, "testing-without-tanium.md"), "```terraform\n")[1:]
	for _, part := range parts {
		if code, _, _ := strings.Cut(part, "```"); !strings.Contains(example.String(), strings.TrimRight(code, "\n")) {
			t.Errorf("the example does not have\n%s", code)
		}
	}
	if len(parts) < 6 {
		t.Errorf("%d parts", len(parts))
	}
}

// TestAccTestingInvokes checks that "terraform test" of a module with an action_trigger really
// invokes the action, also if the run then fails, as the guide says.
func TestAccTestingInvokes(t *testing.T) {
	t.Parallel()
	needsActions(t)
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, `
action "tanium_action_deploy" "tag" {
  config {
    package {
      name       = "Custom Tagging - Add Tags"
      parameters = ["Blue"]
    }
    targets {
      action_group = { name = "All Computers" }
      filter       = { sensor = { name = "Computer Name" }, value = "win-dc-01" }
    }
  }
}

resource "terraform_data" "release" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.tanium_action_deploy.tag]
    }
  }
}
`)
	w.write("x.tftest.hcl", `
run "plans" {
  command = plan
}

run "applies" {
  assert {
    condition     = terraform_data.release.id == ""
    error_message = "It has an ID."
  }
}
`)
	output, _ := w.command([]string{"test", "-no-color"}).CombinedOutput() // the second run fails
	if !strings.Contains(reflow(string(output)), "1 passed, 1 failed") || s.Stats().Deployments != 1 {
		t.Errorf("%d deployments: %s", s.Stats().Deployments, output)
	}
}
