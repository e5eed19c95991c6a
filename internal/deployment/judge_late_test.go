// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestLateEndpoints checks that a percentage of endpoints that must complete is that of all
// endpoints, also of those that came online after the count. The wait would otherwise end with a
// failure while the action runs.
func TestLateEndpoints(t *testing.T) {
	t.Parallel()
	answer := func(completed, running string) string {
		return `"action":{"id":"100","status":"OPEN","results":{"completed":` + completed + `,"running":` + running +
			`}}`
	}
	client, _ := newScriptedClient(t, map[string][]string{"GetAction": {answer("9", "3"), answer("11", "1")}})
	watch := Watch{Client: client, Clock: instantClock{}, Interval: time.Second, Targeted: new(10),
		Policy: Policy{MinCompletedPercent: ptr(90.0)}}
	ending := watch.Await(t.Context(), []Part{{ActionID: "100", ScheduledActionID: "10", Status: "OPEN"}}, time.Minute)
	if ending.Kind != Finished || !ending.Verdict.Succeeded || ending.Parts[0].Results.Completed != 11 {
		t.Errorf("%+v", ending)
	}
}

// TestFinishedMeansJudged checks that an action that is not over never finishes by its percentage
// and then fails by it.
func TestFinishedMeansJudged(t *testing.T) {
	t.Parallel()
	policy := Policy{MinCompletedPercent: ptr(60.0)}
	for completed := range 12 {
		for running := range 12 {
			for targeted := range 12 {
				parts := []Part{{ActionID: "1", Status: gateway.ActionStatusOpen,
					Results: gateway.ActionResults{Completed: completed, Running: running}}}
				if running > 0 && policy.Finished(parts, &targeted) && !policy.Judge(parts, &targeted).Succeeded {
					t.Errorf("%d completed, %d running, %d targeted", completed, running, targeted)
				}
			}
		}
	}
}

// TestUnknownTargets checks the verdict on actions of which no endpoint has reported, if the number
// of targeted endpoints is not known or 0.
func TestUnknownTargets(t *testing.T) {
	t.Parallel()
	most, none := Policy{MinCompletedPercent: ptr(90.0)}, Policy{MinCompletedPercent: ptr(0.0)}
	for name, c := range map[string]struct {
		status    gateway.ActionStatus
		completed int
		policy    Policy
		targeted  *int
		fails     bool
	}{
		"stopped":                {status: gateway.ActionStatusStopped, fails: true},
		"stopped after it ran":   {status: gateway.ActionStatusStopped, completed: 3},
		"stopped, no endpoint":   {status: gateway.ActionStatusStopped, targeted: new(0), fails: true},
		"closed, no endpoint":    {status: gateway.ActionStatusClosed, targeted: new(0), policy: most},
		"closed":                 {status: gateway.ActionStatusClosed},
		"closed, most must":      {status: gateway.ActionStatusClosed, policy: most, fails: true},
		"closed, none must":      {status: gateway.ActionStatusClosed, policy: none},
		"closed, most must, did": {status: gateway.ActionStatusClosed, completed: 3, policy: most},
	} {
		parts := []Part{{ActionID: "1", Status: c.status, Results: gateway.ActionResults{Completed: c.completed}}}
		verdict := c.policy.Judge(parts, c.targeted)
		if verdict.Succeeded == c.fails || c.fails && !strings.HasPrefix(verdict.Reason, "No endpoint has reported.") {
			t.Errorf("%s: %+v", name, verdict)
		}
	}
}

// TestPendingIsNotFinished checks that a placeholder of an action for no endpoint is not taken for
// a finished action while it waits for approval.
func TestPendingIsNotFinished(t *testing.T) {
	t.Parallel()
	parts := []Part{{ActionID: "1", ScheduledActionID: "10", Status: gateway.ActionStatusPending}}
	if (Policy{}).Finished(parts, new(0)) {
		t.Error("finished")
	}
}

// TestAwaitPurged checks that a wait that resumes takes the results of an action that was over and
// that Tanium has purged.
func TestAwaitPurged(t *testing.T) {
	t.Parallel()
	for status, want := range map[gateway.ActionStatus]EndingKind{
		gateway.ActionStatusClosed: Finished, gateway.ActionStatusOpen: Gone,
	} {
		client, _ := newScriptedClient(t, map[string][]string{"GetAction": {`"action":null`}})
		watch := Watch{Client: client, Clock: instantClock{}, Interval: time.Second, Targeted: new(3)}
		ending := watch.Await(t.Context(), []Part{{ActionID: "100", ScheduledActionID: "10", Status: status,
			Results: gateway.ActionResults{Completed: 3, Running: 1}}}, time.Minute)
		if ending.Kind != want {
			t.Errorf("%s: %+v", status, ending)
		}
	}
}
