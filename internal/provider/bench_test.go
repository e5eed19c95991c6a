// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// envBench is the number of runs that TestBench makes of each measurement.
const envBench = "TANIUM_BENCH"

// benchActions are some actions with every safeguard, which each wait, or none of which does.
const benchActions = `
resource "tanium_action" "tag" {
  count   = %d
  name    = "Tag ${count.index}"
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "wks-00" }
  }
  guard { max_endpoints = 20 }
  wait { enabled = %t }
}
`

// benchWait waits for the actions together.
const benchWait = `
resource "tanium_action_wait" "tag" {
  scheduled_action_ids    = tanium_action.tag[*].id
  targeted_endpoint_count = sum(tanium_action.tag[*].targeted_endpoint_count)
}
`

// benchRemediations are remediations with nobody to remediate, each with a filter of its own.
const benchRemediations = `
resource "tanium_remediation" "tag" {
  count = %d
  name  = "Tag ${count.index}"
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Custom Tags" }, value = "Nobody has ${count.index}" }
  }
  guard { max_endpoints = 20 }
}
`

const benchList = `
data "tanium_endpoints" "all" {
  max_results = %d
}

output "count" {
  value = length(data.tanium_endpoints.all.ids)
}
`

// benchEverybody is one action on all endpoints.
const benchEverybody = `
resource "tanium_action" "tag" {
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { member_of = { name = "All Computers" } }
  }
  guard { max_endpoints = %d }
  wait { enabled = false }
}
`

// benchWide are actions that name 25 endpoints each, the most that Tanium takes.
const benchWide = `
locals {
  ids = tolist(data.tanium_endpoints.all.ids)
}

data "tanium_endpoints" "all" {
  max_results = 5000
}

resource "tanium_action" "tag" {
  count = %d
  name  = "Tag ${count.index}"
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Blue"]
  }
  targets {
    action_group = { name = "All Computers" }
    endpoint_ids = slice(local.ids, 25 * count.index, 25 * (count.index + 1))
  }
  wait { enabled = false }
  guard { min_endpoints = 0 }
}
`

// measurement is what one command took, of each run.
type measurement struct {
	seconds            []float64
	requests           []int
	provider, terminal []float64 // peak memory in megabytes, of the provider and of Terraform
	cpu                []float64 // CPU seconds of the provider
}

// TestBench measures the commands of Terraform against a gateway 20 ms away, on which an action
// takes three seconds, and prints the medians as a table, with the peak memory in megabytes. "make
// bench" runs it. What takes minutes runs once.
func TestBench(t *testing.T) {
	runs, _ := strconv.Atoi(os.Getenv(envBench))
	if runs == 0 {
		t.Skip(envBench + " is not set")
	}
	b := bench{t: t, built: buildProvider(t)}
	fmt.Println("| configuration | command | seconds | requests | provider CPU s | provider MB | Terraform MB |\n" +
		"|---|---|---|---|---|---|---|")
	small := slowFleet(t)
	grown := func(count int) *fleet.Fleet {
		machines, err := slowFleet(t).Grow(count, 1)
		if err != nil {
			t.Fatal(err)
		}
		return machines
	}
	for _, count := range []int{1, 10, 100, 1000} {
		b.runs = runs
		if count == 1000 {
			b.runs = 1
		} else {
			b.measure(fmt.Sprintf("%d, each waits", count), small, fmt.Sprintf(benchActions, count, true))
		}
		b.measure(fmt.Sprintf("%d, awaited together", count), small, fmt.Sprintf(benchActions, count, false)+benchWait)
		b.measure(fmt.Sprintf("%d remediations", count), small, fmt.Sprintf(benchRemediations, count))
	}
	b.runs = 1
	b.measure("200 actions of 25 IDs", grown(10_000), fmt.Sprintf(benchWide, 200))
	for _, count := range []int{1_000, 10_000, 100_000} {
		machines := grown(count)
		b.measure(fmt.Sprintf("list of %d endpoints", count), machines, fmt.Sprintf(benchList, count))
		b.measure(fmt.Sprintf("1 action on %d endpoints", count), machines, fmt.Sprintf(benchEverybody, count))
	}
}

// slowFleet is the built-in fleet, on which tagging takes three seconds: an action starts after two
// seconds.
func slowFleet(t *testing.T) *fleet.Fleet {
	t.Helper()
	text, err := os.ReadFile("../simulator/fleet/builtin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const name = "name: Custom Tagging - Add Tags,"
	slow := strings.Replace(string(text), name, name+
		" download: {min: 0s, max: 1ns}, execute: {min: 1s, max: 1001ms},", 1)
	machines, err := fleet.Load("slow.yaml", strings.NewReader(slow))
	if err != nil {
		t.Fatal(err)
	}
	return machines
}

// bench measures configurations.
type bench struct {
	t     *testing.T
	runs  int
	built string
}

// measure prints the medians of the commands of a configuration.
func (b bench) measure(name string, machines *fleet.Fleet, configuration string) {
	b.t.Helper()
	commands := []string{"apply -auto-approve", "plan", "plan -refresh=false", "destroy -auto-approve"}
	results := map[string]*measurement{}
	for range b.runs {
		s := newTenant(b.t, simulator.Options{Fleet: machines, Clock: clock.New(time.Now, 1)})
		s.addLatency(b.t)
		w := workspaceWith(b.t, b.built, configuration)
		for _, command := range commands {
			before, begun := s.Stats().Requests, time.Now()
			output, terminal, program, err := measured(w.command(append(strings.Fields(command), "-input=false",
				"-no-color"), s.environment()...), w.program)
			if err != nil {
				b.t.Fatalf("%s: %v\n%.6000s", command, err, output)
			}
			one := results[command]
			if one == nil {
				one = &measurement{}
				results[command] = one
			}
			one.seconds = append(one.seconds, time.Since(begun).Seconds())
			one.requests = append(one.requests, s.Stats().Requests-before)
			one.provider = append(one.provider, program.megabytes)
			one.terminal = append(one.terminal, terminal.megabytes)
			one.cpu = append(one.cpu, program.cpu.Seconds())
		}
	}
	for _, command := range commands {
		one := results[command]
		fmt.Printf("| %s | %s | %.2f | %d | %.2f | %.0f | %.0f |\n", name,
			strings.TrimSuffix(command, " -auto-approve"), median(one.seconds), median(one.requests),
			median(one.cpu), median(one.provider), median(one.terminal))
	}
}

func median[T int | float64](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
