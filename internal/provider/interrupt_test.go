// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

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

// actionType is the type name of the action resource.
const actionType = "tanium_action"

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

// kind returns the type of the resource.
func (s *session) kind() tftypes.Type { return s.schema.ValueType() }

// encode returns a value of a type from maps, slices and strings. Missing attributes are null.
func encode(kind tftypes.Type, from any) tftypes.Value {
	if from == nil {
		return tftypes.NewValue(kind, nil)
	}
	if kind.Is(tftypes.DynamicPseudoType) {
		return encodeAny(from)
	}
	switch kind := kind.(type) {
	case tftypes.Object:
		given, _ := from.(map[string]any)
		values := map[string]tftypes.Value{}
		for name, attribute := range kind.AttributeTypes {
			values[name] = encode(attribute, given[name])
		}
		return tftypes.NewValue(kind, values)
	case tftypes.Map:
		values := map[string]tftypes.Value{}
		for name, each := range from.(map[string]any) { //nolint:forcetypeassert // a test's own literal
			values[name] = encode(kind.ElementType, each)
		}
		return tftypes.NewValue(kind, values)
	case tftypes.List:
		return tftypes.NewValue(kind, encodeAll(kind.ElementType, from))
	case tftypes.Set:
		return tftypes.NewValue(kind, encodeAll(kind.ElementType, from))
	default:
		return tftypes.NewValue(kind, from)
	}
}

// encodeAny returns a value of the type that Terraform would infer.
func encodeAny(from any) tftypes.Value {
	switch from := from.(type) {
	case map[string]any:
		values, kinds := map[string]tftypes.Value{}, map[string]tftypes.Type{}
		for name, each := range from {
			values[name] = encodeAny(each)
			kinds[name] = values[name].Type()
		}
		return tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, values)
	case []any:
		values, kinds := []tftypes.Value{}, []tftypes.Type{}
		for _, each := range from {
			values = append(values, encodeAny(each))
			kinds = append(kinds, values[len(values)-1].Type())
		}
		return tftypes.NewValue(tftypes.Tuple{ElementTypes: kinds}, values)
	case bool:
		return tftypes.NewValue(tftypes.Bool, from)
	case int:
		return tftypes.NewValue(tftypes.Number, from)
	case tftypes.Value:
		return from
	default:
		return tftypes.NewValue(tftypes.String, from)
	}
}

// encodeAll returns the values of a list.
func encodeAll(element tftypes.Type, from any) []tftypes.Value {
	var values []tftypes.Value
	for _, each := range from.([]any) { //nolint:forcetypeassert // a test's own literal
		values = append(values, encode(element, each))
	}
	return values
}

// dynamic encodes a value for the protocol.
func (s *session) dynamic(value tftypes.Value) *tfprotov6.DynamicValue {
	s.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(s.kind(), value)
	if err != nil {
		s.t.Fatal(err)
	}
	return &encoded
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

// describe returns diagnostics as text.
func describe(diagnostics []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, d := range diagnostics {
		lines = append(lines, d.Severity.String()+" "+d.Summary+": "+d.Detail)
	}
	return strings.Join(lines, "\n")
}

// tagging returns the arguments of an action that adds a tag.
func tagging() map[string]any {
	return map[string]any{
		"name":    "Tag",
		"package": map[string]any{"name": "Custom Tagging - Add Tags", "parameters": []any{"Blue"}},
		"targets": map[string]any{"action_group": map[string]any{"name": "All Computers"},
			"computer_group": map[string]any{"name": "All Windows Servers"},
			"filter":         nil, "endpoint_ids": []any{"100201", "100202", "100203"}},
	}
}

// TestInterruptedWait checks that an interrupt during the wait is a warning, that the state has the
// IDs, and that the next apply resumes waiting.
func TestInterruptedWait(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	first := newSession(t, s, &interruption{tenant: s, left: 6, stop: stop})
	state, diagnostics := first.apply(ctx, tagging(), nil)
	if hasError(diagnostics) || !strings.Contains(describe(diagnostics), "WARNING Stopped waiting for the action: 1 "+
		"completed, 2 running: "+
		"Action 6112010 of scheduled action 88001 was deployed. The wait was interrupted after 7s. "+
		"The action continues in Tanium: 1 completed, 2 running; last seen status OPEN. See "+s.url+
		"/ui/console/actions/status/6112010\n\nThe next apply resumes waiting and deploys nothing, unless the "+
		"action has failed by then.") {
		t.Error(describe(diagnostics))
	}
	for name, want := range map[string]string{
		"id":        `tftypes.String<"88001">`,
		"finished":  `tftypes.Bool<"false">`,
		"succeeded": "tftypes.Bool<null>",
	} {
		if got := first.attribute(state, name); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
	second := newSession(t, s, s)
	state, diagnostics = second.apply(t.Context(), tagging(), state)
	if len(diagnostics) > 0 || second.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
		t.Errorf("%s\n%s", second.attribute(state, "succeeded"), describe(diagnostics))
	}
	if stats := s.Stats(); stats.Deployments != 1 || stats.Operations["actionPerform"] != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestInterruptedDispatch checks that an interrupt before the request sends nothing, and that one
// after it does not lose the deployment.
func TestInterruptedDispatch(t *testing.T) {
	t.Parallel()
	t.Run("before", func(t *testing.T) {
		t.Parallel()
		s := newTenant(t, simulator.Options{})
		ctx, stop := context.WithCancel(t.Context())
		session := newSession(t, s, s)
		stop()
		state, diagnostics := session.apply(ctx, tagging(), nil)
		value, err := state.Unmarshal(session.kind())
		if err != nil || !value.IsNull() || !hasError(diagnostics) || s.Stats().Deployments != 0 {
			t.Errorf("%v %s %+v", err, describe(diagnostics), s.Stats())
		}
	})
	t.Run("during", func(t *testing.T) {
		t.Parallel()
		s := newTenant(t, simulator.Options{})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			if bytes.Contains(body, []byte("actionPerform")) {
				stop() // the request was sent, and the answer has not arrived
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			s.ServeHTTP(w, r)
		}))
		t.Cleanup(front.Close)
		s.url = front.URL
		session := newSession(t, s, s)
		state, diagnostics := session.apply(ctx, tagging(), nil)
		if hasError(diagnostics) || session.attribute(state, "id") != `tftypes.String<"88001">` {
			t.Errorf("%s", describe(diagnostics))
		}
	})
}

// TestWaitSurvives checks that the wait survives a temporary failure of the gateway, and reports an
// expired token.
func TestWaitSurvives(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults []simulator.Fault
		says   string // empty for success
	}{
		"an outage": {[]simulator.Fault{{
			Field: "action",
			Kind:  simulator.Status,
			Code:  http.StatusBadGateway,
			Times: 20,
		}}, ""},
		"broken connections": {[]simulator.Fault{{Field: "action", Kind: simulator.DropBefore, Times: 6},
			{Field: "action", Kind: simulator.Truncate, Times: 6},
			{Field: "action", Kind: simulator.Garbage, Times: 2}}, ""},
		"a few refusals": {[]simulator.Fault{{Field: "action", Kind: simulator.GraphQLError, Times: 2}}, ""},
		"nothing but them": {[]simulator.Fault{{Field: "action", Kind: simulator.GraphQLError, Times: -1}},
			"Cannot read the action's status"},
		"an expired token": {[]simulator.Fault{{
			Field: "action",
			Kind:  simulator.Status,
			Code:  http.StatusUnauthorized,
			Times: -1,
		}}, "Cannot read the action's status"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			if err := s.Fail(c.faults...); err != nil {
				t.Fatal(err)
			}
			session := newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), tagging(), nil)
			if session.attribute(state, "id") != `tftypes.String<"88001">` || hasError(diagnostics) != (c.says != "") ||
				!strings.Contains(describe(diagnostics), c.says) {
				t.Errorf("%s", describe(diagnostics))
			}
		})
	}
}
