// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Succession is what an identical deployment does with an existing one if nobody asked to run it
// again: Terraform replaces whatever a failed creation leaves, and the provider replaces an action
// that failed.
type Succession int

// The successions.
const (
	// TakeOver: the existing deployment is under way, waits for approval, or ended well. It takes
	// the place of the new one, and nothing is deployed.
	TakeOver Succession = iota
	// RunAgain: the existing deployment finished and failed. It is cancelled and deployed again.
	RunAgain
	// Halt: somebody stopped the existing deployment, or deleted it before it was over. Nothing is
	// deployed, because an emergency stop must last until somebody decides otherwise.
	Halt
)

// Succession decides from the parts of a deployment as just read at a time, and from the number of
// endpoints that were targeted (TargetedUnknown if unknown). accepts reports that a failure is
// accepted, and continues that the schedule issues more actions.
func (p Policy) Succession(parts []Part, targeted int, accepts, continues bool, now time.Time) Succession {
	finished := p.Finished(parts, targeted)
	succeeded := finished && (accepts || p.Judge(parts, targeted).Succeeded)
	switch {
	case deletedEarly(parts, continues), stopped(parts) && !succeeded:
		return Halt
	case finished && !succeeded && !mayReport(parts, now):
		return RunAgain
	default:
		return TakeOver
	}
}

// deletedEarly reports whether a scheduled action was deleted before its last action was over. The
// deletion of one that is over changes nothing, and Tanium itself may remove it.
func deletedEarly(parts []Part, continues bool) bool {
	return slices.ContainsFunc(parts, func(part Part) bool {
		return part.Deleted && (continues || !Terminal(part.Status))
	})
}

// mayReport reports whether an action that failed closed so recently that endpoints may still
// report: a wait reads on for ExpiryMargin.
func mayReport(parts []Part, now time.Time) bool {
	return slices.ContainsFunc(parts, func(part Part) bool {
		return part.Reporting() && part.ExpirationTime != nil && now.Sub(*part.ExpirationTime) < ExpiryMargin
	})
}

// Handover is a deployment whose resource Terraform destroys, and that the creation which follows
// in the same run takes over.
type Handover struct {
	// Parts are the parts as last read.
	Parts []Part
	// Targeted is the number of endpoints that were targeted; TargetedUnknown if unknown.
	Targeted int
	// Marker is the marker in the comment.
	Marker Marker
}

// HandOver leaves a deployment to a creation of this run. No other object of the run cancels it.
func (d *Dispatcher) HandOver(left Handover) {
	ids := make([]string, len(left.Parts))
	for i, part := range left.Parts {
		ids[i] = part.ScheduledActionID
	}
	d.run.claim(ids, left.Marker.Nonce|1)
	d.run.handOver(left)
}

// Handed reports whether a deployment with a digest was handed over and not taken yet.
func (d *Dispatcher) Handed(digest uint64) bool { return d.run.handed(digest) }

// Take takes a deployment with a digest that was handed over; false if there is none.
func (d *Dispatcher) Take(digest uint64) (Handover, bool) { return d.run.take(digest) }

// Expectation is what a refresh found of a deployment in the state whose creation failed.
type Expectation struct {
	// Parts are the parts as last read.
	Parts []Part
	// Targeted is the number of endpoints that were targeted; TargetedUnknown if unknown.
	Targeted int
	// Continues reports that its schedule issues more actions.
	Continues bool
}

// Expect records what a refresh found of a deployment in the state whose creation failed. Terraform
// plans its replacement as a creation, without the state.
func (d *Dispatcher) Expect(marker Marker, expected Expectation) {
	d.run.expect(marker.Digest, expected)
}

// Expected returns what a refresh of this run found of a deployment with a digest; false for none.
func (d *Dispatcher) Expected(digest uint64) (Expectation, bool) { return d.run.expected(digest) }

// Hold records a deployment that the state has.
func (d *Dispatcher) Hold(marker Marker) { d.run.hold(marker) }

// Release records that the state does not have a deployment any more.
func (d *Dispatcher) Release(marker Marker) { d.run.release(marker) }

// ExpectsAny reports whether a refresh of this run found a deployment whose creation failed.
func (d *Dispatcher) ExpectsAny() bool { return d.run.expectsAny() }

// Holds reports whether the state has a deployment with a digest.
func (d *Dispatcher) Holds(digest uint64) bool { return d.run.holds(digest) }

// HoldsAttempt reports whether the state has the deployment with a marker. The zero value is none.
func (d *Dispatcher) HoldsAttempt(marker Marker) bool { return d.run.inState(marker) }

// Halted returns the parts that somebody stopped, or whose scheduled action somebody deleted.
func Halted(parts []Part) []Part {
	return slices.DeleteFunc(slices.Clone(parts), func(part Part) bool {
		return !part.Deleted && part.Status != gateway.ActionStatusStopped
	})
}
