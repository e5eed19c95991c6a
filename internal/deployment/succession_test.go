// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestSuccession checks what becomes of a deployment of which nobody asked for another run.
func TestSuccession(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)
	part := func(status gateway.ActionStatus, completed, failed, running int) Part {
		return Part{ScheduledActionID: "10", ActionID: "77", Status: status,
			Results: gateway.ActionResults{Completed: completed, Failed: failed, Running: running}}
	}
	deleted := func(part Part) Part { part.Deleted = true; return part }
	expired := func(part Part, ago time.Duration) Part {
		at := now.Add(-ago)
		part.ExpirationTime = &at
		return part
	}
	open, closed, stopped := gateway.ActionStatusOpen, gateway.ActionStatusClosed, gateway.ActionStatusStopped
	for name, c := range map[string]struct {
		parts              []Part
		targeted           int // negative if unknown
		accepts, continues bool
		want               Succession
	}{
		"not issued":                 {[]Part{{ScheduledActionID: "10"}}, 2, false, false, TakeOver},
		"pending":                    {[]Part{part(gateway.ActionStatusPending, 0, 0, 0)}, 2, false, false, TakeOver},
		"under way":                  {[]Part{part(open, 1, 0, 1)}, 2, false, false, TakeOver},
		"under way, with a failure":  {[]Part{part(open, 0, 1, 1)}, 2, false, false, TakeOver},
		"succeeded":                  {[]Part{part(open, 2, 0, 0)}, 2, false, false, TakeOver},
		"succeeded and closed":       {[]Part{part(closed, 2, 0, 0)}, 2, false, false, TakeOver},
		"failed":                     {[]Part{part(open, 1, 1, 0)}, 2, false, false, RunAgain},
		"failed and closed":          {[]Part{part(closed, 1, 0, 0)}, 2, false, false, RunAgain},
		"failed and accepted":        {[]Part{part(open, 1, 1, 0)}, 2, true, false, TakeOver},
		"unknown number, closed":     {[]Part{part(closed, 1, 0, 0)}, -1, false, false, TakeOver},
		"closed a minute ago":        {[]Part{expired(part(closed, 1, 0, 1), time.Minute)}, 2, false, false, TakeOver},
		"closed an hour ago":         {[]Part{expired(part(closed, 1, 0, 1), time.Hour)}, 2, false, false, RunAgain},
		"stopped":                    {[]Part{part(stopped, 1, 0, 0)}, 2, false, false, Halt},
		"stopped after it failed":    {[]Part{part(stopped, 1, 1, 0)}, 2, false, false, Halt},
		"stopped after it succeeded": {[]Part{part(stopped, 2, 0, 0)}, 2, false, false, TakeOver},
		"stopped and accepted":       {[]Part{part(stopped, 1, 0, 0)}, 2, true, false, TakeOver},
		"deleted while under way":    {[]Part{deleted(part(open, 1, 0, 1))}, 2, false, false, Halt},
		"deleted, and accepted":      {[]Part{deleted(part(open, 1, 0, 1))}, 2, true, false, Halt},
		"deleted after it succeeded": {[]Part{deleted(part(closed, 2, 0, 0))}, 2, false, false, TakeOver},
		"deleted after it failed":    {[]Part{deleted(part(closed, 1, 1, 0))}, 2, false, false, RunAgain},
		"recurring, deleted":         {[]Part{deleted(part(closed, 2, 0, 0))}, 2, false, true, Halt},
		"one part stopped":           {[]Part{part(stopped, 1, 0, 0), part(open, 0, 0, 1)}, 2, false, false, Halt},
		"one part deleted while " +
			"open": {[]Part{part(closed, 1, 0, 0), deleted(part(open, 0, 0, 1))}, 2, false, false, Halt},
	} {
		targeted := &c.targeted
		if c.targeted < 0 {
			targeted = nil
		}
		if got := (Policy{}).Succession(c.parts, targeted, c.accepts, c.continues, now); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// TestHandOver checks that a deployment that was handed over is taken once, by its digest.
func TestHandOver(t *testing.T) {
	t.Parallel()
	d := &Dispatcher{}
	for nonce := range uint64(2) {
		d.HandOver(Handover{Marker: Marker{Digest: 1, Nonce: nonce}})
	}
	if d.Handed(2) || !d.Handed(1) {
		t.Error("the digest does not count")
	}
	for nonce := range uint64(2) {
		if left, ok := d.Take(1); !ok || left.Marker.Nonce != nonce {
			t.Errorf("took %+v, %t", left, ok)
		}
	}
	if left, ok := d.Take(1); ok || d.Handed(1) {
		t.Errorf("took %+v again", left)
	}
}

// TestLastEnded checks which deployments that have ended are duplicates.
func TestLastEnded(t *testing.T) {
	t.Parallel()
	request := dispatched()
	marker, err := markerOf(request.input(reboot()), nil, 0, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)
	other := Marker{Digest: marker.Digest, Nonce: 1}
	ended := func(status, last, expiration string) map[string][]string {
		return map[string][]string{
			"ListScheduledActions": {
				listed(node("10", other.String(), status, `{"id":"77","status":"`+last+`"}`)),
			},
			"GetAction": {`"action":{"id":"77","status":"` + last + `","expirationTime":"` + expiration +
				`","results":{"completed":1}}`},
			"PerformAction": {`"actionPerform":{"scheduledActions":[{"platforms":null,` +
				scheduled("ENABLED", `{"id":"78","status":"OPEN"}`) + `}]}`},
		}
	}
	recently, long := "2026-03-07T11:00:00Z", "2026-03-05T11:00:00Z"
	for name, c := range map[string]struct {
		// schedule and last are the statuses, expiration is that of the action.
		schedule, last, expiration string
		on                         OnDuplicate
		judged                     Succession
		hold, duplicate, adopted   bool
	}{
		"an hour ago":  {"ENABLED", "CLOSED", recently, DuplicateError, TakeOver, false, true, false},
		"two days ago": {"ENABLED", "CLOSED", long, DuplicateError, TakeOver, false, false, false},
		"cancelled":    {"DELETED", "STOPPED", recently, DuplicateError, Halt, false, false, false},
		"in the state": {"ENABLED", "CLOSED", recently, DuplicateError, TakeOver, true, true, false},
		"in the state, stopped": {
			"ENABLED", "STOPPED", recently, DuplicateError, Halt, true, true, false,
		},
		"adopted":     {"ENABLED", "CLOSED", recently, DuplicateAdopt, TakeOver, false, false, true},
		"stopped":     {"ENABLED", "STOPPED", recently, DuplicateError, Halt, false, true, false},
		"not adopted": {"ENABLED", "STOPPED", recently, DuplicateAdopt, Halt, false, true, false},
		"ignored":     {"ENABLED", "STOPPED", recently, DuplicateIgnore, Halt, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := newScriptedClient(t, ended(c.schedule, c.last, c.expiration))
			d := &Dispatcher{Client: client, Clock: fixedClock{now}, Random: zeros{}}
			if c.hold {
				d.Hold(other)
			}
			got, err := d.Dispatch(context.Background(), Prepared{Request: request, Spec: reboot()}, Duplicates{
				On: c.on, Ended: true, Judge: func([]Part, *int) Succession { return c.judged },
			})
			var duplicate *Duplicate
			if errors.As(err, &duplicate) != c.duplicate || (err != nil) != c.duplicate ||
				(got.Ended != nil) != c.adopted {
				t.Errorf("error %v, %+v", err, got)
			}
			if c.duplicate && (duplicate.Ended == nil || duplicate.Ended.Succession != c.judged) {
				t.Errorf("%+v", duplicate)
			}
		})
	}
}

// fixedClock is a clock that stands still.
type fixedClock struct{ now time.Time }

func (f fixedClock) Now() time.Time { return f.now }

func (f fixedClock) After(time.Duration) <-chan time.Time {
	passed := make(chan time.Time, 1)
	passed <- f.now
	return passed
}
