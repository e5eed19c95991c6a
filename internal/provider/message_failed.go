// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// The diagnostics in this file say what failed, what the server said, what was and was not done,
// what to do, and the IDs.

// notPrepared returns the error of a deployment whose check failed.
func notPrepared(request deployment.Request, err error) diag.Diagnostic {
	if errors.Is(err, context.Canceled) {
		return interruptedBefore()
	}
	var failed *deployment.PrepareError
	subject, permission := "check the deployment", rightToRead
	if errors.As(err, &failed) {
		switch failed.Step {
		case deployment.StepPackage:
			subject = "look up package " + request.Package.Ref.String()
		case deployment.StepTargets:
			subject = "look up the targets"
		default:
			summary, detail := failureText("count the endpoints the deployment would reach", "to read endpoints", err)
			return diag.NewAttributeErrorDiagnostic(path.Root("targets"), summary, detail+" Nothing was deployed.")
		}
	}
	summary, detail := failureText(subject, permission, err)
	return diag.NewErrorDiagnostic(summary, detail+" Nothing was deployed.")
}

// sharedAction returns the error of a plan that would cancel scheduled actions of an object in the
// state that stays.
func sharedAction(ids []string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Plan would cancel the action of another object",
		fmt.Sprintf("Two objects in the state have scheduled action %s. The plan destroys or replaces one of them, "+
			"which would cancel the action of the other. An apply with create_before_destroy leaves such objects if "+
			"it ends before it destroys the old one, and so does an import of an action that another resource has. "+
			"Nothing was cancelled.\n\n"+
			"To keep the action, remove the resource that is destroyed from the state with \"terraform state rm\", "+
			"which also removes its deposed objects, and import the scheduled action if the resource is still "+
			"configured. To cancel the action, run \"terraform destroy -refresh=false -target=ADDRESS\" with the "+
			"address of each resource that has it. Without -refresh=false, Terraform first makes the plan that has "+
			"failed. Terraform may show this error at either of the two.",
			strings.Join(ids, ", ")))
}

// recovery is what to do after a deployment that failed. It depends on what deployed.
type recovery struct {
	// own: another object or invocation of this run made the same deployment.
	own string
	// held: another object in the state has the same deployment, and it is open.
	held string
	// duplicate: the same deployment is open, and nothing was deployed.
	duplicate string
	// ended: the same deployment has ended recently, and nothing was deployed.
	ended string
	// halted: the same deployment was stopped by somebody, and nothing was deployed.
	halted string
	// left: the same deployment was made at the same moment, and both are open.
	left string
	// uncertain: it is unknown whether the deployment was made.
	uncertain string
	// surplus: the deployment was made more than once.
	surplus string
}

// resourceRecovery is what to do for the resource tanium_action.
func resourceRecovery() recovery {
	return recovery{
		own: "Resources with the same arguments, also several instances by count or for_each, are the same " +
			"deployment, and the action runs once. To run it for each of them, give them different triggers, or set " +
			`on_duplicate = "ignore". Otherwise remove all but one.`,
		held: "Another object in the state has it. Resources with the same arguments, also several instances by " +
			"count or for_each, are the same deployment. It may also be the action that this resource replaces with " +
			"create_before_destroy. Nothing was deployed.\n\n" +
			"To run the action again while it is open, change triggers, which tell equal deployments apart, or set " +
			`on_duplicate = "ignore".`,
		duplicate: "An earlier apply may have made it without saving it in the state, or another resource with the " +
			"same arguments, of this or of another configuration, has it, or it is the action that this resource " +
			"replaces with create_before_destroy. Nothing was deployed.\n\n" +
			`If another resource has it, change triggers, which tell equal deployments apart, or set on_duplicate = ` +
			`"ignore". If no state has it, set on_duplicate = "adopt" to take it over, or run "terraform import ` +
			`ADDRESS ID". If the resource is tainted, "terraform untaint ADDRESS" keeps the action, too.`,
		ended: "An earlier apply may have made it without saving it in the state, or another configuration has it, " +
			"or it is the action that this resource replaces with create_before_destroy. Nothing was deployed.\n\n" +
			`To take its result, set on_duplicate = "adopt". If the state does not have it, "terraform import " +
			"ADDRESS ` +
			`ID" also works. ` +
			`To run the action again, change triggers or set on_duplicate = "ignore".`,
		halted: "An action that somebody stopped is not run again by itself. Nothing was deployed.\n\n" +
			`To run it again, change triggers or set on_duplicate = "ignore".`,
		left: "Both are open, and endpoints may run the action twice. The deployment of this apply is in the " +
			"state. To cancel it, run \"terraform destroy\" with -target and the address of the resource. The next " +
			"apply keeps both.",
		uncertain: "Apply again with the same arguments when Tanium answers. The next apply looks for this " +
			`deployment before it deploys, and stops or takes it over if it finds it. With on_duplicate = "ignore", ` +
			"it does not look, and may deploy a second time. A destroy, or an apply with other arguments, does not " +
			"find it.",
		surplus: "Delete the surplus scheduled actions in the Tanium console. To manage one that is not in the " +
			`state, run "terraform import ADDRESS ID".`,
	}
}

// notDeployed returns the errors of a deployment that failed.
func notDeployed(request deployment.Request, err error, then recovery) (diags diag.Diagnostics) {
	var outside *deployment.OutOfGuard
	var unprepared *deployment.PrepareError
	switch {
	case errors.As(err, &outside):
		report(outside.Problems, &diags)
	case errors.As(err, &unprepared):
		diags.Append(notPrepared(request, err))
	default:
		diags.Append(notDispatched(request, err, then))
	}
	return diags
}

// notDispatched returns the error of a deployment that failed after its check.
func notDispatched(request deployment.Request, err error, then recovery) diag.Diagnostic {
	var uncertain *deployment.Uncertain
	var duplicate *deployment.Duplicate
	var multiple *deployment.Multiple
	switch {
	case errors.As(err, &multiple):
		return diag.NewErrorDiagnostic("Action was deployed more than once",
			fmt.Sprintf("The request to deploy %s was sent once, and Tanium shows %d scheduled actions with its "+
				"marker %s: %s. A server between this machine and Tanium may have repeated the request.\n\n%s",
				describeRequest(request), len(multiple.ScheduledActionIDs), multiple.Marker,
				strings.Join(multiple.ScheduledActionIDs, ", "), then.surplus))
	case errors.As(err, &uncertain):
		searched := "The provider searched Tanium for the marker and found no deployment so far."
		if !uncertain.Searched {
			searched = "The provider could not search Tanium for the marker."
		}
		return diag.NewErrorDiagnostic("Action may or may not have been deployed",
			fmt.Sprintf("The request to deploy %s was sent, and no answer confirmed whether Tanium carried it out: "+
				"%s. If it was deployed, its comment has the marker %s. %s\n\nThe request was not sent again, so that "+
				"nothing is deployed twice. %s In the Tanium console, search the comments of scheduled actions for "+
				"the marker.",
				describeRequest(request), cause(uncertain.Err), uncertain.Marker, searched, then.uncertain))
	case errors.As(err, &duplicate) && duplicate.Left != nil:
		return diag.NewErrorDiagnostic("Action was deployed twice at the same moment",
			fmt.Sprintf("The same deployment as %s was made by another run at the same moment: %s. This run could "+
				"not cancel its own deployment: %s.\n\n%s", describeRequest(request),
				deployment.DescribeExisting(duplicate.Existing), duplicate.Left, then.left))
	case errors.As(err, &duplicate) && duplicate.Cancelled != nil:
		return diag.NewErrorDiagnostic("Action was deployed by another run at the same moment",
			fmt.Sprintf("The same deployment as %s was made by another run at the same moment: %s. This run "+
				"cancelled its own deployment, scheduled action %s. Endpoints may have started it.\n\n"+
				`To take over the other deployment in this case, set on_duplicate = "adopt".`,
				describeRequest(request), deployment.DescribeExisting(duplicate.Existing),
				strings.Join(duplicate.Cancelled, ", ")))
	case errors.As(err, &duplicate) && duplicate.Holder == deployment.HolderRun:
		return diag.NewErrorDiagnostic("Action was already deployed in this run",
			fmt.Sprintf("This run has already made the same deployment as %s: %s. Nothing was deployed a second "+
				"time.\n\n%s", describeRequest(request), deployment.DescribeExisting(duplicate.Existing), then.own))
	case errors.As(err, &duplicate) && duplicate.Ended != nil:
		return alreadyRun(request, duplicate, then)
	case errors.As(err, &duplicate) && duplicate.Holder == deployment.HolderState:
		return diag.NewErrorDiagnostic("Action is already deployed",
			fmt.Sprintf("The same deployment as %s is open in Tanium: %s. %s", describeRequest(request),
				deployment.DescribeExisting(duplicate.Existing), then.held))
	case errors.As(err, &duplicate):
		return diag.NewErrorDiagnostic("Action is already deployed",
			fmt.Sprintf("The same deployment as %s is open in Tanium: %s. %s", describeRequest(request),
				deployment.DescribeExisting(duplicate.Existing), then.duplicate))
	case errors.Is(err, context.Canceled):
		return interruptedBefore()
	default:
		summary, detail := failureText("deploy "+describeRequest(request), rightToDeploy, err)
		return diag.NewErrorDiagnostic(summary, detail+" Nothing was deployed.")
	}
}

// interruptedBefore returns the error of a deployment that was interrupted before it was made.
func interruptedBefore() diag.Diagnostic {
	return diag.NewErrorDiagnostic("Interrupted before the action was deployed",
		"Nothing was deployed. To deploy it, run the same command again.")
}

// alreadyRun returns the error of a deployment that has ended recently and that the state does not
// have.
func alreadyRun(request deployment.Request, duplicate *deployment.Duplicate, then recovery) diag.Diagnostic {
	ended, name := duplicate.Ended, describeRequest(request)
	when := ""
	if !ended.At.IsZero() {
		when = " at " + deployment.FormatTime(ended.At) + " or before"
	}
	summary, how, advice := "Action has already run", "It ended"+when, then.ended
	if ended.Succession == deployment.Halt {
		summary, how, advice = "Somebody stopped "+name, "Somebody stopped it in Tanium", then.halted
	}
	return diag.NewErrorDiagnostic(summary,
		fmt.Sprintf("The same deployment as %s was made before: %s. %s: %s. %s", name,
			deployment.DescribeExisting(duplicate.Existing), how, deployment.Results(ended.Parts),
			advice))
}

// uncertain reports the error of a deployment that may have been made.
func uncertain(err error) bool {
	var unknown *deployment.Uncertain
	var multiple *deployment.Multiple
	return errors.As(err, &unknown) || errors.As(err, &multiple)
}

// describeRequest returns a noun phrase for a deployment.
func describeRequest(request deployment.Request) string {
	if request.Name == "" && request.Operation != nil {
		return "the operation " + request.Operation.Name()
	}
	if request.Name == "" {
		return "the action that runs package " + request.Package.Ref.String()
	}
	return fmt.Sprintf("the action %q", request.Name)
}

// failedText returns what happened to an action that failed, and its page in the console if it has
// one.
func failedText(parts []deployment.Part, verdict deployment.Verdict, url string) string {
	return fmt.Sprintf("%s%s\n\nTotal: %s. This was action %s.%s", verdict.Reason, whyNotRun(parts, verdict),
		deployment.Results(parts), allPartIDs(parts), consoleLink(url))
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

// actionFailed returns the diagnostic of an action that failed, with a paragraph about its
// endpoints.
func actionFailed(
	model *actionModel, parts []deployment.Part, verdict deployment.Verdict, endpoints string,
) diag.Diagnostic {
	detail := failedText(parts, verdict, model.ConsoleURL.ValueString()) + endpoints
	if model.OnFailure.ValueString() == policyWarn {
		return diag.NewWarningDiagnostic(failedSummary(verdict), detail)
	}
	if len(deployment.Halted(parts)) > 0 {
		return diag.NewErrorDiagnostic(failedSummary(verdict), detail+"\n\nThe next apply does not run it again, "+
			"because "+
			`somebody stopped it. To run it again, change triggers. To accept the result, set on_failure = "warn".`)
	}
	next := "cancels the action if it is still open"
	if model.OnDestroy.ValueString() == policyKeep {
		next = "leaves the action in Tanium"
	}
	detail += "\n\nThe next apply " + next + " and deploys it again. " +
		acceptSome("wait.", verdict) + ` To keep the action, set on_failure = "warn".`
	return diag.NewErrorDiagnostic(failedSummary(verdict), detail)
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

// accepted returns the warning of an action that succeeded although endpoints failed; nil if none
// did.
func accepted(request deployment.Request, parts []deployment.Part, verdict deployment.Verdict) diag.Diagnostics {
	if verdict.Failed == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(
		fmt.Sprintf("Failures of %s were accepted: %s", describeRequest(request), verdict.Share()),
		fmt.Sprintf("wait accepts them, so the action succeeded. Total: %s. This was action %s.",
			deployment.Results(parts), allPartIDs(parts)))}
}

// haltedText says what somebody did to an action in Tanium, and how to run it again.
func haltedText(parts []deployment.Part) string {
	changed := deployment.Halted(parts)
	if len(changed) == 0 { // found as a whole
		changed = parts
	}
	did := fmt.Sprintf("Action %s was stopped in Tanium before it succeeded", allPartIDs(changed))
	for _, part := range changed {
		if part.Deleted && part.Status != gateway.ActionStatusStopped {
			effect := "Endpoints may still run the action"
			if neverIssued(changed) {
				effect = ranNowhere
			}
			did = fmt.Sprintf("Scheduled action %s was deleted, or this token may not read it. If it was not "+
				"deleted, give the token's user and persona the right %s, and plan again. %s",
				scheduledIDs(changed), rightToRead, effect)
		}
	}
	if len(changed) < len(parts) {
		did += fmt.Sprintf(". The others, of %d in total, are not affected", len(parts))
	}
	return fmt.Sprintf("%s: %s. Tanium does not tell who did it. An action that somebody stopped is not run again by "+
		"itself.\n\nTo run it again, change triggers. To accept the result of a stopped action, set on_failure = "+
		"\"warn\". To end it, remove the resource from the configuration.", did,
		deployment.Results(parts))
}

// ranNowhere says that parts were never issued, without a full stop.
const ranNowhere = "It was never issued, so it ran on no endpoint"

// neverIssued reports that none of the parts was issued.
func neverIssued(parts []deployment.Part) bool {
	return !slices.ContainsFunc(parts, func(part deployment.Part) bool { return !part.NeverIssued() })
}

// halted returns the error of an apply that would run an action again that somebody stopped.
func halted(request deployment.Request, parts []deployment.Part) diag.Diagnostic {
	return diag.NewErrorDiagnostic(fmt.Sprintf("Somebody stopped %s", describeRequest(request)),
		haltedText(parts)+" Nothing was deployed or cancelled, and the resource stays in the state.")
}

// notSucceeded returns the error of a destroy that could not read what becomes of an action.
func notSucceeded(model actionModel, part deployment.Part, err error) diag.Diagnostic {
	var another *deployment.Another
	if errors.As(err, &another) {
		return otherDeployment(model, another)
	}
	summary, detail := failureText("read action "+partIDs(part), rightToRead, err)
	return diag.NewErrorDiagnostic(summary, detail+" It is not known whether the action is still under way. Nothing "+
		"was deployed or cancelled, and the resource stays in the state. Apply again when Tanium can be read.")
}

// successorUnknown returns the error of an apply that would replace an action that is not failed by
// a deployment with arguments that the plan did not know.
func successorUnknown(request deployment.Request, parts []deployment.Part) diag.Diagnostic {
	return diag.NewErrorDiagnostic(
		fmt.Sprintf("It is not known whether %s is the same deployment", describeRequest(request)),
		fmt.Sprintf("Terraform replaces the resource, because it is tainted, and some of its arguments depend on "+
			"values that were not known in the plan. So the provider cannot tell whether action %s is to be "+
			"replaced: %s. Nothing was deployed or cancelled, and the resource stays in the state.\n\nApply what the "+
			"arguments depend on first, with -target. Or run \"terraform untaint\" with the address of the resource, "+
			"and apply again: the apply then compares the arguments once they are known.",
			allPartIDs(parts), deployment.Results(parts)))
}

// notReplaced returns the error of a replacement by the same deployment while another one is open.
func notReplaced(model actionModel, others *deployment.Duplicate) diag.Diagnostic {
	name, holder := describeRequest(model.request()), "Another configuration may have it, or an earlier apply made it"
	if others.Holder == deployment.HolderState {
		holder = "Another object in the state has it"
	}
	return diag.NewErrorDiagnostic(fmt.Sprintf("The deployment of %s is open a second time", name),
		fmt.Sprintf("The resource is to be replaced by the same deployment, and that one is also open as %s. %s. "+
			"Nothing was cancelled or deployed, and action %s stays in the state.\n\nTo replace it nevertheless, set "+
			`on_duplicate = "ignore", or change triggers, which tell equal deployments apart.`,
			deployment.DescribeExisting(others.Existing), holder, allPartIDs(model.parts())))
}

// knownOnlyNow returns the error of an apply whose plan did not know arguments that differ from the
// state.
func knownOnlyNow(prior actionModel, names []string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(
		fmt.Sprintf("Arguments of %s differ from the state: %s", describeRequest(prior.request()),
			strings.Join(names, ", ")),
		fmt.Sprintf("They were not known in the plan, so the plan did not show which endpoints another deployment "+
			"would reach. Nothing was deployed or cancelled, and action %s stays as it is. Apply again: the "+
			"arguments are known now, and the plan shows the replacement. If they depend on a data source with "+
			"depends_on, remove depends_on, or apply what it names first, with -target.", allPartIDs(prior.parts())))
}

// consoleLink returns the end of a paragraph with the action's page in the console; empty for none.
func consoleLink(url string) string {
	if url != "" {
		return " See " + url
	}
	return ""
}

// describeEnding returns the summary and the text of a wait that ended before the action finished,
// without advice.
func describeEnding(ending deployment.Ending, url string) (summary, text string) {
	ids, counts := allPartIDs(ending.Parts), deployment.Results(ending.Parts)
	state := fmt.Sprintf("The action continues in Tanium: %s; last seen status %s.", counts, status(ending.Parts))
	if ending.Baking {
		state = fmt.Sprintf("It succeeded before that, and its bake time was not over: %s.", counts)
	}
	switch ending.Kind {
	case deployment.Interrupted:
		return "Stopped waiting for the action: " + counts, fmt.Sprintf("Action %s was deployed. The wait was "+
			"interrupted after "+
			"%s. %s%s", ids, ending.Elapsed.Round(time.Second), state, consoleLink(url))
	case deployment.Unapproved:
		ids = scheduledIDs(ending.Parts)
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
		return "Action did not finish in time: " + counts, text + consoleLink(url)
	default:
		_, detail := failureText("read the status of action "+ids, rightToRead, ending.Err)
		return "Cannot read the action's status",
			fmt.Sprintf("%s The provider asked again for %s. The action was deployed. %s%s", detail,
				deployment.RejectedFor, state, consoleLink(url))
	}
}

// howToApprove says where another user approves an action.
const howToApprove = ": in the Tanium console, or with that user's token and a tanium_action_approval or a " +
	"tanium_action_approve"

// scheduledIDs returns the IDs of the scheduled actions of parts.
func scheduledIDs(parts []deployment.Part) string {
	ids := make([]string, len(parts))
	for i, part := range parts {
		ids[i] = part.ScheduledActionID
	}
	return strings.Join(ids, " and ")
}

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
			scheduledIDs(unapproved), howToApprove)
	}
	if approved != nil {
		text += fmt.Sprintf(" Scheduled action %s needs no approval any more, and Tanium has not issued its action. "+
			"Its start may lie in the future, or the Tanium server may not have the files of the package yet: an "+
			"administrator finds their state at the package in the Tanium console.", scheduledIDs(approved))
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
		"or this token may not read it. ", allPartIDs(missing))
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
		text += fmt.Sprintf(" Tanium still shows action %s: %s.", allPartIDs(others), deployment.Results(others))
	}
	return text
}

// lastRead returns a sentence about the last failure of a wait that ran out of time, with a leading
// space, and what to do if the token may have caused it.
func lastRead(err error) string {
	var known *gateway.Error
	text := fmt.Sprintf(" The last read failed: %s.", err)
	if errors.As(err, &known) && known.MayRejectToken() {
		text += " " + advice(known, rightToRead)
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

// diagnoseEnding returns the diagnostic of a wait that ended before the action finished. An
// interrupt is a warning, because after an error the next apply would cancel the action and deploy
// it again.
func diagnoseEnding(model *actionModel, ending deployment.Ending, endpoints string) diag.Diagnostic {
	summary, text := describeEnding(ending, model.ConsoleURL.ValueString())
	warn := model.OnTimeout.ValueString() == policyWarn
	switch ending.Kind {
	case deployment.Interrupted:
		return diag.NewWarningDiagnostic(summary, text+resumeHint)
	case deployment.Unapproved:
		if waitFrom(model.Wait).approval == approvalFail {
			if model.updated {
				return diag.NewErrorDiagnostic(summary, text+resumeHint)
			}
			return diag.NewErrorDiagnostic(summary, text+taintHint)
		}
		return diag.NewWarningDiagnostic(summary, text+resumeHint)
	case deployment.Gone:
		text += "\n\nThe next apply does not run it again. To run it again, change triggers. To remove it from the " +
			"state, remove the resource from the configuration."
		return diag.NewErrorDiagnostic(summary, text)
	case deployment.TimedOut:
		text += "\n\nTo wait longer, increase timeouts.create and timeouts.update."
	}
	text += endpoints
	if warn {
		return diag.NewWarningDiagnostic(summary, text+resumeHint)
	}
	if model.updated {
		return diag.NewErrorDiagnostic(summary, text+resumeHint)
	}
	return diag.NewErrorDiagnostic(summary, text+taintHint)
}

// status returns the status of a deployment, or what it waits for before it has one.
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

// notCancelled returns the error of a cancellation that failed.
func notCancelled(part deployment.Part, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Cannot cancel action "+partIDs(part),
		explain(err, rightToCancel, err)+"\n\nThe action may still run, and the resource stays in the state. Run "+
			"the same command again, or stop the action in the Tanium console.")
}

// partIDs returns the IDs of a part, as the Tanium console and its logs show them.
func partIDs(part deployment.Part) string {
	switch {
	case part.ScheduledActionID == "":
		return part.ActionID
	case part.ActionID == "":
		return "(not issued yet) of scheduled action " + part.ScheduledActionID
	}
	return fmt.Sprintf("%s of scheduled action %s", part.ActionID, part.ScheduledActionID)
}

// allPartIDs returns the IDs of parts.
func allPartIDs(parts []deployment.Part) string {
	names := make([]string, len(parts))
	for i, part := range parts {
		names[i] = partIDs(part)
	}
	return strings.Join(names, " and ")
}
