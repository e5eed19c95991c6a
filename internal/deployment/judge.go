// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Policy says how much of a deployment may go wrong before it counts as failed.
type Policy struct {
	// MaxFailedPercent of the endpoints may fail: run it badly, fail its verification, run out of
	// time, or never run it. Nil for none, and for any where one of the others is given.
	MaxFailedPercent *float64
	// MaxFailed endpoints may fail; nil for what MaxFailedPercent says.
	MaxFailed *int
	// MinCompletedPercent of the endpoints done well are enough to end the wait; nil for all.
	MinCompletedPercent *float64
	// SkipVerification counts an endpoint that has yet to verify as done well.
	SkipVerification bool
}

// Terminal reports whether an action is over: no endpoint will begin it any more. ACTIVE and
// EXPIRED are older names of OPEN and CLOSED. A status that is none of the known ones means that it
// is not over.
func Terminal(status gateway.ActionStatus) bool {
	switch status {
	case gateway.ActionStatusClosed, gateway.ActionStatusExpired, gateway.ActionStatusStopped:
		return true
	default:
		return false
	}
}

// ended counts the endpoints that are done with an action, well or not. Completed counts as done,
// and an endpoint that has yet to verify is in another bucket.
func ended(results gateway.ActionResults) int {
	return results.Completed + results.Verified + results.Failed + results.FailedVerification + results.Expired
}

// underway counts the endpoints that have reported an action and are not done with it.
func underway(results gateway.ActionResults) int {
	return results.Waiting + results.Downloading + results.Running + results.WaitingToRetry +
		results.PendingVerification
}

// Total sums the results of a deployment's parts. An endpoint is in one part only: parts differ in
// their platforms.
func Total(parts []Part) gateway.ActionResults {
	var total gateway.ActionResults
	for _, part := range parts {
		total.Waiting += part.Results.Waiting
		total.Downloading += part.Results.Downloading
		total.Running += part.Results.Running
		total.WaitingToRetry += part.Results.WaitingToRetry
		total.Completed += part.Results.Completed
		total.PendingVerification += part.Results.PendingVerification
		total.Verified += part.Results.Verified
		total.FailedVerification += part.Results.FailedVerification
		total.Failed += part.Results.Failed
		total.Expired += part.Results.Expired
	}
	return total
}

// total of the parts, by what the policy counts as done.
func (p Policy) total(parts []Part) gateway.ActionResults {
	total := Total(parts)
	if p.SkipVerification {
		total.Completed, total.PendingVerification = total.Completed+total.PendingVerification, 0
	}
	return total
}

// Reported counts the endpoints that have reported, done or not.
func Reported(parts []Part) int {
	total := Total(parts)
	return ended(total) + underway(total)
}

// Finished reports whether a deployment to so many endpoints is done: every part has been issued,
// and each is over, or as many endpoints as were targeted are done with it and none is underway, or
// as many are done well as the policy asks for. The status alone does not say so, because an action
// stays open until it expires, even if all endpoints are done.
func (p Policy) Finished(parts []Part, targeted int) bool {
	over := true
	for _, part := range parts {
		if part.ActionID == "" {
			return false
		}
		over = over && Terminal(part.Status)
	}
	total := p.total(parts)
	if over || (ended(total) >= targeted && underway(total) == 0) {
		return true
	}
	return p.MinCompletedPercent != nil && targeted > 0 &&
		100*float64(total.Completed+total.Verified) >= *p.MinCompletedPercent*float64(targeted)
}

// Verdict is what a finished action comes to.
type Verdict struct {
	// Succeeded by the policy.
	Succeeded bool
	// Reason says in a sentence why it did not succeed; empty where it did.
	Reason string
}

// Judge says whether a finished deployment succeeded. Done is not well done: an action that failed
// everywhere ends like any other.
//
// Endpoints that were targeted and never reported count against it: they were reachable when it was
// sent and did not run it.
func (p Policy) Judge(parts []Part, targeted int) Verdict {
	results := p.total(parts)
	reached := max(targeted, ended(results)+underway(results))
	if reached == 0 {
		return Verdict{Succeeded: true}
	}
	well := results.Completed + results.Verified
	enough := p.MinCompletedPercent != nil && 100*float64(well) >= *p.MinCompletedPercent*float64(reached)
	failed, words := 0, []string{}
	for _, each := range []struct {
		count   int
		what    string
		pending bool
	}{
		{results.Failed, "failed", false},
		{results.FailedVerification, "failed verification", false},
		{results.Expired, "ran out of time", false},
		{underway(results), "did not finish", true},
		{reached - ended(results) - underway(results), "did not run it", true},
	} {
		if each.count == 0 || (each.pending && enough) {
			continue // enough were done well without those that are not done yet
		}
		failed += each.count
		words = append(words, fmt.Sprintf("%d %s", each.count, each.what))
	}
	percent := 100 * float64(failed) / float64(reached)
	var allowed string
	switch most := p.mostPercent(); {
	case p.MaxFailed != nil && failed > *p.MaxFailed:
		allowed = fmt.Sprintf("where at most %d may fail", *p.MaxFailed)
	case percent > most:
		allowed = fmt.Sprintf("where at most %.3g %% may fail", most)
	case p.MinCompletedPercent != nil && !enough:
		allowed = fmt.Sprintf("where at least %.3g %% must be done well", *p.MinCompletedPercent)
	default:
		return Verdict{Succeeded: true}
	}
	reason := fmt.Sprintf("Of %s, %s: %.3g %%, %s.", count(reached, "endpoint"), strings.Join(words, ", "),
		percent, allowed)
	if slices.ContainsFunc(parts, func(part Part) bool { return part.Status == gateway.ActionStatusStopped }) {
		reason += " The action was stopped in Tanium before it was done."
	}
	return Verdict{Reason: reason}
}

// mostPercent of the endpoints may fail.
func (p Policy) mostPercent() float64 {
	switch {
	case p.MaxFailedPercent != nil:
		return *p.MaxFailedPercent
	case p.MaxFailed != nil || p.MinCompletedPercent != nil:
		return 100
	default:
		return 0
	}
}
