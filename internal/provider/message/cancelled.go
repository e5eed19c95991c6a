// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// CancelledText returns a sentence, without a full stop, about a cancelled part.
func CancelledText(part deployment.Part, done deployment.Cancelled) string {
	deleted, stopped := "was already deleted", "no action was open"
	if done.Unanswered { // this run may have done it
		deleted, stopped = "is deleted", "no action is open"
	}
	if done.Deleted {
		deleted = "was deleted"
	}
	switch {
	case done.StoppedActionID != "":
		stopped = fmt.Sprintf("its action %s was stopped", done.StoppedActionID)
	case done.UnverifiedActionID != "":
		stopped = fmt.Sprintf("the request to stop its action %s was sent", done.UnverifiedActionID)
	}
	return fmt.Sprintf("Scheduled action %s %s, and %s", part.ScheduledActionID, deleted, stopped)
}

// stoppedSummary is the summary of a message about an action that was stopped.
func stoppedSummary(name string) string { return "Stopped or deleted in Tanium: " + name }

// haltedText says what somebody did to an action in Tanium, and how to run it again. recurs reports
// that its schedule would issue more actions.
func haltedText(parts []deployment.Part, recurs bool) string {
	changed := deployment.Halted(parts)
	if len(changed) == 0 { // found as a whole
		changed = parts
	}
	did := fmt.Sprintf("Action %s was stopped in Tanium before it succeeded", AllPartIDs(changed))
	accepts := true
	for _, part := range changed {
		if part.Deleted && (recurs || part.Status != gateway.ActionStatusStopped) {
			accepts = accepts && deployment.Terminal(part.Status) && !recurs
			effect := "Endpoints may still run the action"
			switch {
			case neverIssued(changed):
				effect = ranNowhere
			case recurs:
				effect = "It issues no more actions. The last one"
			}
			did = fmt.Sprintf("Scheduled action %s was deleted, or this token may not read it. If it was not "+
				"deleted, give the token's user and persona the right %s, and plan again. %s",
				ScheduledIDs(changed), RightToRead, effect)
		}
	}
	if len(changed) < len(parts) {
		did += fmt.Sprintf(". The others, of %d in total, are not affected", len(parts))
	}
	text := fmt.Sprintf("%s: %s. Tanium does not tell who did it; a destroy by Terraform may have. A stopped action "+
		"is not run again by itself.\n\nTo run it again, change triggers.", did, deployment.Results(parts))
	if accepts {
		text += " To accept the result of a stopped action, set on_failure = \"warn\"."
	}
	return text + " To end it, remove the resource from the configuration."
}

// ranNowhere says that parts were never issued, without a full stop.
const ranNowhere = "It was never issued, so it ran on no endpoint"

// neverIssued reports that none of the parts was issued.
func neverIssued(parts []deployment.Part) bool {
	return !slices.ContainsFunc(parts, func(part deployment.Part) bool { return !part.NeverIssued() })
}

// Halted returns the error of an apply that would run an action again that somebody stopped. recurs
// reports that its schedule would issue more actions.
func Halted(name string, parts []deployment.Part, recurs bool) diag.Diagnostic {
	return diag.NewErrorDiagnostic(stoppedSummary(name),
		haltedText(parts, recurs)+" Nothing was deployed or cancelled, and the resource stays in the state.")
}

// NoticeStopped returns the notice of a refresh which finds that somebody has stopped an action, of
// which no apply waits for the end. The summary has the action, given by a noun phrase, because
// Terraform merges warnings with equal summaries.
func NoticeStopped(name string, parts []deployment.Part) diag.Diagnostic {
	stopped := deployment.Stopped(parts)
	did := fmt.Sprintf("Action %s was stopped in Tanium before it succeeded", AllPartIDs(stopped))
	if len(stopped) < len(parts) {
		did += fmt.Sprintf(". The others, of %d in total, are not affected", len(parts))
	}
	return diag.NewWarningDiagnostic(stoppedSummary(name),
		fmt.Sprintf("%s: %s. Endpoints that had not started it do not run it. Tanium does not tell who did it; a "+
			"destroy by Terraform may have. A stopped action is not run again by itself. To run it again, change "+
			"triggers.",
			did, deployment.Results(parts)))
}

// NoticeStillManaged returns the warning of a destroy that does not cancel an adopted action.
func NoticeStillManaged(part deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action is managed by another resource",
		fmt.Sprintf("Scheduled action %s was adopted by another resource during this run, such as by a replacement "+
			"with create_before_destroy. It was not cancelled.",
			part.ScheduledActionID))
}

// NotMoved returns the error of a destroy that would cancel an action whose deployment this run has
// refused to make again under another address.
func NotMoved(name string, parts []deployment.Part) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Not cancelled: "+name+" has moved to another address",
		fmt.Sprintf("This apply did not deploy the action under its new address, because scheduled action %s is the "+
			"same deployment. If it cancelled that one, the next apply would run the action a second time. The "+
			"resource stays in the state.\n\nIf the resource or its module was renamed, add a moved block. To cancel "+
			"the action and run it again, change triggers, which tell equal deployments apart.", ScheduledIDs(parts)))
}

// NoticeLeft returns the warning of a destroy that leaves an action in Tanium, because this run has
// refused to make its deployment again under another address.
func NoticeLeft(name string, parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Left in Tanium: "+name+" has moved to another address",
		fmt.Sprintf("This apply did not deploy the action under its new address, because scheduled action %s is the "+
			"same deployment. If it cancelled that one, the next apply would run the action a second time. It is no "+
			"longer in the state. To manage it under its new address, run \"terraform import ADDRESS %s\".",
			ScheduledIDs(parts), parts[0].ScheduledActionID))
}

// NoticeUnverified returns the warning of a destroy that could not verify that an action stopped.
func NoticeUnverified(part deployment.Part, actionID string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Cannot verify that the action stopped",
		fmt.Sprintf("Scheduled action %s was deleted, and the request to stop action %s was sent. Tanium does not "+
			"show action %s to this token, so the provider could not verify that it stopped. The token's user and "+
			"persona may lack the right %s. Look at the action in the Tanium console.",
			part.ScheduledActionID, actionID, actionID, RightToRead))
}

// NoticeHalted returns the notice of a plan whose apply will fail, because somebody stopped the
// action. Terraform does not tell the provider about -replace.
func NoticeHalted(name string, parts []deployment.Part, recurs, tainted bool) diag.Diagnostic {
	detail := haltedText(parts, recurs)
	switch hidden := slices.ContainsFunc(parts, func(part deployment.Part) bool { return part.Deleted }); {
	case !tainted:
		detail += " With -replace or replace_triggered_by, the apply runs it again."
	case hidden: // Terraform tells a creation nothing of the object that it replaces
		detail += " With create_before_destroy, the apply runs it again: the creation comes first, and Tanium may " +
			"not show what was deleted."
	}
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Apply will fail: %s was stopped or deleted in Tanium", name), detail)
}

// NoticeOtherOpen returns the warning about an open deployment that is the same as one in the
// state that is over.
func NoticeOtherOpen(name string, existing []deployment.Existing) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The same deployment is open in Tanium: "+name,
		fmt.Sprintf("It is %s. The resource has an earlier one, which is over. If no other resource has the open one, "+
			"the state may be an old copy, such as a backup. Then Terraform does not cancel the open one, and changed "+
			"triggers deploy the action beside it. To manage it, remove the earlier one from the state with "+
			"\"terraform state rm ADDRESS\" if it is there, and run \"terraform import ADDRESS ID\".",
			deployment.DescribeExisting(existing)))
}

// NoticeCancel returns the notice of a destroy of an action, given by a noun phrase. The summary
// names the action, because Terraform merges warnings with equal summaries.
func NoticeCancel(name string, parts []deployment.Part, keep bool) diag.Diagnostic {
	if keep {
		return diag.NewWarningDiagnostic(fmt.Sprintf("Destroy leaves %s in Tanium: scheduled action %s",
			name, parts[0].ScheduledActionID),
			fmt.Sprintf(`on_destroy is "keep": action %s continues in Tanium and is no longer managed by Terraform.`,
				AllPartIDs(parts)))
	}
	return diag.NewWarningDiagnostic(fmt.Sprintf("Cancellation of %s: scheduled action %s",
		name, parts[0].ScheduledActionID),
		fmt.Sprintf("Action %s will be cancelled. Last results: %s. No further actions are issued. Endpoints that "+
			"have not started do not run it, and those that run it may finish. Changes already made remain.",
			AllPartIDs(parts), deployment.Results(parts)))
}

// NotCancelled returns the error of a cancellation that failed. The last sentences say what to do.
func NotCancelled(part deployment.Part, err error, then string) diag.Diagnostic {
	summary, left := "Cannot cancel action "+PartIDs(part), "The action may still run."
	if kept := (*deployment.NotDeleted)(nil); errors.As(err, &kept) {
		summary, left = "Cannot delete scheduled action "+part.ScheduledActionID, fmt.Sprintf("Action %s is over, so "+
			"no other endpoint starts it. A recurring scheduled action issues another one.", kept.ActionID)
	}
	return diag.NewErrorDiagnostic(summary, fmt.Sprintf("%s\n\n%s %s", Explain(err, RightToCancel, err), left, then))
}

// ThenAgain says what to do after a destroy that could not cancel an action.
const ThenAgain = "The resource stays in the state. Run the same command again, or stop the action and delete its " +
	"scheduled action in the Tanium console."
