// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Dispatcher deploys, each request once. One serves a whole run of the provider, so that it knows its own deployments. It is safe for concurrent use.
type Dispatcher struct {
	// Client to deploy with.
	Client *gateway.Client
	// Clock to wait by between two looks for a deployment whose answer was lost.
	Clock Clock
	// Random makes markers unique.
	Random io.Reader

	mutex sync.Mutex
	mine  []string // nonces
}

// OnDuplicate is what to do about a deployment of the same that is open.
type OnDuplicate int

// The choices.
const (
	DuplicateError OnDuplicate = iota
	DuplicateAdopt
	DuplicateIgnore
)

// Duplicate is the error of a deployment that is open already, by an earlier run that could not save it or by somebody else.
// Nothing was deployed.
type Duplicate struct {
	// Existing is what is open.
	Existing []Existing
}

// Error names what is open.
func (d *Duplicate) Error() string {
	return "the same deployment is open already: " + DescribeExisting(d.Existing)
}

// Existing is a scheduled action that an earlier deployment made.
type Existing struct {
	// ScheduledActionID is its ID.
	ScheduledActionID string
	// Creator is the user who deployed it; empty where Tanium does not tell.
	Creator string
	// Created is when it was deployed, or starts; nil where Tanium does not tell.
	Created *time.Time
}

// DescribeExisting names scheduled actions, with who deployed each and when.
func DescribeExisting(all []Existing) string {
	words := make([]string, len(all))
	for i, existing := range all {
		words[i] = "scheduled action " + existing.ScheduledActionID
		if existing.Creator != "" {
			words[i] += ", deployed by " + existing.Creator
		}
		if existing.Created != nil {
			words[i] += " at " + existing.Created.UTC().Format(timeFormat)
		}
	}
	return strings.Join(words, "; ")
}

// Dispatched is what a dispatch came to.
type Dispatched struct {
	// Parts of the deployment.
	Parts []Part
	// Adopted are the scheduled actions taken over from an earlier deployment; nil where this one was sent.
	Adopted []Existing
}

// Uncertain is the error of a dispatch of which nobody knows whether it took effect: the request may have arrived, no answer came back, and the marker was not
// found, or could not be looked for. It was not repeated, because that might deploy twice.
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

// looks are the pauses before each look for a marker: what was sent may take effect after the connection broke.
func looks() []time.Duration {
	return []time.Duration{0, 2 * time.Second, 3 * time.Second, 5 * time.Second}
}

// Dispatch deploys, once. An interrupt before the request is sent prevents it; after that the answer is awaited all the same, bounded
// by the client's request timeout, because the IDs in it are the only handle on what was deployed. If no answer comes, the marker finds
// them.
//
// Before, it looks for the same deployment that is open and not of this run. An error is Duplicate, Uncertain, or one after which
// nothing was deployed.
func (d *Dispatcher) Dispatch(
	ctx context.Context, request Request, spec *gateway.PackageSpec, duplicate OnDuplicate,
) (Dispatched, error) {
	input := request.input(spec)
	marker, err := newMarker(input, request.Triggers, d.Random)
	if err != nil {
		return Dispatched{}, err
	}
	input.Comment = marker.comment(request.Comment)
	if duplicate != DuplicateIgnore {
		found, err := d.duplicates(ctx, marker)
		if err != nil {
			return Dispatched{}, err
		}
		if len(found) > 0 {
			existing := d.existing(ctx, found)
			// Of several attempts all but one would be left for nobody to cancel.
			if duplicate == DuplicateAdopt && sameAttempt(found) {
				return Dispatched{Parts: partsOf(found), Adopted: existing}, nil
			}
			return Dispatched{}, &Duplicate{Existing: existing}
		}
	}
	if err := ctx.Err(); err != nil {
		return Dispatched{}, err
	}
	parts, err := d.send(ctx, marker, input)
	return Dispatched{Parts: parts}, err
}

// send sends the deployment, and looks for it where the answer does not say what became of it.
func (d *Dispatcher) send(ctx context.Context, marker Marker, input gateway.ActionPerformInput) ([]Part, error) {
	d.own(marker)
	performed, err := d.Client.PerformAction(context.WithoutCancel(ctx), input)
	var failure *gateway.Error
	switch {
	case err == nil:
	case errors.As(err, &failure) && failure.Ambiguous():
		return d.recover(ctx, marker, input.Operation != nil, err)
	case errors.As(err, &failure) && (failure.Kind == gateway.KindRefused || failure.Kind == gateway.KindSystem):
		return d.doubt(ctx, marker, err)
	default:
		return nil, err
	}
	parts := make([]Part, len(performed))
	for i, each := range performed {
		parts[i] = Part{ScheduledActionID: each.ScheduledAction.Id, Platforms: each.Platforms}
		parts[i].follow(&each.ScheduledAction)
	}
	return parts, nil
}

// existing reads who deployed what is open, and when. Where that cannot be read, the IDs have to do.
func (d *Dispatcher) existing(ctx context.Context, found []*gateway.ScheduledAction) []Existing {
	all := make([]Existing, len(found))
	each(len(found), func(i int) error {
		all[i].ScheduledActionID = found[i].Id
		details, err := d.Client.ScheduledActionDetails(ctx, found[i].Id)
		if err != nil || details == nil {
			return err
		}
		if name := details.Creator.User.Name; name != nil {
			all[i].Creator = *name
		}
		if all[i].Created = details.StartTime; details.LastAction != nil && details.LastAction.CreationTime != nil {
			all[i].Created = details.LastAction.CreationTime
		}
		return nil
	})
	return all
}

// recover looks for what was deployed by a request whose answer was lost. It goes on after an interrupt, for the same reason as the request. An operation makes
// several scheduled actions, perhaps one after the other: two looks must find as many.
func (d *Dispatcher) recover(ctx context.Context, marker Marker, several bool, lost error) ([]Part, error) {
	lasting := context.WithoutCancel(ctx)
	var seen []*gateway.ScheduledAction
	looked := false
	for _, pause := range looks() {
		if pause > 0 {
			<-d.Clock.After(pause)
		}
		found, err := d.Client.ScheduledActionsCommented(lasting, marker.String())
		if err != nil {
			continue
		}
		looked = true
		found = slices.DeleteFunc(found, func(s *gateway.ScheduledAction) bool { return !marker.in(s.Comment) })
		if len(found) > 0 && (!several || len(found) == len(seen)) {
			return partsOf(found), nil
		}
		seen = found
	}
	if len(seen) > 0 {
		return partsOf(seen), nil
	}
	return nil, &Uncertain{Marker: marker, Looked: looked, Err: lost}
}

// doubt looks once for what Tanium says it has not made: an error anywhere in the answer, such as one of reading what was made, takes the place of all of it, and an
// operation may have been made for one platform and not for another.
func (d *Dispatcher) doubt(ctx context.Context, marker Marker, refusal error) ([]Part, error) {
	found, err := d.Client.ScheduledActionsCommented(context.WithoutCancel(ctx), marker.String())
	found = slices.DeleteFunc(found, func(s *gateway.ScheduledAction) bool { return !marker.in(s.Comment) })
	switch {
	case err != nil:
		return nil, &Uncertain{Marker: marker, Err: refusal}
	case len(found) == 0:
		return nil, refusal
	default:
		return partsOf(found), nil
	}
}

// duplicates are open deployments of the same that are not of this run.
func (d *Dispatcher) duplicates(ctx context.Context, marker Marker) ([]*gateway.ScheduledAction, error) {
	found, err := d.Client.ScheduledActionsCommented(ctx, marker.family())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(s *gateway.ScheduledAction) bool {
		return !strings.Contains(s.Comment, marker.family()) || !open(s) || d.owns(s.Comment)
	}), nil
}

// sameAttempt reports that all carry one marker.
func sameAttempt(found []*gateway.ScheduledAction) bool {
	return !slices.ContainsFunc(found, func(s *gateway.ScheduledAction) bool { return lastWord(s.Comment) != lastWord(found[0].Comment) })
}

// lastWord of a comment is its marker.
func lastWord(comment string) string { return comment[strings.LastIndex(comment, " ")+1:] }

// open reports a scheduled action that may issue another action, or whose last one is not over.
func open(s *gateway.ScheduledAction) bool {
	if deleted(s) {
		return false
	}
	return s.NextStartTime != nil || s.LastAction == nil || s.LastAction.Status == nil || !Terminal(*s.LastAction.Status)
}

func (d *Dispatcher) own(marker Marker) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.mine = append(d.mine, marker.Nonce)
}

func (d *Dispatcher) owns(comment string) bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return slices.ContainsFunc(d.mine, func(nonce string) bool { return strings.Contains(comment, nonce) })
}

func partsOf(found []*gateway.ScheduledAction) []Part {
	parts := make([]Part, len(found))
	for i, scheduled := range found {
		parts[i] = Part{ScheduledActionID: scheduled.Id}
		parts[i].follow(scheduled)
	}
	return parts
}
