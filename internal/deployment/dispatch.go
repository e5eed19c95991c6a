// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Dispatcher deploys, each request once. One serves a whole run of the provider, so that it knows
// its own deployments. It is safe for concurrent use.
type Dispatcher struct {
	// Client to deploy with.
	Client *gateway.Client
	// Clock to wait by between two looks for a deployment whose answer was lost.
	Clock Clock
	// Random makes markers unique.
	Random io.Reader

	mutex   sync.Mutex
	mine    map[Marker]bool   // of this run's own deployments
	kept    map[string]bool   // scheduled actions that this run leaves on purpose, by ID
	adopted map[string]uint64 // adoptions of this run, by the scheduled action's ID
}

// OnDuplicate is what to do about a deployment of the same that is open.
type OnDuplicate int

// The choices.
const (
	DuplicateError OnDuplicate = iota
	DuplicateAdopt
	DuplicateIgnore
)

// Duplicates say what to do about deployments of the same that are open.
type Duplicates struct {
	// On is the choice.
	On OnDuplicate
	// Failed reports a deployment that is finished and failed, by its parts as they are now. It is
	// not taken over: it is cancelled, and deployed again. Nil for never.
	Failed func(parts []Part) bool
}

// Duplicate is the error of a deployment that is open already, by an earlier run that could not
// save it or by somebody else.
type Duplicate struct {
	// Existing is what is open.
	Existing []Existing
	// Cancelled are the scheduled actions that this run made before it saw what was open, and
	// cancelled; nil where nothing was deployed.
	Cancelled []string
	// Left is why something that this run made could not be cancelled; nil where nothing is left.
	Left error
}

// Error names what is open.
func (d *Duplicate) Error() string {
	text := "the same deployment is open already: " + DescribeExisting(d.Existing)
	if d.Left != nil {
		text += "; " + d.Left.Error()
	}
	return text
}

// Dispatched is what a dispatch came to.
type Dispatched struct {
	// Parts of the deployment.
	Parts []Part
	// Adopted are the scheduled actions taken over from another deployment; nil where this one
	// counts.
	Adopted []Existing
	// Cancelled are the scheduled actions that this run made and cancelled again, because another
	// deployment of the same counts, or because the deployment was carried out more often than it
	// was sent; nil for none.
	Cancelled []string
	// Adoption tells this taking over from others of the same; 0 for none.
	Adoption uint64
	// Replaced are the scheduled actions of a failed deployment of the same that was cancelled
	// before this one was sent; nil for none.
	Replaced []Existing
	// Marker that the deployment carries.
	Marker Marker
	// MarkerLost reports that the marker is not in the comment that the server shows, or that the
	// deployment is not found by it: a lost answer could not be recovered on this server.
	MarkerLost bool
	// Unchecked is why it is not known whether somebody deployed the same at the same moment; nil
	// where that was checked, or was not to be.
	Unchecked error
}

// Uncertain is the error of a dispatch of which nobody knows whether it took effect: the request
// may have arrived, no answer came back, and the marker was not found, or could not be looked for.
// It was not repeated, because that might deploy twice.
type Uncertain struct {
	// Marker that the deployment carries in its comment, if there is one.
	Marker Marker
	// Looked reports that Tanium was asked for the marker and showed none.
	Looked bool
	// Err is why there is no answer.
	Err error
}

// Error says what is not known.
func (u *Uncertain) Error() string {
	return fmt.Sprintf("whether the action with the marker %s was deployed is unknown: %s", u.Marker, u.Err)
}

// Unwrap is why there is no answer.
func (u *Uncertain) Unwrap() error { return u.Err }

// markerDelays are the pauses before each search for a marker: what was sent may take effect after
// the connection broke.
func markerDelays() []time.Duration {
	return []time.Duration{0, 2 * time.Second, 3 * time.Second, 5 * time.Second}
}

// Dispatch deploys, once. An interrupt prevents it until the request has a connection; after that
// the answer is awaited all the same, bounded by the client's request timeout, because the IDs in
// it are the only handle on what was deployed. If no answer comes, the marker finds them.
//
// Before, it looks for the same deployment that is open and not of this run. After, it looks once
// more: another run may have looked at the same moment and deployed as well. The younger of two
// then gives way. An error is Duplicate, Uncertain, Multiple, or one after which nothing was
// deployed.
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
		others := d.others(all)
		if replaced, err = d.clear(ctx, others, duplicates); err != nil {
			return Dispatched{Replaced: replaced}, err
		}
		if len(others) > 0 && replaced == nil {
			return d.give(ctx, others, duplicates.On, maxMade(input), nil)
		}
	}
	if err := ctx.Err(); err != nil {
		return Dispatched{Replaced: replaced}, err
	}
	// An error may come with a deployment that was made and could not be taken back.
	dispatched, err := d.send(ctx, marker, input)
	if err == nil {
		dispatched, err = d.yield(ctx, dispatched, duplicates.On, maxMade(input))
	}
	dispatched.Replaced = replaced
	return dispatched, err
}

// clear cancels the one deployment that would be taken over, where it is over and has failed: taken
// over, it would fail the apply. With create_before_destroy it is the one that is being replaced.
// It returns what was cancelled, with an error as well; nil for nothing.
func (d *Dispatcher) clear(ctx context.Context, others []attempt, duplicates Duplicates) ([]Existing, error) {
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

// send sends the deployment, and looks for it where the answer does not say what became of it.
func (d *Dispatcher) send(ctx context.Context, marker Marker, input gateway.ActionPerformInput) (Dispatched, error) {
	d.own(marker)
	performed, err := d.Client.PerformAction(ctx, input)
	var failure *gateway.Error
	if err != nil {
		if !errors.As(err, &failure) || !failure.Ambiguous() {
			return Dispatched{}, err
		}
		return d.recover(ctx, marker, input, failure)
	}
	dispatched := Dispatched{Parts: make([]Part, len(performed)), Marker: marker}
	for i, each := range performed {
		dispatched.Parts[i] = Part{ScheduledActionID: each.ScheduledAction.Id, Platforms: each.Platforms}
		dispatched.Parts[i].takeSchedule(&each.ScheduledAction)
		dispatched.MarkerLost = dispatched.MarkerLost || !marker.in(each.ScheduledAction.Comment)
	}
	return dispatched, nil
}

// recover searches for what was deployed by a request whose answer says nothing of it, or says that
// it was refused: another server may have put its own answer in place of Tanium's, and an error in
// the answer may be one of reading what was made. A refusal is searched for once, since it is most
// likely true. It goes on after an interrupt, for the same reason as the request, for no longer
// than one request may take.
func (d *Dispatcher) recover(
	ctx context.Context, marker Marker, input gateway.ActionPerformInput, lost *gateway.Error,
) (Dispatched, error) {
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.Client.RequestTimeout())
	defer cancel()
	delays := markerDelays()
	if lost.Refused() {
		delays = delays[:1]
	}
	var seen attempt
	looked := false
	for _, pause := range delays {
		if pause > 0 {
			select {
			case <-lasting.Done():
			case <-d.Clock.After(pause):
			}
		}
		found, err := marker.made(lasting, d.Client)
		if err != nil {
			continue
		}
		looked = true
		// An operation makes several scheduled actions, perhaps one after the other: two searches
		// must find as many.
		settled := input.Operation == nil || len(found) == len(seen) || lost.Refused()
		if seen = found; len(seen) > 0 && settled {
			break
		}
	}
	switch {
	case len(seen) > maxMade(input):
		return Dispatched{}, &Multiple{Marker: marker, ScheduledActionIDs: seen.ids()}
	case len(seen) > 0:
		return Dispatched{Parts: seen.parts(), Marker: marker}, nil
	case looked && lost.Refused():
		return Dispatched{}, lost
	default:
		return Dispatched{}, &Uncertain{Marker: marker, Looked: looked, Err: lost}
	}
}

// others are those attempts that are open and not of this run.
func (d *Dispatcher) others(all []attempt) []attempt {
	return slices.DeleteFunc(slices.Clone(all), func(one attempt) bool {
		return !one.open() || d.owns(one.marker()) || d.keeps(one)
	})
}

// give takes over what others have deployed, or fails naming it. Of several attempts none is taken
// over: all but one would be left for nobody to cancel. Neither is one that was carried out more
// often than it was asked for.
func (d *Dispatcher) give(
	ctx context.Context, others []attempt, duplicate OnDuplicate, maxParts int, cancelled []string,
) (Dispatched, error) {
	existing := describeAttempts(ctx, d.Client, others)
	if duplicate != DuplicateAdopt || len(others) > 1 {
		return Dispatched{}, &Duplicate{Existing: existing, Cancelled: cancelled}
	}
	if len(others[0]) > maxParts {
		return Dispatched{}, &Multiple{Marker: others[0].marker(), ScheduledActionIDs: others[0].ids()}
	}
	adoption, err := d.adopt(others[0].ids())
	if err != nil {
		return Dispatched{}, err
	}
	return Dispatched{
		Parts:     others[0].parts(),
		Adopted:   existing,
		Adoption:  adoption,
		Cancelled: cancelled,
		Marker:    others[0].marker(),
	}, nil
}

// yield looks once more after a deployment. What carries its marker and is not in the answer was
// made by a repetition of the request, and is cancelled. To an elder deployment of the same, which
// was made at the same moment, this one gives way, by its ID, so that one of two stays: what this
// run made is cancelled within the moment.
func (d *Dispatcher) yield(
	ctx context.Context, mine Dispatched, duplicate OnDuplicate, maxParts int,
) (Dispatched, error) {
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.Client.RequestTimeout())
	defer cancel()
	all, err := mine.Marker.attempts(lasting, d.Client)
	if err != nil {
		mine.Unchecked = err
		return mine, nil
	}
	own := slices.IndexFunc(all, func(one attempt) bool { return one.marker() == mine.Marker })
	mine.MarkerLost = mine.MarkerLost || own < 0
	if own >= 0 {
		if mine.Cancelled, err = d.cancelSurplus(lasting, mine.Parts, all[own]); err != nil {
			return mine, &Multiple{Marker: mine.Marker, ScheduledActionIDs: all[own].ids()}
		}
	}
	first := mine.Parts[0].ScheduledActionID
	elder := slices.DeleteFunc(d.others(all), func(one attempt) bool { return byNumber(one[0].Id, first) > 0 })
	if len(elder) == 0 || duplicate == DuplicateIgnore {
		return mine, nil
	}
	for _, part := range mine.Parts {
		if _, err := Cancel(lasting, d.Client, part); err != nil {
			return mine, &Duplicate{
				Existing:  describeAttempts(lasting, d.Client, elder),
				Cancelled: mine.Cancelled,
				Left:      err,
			}
		}
		mine.Cancelled = append(mine.Cancelled, part.ScheduledActionID)
	}
	return d.give(lasting, elder, duplicate, maxParts, mine.Cancelled)
}

// cancelSurplus cancels what carries the marker of a deployment and is none of its parts.
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

// Keep notes scheduled actions that this run leaves in Tanium on purpose. They are no duplicates of
// what this run deploys: with on_destroy = "keep", a replacement deploys beside what it replaces.
func (d *Dispatcher) Keep(ids []string) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.kept == nil {
		d.kept = map[string]bool{}
	}
	for _, id := range ids {
		d.kept[id] = true
	}
}

func (d *Dispatcher) keeps(one attempt) bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return slices.ContainsFunc(one, func(s *gateway.ScheduledAction) bool { return d.kept[s.Id] })
}

func (d *Dispatcher) own(marker Marker) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.mine == nil {
		d.mine = map[Marker]bool{}
	}
	d.mine[marker] = true
}

func (d *Dispatcher) owns(marker Marker) bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.mine[marker]
}

// adopt notes scheduled actions that this run takes over.
func (d *Dispatcher) adopt(ids []string) (adoption uint64, err error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.adopted == nil {
		d.adopted = map[string]uint64{}
	}
	if err := binary.Read(d.Random, binary.BigEndian, &adoption); err != nil {
		return 0, err
	}
	adoption |= 1 // never 0
	for _, id := range ids {
		d.adopted[id] = adoption
	}
	return adoption, nil
}

// AdoptedSince reports that this run has taken a scheduled action over by another adoption than the
// one given; 0 is none. Who has not adopted it must not cancel it: with create_before_destroy, a
// replacement adopts what it replaces, and Terraform then destroys the old entry.
func (d *Dispatcher) AdoptedSince(scheduledActionID string, adoption uint64) bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	latest := d.adopted[scheduledActionID]
	return latest != 0 && latest != adoption
}
