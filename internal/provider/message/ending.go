// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// describeEnding returns the summary and the text of a wait that ended before the action finished,
// without advice.
func describeEnding(ending deployment.Ending, url string) (summary, text string) {
	ids, counts := AllPartIDs(ending.Parts), deployment.Results(ending.Parts)
	state := fmt.Sprintf("The action continues in Tanium: %s; last seen status %s.", counts, Status(ending.Parts))
	open := func(part deployment.Part) bool { return !deployment.Terminal(part.Status) }
	if !slices.ContainsFunc(ending.Parts, open) {
		state = fmt.Sprintf("The action is over in Tanium, with status %s, and endpoints may still report: %s.",
			Status(ending.Parts), counts)
	}
	if ending.Baking {
		state = fmt.Sprintf("It succeeded before that, and its bake time was not over: %s.", counts)
	}
	switch ending.Kind {
	case deployment.Interrupted:
		return "Stopped waiting for the action: " + counts, fmt.Sprintf("Action %s was deployed. The wait was "+
			"interrupted after "+
			"%s. %s%s", ids, ending.Elapsed.Round(time.Second), state, ConsoleLink(url))
	case deployment.Unapproved:
		ids = ScheduledIDs(ending.Parts)
		return "Action waits for approval: scheduled action " + ids, fmt.Sprintf("Scheduled action %s was created. "+
			"It issues the action once another user approves it%s.", ids, howToApprove)
	case deployment.Gone:
		return "Action is no longer in Tanium", goneText(ending)
	case deployment.TimedOut:
		text = fmt.Sprintf("Action %s was deployed but did not finish within the timeout of %s. %s%s", ids,
			ending.Timeout.Round(time.Second), state, unissued(ending.Parts))
		if failed := ending.LastFailure(); failed != nil {
			text += lastRead(failed)
		}
		return "Action did not finish in time: " + counts, text + ConsoleLink(url)
	default:
		_, detail := FailureText("read the status of action "+ids, RightToRead, ending.Err)
		return "Cannot read the action's status",
			fmt.Sprintf("%s The provider asked again for %s. The action was deployed. %s%s", detail,
				deployment.RejectedFor, state, ConsoleLink(url))
	}
}

// howToApprove says where another user approves an action.
const howToApprove = ": in the Tanium console, or with that user's token and a tanium_action_approval or a " +
	"tanium_action_approve"

// unissued returns sentences about parts that were not issued, with a leading space: why, and who
// acts. It is empty if all were issued.
func unissued(parts []deployment.Part) string {
	var unapproved, approved []deployment.Part
	for _, part := range parts {
		switch {
		case !part.NeverIssued():
		case part.Approved:
			approved = append(approved, part)
		default:
			unapproved = append(unapproved, part)
		}
	}
	text := ""
	if unapproved != nil {
		text += fmt.Sprintf(" Scheduled action %s waits for the approval of another user%s.",
			ScheduledIDs(unapproved), howToApprove)
	}
	if approved != nil {
		text += fmt.Sprintf(" Scheduled action %s needs no approval any more, and Tanium has not issued its action. "+
			"Its start may lie in the future, or the Tanium server may not have the files of the package yet: an "+
			"administrator finds their state at the package in the Tanium console.", ScheduledIDs(approved))
	}
	return text
}

// goneText says which parts of a deployment Tanium does not show any more.
func goneText(ending deployment.Ending) string {
	missing := ending.Missing()
	if missing == nil {
		missing = ending.Parts
	}
	text := fmt.Sprintf("Action %s was deployed, but Tanium no longer shows it. It was deleted outside of Terraform, "+
		"or this token may not read it. ", AllPartIDs(missing))
	if neverIssued(missing) {
		text += ranNowhere + "."
	} else {
		text += fmt.Sprintf("Last results: %s. Endpoints that started the action may have changed.",
			deployment.Results(missing))
	}
	others := slices.DeleteFunc(slices.Clone(ending.Parts), func(part deployment.Part) bool {
		return slices.ContainsFunc(missing, func(m deployment.Part) bool {
			return m.ScheduledActionID == part.ScheduledActionID
		})
	})
	if len(others) > 0 {
		text += fmt.Sprintf(" Tanium still shows action %s: %s.", AllPartIDs(others), deployment.Results(others))
	}
	return text
}

// lastRead returns a sentence about the last failure of a wait that ran out of time, with a leading
// space, and what to do if the token may have caused it.
func lastRead(err error) string {
	var known *gateway.Error
	text := fmt.Sprintf(" The last read failed: %s.", err)
	if errors.As(err, &known) && known.MayRejectToken() {
		text += " " + Advice(known, RightToRead)
	}
	return text
}

// taintHint ends an error of a creation, which taints the resource of an action that is still
// running. An error of an update does not.
const taintHint = "\n\nTerraform marks the resource as tainted, so the next plan shows a replacement. With the same " +
	"arguments, the next apply takes over the action, waits for it and deploys nothing, unless the action has failed " +
	`by then. With create_before_destroy, set on_duplicate = "adopt" for that.`

// resumeHint ends a message after which the next apply resumes waiting.
const resumeHint = "\n\nThe next apply resumes waiting and deploys nothing, unless the action has failed by then."

// DiagnoseEnding returns the diagnostic of a wait that ended before the action finished, with a
// paragraph about its endpoints. warns asks for a warning. updates reports an update, whose error
// does not taint the resource. An interrupt is always a warning, because after an error the next
// apply would cancel the action and deploy it again.
func DiagnoseEnding(ending deployment.Ending, url, endpoints string, warns, updates bool) diag.Diagnostic {
	summary, text := describeEnding(ending, url)
	switch ending.Kind {
	case deployment.Interrupted:
		warns = true
	case deployment.Gone:
		text += "\n\nThe next apply does not run it again. To run it again, change triggers. To remove it from the " +
			"state, remove the resource from the configuration."
		return diag.NewErrorDiagnostic(summary, text)
	case deployment.TimedOut:
		text += "\n\nTo wait longer, increase timeouts.create and timeouts.update."
	}
	switch text += endpoints; {
	case warns:
		return diag.NewWarningDiagnostic(summary, text+resumeHint)
	case updates:
		return diag.NewErrorDiagnostic(summary, text+resumeHint)
	default:
		return diag.NewErrorDiagnostic(summary, text+taintHint)
	}
}
