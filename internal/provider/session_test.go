// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// actionType is the type name of the action resource.
const actionType = "tanium_action"

// session calls the provider as Terraform's core does, so that a test can act between the calls.
type session struct {
	t      testing.TB
	server tfprotov6.ProviderServer
	name   string // type name of the resource
	schema *tfprotov6.Schema
	// private is the private state; nil for none.
	private []byte
	// deferrals reports that the client accepts deferred changes, as a stack does.
	deferrals bool
	settings  *tfprotov6.DynamicValue // the configuration of the provider
}

// newSession starts and configures a provider.
func newSession(t testing.TB, s *tenant, clock deployment.Clock) *session {
	t.Helper()
	server, err := NewServer(NewForTest("test", s.options(clock))())
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	arguments := map[string]tftypes.Value{"url": str(s.url), "api_token": str(simulator.DefaultToken)}
	if s.certificate != "" {
		arguments["ca_certificate"] = str(s.certificate)
	}
	made := &session{t: t, server: server, name: actionType, schema: schemas.ResourceSchemas[actionType],
		settings: object(t, schemas.Provider, arguments)}
	made.configure()
	return made
}

// newConfiguredSession returns a session of a provider with the given arguments.
func newConfiguredSession(t *testing.T, s *tenant, arguments map[string]tftypes.Value) *session {
	t.Helper()
	session := newSession(t, s, s)
	schemas, err := session.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := session.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config:           object(t, schemas.Provider, arguments),
	})
	if err != nil || hasError(answer.Diagnostics) {
		t.Fatal(err, describe(answer.Diagnostics))
	}
	return session
}

// configure begins another run of the provider, as a command of Terraform does.
func (s *session) configure() {
	s.t.Helper()
	configured, err := s.server.ConfigureProvider(s.t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config:           s.settings,
	})
	if err != nil || hasError(configured.Diagnostics) {
		s.t.Fatal(err, configured)
	}
}

// wait returns a session of the same provider for the resource tanium_action_wait.
func (s *session) wait() *session {
	s.t.Helper()
	schemas, err := s.server.GetProviderSchema(s.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		s.t.Fatal(err)
	}
	return &session{t: s.t, server: s.server, name: waitType, schema: schemas.ResourceSchemas[waitType],
		settings: s.settings}
}

// served is the server that the session calls.
func (s *session) served() *server {
	s.t.Helper()
	served, ok := s.server.(*server)
	if !ok {
		s.t.Fatalf("the server is a %T", s.server)
	}
	return served
}

// kind returns the type of the resource.
func (s *session) kind() tftypes.Type { return s.schema.ValueType() }

// dynamic encodes a value for the protocol.
func (s *session) dynamic(value tftypes.Value) *tfprotov6.DynamicValue {
	s.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(s.kind(), value)
	if err != nil {
		s.t.Fatal(err)
	}
	return &encoded
}

// proposed returns the state that core proposes: the configuration with the computed attributes of
// the prior state.
func (s *session) proposed(config map[string]any, prior *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	s.t.Helper()
	before, after := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	if err := encode(s.kind(), config).As(&after); err != nil {
		s.t.Fatal(err)
	}
	was, err := prior.Unmarshal(s.kind())
	if err != nil {
		s.t.Fatal(err)
	}
	if !was.IsNull() {
		if err := was.As(&before); err != nil {
			s.t.Fatal(err)
		}
		for _, attribute := range s.schema.Block.Attributes {
			if attribute.Computed {
				after[attribute.Name] = before[attribute.Name]
			}
		}
	}
	return s.dynamic(tftypes.NewValue(s.kind(), after))
}

// planned plans a configuration on a state, without private state; nil for none.
func (s *session) planned(config map[string]any, prior *tfprotov6.DynamicValue) *tfprotov6.PlanResourceChangeResponse {
	s.t.Helper()
	without := *s
	without.private = nil
	return without.plannedWith(config, prior)
}

// plannedWith is planned with the private state of the session.
func (s *session) plannedWith(
	config map[string]any, prior *tfprotov6.DynamicValue,
) *tfprotov6.PlanResourceChangeResponse {
	s.t.Helper()
	if prior == nil {
		prior = s.dynamic(tftypes.NewValue(s.kind(), nil))
	}
	planned, err := s.server.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: s.name, Config: s.dynamic(encode(s.kind(), config)), PriorState: prior, PriorPrivate: s.private,
		ProposedNewState: s.proposed(config, prior),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return planned
}

// apply plans and applies a configuration on a state, and returns the new state and the diagnostics
// of the apply.
func (s *session) apply(
	ctx context.Context, config map[string]any, prior *tfprotov6.DynamicValue,
) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	configured := s.dynamic(encode(s.kind(), config))
	if prior == nil {
		prior = s.dynamic(tftypes.NewValue(s.kind(), nil))
	}
	planned, err := s.server.PlanResourceChange(s.t.Context(),
		&tfprotov6.PlanResourceChangeRequest{TypeName: s.name, Config: configured, PriorState: prior,
			PriorPrivate:     s.private,
			ProposedNewState: s.proposed(config, prior)})
	if err != nil || hasError(planned.Diagnostics) {
		s.t.Fatal(err, describe(planned.Diagnostics))
	}
	if len(planned.RequiresReplace) > 0 {
		s.t.Fatalf("to be replaced: %v", planned.RequiresReplace)
	}
	applied, err := s.server.ApplyResourceChange(ctx,
		&tfprotov6.ApplyResourceChangeRequest{TypeName: s.name, Config: configured, PriorState: prior,
			PlannedState:   planned.PlannedState,
			PlannedPrivate: planned.PlannedPrivate})
	if err != nil {
		s.t.Fatal(err)
	}
	s.private = applied.Private
	return applied.NewState, applied.Diagnostics
}

// logged plans and applies a configuration, and returns all that the provider says and logs.
func (s *session) logged(config map[string]any) string {
	s.t.Helper()
	var logs bytes.Buffer
	ctx := tflogtest.RootLogger(s.t.Context(), &logs)
	encoded, null := s.dynamic(encode(s.kind(), config)), s.dynamic(tftypes.NewValue(s.kind(), nil))
	hidden := map[string]any{} // core plans with write-only values as null
	for name, value := range config {
		hidden[name] = value
	}
	planned, err := s.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: s.name,
		Config: encoded, PriorState: null, ProposedNewState: s.proposed(s.withoutSecrets(hidden), null)})
	if err != nil {
		s.t.Fatal(err)
	}
	said := describe(planned.Diagnostics)
	if !hasError(planned.Diagnostics) {
		applied, err := s.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: s.name,
			Config: encoded, PriorState: null, PlannedState: planned.PlannedState,
			PlannedPrivate: planned.PlannedPrivate})
		if err != nil {
			s.t.Fatal(err)
		}
		state, err := applied.NewState.Unmarshal(s.kind())
		if err != nil {
			s.t.Fatal(err)
		}
		said += "\n" + describe(applied.Diagnostics) + "\n" + state.String() + "\n" + string(applied.Private)
	}
	entries, err := tflogtest.MultilineJSONDecode(&logs)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, entry := range entries {
		for key, value := range entry {
			said += fmt.Sprintf("\nlog %s: %v", key, value)
		}
	}
	return said
}

// withoutSecrets returns a configuration whose package has no write-only parameters.
func (s *session) withoutSecrets(config map[string]any) map[string]any {
	public := map[string]any{}
	if pack, ok := config["package"].(map[string]any); ok {
		for name, value := range pack {
			if !strings.HasSuffix(name, "_wo") {
				public[name] = value
			}
		}
		config["package"] = public
	}
	return config
}

// refresh refreshes a state.
func (s *session) refresh(state *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	s.t.Helper()
	read, err := s.server.ReadResource(s.t.Context(),
		&tfprotov6.ReadResourceRequest{TypeName: s.name, CurrentState: state, Private: s.private})
	if err != nil || hasError(read.Diagnostics) {
		s.t.Fatal(err, describe(read.Diagnostics))
	}
	return read.NewState
}

// unchanged fails the test unless a plan changes nothing.
func (s *session) unchanged(config map[string]any, state *tfprotov6.DynamicValue) {
	s.t.Helper()
	proposed := s.proposed(config, state)
	planned, err := s.server.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         s.name,
		Config:           s.dynamic(encode(s.kind(), config)),
		PriorState:       state,
		PriorPrivate:     s.private,
		ProposedNewState: proposed,
	})
	if err != nil || len(planned.Diagnostics) > 0 {
		s.t.Fatal(err, describe(planned.Diagnostics))
	}
	before, _ := state.Unmarshal(s.kind())
	after, err := planned.PlannedState.Unmarshal(s.kind())
	if err != nil || !after.Equal(before) || len(planned.RequiresReplace) > 0 {
		s.t.Errorf("planned %v, replacing for %v\nwas %v", after, planned.RequiresReplace, before)
	}
}

// planGone plans the destroy of the object of a state, in the run of the session.
func (s *session) planGone(state *tfprotov6.DynamicValue) *tfprotov6.PlanResourceChangeResponse {
	s.t.Helper()
	gone := s.dynamic(tftypes.NewValue(s.kind(), nil))
	planned, err := s.server.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: s.name, Config: gone, PriorState: state, PriorPrivate: s.private, ProposedNewState: gone,
		ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: s.deferrals},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return planned
}

// applyGone destroys the object of a state, in the run of the session.
func (s *session) applyGone(state *tfprotov6.DynamicValue, private []byte) []*tfprotov6.Diagnostic {
	s.t.Helper()
	gone := s.dynamic(tftypes.NewValue(s.kind(), nil))
	applied, err := s.server.ApplyResourceChange(s.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: s.name, Config: gone, PriorState: state, PlannedState: gone, PlannedPrivate: private,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return applied.Diagnostics
}

// destroy destroys the object of a state, in a run of its own.
func (s *session) destroy(state *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	s.t.Helper()
	s.configure()
	gone := s.dynamic(tftypes.NewValue(s.kind(), nil))
	planned, err := s.server.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         s.name,
		Config:           gone,
		PriorState:       state,
		PriorPrivate:     s.private,
		ProposedNewState: gone,
	})
	if err != nil || hasError(planned.Diagnostics) {
		s.t.Fatal(err, describe(planned.Diagnostics))
	}
	applied, err := s.server.ApplyResourceChange(s.t.Context(),
		&tfprotov6.ApplyResourceChangeRequest{TypeName: s.name, Config: gone, PriorState: state, PlannedState: gone,
			PlannedPrivate: s.private})
	if err != nil {
		s.t.Fatal(err)
	}
	return applied.Diagnostics
}

// attribute returns an attribute of a state as text.
func (s *session) attribute(state *tfprotov6.DynamicValue, name string) string {
	s.t.Helper()
	value, err := state.Unmarshal(s.kind())
	if err != nil {
		s.t.Fatal(err)
	}
	values := map[string]tftypes.Value{}
	if value.IsNull() || value.As(&values) != nil {
		s.t.Fatalf("there is no state")
	}
	return values[name].String()
}

// change returns a state in which attributes, or attributes of the actions, have other values.
func (s *session) change(state *tfprotov6.DynamicValue, values map[string]any) *tfprotov6.DynamicValue {
	s.t.Helper()
	value, err := state.Unmarshal(s.kind())
	if err != nil {
		s.t.Fatal(err)
	}
	value, err = tftypes.Transform(value, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		name, named := at.LastStep().(tftypes.AttributeName)
		if to, changed := values[string(name)]; named && changed {
			return tftypes.NewValue(v.Type(), to), nil
		}
		return v, nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.dynamic(value)
}

// edit returns a state in which top-level attributes have other values.
func (s *session) edit(state *tfprotov6.DynamicValue, values map[string]any) *tfprotov6.DynamicValue {
	s.t.Helper()
	value, err := state.Unmarshal(s.kind())
	if err != nil {
		s.t.Fatal(err)
	}
	fields := map[string]tftypes.Value{}
	if err := value.As(&fields); err != nil {
		s.t.Fatal(err)
	}
	for name, to := range values {
		fields[name] = encode(fields[name].Type(), to)
	}
	return s.dynamic(tftypes.NewValue(s.kind(), fields))
}

// identity of an action.
func (s *session) identity(id string) *tfprotov6.ResourceIdentityData {
	s.t.Helper()
	schemas, err := s.server.GetResourceIdentitySchemas(s.t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		s.t.Fatal(err)
	}
	kind := schemas.IdentitySchemas[s.name].ValueType()
	encoded, err := tfprotov6.NewDynamicValue(kind, encode(kind, map[string]any{"scheduled_action_id": id}))
	if err != nil {
		s.t.Fatal(err)
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}
}

// lookUp reads a data source, and returns its attributes and diagnostics.
func (s *session) lookUp(name string, config map[string]any) (map[string]tftypes.Value, string) {
	s.t.Helper()
	schemas, err := s.server.GetProviderSchema(s.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		s.t.Fatal(err)
	}
	kind := schemas.DataSourceSchemas[name].ValueType()
	asked, err := tfprotov6.NewDynamicValue(kind, encode(kind, config))
	if err != nil {
		s.t.Fatal(err)
	}
	read, err := s.server.ReadDataSource(s.t.Context(),
		&tfprotov6.ReadDataSourceRequest{TypeName: name, Config: &asked})
	if err != nil {
		s.t.Fatal(err)
	}
	state := map[string]tftypes.Value{}
	if value, err := read.State.Unmarshal(kind); err != nil || (!value.IsNull() && value.As(&state) != nil) {
		s.t.Fatal(err)
	}
	return state, describe(read.Diagnostics)
}

// read reads a data source that reports no error, and returns its attributes and diagnostics.
func (s *session) read(name string, config map[string]any) (map[string]tftypes.Value, string) {
	s.t.Helper()
	state, text := s.lookUp(name, config)
	if len(state) == 0 || strings.Contains(text, "ERROR") {
		s.t.Fatalf("%s: %v %s", name, state, text)
	}
	return state, text
}

// interruption is a clock that cancels a context after a number of waits.
type interruption struct {
	*tenant
	left int
	stop context.CancelFunc
}

// After advances the time, or cancels the context.
func (i *interruption) After(wait time.Duration) <-chan time.Time {
	if i.left--; i.left < 0 {
		i.stop() // the wait must not begin another round
	}
	return i.tenant.After(wait)
}
