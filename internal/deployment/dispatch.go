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
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
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
	// Preparer counts the endpoints of a prepared deployment again.
	Preparer *Preparer

	run
}

// Dispatched is the result of a dispatch.
type Dispatched struct {
	Parts []Part
	// Adopted are the scheduled actions that were adopted from another deployment; nil for none.
	Adopted []Existing
	// Ended is how the adopted deployment ended; nil if it is open, or if none was adopted.
	Ended *Outcome
	// Adoption identifies this adoption among adoptions of the same scheduled actions; 0 for none.
	Adoption uint64
	// Cancelled are the scheduled actions that this dispatch made and then cancelled, because an
	// identical older deployment takes precedence or because the request was carried out more than
	// once; nil for none.
	Cancelled []string
	// Replaced are the scheduled actions of an identical failed deployment that was cancelled
	// before this one was sent; nil for none.
	Replaced []Existing
	Marker   Marker
	// Reach is the set of endpoints that were counted right before the deployment was sent; nil if
	// none was sent, or if the preparation asked for no count.
	Reach *targeting.Reach
	// Counted are the first of these endpoints, up to maxCounted or PrepareOptions.Remember.
	Counted []gateway.Endpoint
	// Targeted is the number of endpoints that the deployment was sent to; nil if they were not
	// counted, or if an adopted deployment does not tell.
	Targeted *int
	// MarkerLost reports that the comment on the server lacks the marker, or that a search does not
	// find it. On such a server, a deployment whose answer is lost cannot be found.
	MarkerLost bool
	// Unchecked is the reason why the search for an identical simultaneous deployment failed; nil
	// if the search succeeded.
	Unchecked error

	// searched reports that the answer was lost, and that a search found the parts.
	searched bool
}

// Dispatch sends a deployment once. An interrupt prevents it until the request has a connection.
// After that, Dispatch waits for the answer up to the client's request timeout despite an
// interrupt, because only the answer has the IDs of the deployment. If no answer comes, Dispatch
// searches for the marker.
//
// Before it sends, Dispatch searches for an identical deployment: one that this run has made
// before, and an open one of another run. Then it counts the endpoints and holds the guard.
// Afterwards it searches again, because another run may have deployed at the same time; the older
// deployment then stays. The error is a *Duplicate, an *Uncertain, a *Multiple, a *Renamed or a
// *NotDestroyed, or an error after which nothing was deployed.
func (d *Dispatcher) Dispatch(ctx context.Context, prepared Prepared, duplicates Duplicates) (Dispatched, error) {
	digest := prepared.digest()
	so, end, err := d.begin(ctx, digest)
	if err != nil {
		return Dispatched{}, err
	}
	var dispatched Dispatched
	defer func() { end(identicalOf(dispatched, err)) }()
	if duplicates.On != DuplicateIgnore && (so.parts != nil || so.uncertain != nil) {
		dispatched, err = so.again(duplicates, describeParts(ctx, d.Client, so.parts))
		return dispatched, err
	}
	if d.Preparer != nil {
		prepared.key = d.Preparer.deployed.key()
	}
	dispatched, err = d.dispatch(ctx, prepared, digest, duplicates)
	if d.Preparer != nil && (len(dispatched.Parts) == 0 || dispatched.Adopted != nil) && !MayBeMade(err) {
		d.Preparer.deployed.drop(prepared.key)
	}
	return dispatched, err
}

// dispatch is Dispatch of a deployment that this run has not made before.
func (d *Dispatcher) dispatch(
	ctx context.Context, prepared Prepared, digest uint64, duplicates Duplicates,
) (dispatched Dispatched, err error) {
	input := prepared.input()
	maxParts := maxScheduledActions(input.Operation != nil)
	var replaced []Existing
	found, err := d.awaitOthers(ctx, prepared, digest, duplicates, maxParts)
	if err != nil {
		return Dispatched{}, err
	}
	// An invocation runs each time, and a remediation counts who needs it. An object that is being
	// destroyed may still be found: that it was renamed is the error that says what to do.
	refuses := duplicates.On == DuplicateError || duplicates.On == DuplicateAdopt && len(found.found) == 0
	if duplicates.Ended && refuses {
		if err := d.renamed(digest); err != nil {
			return Dispatched{}, err
		}
	}
	if duplicates.On != DuplicateIgnore {
		if replaced, err = d.cancelFailed(ctx, &prepared, found, duplicates); err != nil {
			return Dispatched{Replaced: replaced}, err
		}
		if len(found.found) > 0 && replaced == nil {
			return d.adoptOrFail(ctx, found, maxParts, nil)
		}
	}
	// Both a deployment and an error may be set: the deployment could then not be cancelled.
	dispatched, err = d.sendCounted(ctx, &prepared, digest, input)
	if err == nil {
		dispatched, err = d.checkSimultaneous(ctx, dispatched, duplicates, maxParts, found.finished)
	}
	if dispatched.Adopted == nil {
		dispatched.Reach, dispatched.Counted = prepared.Reach, prepared.counted
	}
	dispatched.Replaced = replaced
	return dispatched, err
}

// send sends the deployment. If the answer does not prove whether it was carried out, send searches
// for it.
func (d *Dispatcher) send(ctx context.Context, marker Marker, input gateway.ActionPerformInput) (Dispatched, error) {
	d.deploy(marker)
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
	case len(found) > maxScheduledActions(input.Operation != nil) || repeatedIn(bounded, d.Client, found):
		return Dispatched{}, &Multiple{Marker: marker, ScheduledActionIDs: found.ids()}
	case len(found) > 0:
		return Dispatched{Parts: found.parts(), Marker: marker, searched: true}, nil
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

// checkSimultaneous searches again after a deployment. It cancels a scheduled action with the
// deployment's own marker that is not in the answer, because a repetition of the request made it.
// If another run deployed the same at the same time, both runs keep the deployment with the lower
// ID, so checkSimultaneous cancels a younger deployment of this run. The finished deployments were
// not made at the same time.
func (d *Dispatcher) checkSimultaneous(
	ctx context.Context, own Dispatched, duplicates Duplicates, maxParts int, finished []Marker,
) (Dispatched, error) {
	bounded, cancel := d.uninterrupted(ctx)
	defer cancel()
	all, err := attempts(bounded, d.Client, own.Marker.Digest)
	if err != nil {
		own.Unchecked = err
		return own, nil
	}
	index := slices.IndexFunc(all, func(one attempt) bool { return one.marker() == own.Marker })
	own.MarkerLost = own.MarkerLost || index < 0
	if index >= 0 && !own.takeLate(bounded, d.Client, all[index], maxParts) {
		if own.Cancelled, err = d.cancelSurplus(bounded, own.Parts, all[index]); err != nil {
			return own, &Multiple{Marker: own.Marker, ScheduledActionIDs: all[index].ids()}
		}
	}
	first := own.first()
	older := others{found: slices.DeleteFunc(d.others(all), func(one attempt) bool {
		return gateway.CompareIDs(one[0].Id, first) > 0 || slices.Contains(finished, one.marker())
	})}
	if len(older.found) == 0 || duplicates.On == DuplicateIgnore {
		return own, nil
	}
	// What this run is cancelling does not stay.
	if cancelled, err := d.claimOthers(&older, duplicates, maxParts); cancelled != nil || err != nil {
		return own, err
	}
	for _, part := range own.Parts {
		if _, err := Cancel(bounded, d.Client, part); err != nil {
			d.disclaim(allIDs(older.found), older.adoption)
			existing := describeAttempts(bounded, d.Client, older.found)
			return own, &Duplicate{Existing: existing, Holder: d.holder(older), Cancelled: own.Cancelled, Left: err}
		}
		own.Cancelled = append(own.Cancelled, part.ScheduledActionID)
	}
	return d.adoptOrFail(bounded, older, maxParts, own.Cancelled)
}

// first returns the lowest ID of the scheduled actions. Tanium does not document the order of an
// answer.
func (d Dispatched) first() string {
	return slices.MinFunc(d.Parts, func(a, b Part) int {
		return gateway.CompareIDs(a.ScheduledActionID, b.ScheduledActionID)
	}).ScheduledActionID
}

// takeLate takes the scheduled actions with the marker of an operation whose answer was lost, and
// reports whether it did. Tanium may make them one after the other, and show the last ones only
// after the search that found the first ones.
func (d *Dispatched) takeLate(ctx context.Context, client *gateway.Client, made attempt, maxParts int) bool {
	if !d.searched || maxParts == 1 || len(made) > maxParts || repeatedIn(ctx, client, made) {
		return false
	}
	d.Parts = made.parts()
	return true
}

// repeatedIn reports whether a request was carried out more than once. What cannot be read counts
// as made once.
func repeatedIn(ctx context.Context, client *gateway.Client, made attempt) bool {
	repeated, err := Repeated(ctx, client, made.parts())
	return err == nil && repeated
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
