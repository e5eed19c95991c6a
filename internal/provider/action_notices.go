// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

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
