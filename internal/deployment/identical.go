// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"slices"
)

// Holder says who has an identical deployment.
type Holder int

// The holders.
const (
	// HolderUnknown: an earlier run that could not save it in the state, or another configuration.
	HolderUnknown Holder = iota
	// HolderRun: another object or invocation of this run deployed or adopted it.
	HolderRun
	// HolderState: an object in the state has it.
	HolderState
)

// identical is what this run has done with one deployment, which several objects of a configuration
// and several invocations may describe. The zero value stands for nothing.
type identical struct {
	// parts are those that this run deployed, adopted or took over; nil for none.
	parts  []Part
	marker Marker
	// targeted is the number of endpoints that it was sent to; nil if unknown.
	targeted *int
	// uncertain is the error of a deployment that may have been made; nil if it is certain.
	uncertain error
}

// begin waits until no other dispatch of this run makes the deployment with a digest, and returns
// what the run has done with it so far. The caller must call end with what it has done, if
// anything. The error is that of the context.
func (r *run) begin(ctx context.Context, digest uint64) (so identical, end func(identical), err error) {
	for {
		r.mutex.Lock()
		busy := r.dispatching[digest]
		if busy == nil {
			break
		}
		r.mutex.Unlock()
		select {
		case <-ctx.Done():
			return identical{}, nil, ctx.Err()
		case <-busy:
		}
	}
	defer r.mutex.Unlock()
	done := make(chan struct{})
	put(&r.dispatching, digest, done)
	return r.done[digest], func(made identical) {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.record(digest, made)
		delete(r.dispatching, digest)
		close(done)
	}, nil
}

// record records what the run has done with a deployment, unless it is nothing. The first one
// stays. The caller holds the lock.
func (r *run) record(digest uint64, made identical) {
	if made.parts == nil && made.uncertain == nil || r.done[digest].parts != nil {
		return
	}
	put(&r.done, digest, made)
}

// identicalOf returns what a dispatch has done.
func identicalOf(dispatched Dispatched, err error) identical {
	made := identical{parts: dispatched.Parts, marker: dispatched.Marker, targeted: dispatched.Targeted}
	if MayBeMade(err) {
		made.uncertain = err
	}
	return made
}

// MayBeMade reports an error after which the deployment may have been made.
func MayBeMade(err error) bool {
	var uncertain *Uncertain
	var multiple *Multiple
	return errors.As(err, &uncertain) || errors.As(err, &multiple)
}

// again returns the result of a dispatch whose deployment this run has made or adopted before. An
// invocation that adopts takes it over, as often as it is invoked. An object does not: two objects
// in the state would have one action, and the destroy of either would cancel it.
func (so identical) again(duplicates Duplicates, existing []Existing) (Dispatched, error) {
	switch {
	case so.uncertain != nil:
		return Dispatched{}, so.uncertain
	case duplicates.On == DuplicateAdopt && !duplicates.Managed:
		return Dispatched{Parts: so.parts, Adopted: existing, Marker: so.marker, Targeted: so.targeted}, nil
	default:
		return Dispatched{}, &Duplicate{Existing: existing, Holder: HolderRun}
	}
}

// Others returns the open deployments that are identical to one, as a *Duplicate; nil for none. A
// replacement by the same deployment would fail because of them.
func (d *Dispatcher) Others(ctx context.Context, own Marker) (*Duplicate, error) {
	all, err := attempts(ctx, d.Client, own.Digest)
	if err != nil {
		return nil, err
	}
	found := others{found: slices.DeleteFunc(all, func(one attempt) bool {
		return one.marker() == own || !one.open()
	})}
	if len(found.found) == 0 {
		return nil, nil //nolint:nilnil // Documented: none.
	}
	return &Duplicate{Existing: describeAttempts(ctx, d.Client, found.found), Holder: d.holder(found)}, nil
}
