// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"encoding/binary"
	"slices"
	"time"
)

// others are the deployments of other runs that are identical to a new one.
type others struct {
	// found are those that are open and not finished, or the last one that has ended recently.
	found []attempt
	// ended is how that one ended; nil if the others are open.
	ended *Outcome
	// finished are the markers of those that are finished, although they are open.
	finished []Marker
	on       OnDuplicate
	// adopts reports that the only open one is to be adopted. adoption identifies the adoption; 0
	// if the caller does not manage it.
	adopts   bool
	adoption uint64
}

// findOthers searches for identical deployments of other runs, and claims one that is to be
// adopted. It waits for the cancellation of one by this run, as that of a resource with another
// address, and then searches again.
func (d *Dispatcher) findOthers(
	ctx context.Context, digest uint64, duplicates Duplicates, maxParts int,
) (found others, err error) {
	for {
		if found, err = d.searchOthers(ctx, digest, duplicates); err != nil {
			return others{}, err
		}
		cancelled, err := d.claimOthers(&found, duplicates, maxParts)
		if cancelled == nil || err != nil {
			return found, err
		}
		select {
		case <-ctx.Done():
			return others{}, ctx.Err()
		case <-cancelled:
		}
	}
}

// searchOthers searches for identical deployments of other runs.
func (d *Dispatcher) searchOthers(
	ctx context.Context, digest uint64, duplicates Duplicates,
) (found others, err error) {
	all, err := attempts(ctx, d.Client, digest)
	if err != nil {
		return others{}, err
	}
	if found.found, found.finished, err = d.unfinished(ctx, d.others(all), duplicates); err != nil {
		return others{}, err
	}
	if duplicates.Ended && len(found.found) == 1 && slices.ContainsFunc(found.found[0], deleted) {
		parts, _, err := ReadAll(ctx, d.Client, found.found[0].parts())
		if err != nil {
			return others{}, err
		}
		found.ended = &Outcome{At: endOf(parts), Succession: Halt, Parts: parts}
	}
	if len(found.found) == 0 && duplicates.Ended {
		if found.found, found.ended, err = d.lastEnded(ctx, all, duplicates); err != nil {
			return others{}, err
		}
	}
	return found, nil
}

// PlannedDuplicate is what a dispatch would find if it were made at the time of a plan.
type PlannedDuplicate struct {
	// Err is the error that it would fail with: a *Duplicate or a *Multiple. It is nil if it Adopts
	// or deploys Again.
	Err error
	// Existing are the other deployments.
	Existing []Existing
	// Adopts reports that the dispatch would take the other deployment over, and Again that it
	// would cancel it, because it has failed, and deploy. Parts are those of the other deployment.
	Adopts, Again bool
	Parts         []Part
}

// PlanDuplicate searches for an identical deployment, of a package or of an operation, that the
// state does not have; nil for none.
func (d *Dispatcher) PlanDuplicate(
	ctx context.Context, digest uint64, operation bool, duplicates Duplicates,
) (*PlannedDuplicate, error) {
	if duplicates.On == DuplicateIgnore || d.HoldsDigest(digest) {
		return nil, nil //nolint:nilnil // Documented: none.
	}
	found, err := d.searchOthers(ctx, digest, duplicates)
	if err != nil || len(found.found) == 0 {
		return nil, err
	}
	maxParts := maxScheduledActions(operation)
	planned, other := PlannedDuplicate{Existing: describeAttempts(ctx, d.Client, found.found)}, found.found[0]
	switch {
	case duplicates.On != DuplicateAdopt || len(found.found) > 1 || found.halted():
		planned.Err = &Duplicate{Existing: planned.Existing, Ended: found.ended}
		return &planned, nil
	case len(other) > maxParts:
		planned.Err = &Multiple{Marker: other.marker(), ScheduledActionIDs: other.ids()}
		return &planned, nil
	}
	if planned.Parts, _, err = ReadAll(ctx, d.Client, other.parts()); err != nil {
		return nil, err
	}
	planned.Again = duplicates.Judge != nil && duplicates.Judge(planned.Parts, targetedOf(other[0].Comment)) == RunAgain
	planned.Adopts = !planned.Again
	return &planned, nil
}

// claimOthers decides whether a deployment is adopted, and keeps this run from cancelling it. If
// this run is cancelling one of the deployments, it returns a channel that is closed at the end of
// that.
func (d *Dispatcher) claimOthers(found *others, duplicates Duplicates, maxParts int) (<-chan struct{}, error) {
	found.on = duplicates.On
	found.adopts = found.on == DuplicateAdopt && len(found.found) == 1 && len(found.found[0]) <= maxParts &&
		!found.halted()
	if found.adoption = 0; found.adopts && duplicates.Managed {
		if err := binary.Read(d.Random, binary.BigEndian, &found.adoption); err != nil {
			return nil, err
		}
		found.adoption |= 1
	}
	return d.claim(allIDs(found.found), found.adoption), nil
}

// holder returns who has the deployments.
func (d *Dispatcher) holder(found others) Holder {
	holder := HolderUnknown
	for _, one := range found.found {
		switch marker := one.marker(); {
		case d.made(marker):
			return HolderRun
		case d.Holds(marker):
			holder = HolderState
		}
	}
	return holder
}

// halted reports that somebody stopped the deployment that has ended.
func (o others) halted() bool { return o.ended != nil && o.ended.Succession == Halt }

// lastEnded returns the last attempt of another run, if it ended recently and its scheduled actions
// still exist: a cancellation deletes them. An object in the state may have it: a new object with
// the same arguments is the same deployment, and does not run it again. IDs are in the order of
// age.
func (d *Dispatcher) lastEnded(
	ctx context.Context, all []attempt, duplicates Duplicates,
) ([]attempt, *Outcome, error) {
	for _, one := range slices.Backward(d.strangers(all)) {
		if one.open() || slices.ContainsFunc(one, deleted) {
			continue
		}
		parts, found, err := ReadAll(ctx, d.Client, one.parts())
		if err != nil {
			return nil, nil, err
		}
		ended := &Outcome{At: endOf(parts), Parts: parts}
		now := ServerClock{d.Clock, d.Client}.Now()
		if slices.Contains(found, false) || !ended.At.IsZero() && now.Sub(ended.At) > endedWithin {
			break // Tanium has removed it, or it ended long ago
		}
		if duplicates.Judge != nil {
			ended.Succession = duplicates.Judge(parts, targetedOf(one[0].Comment))
		}
		return []attempt{one}, ended, nil
	}
	return nil, nil, nil
}

// endOf returns when the last of the actions was over, at the latest: when it expired or started.
// An action that was stopped has an expiration equal to its start.
func endOf(parts []Part) (end time.Time) {
	for _, part := range parts {
		for _, at := range []*time.Time{part.StartTime, part.ExpirationTime} {
			if at != nil && at.After(end) {
				end = *at
			}
		}
	}
	return end
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

// cancelFailed cancels the deployment that is to be adopted if it has failed, because adopting it
// would fail the apply. With create_before_destroy, this is the deployment that is being replaced.
// It first waits for the endpoints and holds the guard, so that nothing is cancelled that is not
// replaced. It returns the cancelled scheduled actions, also with an error; nil for none. Unless
// the deployment is adopted, cancelFailed takes the claim back.
func (d *Dispatcher) cancelFailed(
	ctx context.Context, prepared *Prepared, found others, duplicates Duplicates,
) (cancelled []Existing, err error) {
	if !found.adopts || duplicates.Judge == nil {
		return nil, nil
	}
	other := found.found[0]
	defer func() {
		if err != nil || cancelled != nil {
			d.disclaim(other.ids(), found.adoption)
		}
	}()
	parts, _, err := ReadAll(ctx, d.Client, other.parts())
	if err != nil || duplicates.Judge(parts, targetedOf(other[0].Comment)) != RunAgain {
		return nil, err
	}
	if _, err := d.waitFor(ctx, *prepared); err != nil {
		return nil, err
	}
	if err := d.hold(ctx, prepared); err != nil {
		return nil, err
	}
	existing := describeAttempts(ctx, d.Client, found.found)
	for i, part := range parts {
		if _, err := Cancel(ctx, d.Client, part); err != nil {
			return existing[:i], err
		}
	}
	return existing, nil
}

// adoptOrFail adopts an existing deployment, or returns an error that names it. It adopts none of
// several deployments, because the state would not have the others and no destroy would cancel
// them. It does not adopt a deployment with more scheduled actions than one request makes.
func (d *Dispatcher) adoptOrFail(
	ctx context.Context, found others, maxParts int, cancelled []string,
) (Dispatched, error) {
	existing, other := describeAttempts(ctx, d.Client, found.found), found.found[0]
	switch {
	case found.adopts:
		return Dispatched{
			Parts:     other.parts(),
			Adopted:   existing,
			Ended:     found.ended,
			Adoption:  found.adoption,
			Cancelled: cancelled,
			Marker:    other.marker(),
			Targeted:  targetedOf(other[0].Comment),
		}, nil
	case len(found.found) == 1 && len(other) > maxParts && found.on == DuplicateAdopt:
		return Dispatched{}, &Multiple{Marker: other.marker(), ScheduledActionIDs: other.ids()}
	default:
		return Dispatched{}, &Duplicate{
			Existing: existing, Holder: d.holder(found), Ended: found.ended, Cancelled: cancelled,
		}
	}
}
