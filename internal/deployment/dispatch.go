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

// Dispatcher deploys each request once. One serves a whole run of the provider, so that it knows
// its own deployments. It is safe for concurrent use.
type Dispatcher struct {
	// Client to deploy with.
	Client *gateway.Client
	// Clock to wait by between two searches for a deployment whose answer was lost.
	Clock Clock
	// Random makes markers unique.
	Random io.Reader

	run run
}

// Dispatched is the result of a dispatch.
type Dispatched struct {
	// Parts of the deployment.
	Parts []Part
	// Adopted are the scheduled actions taken over from another deployment; nil for none.
	Adopted []Existing
	// Adoption tells this adoption from others of the same scheduled actions; 0 for none.
	Adoption uint64
	// Cancelled are the scheduled actions that this run made and cancelled again, because another
	// deployment of the same takes precedence, or because the request was carried out more often
	// than it was sent; nil for none.
	Cancelled []string
	// Replaced are the scheduled actions of a failed deployment of the same that was cancelled
	// before this one was sent; nil for none.
	Replaced []Existing
	// Marker in the comment of the deployment.
	Marker Marker
	// MarkerLost reports that the comment, as the server shows it, does not have the marker, or
	// that a search does not find it. A lost answer could not be recovered on this server.
	MarkerLost bool
	// Unchecked is why it is not known whether somebody deployed the same at the same moment; nil
	// where that was checked.
	Unchecked error
}

// Dispatch deploys once. An interrupt prevents it until the request has a connection. After that it
// waits for the answer regardless, for no longer than the client's request timeout: the IDs in the
// answer are the only handle on what was deployed. If no answer comes, it searches for the marker.
//
// Before it deploys, it searches for the same deployment, open and not of this run. Afterwards it
// searches again: another run may have done the same at the same moment. The older deployment of
// the two then stays. The error is a *Duplicate, *Uncertain or *Multiple, or one after which
// nothing was deployed.
func (d *Dispatcher) Dispatch(ctx context.Context, prepared Prepared, duplicates Duplicates) (Dispatched, error) {
	request := prepared.Request
	input := request.input(prepared.Spec)
	marker, err := newMarker(input, request.Triggers, d.Random)
	if err != nil {
		return Dispatched{}, err
	}
	input.Comment = marker.comment(request.Comment)
	var replaced []Existing
	if duplicates.On != DuplicateIgnore {
		all, err := marker.attempts(ctx, d.Client)
		if err != nil {
			return Dispatched{}, err
		}
		others := d.run.others(all)
		if replaced, err = d.cancelFailed(ctx, others, duplicates); err != nil {
			return Dispatched{Replaced: replaced}, err
		}
		if len(others) > 0 && replaced == nil {
			return d.adoptOrFail(ctx, others, duplicates.On, maxMade(input), nil)
		}
	}
	if err := ctx.Err(); err != nil {
		return Dispatched{Replaced: replaced}, err
	}
	// An error may come with a deployment that was made and could not be cancelled.
	dispatched, err := d.send(ctx, marker, input)
	if err == nil {
		dispatched, err = d.checkSimultaneous(ctx, dispatched, duplicates.On, maxMade(input))
	}
	dispatched.Replaced = replaced
	return dispatched, err
}

// cancelFailed cancels the only deployment to take over, where it is over and has failed: adopted,
// it would fail the apply. With create_before_destroy it is the one that is being replaced. It
// returns what was cancelled, with an error as well; nil for nothing.
func (d *Dispatcher) cancelFailed(
	ctx context.Context, others []attempt, duplicates Duplicates,
) ([]Existing, error) {
	if duplicates.On != DuplicateAdopt || duplicates.Failed == nil || len(others) != 1 {
		return nil, nil
	}
	parts, _, err := ReadAll(ctx, d.Client, others[0].parts())
	if err != nil || !duplicates.Failed(parts) {
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

// send sends the deployment, and searches for it where the answer does not prove what happened.
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

// markerDelays are the pauses before each search for a marker: a request may take effect after the
// connection broke.
func markerDelays() []time.Duration {
	return []time.Duration{0, 2 * time.Second, 3 * time.Second, 5 * time.Second}
}

// search looks for the deployment of a request whose answer does not say what happened, or says
// that it was refused: a server between may have replaced Tanium's answer, and an error in the
// answer may come from reading what was made. It searches once after a refusal, which is most
// likely true. It continues after an interrupt, as the request does, for no longer than one request
// may take.
func (d *Dispatcher) search(
	ctx context.Context, marker Marker, input gateway.ActionPerformInput, failure *gateway.Error,
) (Dispatched, error) {
	bounded, cancel := d.uninterrupted(ctx)
	defer cancel()
	delays := markerDelays()
	if failure.Refused() {
		delays = delays[:1]
	}
	var made attempt
	searched := false
	for _, pause := range delays {
		if pause > 0 {
			select {
			case <-bounded.Done():
			case <-d.Clock.After(pause):
			}
		}
		found, err := marker.made(bounded, d.Client)
		if err != nil {
			continue
		}
		searched = true
		// An operation makes several scheduled actions, perhaps one after the other: two searches
		// must find the same number.
		settled := input.Operation == nil || len(found) == len(made) || failure.Refused()
		made = found
		if len(made) > 0 && settled {
			break
		}
	}
	switch {
	case len(made) > maxMade(input):
		return Dispatched{}, &Multiple{Marker: marker, ScheduledActionIDs: made.ids()}
	case len(made) > 0:
		return Dispatched{Parts: made.parts(), Marker: marker}, nil
	case searched && failure.Refused():
		return Dispatched{}, failure
	default:
		return Dispatched{}, &Uncertain{Marker: marker, Searched: searched, Err: failure}
	}
}

// uninterrupted is a context that an interrupt does not end, and the client's request timeout does.
func (d *Dispatcher) uninterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), d.Client.RequestTimeout())
}

// adoptOrFail takes over what others have deployed, or fails naming it. It adopts none of several
// deployments, because nobody would cancel the rest, and none that was carried out more often than
// it was sent.
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

// checkSimultaneous searches again after a deployment. A scheduled action that carries its marker
// and is not in the answer was made by a repetition of the request, and is cancelled. If somebody
// deployed the same at the same moment, the deployment with the lower ID stays, so that both sides
// decide alike: a younger deployment of this run is cancelled.
func (d *Dispatcher) checkSimultaneous(
	ctx context.Context, own Dispatched, duplicate OnDuplicate, maxParts int,
) (Dispatched, error) {
	bounded, cancel := d.uninterrupted(ctx)
	defer cancel()
	all, err := own.Marker.attempts(bounded, d.Client)
	if err != nil {
		own.Unchecked = err
		return own, nil
	}
	place := slices.IndexFunc(all, func(one attempt) bool { return one.marker() == own.Marker })
	own.MarkerLost = own.MarkerLost || place < 0
	if place >= 0 {
		if own.Cancelled, err = d.cancelSurplus(bounded, own.Parts, all[place]); err != nil {
			return own, &Multiple{Marker: own.Marker, ScheduledActionIDs: all[place].ids()}
		}
	}
	first := own.Parts[0].ScheduledActionID
	older := slices.DeleteFunc(d.run.others(all), func(one attempt) bool { return byNumber(one[0].Id, first) > 0 })
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

// cancelSurplus cancels what carries the marker of a deployment and is none of its parts. It
// returns what was cancelled, with an error as well.
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

// Keep records scheduled actions that this run leaves in Tanium on purpose. They are no duplicates
// of its deployments: with on_destroy = "keep", a replacement deploys beside what it replaces.
func (d *Dispatcher) Keep(ids []string) { d.run.keep(ids) }

// AdoptedSince reports that this run took over a scheduled action after a given adoption; 0 is
// none. The resource with the given adoption must not cancel it: with create_before_destroy, a
// replacement adopts what it replaces, and Terraform then destroys the old entry.
func (d *Dispatcher) AdoptedSince(scheduledActionID string, adoption uint64) bool {
	latest := d.run.adoption(scheduledActionID)
	return latest != 0 && latest != adoption
}
