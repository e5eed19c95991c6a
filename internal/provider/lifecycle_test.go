// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/http2front"
)

// lifecycle drives one resource as Terraform's core does. Each apply runs a new provider on the
// state of the last one.
type lifecycle struct {
	*session

	tenant  *tenant
	random  *rand.Rand
	state   *tfprotov6.DynamicValue // nil for none
	private []byte                  // private state
	tainted bool
	// createFirst replaces by create_before_destroy.
	createFirst bool
	// unrefreshed plans with -refresh=false, replace the next plan with -replace, and unknown the
	// next plan with triggers that are known only in the apply.
	// An apply does not wait for the end of the action if it is hurried.
	unrefreshed, replace, unknown, hurried bool
	// deployed is the configuration of the object in the state, as configuration returns it.
	deployed string
	// stale is set while the object in the state is older than the last reset.
	stale bool
	// deletedFirst is set once somebody has deleted a scheduled action.
	deletedFirst bool
	// other is the scheduled action of another team that got the ID of ours after a reset; empty
	// for none.
	other string
	// twin makes another run deploy the same immediately before the next deployment.
	twin atomic.Bool
	// failing is set while the simulator has faults, which would also fail the other run.
	failing atomic.Bool
	// reset is how the server ends the next deployment request; nil for an answer.
	reset atomic.Pointer[http2front.Ending]
	// remediates makes the resource a tanium_remediation.
	remediates bool
	// version, recurring and operation select the configuration.
	version              int
	recurring, operation bool
	// faulty is set if a failure is expected, well if the last change had no error.
	faulty, well bool
	// log has all diagnostics, which the user has seen.
	log strings.Builder
	// steps are the steps so far, for the message of a failure.
	steps []string
}

// config returns the current configuration.
func (l *lifecycle) config() map[string]any {
	config := tagging()
	config["on_duplicate"] = "adopt"
	if l.remediates {
		config = untagged(nil)
	}
	if l.hurried {
		config["timeouts"] = map[string]any{"create": "1ms", "update": "1ms"}
	}
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

// configuration identifies the current configuration.
func (l *lifecycle) configuration() string { return fmt.Sprint(l.version, l.recurring, l.operation) }

// attempts returns the number of deployments of ours so far.
func (l *lifecycle) attempts() int {
	markers := map[string]bool{}
	for _, report := range l.tenant.Actions() {
		if marker, ok := deployment.MarkerOf(report.Comment); ok && report.ScheduledActionID != l.other {
			markers[marker.String()] = true
		}
	}
	return len(markers)
}

// applyOnce applies, and fails unless somebody asked for each deployment: nothing is in the state,
// the configuration changed, or -replace was given. No action fails by itself in these histories. A
// recurring schedule that somebody deleted is deployed again, as drift.
func (l *lifecycle) applyOnce(waits int) {
	l.t.Helper()
	before, twin, said := l.attempts(), l.twin.Load(), l.log.Len()
	asked := l.state == nil || l.deployed != l.configuration() || l.replace || l.stale && l.createFirst ||
		l.deletedFirst && l.createFirst // the creation cannot tell that from a cancellation by a destroy
	l.apply(waits)
	drift := strings.Contains(l.log.String()[said:], "deleted outside of Terraform")
	made := l.attempts() - before
	if twin && !l.twin.Load() {
		made-- // that of the other run
	}
	if made > 1 || made == 1 && !asked && !drift {
		l.t.Errorf("%d deployments, asked for: %t\n%s\n%s", made, asked, strings.Join(l.steps, "\n"), l.log.String())
	}
}

// step records a step.
func (l *lifecycle) step(format string, arguments ...any) {
	l.steps = append(l.steps, fmt.Sprintf(format, arguments...))
}

// restart starts a new provider, as each run of Terraform does. The returned context is cancelled
// after the given number of waits; never if it is negative.
func (l *lifecycle) restart(waits int) context.Context {
	ctx, stop := context.WithCancel(l.t.Context())
	l.t.Cleanup(stop)
	var clock deployment.Clock = l.tenant
	if waits >= 0 {
		clock = &interruption{tenant: l.tenant, left: waits, stop: stop}
	}
	l.session = l.open(l.tenant, clock)
	return ctx
}

// open returns a session of the resource.
func (l *lifecycle) open(s *tenant, clock deployment.Clock) *session {
	if l.remediates {
		return newRemediation(l.t, s, clock)
	}
	return newSession(l.t, s, clock)
}

// record adds diagnostics to the log and returns whether none is an error.
func (l *lifecycle) record(diagnostics []*tfprotov6.Diagnostic) bool {
	l.log.WriteString(describe(diagnostics) + "\n")
	return !hasError(diagnostics)
}

// refreshAndPlan refreshes the state, unless that is skipped, and plans. It returns false if either
// fails.
func (l *lifecycle) refreshAndPlan(config map[string]any) (*tfprotov6.PlanResourceChangeResponse, bool) {
	if l.state != nil {
		l.upgrade()
	}
	if l.state != nil && !l.unrefreshed {
		read, err := l.server.ReadResource(l.t.Context(),
			&tfprotov6.ReadResourceRequest{TypeName: l.name, CurrentState: l.state, Private: l.private})
		if err != nil {
			l.t.Fatal(err)
		}
		if !l.record(read.Diagnostics) {
			return nil, false
		}
		l.save(read.NewState, read.Private)
	}
	prior, priorPrivate := l.state, l.private
	if prior == nil || l.tainted {
		prior, priorPrivate = l.null(), nil
	}
	planned := l.plan(config, prior, priorPrivate)
	return planned, l.record(planned.Diagnostics)
}

// plan plans a configuration.
func (l *lifecycle) plan(
	config map[string]any, prior *tfprotov6.DynamicValue, private []byte,
) *tfprotov6.PlanResourceChangeResponse {
	planned, err := l.server.PlanResourceChange(l.t.Context(),
		&tfprotov6.PlanResourceChangeRequest{TypeName: l.name, Config: l.dynamic(encode(l.kind(), config)),
			PriorState: prior, PriorPrivate: private, ProposedNewState: l.proposed(config, prior)})
	if err != nil {
		l.t.Fatal(err)
	}
	return planned
}

// null returns a null object.
func (l *lifecycle) null() *tfprotov6.DynamicValue { return l.dynamic(tftypes.NewValue(l.kind(), nil)) }

// upgrade upgrades the state, as core does before it plans. The provider needs the marker of it.
func (l *lifecycle) upgrade() {
	marker := strings.TrimSuffix(strings.TrimPrefix(l.attribute(l.state, "marker"), `tftypes.String<`), ">")
	if _, err := l.server.UpgradeResourceState(l.t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: l.name, RawState: &tfprotov6.RawState{JSON: []byte(`{"marker":` + marker + `}`)},
	}); err != nil {
		l.t.Fatal(err)
	}
}

// planDestroy plans the destroy of an object and returns the private state of the plan.
func (l *lifecycle) planDestroy(state *tfprotov6.DynamicValue, private []byte) []byte {
	planned, err := l.server.PlanResourceChange(l.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: l.name, Config: l.null(), PriorState: state, PriorPrivate: private, ProposedNewState: l.null(),
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return planned.PlannedPrivate
}

// save sets the state to the result of a call.
func (l *lifecycle) save(state *tfprotov6.DynamicValue, private []byte) {
	value, err := state.Unmarshal(l.kind())
	if err != nil {
		l.t.Fatal(err)
	}
	l.state, l.private = state, private
	if value.IsNull() {
		l.state, l.private, l.tainted = nil, nil, false
	}
}

// change applies a plan and returns whether it had no error.
func (l *lifecycle) change(ctx context.Context, prior, planned, config *tfprotov6.DynamicValue, private []byte) bool {
	applied, err := l.server.ApplyResourceChange(ctx,
		&tfprotov6.ApplyResourceChangeRequest{TypeName: l.name, Config: config, PriorState: prior,
			PlannedState: planned, PlannedPrivate: private})
	if err != nil {
		l.t.Fatal(err)
	}
	l.save(applied.NewState, applied.Private)
	l.well = l.record(applied.Diagnostics)
	return l.well
}

// apply plans and applies the configuration as core does: it destroys and creates a replaced
// object, and marks an object as tainted if its creation failed.
func (l *lifecycle) apply(waits int) {
	ctx := l.restart(waits)
	config := l.config()
	configured, nothing := l.dynamic(encode(l.kind(), config)), l.null()
	first := config
	if l.unknown {
		first = l.config()
		first["triggers"] = map[string]any{"version": tftypes.UnknownValue}
	}
	unknown := l.unknown
	l.unknown = false
	planned, ok := l.refreshAndPlan(first)
	if !ok {
		return
	}
	replaced := l.state != nil && (l.tainted || len(planned.RequiresReplace) > 0 || l.replace)
	deposed, deposedPrivate, private := l.state, l.private, planned.PlannedPrivate
	if replaced && !l.tainted { // core plans the creation with the private state of the first plan
		again := l.plan(config, l.null(), planned.PlannedPrivate)
		if !l.record(again.Diagnostics) {
			return
		}
		private = again.PlannedPrivate
	}
	l.replace = false
	switch {
	case replaced && l.createFirst:
		l.state, l.private, l.tainted = nil, nil, false
		if planned, ok = l.refreshAndPlan(config); !ok {
			l.state, l.private = deposed, deposedPrivate
			return
		}
	case replaced:
		if !l.change(ctx, l.state, nothing, nothing, private) || l.state != nil {
			return
		}
		if planned, ok = l.refreshAndPlan(config); !ok {
			return
		}
	case unknown && l.state == nil:
		if planned, ok = l.refreshAndPlan(config); !ok {
			return
		}
	}
	if l.state != nil {
		if unknown { // core plans again with the values that are known now
			planned = l.plan(config, l.state, l.private)
			if !l.record(planned.Diagnostics) || len(planned.RequiresReplace) > 0 {
				return // core refuses a replacement that the plan did not have
			}
		}
		l.change(ctx, l.state, planned.PlannedState, configured, planned.PlannedPrivate)
		return
	}
	l.tainted = false
	l.tainted = !l.change(ctx, nothing, planned.PlannedState, configured, planned.PlannedPrivate) && l.state != nil
	if l.state != nil {
		l.deployed, l.stale = l.configuration(), false
	}
	if !replaced || !l.createFirst {
		return
	}
	state, private, tainted, well := l.state, l.private, l.tainted, l.well
	if state == nil { // the creation failed, so core keeps the old object
		l.state, l.private = deposed, deposedPrivate
		return
	}
	l.change(ctx, deposed, nothing, nothing, l.planDestroy(deposed, deposedPrivate))
	// Terraform keeps a deposed object that could not be destroyed and destroys it the next time.
	if l.state != nil {
		l.change(l.t.Context(), l.state, nothing, nothing, l.planDestroy(l.state, l.private))
	}
	l.state, l.private, l.tainted, l.well = state, private, tainted, well && l.well
}

// destroy destroys the object.
func (l *lifecycle) destroy(waits int) {
	ctx := l.restart(waits)
	if l.state == nil {
		return
	}
	l.change(ctx, l.state, l.null(), l.null(), l.planDestroy(l.state, l.private))
}
