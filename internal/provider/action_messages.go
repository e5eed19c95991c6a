// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// What a failed deployment, wait or cancellation says to the person at the terminal: what was and
// was not done, what the server said, what to do, and the IDs.

// notPrepared says which step of the check of a deployment failed.
func notPrepared(request deployment.Request, err error) diag.Diagnostic {
	var failed *deployment.PrepareError
	if !errors.As(err, &failed) {
		return failure("check the deployment", rightToRead, err)
	}
	switch failed.Step {
	case deployment.StepPackage:
		return failure("look up package "+request.Package.Ref.String(), rightToRead, err)
	case deployment.StepTargets:
		return failure("look up what the targets name", rightToRead, err)
	default:
		summary, detail := failureText("count the endpoints the deployment would reach", "to read endpoints", err)
		return diag.NewAttributeErrorDiagnostic(path.Root("targets"), summary, detail+" Nothing was deployed.")
	}
}

func notDeployed(request deployment.Request, err error) diag.Diagnostic {
	var uncertain *deployment.Uncertain
	var duplicate *deployment.Duplicate
	var multiple *deployment.Multiple
	switch {
	case errors.As(err, &multiple):
		return diag.NewErrorDiagnostic("Action was deployed more than once",
			fmt.Sprintf("The request to deploy %s was sent once, and Tanium shows %d scheduled actions with its "+
				"marker %s: %s. A server between this machine and Tanium may have repeated it.\n\n"+
				"Delete those you do not want in the Tanium console. To manage one that is not in the state, import "+
				"it by its ID.", titled(request), len(multiple.ScheduledActionIDs), multiple.Marker,
				strings.Join(multiple.ScheduledActionIDs, ", ")))
	case errors.As(err, &uncertain):
		searched := "Tanium was asked for it and shows none so far."
		if !uncertain.Searched {
			searched = "Tanium could not be asked for it."
		}
		return diag.NewErrorDiagnostic("Action may or may not have been deployed",
			fmt.Sprintf("The request to deploy %s was sent, and no answer came back that says what became of it: %s. "+
				"If it was deployed, its comment has the marker %s. %s\n\nIt was not sent again, so that nothing is "+
				"deployed twice. Apply again when Tanium answers: before it deploys, it looks for this deployment, "+
				"and stops if it is open. In the Tanium console, search the comments of scheduled actions for the "+
				"marker.", titled(request), cause(uncertain.Err), uncertain.Marker, searched))
	case errors.As(err, &duplicate) && duplicate.Left != nil:
		return diag.NewErrorDiagnostic("Action was deployed twice at the same moment",
			fmt.Sprintf("Somebody deployed the same as %s at the same moment: %s. What this apply made was to be "+
				"cancelled, and was not: %s.\n\nIt is in the state: destroy it, or apply again.", titled(request),
				deployment.DescribeExisting(duplicate.Existing), duplicate.Left))
	case errors.As(err, &duplicate) && duplicate.Cancelled != nil:
		return diag.NewErrorDiagnostic("Action was deployed by somebody else at the same moment",
			fmt.Sprintf("Somebody deployed the same as %s at the same moment: %s. What this apply made, scheduled "+
				"action %s, was cancelled again. Endpoints may have started it.\n\n"+
				`To take over the other one in such a case, set on_duplicate = "adopt".`,
				titled(request), deployment.DescribeExisting(duplicate.Existing),
				strings.Join(duplicate.Cancelled, ", ")))
	case errors.As(err, &duplicate):
		return diag.NewErrorDiagnostic("Action is deployed already",
			fmt.Sprintf("The same deployment as %s is open in Tanium: %s. An earlier apply may have made it and "+
				"could not save it, or another configuration deploys the same. Nothing was deployed.\n\n"+
				"To take it over, import it by that ID, or set "+
				`on_duplicate = "adopt". To deploy another one, set on_duplicate = "ignore", or give triggers that `+
				`differ. Or delete it `+
				"in the Tanium console.", titled(request), deployment.DescribeExisting(duplicate.Existing)))
	case errors.Is(err, context.Canceled):
		return diag.NewErrorDiagnostic("Interrupted before the action was deployed", "Nothing was deployed.")
	default:
		summary, detail := failureText("deploy "+titled(request), rightToDeploy, err)
		return diag.NewErrorDiagnostic(summary, detail+" Nothing was deployed.")
	}
}

// cause is the gateway's error in a chain, for a sentence; else the whole.
func cause(err error) error {
	var known *gateway.Error
	if errors.As(err, &known) {
		return known
	}
	return err
}

func titled(request deployment.Request) string {
	if request.Name == "" && request.Operation != nil {
		return "the operation " + request.Operation.Name()
	}
	if request.Name == "" {
		return "the action that runs package " + request.Package.Ref.String()
	}
	return fmt.Sprintf("the action %q", request.Name)
}

func failed(model *actionModel, parts []deployment.Part, verdict deployment.Verdict) diag.Diagnostic {
	detail := fmt.Sprintf("%s\n\nIn all: %s. This was action %s.%s", verdict.Reason,
		deployment.Counts(deployment.Total(parts)), namedAll(parts), link(model))
	if model.OnFailure.ValueString() == policyWarn {
		return diag.NewWarningDiagnostic("Action failed", detail)
	}
	return diag.NewErrorDiagnostic("Action failed", detail+
		"\n\nThe next apply cancels what is left of it and deploys the action anew. "+
		`To accept some failures, raise wait.max_failed_percent; to keep it as it is, set on_failure = "warn". `+
		`If a plan says that the resource is tainted, run "terraform untaint" with its address as well: `+
		`Terraform replaces a tainted resource whatever the configuration says.`)
}

func link(model *actionModel) string {
	if url := model.ConsoleURL.ValueString(); url != "" {
		return " See " + url
	}
	return ""
}

// tainted is what to add to an error that may taint an action which continues all the while.
const tainted = "\n\nTerraform may mark the resource as tainted; the next apply would then cancel the action and " +
	"deploy it anew. " +
	`To keep it instead, run "terraform untaint" with the resource's address first.`

// resumes is what to add where nothing is lost.
const resumes = "\n\nThe next apply resumes waiting and deploys nothing."

// diagnoseEnding says why the end of an action was not seen. An interrupt is a warning, because an
// error would make Terraform cancel and deploy again an action that continues all the while.
func diagnoseEnding(model *actionModel, ending deployment.Ending) diag.Diagnostic {
	counts := deployment.Counts(deployment.Total(ending.Parts))
	state := fmt.Sprintf("The action is still running in Tanium: %s; last seen status %s.%s", counts,
		status(ending.Parts), link(model))
	var text, summary string
	switch ending.Kind {
	case deployment.Interrupted:
		return diag.NewWarningDiagnostic("Stopped waiting for the action",
			fmt.Sprintf("Action %s was deployed, and the wait was interrupted after %s. %s%s",
				namedAll(ending.Parts), ending.Elapsed.Round(time.Second), state, resumes))
	case deployment.Unapproved:
		const waits = "Action waits for approval"
		text = fmt.Sprintf("Scheduled action %s was made, and issues its action once another user approves it, in "+
			"the Tanium console or by a tanium_action_approval with that user's token.",
			ending.Parts[0].ScheduledActionID)
		if waitFrom(model.Wait).approval == approvalFail {
			return diag.NewErrorDiagnostic(waits, text+tainted)
		}
		return diag.NewWarningDiagnostic(waits, text+resumes)
	case deployment.Gone:
		return diag.NewErrorDiagnostic("Action is no longer in Tanium",
			fmt.Sprintf("Action %s was deployed, and Tanium does not show it any more: "+
				"it was deleted outside of Terraform, or this token may not see it. Last seen: %s. "+
				"Endpoints that had started it may have been changed. To deploy it again, apply with -replace; "+
				"to accept this, set wait { enabled = false }.%s", namedAll(ending.Parts), counts, tainted))
	case deployment.TimedOut:
		summary = "Action did not finish in time"
		text = fmt.Sprintf("Action %s was deployed and had not finished after %s, the timeout. "+
			"%s Raise timeouts.create and timeouts.update to wait longer.", namedAll(ending.Parts),
			ending.Timeout.Round(time.Second), state)
		if failed := ending.LastFailure(); failed != nil {
			text += fmt.Sprintf(" The last read failed: %s.", failed)
		}
	default:
		_, detail := failureText("read the status of action "+namedAll(ending.Parts), rightToRead, ending.Err)
		summary = "Cannot read the action's status"
		text = fmt.Sprintf("%s The action was deployed. %s", detail, state)
	}
	if model.OnTimeout.ValueString() == policyWarn {
		return diag.NewWarningDiagnostic(summary, text+resumes)
	}
	return diag.NewErrorDiagnostic(summary, text+tainted+` With on_timeout = "warn" that is not needed.`)
}

func status(parts []deployment.Part) string {
	if status := deployment.Status(parts); status != "" {
		return string(status)
	}
	for _, part := range parts {
		if !part.Approved {
			return "waiting for approval"
		}
	}
	return "not issued yet"
}

func notCancelled(part deployment.Part, err error) diag.Diagnostic {
	summary, detail := failureText("cancel action "+named(part), rightToCancel, err)
	return diag.NewErrorDiagnostic(summary,
		fmt.Sprintf("%s.\n\n%s\n\nThe resource stays in the state: destroy again to try again.", err, detail))
}

// named names a part by what the Tanium console and its logs call it.
func named(part deployment.Part) string {
	if part.ActionID == "" {
		return "of scheduled action " + part.ScheduledActionID
	}
	return fmt.Sprintf("%s of scheduled action %s", part.ActionID, part.ScheduledActionID)
}

func namedAll(parts []deployment.Part) string {
	names := make([]string, len(parts))
	for i, part := range parts {
		names[i] = named(part)
	}
	return strings.Join(names, " and ")
}
