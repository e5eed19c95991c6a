// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// NothingToApprove returns the error of a scheduled action, whose ID is given at a path, that
// Tanium does not show.
func NothingToApprove(id string, at path.Path) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "No such scheduled action",
		fmt.Sprintf("Tanium has no scheduled action %s that this token may read. It may have been deleted. "+
			"Nothing was approved. Give the ID of the scheduled action, not that of an action that it issued.", id))
}

// NotApproved returns the error of an approval that failed or is not confirmed.
func NotApproved(approval deployment.ApprovalResult) diag.Diagnostic {
	failed := *approval.Failed
	id := failed.ScheduledActionID
	const again = "Apply or invoke it again once Tanium answers. That approves only what is not approved."
	var summary, detail string
	switch {
	case failed.Err == nil && failed.Unread != nil:
		summary = "Approval of scheduled action " + id + " is accepted, but not confirmed"
		detail = fmt.Sprintf("Tanium accepted the approval. The provider could not read the scheduled action "+
			"afterwards: %s\n\n%s", Explain(Cause(failed.Unread), RightToRead, failed.Unread), again)
	case failed.Err == nil:
		summary = "Approval of scheduled action " + id + " is accepted, but not shown"
		detail = "Tanium accepted the approval, and still shows the scheduled action as not approved. Look at it in " +
			"the console. " + again
	case failed.Unknown():
		summary = "Not known whether scheduled action " + id + " is approved"
		detail = fmt.Sprintf("The approval was sent, and its answer was lost: %s. The provider could not read the "+
			"scheduled action afterwards: %s\n\n%s", Cause(failed.Err),
			Explain(Cause(failed.Unread), RightToRead, failed.Unread), again)
	default:
		summary, detail = FailureText("approve scheduled action "+id, rightToApprove, failed.Err)
		var known *gateway.Error
		if errors.As(failed.Err, &known) && known.Refused() {
			detail += "\n\nTanium does not let a user approve their own action. Use a provider alias with the token " +
				"of a user who did not deploy the action and has the right " + rightToApprove + "."
		}
	}
	return diag.NewErrorDiagnostic(summary, detail+othersText(approval))
}

// othersText returns a paragraph about the other scheduled actions of a deployment of which one is
// not approved; empty for none.
func othersText(approval deployment.ApprovalResult) string {
	var sentences []string
	if len(approval.Approved) > 0 {
		sentences = append(sentences, "Approved: "+scheduledActions(approval.Approved)+".")
	}
	if len(approval.Left) > 0 {
		sentences = append(sentences, "Still not approved: "+scheduledActions(approval.Left)+
			" of the same deployment.")
	}
	if len(sentences) == 0 {
		return ""
	}
	return "\n\n" + strings.Join(sentences, " ")
}

// scheduledActions names scheduled actions.
func scheduledActions(ids []string) string {
	if len(ids) == 1 {
		return "scheduled action " + ids[0]
	}
	return "scheduled actions " + strings.Join(ids, ", ")
}
