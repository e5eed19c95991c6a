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

// The suite of the module in examples/testing passes by "terraform test".
func TestAccTestingExample(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("..", "..", "examples", "testing", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 50)})
	w := newWorkspace(t, read("main.tf"))
	if err := os.Remove(filepath.Join(w.folder, "provider.tf")); err != nil { // the module says where the provider comes from
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(w.folder, "tests"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.write(filepath.Join("tests", "remediation.tftest.hcl"), read("tests/remediation.tftest.hcl"))
	output := w.run([]string{"test", "-no-color"}, "TANIUM_URL="+s.url, "TANIUM_API_TOKEN="+simulator.DefaultToken)
	if !strings.Contains(output, "3 passed, 0 failed") {
		t.Error(output)
	}
	if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 0 {
		t.Errorf("%+v", stats)
	}
}
