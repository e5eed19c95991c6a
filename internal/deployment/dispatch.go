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

// Duplicate is the error of a deployment that is open already, by an earlier run that could not save it or by somebody else. Nothing was deployed.
type Duplicate struct {
	// ScheduledActionIDs of what is open.
	ScheduledActionIDs []string
}

// Error names them.
func (d *Duplicate) Error() string {
	return "the same deployment is open already: scheduled action " + strings.Join(d.ScheduledActionIDs, ", ")
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

// Dispatch deploys, once. An interrupt before the request is sent prevents it; after that the answer is awaited all the same, bounded by the
// client's request timeout, because the IDs in it are the only handle on what was deployed. If no answer comes, the marker finds them.
//
// Before, it looks for the same deployment that is open and not of this run. An error is Duplicate, Uncertain, or one after which nothing was deployed.
func (d *Dispatcher) Dispatch(ctx context.Context, request Request, spec *gateway.PackageSpec, duplicate OnDuplicate) ([]Part, error) {
	input := request.input(spec)
	marker, err := newMarker(input, request.Triggers, d.Random)
	if err != nil {
		return nil, err
	}
	input.Comment = marker.comment(request.Comment)
	if duplicate != DuplicateIgnore {
		found, err := d.duplicates(ctx, marker)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 && duplicate == DuplicateAdopt && sameAttempt(found) { // of several attempts all but one would be left for nobody to cancel
			return partsOf(found), nil
		}
		if len(found) > 0 {
			return nil, &Duplicate{ScheduledActionIDs: idsOf(found)}
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.own(marker)
	performed, err := d.Client.PerformAction(context.WithoutCancel(ctx), input)
	var failure *gateway.Error
	switch {
	case err == nil:
	case errors.As(err, &failure) && failure.Ambiguous():
		return d.recover(ctx, marker, request.Operation != nil, err)
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

func idsOf(found []*gateway.ScheduledAction) []string {
	ids := make([]string, len(found))
	for i, scheduled := range found {
		ids[i] = scheduled.Id
	}
	return ids
}
