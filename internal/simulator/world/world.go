// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package world is what happens to a fleet: actions that are scheduled, issued, run by endpoints,
// stopped and deleted, and what they leave behind. It has no background work. Whatever is asked is
// answered from the fleet, the commands so far and the time, by letting all events that are due
// happen first, in the order of their times; so two runs with one seed and the same commands at the
// same times agree.
//
// It knows nothing of GraphQL and HTTP, and imports fleet, filter and clock alone.
package world

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// Options shape a world.
type Options struct {
	Fleet *fleet.Fleet
	Clock *clock.Clock
	// Seed of every duration drawn.
	Seed uint64
	// RequireApproval holds scheduled actions back until another user approves them.
	RequireApproval bool
	// Unknowns choose what Tanium's documentation leaves open.
	Unknowns Unknowns
	// Tokens accepted besides those of the fleet's users; they are the first user's.
	Tokens []string
	// Began is when the world began; zero for now. It is before now where a journal is replayed.
	Began time.Time
	// Journal keeps commands; nil for nowhere.
	Journal Journal
}

// World is a fleet over time. It is safe for concurrent use.
type World struct {
	options Options
	mutex   sync.Mutex
	fleet   *fleet.Fleet // as it is now: groups and registrations come and go
	began   time.Time
	tokens  []*Token
	created int // groups

	now       time.Time // of the last event; never after the clock
	events    events
	sequence  int
	scheduled []*ScheduledAction // in the order of their IDs
	actions   []*Action          // in the order of their IDs
	overlays  map[string]fleet.Overlay
	runs      map[string][]*run // by endpoint, in the order in which they were offered
	endpoints []*fleet.Endpoint
	accepted  int // deployments accepted
	ended     bool
}

// First IDs. The two sequences are far apart, so that a scheduled action's ID taken for an action's
// finds nothing (API.md#action-ids).
const (
	firstScheduledAction = 88001
	firstAction          = 6112010
)

// New makes a world at the clock's time, or at the time that is given.
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

// Now is the simulated time.
func (w *World) Now() time.Time { return w.options.Clock.Now() }

// Fleet is what there is, with the groups and registrations of the moment. It is never changed: a
// change makes another one.
func (w *World) Fleet() *fleet.Fleet {
	defer w.lock()()
	return w.fleet
}

// Began is when the world began.
func (w *World) Began() time.Time { return w.began }

// Unknowns are the choices this world was made with.
func (w *World) Unknowns() Unknowns { return w.options.Unknowns }

// Endpoint is an endpoint as it is now.
type Endpoint struct {
	fleet.Subject
}

// Endpoints are those that match, in the order of the fleet; nil matches all. Only those online,
// where that is asked.
func (w *World) Endpoints(match filter.Matcher, onlineOnly bool) []Endpoint {
	defer w.lock()()
	var found []Endpoint
	for _, endpoint := range w.endpoints {
		now := w.subject(endpoint)
		if (!onlineOnly || now.Overlay.Online) && (match == nil || match(now)) {
			found = append(found, Endpoint{now})
		}
	}
	return found
}

// Population is how many endpoints there are; only those online, where that is asked.
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

// Change is what a test or a demonstration does to an endpoint; nil fields leave things as they
// are.
type Change struct {
	ID      string                `json:"id"`
	Online  *bool                 `json:"online"`
	Sensors map[string]fleet.Rows `json:"sensors"`
}

// Disturb changes endpoints. Nothing is changed if one of them does not exist.
func (w *World) Disturb(changes []Change) error {
	defer w.lock()()
	for _, change := range changes {
		if w.fleet.Endpoint(change.ID) == nil {
			return fmt.Errorf("there is no endpoint %q", change.ID)
		}
		if err := w.fleet.CheckReadings(change.Sensors, "endpoint "+change.ID); err != nil {
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

func (w *World) subject(endpoint *fleet.Endpoint) fleet.Subject {
	overlay := w.overlay(endpoint)
	for _, r := range w.runs[endpoint.ID] {
		overlay.Runs = append(overlay.Runs, r.runAt(w.now))
	}
	overlay.JoinedStatuses = w.options.Unknowns.JoinedStatuses
	return fleet.Subject{Fleet: w.fleet, Endpoint: endpoint, Overlay: overlay, Now: w.Now()}
}

func (w *World) overlay(endpoint *fleet.Endpoint) fleet.Overlay {
	if overlay, changed := w.overlays[endpoint.ID]; changed {
		return overlay
	}
	return fleet.Overlay{Online: !endpoint.Offline}
}

// record puts readings over those there were. The maps are never changed once they are handed out.
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

// setOnline connects an endpoint, which then begins the open actions that target it, or disconnects
// it.
func (w *World) setOnline(endpoint *fleet.Endpoint, online bool) {
	overlay := w.overlay(endpoint)
	if overlay.Online == online {
		return
	}
	overlay.Online = online
	w.overlays[endpoint.ID] = overlay
	if !online {
		return
	}
	for _, action := range w.actions {
		if action.open(w.now) {
			w.offer(action, endpoint, w.now)
		}
	}
}

// draw is a duration within a span, the same for one seed and the same words every time.
func (w *World) draw(span fleet.Span, keys ...string) time.Duration {
	if span.Max <= span.Min {
		return span.Min
	}
	hash := fnv.New64a()
	_, _ = fmt.Fprint(hash, w.options.Seed, keys)
	return span.Min + time.Duration(hash.Sum64()%uint64(span.Max-span.Min)) //nolint:gosec // a span is positive here
}

// find is the one of a list that is in the order of IDs.
func find[T any](list []T, id string, idOf func(T) string) (T, bool) {
	i := slices.IndexFunc(list, func(each T) bool { return idOf(each) == id })
	if i < 0 {
		var none T
		return none, false
	}
	return list[i], true
}

func numberedID(first, n int) string { return strconv.Itoa(first + n) }
