// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

// The methods in this file tell the run what happens to the objects in the state, which have
// scheduled actions.

// Keep records scheduled actions that this run leaves in Tanium. They are not duplicates of its
// deployments: with on_destroy = "keep", a replacement is deployed beside the scheduled action that
// it replaces.
func (d *Dispatcher) Keep(ids []string) { d.run.keep(ids) }

// BeginCancel announces the cancellation of a scheduled action. It returns a function that ends the
// announcement, and that the caller must call. It returns false if this run adopted the scheduled
// action after the given adoption; 0 stands for none. A resource with that adoption must then not
// cancel it: with create_before_destroy, the replacement adopts the scheduled action, and Terraform
// then destroys the old object. Between the two calls, no deployment of this run adopts it.
func (d *Dispatcher) BeginCancel(scheduledActionID string, adoption uint64) (end func(), ok bool) {
	if !d.run.beginCancel(scheduledActionID, adoption) {
		return nil, false
	}
	return func() { d.run.endCancel(scheduledActionID) }, true
}

// PlanCancel records the plan to destroy an object in the state, which cancels its scheduled
// actions. It returns those that another object has, which is planned to stay. Two objects can have
// the same scheduled action after an apply with create_before_destroy: the new object adopts the
// scheduled action, and the apply ends before Terraform destroys the old object.
func (d *Dispatcher) PlanCancel(scheduledActionIDs []string) []string {
	return d.run.plan(scheduledActionIDs, func(p *plan) { p.cancel = true }, plan.cancelsAndKeeps)
}

// PlanKeep records that an object in the state is planned to stay, with its scheduled actions. It
// returns those of another object that is planned to be destroyed; see PlanCancel.
func (d *Dispatcher) PlanKeep(scheduledActionIDs []string) []string {
	return d.run.plan(scheduledActionIDs, func(p *plan) { p.keep = true }, plan.cancelsAndKeeps)
}

// Share records that an object has scheduled actions: one that this run imports, or one of the
// state. It returns those that both have, in whichever order Terraform plans the two.
func (d *Dispatcher) Share(scheduledActionIDs []string, imported bool) []string {
	return d.run.plan(scheduledActionIDs, func(p *plan) {
		p.imported, p.held = p.imported || imported, p.held || !imported
	}, plan.importsHeld)
}

// RecordCancelled records that this run cancelled a scheduled action, by the name of its
// deployment.
func (d *Dispatcher) RecordCancelled(name, scheduledActionID string) {
	d.run.cancel(name, scheduledActionID)
}

// CancelledAs returns the scheduled actions that this run cancelled under a name. A deployment with
// the same name was probably to replace them: Terraform does not tell what a new object replaces.
func (d *Dispatcher) CancelledAs(name string) []string { return d.run.cancelledAs(name) }
