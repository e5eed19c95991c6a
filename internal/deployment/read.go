// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// ErrGone is the error of a read that finds neither the scheduled action nor the action.
var ErrGone = errors.New("the action is no longer in Tanium")

// Scope is how much of a part Read reads.
type Scope int

const (
	// ReadIssued reads the action that is known, and the scheduled action while none is known: what
	// a wait needs. The scheduled action of a recurring action issues others meanwhile.
	ReadIssued Scope = iota
	// ReadLatest reads the scheduled action and the action that it issued last.
	ReadLatest
	// ReadSchedule reads the scheduled action alone, which has the ID of the action that it issued
	// last.
	ReadSchedule
)

// Read reads a part once. What Tanium does not show keeps its last known values. The error is
// ErrGone where Tanium shows nothing of what was to be read.
func Read(ctx context.Context, client *gateway.Client, part Part, scope Scope) (Part, error) {
	known := part.ActionID
	if known == "" && part.ScheduledActionID == "" {
		return part, ErrGone
	}
	wantSchedule := part.ScheduledActionID != "" && (scope != ReadIssued || known == "" || part.mayBePlaceholder())
	wantAction := known != "" && (scope == ReadLatest || (scope == ReadIssued && !part.mayBePlaceholder()))
	scheduled, action, err := request(ctx, client, part, wantSchedule, wantAction)
	if err != nil {
		return part, err
	}
	if action != nil {
		part.takeAction(action)
	}
	if wantSchedule {
		part.Deleted = deleted(scheduled)
		if scheduled != nil {
			part.takeSchedule(scheduled)
		}
	}
	// The scheduled action may have issued another action than the one known.
	unread := part.ActionID != "" && (part.ActionID != known || !wantAction)
	if scope != ReadSchedule && unread && (!part.mayBePlaceholder() || part.Deleted) {
		if action, err = client.Action(ctx, part.ActionID); err != nil {
			return part, err
		}
		if action != nil {
			part.takeAction(action)
		}
	}
	if action == nil && (part.Deleted || !wantSchedule) {
		return part, ErrGone
	}
	return part, nil
}

// request asks for what is wanted of a part, in one request.
func request(
	ctx context.Context, client *gateway.Client, part Part, wantSchedule, wantAction bool,
) (*gateway.ScheduledAction, *gateway.Action, error) {
	switch {
	case !wantSchedule:
		action, err := client.Action(ctx, part.ActionID)
		return nil, action, err
	case !wantAction:
		scheduled, err := client.ScheduledAction(ctx, part.ScheduledActionID)
		return scheduled, nil, err
	}
	scheduled, action, err := client.Deployment(ctx, part.ScheduledActionID, part.ActionID)
	if gateway.IsRefused(err) && part.mayBePlaceholder() {
		scheduled, err = client.ScheduledAction(ctx, part.ScheduledActionID)
	}
	return scheduled, action, err
}

// ReadAll reads deployments of which only an ID may be known: the action's, or the scheduled
// action's, which leads to the action issued last. It tells which were found; the others are
// returned as they were.
func ReadAll(ctx context.Context, client *gateway.Client, parts []Part) (read []Part, found []bool, err error) {
	read, found = slices.Clone(parts), make([]bool, len(parts))
	failures := each(len(parts), func(i int) error {
		one, err := Read(ctx, client, parts[i], ReadIssued)
		if err == nil {
			read[i], found[i] = one, true
		}
		return err
	})
	for _, failure := range failures {
		if failure != nil && !errors.Is(failure, ErrGone) {
			return nil, nil, failure
		}
	}
	return read, found, nil
}

// deleted reports a scheduled action that issues nothing any more: Tanium may show it as deleted or
// not show it at all (API.md#stop-and-delete).
func deleted(scheduled *gateway.ScheduledAction) bool {
	return scheduled == nil || (scheduled.Status != nil && *scheduled.Status == gateway.ScheduledActionStatusDeleted)
}
