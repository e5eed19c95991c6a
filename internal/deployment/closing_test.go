// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"testing"
	"time"
)

// TestReadsOn checks that a watch reads an action that is over on while endpoints are under way,
// for ExpiryMargin at most.
func TestReadsOn(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	answer := func(status, counter string, completed, others int) raw {
		return raw{status: 200, kind: "application/json", body: fmt.Sprintf(
			`{"data":{"action":{"id":"77","status":%q,"results":{"completed":%d,%q:%d}}}}`,
			status, completed, counter, others)}
	}
	gone := raw{status: 200, kind: "application/json", body: `{"data":{"action":null}}`}
	const soon, bound = 30 * time.Second, ExpiryMargin + closingPause
	for name, c := range map[string]struct {
		answers   []raw
		policy    Policy
		succeeded bool
		least     time.Duration // of the wait
		most      time.Duration
	}{
		"all report": {answers: []raw{answer("CLOSED", "running", 1, 1), answer("CLOSED", "running", 1, 1),
			answer("CLOSED", "running", 2, 0)}, succeeded: true, least: time.Second, most: soon},
		"after a stop": {answers: []raw{answer("STOPPED", "downloading", 1, 1), answer("STOPPED", "running", 2, 0)},
			succeeded: true, least: time.Second, most: soon},
		"after a stop, and one waits": {answers: []raw{answer("STOPPED", "waiting", 1, 1)}},
		"older name": {answers: []raw{answer("EXPIRED", "waitingToRetry", 1, 1), answer("EXPIRED", "running", 2, 0)},
			succeeded: true, least: time.Second, most: soon},
		"never":  {answers: []raw{answer("CLOSED", "waiting", 1, 1)}, least: ExpiryMargin, most: bound},
		"purged": {answers: []raw{answer("CLOSED", "running", 1, 1), gone}, least: time.Second, most: soon},
		"unavailable": {answers: []raw{answer("CLOSED", "running", 1, 1), {status: 503}},
			least: ExpiryMargin, most: bound},
		"rejected": {answers: []raw{answer("CLOSED", "running", 1, 1), {status: 401}},
			least: ExpiryMargin, most: 2 * bound},
		"none under way": {answers: []raw{answer("CLOSED", "failed", 1, 1)}},
		"enough": {answers: []raw{answer("CLOSED", "running", 1, 1)},
			policy: Policy{MinCompletedPercent: ptr(50.0)}, succeeded: true},
		"verification is skipped": {answers: []raw{answer("CLOSED", "pendingVerification", 1, 1)},
			policy: Policy{SkipVerification: true}, succeeded: true},
		"verification": {
			answers:   []raw{answer("CLOSED", "pendingVerification", 1, 1), answer("CLOSED", "verified", 1, 1)},
			succeeded: true, least: time.Second, most: soon},
	} {
		client, _ := newRawClient(t, c.answers...)
		clock := &countingClock{at: start}
		watch := Watch{Client: client, Clock: clock, Interval: 2 * time.Minute, Targeted: new(2), Policy: c.policy}
		ending := watch.Await(t.Context(), []Part{{ScheduledActionID: "10", ActionID: "77"}}, time.Hour)
		passed := clock.at.Sub(start)
		if ending.Kind != Finished || ending.Verdict.Succeeded != c.succeeded || passed < c.least || passed > c.most {
			t.Errorf("%s: %+v after %s", name, ending, passed)
		}
	}
}

// TestReadsOnUntilTimeout checks that a wait whose time ends while only late reports are missing
// judges what there is.
func TestReadsOnUntilTimeout(t *testing.T) {
	t.Parallel()
	client, _ := newRawClient(t, raw{status: 200, kind: "application/json",
		body: `{"data":{"action":{"id":"77","status":"CLOSED","results":{"completed":1,"running":1}}}}`})
	ending := Watch{Client: client, Clock: SystemClock{}, Interval: time.Hour, Targeted: new(2)}.Await(t.Context(),
		[]Part{{ScheduledActionID: "10", ActionID: "77"}}, 500*time.Millisecond)
	if ending.Kind != Finished || ending.Verdict.Reason == "" || ending.Err != nil {
		t.Errorf("%+v", ending)
	}
}
