// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

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

// NoticeReach returns the notice of the endpoints that a deployment would reach. Terraform plans a
// second time during apply and shows the notice again, because the protocol does not distinguish
// the two plans; so the summary has all the information, in the present tense. It names the action,
// because Terraform merges warnings with equal summaries.
//
// adopts reports that the same deployment is taken over if it is open, and waits that the apply
// waits for the action.
func NoticeReach(
	request deployment.Request, reach targeting.Reach, guard deployment.Guard, wanted *deployment.WaitFor,
	adopts, waits bool,
) diag.Diagnostic {
	detail := "The endpoints are counted again immediately before the deployment."
	if guard.Reviewed != nil {
		detail = "The endpoints are counted again immediately before the deployment. It is made only if all of them " +
			"were reviewed in the plan"
		if guard.MaxGrowthPercent > 0 {
			detail += fmt.Sprintf(", apart from %g %% more", guard.MaxGrowthPercent)
		}
		detail += "."
	}
	if adopts {
		detail += ` If the same deployment is open then, it is taken over, and nothing is deployed, because ` +
			`on_duplicate is "adopt". One that has failed is cancelled and deployed again.`
		if guard.Reviewed != nil {
			detail += " That deployment may reach endpoints that were not reviewed."
		}
	}
	if reach.Count == 0 && waits {
		detail += " The action is finished once it is over, because endpoints that come online before it expires run " +
			"it. To end the wait at once, set wait { enabled = false }."
	}
	switch {
	case guard.Exact() != nil:
		detail = "The deployment names the reviewed endpoints by ID, so no other endpoint runs the action, such as " +
			"one that is offline now. " + detail
	case reach.Online:
		detail = "These are online now. Endpoints that come online before the action expires run it, too. " + detail
	}
	switch {
	case wanted == nil:
	case wanted.Endpoints == 0: // it is not known yet
		detail = fmt.Sprintf("The apply waits up to %s for the endpoints that wait_for requires, a number that is "+
			"known after apply. ", wanted.Timeout) + detail
	case reach.Count < wanted.Endpoints:
		detail = fmt.Sprintf("The apply waits up to %s until %s, and fails otherwise. ", wanted.Timeout,
			matching(wanted.Endpoints)) + detail
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
	return diag.NewAttributeWarningDiagnostic(path.Root("targets"), fmt.Sprintf("%s of %s reaches %s",
		kind, request.String(), deployment.DescribeReach(reach)), detail)
}

// matching returns a clause about a number of endpoints that match.
func matching(count int) string {
	if count == 1 {
		return "1 endpoint matches"
	}
	return fmt.Sprintf("%d endpoints match", count)
}

// NoticeAbsent returns the notice of reviewed endpoints that a deployment does not reach now, of a
// number of all.
func NoticeAbsent(request deployment.Request, absent []string, all int) diag.Diagnostic {
	const limit = 10
	list := strings.Join(absent[:min(limit, len(absent))], ", ")
	if more := len(absent) - limit; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return diag.NewAttributeWarningDiagnostic(path.Root("guard").AtName("reviewed"),
		fmt.Sprintf("Deployment of %s does not reach %d of %d reviewed endpoints: %s",
			request.String(), len(absent), all, list),
		"They do not answer now, or no longer match targets. Those that match and come online before the action "+
			"expires run it, too. The apply does not wait for them.")
}

// NoticeUnreached returns the notice of endpoint IDs of which the preview counted no endpoint. It
// cannot tell why. The summary has all the information, as that of NoticeReach.
func NoticeUnreached(prepared deployment.Prepared) diag.Diagnostic {
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
		fmt.Sprintf("Deployment of %s does not reach %d of %d endpoint IDs: %s",
			prepared.Request.String(), len(missing), len(all), list),
		reasons+" The data source tanium_endpoints finds endpoints by their IDs.")
}

// NoticeExpires returns the notice of a timeout that is longer than the action can take.
func NoticeExpires(prepared deployment.Prepared, timeout time.Duration, name string) diag.Diagnostic {
	expiry := prepared.Request.Schedule.Expiry(prepared.Spec)
	return diag.NewAttributeWarningDiagnostic(path.Root("timeouts").AtName(name),
		fmt.Sprintf("The action expires after %s, before the timeout of %s", expiry, timeout),
		fmt.Sprintf("The wait ends soon after the action has expired, so timeouts.%s has no effect. Endpoints that "+
			"have "+
			"not finished by then count as failed. To give them more time, increase schedule.expire_seconds.", name))
}

// NoticeStarted returns the notice of a start time in the past. A Change of an action that has run
// would otherwise run it outside its maintenance window without a word.
func NoticeStarted(start, now time.Time) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("schedule").AtName("start_time"),
		"Start time is in the past",
		fmt.Sprintf("The start time is %s, and it is %s now. Tanium does not document what it does then. The action "+
			"may start at once. To run it later, set a later start_time.",
			deployment.FormatTime(start), deployment.FormatTime(now)))
}

// NoticeStart returns the notice of an apply that waits for an action to start.
func NoticeStart(start, end time.Time) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("schedule").AtName("start_time"),
		"Terraform waits for the action to start at "+deployment.FormatTime(start),
		fmt.Sprintf("It then waits for the action to finish, until %s at the latest. "+
			"To end the apply once the action is scheduled, set wait { enabled = false }.", deployment.FormatTime(end)))
}

// NoticeRedeploy returns the notice of a failed action that will be deployed again.
func NoticeRedeploy(parts []deployment.Part, verdict deployment.Verdict) diag.Diagnostic {
	summary := "Action failed and will be deployed again"
	if share := verdict.Share(); share != "" {
		summary += ": " + share
	}
	return diag.NewWarningDiagnostic(summary,
		fmt.Sprintf(`%s This was action %s. %s To keep the action, set on_failure = "warn".`, verdict.Reason,
			AllPartIDs(parts), acceptSome("wait.", verdict)))
}

// NoticeAccepted returns the notice of an action whose failures a changed wait accepts.
func NoticeAccepted(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action will count as succeeded",
		fmt.Sprintf("wait has changed and accepts the failures of action %s. Results: %s. Applying deploys nothing.",
			AllPartIDs(parts), deployment.Results(parts)))
}

// NoticeImported returns the notice of an imported action that differs from the configuration.
func NoticeImported(differences []catalog.Problem) diag.Diagnostic {
	var list strings.Builder
	for _, difference := range differences {
		fmt.Fprintf(&list, "\n  - %s: %s", difference.Path, difference.Detail)
	}
	return diag.NewWarningDiagnostic("Imported action differs from the configuration",
		fmt.Sprintf("Applying cancels the imported action and deploys the configuration. "+
			"To keep the imported action, change the configuration:%s", list.String()))
}

// NoticeAdopts returns the notice of an imported action that matches the configuration. waits
// reports that the apply then waits for it.
func NoticeAdopts(parts []deployment.Part, waits bool) diag.Diagnostic {
	detail := fmt.Sprintf("The action is as configured, so applying takes over action %s unchanged and saves the "+
		"configuration in the state, unless -replace or replace_triggered_by asks for another run. Tanium does not "+
		"return filters, endpoint IDs, platforms or operations. They are taken from the configuration without a "+
		"comparison.",
		AllPartIDs(parts))
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
		"nothing", ScheduledIDs(parts)), detail)
}

// NoticeResumes returns the notice of an action that is not finished.
func NoticeResumes(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action is not finished: scheduled action "+ScheduledIDs(parts),
		fmt.Sprintf("Applying resumes waiting for action %s and deploys nothing.", AllPartIDs(parts)))
}

// NoticeTakesOver returns the notice of a plan whose apply takes over an action that the creation
// of a tainted resource left. Terraform itself shows a replacement. adopts reports that
// on_duplicate is "adopt".
func NoticeTakesOver(name string, parts []deployment.Part, finished, adopts bool) diag.Diagnostic {
	state, then := "is under way", "waits for it"
	switch {
	case len(deployment.Halted(parts)) > 0:
		state, then = "was stopped", "takes its result"
	case finished:
		state, then = "has finished meanwhile", "takes its result"
	case slices.ContainsFunc(parts, func(part deployment.Part) bool { return !part.Approved }):
		state = "waits for approval"
	}
	detail := fmt.Sprintf("An apply of action %s failed, so Terraform shows a replacement. The action "+
		"%s: %s. The apply takes it over and %s. Nothing is cancelled or deployed. To run the action again, change "+
		"triggers.",
		AllPartIDs(parts), state, deployment.Results(parts), then)
	if !adopts {
		detail += ` With create_before_destroy, the apply fails unless on_duplicate is "adopt".`
	}
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Apply takes over %s and deploys nothing: scheduled action %s %s", name,
			parts[0].ScheduledActionID, state), detail)
}

// NoticeHeld returns the notice of the plan of a creation whose deployment the state has already.
// Without a refresh, and after "terraform taint", the plan does not know whether it replaces that.
func NoticeHeld(name string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("The state already has the deployment of %s", name),
		"If Terraform replaces the resource because it is tainted, the apply takes over its action, waits for it and "+
			"deploys nothing, unless the action has failed. If another resource with the same arguments keeps it, the "+
			"apply fails while that action is open, and for a day after it: change triggers, which tell equal "+
			"deployments apart. If the resource was renamed, add a moved block. Otherwise the apply deploys the "+
			"action, and checks the guard then.")
}

// NoticeRenamed returns the notice of a plan that destroys an object and creates the same
// deployment under another address.
func NoticeRenamed(name string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("The plan moves %s to another address, and does not run it again", name),
		"The plan destroys it under one address and creates it under another. The apply takes it over, and deploys "+
			"nothing. If it is open, endpoints that come online later may not run it. "+movesText+
			" To run the action again, change triggers as well.")
}

// movesText says why an action has another address, and how it keeps it.
const movesText = "A resource or module that is renamed needs a moved block: with one, the action stays as it is. " +
	"Elements of count move if one is inserted or removed before them: use for_each, whose keys stay."

// MoveStops returns the error of a plan like that of NoticeRenamed whose destroy would end an
// action. The creation does not run it again.
func MoveStops(name string, stops *deployment.Stops) diag.Diagnostic {
	what, wait := "is not finished", " Or apply once it is."
	if stops.Recurs {
		what, wait = "recurs", ""
	}
	return diag.NewErrorDiagnostic(
		fmt.Sprintf("Plan would stop %s, because its address changes", name),
		fmt.Sprintf("The plan destroys it under one address and creates the same deployment under another. Action %s "+
			"%s: %s, as last read. The destroy would end it, and the creation would not run it again.\n\n%s%s To run "+
			"the action again, change triggers as well. To destroy it, run \"terraform destroy -refresh=false\": "+
			"otherwise, Terraform first makes the plan that has failed.",
			AllPartIDs(stops.Parts), what, deployment.Results(stops.Parts), movesText, wait))
}

// NoticeTaintedUnknown returns the notice of the plan of a creation with arguments that are not
// known, in a state with tainted actions.
func NoticeTaintedUnknown(name string, arguments []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Arguments of %s are not known yet: %s", name, strings.Join(arguments, ", ")),
		"If Terraform replaces the resource because it is tainted, the apply fails unless the action has failed, "+
			"because the plan cannot tell whether it is the same deployment. Apply what the arguments depend on "+
			"first, with -target, or run \"terraform untaint\" with the address of the resource.")
}

// NoticeUnknown returns the notice of the plan of an action with arguments that are not known yet.
func NoticeUnknown(name string, arguments []string, parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Arguments of %s are not known yet: %s", name, strings.Join(arguments, ", ")),
		fmt.Sprintf("They depend on values that are known after apply only. The apply compares them with action %s. "+
			"If they are equal, nothing happens. If they differ, the apply fails before it deploys or cancels "+
			"anything, and the next plan shows the replacement.", AllPartIDs(parts)))
}

// NoticeKnownOnlyNow returns the notice of a replacement that may be planned during an apply.
func NoticeKnownOnlyNow(name string, arguments []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Arguments of %s differ from the state: %s", name, strings.Join(arguments, ", ")),
		"If Terraform also reports an inconsistent final plan, these arguments were not known in the plan. Nothing "+
			"was deployed or cancelled then. Apply again: they are known now, and the plan shows the replacement.")
}

// NoticeShared returns the notice of an import of scheduled actions that another object has.
func NoticeShared(ids []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Another object in the state already has scheduled action %s", strings.Join(ids, ", ")),
		"The import gives the action to two objects. A destroy of either one would cancel the action of both, so a "+
			"plan that destroys only one fails. Remove the import, or remove the other object with "+
			"\"terraform state rm ADDRESS\".")
}

// NoticeIncomplete returns the notice of a deployment with scheduled actions that were deleted.
func NoticeIncomplete(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action was partly deleted and will be deployed again",
		fmt.Sprintf("One of the scheduled actions was deleted outside of Terraform, and those for other platforms "+
			"were not. This was action %s.", AllPartIDs(parts)))
}
