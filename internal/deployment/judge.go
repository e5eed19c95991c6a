// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Policy decides when a deployment is finished and whether it succeeded. An endpoint fails if its
// command or verification fails, if it runs out of time, or if it does not run the action.
type Policy struct {
	// MaxFailedPercent is the percentage of endpoints that may fail. Nil means 0, or 100 if
	// MaxFailed or MinCompletedPercent is set.
	MaxFailedPercent *float64
	// MaxFailed is the number of endpoints that may fail; nil for no such limit.
	MaxFailed *int
	// MinCompletedPercent is the percentage of endpoints that must complete or verify. Once it is
	// reached, the deployment is finished. Nil for no such limit.
	MinCompletedPercent *float64
	// SkipVerification counts an endpoint whose verification is pending as completed.
	SkipVerification bool
}

// Terminal reports whether an action is over, so that no endpoint starts it any more. ACTIVE and
// EXPIRED are older names of OPEN and CLOSED. An action with an unknown status is not over.
func Terminal(status gateway.ActionStatus) bool {
	switch status {
	case gateway.ActionStatusClosed, gateway.ActionStatusExpired, gateway.ActionStatusStopped:
		return true
	default:
		return false
	}
}

// Unsuccessful returns the number of targeted endpoints that have not succeeded. If the number of
// targeted endpoints is 0 or not known, only those count that failed.
func (p Policy) Unsuccessful(parts []Part, targeted *int) int {
	total := p.total(parts)
	if targeted == nil || *targeted == 0 {
		return total.Failed + total.FailedVerification + total.Expired
	}
	return max(0, *targeted-total.Completed-total.Verified)
}

// Ended returns the number of endpoints that finished a deployment, with success or failure.
func Ended(parts []Part) int { return ended(Total(parts)) }

// ended counts the endpoints that finished an action, with success or failure. An endpoint whose
// verification is pending is in another counter.
func ended(results gateway.ActionResults) int {
	return results.Completed + results.Verified + results.Failed + results.FailedVerification + results.Expired
}

// underway counts the endpoints that have reported an action and not finished it.
func underway(results gateway.ActionResults) int {
	return results.Waiting + results.Downloading + results.Running + results.WaitingToRetry +
		results.PendingVerification
}

// Total returns the sum of the results of a deployment's parts. An endpoint is in one part only,
// because parts differ in their platforms.
func Total(parts []Part) gateway.ActionResults {
	var total gateway.ActionResults
	sums := Counters(&total)
	for _, part := range parts {
		for i, each := range Counters(&part.Results) {
			*sums[i].Count += *each.Count
		}
	}
	return total
}

// total returns Total, adjusted for SkipVerification.
func (p Policy) total(parts []Part) gateway.ActionResults {
	total := Total(parts)
	if p.SkipVerification {
		total.Completed, total.PendingVerification = total.Completed+total.PendingVerification, 0
	}
	return total
}

// Reported returns the number of endpoints that have reported, finished or not.
func Reported(parts []Part) int {
	total := Total(parts)
	return ended(total) + underway(total)
}

// Finished reports whether a deployment to a number of endpoints is finished. Every part must have
// been issued, and one of these must hold: every part is over, or the targeted number of endpoints
// finished it and none is under way, or MinCompletedPercent is reached. The status alone is not
// enough, because an action stays open until it expires, even after all endpoints finished it. A
// pending action may be a placeholder for one that is not issued yet (API.md#last-action).
//
// A deployment that was sent to no endpoint, or to an unknown number (nil), is finished once every
// part is over: endpoints that come online before that run it, and their number is not known.
func (p Policy) Finished(parts []Part, targeted *int) bool {
	over := true
	for _, part := range parts {
		if part.ActionID == "" || part.Status == gateway.ActionStatusPending {
			return false
		}
		over = over && Terminal(part.Status)
	}
	return over || p.reached(parts, targeted)
}

// reached reports whether the endpoints of a deployment finish it, whatever its status.
func (p Policy) reached(parts []Part, targeted *int) bool {
	if targeted == nil || *targeted == 0 {
		return false
	}
	total := p.total(parts)
	if ended(total) >= *targeted && underway(total) == 0 {
		return true
	}
	reached := max(*targeted, ended(total)+underway(total)) // as Judge counts them
	return p.MinCompletedPercent != nil && reached > 0 &&
		100*float64(total.Completed+total.Verified) >= *p.MinCompletedPercent*float64(reached)
}

// Limit names a limit of a policy.
type Limit int

// The limits.
const (
	LimitNone Limit = iota
	LimitMaxFailed
	LimitMaxFailedPercent
	LimitMinCompleted
)

// Verdict is the result of a finished deployment.
type Verdict struct {
	// Succeeded reports whether the deployment meets the policy.
	Succeeded bool
	// Reason is a sentence that explains a failure; empty for a success.
	Reason string
	// Limit is the limit that the deployment does not meet; LimitNone for a success, and if it was
	// stopped.
	Limit Limit
	// Failed and Reached are the numbers of endpoints that failed, also if the policy accepts them,
	// and of those that the deployment reached.
	Failed, Reached int
}

// Share returns the number of failures among the endpoints that were reached, such as "1 of 8";
// empty if no endpoint was reached.
func (v Verdict) Share() string {
	if v.Reached == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", v.Failed, v.Reached)
}

// Judge returns the verdict on a finished deployment. A deployment also finishes if the action
// fails on every endpoint.
//
// Targeted endpoints that never reported count as failed: they were online when the action was
// sent. If their number is not known (nil) or 0, no result at all fails if the action was stopped:
// endpoints that came online later did not run it. If it is not known, it also fails if some
// endpoints must complete.
func (p Policy) Judge(parts []Part, targeted *int) Verdict {
	results := p.total(parts)
	if gateway.Deref(targeted) == 0 {
		mustComplete := targeted == nil && p.MinCompletedPercent != nil && *p.MinCompletedPercent > 0
		if Reported(parts) == 0 && (mustComplete || stopped(parts)) {
			verdict := Verdict{Reason: "No endpoint has reported." + stoppedNote(parts)}
			if mustComplete {
				verdict.Limit = LimitMinCompleted
			}
			return verdict
		}
	}
	reached := max(gateway.Deref(targeted), ended(results)+underway(results))
	if reached == 0 {
		return Verdict{Succeeded: true}
	}
	completed := results.Completed + results.Verified
	enough := p.MinCompletedPercent != nil && 100*float64(completed) >= *p.MinCompletedPercent*float64(reached)
	failed, texts := 0, []string{}
	for _, each := range []struct {
		count   int
		label   string
		pending bool
	}{
		{results.Failed, "failed", false},
		{results.FailedVerification, "failed verification", false},
		{results.Expired, "ran out of time", false},
		{underway(results), "did not finish", true},
		{reached - ended(results) - underway(results), "did not run it", true},
	} {
		if each.count == 0 || (each.pending && enough) {
			continue // enough endpoints completed without the pending ones
		}
		failed += each.count
		texts = append(texts, fmt.Sprintf("%d %s", each.count, each.label))
	}
	percent := 100 * float64(failed) / float64(reached)
	var allowed string
	var unmet Limit
	switch limit := p.maxFailedPercent(); {
	case p.MaxFailed != nil && failed > *p.MaxFailed:
		allowed, unmet = fmt.Sprintf("where at most %d may fail", *p.MaxFailed), LimitMaxFailed
	case percent > limit:
		allowed, unmet = fmt.Sprintf("where at most %.3g %% may fail", limit), LimitMaxFailedPercent
	case p.MinCompletedPercent != nil && !enough:
		allowed = fmt.Sprintf("where at least %.3g %% must complete", *p.MinCompletedPercent)
		unmet = LimitMinCompleted
	default:
		return Verdict{Succeeded: true, Failed: failed, Reached: reached}
	}
	reason := fmt.Sprintf("Of %s, %s: %.3g %%, %s.", count(reached, "endpoint"), strings.Join(texts, ", "),
		percent, allowed)
	return Verdict{Reason: reason + stoppedNote(parts), Limit: unmet, Failed: failed, Reached: reached}
}

// stoppedNote returns a sentence about actions that were stopped, with a leading space; empty for
// none.
func stoppedNote(parts []Part) string {
	var ids []string
	for _, part := range parts {
		if part.Status == gateway.ActionStatusStopped {
			ids = append(ids, part.ActionID)
		}
	}
	switch {
	case len(ids) == 0:
		return ""
	case len(ids) == len(parts):
		return " The action was stopped in Tanium before it finished."
	default:
		return fmt.Sprintf(" Action %s was stopped in Tanium before it finished. The others were not.",
			strings.Join(ids, " and "))
	}
}

// maxFailedPercent returns the percentage of endpoints that may fail.
func (p Policy) maxFailedPercent() float64 {
	switch {
	case p.MaxFailedPercent != nil:
		return *p.MaxFailedPercent
	case p.MaxFailed != nil || p.MinCompletedPercent != nil:
		return 100
	default:
		return 0
	}
}
