// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// DiagnoseWait returns the diagnostic of a wait that ended before the actions finished. An
// interrupt is a warning, because the next apply resumes waiting.
func DiagnoseWait(ending deployment.Ending, endpoints string, warn bool) diag.Diagnostic {
	state := fmt.Sprintf("Last results: %s.", deployment.Results(ending.Parts))
	var summary, text string
	switch ending.Kind {
	case deployment.Interrupted:
		return diag.NewWarningDiagnostic("Stopped waiting for the actions",
			fmt.Sprintf("The wait was interrupted after %s. "+
				"The actions continue in Tanium. %s The next apply resumes waiting and deploys nothing.",
				ending.Elapsed.Round(time.Second), state))
	case deployment.Gone:
		missing := ending.Missing()
		if missing == nil {
			missing = ending.Parts
		}
		return diag.NewErrorDiagnostic("An action is no longer in Tanium",
			fmt.Sprintf("Tanium no longer shows action %s. It was deleted outside of Terraform during the wait, or "+
				"this token may not read it. %s Remove its ID from scheduled_action_ids, or deploy it again.",
				AllPartIDs(missing), state))
	case deployment.TimedOut:
		summary = "Actions did not finish in time: " + deployment.Results(ending.Parts)
		text = fmt.Sprintf("Not every action (%d in all) finished within the timeout of %s: %s. %s The actions "+
			"continue in Tanium. To wait longer, increase timeouts.create and timeouts.update.",
			len(ending.Parts), ending.Timeout.Round(time.Second), unfinished(ending.Parts), state)
		text += unissued(ending.Parts)
		if failed := ending.LastFailure(); failed != nil {
			text += lastRead(failed)
		}
	default:
		_, detail := FailureText("read the status of the actions", RightToRead, ending.Err)
		summary, text = "Cannot read the status of the actions",
			fmt.Sprintf("%s The provider asked again for %s.\n\n%s", detail, deployment.RejectedFor, state)
	}
	text += endpoints
	if warn {
		return diag.NewWarningDiagnostic(summary, text+"\n\nThe next apply resumes waiting and deploys nothing.")
	}
	return diag.NewErrorDiagnostic(summary, text+"\n\nThe next apply waits again and deploys nothing.")
}

// unfinished names the first actions that are not over.
func unfinished(parts []deployment.Part) string {
	open := slices.DeleteFunc(slices.Clone(parts), func(part deployment.Part) bool {
		return deployment.Terminal(part.Status)
	})
	return FirstIDs(open) + " still open"
}

// ActionsFailed returns the diagnostic of actions that failed, with a paragraph about their
// endpoints.
func ActionsFailed(verdict deployment.Verdict, endpoints string, warn bool) diag.Diagnostic {
	summary, detail := "Actions failed", verdict.Reason+endpoints
	if share := verdict.Share(); share != "" {
		summary += " on " + share + " endpoints"
	}
	if warn {
		return diag.NewWarningDiagnostic(summary, detail)
	}
	return diag.NewErrorDiagnostic(summary, detail+
		"\n\nThe next apply deploys a failed action again if its tanium_action has "+
		`on_failure = "error", unless it was stopped. To deploy it again otherwise, change its triggers. `+
		acceptSome("", verdict)+
		` To continue despite failures, set on_failure = "warn".`)
}
