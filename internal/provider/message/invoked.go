// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// InvocationRecovery is what to do for the action tanium_action_deploy.
func InvocationRecovery() Recovery {
	return Recovery{
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

// InvocationFailed returns the diagnostic of an action that failed. warns asks for a warning.
func InvocationFailed(ending deployment.Ending, url, endpoints string, warns bool) diag.Diagnostic {
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

// InvocationEnded returns the diagnostic of a wait that ended before the action finished. warns
// asks for a warning.
func InvocationEnded(ending deployment.Ending, url, endpoints string, warns bool) diag.Diagnostic {
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

// InterruptedKept returns the error of an interrupted invocation that leaves its action in Tanium.
func InterruptedKept(ending deployment.Ending, adopted bool, url string) diag.Diagnostic {
	_, text := describeEnding(ending, url)
	reason := "\n\n" + `It was not cancelled, because on_interrupt is "keep".`
	if adopted {
		reason = "\n\nIt was not cancelled, because another run deployed it and this one only waited for it."
	}
	return diag.NewErrorDiagnostic("Interrupted while the action was running", text+reason+resumeInvocation)
}

// InterruptedCancelled returns the error of an interrupted invocation that cancelled its action, as
// far as that succeeded. done has a sentence about each part that was cancelled, and unverified
// reports that Tanium does not show whether an action stopped.
func InterruptedCancelled(ending deployment.Ending, done []string, unverified bool, url string) diag.Diagnostic {
	summary := "Interrupted, and the action was cancelled"
	switch {
	case len(done) < len(ending.Parts):
		summary = "Interrupted, and the action was not wholly cancelled"
	case unverified:
		summary = "Interrupted, and the request to stop the action was sent"
	}
	text := fmt.Sprintf("Action %s was deployed. The wait was interrupted after %s. ", AllPartIDs(ending.Parts),
		ending.Elapsed.Round(time.Second))
	for _, line := range done {
		text += line + ". "
	}
	return diag.NewErrorDiagnostic(summary, fmt.Sprintf("%sLast results: %s. Changes already made on endpoints "+
		"remain.%s", text, deployment.Results(ending.Parts), ConsoleLink(url)))
}

// UnknownLimit returns the error of a plan that does not know a limit of a Terraform action.
func UnknownLimit(at catalog.Path) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(AttributePath(at), fmt.Sprintf("%s is not known in the plan", at),
		"It depends on a value that is known after apply only. If it were null then, the action would reach more "+
			"endpoints than the configuration says, and Terraform does not tell an invocation what its plan did not "+
			"know. Apply what it depends on first, with -target, or write out the filter or the set: values inside "+
			"of it need not be known. The resource tanium_action accepts it as it is.")
}
