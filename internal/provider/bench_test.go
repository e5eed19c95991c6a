// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// hundredActions are a hundred actions with different targets, every guard, and one wait for all of
// them.
const hundredActions = `
resource "tanium_action" "tag" {
  count   = 100
  name    = "Tag ${count.index}"
  package {
    name = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Computer Name" }, op = "MATCHES", value = "wks-00.|${count.index}" }
  }
  guard { max_endpoints = 10 }
  wait { enabled = false }
}

resource "tanium_action_wait" "tag" {
  scheduled_action_ids    = tanium_action.tag[*].id
  targeted_endpoint_count = sum(tanium_action.tag[*].targeted_endpoint_count)
  poll_interval           = "1s"
}
`

// BenchmarkHundredActions applies and plans a hundred actions of three seconds each with Terraform
// in real time, and counts the requests.
func BenchmarkHundredActions(b *testing.B) {
	text, err := os.ReadFile("../simulator/fleet/builtin.yaml")
	if err != nil {
		b.Fatal(err)
	}
	const name = "name: Custom Tagging - Add Tags,"
	slow := strings.Replace(string(text), name, name+
		" download: {min: 0s, max: 1ns}, execute: {min: 3s, max: 3001ms},", 1)
	machines, err := fleet.Load("slow.yaml", strings.NewReader(slow))
	if err != nil {
		b.Fatal(err)
	}
	w := newWorkspace(b, hundredActions)
	for b.Loop() {
		s := newTenant(b, simulator.Options{Fleet: machines, Clock: clock.New(time.Now, 1)})
		s.addLatency(b)
		environment := []string{"TANIUM_URL=" + s.url, "TANIUM_API_TOKEN=" + simulator.DefaultToken}
		begun := time.Now()
		w.run([]string{"apply", "-input=false", "-no-color", "-auto-approve"}, environment...)
		took, applied := time.Since(begun), s.Stats()
		w.run([]string{"plan", "-input=false", "-no-color", "-detailed-exitcode"}, environment...)
		planned := s.Stats()
		w.run([]string{"destroy", "-input=false", "-no-color", "-auto-approve"}, environment...)
		if applied.Deployments != 100 {
			b.Errorf("%d deployments", applied.Deployments)
		}
		b.ReportMetric(took.Seconds(), "s/apply")
		b.ReportMetric(float64(applied.Requests), "requests/apply")
		b.ReportMetric(float64(planned.Requests-applied.Requests), "requests/plan")
		b.Log(applied.Operations)
	}
}
