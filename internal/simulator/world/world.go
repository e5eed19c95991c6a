// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package world simulates what happens to a fleet: actions are scheduled, issued, run, stopped and
// deleted, and change endpoints. It has no background work. Every call first runs all events that
// are due, in the order of their times. The fleet, the seed, the commands and their times determine
// every result.
//
// It does not depend on GraphQL or HTTP. Of this project it imports only fleet, filter and clock.
package world

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// Options configure a world.
type Options struct {
	Fleet *fleet.Fleet
	Clock *clock.Clock
	// Seed is the seed of all drawn durations.
	Seed uint64
	// RequireApproval requires that another user approves a scheduled action before it issues
	// actions.
	RequireApproval bool
	// Unknowns choose behavior that Tanium's documentation leaves open.
	Unknowns Unknowns
	// Tokens are accepted in addition to those of the fleet's users; they belong to the first user.
	Tokens []string
	// Began is the start time of the world; zero for now. It is in the past when a journal is
	// replayed.
	Began time.Time
	// Journal stores the commands; nil for none.
	Journal Journal
}

// World is a fleet over time. It is safe for concurrent use.
type World struct {
	options Options
	mutex   sync.Mutex
	fleet   *fleet.Fleet // current; groups and registrations change
	began   time.Time
	tokens  []*Token
	created int // groups and tokens, which share a sequence of IDs

	now       time.Time // of the last event; never after the clock
	events    events
	sequence  int
	scheduled []*ScheduledAction // in the order of their IDs
	actions   []*Action          // in the order of their IDs
	overlays  map[string]fleet.Overlay
	runs      map[string][]*run // by endpoint, in the order in which they were offered
	endpoints []*fleet.Endpoint
	accepted  int // accepted deployments
	ended     bool
}

// The first IDs. The two sequences are far apart, so that the ID of a scheduled action never names
// an action (API.md#action-ids).
const (
	firstScheduledAction = 88001
	firstAction          = 6112010
)

// New returns a world that starts at Options.Began or at the clock's time.
func New(options Options) *World {
	w := &World{
		options:   options,
		fleet:     options.Fleet,
		began:     options.Began,
		overlays:  map[string]fleet.Overlay{},
		runs:      map[string][]*run{},
		endpoints: options.Fleet.Endpoints,
	}
	if w.began.IsZero() {
		w.began = options.Clock.Now()
	}
	w.now = w.began
	for _, endpoint := range options.Fleet.Endpoints {
		if endpoint.Offline && endpoint.OnlineAfter > 0 {
			w.schedule(w.now.Add(endpoint.OnlineAfter), func() { w.setOnline(endpoint, true) })
		}
	}
	w.addFleetTokens()
	return w
}

// Now returns the simulated time.
func (w *World) Now() time.Time { return w.options.Clock.Now() }

// Fleet returns the fleet with the current groups and registrations. The value never changes: a
// change makes a new fleet.
func (w *World) Fleet() *fleet.Fleet {
	defer w.lock()()
	return w.fleet
}

// Began returns the start time of the world.
func (w *World) Began() time.Time { return w.began }

// Unknowns returns the unknowns of the world's options.
func (w *World) Unknowns() Unknowns { return w.options.Unknowns }

// Endpoints returns the matching endpoints in the order of the fleet, optionally only those online.
// A nil matcher matches all.
func (w *World) Endpoints(match filter.Matcher, onlineOnly bool) []fleet.Subject {
	defer w.lock()()
	var found []fleet.Subject
	if match == nil { // a slice that grows is copied again and again
		found = make([]fleet.Subject, 0, len(w.endpoints))
	}
	for _, endpoint := range w.endpoints {
		now := w.subject(endpoint)
		if (!onlineOnly || now.Overlay.Online) && (match == nil || match(now)) {
			runs := w.runsOf(endpoint) // the snapshot outlives the lock
			now.Overlay.Runs = func() []fleet.Run { return runs }
			found = append(found, now)
		}
	}
	return found
}

// Population returns the number of endpoints, optionally only of those online.
func (w *World) Population(onlineOnly bool) int {
	defer w.lock()()
	count := 0
	for _, endpoint := range w.endpoints {
		if !onlineOnly || w.overlay(endpoint).Online {
			count++
		}
	}
	return count
}

// Change is a change of an endpoint by a control call. Nil fields change nothing.
type Change struct {
	ID      string                `json:"id"`
	Online  *bool                 `json:"online"`
	Sensors map[string]fleet.Rows `json:"sensors"`
}

// Disturb changes endpoints. It changes nothing if one of them does not exist.
func (w *World) Disturb(changes []Change) error {
	defer w.lock()()
	for i, change := range changes {
		where := fmt.Sprintf("endpoint %d", i+1)
		if w.fleet.Endpoint(change.ID) == nil {
			return fmt.Errorf("%s: id: there is no endpoint %q", where, change.ID)
		}
		if change.Online == nil && len(change.Sensors) == 0 {
			return fmt.Errorf("%s: online or sensors must be given", where)
		}
		if err := w.fleet.CheckReadings(change.Sensors, where+": sensors"); err != nil {
			return err
		}
	}
	_, err := w.execute(Command{Disturb: changes})
	return err
}

func (w *World) disturb(changes []Change) {
	for _, change := range changes {
		endpoint := w.fleet.Endpoint(change.ID)
		w.setReadings(endpoint, change.Sensors)
		if change.Online != nil {
			w.setOnline(endpoint, *change.Online)
		}
	}
}

// runsOf returns the runs of an endpoint as it knows them now.
func (w *World) runsOf(endpoint *fleet.Endpoint) []fleet.Run {
	runs := make([]fleet.Run, len(w.runs[endpoint.ID]))
	for i, r := range w.runs[endpoint.ID] {
		runs[i] = r.runAt(w.now)
	}
	return runs
}

// subject returns an endpoint as a filter reads it. It is valid as long as the caller holds the
// lock.
func (w *World) subject(endpoint *fleet.Endpoint) fleet.Subject {
	overlay := w.overlay(endpoint)
	overlay.Runs = func() []fleet.Run { return w.runsOf(endpoint) }
	overlay.JoinedStatuses = w.options.Unknowns.JoinedStatuses
	overlay.SucceededStatuses = w.options.Unknowns.SucceededStatuses
	return fleet.Subject{Fleet: w.fleet, Endpoint: endpoint, Overlay: overlay, Now: w.Now()}
}

func (w *World) overlay(endpoint *fleet.Endpoint) fleet.Overlay {
	if overlay, changed := w.overlays[endpoint.ID]; changed {
		return overlay
	}
	return fleet.Overlay{Online: !endpoint.Offline}
}

// setReadings merges readings into an endpoint's overlay. It makes a new map, because snapshots
// share the old one.
func (w *World) setReadings(endpoint *fleet.Endpoint, readings map[string]fleet.Rows) {
	if len(readings) == 0 {
		return
	}
	overlay := w.overlay(endpoint)
	merged := make(map[string]fleet.Rows, len(overlay.Readings)+len(readings))
	for name, rows := range overlay.Readings {
		merged[name] = rows
	}
	for name, rows := range readings {
		merged[name] = rows
	}
	overlay.Readings = merged
	w.overlays[endpoint.ID] = overlay
}

// restoreReadings makes the changed sensors of an endpoint read again what they read before.
func (w *World) restoreReadings(endpoint *fleet.Endpoint, changed, before map[string]fleet.Rows) {
	overlay := w.overlay(endpoint)
	restored := maps.Clone(overlay.Readings)
	for name := range changed {
		if rows, ok := before[name]; ok {
			restored[name] = rows
		} else {
			delete(restored, name) // what the fleet says
		}
	}
	overlay.Readings = restored
	w.overlays[endpoint.ID] = overlay
}

// setOnline connects or disconnects an endpoint. An endpoint that connects starts the open actions
// that target it. One that disconnects does not start those that it waits for; what it has started
// continues.
func (w *World) setOnline(endpoint *fleet.Endpoint, online bool) {
	overlay := w.overlay(endpoint)
	if overlay.Online == online {
		return
	}
	overlay.Online = online
	w.overlays[endpoint.ID] = overlay
	if !online {
		for _, r := range w.runs[endpoint.ID] {
			if r.action.open(w.now) && r.state(w.now) == fleet.Waiting {
				r.steps, r.action.counted = nil, nil
			}
		}
		return
	}
	for _, action := range w.actions {
		if action.open(w.now) {
			w.offer(action, endpoint, w.now)
		}
	}
}

// draw returns a duration within a span. The seed and the keys determine it.
func (w *World) draw(span fleet.Span, keys ...string) time.Duration {
	if span.Max <= span.Min {
		return span.Min
	}
	hash := fnv.New64a()
	_, _ = fmt.Fprint(hash, w.options.Seed, keys)
	return span.Min + time.Duration(hash.Sum64()%uint64(span.Max-span.Min)) //nolint:gosec // the span is positive
}

// find returns the element of a list with an ID.
func find[T any](list []T, id string, idOf func(T) string) (T, bool) {
	i := slices.IndexFunc(list, func(each T) bool { return idOf(each) == id })
	if i < 0 {
		var none T
		return none, false
	}
	return list[i], true
}

func numberedID(first, n int) string { return strconv.Itoa(first + n) }
