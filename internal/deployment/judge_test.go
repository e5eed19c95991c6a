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
		"nothing yet":      {gateway.ActionStatusOpen, gateway.ActionResults{}, 3, false},
		"pending":          {gateway.ActionStatusPending, gateway.ActionResults{}, 3, false},
		"some done":        {gateway.ActionStatusOpen, gateway.ActionResults{Completed: 2, Running: 1}, 3, false},
		"one not reported": {gateway.ActionStatusOpen, gateway.ActionResults{Completed: 2}, 3, false},
		"all done, still open": {gateway.ActionStatusOpen,
			gateway.ActionResults{Completed: 1, Failed: 1, Expired: 1}, 3, true},
		"old name of open": {gateway.ActionStatusActive, gateway.ActionResults{Completed: 3}, 3, true},
		"to be verified": {gateway.ActionStatusOpen,
			gateway.ActionResults{Completed: 2, PendingVerification: 1}, 2, false},
		"verified": {gateway.ActionStatusOpen,
			gateway.ActionResults{Verified: 2, FailedVerification: 1}, 3, true},
		"one more came online": {gateway.ActionStatusOpen, gateway.ActionResults{Completed: 3, Running: 1}, 3, false},
		"closed":               {gateway.ActionStatusClosed, gateway.ActionResults{}, 3, true},
		"old name of closed":   {gateway.ActionStatusExpired, gateway.ActionResults{}, 3, true},
		"stopped":              {gateway.ActionStatusStopped, gateway.ActionResults{Running: 1}, 3, true},
		"an unknown status":    {"PAUSED", gateway.ActionResults{Completed: 2}, 3, false},
		"no endpoint targeted": {gateway.ActionStatusOpen, gateway.ActionResults{}, 0, false},
		"one came online":      {gateway.ActionStatusOpen, gateway.ActionResults{Completed: 1}, 0, false},
		"none came online":     {gateway.ActionStatusClosed, gateway.ActionResults{}, 0, true},
		"some came online":     {gateway.ActionStatusStopped, gateway.ActionResults{Completed: 1}, 0, true},
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
		"all completed": {Policy{}, gateway.ActionStatusOpen,
			gateway.ActionResults{Completed: 2, Verified: 1}, 3, ""},
		"no endpoints":   {Policy{}, gateway.ActionStatusClosed, gateway.ActionResults{}, 0, ""},
		"late endpoints": {Policy{}, gateway.ActionStatusClosed, gateway.ActionResults{Completed: 2}, 0, ""},
		"late failures": {Policy{}, gateway.ActionStatusClosed, gateway.ActionResults{Completed: 1, Failed: 1}, 0,
			"Of 2 endpoints, 1 failed: 50 %"},
		"one failed": {Policy{}, gateway.ActionStatusOpen, gateway.ActionResults{Completed: 2, Failed: 1}, 3,
			"Of 3 endpoints, 1 failed: 33.3 %"},
		"one tolerated": {Policy{MaxFailedPercent: ptr(34.0)}, gateway.ActionStatusOpen,
			gateway.ActionResults{Completed: 2, Failed: 1}, 3, ""},
		"some tolerated": {Policy{MaxFailed: ptr(1)}, gateway.ActionStatusOpen,
			gateway.ActionResults{Completed: 2, Failed: 1}, 3, ""},
		"more than some": {Policy{MaxFailed: ptr(1)}, gateway.ActionStatusOpen,
			gateway.ActionResults{Completed: 2, Failed: 2}, 4, "2 failed: 50 %, where at most 1 may fail"},
		"both must hold": {Policy{MaxFailed: ptr(2), MaxFailedPercent: ptr(10.0)}, gateway.ActionStatusOpen,
			gateway.ActionResults{Completed: 3, Failed: 1}, 4, "where at most 10 % may fail"},
		"enough completed": {Policy{MinCompletedPercent: ptr(50.0)}, gateway.ActionStatusOpen,
			gateway.ActionResults{Completed: 2, Failed: 1, Running: 1}, 4, ""},
		"enough, too many": {Policy{MinCompletedPercent: ptr(50.0), MaxFailed: ptr(0)}, gateway.ActionStatusOpen,
			gateway.ActionResults{Completed: 2, Failed: 1, Running: 1}, 4, "1 failed: 25 %, where at most 0 may fail"},
		"not enough": {Policy{MinCompletedPercent: ptr(90.0)}, gateway.ActionStatusClosed,
			gateway.ActionResults{Completed: 2, Expired: 2}, 4, "at least 90 % must complete"},
		"verification pending": {Policy{}, gateway.ActionStatusClosed,
			gateway.ActionResults{Verified: 2, PendingVerification: 1}, 3, "1 did not finish"},
		"verification skipped": {Policy{SkipVerification: true}, gateway.ActionStatusOpen,
			gateway.ActionResults{Verified: 2, PendingVerification: 1}, 3, ""},
		"at the bound": {Policy{MaxFailedPercent: ptr(50.0)}, gateway.ActionStatusOpen,
			gateway.ActionResults{Completed: 1, Failed: 1}, 2, ""},
		"not verified": {Policy{}, gateway.ActionStatusOpen, gateway.ActionResults{FailedVerification: 1},
			1, "1 failed verification: 100 %"},
		"never ran": {Policy{}, gateway.ActionStatusClosed, gateway.ActionResults{Completed: 1},
			3, "2 did not run it"},
		"stopped": {Policy{}, gateway.ActionStatusStopped, gateway.ActionResults{Completed: 1, Waiting: 1},
			2, "was stopped in Tanium"},
		"more than counted": {Policy{}, gateway.ActionStatusOpen, gateway.ActionResults{Completed: 3, Expired: 1}, 3,
			"Of 4 endpoints, 1 ran out of time: 25 %"},
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
		"the other has some left": {Part{
			ActionID: "2",
			Status:   gateway.ActionStatusOpen,
			Results:  gateway.ActionResults{Running: 1},
		}, false},
		"the other has one done": {Part{
			ActionID: "2",
			Status:   gateway.ActionStatusOpen,
			Results:  gateway.ActionResults{Failed: 1},
		}, true},
		"the other is not issued": {Part{}, false},
		"the other is closed":     {Part{ActionID: "2", Status: gateway.ActionStatusClosed}, false},
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
		"enough": {Policy{MinCompletedPercent: ptr(50.0)},
			gateway.ActionResults{Completed: 1, Verified: 1, Running: 2}, true},
		"not enough": {Policy{MinCompletedPercent: ptr(51.0)},
			gateway.ActionResults{Completed: 2, Running: 2}, false},
		"failures do not": {Policy{MinCompletedPercent: ptr(50.0)},
			gateway.ActionResults{Completed: 1, Failed: 2, Running: 1}, false},
		"verifying": {Policy{}, gateway.ActionResults{Verified: 3, PendingVerification: 1}, false},
		"verification skipped": {Policy{SkipVerification: true},
			gateway.ActionResults{Verified: 3, PendingVerification: 1}, true},
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
