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
		"not issued": {parts: []Part{{ScheduledActionID: "10"}}, targeted: 2, want: TakeOver},
		"pending": {parts: []Part{part(gateway.ActionStatusPending, 0, 0, 0)}, targeted: 2,
			want: TakeOver},
		"under way":                 {parts: []Part{part(open, 1, 0, 1)}, targeted: 2, want: TakeOver},
		"under way, with a failure": {parts: []Part{part(open, 0, 1, 1)}, targeted: 2, want: TakeOver},
		"succeeded":                 {parts: []Part{part(open, 2, 0, 0)}, targeted: 2, want: TakeOver},
		"succeeded and closed":      {parts: []Part{part(closed, 2, 0, 0)}, targeted: 2, want: TakeOver},
		"failed":                    {parts: []Part{part(open, 1, 1, 0)}, targeted: 2, want: RunAgain},
		"failed and closed":         {parts: []Part{part(closed, 1, 0, 0)}, targeted: 2, want: RunAgain},
		"failed and accepted":       {parts: []Part{part(open, 1, 1, 0)}, targeted: 2, accepts: true, want: TakeOver},
		"unknown number, closed":    {parts: []Part{part(closed, 1, 0, 0)}, targeted: -1, want: TakeOver},
		"closed a minute ago": {parts: []Part{expired(part(closed, 1, 0, 1), time.Minute)}, targeted: 2,
			want: TakeOver},
		"closed an hour ago": {parts: []Part{expired(part(closed, 1, 0, 1), time.Hour)}, targeted: 2,
			want: RunAgain},
		"stopped":                    {parts: []Part{part(stopped, 1, 0, 0)}, targeted: 2, want: Halt},
		"stopped after it failed":    {parts: []Part{part(stopped, 1, 1, 0)}, targeted: 2, want: Halt},
		"stopped after it succeeded": {parts: []Part{part(stopped, 2, 0, 0)}, targeted: 2, want: TakeOver},
		"stopped and accepted": {parts: []Part{part(stopped, 1, 0, 0)}, targeted: 2, accepts: true,
			want: TakeOver},
		"deleted while under way": {parts: []Part{deleted(part(open, 1, 0, 1))}, targeted: 2, want: Halt},
		"deleted, and accepted": {parts: []Part{deleted(part(open, 1, 0, 1))}, targeted: 2, accepts: true,
			want: Halt},
		"deleted after it succeeded": {parts: []Part{deleted(part(closed, 2, 0, 0))}, targeted: 2, want: TakeOver},
		"deleted after it failed":    {parts: []Part{deleted(part(closed, 1, 1, 0))}, targeted: 2, want: RunAgain},
		"recurring, deleted": {parts: []Part{deleted(part(closed, 2, 0, 0))}, targeted: 2, continues: true,
			want: Halt},
		"one part stopped": {parts: []Part{part(stopped, 1, 0, 0), part(open, 0, 0, 1)}, targeted: 2, want: Halt},
		"one part deleted while " +
			"open": {parts: []Part{part(closed, 1, 0, 0), deleted(part(open, 0, 0, 1))}, targeted: 2, want: Halt},
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
		d.HandOver(Handover{Marker: Marker{Digest: 1, nonce: nonce}})
	}
	if d.Handed(2) || !d.Handed(1) {
		t.Error("the digest does not count")
	}
	for nonce := range uint64(2) {
		if left, ok := d.Take(1); !ok || left.Marker.nonce != nonce {
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
	other := Marker{Digest: marker.Digest, nonce: 1}
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
		"an hour ago": {schedule: "ENABLED", last: "CLOSED", expiration: recently, on: DuplicateError,
			judged: TakeOver, duplicate: true},
		"two days ago": {schedule: "ENABLED", last: "CLOSED", expiration: long, on: DuplicateError, judged: TakeOver},
		"cancelled":    {schedule: "DELETED", last: "STOPPED", expiration: recently, on: DuplicateError, judged: Halt},
		"in the state": {schedule: "ENABLED", last: "CLOSED", expiration: recently, on: DuplicateError,
			judged: TakeOver, hold: true, duplicate: true},
		"in the state, stopped": {
			schedule: "ENABLED", last: "STOPPED", expiration: recently, on: DuplicateError, judged: Halt, hold: true,
			duplicate: true,
		},
		"adopted": {schedule: "ENABLED", last: "CLOSED", expiration: recently, on: DuplicateAdopt, judged: TakeOver,
			adopted: true},
		"stopped": {schedule: "ENABLED", last: "STOPPED", expiration: recently, on: DuplicateError, judged: Halt,
			duplicate: true},
		"not adopted": {schedule: "ENABLED", last: "STOPPED", expiration: recently, on: DuplicateAdopt, judged: Halt,
			duplicate: true},
		"ignored": {schedule: "ENABLED", last: "STOPPED", expiration: recently, on: DuplicateIgnore, judged: Halt},
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
