// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// attempt is the result of one dispatch: the scheduled actions with the same marker, ordered by ID.
// It is never empty.
type attempt []*gateway.ScheduledAction

// attempts returns the attempts at the deployment with a digest, ordered by the ID of their first
// scheduled action, which is the order of their age.
func attempts(ctx context.Context, client *gateway.Client, digest uint64) ([]attempt, error) {
	list, err := client.ScheduledActionsCommented(ctx, family(digest))
	if err != nil {
		return nil, err
	}
	var all []attempt
	index := map[Marker]int{}
	seen := map[string]bool{}
	for _, scheduled := range list {
		marker, ok := MarkerOf(scheduled.Comment)
		if !ok || marker.Digest != digest || seen[scheduled.Id] {
			continue
		}
		seen[scheduled.Id] = true
		i, known := index[marker]
		if !known {
			i, index[marker] = len(all), len(all)
			all = append(all, nil)
		}
		all[i] = append(all[i], scheduled)
	}
	for _, one := range all {
		slices.SortFunc(one, func(a, b *gateway.ScheduledAction) int { return gateway.CompareIDs(a.Id, b.Id) })
	}
	slices.SortFunc(all, func(a, b attempt) int { return gateway.CompareIDs(a[0].Id, b[0].Id) })
	return all, nil
}

// find lists the scheduled actions with this marker, ordered by ID. It sends requests that are
// neither repeated nor shared.
func (m Marker) find(ctx context.Context, client *gateway.Client) (attempt, error) {
	found, err := client.ScheduledActionsCommentedOnce(ctx, family(m.Digest))
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(s *gateway.ScheduledAction) bool { return !m.in(s.Comment) })
	slices.SortFunc(found, func(a, b *gateway.ScheduledAction) int { return gateway.CompareIDs(a.Id, b.Id) })
	return found, nil
}

// Find returns the parts of the deployment with a marker, as Tanium lists them; nil if it has none.
// It is for a deployment that may have been made, after an Uncertain error.
func Find(ctx context.Context, client *gateway.Client, marker Marker) ([]Part, error) {
	found, err := marker.find(ctx, client)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found.parts(), nil
}

// marker returns the marker of the attempt's scheduled actions.
func (a attempt) marker() Marker {
	marker, _ := MarkerOf(a[0].Comment)
	return marker
}

// open reports whether one of the scheduled actions is open.
func (a attempt) open() bool { return slices.ContainsFunc(a, isOpen) }

// parts returns a part for each scheduled action, also for a deleted one: an operation that was
// stopped on one platform may have run on it.
func (a attempt) parts() []Part {
	parts := make([]Part, len(a))
	for i, scheduled := range a {
		parts[i] = Part{ScheduledActionID: scheduled.Id}
		parts[i].takeSchedule(scheduled)
	}
	return parts
}

// ids returns the IDs of the scheduled actions.
func (a attempt) ids() []string {
	ids := make([]string, len(a))
	for i, scheduled := range a {
		ids[i] = scheduled.Id
	}
	return ids
}

// allIDs returns the IDs of the scheduled actions of attempts.
func allIDs(attempts []attempt) []string {
	var ids []string
	for _, one := range attempts {
		ids = append(ids, one.ids()...)
	}
	return ids
}

// Repeated reports whether several parts of a deployment run the same package. An operation runs a
// different package for each set of platforms (API.md#operations), so a repeated request or a copy
// in the console must have made them. Repeated skips parts that Tanium does not show.
func Repeated(ctx context.Context, client *gateway.Client, parts []Part) (bool, error) {
	if len(parts) == 1 {
		return false, nil
	}
	details, err := detailsOf(ctx, client, parts)
	return err == nil && repeated(details), err
}

// Together returns the parts that one request can have made with the scheduled action that has the
// given ID. A copy in the console has the comment, and so the marker, of the original. A part with
// another creator, or with another start, is a copy. If the others run the same package, Together
// returns only the part with the given ID.
func Together(ctx context.Context, client *gateway.Client, parts []Part, id string) ([]Part, error) {
	if len(parts) == 1 {
		return parts, nil
	}
	details, err := detailsOf(ctx, client, parts)
	if err != nil {
		return nil, err
	}
	index := slices.IndexFunc(parts, func(part Part) bool { return part.ScheduledActionID == id })
	var together []Part
	var kept []*gateway.ScheduledActionDetails
	for i, part := range parts {
		if i == index || index < 0 || sameRequest(details[index], details[i]) {
			together, kept = append(together, part), append(kept, details[i])
		}
	}
	if repeated(kept) {
		return slices.DeleteFunc(together, func(part Part) bool { return part.ScheduledActionID != id }), nil
	}
	return together, nil
}

// sameRequest reports whether one request can have made two scheduled actions. Those of an
// operation start together.
func sameRequest(a, b *gateway.ScheduledActionDetails) bool {
	if a == nil || b == nil {
		return true // not shown to this token
	}
	if gateway.Deref(a.Creator.User.Name) != gateway.Deref(b.Creator.User.Name) {
		return false
	}
	return a.StartTime == nil || b.StartTime == nil || a.StartTime.Sub(*b.StartTime).Abs() <= time.Minute
}

// repeated reports whether two scheduled actions run the same package. It skips nil.
func repeated(details []*gateway.ScheduledActionDetails) bool {
	seen := map[string]bool{}
	for _, each := range details {
		if each == nil {
			continue
		}
		name := gateway.Deref(each.Package.Name)
		if seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}

// detailsOf reads the arguments of scheduled actions; nil for one that Tanium does not show.
func detailsOf(ctx context.Context, client *gateway.Client, parts []Part) ([]*gateway.ScheduledActionDetails, error) {
	details := make([]*gateway.ScheduledActionDetails, len(parts))
	failures := each(len(parts), func(i int) (err error) {
		details[i], err = client.ScheduledActionDetails(ctx, parts[i].ScheduledActionID)
		return err
	})
	return details, errors.Join(failures...)
}

// isOpen reports whether a scheduled action may issue another action, or its last action is not
// over. The deletion of a scheduled action does not stop that action (API.md#stop-and-delete).
func isOpen(s *gateway.ScheduledAction) bool {
	last := s.LastAction
	if deleted(s) {
		issued := !(attempt{s}).parts()[0].NeverIssued()
		return issued && last.Status != nil && !Terminal(*last.Status)
	}
	return s.NextStartTime != nil || last == nil || last.Status == nil || !Terminal(*last.Status)
}

// Siblings returns the parts of the deployment that a scheduled action belongs to: the scheduled
// actions with its marker, or only itself if its comment has no marker or that of a package.
func Siblings(ctx context.Context, client *gateway.Client, scheduled *gateway.ScheduledAction) ([]Part, error) {
	alone := attempt{scheduled}.parts()
	marker, ok := MarkerOf(scheduled.Comment)
	if !ok || singleOf(scheduled.Comment) {
		return alone, nil
	}
	all, err := attempts(ctx, client, marker.Digest)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if one.marker() == marker {
			return one.parts(), nil
		}
	}
	return alone, nil
}

// SiblingsOf returns Siblings for each of several scheduled actions, as last read. It sends their
// requests together.
func SiblingsOf(ctx context.Context, client *gateway.Client, all []*gateway.ScheduledAction) ([][]Part, error) {
	siblings := make([][]Part, len(all))
	failures := each(len(all), func(i int) (err error) {
		siblings[i], err = Siblings(ctx, client, all[i])
		return err
	})
	return siblings, errors.Join(failures...)
}

// Existing is a scheduled action of an earlier deployment.
type Existing struct {
	scheduledActionID string
	// actionID is the ID of its last action; empty if it has issued none.
	actionID string
	// creator is the user who deployed it; empty if unknown.
	creator string
	// issued is when its last action was created; nil if unknown.
	issued *time.Time
	// starts is its start time; nil if unknown.
	starts *time.Time
}

// DescribeExisting lists scheduled actions for a message, with the creator and the time of each
// where they are known. The API does not tell when a scheduled action was created.
func DescribeExisting(all []Existing) string {
	texts := make([]string, len(all))
	for i, existing := range all {
		texts[i] = "scheduled action " + existing.scheduledActionID
		if existing.actionID != "" {
			texts[i] = "action " + existing.actionID + " of " + texts[i]
		}
		if existing.creator != "" {
			texts[i] += ", deployed by " + existing.creator
		}
		switch {
		case existing.issued != nil:
			texts[i] += ", issued last at " + existing.issued.UTC().Format(timeFormat)
		case existing.starts != nil:
			texts[i] += ", starts at " + existing.starts.UTC().Format(timeFormat)
		}
	}
	return strings.Join(texts, "; ")
}

// maxDescribed is the maximum number of scheduled actions whose creator and time are read for a
// message.
const maxDescribed = 10

// describeAttempts is describeParts for the scheduled actions of attempts.
func describeAttempts(ctx context.Context, client *gateway.Client, found []attempt) []Existing {
	var parts []Part
	for _, one := range found {
		parts = append(parts, one.parts()...)
	}
	return describeParts(ctx, client, parts)
}

// describeParts lists the scheduled actions of parts, and reads the creator and the time of the
// first maxDescribed. If a read fails, only the ID is set.
func describeParts(ctx context.Context, client *gateway.Client, parts []Part) []Existing {
	var all []Existing
	for _, part := range parts {
		one := Existing{scheduledActionID: part.ScheduledActionID}
		if !part.NeverIssued() {
			one.actionID = part.ActionID
		}
		all = append(all, one)
	}
	_ = each(min(len(all), maxDescribed), func(i int) error {
		details, err := client.ScheduledActionDetails(ctx, all[i].scheduledActionID)
		if err != nil || details == nil {
			return err
		}
		all[i].creator = gateway.Deref(details.Creator.User.Name)
		all[i].starts = details.StartTime
		if details.LastAction != nil {
			all[i].issued = details.LastAction.CreationTime
		}
		return nil
	})
	return all
}

// maxScheduledActions is the maximum number of scheduled actions that one deployment makes: one for
// a package, and one for each set of platforms for an operation (API.md#operations).
func maxScheduledActions(operation bool) int {
	if operation {
		return len(gateway.AllEndpointPlatform)
	}
	return 1
}
