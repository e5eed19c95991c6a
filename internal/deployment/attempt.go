// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// attempt is what one dispatch made: the scheduled actions with the same marker, ordered by ID.
type attempt []*gateway.ScheduledAction

// attempts of the same deployment, by their first scheduled action's ID: the elder first. Markers
// of earlier versions are found too.
func (m Marker) attempts(ctx context.Context, client *gateway.Client) ([]attempt, error) {
	list, err := client.ScheduledActionsCommented(ctx, m.family(), m.oldFamily())
	if err != nil {
		return nil, err
	}
	var all []attempt
	place := map[Marker]int{}
	seen := map[string]bool{}
	for _, scheduled := range list {
		marker, ok := MarkerOf(scheduled.Comment)
		if !ok || marker.Digest != m.Digest || seen[scheduled.Id] {
			continue
		}
		seen[scheduled.Id] = true
		i, known := place[marker]
		if !known {
			i, place[marker] = len(all), len(all)
			all = append(all, nil)
		}
		all[i] = append(all[i], scheduled)
	}
	for _, one := range all {
		slices.SortFunc(one, func(a, b *gateway.ScheduledAction) int { return byNumber(a.Id, b.Id) })
	}
	slices.SortFunc(all, func(a, b attempt) int { return byNumber(a[0].Id, b[0].Id) })
	return all, nil
}

// made lists the scheduled actions with this marker.
func (m Marker) made(ctx context.Context, client *gateway.Client) (attempt, error) {
	found, err := client.ScheduledActionsCommentedOnce(ctx, m.family())
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(s *gateway.ScheduledAction) bool { return !m.in(s.Comment) })
	slices.SortFunc(found, func(a, b *gateway.ScheduledAction) int { return byNumber(a.Id, b.Id) })
	return found, nil
}

// marker of an attempt.
func (a attempt) marker() Marker {
	marker, _ := MarkerOf(a[0].Comment)
	return marker
}

// open reports that one of the scheduled actions is open.
func (a attempt) open() bool { return slices.ContainsFunc(a, open) }

// parts are all parts of the deployment, over or not: an operation that was stopped on one platform
// ran on it.
func (a attempt) parts() []Part {
	parts := make([]Part, len(a))
	for i, scheduled := range a {
		parts[i] = Part{ScheduledActionID: scheduled.Id}
		parts[i].takeSchedule(scheduled)
	}
	return parts
}

func (a attempt) ids() []string {
	ids := make([]string, len(a))
	for i, scheduled := range a {
		ids[i] = scheduled.Id
	}
	return ids
}

// open reports a scheduled action that may issue another action, or whose last one is not over.
func open(s *gateway.ScheduledAction) bool {
	if deleted(s) {
		return false
	}
	return s.NextStartTime != nil || s.LastAction == nil || s.LastAction.Status == nil ||
		!Terminal(*s.LastAction.Status)
}

// byNumber orders IDs, which are numbers: the shorter is the smaller.
func byNumber(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// Siblings are the parts of the deployment that a scheduled action belongs to: those with its
// marker, or it alone.
func Siblings(ctx context.Context, client *gateway.Client, scheduled *gateway.ScheduledAction) ([]Part, error) {
	alone := attempt{scheduled}.parts()
	marker, ok := MarkerOf(scheduled.Comment)
	if !ok {
		return alone, nil
	}
	all, err := marker.attempts(ctx, client)
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

// maxDescribed bounds the scheduled actions that are read to tell who deployed them.
const maxDescribed = 10

// describeAttempts reads who deployed scheduled actions, and when. Where that cannot be read, it
// returns the IDs alone.
func describeAttempts(ctx context.Context, client *gateway.Client, found []attempt) []Existing {
	var all []Existing
	for _, one := range found {
		for _, scheduled := range one {
			all = append(all, Existing{ScheduledActionID: scheduled.Id})
		}
	}
	_ = each(min(len(all), maxDescribed), func(i int) error {
		details, err := client.ScheduledActionDetails(ctx, all[i].ScheduledActionID)
		if err != nil || details == nil {
			return err
		}
		all[i].Creator = gateway.Deref(details.Creator.User.Name)
		if all[i].Created = details.StartTime; details.LastAction != nil && details.LastAction.CreationTime != nil {
			all[i].Created = details.LastAction.CreationTime
		}
		return nil
	})
	return all
}

// maxMade is how many scheduled actions one deployment makes at most: a package makes one, and an
// operation one for each set of platforms (API.md#operations).
func maxMade(input gateway.ActionPerformInput) int {
	if input.Operation == nil {
		return 1
	}
	return len(gateway.AllEndpointPlatform)
}
