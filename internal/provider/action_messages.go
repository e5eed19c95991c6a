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

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
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

// noticeDispatched says what a person should know of a deployment that was made.
func noticeDispatched(request deployment.Request, dispatched deployment.Dispatched) diag.Diagnostics {
	var notices diag.Diagnostics
	cancelled := strings.Join(dispatched.Cancelled, ", ")
	switch {
	case len(dispatched.Adopted) > 0:
		did := "Nothing was deployed."
		if cancelled != "" {
			did = fmt.Sprintf("What this apply had deployed at the same moment, scheduled action %s, was cancelled "+
				"again. Endpoints may have started it.", cancelled)
		}
		notices.AddWarning("Adopted an action that was already deployed",
			fmt.Sprintf(`The same deployment as %s was open in Tanium: %s. It was taken over, because on_duplicate `+
				`is "adopt". %s`,
				titled(request), deployment.DescribeExisting(dispatched.Adopted), did))
	case cancelled != "":
		notices.AddWarning("Action was deployed more than once",
			fmt.Sprintf("The request to deploy %s was sent once, and Tanium carried it out more often: "+
				"a server between may have repeated it. Scheduled action %s, the surplus, was cancelled. "+
				"Endpoints may have run the action twice.", titled(request), cancelled))
	}
	if len(dispatched.Replaced) > 0 {
		did := "It was cancelled and deployed again"
		if len(dispatched.Parts) == 0 {
			did = "It was cancelled, and what replaces it was not deployed"
		}
		notices.AddWarning("Cancelled a failed deployment of the same",
			fmt.Sprintf(`The same deployment as %s was open in Tanium and had failed: %s. `+
				`%s, because on_duplicate is "adopt".`,
				titled(request), deployment.DescribeExisting(dispatched.Replaced), did))
	}
	if dispatched.MarkerLost {
		notices.AddWarning("Tanium does not keep the marker of the action",
			fmt.Sprintf("The comment of %s was sent with the marker %s, and Tanium does not show it. "+
				"Without it, an action whose answer is lost, or whose state is lost, is not found again, and would "+
				"be deployed once more.", titled(request), dispatched.Marker))
	}
	if dispatched.Unchecked != nil {
		notices.AddWarning("Simultaneous deployments were not ruled out",
			fmt.Sprintf("Whether somebody deployed the same as %s at the same moment could not be read: %s.",
				titled(request), cause(dispatched.Unchecked)))
	}
	return notices
}

// noticeStillManaged says why a destroy leaves an action alone.
func noticeStillManaged(part deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action is managed by another resource",
		fmt.Sprintf("Scheduled action %s was adopted during this run, by a replacement with create_before_destroy "+
			"for example. It was not cancelled.",
			part.ScheduledActionID))
}

// noticeUnverified says of which action nobody knows whether it stopped.
func noticeUnverified(part deployment.Part, actionID string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Whether the action stopped is not known",
		fmt.Sprintf("Scheduled action %s was deleted and action %s was told to stop. Tanium does not show action %s "+
			"to this token, so that could not be verified. The token's user and persona may lack the right %s.",
			part.ScheduledActionID, actionID, actionID, rightToRead))
}

// noticeHidden says that a schedule which was just made is not shown.
func noticeHidden(parts []deployment.Part, made time.Time) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Tanium does not show the action",
		fmt.Sprintf("Action %s was deployed at %s, and Tanium does not show its schedule. The state is kept. "+
			"If it stays so, the next refresh takes the action for deleted.", namedAll(parts),
			made.Format(time.RFC1123)))
}

// noticeForgotten says that an action was deleted outside of Terraform.
func noticeForgotten(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action was deleted outside of Terraform",
		fmt.Sprintf("Tanium has no schedule of action %s that this token may read. The resource is removed from the "+
			"state, and a plan deploys it again.",
			namedAll(parts)))
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

// noticeReach is what a plan says about the endpoints that a deployment would reach. Terraform
// plans once more at apply and shows it again, because its protocol does not tell the two apart: so
// the summary says it all. It differs from action to action, or Terraform would show one of several
// alone.
func noticeReach(request deployment.Request, reach targeting.Reach) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("targets"), "Deployment would reach "+
		deployment.Announce(reach),
		fmt.Sprintf("For %s; counted again right before the deployment.", titled(request)))
}

// noticeStart is what a plan says about an apply that waits for an action to start.
func noticeStart(start, end time.Time) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("schedule").AtName("start_time"),
		"Apply would wait for the action to start at "+start.Format(time.RFC1123),
		fmt.Sprintf("It would then wait for the action to finish, until %s at the latest. "+
			"To end the apply once the action is scheduled, set wait { enabled = false }.", end.Format(time.RFC1123)))
}

// noticeRedeploy is what a plan says about an action that failed and is deployed again.
func noticeRedeploy(parts []deployment.Part, verdict deployment.Verdict) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action failed and will be deployed again",
		fmt.Sprintf(`%s This was action %s. To keep it as it is, set on_failure = "warn".`, verdict.Reason,
			namedAll(parts)))
}

// noticeImported is what a plan says about an imported action that was deployed otherwise than the
// configuration would.
func noticeImported(differences []catalog.Problem) diag.Diagnostic {
	var list strings.Builder
	for _, difference := range differences {
		fmt.Fprintf(&list, "\n  - %s: %s", difference.Path, difference.Detail)
	}
	return diag.NewWarningDiagnostic("Imported action differs from the configuration",
		fmt.Sprintf("Applying cancels the imported action and deploys the configuration. "+
			"To keep it, change the configuration:%s", list.String()))
}

// noticeAdopts is what a plan says about an imported action that is as the configuration says.
func noticeAdopts(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Imported action is adopted",
		fmt.Sprintf("Applying takes over action %s as it is, and deploys nothing.", namedAll(parts)))
}

// noticeResumes is what a plan says about an action that is not finished.
func noticeResumes(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action is not finished",
		fmt.Sprintf("Applying resumes waiting for action %s, and deploys nothing.", namedAll(parts)))
}

// noticeIncomplete is what a plan says about a deployment of which somebody deleted a part.
func noticeIncomplete(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action was partly deleted and will be deployed again",
		fmt.Sprintf("A scheduled action of %s was deleted outside of Terraform, and those for other platforms were "+
			"not.", namedAll(parts)))
}

// noticeCancel is what a plan to destroy says.
func noticeCancel(parts []deployment.Part, keep bool) diag.Diagnostic {
	if keep {
		return diag.NewWarningDiagnostic("Action stays in Tanium",
			fmt.Sprintf(`on_destroy is "keep": action %s continues and is no longer managed.`, namedAll(parts)))
	}
	return diag.NewWarningDiagnostic("Action will be cancelled",
		fmt.Sprintf("Action %s: no further actions are issued, and endpoints that have not started do not run it. "+
			"Changes already made remain.", namedAll(parts)))
}
