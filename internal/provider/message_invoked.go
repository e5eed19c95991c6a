// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// invocationRecovery is what to do for the action tanium_action_deploy.
func invocationRecovery() recovery {
	return recovery{
		own: "An action that is triggered several times, or several actions with the same arguments, are the same " +
			`deployment. To wait for the first one, set on_duplicate = "adopt". To deploy each time, set ` +
			`on_duplicate = "ignore".`,
		held: "An object in the state has it. Nothing was deployed.\n\n" +
			`To wait for it instead, set on_duplicate = "adopt". To deploy another one, set on_duplicate = "ignore".`,
		duplicate: "Tanium does not show that it is finished. An invocation that was interrupted may have made it, " +
			"or another configuration. Nothing was deployed.\n\n" +
			`To wait for it instead, set on_duplicate = "adopt". To deploy another one, set on_duplicate = "ignore", ` +
			"or cancel the open one with the action tanium_action_cancel or in the Tanium console.",
		left: "Cancel one of them with the action tanium_action_cancel or in the Tanium console.",
		uncertain: "Invoke the action again when Tanium answers. It looks for this deployment before it deploys, and " +
			`stops or waits for it if it is not finished. With on_duplicate = "ignore", it does not look, and may ` +
			"deploy a second time.",
		surplus: "Cancel the surplus scheduled actions with the action tanium_action_cancel or in the Tanium console.",
	}
}

// invocationFailed returns the diagnostic of an action that failed. warns asks for a warning.
func invocationFailed(ending deployment.Ending, url, endpoints string, warns bool) diag.Diagnostic {
	detail := failedText(ending.Parts, ending.Verdict, url) + endpoints
	if warns {
		return diag.NewWarningDiagnostic(failedSummary(ending.Verdict), detail)
	}
	return diag.NewErrorDiagnostic(failedSummary(ending.Verdict), detail+
		"\n\nTo run it again, invoke the action again: terraform apply -invoke=ADDRESS, with the address of the "+
		"action, "+
		"such as action.tanium_action_deploy.NAME. "+acceptSome("wait.", ending.Verdict)+" "+
		`To continue despite failures, set on_failure = "warn".`)
}

// invocationEnded returns the diagnostic of a wait that ended before the action finished. warns
// asks for a warning.
func invocationEnded(ending deployment.Ending, url, endpoints string, warns bool) diag.Diagnostic {
	summary, text := describeEnding(ending, url)
	switch ending.Kind {
	case deployment.Unapproved:
		text += " Nothing waits for it any more." + resumeInvocation
	case deployment.Gone:
		return diag.NewErrorDiagnostic(summary, text+"\n\nTo deploy it again, invoke the action again.")
	case deployment.TimedOut:
		text += "\n\nTo wait longer, increase timeouts.invoke." + endpoints + resumeInvocation
	default:
		text += resumeInvocation
	}
	if warns {
		return diag.NewWarningDiagnostic(summary, text)
	}
	return diag.NewErrorDiagnostic(summary, text)
}

// resumeInvocation ends a message about an action that continues in Tanium.
const resumeInvocation = "\n\nTo resume waiting for it, invoke the action again with " +
	`on_duplicate = "adopt". To cancel it, use the action tanium_action_cancel.`

// interruptedKept returns the error of an interrupted invocation that leaves its action in Tanium.
func interruptedKept(ending deployment.Ending, adopted bool, url string) diag.Diagnostic {
	_, text := describeEnding(ending, url)
	reason := "\n\n" + `It was not cancelled, because on_interrupt is "keep".`
	if adopted {
		reason = "\n\nIt was not cancelled, because another run deployed it and this one only waited for it."
	}
	return diag.NewErrorDiagnostic("Interrupted while the action was running", text+reason+resumeInvocation)
}

// interruptedCancelled returns the error of an interrupted invocation that cancelled its action, as
// far as that succeeded.
func interruptedCancelled(ending deployment.Ending, cancelled cancellation, url string) diag.Diagnostic {
	summary := "Interrupted, and the action was cancelled"
	switch {
	case len(cancelled.done) < len(ending.Parts):
		summary = "Interrupted, and the action was not wholly cancelled"
	case cancelled.unverified:
		summary = "Interrupted, and the request to stop the action was sent"
	}
	text := fmt.Sprintf("Action %s was deployed. The wait was interrupted after %s. ", allPartIDs(ending.Parts),
		ending.Elapsed.Round(time.Second))
	for _, line := range cancelled.done {
		text += line + ". "
	}
	return diag.NewErrorDiagnostic(summary, fmt.Sprintf("%sLast results: %s. Changes already made on endpoints "+
		"remain.%s", text, deployment.Results(ending.Parts), consoleLink(url)))
}
