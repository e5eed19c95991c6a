// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/http2front"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// life is one resource as Terraform's core leads it through its life: every apply with a provider
// of its own, over the state that the last one left.
type life struct {
	*session

	tenant  *tenant
	random  *rand.Rand
	state   *tfprotov6.DynamicValue // nil for none
	kept    []byte                  // private state
	tainted bool
	// createFirst replaces by create_before_destroy.
	createFirst bool
	// twin says that somebody deploys the same at the moment of the next deployment, and reset how
	// the server ends that.
	twin atomic.Bool
	// failing says that faults are set: a twin would trip over them, and stays away.
	failing atomic.Bool
	reset   atomic.Pointer[http2front.Ending]
	// version of the configuration, whether it recurs, and whether it is an operation
	version              int
	recurring, operation bool
	// faulty reports that something is to go wrong, and well that the last change ended without an
	// error.
	faulty, well bool
	// told is every diagnostic so far: what a person could know.
	told strings.Builder
	// steps so far, for the message of a failure.
	steps []string
}

func (l *life) config() map[string]any {
	config := tagging()
	config["on_duplicate"] = "adopt"
	config["triggers"] = map[string]any{"version": fmt.Sprint(l.version)}
	if l.recurring {
		config["schedule"] = map[string]any{"expire_seconds": 900, "reissue_seconds": 3600}
	}
	if l.operation { // for two sets of platforms
		delete(config, "package")
		config["operation"] = map[string]any{"add_tags": []any{"Blue"}}
		config["targets"] = map[string]any{
			"action_group": map[string]any{"name": "All Computers"},
			"endpoint_ids": []any{"100201", "310011"},
		}
	}
	return config
}

func (l *life) step(format string, arguments ...any) {
	l.steps = append(l.steps, fmt.Sprintf(format, arguments...))
}

// begin replaces the provider, as a new run of Terraform does. It is interrupted after so many
// waits; never for less than none.
func (l *life) begin(waits int) context.Context {
	ctx, stop := context.WithCancel(l.t.Context())
	l.t.Cleanup(stop)
	if waits < 0 {
		l.session = newSession(l.t, l.tenant, l.tenant)
	} else {
		l.session = newSession(l.t, l.tenant, &interruption{tenant: l.tenant, left: waits, stop: stop})
	}
	return ctx
}

func (l *life) hear(diagnostics []*tfprotov6.Diagnostic) bool {
	l.told.WriteString(describe(diagnostics) + "\n")
	return !hasError(diagnostics)
}

// look refreshes and plans; nothing is planned where that fails.
func (l *life) look(config map[string]any) (*tfprotov6.PlanResourceChangeResponse, bool) {
	if l.state != nil {
		read, err := l.server.ReadResource(l.t.Context(),
			&tfprotov6.ReadResourceRequest{TypeName: l.name, CurrentState: l.state, Private: l.kept})
		if err != nil {
			l.t.Fatal(err)
		}
		if !l.hear(read.Diagnostics) {
			return nil, false
		}
		l.keep(read.NewState, read.Private)
	}
	prior, kept := l.state, l.kept
	if prior == nil || l.tainted {
		prior, kept = l.dynamic(tftypes.NewValue(l.kind(), nil)), nil
	}
	planned, err := l.server.PlanResourceChange(l.t.Context(),
		&tfprotov6.PlanResourceChangeRequest{TypeName: l.name, Config: l.dynamic(encode(l.kind(), config)),
			PriorState: prior, PriorPrivate: kept,
			ProposedNewState: l.proposed(config, prior)})
	if err != nil {
		l.t.Fatal(err)
	}
	return planned, l.hear(planned.Diagnostics)
}

// keep a state that a call returned; null is none.
func (l *life) keep(state *tfprotov6.DynamicValue, private []byte) {
	value, err := state.Unmarshal(l.kind())
	if err != nil {
		l.t.Fatal(err)
	}
	l.state, l.kept = state, private
	if value.IsNull() {
		l.state, l.kept, l.tainted = nil, nil, false
	}
}

func (l *life) change(ctx context.Context, prior, planned, config *tfprotov6.DynamicValue, private []byte) bool {
	applied,
		err := l.server.ApplyResourceChange(ctx,
		&tfprotov6.ApplyResourceChangeRequest{TypeName: l.name, Config: config, PriorState: prior,
			PlannedState: planned, PlannedPrivate: private})
	if err != nil {
		l.t.Fatal(err)
	}
	l.keep(applied.NewState, applied.Private)
	l.well = l.hear(applied.Diagnostics)
	return l.well
}

// apply does what core does: a replacement is a destruction and a creation, and what a failed
// creation left is tainted.
func (l *life) apply(waits int) {
	ctx := l.begin(waits)
	config := l.config()
	configured, nothing := l.dynamic(encode(l.kind(), config)), l.dynamic(tftypes.NewValue(l.kind(), nil))
	planned, ok := l.look(config)
	if !ok {
		return
	}
	replaced := l.state != nil && (l.tainted || len(planned.RequiresReplace) > 0)
	deposed, deposedKept := l.state, l.kept
	switch {
	case replaced && l.createFirst:
		l.state, l.kept, l.tainted = nil, nil, false
		if planned, ok = l.look(config); !ok {
			l.state, l.kept = deposed, deposedKept
			return
		}
	case replaced:
		if !l.change(ctx, l.state, nothing, nothing, l.kept) || l.state != nil {
			return
		}
		// core plans the creation together with the destruction; the values are the same
		if planned, ok = l.look(config); !ok {
			return
		}
	}
	if l.state != nil {
		l.change(ctx, l.state, planned.PlannedState, configured, planned.PlannedPrivate)
		return
	}
	l.tainted = false
	l.tainted = !l.change(ctx, nothing, planned.PlannedState, configured, planned.PlannedPrivate) && l.state != nil
	if !replaced || !l.createFirst {
		return
	}
	state, kept, tainted, well := l.state, l.kept, l.tainted, l.well
	if state == nil { // the creation failed: what was to be replaced stays
		l.state, l.kept = deposed, deposedKept
		return
	}
	l.change(ctx, deposed, nothing, nothing, deposedKept)
	// a deposed object that could not be destroyed: Terraform keeps it, and destroys it the next
	// time
	if l.state != nil {
		l.change(l.t.Context(), l.state, nothing, nothing, l.kept)
	}
	l.state, l.kept, l.tainted, l.well = state, kept, tainted, well && l.well
}

func (l *life) destroy(waits int) {
	ctx := l.begin(waits)
	if l.state == nil {
		return
	}
	nothing := l.dynamic(tftypes.NewValue(l.kind(), nil))
	l.change(ctx, l.state, nothing, nothing, l.kept)
}

// fault is any of the ways in which Tanium or the network fails.
func (l *life) fault() simulator.Fault {
	fields := []string{"actionPerform", "actionPerform", "actionPerform", "scheduledActions", "scheduledAction",
		"action", "endpoints", "scheduledActionDelete", "actionStop"}
	fault := simulator.Fault{
		Field:  fields[l.random.IntN(len(fields))],
		Times:  1 + l.random.IntN(6),
		Skip:   l.random.IntN(2),
		Effect: l.random.IntN(2) == 0,
	}
	switch l.random.IntN(6) {
	case 0:
		fault.Kind = simulator.DropBefore
	case 1:
		fault.Kind = simulator.DropAfter
	case 2:
		fault.Kind, fault.Code = simulator.Status, []int{500, 502, 503, 504, 401, 429, 400, 403, 404}[l.random.IntN(9)]
	case 3:
		fault.Kind = simulator.Truncate
	case 4:
		fault.Kind = simulator.Garbage
	default:
		fault.Kind = simulator.GraphQLError
	}
	return fault
}

// check what must hold after every step.
func (l *life) check() {
	l.t.Helper()
	wrong := func(format string, arguments ...any) {
		l.t.Errorf(format+"\n%s\n%s", append(arguments, strings.Join(l.steps, "\n"), l.told.String())...)
	}
	known := ""
	if l.state != nil {
		value, err := l.state.Unmarshal(l.kind())
		if err != nil {
			l.t.Fatal(err)
		}
		known = value.String()
	}
	seen := map[string]bool{}
	for _, report := range l.tenant.Actions() {
		found, _ := deployment.MarkerOf(report.Comment)
		marker := found.String()
		if seen[marker+report.Package] { // an operation has one for each package
			wrong("two deployments of one attempt %s", marker)
		}
		seen[marker+report.Package] = true
		for _, action := range report.Actions {
			var served []string
			for _, endpoint := range action.Endpoints {
				if slices.Contains(served, endpoint.ID) {
					wrong("endpoint %s is served twice by action %s", endpoint.ID, action.ID)
				}
				served = append(served, endpoint.ID)
			}
		}
		if open(report) && !strings.Contains(known, `"`+report.ScheduledActionID+`"`) &&
			!strings.Contains(l.told.String(), marker) && !strings.Contains(l.told.String(), report.ScheduledActionID) {
			wrong("scheduled action %s is open, and neither the state nor any message knows it",
				report.ScheduledActionID)
		}
	}
}

// open reports a scheduled action that may issue an action, or whose last one is open.
func open(report world.Report) bool {
	if len(report.Actions) > 0 {
		if status := report.Actions[len(report.Actions)-1].Status; status == world.Open || status == world.Pending {
			return true
		}
	}
	return !report.Deleted && (report.NextStartTime != nil || !report.Approved)
}

// settle fails unless an undisturbed apply ends well, a plan after it changes nothing, and it has
// deployed at most once.
func (l *life) settle() {
	l.t.Helper()
	if err := l.tenant.Fail(); err != nil {
		l.t.Fatal(err)
	}
	l.faulty = false
	l.failing.Store(false)
	l.twin.Store(false)
	l.reset.Store(nil)
	for range 2 { // what an outside hand cancelled is judged first, and deployed again then
		before := l.tenant.Stats().Operations["actionPerform"]
		l.apply(-1)
		if made := l.tenant.Stats().Operations["actionPerform"] - before; made > 1 {
			l.t.Errorf("%d deployments in one apply\n%s", made, strings.Join(l.steps, "\n"))
		}
	}
	l.peace()
}

// peace fails unless a plan changes nothing.
func (l *life) peace() {
	l.t.Helper()
	l.begin(-1)
	planned, ok := l.look(l.config())
	if !ok || l.state == nil || l.tainted {
		l.t.Errorf("there is no peace:\n%s\n%s", strings.Join(l.steps, "\n"), l.told.String())
		return
	}
	was, _ := l.state.Unmarshal(l.kind())
	will, err := planned.PlannedState.Unmarshal(l.kind())
	if err != nil || len(planned.RequiresReplace) > 0 || !will.Equal(was) {
		l.t.Errorf("a plan changes something, replacing for %v\n%v\n%v\n%s", planned.RequiresReplace, was,
			will, strings.Join(l.steps, "\n"))
	}
}

// Whatever happens to an action in whatever order: nothing is served twice by one deployment,
// nothing is open that nobody knows, and in the end a plan is empty.
func TestRandomLives(t *testing.T) {
	t.Parallel()
	const lives, steps = 40, 20
	for seed := range uint64(lives) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			edits := []world.Comments{"", world.CommentsCut, world.CommentsUpper, world.CommentsEscaped,
				world.CommentsBlanks}
			s := newTenant(t, simulator.Options{Unknowns: world.Unknowns{Comments: edits[seed%uint64(len(edits))]}})
			l := &life{
				tenant:  s,
				session: newSession(t, s, s),
				random:  rand.New(rand.NewPCG(seed, 4)),
			} //nolint:gosec // a test's dice
			l.serve()
			for range steps {
				l.any()
				l.check()
			}
			l.step("settle")
			l.settle()
			l.check()
			l.destroy(-1)
			l.check()
			if l.state != nil {
				t.Errorf("not destroyed\n%s\n%s", strings.Join(l.steps, "\n"), l.told.String())
			}
		})
	}
}

// serve puts a front before the tenant that speaks HTTP/2, so that a server can end a request in
// ways of its own, and that lets a twin deploy just before the life does.
func (l *life) serve() {
	direct := *l.tenant
	front := http2front.New(l.t, l.tenant, func(body []byte) *http2front.Ending {
		if bytes.Contains(body, []byte("mutation PerformAction")) {
			return l.reset.Swap(nil)
		}
		return nil
	})
	front.Before(func(body []byte) {
		if !bytes.Contains(body, []byte("mutation PerformAction")) || !l.twin.Swap(false) || l.failing.Load() {
			return
		}
		config := l.config()
		config["wait"] = map[string]any{"enabled": false}
		twin := newSession(l.t, &direct, &direct)
		if state, diagnostics := twin.apply(l.t.Context(), config, nil); !hasError(diagnostics) {
			l.told.WriteString("the twin has " + twin.attribute(state, "actions") + "\n")
		}
	})
	l.tenant.url, l.tenant.certificate = front.URL, string(front.Certificate)
}

// any step.
func (l *life) any() {
	waits := l.random.IntN(8) - 4 // mostly without an interrupt
	switch l.random.IntN(14) {
	case 13:
		l.createFirst = !l.createFirst
		l.step("create before destroy %v", l.createFirst)
	case 12:
		l.step("a twin is about to deploy the same")
		l.faulty = true
		l.twin.Store(true)
	case 11:
		endings := http2front.Endings()
		ending := endings[l.random.IntN(len(endings))]
		l.step("HTTP/2: %s", ending.Name)
		l.faulty = true
		l.reset.Store(&ending)
	case 10:
		l.operation = !l.operation
		l.step("operation %v", l.operation)
	case 0:
		l.version = l.random.IntN(3)
		l.step("version %d", l.version)
	case 1:
		l.recurring = !l.recurring
		l.step("recurring %v", l.recurring)
	case 2:
		by := []time.Duration{time.Second, time.Minute, time.Hour}[l.random.IntN(3)]
		l.step("%s pass", by)
		l.tenant.Advance(by)
	case 3:
		reports := l.tenant.Actions()
		if len(reports) == 0 {
			return
		}
		id := reports[l.random.IntN(len(reports))].ScheduledActionID
		l.step("somebody cancels %s", id)
		l.faulty = l.twin.Load() || l.reset.Load() != nil
		l.failing.Store(false)
		if err := l.tenant.Fail(); err != nil {
			l.t.Fatal(err)
		}
		l.tenant.cancel(l.t, id)
	case 4:
		l.step("destroy, interrupted after %d", waits)
		l.destroy(waits)
	case 5, 6:
		faults := []simulator.Fault{l.fault(), l.fault()}
		l.step("%+v", faults)
		l.faulty = true
		l.failing.Store(true)
		if err := l.tenant.Fail(faults...); err != nil {
			l.t.Fatal(err)
		}
	default:
		l.step("apply, interrupted after %d", waits)
		l.well = false
		if l.apply(waits); l.well && waits < 0 && !l.faulty &&
			l.attribute(l.state, "succeeded") == `tftypes.Bool<"true">` {
			l.peace()
		}
	}
}

// A recurring operation that somebody deletes for one of its platforms is replaced, and the others
// with it: left out of the state, they would go on for nobody.
func TestOperationDeletedForOnePlatform(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	l := &life{tenant: s, session: newSession(t, s, s), recurring: true, operation: true}
	l.apply(-1)
	s.cancel(t, "88002")
	l.begin(-1)
	if planned, ok := l.look(l.config()); !ok || len(planned.RequiresReplace) == 0 ||
		!strings.Contains(l.attribute(l.state, "actions"), `"deleted":tftypes.Bool<"true">`) {
		t.Fatalf("%v\n%s", planned, l.told.String())
	}
	l.apply(-1)
	if stats := s.Stats(); stats.Deployments != 4 || stats.OpenScheduledActions != 2 { // one for each set of platforms
		t.Errorf("%+v\n%s", stats, l.told.String())
	}
	s.Advance(settleTime) // what was made a moment ago and is not shown is not taken for deleted
	s.cancel(t, "88003")
	s.cancel(t, "88004")
	if l.look(l.config()); l.state != nil {
		t.Error("what is deleted for all platforms is still in the state")
	}
}
