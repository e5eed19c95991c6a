// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"errors"
	"strconv"
	"testing"
)

// TestMoveTakenOnce checks that one creation takes a deployment that was destroyed, and that
// another one is refused.
func TestMoveTakenOnce(t *testing.T) {
	t.Parallel()
	var r run
	left := Handover{Marker: Marker{Digest: 1, nonce: 2}, Parts: []Part{{ScheduledActionID: "10"}}}
	_, ended := r.BeginDestroy(left, false)
	if _, err := r.BeginCreate(1); err == nil {
		t.Error("the first creation does not take it")
	}
	if !ended(true) {
		t.Error("the failed destroy does not know that a creation has it")
	}
	end, err := r.BeginCreate(1)
	if err != nil {
		t.Fatalf("the second creation: %v", err)
	}
	so, done, err := r.begin(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	_, refused := so.again(Duplicates{}, nil)
	done(identical{})
	var duplicate *Duplicate
	if err := end(refused); !errors.As(err, &duplicate) || duplicate.Holder != HolderRun {
		t.Errorf("the second creation: %v", err)
	}
}

// TestMoveNotDestroyed checks that no creation takes a deployment whose destroy has failed: two
// objects would have it, and every later plan would fail.
func TestMoveNotDestroyed(t *testing.T) {
	t.Parallel()
	left := Handover{Marker: Marker{Digest: 1, nonce: 2}, Parts: []Part{{ScheduledActionID: "10"}}}
	for _, failed := range []bool{true, false} {
		var r run
		_, end := r.BeginDestroy(left, false)
		if end(failed) {
			t.Error("nothing has taken it")
		}
		for range 2 {
			var stays *NotDestroyed
			if _, err := r.BeginCreate(1); errors.As(err, &stays) != failed {
				t.Errorf("failed %v: %v", failed, err)
			}
		}
	}
}

// TestMoveOfTwo checks that a creation under way takes one of two equal objects that are destroyed,
// and that the other one is cancelled: nothing else would have it.
func TestMoveOfTwo(t *testing.T) {
	t.Parallel()
	var r run
	end, err := r.BeginCreate(1)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range []DestroyOutcome{DestroyHandsOver, DestroyCancels} {
		left := Handover{Marker: Marker{Digest: 1, nonce: 2}, Parts: []Part{{ScheduledActionID: strconv.Itoa(id)}}}
		if got, _ := r.BeginDestroy(left, false); got != want {
			t.Errorf("object %d: outcome %v", id, got)
		}
	}
	var taken *Renamed
	if err := end(errors.New("refused")); !errors.As(err, &taken) || taken.Left.Parts[0].ScheduledActionID != "0" {
		t.Errorf("taken: %v", err)
	}
}

// TestMoves checks what becomes of a deployment that is destroyed and created in one run, for each
// order of the destroy and of the begin and the end of the creation.
func TestMoves(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	because := func(id string) error { return &Duplicate{Existing: []Existing{{scheduledActionID: id}}} }
	left := Handover{Marker: Marker{Digest: 1, nonce: 2}, Parts: []Part{{ScheduledActionID: "10"}}}
	const begins, ends, leaves = "creation begins", "creation ends", "destroy"
	before, during := []string{begins, ends, leaves}, []string{begins, leaves, ends}
	for name, c := range map[string]struct {
		steps   []string
		made    error // of the creation
		left    *Handover
		keeps   bool
		becomes DestroyOutcome
		renamed bool // the creation takes the deployment
		kept    bool // and nothing cancels it
	}{
		"created first":                    {steps: before, becomes: DestroyCancels},
		"refused first":                    {steps: before, made: because("10"), becomes: DestroyRefused},
		"refused first because of another": {steps: before, made: because("11"), becomes: DestroyCancels},
		"failed first":                     {steps: before, made: failed, becomes: DestroyRefused},
		"may be made first":                {steps: before, made: &Uncertain{Err: failed}, becomes: DestroyCancels},
		"destroyed during a creation":      {steps: during, becomes: DestroyHandsOver},
		"destroyed during a refusal": {steps: during, made: because("10"),
			becomes: DestroyHandsOver, renamed: true, kept: true},
		"destroyed during another failure": {steps: during, made: failed,
			becomes: DestroyHandsOver, renamed: true, kept: true},
		"destroyed first":                {steps: []string{leaves, begins}, becomes: DestroyCancels, renamed: true},
		"kept first":                     {steps: []string{leaves, begins}, keeps: true, renamed: true, kept: true},
		"failed first, without a marker": {steps: before, made: failed, left: &Handover{}, becomes: DestroyCancels},
	} {
		var r run
		var end func(error) error
		var err error
		leaving := left
		if c.left != nil {
			leaving = *c.left
		}
		for _, step := range c.steps {
			switch step {
			case begins:
				end, err = r.BeginCreate(1)
			case ends:
				err = end(c.made)
			case leaves:
				if becomes, _ := r.BeginDestroy(leaving, c.keeps); becomes != c.becomes {
					t.Errorf("%s: outcome %v", name, becomes)
				}
			}
		}
		var renamed *Renamed
		if errors.As(err, &renamed) != c.renamed || renamed != nil && renamed.Kept != c.kept {
			t.Errorf("%s: %v, %+v", name, err, renamed)
		}
	}
}
