// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"errors"
	"slices"
)

// move is what a run plans and does with equal deployments that leave an address or arrive at one:
// a resource was renamed without a moved block, or an element of count has another index. Terraform
// then destroys an object and creates another one, in either order or at the same time.
type move struct {
	// leaves and arrives report what is planned.
	leaves, arrives bool
	// creating counts the creations under way.
	creating int
	// refused reports that a creation failed, and because of which scheduled actions; none stands
	// for another reason.
	refused bool
	because []string
	// removed is the object that was destroyed; nil for none. kept reports that its deployment was
	// not cancelled.
	removed *Handover
	kept    bool
}

// moveOf returns the move with a digest. The caller holds the lock.
func (r *run) moveOf(digest uint64) *move {
	if r.moves[digest] == nil {
		put(&r.moves, digest, &move{})
	}
	return r.moves[digest]
}

// PlanRemove records the plan to destroy an object in the state that nothing, or another
// deployment, replaces. It reports whether the run plans to create the same deployment.
func (r *run) PlanRemove(marker Marker) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	one := r.moveOf(marker.Digest)
	one.leaves = true
	return one.arrives
}

// PlanCreate records the plan to create a deployment that replaces none, or another one. It reports
// whether the run plans to destroy an object with the same deployment; see PlanRemove.
func (r *run) PlanCreate(digest uint64) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	one := r.moveOf(digest)
	one.arrives = true
	return one.leaves
}

// Arrive begins the creation of an object with a deployment that does not ignore others. The error
// is a *Renamed if this run has destroyed an object with it. Otherwise the caller must call end
// with the error of the creation; nil if it has the deployment. It returns that error, or a
// *Renamed if such an object was destroyed meanwhile.
func (r *run) Arrive(digest uint64) (end func(error) error, err error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	one := r.moveOf(digest)
	one.arrives = false
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
		one.refused, one.because = true, causes(err)
		return err
	}, nil
}

// Departure is what becomes of the deployment of an object that is destroyed.
type Departure int

// The departures.
const (
	// Ends: the destroy cancels it.
	Ends Departure = iota
	// Moves: a creation of the same deployment is under way, which takes it or fails because of it.
	Moves
	// Stays: a creation of the same deployment has failed. If the destroy cancelled it, the next
	// run would not find it, and deploy a second time.
	Stays
)

// Leave records that an object in the state is destroyed, and that nothing, or another deployment,
// replaces it. Unless it Stays, the run does not make the same deployment afterwards, except one
// that ignores others.
func (r *run) Leave(left Handover) Departure {
	if left.Marker == (Marker{}) {
		return Ends
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	one, ids := r.moveOf(left.Marker.Digest), ScheduledIDs(left.Parts)
	own := func(id string) bool { return slices.Contains(ids, id) }
	if one.refused && (len(one.because) == 0 || slices.ContainsFunc(one.because, own)) {
		return Stays
	}
	one.leaves, one.removed, one.kept = false, &left, one.creating > 0
	if one.kept {
		return Moves
	}
	return Ends
}

// renamed returns a *Renamed if the run has destroyed an object with a digest. One creation takes
// it: a second one is refused, because two objects would have one action.
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
	left := *one.removed
	one.removed = nil
	r.record(digest, identical{parts: left.Parts, marker: left.Marker, targeted: left.Targeted})
	return &Renamed{Left: left, Kept: one.kept}
}
