// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// ErrGone is the error of a read that finds neither the scheduled action nor the action.
var ErrGone = errors.New("the action is no longer in Tanium")

// Missing is the error of a watch that does not find parts any more. It is an ErrGone.
type Missing struct {
	// Parts are the parts that Tanium does not show, as last read.
	Parts []Part
}

// Error returns the text of ErrGone.
func (m *Missing) Error() string { return ErrGone.Error() }

// Is reports that the error is ErrGone.
func (m *Missing) Is(target error) bool { return target == ErrGone }

// NeverIssued reports that the scheduled action has not issued an action, so that no endpoint can
// have run one.
func (p Part) NeverIssued() bool { return p.ActionID == "" || p.unissued() }

// Another is the error of a read that finds another deployment than the part's. IDs begin again if
// a server is restored or the simulator is reset, and two servers use the same IDs.
type Another struct {
	// ScheduledActionID is the ID of both scheduled actions.
	ScheduledActionID string
	// Marker is the marker in the comment of the one that Tanium has.
	Marker Marker
}

// Error names the scheduled action and its marker.
func (a *Another) Error() string {
	return fmt.Sprintf("scheduled action %s is another deployment, with the marker %s in its comment",
		a.ScheduledActionID, a.Marker)
}

// isAnother reports an error that is or wraps an *Another.
func isAnother(err error) bool {
	var another *Another
	return errors.As(err, &another)
}

// another returns the error for a scheduled action with the marker of another deployment; nil if it
// can be the part's. A comment without a marker proves nothing, because Tanium may change comments.
func (p Part) another(scheduled *gateway.ScheduledAction) error {
	if scheduled == nil || p.Marker == (Marker{}) {
		return nil
	}
	if found, ok := MarkerOf(scheduled.Comment); ok && found != p.Marker {
		return &Another{ScheduledActionID: p.ScheduledActionID, Marker: found}
	}
	return nil
}

// Scope selects the objects that Read reads.
type Scope int

const (
	// ReadIssued reads the known action, or the scheduled action while no action is known. It is
	// for a wait, which follows one action even if the scheduled action issues others.
	ReadIssued Scope = iota
	// ReadLatest reads the scheduled action and its last action.
	ReadLatest
	// ReadSchedule reads only the scheduled action, which has the ID of its last action.
	ReadSchedule
)

// Read reads a part once. Values that Tanium does not show stay as they are. The error is ErrGone
// if Tanium shows none of the objects to read, and an *Another if the scheduled action that it read
// is another deployment.
func Read(ctx context.Context, client *gateway.Client, part Part, scope Scope) (Part, error) {
	known := part.ActionID
	if known == "" && part.ScheduledActionID == "" {
		return part, ErrGone
	}
	wantSchedule, wantAction := scope.objects(part)
	scheduled, action, err := readObjects(ctx, client, part, wantSchedule, wantAction)
	if err == nil {
		err = part.another(scheduled)
	}
	if err != nil {
		return part, err
	}
	part.takeAction(action)
	if wantSchedule {
		part.Deleted = deleted(scheduled)
		part.takeSchedule(scheduled)
	}
	// The scheduled action may have issued a new action.
	unread := part.ActionID != "" && (part.ActionID != known || !wantAction)
	if scope != ReadSchedule && unread && (!part.mayBePlaceholder() || part.Deleted) {
		if action, err = client.Action(ctx, part.ActionID); err != nil {
			return part, err
		}
		part.takeAction(action)
	}
	if action == nil && (part.Deleted || !wantSchedule) {
		return part, ErrGone
	}
	return part, nil
}

// objects returns which objects of a part the first request reads.
func (s Scope) objects(part Part) (schedule, action bool) {
	known, placeholder := part.ActionID != "", part.mayBePlaceholder()
	switch s {
	case ReadLatest:
		return part.ScheduledActionID != "", known
	case ReadSchedule:
		return part.ScheduledActionID != "", false
	default:
		return part.ScheduledActionID != "" && (!known || placeholder), known && !placeholder
	}
}

// readObjects reads the scheduled action, the action or both, in one request.
func readObjects(
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

// ReadOpen reads the last actions of parts, and returns those that Tanium shows as open. Endpoints
// may run them although their scheduled actions were deleted.
func ReadOpen(ctx context.Context, client *gateway.Client, parts []Part) ([]Part, error) {
	read, found, err := ReadAll(ctx, client, parts)
	var open []Part
	for i, part := range read {
		if found[i] && !part.NeverIssued() && part.Status != "" && !Terminal(part.Status) {
			open = append(open, part)
		}
	}
	return open, err
}

// ReadAll reads parts concurrently. A part may have only the ID of the action, or only that of the
// scheduled action, which leads to its last action. ReadAll reports which parts Tanium shows; the
// others are returned unchanged.
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

// deleted reports whether a scheduled action issues no more actions. Tanium may show it as deleted,
// or not at all (API.md#stop-and-delete).
func deleted(scheduled *gateway.ScheduledAction) bool {
	return scheduled == nil || (scheduled.Status != nil && *scheduled.Status == gateway.ScheduledActionStatusDeleted)
}
