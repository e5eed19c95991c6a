// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

func TestFinished(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status   gateway.ActionStatus
		results  gateway.ActionResults
		targeted int
		want     bool
	}{
		"nothing yet": {status: gateway.ActionStatusOpen, targeted: 3},
		"pending":     {status: gateway.ActionStatusPending, targeted: 3},
		"some done": {status: gateway.ActionStatusOpen, results: gateway.ActionResults{Completed: 2, Running: 1},
			targeted: 3},
		"one not reported": {status: gateway.ActionStatusOpen, results: gateway.ActionResults{Completed: 2},
			targeted: 3},
		"all done, still open": {status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 1, Failed: 1, Expired: 1}, targeted: 3, want: true},
		"old name of open": {status: gateway.ActionStatusActive, results: gateway.ActionResults{Completed: 3},
			targeted: 3, want: true},
		"to be verified": {status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 2, PendingVerification: 1}, targeted: 2},
		"verified": {status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Verified: 2, FailedVerification: 1}, targeted: 3, want: true},
		"one more came online": {status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 3, Running: 1}, targeted: 3},
		"closed":             {status: gateway.ActionStatusClosed, targeted: 3, want: true},
		"old name of closed": {status: gateway.ActionStatusExpired, targeted: 3, want: true},
		"stopped": {status: gateway.ActionStatusStopped, results: gateway.ActionResults{Running: 1},
			targeted: 3, want: true},
		"an unknown status":    {status: "PAUSED", results: gateway.ActionResults{Completed: 2}, targeted: 3},
		"no endpoint targeted": {status: gateway.ActionStatusOpen},
		"one came online":      {status: gateway.ActionStatusOpen, results: gateway.ActionResults{Completed: 1}},
		"none came online":     {status: gateway.ActionStatusClosed, want: true},
		"some came online": {status: gateway.ActionStatusStopped, results: gateway.ActionResults{Completed: 1},
			want: true},
	} {
		if got := (Policy{}).Finished([]Part{{ActionID: "1", Status: test.status, Results: test.results}},
			&test.targeted); got != test.want {
			t.Errorf("%s: finished is %t", name, got)
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy   Policy
		status   gateway.ActionStatus
		results  gateway.ActionResults
		targeted int
		reason   string // part of it; empty for success
	}{
		"all completed": {status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 2, Verified: 1}, targeted: 3},
		"no endpoints":   {status: gateway.ActionStatusClosed},
		"late endpoints": {status: gateway.ActionStatusClosed, results: gateway.ActionResults{Completed: 2}},
		"late failures": {status: gateway.ActionStatusClosed, results: gateway.ActionResults{Completed: 1, Failed: 1},
			reason: "Of 2 endpoints, 1 failed: 50 %"},
		"one failed": {status: gateway.ActionStatusOpen, results: gateway.ActionResults{Completed: 2, Failed: 1},
			targeted: 3,
			reason:   "Of 3 endpoints, 1 failed: 33.3 %"},
		"one tolerated": {policy: Policy{MaxFailedPercent: ptr(34.0)}, status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 2, Failed: 1}, targeted: 3},
		"some tolerated": {policy: Policy{MaxFailed: ptr(1)}, status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 2, Failed: 1}, targeted: 3},
		"more than some": {policy: Policy{MaxFailed: ptr(1)}, status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 2, Failed: 2}, targeted: 4,
			reason: "2 failed: 50 %, where at most 1 may fail"},
		"both must hold": {policy: Policy{MaxFailed: ptr(2), MaxFailedPercent: ptr(10.0)},
			status:  gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 3, Failed: 1}, targeted: 4,
			reason: "where at most 10 % may fail"},
		"enough completed": {policy: Policy{MinCompletedPercent: ptr(50.0)}, status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 2, Failed: 1, Running: 1}, targeted: 4},
		"enough, too many": {policy: Policy{MinCompletedPercent: ptr(50.0), MaxFailed: ptr(0)},
			status:  gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 2, Failed: 1, Running: 1}, targeted: 4,
			reason: "1 failed: 25 %, where at most 0 may fail"},
		"not enough": {policy: Policy{MinCompletedPercent: ptr(90.0)}, status: gateway.ActionStatusClosed,
			results: gateway.ActionResults{Completed: 2, Expired: 2}, targeted: 4,
			reason: "at least 90 % must complete"},
		"verification pending": {status: gateway.ActionStatusClosed,
			results: gateway.ActionResults{Verified: 2, PendingVerification: 1}, targeted: 3,
			reason: "1 did not finish"},
		"verification skipped": {policy: Policy{SkipVerification: true}, status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Verified: 2, PendingVerification: 1}, targeted: 3},
		"at the bound": {policy: Policy{MaxFailedPercent: ptr(50.0)}, status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 1, Failed: 1}, targeted: 2},
		"not verified": {status: gateway.ActionStatusOpen, results: gateway.ActionResults{FailedVerification: 1},
			targeted: 1, reason: "1 failed verification: 100 %"},
		"never ran": {status: gateway.ActionStatusClosed, results: gateway.ActionResults{Completed: 1},
			targeted: 3, reason: "2 did not run it"},
		"stopped": {status: gateway.ActionStatusStopped, results: gateway.ActionResults{Completed: 1, Waiting: 1},
			targeted: 2, reason: "was stopped in Tanium"},
		"more than counted": {status: gateway.ActionStatusOpen,
			results: gateway.ActionResults{Completed: 3, Expired: 1}, targeted: 3,
			reason: "Of 4 endpoints, 1 ran out of time: 25 %"},
	} {
		part := Part{ActionID: "1", Status: test.status, Results: test.results}
		verdict := test.policy.Judge([]Part{part}, &test.targeted)
		if verdict.Succeeded != (test.reason == "") || !strings.Contains(verdict.Reason, test.reason) ||
			verdict.Succeeded != (verdict.Reason == "") {
			t.Errorf("%s: %+v, want a reason with %q", name, verdict, test.reason)
		}
	}
}

// An operation makes a part for each set of platforms. The number of endpoints is known for the
// whole deployment, not for each part.
func TestFinishedAcrossParts(t *testing.T) {
	t.Parallel()
	done := Part{ActionID: "1", Status: gateway.ActionStatusOpen, Results: gateway.ActionResults{Completed: 2}}
	for name, test := range map[string]struct {
		other Part
		want  bool
	}{
		"the other has some left": {other: Part{
			ActionID: "2",
			Status:   gateway.ActionStatusOpen,
			Results:  gateway.ActionResults{Running: 1},
		}},
		"the other has one done": {other: Part{
			ActionID: "2",
			Status:   gateway.ActionStatusOpen,
			Results:  gateway.ActionResults{Failed: 1},
		}, want: true},
		"the other is not issued": {},
		"the other is closed":     {other: Part{ActionID: "2", Status: gateway.ActionStatusClosed}},
	} {
		if got := (Policy{}).Finished([]Part{done, test.other}, new(3)); got != test.want {
			t.Errorf("%s: finished is %t", name, got)
		}
	}
	verdict := Policy{}.Judge([]Part{done, {ActionID: "2", Results: gateway.ActionResults{Failed: 1}}}, new(3))
	if verdict.Succeeded || !strings.Contains(verdict.Reason, "Of 3 endpoints, 1 failed") {
		t.Errorf("verdict is %+v", verdict)
	}
}

// A policy can end the wait before all endpoints finish.
func TestFinishedByPolicy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy  Policy
		results gateway.ActionResults
		want    bool
	}{
		"enough": {policy: Policy{MinCompletedPercent: ptr(50.0)},
			results: gateway.ActionResults{Completed: 1, Verified: 1, Running: 2}, want: true},
		"not enough": {policy: Policy{MinCompletedPercent: ptr(51.0)},
			results: gateway.ActionResults{Completed: 2, Running: 2}},
		"failures do not": {policy: Policy{MinCompletedPercent: ptr(50.0)},
			results: gateway.ActionResults{Completed: 1, Failed: 2, Running: 1}},
		"verifying": {results: gateway.ActionResults{Verified: 3, PendingVerification: 1}},
		"verification skipped": {policy: Policy{SkipVerification: true},
			results: gateway.ActionResults{Verified: 3, PendingVerification: 1}, want: true},
	} {
		if got := c.policy.Finished([]Part{{
			ActionID: "1",
			Status:   gateway.ActionStatusOpen,
			Results:  c.results,
		}}, new(4)); got != c.want {
			t.Errorf("%s: finished is %t", name, got)
		}
	}
}
