// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"slices"
	"sync"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// run records what one run of the provider deploys, keeps and adopts. It is safe for concurrent
// use.
type run struct {
	mutex   sync.Mutex
	markers map[Marker]bool   // markers of this run's deployments
	kept    map[string]bool   // scheduled actions that this run leaves in Tanium, by ID
	adopted map[string]uint64 // the latest adoption of a scheduled action, by its ID
	planned map[string]plan   // what this run plans for scheduled actions in the state, by ID

	held         map[Marker]bool        // deployments in the state
	handovers    map[uint64][]Handover  // deployments that a creation is to take over, by digest
	expectations map[uint64]Expectation // what refreshes found of failed creations, by digest

	dispatching map[uint64]chan struct{} // dispatches under way, by digest; closed at their end
	done        map[uint64]identical     // what this run deployed or adopted, by digest

	cancelling map[string]*cancellation // cancellations under way, by scheduled action
	cancelled  map[string][]string      // IDs of scheduled actions that this run cancelled, by name
}

// cancellation is the cancellation of a scheduled action, possibly of several objects that have it.
type cancellation struct {
	count int           // objects
	ended chan struct{} // closed when all have ended
}

// plan is what is planned for a scheduled action. Both of cancel and keep are true if objects of
// the state share it. imported and held report an object that is being imported, and another one.
type plan struct{ cancel, keep, imported, held bool }

// deploy records the marker of a deployment.
func (r *run) deploy(marker Marker) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.markers == nil {
		r.markers = map[Marker]bool{}
	}
	r.markers[marker] = true
}

// keep records scheduled actions that remain in Tanium.
func (r *run) keep(ids []string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.kept == nil {
		r.kept = map[string]bool{}
	}
	for _, id := range ids {
		r.kept[id] = true
	}
}

// claim records an adoption of scheduled actions; 0 records none. If this run is cancelling one of
// them, claim records nothing and returns a channel that is closed when that cancellation has
// ended. Otherwise it returns nil, and beginCancel refuses to cancel an adopted one.
func (r *run) claim(ids []string, adoption uint64) (cancelled <-chan struct{}) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, id := range ids {
		if under := r.cancelling[id]; under != nil {
			return under.ended
		}
	}
	if adoption == 0 {
		return nil
	}
	if r.adopted == nil {
		r.adopted = map[string]uint64{}
	}
	for _, id := range ids {
		r.adopted[id] = adoption
	}
	return nil
}

// disclaim takes an adoption back.
func (r *run) disclaim(ids []string, adoption uint64) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, id := range ids {
		if r.adopted[id] == adoption {
			delete(r.adopted, id)
		}
	}
}

// beginCancel records that this run begins to cancel a scheduled action, unless it was adopted
// after the given adoption.
func (r *run) beginCancel(id string, adoption uint64) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if latest := r.adopted[id]; latest != 0 && latest != adoption {
		return false
	}
	if r.cancelling == nil {
		r.cancelling = map[string]*cancellation{}
	}
	under := r.cancelling[id]
	if under == nil {
		under = &cancellation{ended: make(chan struct{})}
		r.cancelling[id] = under
	}
	under.count++
	return true
}

// endCancel records that a cancellation has ended, whether it succeeded or not.
func (r *run) endCancel(id string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	under := r.cancelling[id]
	if under.count--; under.count == 0 {
		delete(r.cancelling, id)
		close(under.ended)
	}
}

// cancel records that this run cancelled a scheduled action.
func (r *run) cancel(name, id string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.cancelled == nil {
		r.cancelled = map[string][]string{}
	}
	r.cancelled[name] = append(r.cancelled[name], id)
}

// cancelledAs returns the scheduled actions with a name that this run cancelled.
func (r *run) cancelledAs(name string) []string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Clone(r.cancelled[name])
}

// plan records something that is planned for scheduled actions, and returns those of which the
// record now has a conflict.
func (r *run) plan(ids []string, record func(*plan), conflict func(plan) bool) (conflicts []string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.planned == nil {
		r.planned = map[string]plan{}
	}
	for _, id := range ids {
		planned := r.planned[id]
		record(&planned)
		r.planned[id] = planned
		if conflict(planned) {
			conflicts = append(conflicts, id)
		}
	}
	return conflicts
}

// cancelsAndKeeps reports whether objects that share a scheduled action cancel it and keep it.
func (p plan) cancelsAndKeeps() bool { return p.cancel && p.keep }

// importsHeld reports whether a scheduled action is imported that another object has.
func (p plan) importsHeld() bool { return p.imported && p.held }

// others returns the open attempts that this run neither made nor keeps.
func (r *run) others(all []attempt) []attempt {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(all), func(one attempt) bool {
		return !one.open() || r.ours(one)
	})
}

// handOver records a deployment that a creation of this run is to take over.
func (r *run) handOver(left Handover) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.handovers == nil {
		r.handovers = map[uint64][]Handover{}
	}
	digest := left.Marker.Digest
	r.handovers[digest] = append(r.handovers[digest], left)
}

// handed reports whether a deployment with a digest waits to be taken.
func (r *run) handed(digest uint64) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return len(r.handovers[digest]) > 0
}

// take returns the first deployment with a digest that was handed over, once.
func (r *run) take(digest uint64) (Handover, bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	waiting := r.handovers[digest]
	if len(waiting) == 0 {
		return Handover{}, false
	}
	r.handovers[digest] = waiting[1:]
	taken := waiting[0]
	r.record(digest, identical{parts: taken.Parts, marker: taken.Marker, targeted: taken.Targeted})
	return taken, true
}

// expect records what a refresh found.
func (r *run) expect(digest uint64, expected Expectation) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.expectations == nil {
		r.expectations = map[uint64]Expectation{}
	}
	r.expectations[digest] = expected
}

// expected returns what a refresh found of a deployment with a digest.
func (r *run) expected(digest uint64) (Expectation, bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	expected, ok := r.expectations[digest]
	return expected, ok
}

// hold records a deployment in the state.
func (r *run) hold(marker Marker) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.held == nil {
		r.held = map[Marker]bool{}
	}
	r.held[marker] = true
}

// release records that the state does not have a deployment any more.
func (r *run) release(marker Marker) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	delete(r.held, marker)
}

// expectsAny reports whether a refresh found a deployment whose creation failed.
func (r *run) expectsAny() bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return len(r.expectations) > 0
}

// holds reports whether the state has a deployment with a digest.
func (r *run) holds(digest uint64) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for marker := range r.held {
		if marker.Digest == digest {
			return true
		}
	}
	return false
}

// strangers returns the attempts that this run neither made nor keeps.
func (r *run) strangers(all []attempt) []attempt {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(all), r.ours)
}

// inState reports whether the state has the deployment with a marker.
func (r *run) inState(marker Marker) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.held[marker]
}

// ours reports whether this run made or keeps an attempt. The caller holds the lock.
func (r *run) ours(one attempt) bool {
	return r.markers[one.marker()] ||
		slices.ContainsFunc(one, func(s *gateway.ScheduledAction) bool { return r.kept[s.Id] })
}
