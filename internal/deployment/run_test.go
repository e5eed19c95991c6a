// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"slices"
	"testing"
)

// TestRunCancelOrAdopt checks that a run does not adopt what it is cancelling, and does not cancel
// what it has adopted.
func TestRunCancelOrAdopt(t *testing.T) {
	t.Parallel()
	var r run
	begin := func(id string, adoption uint64) func() {
		end, ok := r.BeginCancel(id, adoption)
		if !ok {
			return nil
		}
		return end
	}
	first, second := begin("1", 0), begin("1", 0)
	if first == nil || second == nil {
		t.Fatal("two objects with the same scheduled action cannot be destroyed")
	}
	ended := r.claim([]string{"2", "1"}, 7)
	if ended == nil {
		t.Fatal("adopted while it is being cancelled")
	}
	end := begin("2", 0)
	if end == nil {
		t.Fatal("a refused adoption is recorded")
	}
	end()
	first()
	select {
	case <-ended:
		t.Error("the other cancellation has not ended")
	default:
	}
	second()
	<-ended
	if r.claim([]string{"2", "1"}, 7) != nil {
		t.Fatal("not adopted after the cancellation")
	}
	if begin("1", 0) != nil || begin("1", 3) != nil {
		t.Error("cancelled after an adoption")
	}
	if end = begin("1", 7); end == nil {
		t.Fatal("the resource that adopted it cannot cancel it")
	}
	end()
	r.disclaim([]string{"1"}, 3) // another adoption
	if begin("1", 0) != nil {
		t.Error("another adoption was taken back")
	}
	r.disclaim([]string{"1"}, 7)
	if begin("1", 0) == nil {
		t.Error("not cancelled after the adoption was taken back")
	}
	if r.claim([]string{"3"}, 0) != nil || begin("3", 0) == nil {
		t.Error("an adoption that nobody manages keeps a resource from cancelling")
	}
}

// TestRunPlan checks which scheduled actions are planned to be cancelled and kept.
func TestRunPlan(t *testing.T) {
	t.Parallel()
	d := &Dispatcher{}
	for i, c := range []struct {
		ids    []string
		cancel bool
		want   []string
	}{
		{ids: []string{"1", "2"}, cancel: true},
		{ids: []string{"1", "2"}, cancel: true},
		{ids: []string{"3"}},
		{ids: []string{"2", "4"}, want: []string{"2"}},
		{ids: []string{"3", "4", "5"}, cancel: true, want: []string{"3", "4"}},
	} {
		plan := d.PlanKeep
		if c.cancel {
			plan = d.PlanCancel
		}
		if got := plan(c.ids); !slices.Equal(got, c.want) {
			t.Errorf("%d: %v, want %v", i, got, c.want)
		}
	}
}

// TestRunShare checks which scheduled actions an imported object and another one have.
func TestRunShare(t *testing.T) {
	t.Parallel()
	d := &Dispatcher{}
	for i, c := range []struct {
		ids      []string
		imported bool
		want     []string
	}{
		{ids: []string{"1"}, imported: true},
		{ids: []string{"2"}},
		{ids: []string{"2", "3"}, imported: true, want: []string{"2"}},
		{ids: []string{"1"}, want: []string{"1"}},
		{ids: []string{"4"}},
		{ids: []string{"4"}},
	} {
		if got := d.Share(c.ids, c.imported); !slices.Equal(got, c.want) {
			t.Errorf("%d: %v, want %v", i, got, c.want)
		}
	}
}
