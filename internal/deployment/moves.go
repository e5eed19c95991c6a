// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"errors"
	"slices"
)

// move is what a run plans and does with equal deployments of which one is destroyed and another
// one created: a resource was renamed without a moved block, or an element of count has another
// index. Terraform destroys one and creates the other in either order, or at the same time.
type move struct {
	// destroyed are those that the plan destroys, and stops is what that would end. created are
	// those that the plan creates: the tainted ones that they replace, and the zero value for new
	// ones.
	destroyed, created []Marker
	stops              *Stops
	// creating counts the creations under way.
	creating int
	// refused reports that a creation failed, and because of which scheduled actions; none stands
	// for another reason.
	refused   bool
	conflicts []string
	// removed is the object that was destroyed; nil for none.
	removed *removal
}

// removal is the destroy of an object whose deployment a creation of the same run may take.
type removal struct {
	left Handover
	// kept reports that the deployment was not cancelled.
	kept bool
	// taken reports that a creation took it, and failed that the destroy failed before that.
	taken, failed bool
}

// Stops is an action that is not finished, or that recurs, and that a destroy would end.
type Stops struct {
	Parts  []Part
	Recurs bool
}

// moveOf returns the move with a digest. The caller holds the lock.
func (r *run) moveOf(digest uint64) *move {
	if r.moves[digest] == nil {
		put(&r.moves, digest, &move{})
	}
	return r.moves[digest]
}

// PlanRemove records the plan to destroy an object in the state that nothing, or another
// deployment, replaces. stops is what the destroy would end; nil for nothing. It reports
// whether the run plans to create the same deployment.
func (r *run) PlanRemove(marker Marker, stops *Stops) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	one := r.moveOf(marker.Digest)
	if one.destroyed = append(one.destroyed, marker); stops != nil {
		one.stops = stops
	}
	return slices.Contains(one.created, marker) || slices.Contains(one.created, Marker{})
}

// PlanCreate records the plan to create a deployment that replaces none, or another one. If it may
// replace a tainted object with the same deployment, tainted is the marker of that; otherwise the
// zero value. It reports whether the run plans to destroy an object with the same deployment, or
// the tainted one, and what that would stop; see PlanRemove.
func (r *run) PlanCreate(digest uint64, tainted Marker) (moves bool, stops *Stops) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	one := r.moveOf(digest)
	one.created = append(one.created, tainted)
	moves = len(one.destroyed) > 0
	if tainted != (Marker{}) {
		moves = slices.Contains(one.destroyed, tainted)
	}
	if !moves {
		return false, nil
	}
	return true, one.stops
}

// BeginCreate begins the creation of an object with a deployment that does not ignore others. The
// error is a *Renamed if this run has destroyed an object with it, and a *NotDestroyed if that
// failed. Otherwise the caller must call end with the error of the creation; nil if it has the
// deployment. It returns that error, or a *Renamed if such an object was destroyed meanwhile.
func (r *run) BeginCreate(digest uint64) (end func(error) error, err error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	one := r.moveOf(digest)
	one.created = nil
	if err := r.takeRemoved(digest); err != nil {
		return nil, err
	}
	one.creating++
	return func(err error) error {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		one.creating--
		var taken *Renamed
		if err == nil || MayBeMade(err) || errors.As(err, &taken) {
			return err
		}
		if err := r.takeRemoved(digest); err != nil {
			return err
		}
		one.refused, one.conflicts = true, conflictsOf(err)
		return err
	}, nil
}

// DestroyOutcome is what becomes of the deployment of an object that is destroyed.
type DestroyOutcome int

// The outcomes.
const (
	// DestroyCancels: the destroy cancels it.
	DestroyCancels DestroyOutcome = iota
	// DestroyHandsOver: a creation of the same deployment is under way, which takes it
	// or fails because of it.
	DestroyHandsOver
	// DestroyRefused: a creation of the same deployment has failed. If the destroy cancelled it,
	// the next run would not find it, and deploy a second time.
	DestroyRefused
)

// BeginDestroy records that an object in the state is destroyed, and that nothing, or another
// deployment, replaces it; keeps reports that its deployment is not cancelled. Unless it refuses,
// the run does not make the same deployment afterwards, except one that ignores others.
//
// A caller that cancels must call end at the end, with whether that failed. It returns whether a
// creation has taken the deployment: the destroy must then succeed, or two objects would have it.
func (r *run) BeginDestroy(left Handover, keeps bool) (outcome DestroyOutcome, end func(failed bool) (taken bool)) {
	if left.Marker == (Marker{}) {
		return DestroyCancels, func(bool) bool { return false }
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	one, ids := r.moveOf(left.Marker.Digest), ScheduledIDs(left.Parts)
	own := func(id string) bool { return slices.Contains(ids, id) }
	if one.refused && (len(one.conflicts) == 0 || slices.ContainsFunc(one.conflicts, own)) {
		return DestroyRefused, nil
	}
	one.destroyed, one.stops = nil, nil
	removed := &removal{left: left, kept: keeps || one.creating > 0}
	if one.creating > 0 {
		if one.removed != nil { // a creation takes one
			return DestroyCancels, func(bool) bool { return false }
		}
		one.removed = removed
		return DestroyHandsOver, nil
	}
	one.removed = removed
	return DestroyCancels, func(failed bool) bool {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		removed.failed = failed
		return removed.taken
	}
}

// renamed returns a *Renamed if the run has destroyed an object with a digest, and a *NotDestroyed
// if that failed. One creation takes it: a second one is refused, because two objects would have
// one action.
func (r *run) renamed(digest uint64) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.takeRemoved(digest)
}

// takeRemoved is renamed. The caller holds the lock.
func (r *run) takeRemoved(digest uint64) error {
	one := r.moves[digest]
	if one == nil || one.removed == nil {
		return nil
	}
	removed := one.removed
	left := removed.left
	if removed.failed {
		return &NotDestroyed{Left: left}
	}
	one.removed, removed.taken = nil, true
	r.record(digest, identical{parts: left.Parts, marker: left.Marker, targeted: left.Targeted})
	return &Renamed{Left: left, Kept: removed.kept}
}
