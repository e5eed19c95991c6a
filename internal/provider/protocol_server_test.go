// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// countingServer is the framework's server, and counts the calls that are left to it.
type countingServer struct {
	frameworkServer
	plans, reads, validations int
}

func (c *countingServer) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	c.validations++
	return c.frameworkServer.ValidateResourceConfig(ctx, req)
}

func (c *countingServer) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	c.plans++
	return c.frameworkServer.PlanResourceChange(ctx, req)
}

func (c *countingServer) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	c.reads++
	return c.frameworkServer.ReadResource(ctx, req)
}

// TestServer compares the answers of the server with those of the framework, and holds which calls
// it leaves to the framework.
func TestServer(t *testing.T) {
	t.Parallel()
	failing := map[string]any{"action_group": map[string]any{"name": "All Computers"}, "computer_group": nil,
		"filter": map[string]any{"sensor": map[string]any{"name": "Computer Name"}, "value": "win-print-01"}}
	unwaited := map[string]any{"wait": map[string]any{"enabled": false}}
	for name, c := range map[string]struct {
		config map[string]any
		change map[string]any // of the configuration, before the plan
		// later is how much later the plan is made.
		later time.Duration
		// private is the private state; nil for that of the apply.
		private []byte
		// plans and reads are the plans and refreshes that are left to the framework.
		plans, reads int
	}{
		"succeeded, and open":    {},
		"succeeded, and over":    {later: time.Hour},
		"another policy":         {change: map[string]any{"on_destroy": "keep"}, later: time.Hour, plans: 1},
		"another deployment":     {change: map[string]any{"name": "Other"}, later: time.Hour, plans: 1},
		"not waited for":         {config: unwaited},
		"not waited for, over":   {config: unwaited, later: time.Hour},
		"waited for from now on": {config: unwaited, change: map[string]any{"wait": nil}, plans: 1},
		"failed, not waited for": {config: map[string]any{"on_failure": "error", "wait": unwaited["wait"],
			"targets": failing}, later: time.Hour, plans: 1, reads: 1},
		"failed": {config: map[string]any{"on_failure": "warn", "guard": map[string]any{"min_endpoints": 0},
			"wait": map[string]any{"max_failed": 0}, "targets": failing}, later: time.Hour, plans: 1, reads: 1},
		"recurring": {config: map[string]any{"schedule": map[string]any{"reissue_seconds": 7200}},
			later: time.Hour, plans: 1, reads: 1},
		"scheduled": {config: map[string]any{"schedule": map[string]any{"distribute_seconds": 60}}, later: time.Hour},
		"imported": {private: []byte(`{"imported":"eyJkZXRhaWxzIjpudWxsfQ=="}`), later: time.Hour,
			plans: 1, reads: 1},
		"unreadable private state": {private: []byte(`{`), later: time.Hour, plans: 1, reads: 1},
		"kept":                     {config: map[string]any{"on_destroy": "keep"}},
		"silent":                   {config: map[string]any{"preview": map[string]any{"notice": false}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newSession(t, s, s)
			config := tagging()
			for key, value := range c.config {
				config[key] = value
			}
			state, diagnostics := session.apply(t.Context(), config, nil)
			if hasError(diagnostics) {
				t.Fatal(describe(diagnostics))
			}
			s.Advance(c.later)
			state = session.refresh(state)
			private := session.private
			if c.private != nil {
				private = c.private
			}
			for key, value := range c.change {
				config[key] = value
			}
			for _, identity := range []*tfprotov6.ResourceIdentityData{session.identity("88001"), nil} {
				session.configure()
				plan := &tfprotov6.PlanResourceChangeRequest{
					TypeName: actionTypeName, Config: session.dynamic(encode(session.kind(), config)),
					PriorState:       state,
					ProposedNewState: session.proposed(config, state), PriorPrivate: private, PriorIdentity: identity,
				}
				read := &tfprotov6.ReadResourceRequest{
					TypeName: actionTypeName, CurrentState: state, Private: private, CurrentIdentity: identity,
				}
				served := session.served()
				framework := served.frameworkServer
				counted := &countingServer{frameworkServer: framework}
				short := &server{frameworkServer: counted, configured: served.configured}

				wantPlan, wantErr := framework.PlanResourceChange(t.Context(), plan)
				gotPlan, err := short.PlanResourceChange(t.Context(), plan)
				if (err != nil) != (wantErr != nil) || !reflect.DeepEqual(gotPlan, wantPlan) {
					t.Errorf("plans %+v, %v\nwant  %+v, %v", gotPlan, err, wantPlan, wantErr)
				}
				wantRead, wantErr := framework.ReadResource(t.Context(), read)
				gotRead, err := short.ReadResource(t.Context(), read)
				if (err != nil) != (wantErr != nil) || !reflect.DeepEqual(gotRead, wantRead) {
					t.Errorf("reads %+v, %v\nwant  %+v, %v", gotRead, err, wantRead, wantErr)
				}
				if counted.plans != c.plans || counted.reads != c.reads {
					t.Errorf("the framework planned %d times and read %d times, want %d and %d",
						counted.plans, counted.reads, c.plans, c.reads)
				}

			}
		})
	}
}

// TestServerReadsOnce checks that a refresh asks Tanium once, whether it finds a change or not.
func TestServerReadsOnce(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	state, diagnostics := session.apply(t.Context(), tagging(), nil)
	if hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}
	for _, c := range []struct {
		name     string
		later    time.Duration
		status   string
		requests int
	}{
		{name: "unchanged", status: "OPEN", requests: 1},
		{name: "closed", later: time.Hour, status: "CLOSED", requests: 1},
		{name: "over", status: "CLOSED"},
	} {
		s.Advance(c.later)
		before := s.Stats().Requests
		state = session.refresh(state)
		if status := session.attribute(state, "status"); !strings.Contains(status, c.status) {
			t.Errorf("%s: status is %s, want %s", c.name, status, c.status)
		}
		if sent := s.Stats().Requests - before; sent != c.requests {
			t.Errorf("%s: sent %d requests, want %d", c.name, sent, c.requests)
		}
	}
}

// TestServerDecides checks that a refresh decides on an unwaited action that has not changed, if a
// new wait policy finishes it.
func TestServerDecides(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	config := tagging()
	config["wait"] = map[string]any{"enabled": false}
	state, diagnostics := session.apply(t.Context(), config, nil)
	if hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}
	s.Advance(20 * time.Minute)
	finished := session.refresh(state)
	state = session.change(finished, map[string]any{"finished": false, "succeeded": nil})
	state = session.refresh(state)
	for _, name := range []string{"finished", "succeeded", "actions", "status"} {
		if got, want := session.attribute(state, name), session.attribute(finished, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if got := session.attribute(state, "finished"); !strings.Contains(got, "true") {
		t.Errorf("finished is %s", got)
	}
}

// TestServerAtAnotherAddress checks that a refresh corrects what depends on the server's address.
func TestServerAtAnotherAddress(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	first := newSession(t, s, s)
	state, diagnostics := first.apply(t.Context(), tagging(), nil)
	if hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}
	s.Advance(time.Hour)
	state = first.refresh(state)
	other := httptest.NewServer(s)
	t.Cleanup(other.Close)
	s.url = other.URL
	second := newSession(t, s, s)
	read := second.refresh(state)
	if url := second.attribute(read, "console_url"); !strings.Contains(url, other.URL) {
		t.Errorf("console_url is %s, want one of %s", url, other.URL)
	}
}

// TestServerCompletes checks that a refresh sets what a state lacks, as that of the framework does.
func TestServerCompletes(t *testing.T) {
	t.Parallel()
	for name, later := range map[string]time.Duration{"open": 0, "over": time.Hour} {
		for _, lacking := range []string{"waiting", "issue_count", "approved"} {
			t.Run(name+"_"+lacking, func(t *testing.T) {
				t.Parallel()
				s := newTenant(t, simulator.Options{})
				session := newSession(t, s, s)
				state, diagnostics := session.apply(t.Context(), tagging(), nil)
				if hasError(diagnostics) {
					t.Fatal(describe(diagnostics))
				}
				s.Advance(later)
				partial := session.change(session.refresh(state), map[string]any{lacking: nil})
				want, err := session.served().frameworkServer.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
					TypeName: actionType, CurrentState: partial, Private: session.private,
				})
				if err != nil {
					t.Fatal(err)
				}
				got := session.attribute(session.refresh(partial), "actions")
				if got != session.attribute(want.NewState, "actions") || got == session.attribute(partial, "actions") {
					t.Errorf("actions is %s, want %s", got, session.attribute(want.NewState, "actions"))
				}
			})
		}
	}
}

// TestServerCorrects checks that a refresh corrects what somebody edited in the state of an action
// that is over, without a request.
func TestServerCorrects(t *testing.T) {
	t.Parallel()
	results := map[string]any{}
	for name := range counterDescriptions() {
		results[name] = 0
	}
	results["failed"] = 9
	for name, c := range map[string]struct {
		config map[string]any
		edits  map[string]any
	}{
		"status":           {edits: map[string]any{"status": "OPEN"}},
		"no status":        {edits: map[string]any{"status": nil}},
		"results":          {edits: map[string]any{"results": results}},
		"no results":       {edits: map[string]any{"results": nil}},
		"console_url":      {edits: map[string]any{"console_url": "https://elsewhere/1"}},
		"no console_url":   {edits: map[string]any{"console_url": nil}},
		"id":               {edits: map[string]any{"id": "7"}},
		"succeeded":        {edits: map[string]any{"succeeded": false}},
		"no succeeded":     {edits: map[string]any{"succeeded": nil}},
		"finished, waited": {config: map[string]any{"wait": unwaited()}, edits: map[string]any{"finished": false}},
		"several": {edits: map[string]any{"status": "OPEN", "results": results, "succeeded": false,
			"console_url": "https://elsewhere/1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), merged(c.config), nil)
			if hasError(diagnostics) {
				t.Fatal(describe(diagnostics))
			}
			s.Advance(time.Hour)
			want := session.refresh(state)
			before := s.Stats().Requests
			got := session.refresh(session.edit(want, c.edits))
			if sent := s.Stats().Requests - before; sent != 0 {
				t.Errorf("sent %d requests", sent)
			}
			for _, attribute := range []string{"id", "status", "finished", "succeeded", "console_url", "results",
				"actions"} {
				if session.attribute(got, attribute) != session.attribute(want, attribute) {
					t.Errorf("%s is %s, want %s", attribute, session.attribute(got, attribute),
						session.attribute(want, attribute))
				}
			}
		})
	}
}

// TestServerKeepsSuccess checks that a refresh keeps the success of an action that a changed wait
// would not accept, because the apply deploys nothing again.
func TestServerKeepsSuccess(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	config := merged(map[string]any{"targets": failingTargets(), "wait": map[string]any{"max_failed": 1}})
	state, diagnostics := session.apply(t.Context(), config, nil)
	if hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}
	s.Advance(time.Hour)
	config["wait"] = map[string]any{"max_failed": 0}
	if state, diagnostics = session.apply(t.Context(), config, session.refresh(state)); hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}
	state = session.refresh(session.edit(state, map[string]any{"status": "OPEN"}))
	if got := session.attribute(state, "succeeded"); !strings.Contains(got, "true") {
		t.Errorf("succeeded is %s", got)
	}
	if made := s.Stats().Deployments; made != 1 {
		t.Errorf("%d deployments", made)
	}
}

// TestOtherServer checks that a refresh and a destroy refuse a scheduled action of another server
// that has the ID of the action in the state.
func TestOtherServer(t *testing.T) {
	t.Parallel()
	for name, named := range map[string]bool{"with a name": true, "without a name": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			config := tagging()
			if !named {
				delete(config, "name")
			}
			state, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil)
			if hasError(diagnostics) {
				t.Fatal(describe(diagnostics))
			}
			other := newTenant(t, simulator.Options{})
			deployElsewhere(t, other)
			session := newSession(t, other, other)
			read, err := session.server.ReadResource(t.Context(),
				&tfprotov6.ReadResourceRequest{TypeName: actionType, CurrentState: state})
			if err != nil {
				t.Fatal(err)
			}
			for _, said := range []string{describe(read.Diagnostics), describe(session.destroy(state))} {
				if !strings.Contains(said, "ERROR Scheduled action is another deployment: The state has the action") ||
					!strings.Contains(said, `scheduled action 88001 is "Stranger". Check url or TANIUM_URL.`) {
					t.Error(said)
				}
			}
			stats := other.Stats()
			if stats.OpenScheduledActions != 1 || stats.Operations["scheduledActionDelete"] != 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestResetServer checks that a refresh refuses the action of another deployment that has the same
// ID on the same server, whether the server answers or the framework.
func TestResetServer(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]map[string]any{
		"waited for":     merged(nil),
		"not waited for": merged(map[string]any{"wait": map[string]any{"enabled": false}}),
		"recurring":      merged(map[string]any{"schedule": map[string]any{"reissue_seconds": 7200}}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), config, nil)
			if hasError(diagnostics) {
				t.Fatal(describe(diagnostics))
			}
			if err := s.Reset(); err != nil {
				t.Fatal(err)
			}
			// The clock of the test is not that of the simulator any more.
			config["triggers"], config["wait"] = map[string]any{"run": "2"}, map[string]any{"enabled": false}
			if _, diagnostics = newSession(t, s, s).apply(t.Context(), config, nil); hasError(diagnostics) {
				t.Fatal(describe(diagnostics))
			}
			read, err := session.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
				TypeName: actionType, CurrentState: state, Private: session.private,
			})
			if said := describe(read.Diagnostics); err != nil ||
				!strings.Contains(said, "ERROR Scheduled action is another deployment: The state has the action") {
				t.Errorf("%v, %s", err, said)
			}
		})
	}
}

// deployElsewhere deploys an action that this provider does not manage.
func deployElsewhere(t *testing.T, s *tenant) {
	t.Helper()
	document := `{"query": "mutation { actionPerform(input: {name: \"Stranger\", ` +
		`package: {name: \"Reboot Windows Machine\"}, targets: {actionGroup: {name: \"All Computers\"}}}) ` +
		`{ scheduledActions { scheduledAction { id } } } }"}`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+simulator.Path,
		strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("session", simulator.DefaultToken)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if stats := s.Stats(); stats.OpenScheduledActions != 1 {
		t.Fatalf("%+v", stats)
	}
}
