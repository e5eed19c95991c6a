// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// tenant is a simulated Tanium. Its time passes only while the provider waits, so a test of a long
// wait takes no time and is deterministic.
type tenant struct {
	*simulator.Simulator
	t   testing.TB
	url string
	// batchWindow is how long a read waits for others to share its request.
	batchWindow time.Duration
	// throttled is how long a read that is throttled is repeated.
	throttled time.Duration
	// local is the clock of the provider; nil for that of the simulator.
	local *clock.Clock
	// certificate is the PEM certificate that a provider must trust; empty for none.
	certificate string
	// environ is the environment of the provider; nil for that of the process.
	environ map[string]string
}

// builtinFleet reads the built-in fleet once for all tests: it takes most of the start of a
// simulator, and nothing changes a fleet.
//
//nolint:gochecknoglobals // the tests of a package have nothing else in common
var builtinFleet = sync.OnceValues(fleet.Builtin)

// newTenant starts a tenant.
func newTenant(t testing.TB, options simulator.Options) *tenant {
	t.Helper()
	if options.Clock == nil {
		options.Clock = clock.Manual(time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC), 0)
	}
	if options.Fleet == nil {
		machines, err := builtinFleet()
		if err != nil {
			t.Fatal(err)
		}
		options.Fleet = machines
	}
	gateway, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gateway)
	t.Cleanup(server.Close)
	return &tenant{
		Simulator: gateway, t: t, url: server.URL, batchWindow: time.Millisecond,
		throttled: 10 * time.Millisecond,
	}
}

// Now returns the time of the tenant. With After it implements the provider's clock.
func (s *tenant) Now() time.Time { return s.providerClock().Now() }

// providerClock returns the clock of the provider.
func (s *tenant) providerClock() *clock.Clock {
	if s.local != nil {
		return s.local
	}
	return s.Clock()
}

// After advances the time instead of waiting.
func (s *tenant) After(wait time.Duration) <-chan time.Time {
	s.providerClock().Advance(wait)
	passed := make(chan time.Time, 1)
	passed <- s.Now()
	return passed
}

// Advance advances the time.
func (s *tenant) Advance(by time.Duration) {
	s.t.Helper()
	if err := s.Simulator.Advance(by); err != nil {
		s.t.Fatal(err)
	}
}

// options returns the options of a provider that uses the clock and retries almost immediately.
func (s *tenant) options(clock deployment.Clock) TestOptions {
	var getenv func(string) string
	if s.environ != nil {
		getenv = func(name string) string { return s.environ[name] }
	}
	return TestOptions{
		Getenv:      getenv,
		Clock:       clock,
		BatchWindow: s.batchWindow,
		Retry: gateway.Retry{
			Attempts: 4, MinWait: time.Millisecond, MaxWait: 2 * time.Millisecond, Throttled: s.throttled,
		},
	}
}

// factories returns the providers of a test. "approver" is for a second user.
func (s *tenant) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	serve := func() (tfprotov6.ProviderServer, error) { return NewServer(NewForTest("test", s.options(s))()) }
	return map[string]func() (tfprotov6.ProviderServer, error){"tanium": serve, "approver": serve}
}

// client returns a client with the token.
func (s *tenant) client(t testing.TB, token string) *gateway.Client {
	t.Helper()
	address, err := gateway.ParseAddress(s.url)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{
		Address: address, Token: token, CACertificates: []byte(s.certificate), BatchWindow: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// environment returns the environment variables of a Terraform that uses the tenant.
func (s *tenant) environment() []string {
	return []string{"TANIUM_URL=" + s.url, "TANIUM_API_TOKEN=" + simulator.DefaultToken}
}

// config returns a configuration whose provider uses the tenant.
func (s *tenant) config(format string, arguments ...any) string {
	return fmt.Sprintf("provider \"tanium\" {\n  url       = %q\n  api_token = %q\n}\n\n",
		s.url, simulator.DefaultToken) + fmt.Sprintf(format, arguments...)
}

// example returns a configuration with a file below examples/.
func (s *tenant) example(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return s.config("%s", text)
}

// requests returns a function that counts the requests since its last call, by root field.
func (s *tenant) requests() func() map[string]int {
	last := s.Stats().Operations
	return func() map[string]int {
		now, sent := s.Stats().Operations, map[string]int{}
		for field, count := range now {
			if count > last[field] {
				sent[field] = count - last[field]
			}
		}
		last = now
		return sent
	}
}

// cancel deletes a scheduled action and stops its action, as a user of the console would.
func (s *tenant) cancel(t testing.TB, scheduledActionID string) {
	t.Helper()
	client := s.client(t, simulator.DefaultToken)
	if _, err := deployment.Cancel(t.Context(), client,
		deployment.Part{ScheduledActionID: scheduledActionID}); err != nil {
		t.Error(err)
	}
}

// schedule makes scheduled actions that this provider did not deploy.
func (s *tenant) schedule(t *testing.T, token string, inputs ...gateway.ActionPerformInput) {
	t.Helper()
	client := s.client(t, token)
	for _, input := range inputs {
		if _, err := client.PerformAction(t.Context(), input); err != nil {
			t.Fatal(err)
		}
	}
}

// approveLater approves a scheduled action once it exists.
func (s *tenant) approveLater(t *testing.T, id string) {
	t.Helper()
	client := s.client(t, "token-approver")
	ctx := t.Context()
	go func() {
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if client.ApproveScheduledAction(ctx, id) == nil {
				return
			}
		}
	}()
}

// online sets whether the endpoints of tagging are online.
func (s *tenant) online(t *testing.T, is bool, ids ...string) {
	t.Helper()
	changes := make([]world.Change, len(ids))
	for i, id := range ids {
		changes[i] = world.Change{ID: id, Online: &is}
	}
	if err := s.Disturb(changes); err != nil {
		t.Fatal(err)
	}
}

// served returns the endpoints that run the last deployment.
func (s *tenant) served() []string {
	s.t.Helper()
	s.Advance(3 * time.Second) // until the action is issued
	reports := s.Actions()
	var ids []string
	for _, action := range reports[len(reports)-1].Actions {
		for _, endpoint := range action.Endpoints {
			ids = append(ids, endpoint.ID)
		}
	}
	return ids
}

// serverTime returns the time of a tenant after a time has passed, as a configuration has it.
func (s *tenant) serverTime(ahead, after time.Duration) string {
	return s.Now().Add(ahead + after).Format(time.RFC3339)
}

// expectOneDeployment fails unless there was one request to deploy and one deployment is open.
func (s *tenant) expectOneDeployment(t *testing.T) {
	t.Helper()
	if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 1 ||
		stats.Operations["actionPerform"] != 1 {
		t.Errorf("%d deployments, %d open, %d requests", stats.Deployments, stats.OpenScheduledActions,
			stats.Operations["actionPerform"])
	}
}

// forwardFunc sends a request to the tenant and returns the answer without sending it on.
type forwardFunc func() *httptest.ResponseRecorder

// intercept puts a server in front of a tenant that calls handle for each request. If handle
// returns true, it has answered.
func (s *tenant) intercept(t testing.TB, handle func(w http.ResponseWriter, body []byte, forward forwardFunc) bool) {
	t.Helper()
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		forward := func() *httptest.ResponseRecorder {
			recorder := httptest.NewRecorder()
			request := r.Clone(r.Context())
			request.Body = io.NopCloser(bytes.NewReader(body))
			s.ServeHTTP(recorder, request)
			return recorder
		}
		if handle(w, body, forward) {
			return
		}
		send(w, forward())
	}))
	t.Cleanup(front.Close)
	s.url = front.URL
}

// send sends an answer on.
func send(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// latency is that of a gateway on another machine.
const latency = 20 * time.Millisecond

// addLatency delays the requests to the tenant like a network.
func (s *tenant) addLatency(t testing.TB) {
	s.intercept(t, func(_ http.ResponseWriter, _ []byte, _ forwardFunc) bool {
		passed := time.NewTimer(latency)
		<-passed.C
		return false
	})
}
