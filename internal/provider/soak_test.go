// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// envSoak is how long TestSoak runs, such as 30m.
const envSoak = "TANIUM_SOAK"

// historiesPerEpoch is the number of histories after which the simulator is reset.
const historiesPerEpoch = 4

// remediationName is the end of the names of the actions of a remediation.
const remediationName = "remediation"

// soaked are the figures of a soak.
type soaked struct {
	epochs, histories, commands, interrupts, faults, deployments atomic.Int64
	strays, doubles, unasked, stops, falls, verified, untrue     atomic.Int64
	crashes, moves                                               atomic.Int64
}

// TestSoak runs random plans, applies, interrupts and destroys in two workspaces at once, against
// one simulator with random faults, with the real programs. No deployment may be made twice, none
// may be left open, and no endpoint may be reported as remediated that is not. "make soak" runs it.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv(envSoak))
	if err != nil {
		t.Skip(envSoak + " is not set")
	}
	s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 20)})
	built := buildProvider(t)
	var figures soaked
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	workspaces := []*workspace{workspaceWith(t, built, ""), workspaceWith(t, built, "")}
	var memory, goroutines []uint64
	for end := time.Now().Add(length); time.Now().Before(end) && !t.Failed(); figures.epochs.Add(1) {
		// Endpoints of the fleet come online by themselves in the first half hour, also after a
		// remediation has counted who matches and before it is checked.
		s.Advance(31 * time.Minute)
		var running sync.WaitGroup
		for i, w := range workspaces {
			random := rand.New(rand.NewPCG(seed+uint64(i), uint64(figures.epochs.Load())))
			running.Go(func() {
				for n := range historiesPerEpoch {
					h := history{
						workspace: w, tenant: s, random: random, figures: &figures,
						name:  fmt.Sprintf("soak %d.%d.%d", i, figures.epochs.Load(), n),
						fleet: soakFleets()[i], asked: map[string]int{},
					}
					h.run()
				}
			})
		}
		running.Wait()
		figures.deployments.Add(int64(s.Stats().Deployments))
		if err := s.Reset(); err != nil {
			t.Fatal(err)
		}
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		memory = append(memory, stats.HeapAlloc>>10)
		goroutines = append(goroutines, uint64(runtime.NumGoroutine()))
	}
	fmt.Printf("%d epochs, %d histories, %d commands, %d interrupts, %d faults injected, %d emergency stops, "+
		"%d moves, %d deployments, %d endpoints fell out of compliance, %d remediations verified, "+
		"%d crashes of Terraform; "+
		"strays: %d, double: %d, not asked for: %d, not remediated: %d\n",
		figures.epochs.Load(), figures.histories.Load(), figures.commands.Load(), figures.interrupts.Load(),
		figures.faults.Load(), figures.stops.Load(), figures.moves.Load(), figures.deployments.Load(),
		figures.falls.Load(), figures.verified.Load(), figures.crashes.Load(),
		figures.strays.Load(), figures.doubles.Load(), figures.unasked.Load(), figures.untrue.Load())
	fmt.Printf("heap after each epoch (KiB): %s\ngoroutines: %s\n", ends(memory), ends(goroutines))
	if figures.strays.Load()+figures.doubles.Load()+figures.unasked.Load()+figures.untrue.Load() > 0 {
		t.Error("a deployment was left open, made twice, or not asked for, or an endpoint is not remediated")
	}
}

// ends prints the first and the last values of a series.
func ends(series []uint64) string {
	if len(series) <= 10 {
		return fmt.Sprint(series)
	}
	return fmt.Sprint(series[:5]) + " ... " + fmt.Sprint(series[len(series)-5:])
}

// history is a random sequence of commands on one workspace.
type history struct {
	*workspace

	tenant  *tenant
	random  *rand.Rand
	figures *soaked
	// name is the start of the names of its actions.
	name    string
	version int
	// fleet are the endpoints of its remediation.
	fleet soakFleet
	// uncounted reports that the saved plan which is applied could not count them.
	uncounted bool
	// source makes the source of the triggers new, so that a plan does not know them.
	source int
	// address is the name of the resource with the actions, and names are the ends of their names,
	// in the order of count.
	address string
	names   []string
	// moved reports that another address may have one of the actions since the last apply.
	moved bool
	// asked is how often somebody asked for a deployment of each action, by the end of its name: at
	// first, by a change, by -replace, and after a destroy.
	asked map[string]int
	steps strings.Builder
}

// soakFleet are the endpoints of the remediation of a workspace. No other changes them.
type soakFleet struct {
	prefix string // of their names
	ids    []string
}

// soakFleets returns the fleet of each workspace.
func soakFleets() []soakFleet {
	return []soakFleet{
		{"wks-", []string{"274301", "274308", "274315", "274329"}},
		{"win-dc-", []string{"100201", "100202"}},
	}
}

// run runs the history, and checks that it leaves nothing open in the end.
func (h *history) run() {
	h.figures.histories.Add(1)
	h.address, h.names = "x", soakNames()[:1+h.random.IntN(3)]
	uncertain := false
	h.ask(h.names...)
	for range 3 + h.random.IntN(5) {
		if !uncertain && h.random.IntN(3) == 0 {
			h.version++ // the next apply deploys again
			h.ask(h.names...)
		}
		if h.random.IntN(4) == 0 {
			h.source++
		}
		if h.random.IntN(3) == 0 {
			h.move(uncertain)
		}
		h.configure()
		if h.random.IntN(2) == 0 {
			h.disturb()
		}
		if h.random.IntN(5) == 0 {
			h.stop()
		}
		if h.random.IntN(2) == 0 {
			h.fall()
		}
		said := h.next(uncertain)
		// A deployment that may have been made is found by the same configuration alone.
		complete := strings.Contains(said, "Apply complete!")
		uncertain = strings.Contains(said, "may or may not") || uncertain && !complete
		if h.moved && strings.Contains(said, "Destroying...") && !complete {
			h.ask(h.names...) // what was cancelled for a creation that did not begin is deployed by the next apply
		}
		h.moved = h.moved && !complete && !strings.Contains(said, "Destroy complete!")
		h.check()
	}
	said := ""
	for attempt := range 6 {
		if err := h.tenant.Fail(); err != nil {
			h.t.Error(err)
		}
		if attempt == 0 { // takes over what a fault hid, also if somebody stopped the remediation
			if !h.moved { // with -target, the old address would keep the action as well
				h.terraform(0, "apply", "-auto-approve", h.target())
			}
			h.terraform(0, "apply", "-auto-approve")
			h.check()
		}
		destroy := []string{"destroy", "-auto-approve"}
		if strings.Contains(said, "Plan would stop") { // of the new configuration, which is not applied
			destroy = append(destroy, "-refresh=false")
		}
		if said = h.terraform(0, destroy...); strings.Contains(said, "Destroy complete") {
			break
		}
	}
	if strings.Contains(h.steps.String(), crashed) {
		h.figures.crashes.Add(1)
		return
	}
	for _, report := range h.tenant.Actions() {
		if strings.HasPrefix(report.Name, h.name+" ") && open(report) {
			h.figures.strays.Add(1)
			h.t.Errorf("%s: scheduled action %s is left open\n%s", report.Name, report.ScheduledActionID,
				h.steps.String())
		}
	}
}

// next runs a random command.
func (h *history) next(uncertain bool) string {
	apply := []string{"apply", "-auto-approve"}
	switch h.random.IntN(9) {
	case 0:
		return h.terraform(0, "plan")
	case 1, 2:
		return h.terraform(time.Duration(100+h.random.IntN(2500))*time.Millisecond, apply...)
	case 3:
		h.ask(h.names...) // what is gone is deployed by the next apply
		return h.terraform(0, "destroy", "-auto-approve")
	case 4:
		return h.terraform(0, append(apply, "-refresh=false")...)
	case 5:
		planned := h.terraform(0, "plan", "-out=plan")
		if strings.Contains(planned, "Error:") {
			return planned
		}
		h.uncounted = strings.Contains(planned, uncounted) // the apply does not say it again
		defer func() { h.uncounted = false }()
		return h.terraform(0, "apply", "plan")
	case 6:
		if uncertain {
			return h.terraform(0, apply...)
		}
		h.ask(h.names[0])
		return h.terraform(0, append(apply, fmt.Sprintf("-replace=tanium_action.%s[0]", h.address))...)
	default:
		return h.terraform(0, apply...)
	}
}

// fall makes an endpoint lose its tags.
func (h *history) fall() {
	id := h.fleet.ids[h.random.IntN(len(h.fleet.ids))]
	fmt.Fprintf(&h.steps, "%s falls out\n", id)
	h.figures.falls.Add(1)
	if err := h.tenant.Disturb([]world.Change{
		{ID: id, Sensors: map[string]fleet.Rows{"Custom Tags": {{"Green"}}}},
	}); err != nil {
		h.t.Error(err)
	}
}

// tag is the tag that the remediation sets. A space would divide it into two.
func (h *history) tag() string { return strings.ReplaceAll(h.name, " ", "-") }

// target limits a command to the actions that are not of the remediation.
func (h *history) target() string { return "-target=tanium_action." + h.address }

// ask records that somebody asks for a deployment of actions.
func (h *history) ask(names ...string) {
	for _, name := range names {
		h.asked[name]++
	}
}

// soakNames returns the ends of the names that actions can have.
func soakNames() []string { return []string{"a", "b", "c", "d"} }

// move gives actions other addresses: it renames their resource without a moved block, exchanges
// two elements of count, or inserts or removes one. Unless it inserts one, nobody asks for a
// deployment. What is removed may be left if a deployment is uncertain.
func (h *history) move(uncertain bool) {
	at := h.random.IntN(len(h.names))
	switch kind := h.random.IntN(4); {
	case kind == 0:
		h.address = map[string]string{"x": "y", "y": "x"}[h.address]
	case kind == 1:
		last := len(h.names) - 1
		h.names[at], h.names[last] = h.names[last], h.names[at]
	case uncertain:
		return
	case kind == 2 && len(h.names) > 1:
		h.names = slices.Delete(h.names, at, at+1)
	default:
		unused := slices.DeleteFunc(soakNames(), func(name string) bool { return slices.Contains(h.names, name) })
		if len(unused) == 0 {
			return
		}
		name := unused[h.random.IntN(len(unused))]
		h.ask(name)
		h.names = slices.Insert(h.names, at, name)
	}
	h.moved = true
	h.figures.moves.Add(1)
}

// crashed is what Terraform says that ends by itself, without a state of what was deployed.
// Terraform 1.16.4 does so if one creation fails with a state while another resource ends: it
// writes the state of the first before it marks it as tainted.
const crashed = "TERRAFORM CRASH"

// uncounted is what a plan says that could not count the endpoints of the remediation.
const uncounted = "Compliance is not known"

// verify fails if a command says that it has applied the remediation, and endpoints match that are
// online.
func (h *history) verify(said string, arguments []string) {
	if !strings.Contains(said, "Apply complete!") || strings.Contains(said, uncounted) || h.uncounted ||
		slices.Contains(arguments, "-refresh=false") || slices.Contains(arguments, h.target()) {
		return
	}
	names, err := matching(h.t.Context(), h.tenant.client(h.t, simulator.DefaultToken),
		reads("Computer Name", gateway.FieldFilterOpStartsWith, h.fleet.prefix), lacks(h.tag()))
	if err != nil {
		return // a fault of the simulator
	}
	if h.figures.verified.Add(1); names != "" {
		h.figures.untrue.Add(1)
		h.t.Errorf("these are not remediated: %s\n%s", names, h.steps.String())
	}
}

// stop makes somebody stop the last action that is open, and keep its scheduled action.
func (h *history) stop() {
	reports := h.tenant.Actions()
	for _, report := range slices.Backward(reports) {
		if len(report.Actions) == 0 || !strings.HasPrefix(report.Name, h.name+" ") {
			continue
		}
		last := report.Actions[len(report.Actions)-1]
		if last.Status != world.Open {
			continue
		}
		if err := h.tenant.Fail(); err != nil {
			h.t.Error(err)
		}
		fmt.Fprintf(&h.steps, "somebody stops %s\n", last.ID)
		h.figures.stops.Add(1)
		if err := h.tenant.client(h.t, simulator.DefaultToken).StopAction(h.t.Context(), last.ID); err != nil {
			h.t.Error(err)
		}
		return
	}
}

// configure writes the configuration.
func (h *history) configure() {
	fmt.Fprintf(&h.steps, "version %d, tanium_action.%s of %v\n", h.version, h.address, h.names)
	h.write("main.tf", fmt.Sprintf(`
resource "terraform_data" "version" {
  input            = "%[1]d"
  triggers_replace = "%[2]d"
}

locals {
  names = split(" ", "%[3]s")
}

resource "tanium_action" "%[8]s" {
  count        = length(local.names)
  name         = "%[4]s ${local.names[count.index]}"
  on_duplicate = "adopt"
  on_failure   = "warn"
  triggers     = { version = terraform_data.version.output }
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Soak"]
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "w" }
  }
  wait { poll_interval = "1s" }
  timeouts { create = "20s" }
}

resource "tanium_remediation" "x" {
  name     = "%[4]s %[5]s"
  triggers = { version = terraform_data.version.output }
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["%[7]s"]
  }
  targets {
    action_group = { name = "All Computers" }
    filter = { filters = [
      { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "%[6]s" },
      { sensor = { name = "Custom Tags" }, value = "%[7]s", negated = true },
    ] }
  }
  verify { timeout = "20s" }
}
`, h.version, h.source, strings.Join(h.names, " "), h.name, remediationName, h.fleet.prefix, h.tag(), h.address))
}

// disturb makes the simulator fail a few times.
func (h *history) disturb() {
	var faults []simulator.Fault
	for range 1 + h.random.IntN(3) {
		l := lifecycle{random: h.random}
		faults = append(faults, l.randomFault())
	}
	h.figures.faults.Add(int64(len(faults)))
	fmt.Fprintf(&h.steps, "faults %+v\n", faults)
	if err := h.tenant.Fail(faults...); err != nil {
		h.t.Error(err)
	}
}

// terraform runs a command, and interrupts it after a time; never if that is zero. It returns what
// the command says.
func (h *history) terraform(interrupt time.Duration, arguments ...string) string {
	h.figures.commands.Add(1)
	fmt.Fprintf(&h.steps, "%s %v, interrupted after %s\n", time.Now().Format("15:04:05"), arguments, interrupt)
	// Flags stand before the file of a saved plan.
	arguments = append([]string{arguments[0], "-input=false", "-no-color"}, arguments[1:]...)
	command := h.command(arguments, h.tenant.environment()...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		h.t.Error(err)
		return ""
	}
	if interrupt > 0 {
		h.figures.interrupts.Add(1)
		timer := time.AfterFunc(interrupt, func() { _ = command.Process.Signal(syscall.SIGINT) })
		defer timer.Stop()
	}
	limit := time.AfterFunc(3*time.Minute, func() { h.kill(command) })
	defer limit.Stop()
	err := command.Wait()
	fmt.Fprintf(&h.steps, "%v\n%s\n", err, output.String())
	if interrupt == 0 {
		h.verify(output.String(), arguments)
	}
	return output.String()
}

// kill ends a command that hangs, which is a failure.
func (h *history) kill(command *exec.Cmd) {
	h.t.Errorf("%v hangs\n%s", command.Args, h.steps.String())
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
}

// check fails if an attempt was deployed twice, or if two deployments of one resource are open.
func (h *history) check() {
	attempts, running, names := map[string]int{}, map[string]int{}, map[string]int{}
	for _, report := range h.tenant.Actions() {
		if !strings.HasPrefix(report.Name, h.name+" ") {
			continue
		}
		marker, _ := deployment.MarkerOf(report.Comment)
		attempts[marker.String()]++
		names[report.Name]++
		if open(report) {
			running[report.Name]++
		}
	}
	for name, made := range names {
		end := strings.TrimPrefix(name, h.name+" ")
		if made > h.asked[end] && end != remediationName { // endpoints fell out of compliance again
			h.figures.unasked.Add(1)
			h.t.Errorf("%d deployments of %s, asked for %d\n%s", made, name, h.asked[end], h.steps.String())
		}
	}
	for _, counted := range []map[string]int{attempts, running} {
		for key, found := range counted {
			if found > 1 {
				h.figures.doubles.Add(1)
				h.t.Errorf("%d times %s of %d actions\n%s", found, key, len(h.names), h.steps.String())
			}
		}
	}
}
