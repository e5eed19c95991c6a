// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// numbered returns the IDs and names of a number of endpoints, after some.
func numbered(after, count int) map[string]string {
	names := map[string]string{}
	for i := range count {
		names[fmt.Sprint(100+after+i)] = fmt.Sprintf("host-%d", after+i)
	}
	return names
}

// reaching returns a reach of endpoints, of which a number is named.
func reaching(count, named int) targeting.Reach {
	reach := targeting.Reach{Count: count, Complete: true}
	for i := range named {
		reach.Sample = append(reach.Sample, gateway.Endpoint{Id: fmt.Sprint(100 + i), Name: fmt.Sprintf("host-%d", i)})
	}
	return reach
}

// TestReviewedReach checks which deployments a reviewed set allows.
func TestReviewedReach(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reviewed map[string]string
		growth   float64
		reach    targeting.Reach
		says     string // of the problem; empty for none
	}{
		"the same":         {reviewed: numbered(0, 3), reach: reaching(3, 3)},
		"fewer":            {reviewed: numbered(0, 3), reach: reaching(2, 2)},
		"one more":         {reviewed: numbered(0, 3), reach: reaching(4, 4), says: "not reviewed: host-3 (103)."},
		"another":          {reviewed: numbered(1, 3), reach: reaching(3, 3), says: "not reviewed: host-0 (100)."},
		"within growth":    {reviewed: numbered(0, 10), growth: 10, reach: reaching(11, 11)},
		"beyond growth":    {reviewed: numbered(0, 10), growth: 10, reach: reaching(12, 12), says: "allows 1 more"},
		"growth of a part": {reviewed: numbered(0, 9), growth: 10, reach: reaching(10, 10), says: "host-9"},
		"not named":        {reviewed: numbered(0, 3), reach: reaching(4, 3), says: "1 that Tanium does not name"},
		"named and not": {reviewed: numbered(0, 1), reach: reaching(4, 2),
			says: "These were not reviewed: host-1 (101) and 2 more."},
		"many": {reviewed: numbered(0, 1), reach: reaching(30, 30), says: "and 19 more."},
	} {
		guard := Guard{Min: 1, MaxGrowthPercent: c.growth, Reviewed: &Reviewed{
			Names: c.reviewed, Count: len(c.reviewed), Complete: true, CountedAt: "2026-03-07T09:00:00Z",
		}}
		problems := guard.check(c.reach)
		switch {
		case c.says == "" && len(problems) > 0, c.says != "" && len(problems) != 1:
			t.Errorf("%s: %+v", name, problems)
		case c.says != "" && (problems[0].Path.String() != "guard.reviewed" ||
			!strings.Contains(problems[0].Detail, c.says)):
			t.Errorf("%s: %+v", name, problems)
		}
		if size := guard.sampleSize(1); len(problems) == 0 && size <= len(c.reach.Sample) && c.reach.Count > size {
			t.Errorf("%s: %d names do not show what is outside", name, size)
		}
	}
}

// TestReviewedCheck checks which sets nobody can rely on.
func TestReviewedCheck(t *testing.T) {
	t.Parallel()
	targets := targeting.Targets{ActionGroup: gateway.Ref{Name: "All Computers"}}
	narrow := targets
	narrow.EndpointIDs = []string{"100", "101"}
	whole := Reviewed{
		Names: numbered(0, 2), Count: 2, Complete: true, CountedAt: "2026-03-07T09:00:00Z", Targets: targets.Digest(),
	}
	for name, c := range map[string]struct {
		change  func(*Reviewed)
		targets *targeting.Targets
		summary string
	}{
		"whole":     {change: func(*Reviewed) {}, targets: &targets},
		"not known": {change: func(r *Reviewed) { r.Targets = "x" }},
		"other targets": {
			change: func(r *Reviewed) { r.Targets = "x" }, targets: &targets,
			summary: "Reviewed set is of other targets",
		},
		"empty":    {change: func(r *Reviewed) { r.Count, r.Names = 0, nil }, summary: "Reviewed set is empty"},
		"negative": {change: func(r *Reviewed) { r.Count = -1 }, summary: "Reviewed set is empty"},
		"no names": {change: func(r *Reviewed) { r.Count, r.Names = 1, nil }, summary: "Reviewed set is empty"},
		"among the IDs": {
			change:  func(r *Reviewed) { r.Targets = narrow.Digest() },
			targets: &narrow,
		},
		"not among the IDs": {
			change:  func(r *Reviewed) { r.Targets, r.Names = narrow.Digest(), numbered(1, 2) },
			targets: &narrow, summary: "Reviewed set is of other targets",
		},
		"cut":         {change: func(r *Reviewed) { r.Truncated = true }, summary: "Reviewed set is not whole"},
		"fewer names": {change: func(r *Reviewed) { r.Count = 3 }, summary: "Reviewed set is not whole"},
		"not counted out": {
			change: func(r *Reviewed) { r.Complete = false }, summary: "Reviewed set was not counted to the end",
		},
	} {
		reviewed := whole
		c.change(&reviewed)
		problems := reviewed.check(c.targets, nil)
		if (len(problems) > 0) != (c.summary != "") || len(problems) > 0 && problems[0].Summary != c.summary {
			t.Errorf("%s: %+v", name, problems)
		}
	}
}

// TestExact checks when a deployment names the reviewed endpoints.
func TestExact(t *testing.T) {
	t.Parallel()
	few := Guard{Reviewed: &Reviewed{Names: numbered(0, 3)}}
	if ids := few.Exact(); !slices.Equal(ids, []string{"100", "101", "102"}) {
		t.Errorf("%v", ids)
	}
	growing := few
	growing.MaxGrowthPercent = 34
	rounded := few
	rounded.MaxGrowthPercent = 33 // of 3 endpoints is none
	if ids := rounded.Exact(); len(ids) != 3 {
		t.Errorf("%v", ids)
	}
	for name, guard := range map[string]Guard{
		"none": {}, "growing": growing,
		"too many": {Reviewed: &Reviewed{Names: numbered(0, targeting.MaxEndpointIDs+1)}},
	} {
		if ids := guard.Exact(); ids != nil {
			t.Errorf("%s: %v", name, ids)
		}
	}
}
