// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// shownNames is the number of endpoints that a message about a remediation names.
const shownNames = 10

// NoticeOutOfCompliance returns the notice of a plan whose apply deploys to endpoints that are out
// of compliance.
func NoticeOutOfCompliance(name string, reach targeting.Reach) diag.Diagnostic {
	verb := "are"
	if reach.Count == 1 {
		verb = "is"
	}
	detail := fmt.Sprintf("The apply counts again, deploys %s to those that match then, and verifies that they no "+
		"longer match.", name)
	if reach.Online {
		detail = "These are online now. Endpoints that come online before the action expires run it, too. " + detail
	}
	return diag.NewAttributeWarningDiagnostic(path.Root("targets"), fmt.Sprintf("%s %s out of compliance",
		deployment.NamedEndpoints(reach, shownNames), verb), detail)
}

// NoticeNotCountedYet returns the notice of a plan of a remediation whose targets are not known
// yet.
func NoticeNotCountedYet(name string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("targets"), "Endpoints out of compliance are not known yet",
		fmt.Sprintf("The targets of %s depend on values that are known only after other changes are applied. The "+
			"apply counts the endpoints that match then, checks the guard, and deploys to them.", name))
}

// NoticeResumesVerification returns the notice of a plan whose apply resumes an unfinished run.
func NoticeResumesVerification(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Remediation is not finished: scheduled action "+ScheduledIDs(parts),
		fmt.Sprintf("Applying resumes waiting for action %s, verifies its result, and deploys nothing.",
			AllPartIDs(parts)))
}

// NotCounted returns the warning of a refresh that could not count the endpoints of a remediation.
func NotCounted(name string, err error) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("targets"), "Compliance is not known",
		fmt.Sprintf("The endpoints that match the targets of %s could not be counted: %s The state keeps the last "+
			"count.", name, explanation(err)))
}

// explanation returns a sentence about an error.
func explanation(err error) string { return strings.TrimSuffix(Cause(err).Error(), ".") + "." }

// IncompleteCount returns the diagnostic of a count that not all endpoints have answered: a warning
// of a refresh, or the error of an apply.
func IncompleteCount(name string, reach targeting.Reach, fails bool) diag.Diagnostic {
	const summary = "Compliance is not known"
	text := fmt.Sprintf("Not all endpoints have answered the count of those that match the targets of %s. At least %s.",
		name, deployment.NamedEndpoints(reach, shownNames))
	if fails {
		return diag.NewAttributeErrorDiagnostic(path.Root("targets"), summary, text+" Nothing was deployed. Apply "+
			"again.")
	}
	return diag.NewAttributeWarningDiagnostic(path.Root("targets"), summary, text+" The state keeps the last count.")
}

// ReachesNobody returns the diagnostic of a remediation whose action group reaches no endpoint: a
// warning of a refresh, or the error of an apply. Nobody matches then, whatever runs on endpoints.
func ReachesNobody(name, group string, fails bool) diag.Diagnostic {
	const summary = "Compliance is not known"
	at := path.Root("targets").AtName("action_group")
	text := fmt.Sprintf("The action group %q of %s has no computer group, so it reaches no endpoint.", group, name)
	if fails {
		return diag.NewAttributeErrorDiagnostic(at, summary, text+" Nothing was deployed. Use another action group, "+
			"or "+
			"add a computer group to it in the Tanium console.")
	}
	return diag.NewAttributeWarningDiagnostic(at, summary, text+" The state keeps the last count.")
}

// NotRemediated returns the error of endpoints that still match after an action, with a paragraph
// about what they report.
func NotRemediated(
	name string, reach targeting.Reach, parts []deployment.Part, timeout time.Duration, endpoints string,
) diag.Diagnostic {
	text := fmt.Sprintf("Action %s has run, and these still match targets after %s: %s. Results of the action: %s.",
		AllPartIDs(parts), timeout, deployment.NamedEndpoints(reach, shownNames), deployment.Results(parts))
	if !reach.Complete {
		text += " Not all endpoints answered, so there may be more."
	}
	if len(deployment.Halted(parts)) > 0 {
		text += " The action was stopped or deleted in Tanium."
	}
	return diag.NewErrorDiagnostic(fmt.Sprintf("%s still out of compliance: "+
		"%s", deployment.Endpoints(reach.Count), name),
		text+endpoints+"\n\nThe next apply deploys to those that match then. To give endpoints more time to report, "+
			"increase verify.timeout. To accept that some remain, set accept.remaining.")
}

// NotVerified returns the error of a verification that could not count the endpoints.
func NotVerified(name string, parts []deployment.Part, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Result is not verified: "+name,
		fmt.Sprintf("Action %s has run, and the endpoints that still match could not be counted: %s The next apply "+
			"verifies it again, and deploys nothing.", AllPartIDs(parts), explanation(err)))
}

// UnverifiedEndpoints returns the diagnostic of endpoints that do not answer after an action.
// accepts makes it a warning.
func UnverifiedEndpoints(
	name string, count int, named []gateway.Endpoint, parts []deployment.Part, accepts bool,
) diag.Diagnostic {
	reach := targeting.Reach{Count: count, Sample: named}
	summary := fmt.Sprintf("%s not verified: %s", deployment.Endpoints(count), name)
	text := fmt.Sprintf("Action %s was sent to them, and they do not answer now, so nobody knows whether they are "+
		"remediated: %s. All others are.", AllPartIDs(parts), deployment.NamedEndpoints(reach, shownNames))
	if accepts {
		return diag.NewWarningDiagnostic(summary, text+" accept.unverified accepts them.")
	}
	return diag.NewErrorDiagnostic(summary, text+"\n\nThe next apply asks them again, and deploys nothing if "+
		"they answer and do not match. Until then it fails. To accept endpoints that do not answer, set "+
		"accept { unverified = true }.")
}

// AlsoUnverified returns a paragraph about endpoints that do not answer after a remediation that
// has failed because of others; empty for none.
func AlsoUnverified(count int, named []gateway.Endpoint) string {
	if count == 0 {
		return ""
	}
	then := ""
	if len(named) == count { // otherwise the next run has other endpoints
		then = " The next apply asks them, too."
	}
	return fmt.Sprintf("\n\nThe action was also sent to endpoints that do not answer now, so nobody knows whether "+
		"they are remediated: %s.%s",
		deployment.NamedEndpoints(targeting.Reach{Count: count, Sample: named}, shownNames), then)
}

// VerificationInterrupted returns the warning of an apply that was interrupted after its action.
func VerificationInterrupted(parts []deployment.Part) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Stopped verifying the remediation",
		fmt.Sprintf("Action %s was deployed, and its result is not verified. The next apply resumes that and deploys "+
			"nothing.", AllPartIDs(parts)))
}

// RemediationEnded returns the diagnostic of a wait for the action of a remediation that ended
// before it finished. An interrupt is a warning.
func RemediationEnded(ending deployment.Ending, url string) diag.Diagnostic {
	summary, text := describeEnding(ending, url)
	switch ending.Kind {
	case deployment.Interrupted:
		return diag.NewWarningDiagnostic(summary, text+resumeHint)
	case deployment.Gone:
		return diag.NewErrorDiagnostic(summary, text+"\n\nThe next apply deploys to those that match then.")
	case deployment.TimedOut:
		text += "\n\nTo wait longer, increase timeouts.create and timeouts.update."
	}
	return diag.NewErrorDiagnostic(summary, text+"\n\nThe next apply resumes waiting, and deploys nothing. Its "+
		"plan shows a replacement if this was the creation of the resource.")
}

// TookOverRemediation returns the warning of an apply that found its deployment in Tanium.
func TookOverRemediation(name string, adopted []deployment.Existing) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Took over an action that was already deployed",
		fmt.Sprintf("The same deployment as %s is open in Tanium: %s. An earlier apply may have made it without "+
			"saving it in the state, or another resource with the same arguments has it. Nothing was deployed.", name,
			deployment.DescribeExisting(adopted)))
}

// ReplacedRun returns the warning of an apply that found an earlier run in Tanium that is over.
func ReplacedRun(name string, replaced []deployment.Existing) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Cancelled an earlier run of the remediation",
		fmt.Sprintf("The same deployment as %s was in Tanium, its endpoints had finished, and some match again: %s. "+
			"It was cancelled, so that no endpoint runs the action by two schedules.", name,
			deployment.DescribeExisting(replaced)))
}

// RemediationRecovery is what to do for the resource tanium_remediation.
func RemediationRecovery() Recovery {
	then := ResourceRecovery()
	then.own = "Remediations with the same arguments are the same deployment, and the action runs once. Remove all " +
		"but one, or give them different triggers."
	then.duplicate = "More than one deployment is open, or it is not of one request. Nothing was deployed.\n\nCancel " +
		"them in the Tanium console, or wait until they expire, and apply again."
	then.held = then.duplicate
	then.uncertain = "Apply again when Tanium answers: the next apply looks for this deployment before it deploys, " +
		"and takes it over if it finds it."
	return then
}
