// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// rightToApprove completes "the right …" in a message.
const rightToApprove = "to approve actions"

// approve approves a scheduled action, whose ID is given at a path. It returns true if the
// scheduled action was approved before, such as in the console.
func (e *environment) approve(ctx context.Context, id string, at path.Path, diags *diag.Diagnostics) (already bool) {
	approved, found := e.approved(ctx, id, diags)
	if diags.HasError() {
		return false
	}
	if !found {
		diags.AddAttributeError(at, "No such scheduled action",
			fmt.Sprintf("Tanium has no scheduled action %s that this token may read. It may have been deleted.", id))
		return false
	}
	if approved {
		return true
	}
	refusal := e.client().ApproveScheduledAction(ctx, id)
	// The approval may have succeeded even if its answer was lost, so read the result.
	if approved, _ = e.approved(ctx, id, diags); !approved {
		diags.Append(notApproved(id, refusal))
	}
	return false
}

// approved reads whether a scheduled action exists and is approved.
func (e *environment) approved(ctx context.Context, id string, diags *diag.Diagnostics) (approved, found bool) {
	scheduled, err := e.client().ScheduledAction(ctx, id)
	if err != nil {
		diags.Append(failure("read scheduled action "+id, rightToRead, err))
		return false, false
	}
	return scheduled != nil && scheduled.Approved, scheduled != nil
}

// notApproved returns the error of an approval that failed.
func notApproved(id string, refusal error) diag.Diagnostic {
	if refusal == nil {
		return diag.NewErrorDiagnostic("Action is not approved",
			fmt.Sprintf("Tanium accepted the approval of scheduled action %s but shows it as not approved.", id))
	}
	summary, detail := failureText("approve scheduled action "+id, rightToApprove, refusal)
	return diag.NewErrorDiagnostic(summary, detail+"\n\nTanium does not let a user approve their own action. "+
		"Use a provider alias with the token of a user who did not deploy the action and has the right "+
		rightToApprove+".")
}
