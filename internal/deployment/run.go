// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"slices"
	"sync"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// run records what one run of the provider deploys, keeps and adopts, and what it knows of the
// objects in the state. It is part of a Dispatcher. It is safe for concurrent use.
type run struct {
	mutex   sync.Mutex
	markers map[Marker]bool   // markers of this run's deployments
	kept    map[string]bool   // scheduled actions that this run leaves in Tanium, by ID
	adopted map[string]uint64 // the latest adoption of a scheduled action, by its ID
	planned map[string]plan   // what this run plans for scheduled actions in the state, by ID

	moves map[uint64]*move // deployments that are destroyed and created, by digest

	held         map[Marker]bool        // deployments in the state
	handovers    map[uint64][]Handover  // deployments that a creation is to take over, by digest
	expectations map[uint64]Expectation // what refreshes found of failed creations, by digest

	dispatching map[uint64]chan struct{} // dispatches under way, by digest; closed at their end
	done        map[uint64]identical     // what this run deployed or adopted, by digest

	cancelling map[string]*cancellation // cancellations under way, by scheduled action
	cancelled  map[string][]string      // IDs of scheduled actions that this run cancelled, by name
}

// put sets a value in a map that is nil while it is empty.
func put[K comparable, V any](in *map[K]V, key K, value V) {
	if *in == nil {
		*in = map[K]V{}
	}
	(*in)[key] = value
}

// deploy records the marker of a deployment.
func (r *run) deploy(marker Marker) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	put(&r.markers, marker, true)
}

// made reports whether this run sent the deployment with a marker.
func (r *run) made(marker Marker) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.markers[marker]
}

// others returns the open attempts that this run neither made nor keeps.
func (r *run) others(all []attempt) []attempt {
	return slices.DeleteFunc(r.strangers(all), func(one attempt) bool { return !one.open() })
}

// strangers returns the attempts that this run neither made nor keeps.
func (r *run) strangers(all []attempt) []attempt {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(all), func(one attempt) bool {
		return r.markers[one.marker()] ||
			slices.ContainsFunc(one, func(s *gateway.ScheduledAction) bool { return r.kept[s.Id] })
	})
}
