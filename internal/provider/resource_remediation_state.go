// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// runKey is the key of remediationRun in the private state.
const runKey = "run"

// remediationRun is what the private state knows of the last action of a remediation.
type remediationRun struct {
	// Open reports that no apply has seen the end of its verification.
	Open bool `json:"open,omitempty"`
	// Failed reports that the creation ended with an error, which taints the resource.
	Failed bool `json:"failed,omitempty"`
}

// acceptance is the block accept.
type acceptance struct {
	remaining  int
	percent    *float64
	unverified bool
}

// acceptanceFrom converts the block accept.
func acceptanceFrom(object types.Object) acceptance {
	fields := object.Attributes()
	accepted := acceptance{
		remaining: gateway.Deref(integer(fields["remaining"])), unverified: boolean(fields["unverified"]),
	}
	if percent, ok := fields["remaining_percent"].(types.Float64); ok && !percent.IsUnknown() {
		accepted.percent = percent.ValueFloat64Pointer()
	}
	return accepted
}

// allows reports whether a number of endpoints may remain after an action to a number; nil for
// none.
func (a acceptance) allows(remaining int, targeted *int) bool {
	return remaining <= a.remaining ||
		a.percent != nil && targeted != nil && 100*float64(remaining) <= *a.percent*float64(*targeted)
}

// deployment returns the deployment that the remediation makes. A failed action is no failure here:
// the verification decides.
func (m remediationModel) deployment() actionModel {
	return actionModel{
		deploymentModel: deploymentModel{
			Name: m.Name, Comment: m.Comment, Package: m.Package, Operation: m.Operation, Targets: m.Targets,
			Schedule: m.Schedule, Guard: m.Guard, Preview: m.Preview, Report: m.Report,
			OnFailure: types.StringValue(policyWarn), OnDuplicate: types.StringValue(policyAdopt),
		},
		Triggers: m.Triggers, Timeouts: m.Timeouts, Marker: m.Marker,
	}
}

// settings decodes the configuration; see actionModel.settings.
func (m remediationModel) settings(ctx context.Context, configured types.Object) settings {
	given := m.deployment().settings(ctx, configured)
	everything := 100.0
	given.wait.policy = deployment.Policy{MaxFailedPercent: &everything}
	given.guard.Min = 0 // nobody matches once all are remediated
	return given
}

// judgeRun decides what becomes of a run that is open in Tanium and not in the state. One that is
// finished does not run again on endpoints that match again since, so another takes its place.
func (s settings) judgeRun(now time.Time) func([]deployment.Part, *int) deployment.Succession {
	return func(parts []deployment.Part, targeted *int) deployment.Succession {
		switch {
		case len(deployment.StoppedEarly(parts, now)) > 0:
			return deployment.Halt
		case s.wait.policy.Finished(parts, targeted):
			return deployment.RunAgain
		default:
			return deployment.TakeOver
		}
	}
}

// verifyTimeout returns how long endpoints may take to leave the targets.
func (m remediationModel) verifyTimeout() time.Duration {
	if timeout, err := time.ParseDuration(text(m.Verify.Attributes()["timeout"])); err == nil {
		return timeout // the validator reports an invalid one
	}
	return defaultVerifyTimeout
}

// parts converts the attribute actions, with the marker of the state.
func (m remediationModel) parts() []deployment.Part {
	return actionModel{Actions: m.Actions, Marker: m.Marker}.parts()
}

// setParts sets the attributes of a run.
func (m *remediationModel) setParts(parts []deployment.Part, address gateway.Address) {
	m.Actions, _ = partsState(parts, address)
	m.ConsoleURL = types.StringNull()
	if len(parts) > 0 {
		m.ConsoleURL = actionURL(parts[0].ActionID, address)
	}
}

// setRemaining sets the attributes of a complete count, and whether it is accepted.
func (m *remediationModel) setRemaining(reach targeting.Reach) {
	sample := reach.Sample[:min(maxRemaining, len(reach.Sample))]
	m.RemainingCount = types.Int64Value(int64(reach.Count))
	m.Remaining = namedEndpoints(sample)
	m.RemainingTruncated = types.BoolValue(len(sample) < reach.Count)
	m.Compliant = types.BoolValue(acceptanceFrom(m.Accept).allows(reach.Count, integer(m.TargetedEndpointCount)))
}

// notCounted sets the attributes of a count that is not made yet.
func (m *remediationModel) notCounted() {
	m.Compliant, m.RemainingCount = types.BoolValue(false), types.Int64Null()
	m.Remaining, m.RemainingTruncated = types.ListNull(endpointType()), types.BoolNull()
}

// setUnverified sets the endpoints that did not answer a verification, and the first of them by
// name.
func (m *remediationModel) setUnverified(count int, named []gateway.Endpoint) {
	m.UnverifiedCount, m.Unverified = types.Int64Value(int64(count)), namedEndpoints(named)
}

// notVerified sets the attributes of a verification that is not made yet.
func (m *remediationModel) notVerified() {
	m.UnverifiedCount, m.Unverified = types.Int64Null(), types.ListNull(endpointType())
}

// endpointType is the type of an element of the attributes remaining and unverified.
func endpointType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"id": types.StringType, "name": types.StringType, "os_platform": types.StringType,
	}}
}

// namedEndpoints converts endpoints to a list.
func namedEndpoints(endpoints []gateway.Endpoint) types.List {
	elements := make([]attr.Value, len(endpoints))
	for i, endpoint := range endpoints {
		elements[i] = types.ObjectValueMust(endpointType().AttrTypes, map[string]attr.Value{
			"id":          types.StringValue(endpoint.Id),
			"name":        types.StringValue(endpoint.Name),
			"os_platform": types.StringValue(string(endpoint.Os.Platform)),
		})
	}
	return types.ListValueMust(endpointType(), elements)
}

// endpointsOf converts a list back to endpoints.
func endpointsOf(list types.List) []gateway.Endpoint {
	var endpoints []gateway.Endpoint
	for _, element := range list.Elements() {
		if object, ok := element.(types.Object); ok {
			fields := object.Attributes()
			endpoint := gateway.Endpoint{Id: text(fields["id"]), Name: text(fields["name"])}
			endpoint.Os.Platform = gateway.EndpointPlatform(text(fields["os_platform"]))
			endpoints = append(endpoints, endpoint)
		}
	}
	return endpoints
}

// askAll marks all endpoints that an action was sent to as unverified, after a verification that
// failed: the next apply asks them. Those that an earlier one has left stay. targeted is their
// number, nil if unknown, and counted are the first of them.
func (m *remediationModel) askAll(targeted *int, counted []gateway.Endpoint) {
	if targeted == nil || m.UnverifiedCount.ValueInt64() > 0 {
		return
	}
	if len(counted) != *targeted || len(counted) > maxRemaining {
		counted = nil
	}
	m.setUnverified(*targeted, counted)
}

// awaitsAnswers reports that endpoints did not answer the last verification, and that this was not
// accepted.
func (m *remediationModel) awaitsAnswers() bool {
	return m.UnverifiedCount.ValueInt64() > 0 && !acceptanceFrom(m.Accept).unverified
}

// sufficient reports whether the last count is accepted.
func (m *remediationModel) sufficient() bool {
	return acceptanceFrom(m.Accept).allows(int(m.RemainingCount.ValueInt64()), integer(m.TargetedEndpointCount))
}

// neverRun sets the attributes of a remediation without a run.
func (m *remediationModel) neverRun() {
	m.Actions = types.ListValueMust(types.ObjectType{AttrTypes: partTypes()}, []attr.Value{})
	m.ConsoleURL, m.Marker = types.StringNull(), types.StringNull()
	m.TargetedEndpointCount = types.Int64Null()
	m.notVerified()
}

// remediationID returns the identity of a remediation, from random bytes.
func remediationID(random uint64) types.String {
	return types.StringValue(fmt.Sprintf("%016x", random))
}
