// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// failedText returns what happened to an action that failed, and its page in the console if it has
// one.
func failedText(parts []deployment.Part, verdict deployment.Verdict, url string) string {
	return fmt.Sprintf("%s%s\n\nTotal: %s. This was action %s.%s", verdict.Reason, whyNotRun(parts, verdict),
		deployment.Results(parts), AllPartIDs(parts), ConsoleLink(url))
}

// whyNotRun returns sentences about endpoints that did not run an action, or ran out of time, with
// a leading space; empty for none.
func whyNotRun(parts []deployment.Part, verdict deployment.Verdict) string {
	text, total := "", deployment.Total(parts)
	if verdict.Reached > deployment.Reported(parts) {
		text += " An endpoint runs no action while it is offline, or while its action lock is on."
	}
	for _, part := range parts {
		expired := deployment.Terminal(part.Status) && part.Status != gateway.ActionStatusStopped
		if expired && part.ExpirationTime != nil && verdict.Failed > total.Failed+total.FailedVerification {
			return text + fmt.Sprintf(" The action expired at %s. To give endpoints more time, increase "+
				"schedule.expire_seconds: a longer timeout has no effect on that.",
				deployment.FormatTime(*part.ExpirationTime))
		}
	}
	return text
}

// ActionFailed returns the diagnostic of an action that failed, with a paragraph about its
// endpoints. warns asks for a warning, and keeps reports that a destroy leaves the action in
// Tanium.
func ActionFailed(ending deployment.Ending, url, endpoints string, warns, keeps bool) diag.Diagnostic {
	parts, verdict := ending.Parts, ending.Verdict
	detail := failedText(parts, verdict, url) + endpoints
	if warns {
		return diag.NewWarningDiagnostic(failedSummary(verdict), detail)
	}
	if len(deployment.Halted(parts)) > 0 {
		return diag.NewErrorDiagnostic(failedSummary(verdict), detail+"\n\nThe next apply does not run it again, "+
			"because "+
			`it was stopped. To run it again, change triggers. To accept the result, set on_failure = "warn".`)
	}
	next := "cancels the action if it is still open"
	if keeps {
		next = "leaves the action in Tanium"
	}
	detail += "\n\nThe next apply " + next + " and deploys it again. " +
		acceptSome("wait.", verdict) + ` To keep the action, set on_failure = "warn".`
	return diag.NewErrorDiagnostic(failedSummary(verdict), detail)
}

// ImportedFailed returns the end of the warning of an imported action that has failed. An action
// that was stopped is not run again because of on_failure.
func ImportedFailed(parts []deployment.Part) string {
	text := "\n\nThe action was imported, so the next apply does not deploy it again. To run it again, change triggers"
	if len(deployment.Halted(parts)) == 0 {
		text += `, or set on_failure = "error"`
	}
	return text + "."
}

// acceptSome says which limit, whose name follows a prefix, accepts more failures: the one that the
// deployment did not meet. Another one would change nothing.
func acceptSome(prefix string, verdict deployment.Verdict) string {
	switch verdict.Limit {
	case deployment.LimitMaxFailed:
		return "To accept more failures, increase " + prefix + "max_failed."
	case deployment.LimitMinCompleted:
		return "To accept fewer successes, decrease " + prefix + "min_completed_percent."
	default:
		return "To accept some failures, increase " + prefix + "max_failed_percent."
	}
}

// failedSummary returns the summary of an action that failed, with the number of endpoints:
// -compact-warnings shows nothing else.
func failedSummary(verdict deployment.Verdict) string {
	if share := verdict.Share(); share != "" {
		return "Action failed: " + share
	}
	return "Action failed"
}
