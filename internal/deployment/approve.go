// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// ApprovalResult is the result of an approval of a deployment.
type ApprovalResult struct {
	// Found reports that Tanium has the scheduled action with the given ID.
	Found bool
	// Approved are the IDs of the scheduled actions that were approved, and Already of those that
	// were approved before.
	Approved, Already []string
	// Failed is the scheduled action whose approval failed or is not confirmed; nil for none.
	Failed *NotApproved
	// Left are the IDs of the scheduled actions that were not approved after a failure.
	Left []string
}

// NotApproved is a scheduled action whose approval failed or is not confirmed.
type NotApproved struct {
	ScheduledActionID string
	// Err is why Tanium did not accept the approval; nil if it did.
	Err error
	// Unread is why the scheduled action could not be read afterwards; nil if Tanium shows that it
	// is not approved.
	Unread error
}

// Unknown reports that the scheduled action may be approved all the same: no answer shows that it
// is not.
func (n NotApproved) Unknown() bool {
	var failure *gateway.Error
	return n.Unread != nil && (n.Err == nil ||
		errors.As(n.Err, &failure) && failure.Ambiguous() && !failure.Refused())
}

// Approve approves the scheduled action with an ID, and the others of its deployment: an operation
// has one for each set of platforms, and an approval of one leaves the others waiting
// (API.md#operations). It ends at the first that is not approved. An error means that nothing was
// approved.
func Approve(ctx context.Context, client *gateway.Client, clock Clock, id string) (ApprovalResult, error) {
	scheduled, err := client.ScheduledAction(ctx, id)
	if err != nil || deleted(scheduled) {
		return ApprovalResult{}, err
	}
	parts, err := Siblings(ctx, client, scheduled)
	if err != nil {
		return ApprovalResult{}, fmt.Errorf("find the other scheduled actions of the deployment: %w", err)
	}
	if parts, err = Together(ctx, client, parts, id); err != nil {
		return ApprovalResult{}, fmt.Errorf("read the other scheduled actions of the deployment: %w", err)
	}
	given := slices.IndexFunc(parts, func(part Part) bool { return part.ScheduledActionID == id })
	if given > 0 { // a failure of the others leaves the given one approved
		parts = slices.Concat(parts[given:given+1], parts[:given], parts[given+1:])
	}
	approval := ApprovalResult{Found: true}
	for i, part := range parts {
		if part.Approved {
			approval.Already = append(approval.Already, part.ScheduledActionID)
			continue
		}
		failed, gone := approve(ctx, client, clock, part.ScheduledActionID)
		switch {
		case gone: // deleted meanwhile, or shown as deleted: it issues nothing
			approval.Found = approval.Found && part.ScheduledActionID != id
		case failed == nil:
			approval.Approved = append(approval.Approved, part.ScheduledActionID)
		default:
			approval.Failed = failed
			for _, left := range parts[i+1:] {
				if !left.Approved {
					approval.Left = append(approval.Left, left.ScheduledActionID)
				}
			}
			return approval, nil
		}
	}
	return approval, nil
}

// confirmPauses are the pauses between the reads that confirm an approval. Each read repeats itself
// for seconds; the pauses last for the restart of a service.
func confirmPauses() []time.Duration {
	return []time.Duration{2 * time.Second, 5 * time.Second, 10 * time.Second}
}

// approve approves a scheduled action, and reads it: the approval may have succeeded although its
// answer was lost. The result is nil once Tanium shows it as approved. It is gone if Tanium does
// not show it any more.
func approve(ctx context.Context, client *gateway.Client, clock Clock, id string) (failed *NotApproved, gone bool) {
	refusal := client.ApproveScheduledAction(ctx, id)
	var known *gateway.Error
	certain := errors.As(refusal, &known) && (known.Refused() || !known.Ambiguous())
	for _, pause := range append(confirmPauses(), 0) {
		scheduled, err := client.ScheduledAction(ctx, id)
		switch {
		case err == nil && deleted(scheduled):
			return nil, true
		case err == nil && scheduled.Approved:
			return nil, false
		}
		failed = &NotApproved{ScheduledActionID: id, Err: refusal, Unread: err}
		if certain || pause == 0 || (Watch{Clock: clock}).wait(ctx, pause) != nil {
			break
		}
	}
	return failed, false
}
