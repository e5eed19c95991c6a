// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Types of which the server answers calls itself, in part or whole.
const (
	actionTypeName    = "tanium_action"
	endpointsTypeName = "tanium_endpoints"
	deployTypeName    = "tanium_action_deploy"
)

// frameworkServer is the framework's protocol server, with the services that plugin-go finds by
// type.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// server is the framework's server, except for calls about an action that every plan makes: a
// refresh that finds no change, and a plan that changes nothing. It answers these itself. The
// framework takes milliseconds of CPU for such a call, because it walks through every value of the
// configuration, the plan and the state several times; BenchmarkAction measures it. TestServer
// compares the answers with the framework's. The server also completes the framework's answer about
// a list of endpoints, for the same reason, and holds an interrupt until the invocations of actions
// have ended.
type server struct {
	frameworkServer
	// served is the provider.
	served *taniumProvider
	// configured is the provider's environment; nil before the provider is configured.
	configured func() *environment
	calls      calls

	once sync.Once
	// kind and identityKind are the types of an action's state and identity; nil if the schemas
	// cannot be read. waitType is the type of its block wait.
	kind, identityKind tftypes.Type
	waitType           attr.Type
}

// NewServer serves a provider.
func NewServer(served provider.Provider) (tfprotov6.ProviderServer, error) {
	made, err := providerserver.NewProtocol6WithError(served)()
	if err != nil {
		return nil, err
	}
	framework, ok := made.(frameworkServer)
	if !ok {
		return nil, fmt.Errorf("the framework's server is a %T, which lacks a service", made)
	}
	tanium, ok := served.(*taniumProvider)
	if !ok {
		return nil, fmt.Errorf("the provider is a %T", served)
	}
	return &server{frameworkServer: framework, served: tanium, configured: tanium.configured.Load}, nil
}

// PlanResourceChange answers a plan. For an action, it refuses to cancel what another object in the
// state still has.
func (s *server) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	if req.TypeName != actionTypeName {
		return s.frameworkServer.PlanResourceChange(ctx, req)
	}
	prior, known := s.state(ctx, req.PriorState)
	planned, ok := s.plan(req, prior, known)
	if !ok {
		left, err := s.frameworkServer.PlanResourceChange(ctx, req)
		if err != nil {
			return nil, err
		}
		planned = left
	}
	if known {
		planned.Diagnostics = append(planned.Diagnostics, s.checkObjects(ctx, req, prior, planned)...)
	}
	return planned, nil
}

// plan returns the prior state if nothing changes and the action succeeded or is not waited for. ok
// is false for a plan that is left to the framework.
func (s *server) plan(
	req *tfprotov6.PlanResourceChangeRequest, prior actionFacts, known bool,
) (planned *tfprotov6.PlanResourceChangeResponse, ok bool) {
	identity, identified := s.identity(req.PriorIdentity, nil)
	if !known || !identified || prior.recurring || importedPrivate(req.PriorPrivate) {
		return nil, false
	}
	if !sameBytes(req.PriorState, req.ProposedNewState) || !prior.succeeded && !prior.unwaited {
		return nil, false
	}
	return &tfprotov6.PlanResourceChangeResponse{
		PlannedState:    req.PriorState,
		PlannedPrivate:  req.PriorPrivate,
		PlannedIdentity: identity,
	}, true
}

// ApplyResourceChange records that the run applies a change. An interrupt that came before it ends
// it, too.
func (s *server) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if env := s.configured(); env != nil {
		env.applying.Store(true)
	}
	ctx, end := s.calls.apply(ctx)
	defer end()
	return s.frameworkServer.ApplyResourceChange(ctx, req)
}

// ReadDataSource returns the framework's answer, with the endpoints of a list.
func (s *server) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	if req.TypeName != endpointsTypeName {
		return s.frameworkServer.ReadDataSource(ctx, req)
	}
	ctx, list := withEndpointList(ctx)
	resp, err := s.frameworkServer.ReadDataSource(ctx, req)
	if err != nil || resp.Deferred != nil || hasError(resp.Diagnostics) {
		return resp, err
	}
	state, err := list.setIn(resp.State.MsgPack)
	if err != nil {
		return nil, fmt.Errorf("put the endpoints into the state: %w", err)
	}
	resp.State = &tfprotov6.DynamicValue{MsgPack: state}
	return resp, nil
}

// hasError reports an error among diagnostics.
func hasError(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError
	})
}

// identity returns the given identity. Terraform before 1.12 sends none. The identity then has the
// given ID, or is null if there is no ID, as in the framework's answer.
func (s *server) identity(
	given *tfprotov6.ResourceIdentityData, id *tftypes.Value,
) (*tfprotov6.ResourceIdentityData, bool) {
	if given != nil {
		return given, true
	}
	if s.identityKind == nil {
		return nil, false
	}
	var fields any
	if id != nil {
		fields = map[string]tftypes.Value{"scheduled_action_id": *id}
	}
	encoded, err := tfprotov6.NewDynamicValue(s.identityKind, tftypes.NewValue(s.identityKind, fields))
	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}, err == nil
}

// actionFacts are what the server needs to know of the state of an action.
type actionFacts struct {
	// id is the attribute id.
	id *tftypes.Value
	// succeeded reports that the action finished and succeeded.
	succeeded bool
	// unwaited reports that the action is not finished, and that no apply waits for it.
	unwaited bool
	// over reports that every action is over.
	over bool
	// reporting reports that an action is over and has endpoints under way.
	reporting bool
	// current reports that a refresh would write the same values: they are of this version of the
	// provider, and of the server that it is configured for, and they agree with each other.
	current bool
	// recurring reports that the schedule issues the action again. It may have been deleted since.
	recurring bool
	// targeted is the number of endpoints that were targeted, or deployment.TargetedUnknown.
	targeted int64
	// kept reports that a destroy does not cancel the action.
	kept bool
	// marker is the marker of the deployment; the zero value if it is not known.
	marker deployment.Marker
	// actions and wait are the attributes.
	actions, wait tftypes.Value
}

// state reads the facts; false where they cannot be read.
func (s *server) state(ctx context.Context, encoded *tfprotov6.DynamicValue) (actionFacts, bool) {
	s.loadSchema(ctx)
	if s.kind == nil || encoded == nil || len(encoded.MsgPack) == 0 {
		return actionFacts{}, false
	}
	value, err := encoded.Unmarshal(s.kind)
	values := map[string]tftypes.Value{}
	if err != nil || value.IsNull() || value.As(&values) != nil {
		return actionFacts{}, false
	}
	id := values["id"]
	facts := actionFacts{id: &id, succeeded: isTrue(values["finished"]) && isTrue(values["succeeded"])}
	facts.unwaited = isFalse(values["finished"]) && hasFalse(values["wait"], "enabled")
	facts.actions, facts.wait = values["actions"], values["wait"]
	facts.kept = textIn(values["on_destroy"]) == policyKeep
	facts.marker, _ = deployment.MarkerOf(textIn(values["marker"]))
	facts.targeted = countIn(values["targeted_endpoint_count"])
	var scheduled, listed bool
	facts.recurring, scheduled = recurs(values["schedule"])
	facts.over, facts.current, listed = s.actions(values["actions"])
	facts.reporting = facts.over && underWay(values["results"])
	facts.current = facts.current && agrees(values) && (!facts.unwaited || values["succeeded"].IsNull())
	return facts, scheduled && listed
}

// loadSchema reads the schema of an action once.
func (s *server) loadSchema(ctx context.Context) {
	s.once.Do(func() {
		schemas, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
		if err == nil && schemas.ResourceSchemas[actionTypeName] != nil {
			s.kind = schemas.ResourceSchemas[actionTypeName].ValueType()
			s.waitType = actionSchema(ctx).Blocks["wait"].Type()
		}
		identities, err := s.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
		if err == nil && identities.IdentitySchemas[actionTypeName] != nil {
			s.identityKind = identities.IdentitySchemas[actionTypeName].ValueType()
		}
	})
}

// recurs reports whether a schedule issues actions again; ok is false if it cannot be read.
func recurs(schedule tftypes.Value) (recurring, ok bool) {
	if schedule.IsNull() {
		return false, true
	}
	fields := map[string]tftypes.Value{}
	if schedule.As(&fields) != nil {
		return false, false
	}
	return !fields["reissue_seconds"].IsNull(), true
}

// actions reports whether all actions are over, and whether their values are current; ok is false
// if they cannot be read.
func (s *server) actions(actions tftypes.Value) (over, current, ok bool) {
	var parts []tftypes.Value
	env := s.configured()
	if env == nil || actions.As(&parts) != nil || len(parts) == 0 {
		return false, false, false
	}
	over, current = true, true
	for _, part := range parts {
		fields := map[string]tftypes.Value{}
		if part.IsNull() || part.As(&fields) != nil {
			return false, false, false
		}
		status, id := textIn(fields["status"]), textIn(fields["action_id"])
		over = over && deployment.Terminal(gateway.ActionStatus(status))
		current = current && hasAll(part, "scheduled_action_id", "approved", "deleted", "issue_count", "results") &&
			hasAll(fields["results"], slices.Collect(maps.Keys(counterDescriptions()))...) &&
			textIn(fields["console_url"]) == env.client().Address().ActionURL(id)
	}
	return over, current, true
}

// agrees reports whether the values of an action that sum up the attribute actions do so. Somebody
// may have edited the state.
func agrees(values map[string]tftypes.Value) bool {
	var list []tftypes.Value
	if values["actions"].As(&list) != nil {
		return false
	}
	parts, totals := make([]deployment.Part, len(list)), map[string]int64{}
	for i, part := range list {
		fields := map[string]tftypes.Value{}
		if part.As(&fields) != nil {
			return false
		}
		parts[i].Status = gateway.ActionStatus(textIn(fields["status"]))
		if i == 0 && (textIn(values["id"]) != textIn(fields["scheduled_action_id"]) ||
			textIn(values["console_url"]) != textIn(fields["console_url"])) {
			return false
		}
		counters := map[string]tftypes.Value{}
		if fields["results"].As(&counters) != nil {
			return false
		}
		for name, counter := range counters {
			totals[name] += countIn(counter)
		}
	}
	results := map[string]tftypes.Value{}
	if values["results"].IsNull() || values["results"].As(&results) != nil {
		return false
	}
	for name, total := range totals {
		if countIn(results[name]) != total {
			return false
		}
	}
	return textIn(values["status"]) == string(deployment.Status(parts))
}

// underWay reports whether counters show endpoints that have not finished.
func underWay(results tftypes.Value) bool {
	fields := map[string]tftypes.Value{}
	if results.IsNull() || results.As(&fields) != nil {
		return false
	}
	for _, name := range []string{"waiting", "downloading", "running", "waiting_to_retry", "pending_verification"} {
		if count := countIn(fields[name]); count > 0 && count != deployment.TargetedUnknown {
			return true
		}
	}
	return false
}

// hasAll reports whether no attribute of an object is null.
func hasAll(object tftypes.Value, names ...string) bool {
	fields := map[string]tftypes.Value{}
	if object.IsNull() || object.As(&fields) != nil {
		return false
	}
	return !slices.ContainsFunc(names, func(name string) bool { return fields[name].IsNull() })
}

// textIn is the string in a value; empty for null.
func textIn(value tftypes.Value) string {
	var text string
	if value.IsNull() || value.As(&text) != nil {
		return ""
	}
	return text
}

// countIn is the number in a value; deployment.TargetedUnknown for null.
func countIn(value tftypes.Value) int64 {
	var number big.Float
	if value.IsNull() || value.As(&number) != nil {
		return deployment.TargetedUnknown
	}
	count, _ := number.Int64()
	return count
}

// hasFalse reports whether an attribute of an object is false.
func hasFalse(object tftypes.Value, name string) bool {
	fields := map[string]tftypes.Value{}
	return !object.IsNull() && object.As(&fields) == nil && isFalse(fields[name])
}

func isFalse(value tftypes.Value) bool {
	set := true
	return value.IsKnown() && !value.IsNull() && value.As(&set) == nil && !set
}

func isTrue(value tftypes.Value) bool {
	var set bool
	return value.IsKnown() && !value.IsNull() && value.As(&set) == nil && set
}

func sameBytes(a, b *tfprotov6.DynamicValue) bool {
	return a != nil && b != nil && len(a.MsgPack) > 0 && bytes.Equal(a.MsgPack, b.MsgPack)
}

// importedPrivate reports private state of an action that was imported, and that no apply has
// adopted.
func importedPrivate(private []byte) bool {
	var keys map[string]json.RawMessage
	if len(private) > 0 && json.Unmarshal(private, &keys) != nil {
		return true // the framework decides about what cannot be read
	}
	return len(keys[importedKey]) > 0
}
