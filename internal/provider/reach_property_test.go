// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// reach drives one deployment to endpoints that come and go, to an action group that grows, through
// a server whose answers are late and partial. It checks at each request that deploys what the
// guard allows.
type reach struct {
	t      *testing.T
	tenant *tenant
	random *rand.Rand
	// mutex guards the rest.
	mutex sync.Mutex
	// online are the targeted endpoints, and whether they are online.
	online map[string]bool
	// grown reports that the action group has the workstations, too.
	grown bool
	// counted are the endpoints in the last answer to a count, and complete that it has all.
	counted  map[string]bool
	complete bool
	guard    map[string]any
	deployed int
	events   []string
}

const (
	servers      = "100201 100202 100203 100206 100207"
	workstations = "274301 274308 274315 274329"
)

// reached returns the endpoints that a deployment reaches now.
func (r *reach) reached() map[string]bool {
	now := map[string]bool{}
	for id, online := range r.online {
		if online && (r.grown || strings.Contains(servers, id)) {
			now[id] = true
		}
	}
	return now
}

// event records what happened, for the message of a failure.
func (r *reach) event(format string, arguments ...any) {
	r.events = append(r.events, fmt.Sprintf(format, arguments...))
}

// change changes what a deployment reaches, and may let the group grow.
func (r *reach) change(grow bool) {
	ids := slices.Sorted(maps.Keys(r.online))
	switch id := ids[r.random.IntN(len(ids))]; r.random.IntN(6) {
	case 0, 1:
		r.online[id] = !r.online[id]
		on := r.online[id]
		if err := r.tenant.Disturb([]world.Change{{ID: id, Online: &on}}); err != nil {
			r.t.Error(err)
		}
		r.event("%s is online: %v", id, on)
	case 2:
		if grow && !r.grown {
			r.grown = true
			r.event("the group has the workstations")
		}
	}
}

// handle handles a request, and reports whether it has answered.
func (r *reach) handle(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if bytes.Contains(body, []byte("mutation PerformAction")) {
		r.check()
		return false
	}
	r.tenant.Advance(2 * time.Second) // a network, and other requests before this one
	counts := bytes.Contains(body, []byte("query Endpoints"))
	r.change(!counts) // the count follows the read of the group at once
	if r.random.IntN(12) == 0 {
		r.tenant.Advance(15 * time.Second)
		w.WriteHeader(http.StatusTooManyRequests)
		r.event("429")
		return true
	}
	var answer map[string]any
	if err := json.Unmarshal(forward().Body.Bytes(), &answer); err != nil {
		r.t.Error(err)
	}
	if !r.grown {
		shrink(answer)
	}
	data, _ := answer["data"].(map[string]any)
	if endpoints, ok := data["endpoints"].(map[string]any); ok {
		r.count(endpoints)
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		r.t.Error(err)
	}
	return true
}

// shrink leaves the action groups in an answer the servers alone.
func shrink(value any) {
	switch value := value.(type) {
	case []any:
		for _, each := range value {
			shrink(each)
		}
	case map[string]any:
		if _, ok := value["computerGroups"]; ok {
			value["computerGroups"] = []any{map[string]any{"id": "12", "name": "All Windows Servers"}}
		}
		for _, each := range value {
			shrink(each)
		}
	}
}

// count makes a page of endpoints partial at random, and records it.
func (r *reach) count(page map[string]any) {
	info, _ := page["collectionInfo"].(map[string]any)
	edges, _ := page["edges"].([]any)
	r.complete = true
	if r.random.IntN(4) == 0 && len(edges) > 0 {
		kept := r.random.IntN(len(edges))
		expected, _ := info["expectedTotal"].(float64)
		page["edges"], page["totalRecords"] = edges[:kept], kept
		info["respondedTotal"], info["success"] = expected-float64(len(edges)-kept), r.random.IntN(2) == 0
		info["active"], edges, r.complete = true, edges[:kept], false
	}
	r.counted = map[string]bool{}
	for _, edge := range edges {
		fields, _ := edge.(map[string]any)
		node, _ := fields["node"].(map[string]any)
		id, _ := node["id"].(string)
		r.counted[id] = true
	}
	r.event("counted %v, complete %v", slices.Sorted(maps.Keys(r.counted)), r.complete)
}

// check checks that the guard allows what a deployment reaches now.
func (r *reach) check() {
	r.deployed++
	now := r.reached()
	r.event("deployed to %v", slices.Sorted(maps.Keys(now)))
	fail := func(reason string) {
		r.t.Errorf("%s, with the guard %v\n%s", reason, r.guard, strings.Join(r.events, "\n"))
	}
	for id := range now {
		if !r.counted[id] && r.guard != nil {
			fail(id + " was not counted")
		}
		if allowed, ok := r.guard["allowed_endpoint_ids"].([]any); ok && !slices.Contains(allowed, any(id)) {
			fail(id + " is not allowed")
		}
	}
	if limit, ok := r.guard["max_endpoints"].(int); ok && len(now) > limit {
		fail("too many")
	}
	growth, _ := r.guard["max_growth_percent"].(int)
	if set, ok := r.guard["reviewed"].(map[string]any); ok {
		endpoints := endpointsIn(set)
		outside := 0
		for id := range now {
			if endpoints[id] == nil {
				outside++
			}
		}
		if 100*outside > growth*len(endpoints) {
			fail("not reviewed")
		}
	}
	if expected, ok := r.guard["expected_endpoints"].(int); ok && 100*len(now) > expected*(100+growth) {
		fail("more than expected")
	}
}

// randomGuard returns a guard with an upper limit; nil for none.
func (r *reach) randomGuard() map[string]any {
	switch r.random.IntN(6) {
	case 0:
		return map[string]any{"max_endpoints": 1 + r.random.IntN(8)}
	case 1:
		return map[string]any{"expected_endpoints": 1 + r.random.IntN(7), "max_growth_percent": 20 * r.random.IntN(3)}
	case 2:
		var allowed []any
		for id := range r.online {
			if r.random.IntN(4) > 0 {
				allowed = append(allowed, id)
			}
		}
		return map[string]any{"allowed_endpoint_ids": append(allowed, "1")}
	case 3, 4:
		return map[string]any{"reviewed": r.randomReview(), "max_growth_percent": 25 * r.random.IntN(2)}
	default:
		return nil
	}
}

// randomReview returns a reviewed set of some of the endpoints.
func (r *reach) randomReview() map[string]any {
	endpoints := map[string]any{}
	for id := range r.online {
		if r.random.IntN(6) > 0 {
			endpoints[id] = "name of " + id
		}
	}
	targets := targeting.Targets{
		ActionGroup: gateway.Ref{Name: "All Computers"}, EndpointIDs: slices.Collect(maps.Keys(r.online)),
	}
	return map[string]any{
		"endpoints": endpoints, "count": len(endpoints), "complete": true, "truncated": false, "source": "live",
		"counted_at": "2026-03-07T09:00:00Z", "targets": targets.Digest(),
	}
}

// TestRandomReach checks for random histories that no deployment reaches an endpoint that its last
// count did not include, beyond what the guard allows.
func TestRandomReach(t *testing.T) {
	t.Parallel()
	histories := randomCases(30, 60)
	var mutex sync.Mutex
	deployed := 0
	t.Run("all", func(t *testing.T) {
		for seed := range uint64(histories) { //nolint:gosec // a count
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				n := runReach(t, rand.New(rand.NewPCG(seed, 9))) //nolint:gosec // a test's dice
				mutex.Lock()
				defer mutex.Unlock()
				deployed += n
			})
		}
	})
	if deployed*10 < histories {
		t.Errorf("%d of %d histories deployed, so they check nothing", deployed, histories)
	}
}

// runReach runs one history, and returns the number of deployments.
func runReach(t *testing.T, random *rand.Rand) int {
	t.Helper()
	s := newTenant(t, simulator.Options{})
	r := &reach{t: t, tenant: s, random: random, online: map[string]bool{}}
	var targets []any
	for _, id := range strings.Fields(servers + " " + workstations) {
		r.online[id] = true
		targets = append(targets, id)
	}
	r.guard = r.randomGuard()
	s.intercept(t, r.handle)
	config := merged(map[string]any{
		"targets": map[string]any{"action_group": map[string]any{"name": "All Computers"}, "endpoint_ids": targets},
		"wait":    map[string]any{"enabled": false}, "guard": r.guard,
		"on_duplicate": []string{"error", "adopt", "ignore"}[random.IntN(3)],
	})
	if random.IntN(2) == 0 {
		session := newSession(t, s, s)
		planned := session.planned(config, nil)
		if hasError(planned.Diagnostics) {
			return r.deployed
		}
		if _, err := session.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
			TypeName: session.name, Config: session.dynamic(encode(session.kind(), config)),
			PriorState:   session.dynamic(tftypes.NewValue(session.kind(), nil)),
			PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate,
		}); err != nil {
			t.Error(err)
		}
		return r.deployed
	}
	_, _ = newActionSession(t, s, s, simulator.DefaultToken).invoke(t.Context(), deployType, config)
	return r.deployed
}
