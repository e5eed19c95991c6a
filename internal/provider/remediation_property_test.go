// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/http2front"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// TestRandomRemediations checks for random sequences of steps that no remediation reports endpoints
// as compliant that are not, that an apply deploys at most once, that every open action is known,
// and that the fleet is compliant and the plan is empty in the end.
func TestRandomRemediations(t *testing.T) {
	t.Parallel()
	const steps = 20
	for seed := range uint64(randomCases(4, 12)) { //nolint:gosec // a count
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			r := &remediationLifecycle{direct: *s, lifecycle: lifecycle{
				tenant: s, session: newRemediation(t, s, s), remediates: true,
				random: rand.New(rand.NewPCG(seed, 5)), //nolint:gosec // a test's dice
			}}
			r.startFront()
			for range steps {
				r.randomStep()
				r.check()
			}
			r.converge()
		})
	}
}

// remediationLifecycle drives a remediation on a fleet whose endpoints fall out of compliance, and
// come and go.
type remediationLifecycle struct {
	lifecycle

	direct tenant // without the front of the lifecycle
}

// remediated are the endpoints that untagged may target.
func remediated() []string {
	return []string{"100201", "100202", "100203", "100204", "100205", "100206", "100207", "100208"}
}

// randomStep runs a random step.
func (r *remediationLifecycle) randomStep() {
	waits := r.random.IntN(8) - 4 // mostly without an interrupt
	id := remediated()[r.random.IntN(len(remediated()))]
	switch r.random.IntN(24) {
	case 0:
		r.version = r.random.IntN(3)
		r.step("version %d", r.version)
	case 1, 2, 3:
		r.step("%s falls out", id)
		r.disturb(world.Change{ID: id, Sensors: map[string]fleet.Rows{"Custom Tags": {{"Green"}}}})
	case 4:
		online := r.random.IntN(2) == 0
		r.step("%s online: %v", id, online)
		r.disturb(world.Change{ID: id, Online: &online})
	case 5:
		by := []time.Duration{time.Second, time.Minute, time.Hour}[r.random.IntN(3)]
		r.step("%s pass", by)
		r.tenant.Advance(by)
	case 6:
		r.step("destroy, interrupted after %d", waits)
		r.destroy(waits)
	case 7, 8:
		faults := []simulator.Fault{r.randomFault(), r.randomFault()}
		r.step("%+v", faults)
		r.faulty = true
		r.failing.Store(true)
		if err := r.tenant.Fail(faults...); err != nil {
			r.t.Fatal(err)
		}
	case 9:
		endings := http2front.Endings()
		ending := endings[r.random.IntN(len(endings))]
		r.step("HTTP/2: %s", ending.Name)
		r.faulty = true
		r.reset.Store(&ending)
	case 10:
		r.step("another run deploys the same next")
		r.faulty = true
		r.twin.Store(true)
	case 11:
		r.hurried = !r.hurried
		r.step("hurried %v", r.hurried)
	case 12:
		r.unknown = true
		r.step("unknown triggers in the next plan")
	case 13:
		r.unrefreshed = !r.unrefreshed
		r.step("without a refresh %v", r.unrefreshed)
	case 14:
		r.stop()
	case 15:
		r.createFirst = !r.createFirst
		r.step("create before destroy %v", r.createFirst)
	case 16:
		r.replace = r.state != nil && !r.tainted
		r.step("replace %v", r.replace)
	default:
		r.step("apply, interrupted after %d", waits)
		r.applyOnce(waits)
	}
}

// disturb changes the fleet.
func (r *remediationLifecycle) disturb(change world.Change) {
	if err := r.tenant.Disturb([]world.Change{change}); err != nil {
		r.t.Fatal(err)
	}
}

// applyOnce applies. It fails if that deploys more than once, if it deploys although nobody is out
// of compliance, or if the state then says of endpoints that match that they are compliant.
func (r *remediationLifecycle) applyOnce(waits int) {
	r.t.Helper()
	before, twin, said := r.attempts(), r.twin.Load(), r.log.Len()
	r.well = false
	r.apply(waits)
	made := r.attempts() - before
	if twin && !r.twin.Load() {
		made-- // that of the other run
	}
	if made > 1 {
		r.fail("%d deployments", made)
	}
	unknown := r.unrefreshed || strings.Contains(r.log.String()[said:], "Compliance is not known")
	if r.state == nil || unknown || !r.well || r.attribute(r.state, "compliant") != `tftypes.Bool<"true">` {
		return
	}
	if matching := r.matching(); matching != "" {
		r.fail("compliant in the state, and these match: %s", matching)
	}
}

// fail fails the test with the steps and what the provider said.
func (r *remediationLifecycle) fail(format string, arguments ...any) {
	r.t.Helper()
	r.t.Errorf(format+"\n%s\n%s", append(arguments, strings.Join(r.steps, "\n"), r.log.String())...)
}

// matching returns the names of the endpoints that are online and match the targets now. It ends
// the faults of the simulator, which would fail it as well.
func (r *remediationLifecycle) matching() string {
	r.t.Helper()
	r.mend()
	print01 := reads("Computer Name", "", "win-print-01")
	print01.Negated = true
	names, err := matching(r.t.Context(), r.direct.client(r.t, simulator.DefaultToken),
		reads("Computer Name", gateway.FieldFilterOpStartsWith, "win-"), print01, lacks("Blue"))
	if err != nil {
		r.t.Fatal(err)
	}
	return names
}

// reads returns a filter for the endpoints on which a sensor reads a value.
func reads(sensor string, op gateway.FieldFilterOp, value string) targeting.Filter {
	return targeting.Filter{Sensor: &catalog.Sensor{Name: sensor}, Op: op, Value: &value}
}

// lacks returns a filter for the endpoints without a custom tag.
func lacks(tag string) targeting.Filter {
	filter := reads("Custom Tags", "", tag)
	filter.Negated = true
	return filter
}

// matching returns the names of the endpoints that are online and match all filters now.
func matching(ctx context.Context, client *gateway.Client, filters ...targeting.Filter) (string, error) {
	source, age := targeting.LiveSource(), 0
	source.Ts.MaxAge = &age
	collected, err := targeting.Collect(ctx, client, targeting.Query{
		Source: source, MaxResults: 100, Filter: targeting.Filter{Filters: filters}.EndpointFilter(),
	})
	var names []string
	for _, endpoint := range collected.Endpoints {
		names = append(names, endpoint.Name)
	}
	return strings.Join(names, ", "), err
}

// converge checks that an apply without faults remediates the fleet, that the plan after it is
// empty, and that the destroy leaves nothing open.
func (r *remediationLifecycle) converge() {
	r.t.Helper()
	r.step("converge")
	online := true
	for _, id := range remediated() {
		r.disturb(world.Change{ID: id, Online: &online})
	}
	r.mend()
	r.faulty = false
	r.twin.Store(false)
	r.reset.Store(nil)
	r.unrefreshed, r.unknown, r.hurried = false, false, false
	for range 3 { // the first applies may finish a run that was stopped, or that began before an endpoint fell out
		if strings.Contains(strings.ToLower(r.log.String()), "stopped or deleted in tanium") {
			r.version += 10 // somebody asks to run it again
		}
		r.applyOnce(-1)
		r.check()
	}
	if matching := r.matching(); matching != "" || !r.well {
		r.fail("these still match: %q; well: %v", matching, r.well)
	}
	if open := r.tenant.Stats().OpenScheduledActions; open > 1 {
		r.fail("%d are open", open)
	}
	r.expectEmptyPlan()
	r.destroy(-1)
	r.check()
	if open := r.tenant.Stats().OpenScheduledActions; open > 0 || r.state != nil {
		r.fail("%d are open after the destroy", open)
	}
}
