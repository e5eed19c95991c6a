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
// endpoints that were targeted (nil if unknown). accepts reports that a failure is
// accepted, and continues that the schedule issues more actions.
func (p Policy) Succession(parts []Part, targeted *int, accepts, continues bool, now time.Time) Succession {
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
	// Targeted is the number of endpoints that were targeted; nil if unknown.
	Targeted *int
	Marker   Marker
	// Unverified is the number of endpoints that did not answer the verification of a remediation,
	// and UnverifiedEndpoints are the first of them.
	Unverified          int
	UnverifiedEndpoints []gateway.Endpoint
	// Again reports that the creation takes only these endpoints over, and deploys again.
	Again bool
}

// HandOver leaves a deployment to a creation of this run. No other object of the run cancels it.
func (r *run) HandOver(left Handover) {
	r.claim(ScheduledIDs(left.Parts), left.Marker.nonce|1)
	r.mutex.Lock()
	defer r.mutex.Unlock()
	digest := left.Marker.Digest
	put(&r.handovers, digest, append(r.handovers[digest], left))
}

// Handed reports whether a deployment with a digest was handed over and not taken yet.
func (r *run) Handed(digest uint64) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return len(r.handovers[digest]) > 0
}

// Take takes the first deployment with a digest that was handed over, once; false if there is none.
func (r *run) Take(digest uint64) (Handover, bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	waiting := r.handovers[digest]
	if len(waiting) == 0 {
		return Handover{}, false
	}
	taken := waiting[0]
	r.handovers[digest] = waiting[1:]
	if taken.Again { // the creation cancels it
		for _, id := range ScheduledIDs(taken.Parts) {
			delete(r.adopted, id)
		}
		return taken, true
	}
	r.record(digest, identical{parts: taken.Parts, marker: taken.Marker, targeted: taken.Targeted})
	return taken, true
}

// Expectation is what a refresh found of a deployment in the state whose creation failed.
type Expectation struct {
	Marker Marker
	// Unverified reports that endpoints did not answer the verification of a remediation, and Again
	// that the verification ended because others still matched, and still do.
	Unverified, Again bool
	// Parts are the parts as last read.
	Parts []Part
	// Targeted is the number of endpoints that were targeted; nil if unknown.
	Targeted *int
	// Continues reports that its schedule issues more actions.
	Continues bool
}

// Expect records what a refresh found of a deployment in the state whose creation failed. Terraform
// plans its replacement as a creation, without the state.
func (r *run) Expect(marker Marker, expected Expectation) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	expected.Marker = marker
	put(&r.expectations, marker.Digest, expected)
}

// Expected returns what a refresh of this run found of a deployment with a digest; false for none.
func (r *run) Expected(digest uint64) (Expectation, bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	expected, ok := r.expectations[digest]
	return expected, ok
}

// ExpectsAny reports whether a refresh of this run found a deployment whose creation failed.
func (r *run) ExpectsAny() bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return len(r.expectations) > 0
}

// StoppedEarly returns the parts that somebody stopped, or whose scheduled action somebody deleted
// before the action was over at a time. The deletion of one that is over changes nothing: it may
// have been shown as open when it was read last.
func StoppedEarly(parts []Part, now time.Time) []Part {
	return slices.DeleteFunc(Halted(parts), func(part Part) bool {
		over := Terminal(part.Status) || part.ExpirationTime != nil && !part.ExpirationTime.After(now)
		return part.Status != gateway.ActionStatusStopped && over
	})
}

// Stopped returns the parts that somebody stopped.
func Stopped(parts []Part) []Part {
	return slices.DeleteFunc(slices.Clone(parts), func(part Part) bool {
		return part.Status != gateway.ActionStatusStopped
	})
}

// Halted returns the parts that somebody stopped, or whose scheduled action somebody deleted.
func Halted(parts []Part) []Part {
	return slices.DeleteFunc(slices.Clone(parts), func(part Part) bool {
		return !part.Deleted && part.Status != gateway.ActionStatusStopped
	})
}
