// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// The diagnostics in this file say what failed, what the server said, what was and was not done,
// what to do, and the IDs.

// NotPrepared returns the error of a deployment whose check failed.
func NotPrepared(request deployment.Request, err error) diag.Diagnostic {
	if errors.Is(err, context.Canceled) {
		return interruptedBefore()
	}
	var failed *deployment.PrepareError
	subject, permission := "check the deployment", RightToRead
	if errors.As(err, &failed) {
		switch failed.Step {
		case deployment.StepPackage:
			subject = "look up package " + request.Package.Ref.String()
		case deployment.StepTargets:
			subject = "look up the targets"
		default:
			summary, detail := FailureText("count the endpoints the deployment would reach", "to read endpoints", err)
			return diag.NewAttributeErrorDiagnostic(path.Root("targets"), summary, detail+" Nothing was deployed.")
		}
	}
	summary, detail := FailureText(subject, permission, err)
	return diag.NewErrorDiagnostic(summary, detail+" Nothing was deployed.")
}

// SharedAction returns the error of a plan that would cancel scheduled actions of an object in the
// state that stays.
func SharedAction(ids []string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Plan would cancel the action of another object",
		fmt.Sprintf("Two objects in the state have scheduled action %s. The plan destroys or replaces one of them, "+
			"which would cancel the action of the other. An apply with create_before_destroy leaves such objects if "+
			"it ends before it destroys the old one, and so does an import of an action that another resource has, or "+
			"on_duplicate = \"adopt\" with -target. Nothing was cancelled.\n\n"+
			"To keep the action, remove the resource that is destroyed from the state with \"terraform state rm\", "+
			"which also removes its deposed objects, and import the scheduled action if the resource is still "+
			"configured. To cancel the action, run \"terraform destroy -refresh=false -target=ADDRESS\" with the "+
			"address of each resource that has it. Without -refresh=false, Terraform first makes the plan that has "+
			"failed. Terraform may show this error at either of the two.",
			strings.Join(ids, ", ")))
}

// Recovery is what to do after a deployment that failed. It depends on what deployed.
type Recovery struct {
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
	// left: the same deployment was made at the same moment, and this run could not cancel its own.
	left string
	// uncertain: it is unknown whether the deployment was made.
	uncertain string
	// surplus: the deployment was made more than once.
	surplus string
}

// ResourceRecovery is what to do for the resource tanium_action.
func ResourceRecovery() Recovery { return resourceRecovery(" Nothing was deployed.") }

// resourceRecovery is ResourceRecovery with a sentence about what an apply has done. A plan has
// none.
func resourceRecovery(done string) Recovery {
	return Recovery{
		own: "Resources with the same arguments, also several instances by count or for_each, are the same " +
			"deployment, and the action runs once. To run it for each of them, give them different triggers, or set " +
			`on_duplicate = "ignore". Otherwise remove all but one.`,
		held: "Another object in the state has it. Resources with the same arguments, also several instances by " +
			"count or for_each, are the same deployment. It may also be the action that this resource replaces with " +
			"create_before_destroy." + done + "\n\n" +
			"To run the action again while it is open, change triggers, which tell equal deployments apart, or set " +
			`on_duplicate = "ignore".`,
		duplicate: "An earlier apply may have made it without saving it in the state, or another resource with the " +
			"same arguments, of this or of another configuration, has it, or it is the action that this resource " +
			"replaces with create_before_destroy." + done + "\n\n" +
			`If no state has it, "terraform import ADDRESS ID" takes it over, and so does on_duplicate = "adopt", ` +
			"which cancels an action that has failed and deploys it again. If the resource is tainted, \"terraform " +
			"untaint ADDRESS\" keeps the action, too. To run the action a second time while it is open, change " +
			`triggers, which tell equal deployments apart, or set on_duplicate = "ignore".`,
		ended: "An earlier apply may have made it without saving it in the state, or another resource with the same " +
			"arguments, of this or of another configuration, has it, or it is the action that this resource replaces " +
			"with create_before_destroy." + done + "\n\n" +
			`To take its result, run "terraform import ADDRESS ID" if no state has it, or set on_duplicate = ` +
			`"adopt", which deploys an action again that has failed. To run the action again, change triggers or set ` +
			`on_duplicate = "ignore".`,
		halted: "A stopped action is not run again by itself." + done + "\n\n" +
			`To run it again, change triggers or set on_duplicate = "ignore".`,
		left: "The deployment of this apply is in the " +
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

// NotDeployed returns the errors of a deployment that failed.
func NotDeployed(request deployment.Request, err error, then Recovery) (diags diag.Diagnostics) {
	var outside *deployment.OutOfGuard
	var unprepared *deployment.PrepareError
	switch {
	case errors.As(err, &outside):
		Report(outside.Problems, &diags)
	case errors.As(err, &unprepared):
		diags.Append(NotPrepared(request, err))
	default:
		diags.Append(notDispatched(request.String(), err, then))
	}
	return diags
}

// notDispatched returns the error of a deployment that failed after its check.
func notDispatched(name string, err error, then Recovery) diag.Diagnostic {
	var uncertain *deployment.Uncertain
	var duplicate *deployment.Duplicate
	var multiple *deployment.Multiple
	var renamed *deployment.Renamed
	var stays *deployment.NotDestroyed
	switch {
	case errors.As(err, &stays):
		return diag.NewErrorDiagnostic("Action was not moved to its new address",
			fmt.Sprintf("The same deployment as %s is scheduled action %s, and this apply could not destroy it under "+
				"its old address: another error says why. Nothing was deployed, so no endpoint runs the action a "+
				"second time. The state has the action under the old address.\n\nApply again: the new address then "+
				"takes the action over.", name, ScheduledIDs(stays.Left.Parts)))
	case errors.As(err, &renamed):
		return diag.NewErrorDiagnostic("Action would run again under another address",
			fmt.Sprintf("This apply destroyed a resource with the same deployment as %s: scheduled action %s. That "+
				"happens if a resource or its module is renamed without a moved block. Nothing was deployed, so no "+
				"endpoint runs the action a second time. The state has the action under the new address. The next "+
				"apply takes over its result, or fails if the destroy stopped it. To run the action again, change "+
				"triggers.",
				name, ScheduledIDs(renamed.Left.Parts)))
	case errors.As(err, &multiple):
		return diag.NewErrorDiagnostic("Action was deployed more than once",
			fmt.Sprintf("The request to deploy %s was sent once, and Tanium shows %d scheduled actions with its "+
				"marker %s: %s. A server between this machine and Tanium may have repeated the request.\n\n%s",
				name, len(multiple.ScheduledActionIDs), multiple.Marker,
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
				name, Cause(uncertain.Err), uncertain.Marker, searched, then.uncertain))
	case errors.As(err, &duplicate) && duplicate.Left != nil:
		left := "Both are open, and endpoints may run the action twice."
		if kept := (*deployment.NotDeleted)(nil); errors.As(duplicate.Left, &kept) {
			left = fmt.Sprintf("Action %s of this run is over. Endpoints that started it may run the action twice.",
				kept.ActionID)
		}
		return diag.NewErrorDiagnostic("Action was deployed twice at the same moment",
			fmt.Sprintf("The same deployment as %s was made by another run at the same moment: %s. This run could "+
				"not cancel its own deployment: %s.\n\n%s %s", name,
				deployment.DescribeExisting(duplicate.Existing), duplicate.Left, left, then.left))
	case errors.As(err, &duplicate) && duplicate.Cancelled != nil:
		return diag.NewErrorDiagnostic("Action was deployed by another run at the same moment",
			fmt.Sprintf("The same deployment as %s was made by another run at the same moment: %s. This run "+
				"cancelled its own deployment, scheduled action %s. Endpoints may have started it.\n\n"+
				`To take over the other deployment in this case, set on_duplicate = "adopt".`,
				name, deployment.DescribeExisting(duplicate.Existing),
				strings.Join(duplicate.Cancelled, ", ")))
	case errors.As(err, &duplicate) && duplicate.Holder == deployment.HolderRun:
		return diag.NewErrorDiagnostic("Action was already deployed in this run",
			fmt.Sprintf("This run has already made the same deployment as %s: %s. Nothing was deployed a second "+
				"time.\n\n%s", name, deployment.DescribeExisting(duplicate.Existing), then.own))
	case errors.As(err, &duplicate) && duplicate.Ended != nil:
		return alreadyRun(name, duplicate, then)
	case errors.As(err, &duplicate) && duplicate.Holder == deployment.HolderState:
		return diag.NewErrorDiagnostic("Action is already deployed",
			fmt.Sprintf("The same deployment as %s is open in Tanium: %s. %s", name,
				deployment.DescribeExisting(duplicate.Existing), then.held))
	case errors.As(err, &duplicate):
		return diag.NewErrorDiagnostic("Action is already deployed",
			fmt.Sprintf("The same deployment as %s is open in Tanium: %s. %s", name,
				deployment.DescribeExisting(duplicate.Existing), then.duplicate))
	case errors.Is(err, context.Canceled):
		return interruptedBefore()
	default:
		summary, detail := FailureText("deploy "+name, rightToDeploy, err)
		return diag.NewErrorDiagnostic(summary, detail+" Nothing was deployed.")
	}
}

// ReviewedUnknown returns the error of a plan that does not know the reviewed set.
func ReviewedUnknown() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("guard").AtName("reviewed"),
		"Reviewed set is not known in the plan",
		"guard.reviewed depends on values that are known after apply only, so nobody could review the endpoints in "+
			"this plan. Nothing was deployed. A data source with depends_on, or with arguments that are not known "+
			"yet, is read during the apply: remove depends_on, or apply what it depends on first, with -target.")
}

// interruptedBefore returns the error of a deployment that was interrupted before it was made.
func interruptedBefore() diag.Diagnostic {
	return diag.NewErrorDiagnostic("Interrupted before the action was deployed",
		"Nothing was deployed. To deploy it, run the same command again.")
}

// alreadyRun returns the error of a deployment that has ended recently and that the state does not
// have.
func alreadyRun(name string, duplicate *deployment.Duplicate, then Recovery) diag.Diagnostic {
	ended := duplicate.Ended
	when := ""
	if !ended.At.IsZero() {
		when = " at " + deployment.FormatTime(ended.At) + " or before"
	}
	summary, how, advice := "Action has already run", "It ended"+when, then.ended
	if ended.Succession == deployment.Halt {
		summary, how, advice = stoppedSummary(name), "It was stopped or deleted in Tanium", then.halted
	}
	return diag.NewErrorDiagnostic(summary,
		fmt.Sprintf("The same deployment as %s was made before: %s. %s: %s. %s", name,
			deployment.DescribeExisting(duplicate.Existing), how, deployment.Results(ended.Parts),
			advice))
}

// NoticeDuplicate returns the notice of a plan of an action that is deployed already. If the apply
// would refuse it, the detail is that of the error.
func NoticeDuplicate(name string, planned *deployment.PlannedDuplicate) diag.Diagnostic {
	why := name + " is already deployed"
	var duplicate *deployment.Duplicate
	switch {
	case planned.Again:
		return diag.NewWarningDiagnostic(fmt.Sprintf("Apply cancels %s, which has failed, and deploys it again", name),
			fmt.Sprintf(`It is already deployed: %s. It has failed: %s. Because on_duplicate is "adopt", the apply `+
				`deploys it again. To take its result, run "terraform import ADDRESS ID".`,
				deployment.DescribeExisting(planned.Existing), deployment.Results(planned.Parts)))
	case planned.Adopts:
		return diag.NewWarningDiagnostic(fmt.Sprintf("Apply takes over %s, which is already deployed", name),
			fmt.Sprintf(`It is %s: %s. Nothing is deployed, because on_duplicate is "adopt".`,
				deployment.DescribeExisting(planned.Existing), deployment.Results(planned.Parts)))
	case !errors.As(planned.Err, &duplicate):
		why = name + " was deployed more than once"
	case duplicate.Ended != nil && duplicate.Ended.Succession == deployment.Halt:
		why = name + " was stopped or deleted in Tanium"
	case duplicate.Ended != nil:
		why = name + " has already run"
	}
	return diag.NewWarningDiagnostic("Apply will fail: "+why,
		notDispatched(name, planned.Err, resourceRecovery("")).Detail())
}

// NotSucceeded returns the error of a destroy that could not read what becomes of an action.
func NotSucceeded(name string, part deployment.Part, err error) diag.Diagnostic {
	var another *deployment.Another
	if errors.As(err, &another) {
		return OtherDeployment(name, another)
	}
	summary, detail := FailureText("read action "+PartIDs(part), RightToRead, err)
	return diag.NewErrorDiagnostic(summary, detail+" It is not known whether the action is still under way. Nothing "+
		"was deployed or cancelled, and the resource stays in the state. Apply again when Tanium can be read.")
}

// SuccessorUnknown returns the error of an apply that would replace an action that is not failed by
// a deployment with arguments that the plan did not know.
func SuccessorUnknown(name string, parts []deployment.Part) diag.Diagnostic {
	return diag.NewErrorDiagnostic(
		fmt.Sprintf("It is not known whether %s is the same deployment", name),
		fmt.Sprintf("Terraform replaces the resource, because it is tainted, and some of its arguments depend on "+
			"values that were not known in the plan. So the provider cannot tell whether action %s is to be "+
			"replaced: %s. Nothing was deployed or cancelled, and the resource stays in the state.\n\nApply what the "+
			"arguments depend on first, with -target. Or run \"terraform untaint\" with the address of the resource, "+
			"and apply again: the apply then compares the arguments once they are known.",
			AllPartIDs(parts), deployment.Results(parts)))
}

// NotReplaced returns the error of a replacement by the same deployment while another one is open.
func NotReplaced(name string, parts []deployment.Part, others *deployment.Duplicate) diag.Diagnostic {
	holder := "Another configuration may have it, or an earlier apply made it"
	switch others.Holder {
	case deployment.HolderState:
		holder = "Another object in the state has it"
	case deployment.HolderRun:
		holder = "This run made it for another resource"
	case deployment.HolderUnknown:
	}
	return diag.NewErrorDiagnostic(fmt.Sprintf("The deployment of %s is open a second time", name),
		fmt.Sprintf("The resource is to be replaced by the same deployment, and that one is also open as %s. %s. "+
			"Nothing was cancelled or deployed, and action %s stays in the state.\n\nTo replace it nevertheless, set "+
			`on_duplicate = "ignore", or change triggers, which tell equal deployments apart.`,
			deployment.DescribeExisting(others.Existing), holder, AllPartIDs(parts)))
}

// KnownOnlyNow returns the error of an apply whose plan did not know arguments that differ from the
// state.
func KnownOnlyNow(name string, arguments []string, parts []deployment.Part) diag.Diagnostic {
	return diag.NewErrorDiagnostic(
		fmt.Sprintf("Arguments of %s differ from the state: %s", name, strings.Join(arguments, ", ")),
		fmt.Sprintf("They were not known in the plan, so the plan did not show which endpoints another deployment "+
			"would reach. Nothing was deployed or cancelled, and action %s stays as it is. Apply again: the "+
			"arguments are known now, and the plan shows the replacement. If they depend on a data source with "+
			"depends_on, remove depends_on, or apply what it names first, with -target.", AllPartIDs(parts)))
}

// OtherDeployment returns the error of a scheduled action with the marker of another deployment.
func OtherDeployment(name string, found *deployment.Another) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Scheduled action is another deployment",
		fmt.Sprintf("The state has %s. Tanium shows another deployment as scheduled action %s, with the marker %s in "+
			"its comment. This happens if url or %s names another server, the server was restored, or the simulator "+
			"was reset. Nothing was changed in Tanium. Check the address first. If the action is gone, "+
			"run \"terraform state rm ADDRESS\" with the address of the resource.",
			name, found.ScheduledActionID, found.Marker, EnvURL))
}

// OtherServer returns the error of a scheduled action that is another deployment.
func OtherServer(name, page string, part deployment.Part, found gateway.ScheduledAction) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Scheduled action is another deployment",
		fmt.Sprintf("The state has %s with the page %s. On the server that is configured now, scheduled action %s is "+
			"%q. Check url or %s. Nothing was changed in Tanium. If the action does not exist any more, run "+
			"\"terraform state rm ADDRESS\" with the address of the resource.", name, page, part.ScheduledActionID,
			found.Name, EnvURL))
}
