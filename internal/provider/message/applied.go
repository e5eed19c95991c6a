// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// Accepted returns the warning of an action that succeeded although endpoints failed; nil if none
// did.
func Accepted(name string, parts []deployment.Part, verdict deployment.Verdict) diag.Diagnostics {
	if verdict.Failed == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(
		fmt.Sprintf("Failures of %s were accepted: %s", name, verdict.Share()),
		fmt.Sprintf("wait accepts them, so the action succeeded. Total: %s. This was action %s.",
			deployment.Results(parts), AllPartIDs(parts)))}
}

// NoticeDispatched returns warnings about a deployment.
func NoticeDispatched(name string, dispatched deployment.Dispatched) diag.Diagnostics {
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
				"scheduled actions.", name, Cause(dispatched.Unchecked)))
	}
	return notices
}

// NoticeNotReplaced returns the warning of a deployment that failed after the actions with the same
// name were cancelled in the same apply.
func NoticeNotReplaced(name string, cancelled []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Cancelled action was not replaced",
		fmt.Sprintf("This apply has cancelled scheduled action %s, which deployed %s. If this deployment was to "+
			"replace it, neither runs now. The next apply tries to deploy again. To cancel an action only after its "+
			"replacement is deployed, set create_before_destroy in the block lifecycle.",
			strings.Join(cancelled, ", "), name))
}

// NoticeHidden returns the warning of a refresh that does not find a schedule deployed recently. A
// refresh treats it as deleted after the settle time.
func NoticeHidden(parts []deployment.Part, deployedAt time.Time, settle time.Duration) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Tanium does not show the action",
		fmt.Sprintf("Action %s was deployed at %s, but Tanium does not show its scheduled action. The state is "+
			"unchanged. If Tanium still does not show it %d minutes after the deployment, a refresh treats it as "+
			"deleted.",
			AllPartIDs(parts), deployment.FormatTime(deployedAt), int(settle.Minutes())))
}

// NoticeDeleted returns the warning of a refresh that removes a deleted action from the state.
func NoticeDeleted(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Action was deleted outside of Terraform: scheduled action "+ScheduledIDs(parts),
		fmt.Sprintf("Tanium has no scheduled action for action %s that this token may read. The resource is removed "+
			"from the state, and the next apply deploys it again. If the Tanium console still shows it, do not apply: "+
			"give the token's user and persona the right %s, and plan again.", AllPartIDs(parts), RightToRead))
}

// NoticeDeletedOpen returns the warning of a refresh that keeps an action in the state whose
// scheduled action was deleted.
func NoticeDeletedOpen(open []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Scheduled action was deleted, and its action is open: "+AllPartIDs(open),
		fmt.Sprintf("Tanium shows no such scheduled action to this token. Endpoints may still run the action: %s. "+
			"The resource stays in the state until the action is over. The next apply then deploys it again. A "+
			"destroy stops the action.", deployment.Results(open)))
}

// NoticeTookOver returns the warning of an apply that took over an action.
func NoticeTookOver(name string, parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Took over %s: scheduled action %s", name, parts[0].ScheduledActionID),
		fmt.Sprintf("The resource was tainted, and its action %s is the same deployment: %s. Nothing was cancelled or "+
			"deployed.", AllPartIDs(parts), deployment.Results(parts)))
}

// NoticeMoved returns the warning of an apply that took over an action from another address.
func NoticeMoved(name string, parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		fmt.Sprintf("Took over %s from another address: scheduled action %s", name, parts[0].ScheduledActionID),
		fmt.Sprintf("This apply destroys a resource with the same deployment, action %s: %s. Nothing was deployed. If "+
			"the action was under way, the destroy may have stopped it: a moved block keeps it. To run it again, "+
			"change triggers.", AllPartIDs(parts), deployment.Results(parts)))
}
