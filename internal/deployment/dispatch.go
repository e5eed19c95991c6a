// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Dispatcher sends each deployment once. One Dispatcher serves a whole run of the provider, so that
// it recognizes the run's own deployments. It is safe for concurrent use.
type Dispatcher struct {
	// Client sends the requests.
	Client *gateway.Client
	// Clock times the pauses between two searches for a deployment whose answer was lost.
	Clock Clock
	// Random is the source of random bytes, which make markers unique.
	Random io.Reader

	run run
}

// Dispatched is the result of a dispatch.
type Dispatched struct {
	// Parts are the parts of the deployment.
	Parts []Part
	// Adopted are the scheduled actions that were adopted from another deployment; nil for none.
	Adopted []Existing
	// Adoption identifies this adoption among adoptions of the same scheduled actions; 0 for none.
	Adoption uint64
	// Cancelled are the scheduled actions that this dispatch made and then cancelled, because an
	// identical older deployment takes precedence or because the request was carried out more than
	// once; nil for none.
	Cancelled []string
	// Replaced are the scheduled actions of an identical failed deployment that was cancelled
	// before this one was sent; nil for none.
	Replaced []Existing
	// Marker is the marker in the comment of the deployment.
	Marker Marker
	// MarkerLost reports that the comment on the server lacks the marker, or that a search does not
	// find it. On such a server, a deployment whose answer is lost cannot be found.
	MarkerLost bool
	// Unchecked is the reason why the search for an identical simultaneous deployment failed; nil
	// if the search succeeded.
	Unchecked error
}

// Dispatch sends a deployment once. An interrupt prevents it until the request has a connection.
// After that, Dispatch waits for the answer up to the client's request timeout despite an
// interrupt, because only the answer has the IDs of the deployment. If no answer comes, Dispatch
// searches for the marker.
//
// Before it sends, Dispatch searches for an identical open deployment of another run. Afterwards it
// searches again, because another run may have deployed at the same time; the older deployment then
// stays. The error is a *Duplicate, an *Uncertain or a *Multiple, or an error after which nothing
// was deployed.
func (d *Dispatcher) Dispatch(ctx context.Context, prepared Prepared, duplicates Duplicates) (Dispatched, error) {
	request := prepared.Request
	input := request.input(prepared.Spec)
	targeted := 0
	if prepared.Reach != nil {
		targeted = prepared.Reach.Count
	}
	marker, err := newMarker(request.redacted(prepared.Spec), request.Triggers, targeted, d.Random)
	if err != nil {
		return Dispatched{}, err
	}
	input.Comment = marker.comment(request.Comment)
	var replaced []Existing
	var finished []Marker
	if duplicates.On != DuplicateIgnore {
		all, err := marker.attempts(ctx, d.Client)
		if err != nil {
			return Dispatched{}, err
		}
		others := d.run.others(all)
		if others, finished, err = d.unfinished(ctx, others, duplicates); err != nil {
			return Dispatched{}, err
		}
		if replaced, err = d.cancelFailed(ctx, others, duplicates); err != nil {
			return Dispatched{Replaced: replaced}, err
		}
		if len(others) > 0 && replaced == nil {
			return d.adoptOrFail(ctx, others, duplicates.On, maxScheduledActions(input), nil)
		}
	}
	if err := ctx.Err(); err != nil {
		return Dispatched{Replaced: replaced}, err
	}
	// Both a deployment and an error may be set: the deployment could then not be cancelled.
	dispatched, err := d.send(ctx, marker, input)
	if err == nil {
		dispatched, err = d.checkSimultaneous(ctx, dispatched, duplicates.On, maxScheduledActions(input), finished)
	}
	dispatched.Replaced = replaced
	return dispatched, err
}

// unfinished returns the attempts that are not finished, and the markers of the others. An attempt
// that Tanium does not show counts as unfinished.
func (d *Dispatcher) unfinished(
	ctx context.Context, others []attempt, duplicates Duplicates,
) (left []attempt, finished []Marker, err error) {
	if duplicates.Finished == nil {
		return others, nil, nil
	}
	for _, other := range others {
		parts, found, err := ReadAll(ctx, d.Client, other.parts())
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(found, false) || !duplicates.Finished(parts, targetedOf(other[0].Comment)) {
			left = append(left, other)
			continue
		}
		finished = append(finished, other.marker())
	}
	return left, finished, nil
}

// cancelFailed cancels the only deployment that could be adopted if it has failed, because adopting
// it would fail the apply. With create_before_destroy, this is the deployment that is being
// replaced. It returns the cancelled scheduled actions, also with an error; nil for none.
func (d *Dispatcher) cancelFailed(
	ctx context.Context, others []attempt, duplicates Duplicates,
) ([]Existing, error) {
	if duplicates.On != DuplicateAdopt || duplicates.Failed == nil || len(others) != 1 {
		return nil, nil
	}
	parts, _, err := ReadAll(ctx, d.Client, others[0].parts())
	if err != nil || !duplicates.Failed(parts, targetedOf(others[0][0].Comment)) {
		return nil, err
	}
	existing := describeAttempts(ctx, d.Client, others)
	for i, part := range parts {
		if _, err := Cancel(ctx, d.Client, part); err != nil {
			return existing[:i], err
		}
	}
	return existing, nil
}

// send sends the deployment. If the answer does not prove whether it was carried out, send searches
// for it.
func (d *Dispatcher) send(ctx context.Context, marker Marker, input gateway.ActionPerformInput) (Dispatched, error) {
	d.run.deploy(marker)
	performed, err := d.Client.PerformAction(ctx, input)
	if err != nil {
		var failure *gateway.Error
		if !errors.As(err, &failure) || !failure.Ambiguous() {
			return Dispatched{}, err
		}
		return d.search(ctx, marker, input, failure)
	}
	dispatched := Dispatched{Parts: make([]Part, len(performed)), Marker: marker}
	for i, each := range performed {
		dispatched.Parts[i] = Part{ScheduledActionID: each.ScheduledAction.Id, Platforms: each.Platforms}
		dispatched.Parts[i].takeSchedule(&each.ScheduledAction)
		dispatched.MarkerLost = dispatched.MarkerLost || !marker.in(each.ScheduledAction.Comment)
	}
	return dispatched, nil
}

// searchDelays returns the pauses before the searches for a marker. A request may take effect after
// its connection broke.
func searchDelays() []time.Duration {
	return []time.Duration{0, 2 * time.Second, 3 * time.Second, 5 * time.Second}
}

// search searches for a deployment whose answer is missing, ambiguous or a refusal. Even a refusal
// is not certain: a proxy may have replaced Tanium's answer, or the error may come from reading the
// new objects. A refusal is likely true, so search then searches once. An interrupt does not end
// the search; the client's request timeout does.
func (d *Dispatcher) search(
	ctx context.Context, marker Marker, input gateway.ActionPerformInput, failure *gateway.Error,
) (Dispatched, error) {
	bounded, cancel := d.uninterrupted(ctx)
	defer cancel()
	delays := searchDelays()
	if failure.Refused() {
		delays = delays[:1]
	}
	var found attempt
	searched := false
	for _, pause := range delays {
		if pause > 0 {
			select {
			case <-bounded.Done():
			case <-d.Clock.After(pause):
			}
		}
		latest, err := marker.find(bounded, d.Client)
		if err != nil {
			if passed(bounded) {
				break
			}
			continue
		}
		searched = true
		// An operation may make several scheduled actions one after the other, so two searches must
		// find the same number.
		settled := input.Operation == nil || len(latest) == len(found) || failure.Refused()
		found = latest
		if len(found) > 0 && settled {
			break
		}
	}
	switch {
	case len(found) > maxScheduledActions(input):
		return Dispatched{}, &Multiple{Marker: marker, ScheduledActionIDs: found.ids()}
	case len(found) > 0:
		return Dispatched{Parts: found.parts(), Marker: marker}, nil
	case searched && failure.Refused():
		return Dispatched{}, failure
	default:
		return Dispatched{}, &Uncertain{Marker: marker, Searched: searched, Err: failure}
	}
}

// uninterrupted returns a context that keeps running after an interrupt and ends at the client's
// request timeout.
func (d *Dispatcher) uninterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), d.Client.RequestTimeout())
}

// passed reports that the deadline of ctx has passed. A request's own timer may fire a moment
// before ctx reports the same deadline.
func passed(ctx context.Context) bool {
	deadline, limited := ctx.Deadline()
	return limited && !time.Now().Before(deadline)
}

// adoptOrFail adopts an existing deployment, or returns an error that names it. It adopts none of
// several deployments, because the state would not have the others and no destroy would cancel
// them. It does not adopt a deployment with more scheduled actions than one request makes.
func (d *Dispatcher) adoptOrFail(
	ctx context.Context, others []attempt, duplicate OnDuplicate, maxParts int, cancelled []string,
) (Dispatched, error) {
	existing := describeAttempts(ctx, d.Client, others)
	if duplicate != DuplicateAdopt || len(others) > 1 {
		return Dispatched{}, &Duplicate{Existing: existing, Cancelled: cancelled}
	}
	other := others[0]
	if len(other) > maxParts {
		return Dispatched{}, &Multiple{Marker: other.marker(), ScheduledActionIDs: other.ids()}
	}
	adoption, err := d.run.adopt(other.ids(), d.Random)
	if err != nil {
		return Dispatched{}, err
	}
	return Dispatched{
		Parts:     other.parts(),
		Adopted:   existing,
		Adoption:  adoption,
		Cancelled: cancelled,
		Marker:    other.marker(),
	}, nil
}

// checkSimultaneous searches again after a deployment. It cancels a scheduled action with the
// deployment's own marker that is not in the answer, because a repetition of the request made it.
// If another run deployed the same at the same time, both runs keep the deployment with the lower
// ID, so checkSimultaneous cancels a younger deployment of this run. The finished deployments were
// not made at the same time.
func (d *Dispatcher) checkSimultaneous(
	ctx context.Context, own Dispatched, duplicate OnDuplicate, maxParts int, finished []Marker,
) (Dispatched, error) {
	bounded, cancel := d.uninterrupted(ctx)
	defer cancel()
	all, err := own.Marker.attempts(bounded, d.Client)
	if err != nil {
		own.Unchecked = err
		return own, nil
	}
	index := slices.IndexFunc(all, func(one attempt) bool { return one.marker() == own.Marker })
	own.MarkerLost = own.MarkerLost || index < 0
	if index >= 0 {
		if own.Cancelled, err = d.cancelSurplus(bounded, own.Parts, all[index]); err != nil {
			return own, &Multiple{Marker: own.Marker, ScheduledActionIDs: all[index].ids()}
		}
	}
	first := own.Parts[0].ScheduledActionID
	older := slices.DeleteFunc(d.run.others(all), func(one attempt) bool {
		return gateway.CompareIDs(one[0].Id, first) > 0 || slices.Contains(finished, one.marker())
	})
	if len(older) == 0 || duplicate == DuplicateIgnore {
		return own, nil
	}
	for _, part := range own.Parts {
		if _, err := Cancel(bounded, d.Client, part); err != nil {
			existing := describeAttempts(bounded, d.Client, older)
			return own, &Duplicate{Existing: existing, Cancelled: own.Cancelled, Left: err}
		}
		own.Cancelled = append(own.Cancelled, part.ScheduledActionID)
	}
	return d.adoptOrFail(bounded, older, duplicate, maxParts, own.Cancelled)
}

// cancelSurplus cancels the scheduled actions that have a deployment's marker and are not among its
// parts. It returns the IDs of the cancelled ones, also with an error.
func (d *Dispatcher) cancelSurplus(ctx context.Context, parts []Part, made attempt) ([]string, error) {
	var cancelled []string
	for _, part := range made.parts() {
		if slices.ContainsFunc(parts,
			func(known Part) bool { return known.ScheduledActionID == part.ScheduledActionID }) {
			continue
		}
		if _, err := Cancel(ctx, d.Client, part); err != nil {
			return cancelled, err
		}
		cancelled = append(cancelled, part.ScheduledActionID)
	}
	return cancelled, nil
}

// Keep records scheduled actions that this run leaves in Tanium. They are not duplicates of its
// deployments: with on_destroy = "keep", a replacement is deployed beside the scheduled action that
// it replaces.
func (d *Dispatcher) Keep(ids []string) { d.run.keep(ids) }

// AdoptedSince reports whether this run adopted a scheduled action after a given adoption; 0 stands
// for none. A resource with the given adoption must then not cancel the scheduled action: with
// create_before_destroy, the replacement adopts the scheduled action, and Terraform then destroys
// the old object.
func (d *Dispatcher) AdoptedSince(scheduledActionID string, adoption uint64) bool {
	latest := d.run.adoption(scheduledActionID)
	return latest != 0 && latest != adoption
}

// PlanCancel records the plan to destroy an object in the state, which cancels its scheduled
// actions. It returns those that another object has, which is planned to stay. Two objects can have
// the same scheduled action after an apply with create_before_destroy: the new object adopts the
// scheduled action, and the apply ends before Terraform destroys the old object.
func (d *Dispatcher) PlanCancel(scheduledActionIDs []string) []string {
	return d.run.plan(scheduledActionIDs, true)
}

// PlanKeep records that an object in the state is planned to stay, with its scheduled actions. It
// returns those of another object that is planned to be destroyed; see PlanCancel.
func (d *Dispatcher) PlanKeep(scheduledActionIDs []string) []string {
	return d.run.plan(scheduledActionIDs, false)
}

// RecordCancelled records that this run cancelled a scheduled action, by the name of its
// deployment.
func (d *Dispatcher) RecordCancelled(name, scheduledActionID string) {
	d.run.cancel(name, scheduledActionID)
}

// CancelledAs returns the scheduled actions that this run cancelled under a name. A deployment with
// the same name was probably to replace them: Terraform does not tell what a new object replaces.
func (d *Dispatcher) CancelledAs(name string) []string { return d.run.cancelledAs(name) }
