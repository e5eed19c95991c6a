// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "slices"

// The methods in this file tell the run what happens to the objects in the state, which have
// scheduled actions.

// Hold records a deployment that the state has.
func (r *run) Hold(marker Marker) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	put(&r.held, marker, true)
}

// Release records that the state does not have a deployment any more.
func (r *run) Release(marker Marker) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	delete(r.held, marker)
}

// Holds reports whether the state has the deployment with a marker. The zero value is none.
func (r *run) Holds(marker Marker) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.held[marker]
}

// HoldsDigest reports whether the state has a deployment with a digest.
func (r *run) HoldsDigest(digest uint64) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for marker := range r.held {
		if marker.Digest == digest {
			return true
		}
	}
	return false
}

// Keep records scheduled actions that this run leaves in Tanium. They are not duplicates of its
// deployments: with on_destroy = "keep", a replacement is deployed beside the scheduled action that
// it replaces.
func (r *run) Keep(ids []string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, id := range ids {
		put(&r.kept, id, true)
	}
}

// plan is what is planned for a scheduled action. Both of cancel and keep are true if objects of
// the state share it. imported and held report an object that is being imported, and another one.
type plan struct{ cancel, keep, imported, held bool }

// PlanCancel records the plan to destroy an object in the state, which cancels its scheduled
// actions. It returns those that another object has, which is planned to stay. Two objects can have
// the same scheduled action after an apply with create_before_destroy: the new object adopts the
// scheduled action, and the apply ends before Terraform destroys the old object.
func (r *run) PlanCancel(ids []string) []string {
	return r.plan(ids, func(p *plan) { p.cancel = true }, plan.cancelsAndKeeps)
}

// PlanKeep records that an object in the state is planned to stay, with its scheduled actions. It
// returns those of another object that is planned to be destroyed; see PlanCancel.
func (r *run) PlanKeep(ids []string) []string {
	return r.plan(ids, func(p *plan) { p.keep = true }, plan.cancelsAndKeeps)
}

// Share records that an object has scheduled actions: one that this run imports, or one of the
// state. It returns those that both have, in whichever order Terraform plans the two.
func (r *run) Share(ids []string, imported bool) []string {
	return r.plan(ids, func(p *plan) {
		p.imported, p.held = p.imported || imported, p.held || !imported
	}, plan.importsHeld)
}

// plan records something that is planned for scheduled actions, and returns those of which the
// record now has a conflict.
func (r *run) plan(ids []string, record func(*plan), conflict func(plan) bool) (conflicts []string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, id := range ids {
		planned := r.planned[id]
		record(&planned)
		put(&r.planned, id, planned)
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

// cancellation is the cancellation of a scheduled action, possibly of several objects that have it.
type cancellation struct {
	count int           // objects
	ended chan struct{} // closed when all have ended
}

// Adopted reports whether this run adopted each of some scheduled actions after the given adoption;
// see BeginCancel, which refuses to cancel them.
func (r *run) Adopted(ids []string, adoption uint64) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return !slices.ContainsFunc(ids, func(id string) bool { return !r.adoptedAfter(id, adoption) })
}

// adoptedAfter reports whether this run adopted a scheduled action after an adoption. The caller
// holds the lock.
func (r *run) adoptedAfter(id string, adoption uint64) bool {
	latest := r.adopted[id]
	return latest != 0 && latest != adoption
}

// BeginCancel announces the cancellation of a scheduled action. It returns a function that ends the
// announcement, whether the cancellation succeeded or not, and that the caller must call. It
// returns false if this run adopted the scheduled action after the given adoption; 0 stands for
// none. A resource with that adoption must then not cancel it: with create_before_destroy, the
// replacement adopts the scheduled action, and Terraform then destroys the old object. Between the
// two calls, no deployment of this run adopts it.
func (r *run) BeginCancel(id string, adoption uint64) (end func(), ok bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.adoptedAfter(id, adoption) {
		return nil, false
	}
	under := r.cancelling[id]
	if under == nil {
		under = &cancellation{ended: make(chan struct{})}
		put(&r.cancelling, id, under)
	}
	under.count++
	return func() {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		if under.count--; under.count == 0 {
			delete(r.cancelling, id)
			close(under.ended)
		}
	}, true
}

// claim records an adoption of scheduled actions; 0 records none. If this run is cancelling one of
// them, claim records nothing and returns a channel that is closed when that cancellation has
// ended. Otherwise it returns nil, and BeginCancel refuses to cancel an adopted one.
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
	for _, id := range ids {
		put(&r.adopted, id, adoption)
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

// RecordCancelled records that this run cancelled a scheduled action, by the name of its
// deployment.
func (r *run) RecordCancelled(name, id string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	put(&r.cancelled, name, append(r.cancelled[name], id))
}

// CancelledAs returns the scheduled actions that this run cancelled under a name. A deployment with
// the same name was probably to replace them: Terraform does not tell what a new object replaces.
func (r *run) CancelledAs(name string) []string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Clone(r.cancelled[name])
}
