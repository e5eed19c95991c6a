// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Counter is one of the counters of an action.
type Counter struct {
	// Name is its name in an attribute, such as "waiting_to_retry".
	Name string
	// Count points to its value.
	Count *int
}

// Counters returns the counters of an action, in the order in which a message lists them: finished
// endpoints first.
func Counters(results *gateway.ActionResults) []Counter {
	return []Counter{
		{"completed", &results.Completed},
		{"verified", &results.Verified},
		{"failed", &results.Failed},
		{"failed_verification", &results.FailedVerification},
		{"expired", &results.Expired},
		{"running", &results.Running},
		{"downloading", &results.Downloading},
		{"waiting_to_retry", &results.WaitingToRetry},
		{"pending_verification", &results.PendingVerification},
		{"waiting", &results.Waiting},
	}
}

// Counts lists the counters that are not zero, for a message.
func Counts(results gateway.ActionResults) string {
	var texts []string
	for _, each := range Counters(&results) {
		if *each.Count > 0 {
			texts = append(texts, fmt.Sprintf("%d %s", *each.Count, strings.ReplaceAll(each.Name, "_", " ")))
		}
	}
	if len(texts) == 0 {
		return noReport + " yet"
	}
	return strings.Join(texts, ", ")
}

// noReport describes counters that are all zero.
const noReport = "no endpoint has reported"

// Results lists the counters of a deployment that are not zero, for a message.
func Results(parts []Part) string {
	total := Total(parts)
	if total == (gateway.ActionResults{}) && allOver(parts) {
		return noReport
	}
	return Counts(total)
}

// Status returns the status of the whole deployment: that of the first part that is not over. If
// all parts are over, it is STOPPED if any part was stopped, or else the last part's status. It is
// empty before the first issue.
func Status(parts []Part) gateway.ActionStatus {
	var status gateway.ActionStatus
	for _, part := range parts {
		if !Terminal(part.Status) {
			return part.Status
		}
		if status != gateway.ActionStatusStopped {
			status = part.Status
		}
	}
	return status
}

// Endpoints returns a number of endpoints in words.
func Endpoints(n int) string {
	if n == 0 {
		return "no endpoint"
	}
	return count(n, "endpoint")
}

// DescribeReach describes the endpoints that a deployment reaches, for a message: their number and
// the names in the sample.
func DescribeReach(reach targeting.Reach) string {
	return NamedEndpoints(reach, len(reach.Sample)) + "." + incompleteNote(reach)
}

// NamedEndpoints returns the number of endpoints, and the first names of the sample.
func NamedEndpoints(reach targeting.Reach, most int) string {
	var names []string
	for _, endpoint := range reach.Sample[:min(most, len(reach.Sample))] {
		names = append(names, endpoint.Name)
	}
	if len(names) == 0 {
		return Endpoints(reach.Count)
	}
	text := Endpoints(reach.Count) + ": " + strings.Join(names, ", ")
	if more := reach.Count - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// String returns a noun phrase for the deployment, such as «the action "Add tags"».
func (r Request) String() string {
	switch {
	case r.Name != "":
		return fmt.Sprintf("the action %q", r.Name)
	case r.Operation != nil:
		return "the operation " + r.Operation.name()
	default:
		return "the action that runs package " + r.Package.Ref.String()
	}
}
