// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
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
// bench" runs it, and -run selects configurations. What takes minutes runs once.
func TestBench(t *testing.T) {
	runs, _ := strconv.Atoi(os.Getenv(envBench))
	if runs == 0 {
		t.Skip(envBench + " is not set")
	}
	built, small := buildProvider(t), slowFleet(t)
	fmt.Println("| configuration | command | seconds | requests | provider CPU s | provider MB | Terraform MB |\n" +
		"|---|---|---|---|---|---|---|")
	measure := func(name string, b bench) {
		t.Run(name, func(t *testing.T) {
			b.t, b.name, b.built = t, name, built
			if b.machines == nil {
				b.machines = small
			}
			if b.endpoints > 0 {
				grown, err := slowFleet(t).Grow(b.endpoints, 1)
				if err != nil {
					t.Fatal(err)
				}
				b.machines = grown
			}
			b.measure()
		})
	}
	for _, count := range []int{1, 10, 100, 1000} {
		often := runs
		if count == 1000 {
			often = 1
		} else {
			measure(fmt.Sprintf("%d, each waits", count),
				bench{runs: often, configuration: fmt.Sprintf(benchActions, count, true)})
		}
		together := fmt.Sprintf(benchActions, count, false) + benchWait
		measure(fmt.Sprintf("%d, awaited together", count), bench{runs: often, configuration: together})
		over := bench{runs: often, configuration: together, later: 24 * time.Hour}
		measure(fmt.Sprintf("%d over", count), over)
		over.remote = true
		measure(fmt.Sprintf("%d over, in a remote state", count), over)
		measure(fmt.Sprintf("%d remediations", count),
			bench{runs: often, configuration: fmt.Sprintf(benchRemediations, count)})
	}
	measure("200 actions of 25 IDs", bench{runs: 1, endpoints: 10_000, configuration: fmt.Sprintf(benchWide, 200)})
	for _, count := range []int{1_000, 10_000, 100_000} {
		list := fmt.Sprintf(benchList, count)
		measure(fmt.Sprintf("list of %d endpoints", count), bench{runs: 1, endpoints: count, configuration: list})
		measure(fmt.Sprintf("1 action on %d endpoints", count),
			bench{runs: 1, endpoints: count, configuration: fmt.Sprintf(benchEverybody, count)})
		if count == 100_000 {
			measure("list of 100000 endpoints during 50 plans",
				bench{runs: 1, endpoints: count, configuration: list, beside: 50})
		}
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

// bench measures the commands on a configuration.
type bench struct {
	t           *testing.T
	name, built string
	runs        int
	// machines is the fleet. If endpoints is not 0, it grows to so many.
	machines      *fleet.Fleet
	endpoints     int
	configuration string
	// later is how much later the commands after the apply run. A refresh comes before them.
	later time.Duration
	// remote keeps the state in a backend. Terraform then saves it every 20 seconds and at the end,
	// and a state in a file after each resource.
	remote bool
	// beside is the number of plans of an action that run at the same time as each command.
	beside int
}

// measure prints the medians of the commands.
func (b bench) measure() {
	b.t.Helper()
	commands := []string{"apply -auto-approve", "plan", "plan -refresh=false", "destroy -auto-approve"}
	if b.later > 0 {
		commands = slices.Insert(commands, 1, "apply -auto-approve -refresh-only")
	}
	results := map[string]*measurement{}
	for range b.runs {
		s := newTenant(b.t, simulator.Options{Fleet: b.machines, Clock: clock.New(time.Now, 1)})
		s.addLatency(b.t)
		w := workspaceWith(b.t, b.built, b.configuration)
		if b.remote {
			w.write("backend.tf", fmt.Sprintf("terraform {\n  backend \"http\" {\n    address = %q\n  }\n}\n",
				serveState(b.t)))
			w.run([]string{"init", "-input=false"})
		}
		for i, command := range commands {
			if i == 1 {
				s.Advance(b.later)
			}
			end := b.planBeside(s)
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
			end()
		}
	}
	for _, command := range commands {
		one := results[command]
		fmt.Printf("| %s | %s | %.2f | %d | %.2f | %.0f | %.0f |\n", b.name,
			strings.TrimSuffix(command, " -auto-approve"), median(one.seconds), median(one.requests),
			median(one.cpu), median(one.provider), median(one.terminal))
	}
}

// planBeside starts the plans that run at the same time, again and again until the returned
// function is called. Their action reaches one endpoint, and their provider is this program: its
// memory and CPU time are not measured.
func (b bench) planBeside(s *tenant) (end func()) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	var running sync.WaitGroup
	one := strings.Replace(fmt.Sprintf(benchActions, 1, false), `op = "STARTS_WITH", value = "wks-00"`,
		`value = "wks-001"`, 1)
	for range b.beside {
		w := newAttachedWorkspace(b.t, s, one)
		running.Go(func() {
			for ctx.Err() == nil {
				w.exits(0, "1 to add", "plan", "-input=false")
			}
		})
	}
	return func() {
		cancel()
		running.Wait()
	}
}

func median[T int | float64](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
