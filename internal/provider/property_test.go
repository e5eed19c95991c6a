// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/http2front"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// randomFault returns a random failure of Tanium or the network.
func (l *lifecycle) randomFault() simulator.Fault {
	fields := []string{"actionPerform", "actionPerform", "actionPerform", "scheduledActions", "scheduledAction",
		"action", "endpoints", "scheduledActionDelete", "actionStop"}
	fault := simulator.Fault{
		Field: fields[l.random.IntN(len(fields))],
		Times: 1 + l.random.IntN(6),
		Skip:  l.random.IntN(2),
	}
	effect := l.random.IntN(2) == 0
	switch l.random.IntN(6) {
	case 0:
		fault.Kind = simulator.DropBefore
	case 1:
		fault.Kind = simulator.DropAfter
	case 2:
		fault.Kind, fault.Code = simulator.Status, []int{500, 502, 503, 504, 401, 429, 400, 403, 404}[l.random.IntN(9)]
		fault.Effect = effect
	case 3:
		fault.Kind = simulator.Truncate
	case 4:
		fault.Kind, fault.Effect = simulator.Garbage, effect
	default:
		fault.Kind, fault.Effect = simulator.GraphQLError, effect
	}
	return fault
}

// check checks the invariants of every step.
func (l *lifecycle) check() {
	l.t.Helper()
	fail := func(format string, arguments ...any) {
		l.t.Errorf(format+"\n%s\n%s", append(arguments, strings.Join(l.steps, "\n"), l.log.String())...)
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
			fail("two deployments of one attempt %s", marker)
		}
		seen[marker+report.Package] = true
		if report.ScheduledActionID == l.other && (report.Deleted || !open(report)) {
			fail("scheduled action %s of another team was cancelled", l.other)
		}
		for _, action := range report.Actions {
			var served []string
			for _, endpoint := range action.Endpoints {
				if slices.Contains(served, endpoint.ID) {
					fail("endpoint %s is served twice by action %s", endpoint.ID, action.ID)
				}
				served = append(served, endpoint.ID)
			}
		}
		if open(report) && report.ScheduledActionID != l.other &&
			!strings.Contains(known, `"`+report.ScheduledActionID+`"`) &&
			!strings.Contains(l.log.String(), marker) && !strings.Contains(l.log.String(), report.ScheduledActionID) {
			fail("scheduled action %s is open, but is neither in the state nor in any message",
				report.ScheduledActionID)
		}
	}
}

// open returns whether a scheduled action can issue an action, or its last action is open.
func open(report world.Report) bool {
	if len(report.Actions) > 0 {
		if status := report.Actions[len(report.Actions)-1].Status; status == world.Open || status == world.Pending {
			return true
		}
	}
	return !report.Deleted && (report.NextStartTime != nil || !report.Approved)
}

// expectConvergence fails unless an apply without faults succeeds and deploys at most once, and the
// plan after it is empty.
func (l *lifecycle) expectConvergence() {
	l.t.Helper()
	if err := l.tenant.Fail(); err != nil {
		l.t.Fatal(err)
	}
	l.faulty = false
	l.failing.Store(false)
	l.twin.Store(false)
	l.reset.Store(nil)
	l.unrefreshed, l.unknown, l.hurried = false, false, false
	if l.stale { // the message says to remove the object from the state
		l.state, l.private, l.tainted = nil, nil, false
	}
	for range 2 { // the first apply evaluates an action cancelled outside
		if strings.Contains(strings.ToLower(l.log.String()), "stopped or deleted in tanium") {
			l.version += 10 // somebody asks to run it again
		}
		before := l.tenant.Stats().Operations["actionPerform"]
		l.applyOnce(-1)
		if deployments := l.tenant.Stats().Operations["actionPerform"] - before; deployments > 1 {
			l.t.Errorf("%d deployments in one apply\n%s", deployments, strings.Join(l.steps, "\n"))
		}
	}
	l.expectEmptyPlan()
}

// expectEmptyPlan fails unless a plan changes nothing.
func (l *lifecycle) expectEmptyPlan() {
	l.t.Helper()
	l.restart(-1)
	planned, ok := l.refreshAndPlan(l.config())
	if !ok || l.state == nil || l.tainted {
		l.t.Errorf("the plan fails, or there is no object:\n%s\n%s", strings.Join(l.steps, "\n"), l.log.String())
		return
	}
	prior, _ := l.state.Unmarshal(l.kind())
	after, err := planned.PlannedState.Unmarshal(l.kind())
	if err != nil || len(planned.RequiresReplace) > 0 || !after.Equal(prior) {
		l.t.Errorf("a plan changes something, replacing for %v\n%v\n%v\n%s", planned.RequiresReplace, prior,
			after, strings.Join(l.steps, "\n"))
	}
}

// envLifecycles is the number of sequences that TestRandomLifecycles tries, for a longer run.
const envLifecycles = "TANIUM_LIFECYCLES"

// randomCases returns the number of cases of a test with dice: few before each change, many where
// everything is tested, and what the environment says for a longer run.
func randomCases(few, many int) int {
	if given, err := strconv.Atoi(os.Getenv(envLifecycles)); err == nil {
		return given
	}
	if os.Getenv(envEverything) != "" {
		return many
	}
	return few
}

// TestRandomLifecycles checks for random sequences of steps that no deployment runs twice on an
// endpoint, that every open action is known, and that the plan is empty in the end.
func TestRandomLifecycles(t *testing.T) {
	t.Parallel()
	const steps = 20
	for seed := range uint64(randomCases(8, 40)) { //nolint:gosec // a count
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			edits := []world.Comments{"", world.CommentsCut, world.CommentsUpper, world.CommentsEscaped,
				world.CommentsBlanks}
			s := newTenant(t, simulator.Options{Unknowns: world.Unknowns{Comments: edits[seed%uint64(len(edits))]}})
			l := &lifecycle{
				tenant:  s,
				session: newSession(t, s, s),
				random:  rand.New(rand.NewPCG(seed, 4)),
			} //nolint:gosec // a test's dice
			l.startFront()
			for range steps {
				l.randomStep()
				l.check()
			}
			l.step("converge")
			l.expectConvergence()
			l.check()
			l.destroy(-1)
			l.check()
			if l.state != nil {
				t.Errorf("not destroyed\n%s\n%s", strings.Join(l.steps, "\n"), l.log.String())
			}
		})
	}
}

// startFront puts an HTTP/2 server in front of the tenant. It can end a request without an answer,
// and can make another run deploy the same first.
func (l *lifecycle) startFront() {
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
		if !l.remediates {
			config["wait"] = map[string]any{"enabled": false}
		}
		twin := l.open(&direct, &direct)
		if state, diagnostics := twin.apply(l.t.Context(), config, nil); !hasError(diagnostics) {
			l.log.WriteString("the other run has " + twin.attribute(state, "actions") + "\n")
		}
	})
	l.tenant.url, l.tenant.certificate = front.URL, string(front.Certificate)
}

// randomStep runs a random step.
func (l *lifecycle) randomStep() {
	waits := l.random.IntN(8) - 4 // mostly without an interrupt
	switch l.random.IntN(20) {
	case 19:
		l.hurried = !l.hurried
		l.step("hurried %v", l.hurried)
	case 18:
		l.unknown = true
		l.step("unknown triggers in the next plan")
	case 17:
		l.replace = l.state != nil && !l.tainted
		l.step("replace %v", l.replace)
	case 16:
		l.unrefreshed = !l.unrefreshed
		l.step("without a refresh %v", l.unrefreshed)
	case 15:
		if l.random.IntN(2) == 0 { // while endpoints are under way
			l.hurried = true
			l.step("apply, hurried")
			l.applyOnce(-1)
			l.hurried = false
		}
		l.stop()
	case 14:
		if l.random.IntN(4) == 0 && l.other == "" {
			l.resetServer()
		}
	case 13:
		l.createFirst = !l.createFirst
		l.step("create before destroy %v", l.createFirst)
	case 12:
		l.step("another run deploys the same next")
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
		if id == l.other {
			return
		}
		l.step("somebody cancels %s", id)
		l.mend()
		l.deletedFirst = true
		l.tenant.cancel(l.t, id)
	case 4:
		l.step("destroy, interrupted after %d", waits)
		l.destroy(waits)
	case 5, 6:
		faults := []simulator.Fault{l.randomFault(), l.randomFault()}
		l.step("%+v", faults)
		l.faulty = true
		l.failing.Store(true)
		if err := l.tenant.Fail(faults...); err != nil {
			l.t.Fatal(err)
		}
	default:
		l.step("apply, interrupted after %d", waits)
		l.well = false
		if l.applyOnce(waits); l.well && waits < 0 && !l.faulty &&
			l.attribute(l.state, "succeeded") == `tftypes.Bool<"true">` {
			l.expectEmptyPlan()
		}
	}
}

// stop makes somebody stop the last action that is open, and keep its scheduled action.
func (l *lifecycle) stop() {
	reports := l.tenant.Actions()
	for _, report := range slices.Backward(reports) {
		if len(report.Actions) == 0 || report.ScheduledActionID == l.other {
			continue
		}
		last := report.Actions[len(report.Actions)-1]
		if last.Status != world.Open && last.Status != world.Pending {
			continue
		}
		l.step("somebody stops %s", last.ID)
		l.mend()
		if err := l.tenant.client(l.t, simulator.DefaultToken).StopAction(l.t.Context(), last.ID); err != nil {
			l.t.Error(err)
		}
		return
	}
}

// mend ends the faults that would also fail another user.
func (l *lifecycle) mend() {
	l.faulty = l.twin.Load() || l.reset.Load() != nil
	l.failing.Store(false)
	if err := l.tenant.Fail(); err != nil {
		l.t.Fatal(err)
	}
}

// resetServer resets the server, so that IDs begin again, and makes another team deploy first.
func (l *lifecycle) resetServer() {
	l.step("reset, and another team deploys")
	l.twin.Store(false)
	l.mend()
	if err := l.tenant.Reset(); err != nil {
		l.t.Fatal(err)
	}
	config := tagging()
	config["name"], config["wait"] = "Of another team", map[string]any{"enabled": false}
	config["schedule"] = map[string]any{"expire_seconds": 86400, "distribute_seconds": 3600}
	direct := *l.tenant
	team := newSession(l.t, &direct, &direct)
	state, said := team.apply(l.t.Context(), config, nil)
	if hasError(said) {
		l.t.Fatal(describe(said))
	}
	l.other = strings.Trim(strings.TrimPrefix(team.attribute(state, "id"), "tftypes.String<"), `>"`)
	l.faulty, l.stale = true, l.state != nil
}

// TestOperationDeletedForOnePlatform checks that an operation is replaced as a whole if one of its
// scheduled actions is deleted.
func TestOperationDeletedForOnePlatform(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	l := &lifecycle{tenant: s, session: newSession(t, s, s), recurring: true, operation: true}
	l.apply(-1)
	s.cancel(t, "88002")
	l.restart(-1)
	if planned, ok := l.refreshAndPlan(l.config()); !ok || len(planned.RequiresReplace) == 0 ||
		!strings.Contains(l.attribute(l.state, "actions"), `"deleted":tftypes.Bool<"true">`) {
		t.Fatalf("%v\n%s", planned, l.log.String())
	}
	l.apply(-1)
	if stats := s.Stats(); stats.Deployments != 4 || stats.OpenScheduledActions != 2 { // one for each set of platforms
		t.Errorf("%+v\n%s", stats, l.log.String())
	}
	s.Advance(settleTime) // a recent deployment that is not shown is not treated as deleted
	s.cancel(t, "88003")
	s.cancel(t, "88004")
	if l.refreshAndPlan(l.config()); l.state != nil {
		t.Error("the operation was deleted for all platforms and is still in the state")
	}
}

// TestTakeoverInterrupted checks that an apply that ends between the destroy of a tainted object
// and the creation that would take its deployment over loses nothing: the next apply finds it.
func TestTakeoverInterrupted(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	l := &lifecycle{tenant: s, session: newSession(t, s, s), hurried: true}
	l.apply(-1)
	if !l.tainted {
		t.Fatal(l.log.String())
	}
	l.restart(-1)
	planned, ok := l.refreshAndPlan(l.config())
	if !ok || !l.change(t.Context(), l.state, l.null(), l.null(), planned.PlannedPrivate) || l.state != nil {
		t.Fatal(l.log.String())
	}
	s.expectOneDeployment(t) // still open
	config := l.config()
	config["on_duplicate"] = "error"
	if _, said := newSession(t, s, s).apply(t.Context(), config, nil); !strings.Contains(describe(said),
		"Action is already deployed") || !strings.Contains(describe(said), "scheduled action 88001") {
		t.Error(describe(said))
	}
	l.hurried, l.tainted = false, false
	l.apply(-1) // adopts
	if l.expectEmptyPlan(); !l.well {
		t.Error(l.log.String())
	}
	s.expectOneDeployment(t)
}
