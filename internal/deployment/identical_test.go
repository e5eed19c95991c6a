// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"errors"
	"slices"
	"sync"
	"testing"
)

// sameTwice returns a dispatcher of a gateway that makes one deployment of dispatched().
func sameTwice(t *testing.T, performed string) (*Dispatcher, *script) {
	t.Helper()
	marker, err := markerOf(dispatched().input(reboot()), nil, 0, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	mine := node("10", marker.String(), "ENABLED", `{"id":"77","status":"OPEN"}`)
	after := listed(mine)
	if performed == dropped {
		after = unavailable
	}
	client, played := newScriptedClient(t, map[string][]string{
		"ListScheduledActions":      {listed(), after},
		"PerformAction":             {performed},
		"GetScheduledActionDetails": {`"scheduledAction":null`},
	})
	return &Dispatcher{Client: client, Clock: instantClock{}, Random: zeros{}}, played
}

// TestIdentical checks what becomes of a deployment that a run makes several times, one after the
// other and at the same time.
func TestIdentical(t *testing.T) {
	t.Parallel()
	made := `"actionPerform":{"scheduledActions":[{"platforms":null,` +
		scheduled("ENABLED", `{"id":"77","status":"OPEN"}`) + `}]}`
	for name, c := range map[string]struct {
		performed  string
		duplicates Duplicates
		sent       int    // of three
		others     string // of the two others: refused, adopted, deployed or uncertain
	}{
		"an object": {performed: made, duplicates: Duplicates{Managed: true}, sent: 1,
			others: "refused"},
		"an object that adopts": {performed: made, duplicates: Duplicates{Managed: true, On: DuplicateAdopt},
			sent: 1, others: "refused"},
		"an invocation": {performed: made, sent: 1, others: "refused"},
		"an invocation that adopts": {performed: made, duplicates: Duplicates{On: DuplicateAdopt}, sent: 1,
			others: "adopted"},
		"ignored":   {performed: made, duplicates: Duplicates{On: DuplicateIgnore}, sent: 3, others: "deployed"},
		"uncertain": {performed: dropped, duplicates: Duplicates{Managed: true}, sent: 1, others: "uncertain"},
	} {
		for _, concurrent := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d, played := sameTwice(t, c.performed)
				var outcomes []string
				var mutex sync.Mutex
				dispatch := func() {
					got, err := d.Dispatch(t.Context(), Prepared{Request: dispatched(), Spec: reboot()}, c.duplicates)
					mutex.Lock()
					defer mutex.Unlock()
					outcomes = append(outcomes, outcomeOf(t, got, err))
				}
				var all sync.WaitGroup
				for range 3 {
					if all.Go(dispatch); !concurrent {
						all.Wait()
					}
				}
				all.Wait()
				first := "deployed"
				if c.others == "uncertain" {
					first = c.others
				}
				want := []string{first, c.others, c.others}
				slices.Sort(want)
				slices.Sort(outcomes)
				sent := 0
				for _, asked := range played.requests() {
					if asked == "PerformAction" {
						sent++
					}
				}
				if !slices.Equal(outcomes, want) || sent != c.sent {
					t.Errorf("concurrent %v: %q, sent %d times; want %q, %d", concurrent, outcomes, sent, want, c.sent)
				}
			})
		}
	}
}

// outcomeOf names the outcome of a dispatch.
func outcomeOf(t *testing.T, got Dispatched, err error) string {
	t.Helper()
	var duplicate *Duplicate
	var uncertain *Uncertain
	switch {
	case errors.As(err, &duplicate):
		if duplicate.Holder != HolderRun || len(duplicate.Existing) != 1 ||
			duplicate.Existing[0].scheduledActionID != "10" {
			t.Errorf("%+v", duplicate)
		}
		return "refused"
	case errors.As(err, &uncertain):
		return "uncertain"
	case err != nil:
		return err.Error()
	case got.Adopted != nil:
		if got.Parts[0].ScheduledActionID != "10" {
			t.Errorf("adopted %+v", got.Parts)
		}
		return "adopted"
	default:
		return "deployed"
	}
}

// TestIdenticalAfterFailure checks that a deployment that was not made can be made by another
// object of the run.
func TestIdenticalAfterFailure(t *testing.T) {
	t.Parallel()
	d, played := sameTwice(t, `"actionPerform":{"error":{"message":"AddActionFailed"}}`)
	played.answers["ListScheduledActions"] = []string{listed()}
	for range 2 {
		_, err := d.Dispatch(t.Context(), Prepared{Request: dispatched(), Spec: reboot()}, Duplicates{Managed: true})
		var duplicate *Duplicate
		if err == nil || errors.As(err, &duplicate) {
			t.Error(err)
		}
	}
}
