// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// noticeDispatched returns warnings about a deployment.
func noticeDispatched(name string, dispatched deployment.Dispatched) diag.Diagnostics {
	var notices diag.Diagnostics
	cancelled := strings.Join(dispatched.Cancelled, ", ")
	switch {
	case len(dispatched.Adopted) > 0:
		outcome := "Nothing was deployed."
		if cancelled != "" {
			outcome = fmt.Sprintf("This run had made the same deployment at the same moment and cancelled it: "+
				"scheduled action %s. Endpoints may have started it.", cancelled)
		}
		was := "was open in Tanium"
		if dispatched.Ended != nil {
			was = "had already run"
		}
		notices.AddWarning("Adopted an action that was already deployed",
			fmt.Sprintf(`The same deployment as %s %s: %s. It was taken over, because on_duplicate is "adopt". %s`,
				name, was, deployment.DescribeExisting(dispatched.Adopted), outcome))
	case cancelled != "":
		notices.AddWarning("Action was deployed more than once",
			fmt.Sprintf("The request to deploy %s was sent once, but Tanium received it more than once. A server "+
				"between this machine and Tanium may have repeated it. The surplus scheduled action %s was cancelled. "+
				"Endpoints may have run the action twice.", name, cancelled))
	}
	if len(dispatched.Replaced) > 0 {
		outcome := "It was cancelled"
		if len(dispatched.Parts) > 0 && len(dispatched.Adopted) == 0 {
			outcome = "It was cancelled and deployed again"
		}
		notices.AddWarning("Cancelled a failed duplicate of the deployment",
			fmt.Sprintf(`The same deployment as %s was in Tanium and had failed: %s. `+
				`%s, because on_duplicate is "adopt".`,
				name, deployment.DescribeExisting(dispatched.Replaced), outcome))
	}
	if dispatched.MarkerLost {
		notices.AddWarning("Tanium does not keep the marker of the action",
			fmt.Sprintf("The comment of %s was sent with the marker %s, but Tanium does not show the marker. Without "+
				"it, the provider cannot find the action again if an answer or the state is lost, and would deploy "+
				"it again. If that happens, look for the action in the Tanium console before you apply.",
				name, dispatched.Marker))
	}
	if dispatched.Unchecked != nil {
		notices.AddWarning("Simultaneous deployments could not be checked",
			fmt.Sprintf("The action was deployed. The provider could not check whether another run made the same "+
				"deployment as %s at the same moment: %s. If the Tanium console shows it twice, delete one of the "+
				"scheduled actions.", name, cause(dispatched.Unchecked)))
	}
	return notices
}

// noticeStillManaged returns the warning of a destroy that does not cancel an adopted action.
func noticeStillManaged(part deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action is managed by another resource",
		fmt.Sprintf("Scheduled action %s was adopted by another resource during this run, such as by a replacement "+
			"with create_before_destroy. It was not cancelled.",
			part.ScheduledActionID))
}

// noticeNotReplaced returns the warning of a deployment that failed after the actions with the same
// name were cancelled in the same apply.
func noticeNotReplaced(name string, cancelled []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Cancelled action was not replaced",
		fmt.Sprintf("This apply has cancelled scheduled action %s, which deployed %s. If this deployment was to "+
			"replace it, neither runs now. The next apply tries to deploy again. To cancel an action only after its "+
			"replacement is deployed, set create_before_destroy in the block lifecycle.",
			strings.Join(cancelled, ", "), name))
}

// noticeUnverified returns the warning of a destroy that could not verify that an action stopped.
func noticeUnverified(part deployment.Part, actionID string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Cannot verify that the action stopped",
		fmt.Sprintf("Scheduled action %s was deleted, and the request to stop action %s was sent. Tanium does not "+
			"show action %s to this token, so the provider could not verify that it stopped. The token's user and "+
			"persona may lack the right %s. Look at the action in the Tanium console.",
			part.ScheduledActionID, actionID, actionID, rightToRead))
}

// noticeHidden returns the warning of a refresh that does not find a schedule deployed recently.
func noticeHidden(parts []deployment.Part, deployedAt time.Time) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Tanium does not show the action",
		fmt.Sprintf("Action %s was deployed at %s, but Tanium does not show its scheduled action. The state is "+
			"unchanged. If Tanium still does not show it %d minutes after the deployment, a refresh treats it as "+
			"deleted.",
			allPartIDs(parts), deployment.FormatTime(deployedAt), int(settleTime.Minutes())))
}

// noticeDeleted returns the warning of a refresh that removes a deleted action from the state.
func noticeDeleted(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action was deleted outside of Terraform: scheduled action "+scheduledIDs(parts),
		fmt.Sprintf("Tanium has no scheduled action for action %s that this token may read. The resource is removed "+
			"from the state, and the next apply deploys it again. If the Tanium console still shows it, do not apply: "+
			"give the token's user and persona the right %s, and plan again.", allPartIDs(parts), rightToRead))
}

// noticeReach returns the notice of the endpoints that a deployment would reach. Terraform plans a
// second time during apply and shows the notice again, because the protocol does not distinguish
// the two plans; so the summary has all the information. The summary names the action, because
// Terraform merges warnings with equal summaries.
//
// adopts reports that the same deployment is taken over if it is open, and waits that the apply
// waits for the action.
func noticeReach(request deployment.Request, reach targeting.Reach, adopts, waits bool) diag.Diagnostic {
	detail := "The endpoints are counted again immediately before the deployment."
	if adopts {
		detail += ` If the same deployment is open then, it is taken over, and nothing is deployed or cancelled, ` +
			`because on_duplicate is "adopt".`
	}
	if reach.Count == 0 && waits {
		detail += " The action is finished once it is over, because endpoints that come online before it expires run " +
			"it. To end the wait at once, set wait { enabled = false }."
	}
	if reach.Online {
		detail = "These are online now. Endpoints that come online before the action expires run it, too. " + detail
	}
	kind := "Deployment"
	if every := request.Schedule.ReissueSeconds; every != nil {
		kind = "Recurring deployment"
		until := "without end"
		if end := request.Schedule.EndTime; end != nil {
			until = "until " + deployment.FormatTime(*end)
		}
		detail += fmt.Sprintf(" The action is issued again every %s, %s, to the endpoints that match then. The guard "+
			"holds "+
			"for the deployment alone, and not for later issues.", time.Duration(*every)*time.Second, until)
	}
	return diag.NewAttributeWarningDiagnostic(path.Root("targets"), fmt.Sprintf("%s of %s would reach %s",
		kind, request.String(), deployment.DescribeReach(reach)), detail)
}

// noticeUnreached returns the notice of endpoint IDs of which the preview counted no endpoint. It
// cannot tell why. The summary has all the information, as that of noticeReach.
func noticeUnreached(prepared deployment.Prepared) diag.Diagnostic {
	const limit = 10
	all, missing := prepared.Request.Targets.EndpointIDs, prepared.Unreached
	list := strings.Join(missing[:min(limit, len(missing))], ", ")
	if more := len(missing) - limit; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	reasons := "Another condition of targets may exclude these endpoints"
	if prepared.Reach.Online {
		reasons += ", or they are offline: those that come online before the action expires run it"
	}
	reasons += ". It may also be that no endpoint has such an ID, or that the token's user may not see it."
	if !prepared.Reach.Complete {
		reasons += " Not all endpoints had answered at the time of the count."
	}
	return diag.NewAttributeWarningDiagnostic(path.Root("targets").AtName("endpoint_ids"),
		fmt.Sprintf("Deployment of %s would not reach %d of %d endpoint IDs: %s",
			prepared.Request.String(), len(missing), len(all), list),
		reasons+" The data source tanium_endpoints finds endpoints by their IDs.")
}

// noticeExpires returns the notice of a timeout that is longer than the action can take.
func noticeExpires(prepared deployment.Prepared, timeout time.Duration, name string) diag.Diagnostic {
	expiry := prepared.Request.Schedule.Expiry(prepared.Spec)
	return diag.NewAttributeWarningDiagnostic(path.Root("timeouts").AtName(name),
		fmt.Sprintf("The action expires after %s, before the timeout of %s", expiry, timeout),
		fmt.Sprintf("The wait ends soon after the action has expired, so timeouts.%s has no effect. Endpoints that "+
			"have "+
			"not finished by then count as failed. To give them more time, increase schedule.expire_seconds.", name))
}

// noticeStarted returns the notice of a start time in the past. A change of an action that has run
// would otherwise run it outside its maintenance window without a word.
func noticeStarted(start, now time.Time) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("schedule").AtName("start_time"),
		"Start time is in the past",
		fmt.Sprintf("The start time is %s, and it is %s now. Tanium does not document what it does then. The action "+
			"may start at once. To run it later, set a later start_time.",
			deployment.FormatTime(start), deployment.FormatTime(now)))
}

// noticeStart returns the notice of an apply that would wait for an action to start.
func noticeStart(start, end time.Time) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("schedule").AtName("start_time"),
		"Terraform would wait for the action to start at "+deployment.FormatTime(start),
		fmt.Sprintf("It would then wait for the action to finish, until %s at the latest. "+
			"To end the apply once the action is scheduled, set wait { enabled = false }.", deployment.FormatTime(end)))
}

// noticeRedeploy returns the notice of a failed action that will be deployed again.
func noticeRedeploy(parts []deployment.Part, verdict deployment.Verdict) diag.Diagnostic {
	summary := "Action failed and will be deployed again"
	if share := verdict.Share(); share != "" {
		summary += ": " + share
	}
	return diag.NewWarningDiagnostic(summary,
		fmt.Sprintf(`%s This was action %s. %s To keep the action, set on_failure = "warn".`, verdict.Reason,
			allPartIDs(parts), acceptSome("wait.", verdict)))
}

// noticeAccepted returns the notice of an action whose failures a changed wait accepts.
func noticeAccepted(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action will count as succeeded",
		fmt.Sprintf("wait has changed and accepts the failures of action %s. Results: %s. Applying deploys nothing.",
			allPartIDs(parts), deployment.Results(parts)))
}

// noticeImported returns the notice of an imported action that differs from the configuration.
func noticeImported(differences []catalog.Problem) diag.Diagnostic {
	var list strings.Builder
	for _, difference := range differences {
		fmt.Fprintf(&list, "\n  - %s: %s", difference.Path, difference.Detail)
	}
	return diag.NewWarningDiagnostic("Imported action differs from the configuration",
		fmt.Sprintf("Applying cancels the imported action and deploys the configuration. "+
			"To keep the imported action, change the configuration:%s", list.String()))
}

// noticeAdopts returns the notice of an imported action that matches the configuration. waits
// reports that the apply then waits for it.
func noticeAdopts(parts []deployment.Part, waits bool) diag.Diagnostic {
	detail := fmt.Sprintf("The action is as configured, so applying takes over action %s unchanged and saves the "+
		"configuration in the state. Tanium does not return filters, endpoint IDs, platforms or operations. They are "+
		"taken from the configuration without a comparison.",
		allPartIDs(parts))
	var end time.Time
	for _, part := range parts {
		if !deployment.Terminal(part.Status) && part.ExpirationTime != nil && part.ExpirationTime.After(end) {
			end = *part.ExpirationTime
		}
	}
	if waits && !end.IsZero() {
		detail += fmt.Sprintf(" The apply then waits for the action. If it is not known how many endpoints were "+
			"targeted, it waits until the action expires at %s. To end the apply at once, set "+
			"wait { enabled = false }.", deployment.FormatTime(end))
	}
	return diag.NewWarningDiagnostic(fmt.Sprintf("Import of scheduled action %s changes the state alone, and deploys "+
		"nothing", scheduledIDs(parts)), detail)
}

// noticeResumes returns the notice of an action that is not finished.
func noticeResumes(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action is not finished: scheduled action "+scheduledIDs(parts),
		fmt.Sprintf("Applying resumes waiting for action %s and deploys nothing.", allPartIDs(parts)))
}

// noticeTakesOver returns the notice of a plan whose apply takes over an action that the creation
// of a tainted resource left. Terraform itself shows a replacement. adopts reports that
// on_duplicate is "adopt".
func noticeTakesOver(name string, parts []deployment.Part, finished, adopts bool) diag.Diagnostic {
	state, then := "is under way", "waits for it"
	switch {
	case len(deployment.Halted(parts)) > 0:
		state, then = "was stopped", "takes its result"
	case finished:
		state, then = "has finished meanwhile", "takes its result"
	case slices.ContainsFunc(parts, func(part deployment.Part) bool { return !part.Approved }):
		state = "waits for approval"
	}
	detail := fmt.Sprintf("The apply that deployed action %s failed, so Terraform shows a replacement. The action "+
		"%s: %s. The apply takes it over and %s. Nothing is cancelled or deployed. To run the action again, change "+
		"triggers.",
		allPartIDs(parts), state, deployment.Results(parts), then)
	if !adopts {
		detail += ` With create_before_destroy, the apply fails unless on_duplicate is "adopt".`
	}
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Apply takes over %s and deploys nothing: scheduled action %s %s", name,
			parts[0].ScheduledActionID, state), detail)
}

// noticeHeld returns the notice of the plan of a creation whose deployment the state has already.
// Without a refresh, and after "terraform taint", the plan does not know whether it replaces that.
func noticeHeld(name string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("The state already has the deployment of %s", name),
		"If Terraform replaces the resource because it is tainted, the apply takes over its action, waits for it and "+
			"deploys nothing, unless the action has failed. If another resource with the same arguments has it, the "+
			"apply fails while that action is open: change triggers, which tell equal deployments apart. Otherwise "+
			"the apply deploys the action, and checks the guard then.")
}

// noticeTaintedUnknown returns the notice of the plan of a creation with arguments that are not
// known, in a state with tainted actions.
func noticeTaintedUnknown(name string, arguments []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Arguments of %s are not known yet: %s", name, strings.Join(arguments, ", ")),
		"If Terraform replaces the resource because it is tainted, the apply fails unless the action has failed, "+
			"because the plan cannot tell whether it is the same deployment. Apply what the arguments depend on "+
			"first, with -target, or run \"terraform untaint\" with the address of the resource.")
}

// noticeTookOver returns the warning of an apply that took over an action.
func noticeTookOver(name string, parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Took over %s: scheduled action %s", name, parts[0].ScheduledActionID),
		fmt.Sprintf("The resource was tainted, and its action %s is the same deployment: %s. Nothing was cancelled or "+
			"deployed.", allPartIDs(parts), deployment.Results(parts)))
}

// noticeHalted returns the notice of a plan whose apply will fail, because somebody stopped the
// action. Terraform does not tell the provider about -replace.
func noticeHalted(name string, parts []deployment.Part, tainted bool) diag.Diagnostic {
	detail := haltedText(parts)
	if !tainted {
		detail += " With -replace or replace_triggered_by, the apply runs it again."
	}
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Apply will fail: somebody stopped %s", name), detail)
}

// noticeUnknown returns the notice of the plan of an action with arguments that are not known yet.
func noticeUnknown(name string, arguments []string, parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Arguments of %s are not known yet: %s", name, strings.Join(arguments, ", ")),
		fmt.Sprintf("They depend on values that are known after apply only. The apply compares them with action %s. "+
			"If they are equal, nothing happens. If they differ, the apply fails before it deploys or cancels "+
			"anything, and the next plan shows the replacement.", allPartIDs(parts)))
}

// noticeKnownOnlyNow returns the notice of a replacement that may be planned during an apply.
func noticeKnownOnlyNow(name string, arguments []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Arguments of %s differ from the state: %s", name, strings.Join(arguments, ", ")),
		"If Terraform also reports an inconsistent final plan, these arguments were not known in the plan. Nothing "+
			"was deployed or cancelled then. Apply again: they are known now, and the plan shows the replacement.")
}

// noticeShared returns the notice of an import of scheduled actions that another object has.
func noticeShared(ids []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Another object in the state already has scheduled action %s", strings.Join(ids, ", ")),
		"The import gives the action to two objects. A destroy of either one would cancel the action of both, so a "+
			"plan that destroys only one fails. Remove the import, or remove the other object with "+
			"\"terraform state rm ADDRESS\".")
}

// noticeIncomplete returns the notice of a deployment with scheduled actions that were deleted.
func noticeIncomplete(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action was partly deleted and will be deployed again",
		fmt.Sprintf("One of the scheduled actions was deleted outside of Terraform, and those for other platforms "+
			"were not. This was action %s.", allPartIDs(parts)))
}

// noticeCancel returns the notice of a destroy of an action, given by a noun phrase. The summary
// names the action, because Terraform merges warnings with equal summaries.
func noticeCancel(name string, parts []deployment.Part, keep bool) diag.Diagnostic {
	if keep {
		return diag.NewWarningDiagnostic(fmt.Sprintf("Destroy leaves %s in Tanium: scheduled action %s",
			name, parts[0].ScheduledActionID),
			fmt.Sprintf(`on_destroy is "keep": action %s continues in Tanium and is no longer managed by Terraform.`,
				allPartIDs(parts)))
	}
	return diag.NewWarningDiagnostic(fmt.Sprintf("Cancellation of %s: scheduled action %s",
		name, parts[0].ScheduledActionID),
		fmt.Sprintf("Action %s will be cancelled. Last results: %s. No further actions are issued. Endpoints that "+
			"have not started do not run it, and those that run it may finish. Changes already made remain.",
			allPartIDs(parts), deployment.Results(parts)))
}
