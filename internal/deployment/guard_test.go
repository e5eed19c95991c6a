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

// A guard rejects a reach that it cannot check.
func TestGuard(t *testing.T) {
	t.Parallel()
	sample := func(ids ...string) []gateway.Endpoint {
		var endpoints []gateway.Endpoint
		for _, id := range ids {
			endpoints = append(endpoints, gateway.Endpoint{Id: id, Name: "n" + id})
		}
		return endpoints
	}
	for name, test := range map[string]struct {
		guard Guard
		reach targeting.Reach
		want  []string
	}{
		"none":            {guard: Guard{Min: 1}, reach: targeting.Reach{Count: 5}},
		"nobody":          {guard: Guard{Min: 1}, want: []string{"targets: No endpoint matches"}},
		"nobody, allowed": {},
		"group Default": {guard: Guard{Min: 1}, reach: targeting.Reach{ActionGroup: "Default"},
			want: []string{"targets.action_group: No endpoint matches"}},
		"too few": {guard: Guard{Min: 3}, reach: targeting.Reach{Count: 2},
			want: []string{"guard.min_endpoints: Too few endpoints"}},
		"at the maximum": {guard: Guard{Max: ptr(2)}, reach: targeting.Reach{Count: 2}},
		"too many": {guard: Guard{Max: ptr(2)}, reach: targeting.Reach{Count: 3},
			want: []string{"guard.max_endpoints: Too many endpoints"}},
		"as expected": {guard: Guard{Expected: ptr(10), MaxGrowthPercent: 10}, reach: targeting.Reach{Count: 11}},
		"more than expected": {guard: Guard{Expected: ptr(10), MaxGrowthPercent: 10}, reach: targeting.Reach{Count: 12},
			want: []string{"guard.expected_endpoints: More endpoints than expected"}},
		"allowed": {guard: Guard{Allowed: []string{"1", "2"}},
			reach: targeting.Reach{Count: 2, Sample: sample("1", "2")}},
		"not allowed": {guard: Guard{Allowed: []string{"1"}},
			reach: targeting.Reach{Count: 2, Sample: sample("1", "2")},
			want:  []string{"guard.allowed_endpoint_ids: Endpoints not allowed"}},
		"counted, not listed": {guard: Guard{Allowed: []string{"1"}},
			reach: targeting.Reach{Count: 9, Sample: sample("1")},
			want:  []string{"guard.allowed_endpoint_ids: More endpoints than allowed"}},
		"fewer listed": {guard: Guard{Allowed: []string{"1", "2", "3"}},
			reach: targeting.Reach{Count: 2, Sample: sample("1")},
			want:  []string{"guard.allowed_endpoint_ids: Unknown endpoints"}},
		"nothing is allowed": {guard: Guard{Allowed: []string{}}, reach: targeting.Reach{Count: 1, Sample: sample("1")},
			want: []string{"guard.allowed_endpoint_ids: Endpoints not allowed"}},
		"nothing, and unlisted": {guard: Guard{Allowed: []string{}}, reach: targeting.Reach{Count: 1},
			want: []string{"guard.allowed_endpoint_ids: More endpoints than allowed"}},
		// 25 + 16 % is 29, which a quotient of whole numbers would miss.
		"growth in whole endpoints": {guard: Guard{Expected: ptr(25), MaxGrowthPercent: 16},
			reach: targeting.Reach{Count: 29}},
		"incomplete, no limit": {reach: targeting.Reach{Count: 2}},
		"incomplete, a maximum": {guard: Guard{Max: ptr(2)}, reach: targeting.Reach{Count: 2},
			want: []string{"guard: Endpoints were not all counted"}},
		"incomplete, expected": {guard: Guard{Expected: ptr(2)}, reach: targeting.Reach{Count: 2},
			want: []string{"guard: Endpoints were not all counted"}},
		"incomplete, allowed": {guard: Guard{Allowed: []string{"1"}},
			reach: targeting.Reach{Count: 1, Sample: sample("1")},
			want:  []string{"guard: Endpoints were not all counted"}},
		"incomplete, too many": {guard: Guard{Max: ptr(2)}, reach: targeting.Reach{Count: 3},
			want: []string{"guard.max_endpoints: Too many endpoints"}},
	} {
		var got []string
		test.reach.Complete = !strings.HasPrefix(name, "incomplete")
		for _, problem := range test.guard.check(test.reach) {
			got = append(got, problem.Path.String()+": "+problem.Summary)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: reported %q, want %q", name, got, test.want)
		}
	}
}

// TestGuardNames checks that a message about a limit names the first endpoints.
func TestGuardNames(t *testing.T) {
	t.Parallel()
	reach := targeting.Reach{Count: 14, Complete: true}
	for i := range 12 {
		reach.Sample = append(reach.Sample, gateway.Endpoint{Name: fmt.Sprintf("n%d", i)})
	}
	problems := Guard{Max: ptr(13)}.check(reach)
	const want = "The deployment would reach 14 endpoints: n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 4 more. " +
		"The guard allows at most 13. Check targets before you increase it. Nothing was deployed."
	if len(problems) != 1 || problems[0].Detail != want {
		t.Errorf("%+v", problems)
	}
}

// TestGuardNotAllowedNames checks that a message about endpoints that are not allowed names the
// first of them, and says how many more there are.
func TestGuardNotAllowedNames(t *testing.T) {
	t.Parallel()
	reach := targeting.Reach{Count: 15, Complete: true}
	for i := range 12 {
		reach.Sample = append(reach.Sample, gateway.Endpoint{Id: fmt.Sprint(i), Name: fmt.Sprintf("n%d", i)})
	}
	problems := Guard{Allowed: []string{"0"}}.check(reach)
	const want = "The deployment would reach endpoints that the guard does not allow: n1 (1), n2 (2), n3 (3), n4 " +
		"(4), " +
		"n5 (5), n6 (6), n7 (7), n8 (8), n9 (9), n10 (10) and 1 more, and possibly 3 others. Nothing was deployed."
	if len(problems) != 1 || problems[0].Detail != want {
		t.Errorf("%+v", problems)
	}
}

// TestGuardAnswered checks that a message about an incomplete count says how many answered.
func TestGuardAnswered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answered, asked *int
		says            string
	}{
		{answered: ptr(29), asked: ptr(30),
			says: "Only 29 of 30 endpoints had answered at the time of the count, so the guard"},
		{says: "Not all endpoints had answered at the time of the count, so the guard"},
		{answered: ptr(30), asked: ptr(30),
			says: "Not all endpoints had answered at the time of the count, so the guard"},
	} {
		problems := Guard{Max: ptr(9)}.check(targeting.Reach{Count: 2, Answered: c.answered, Asked: c.asked})
		if len(problems) != 1 || !strings.Contains(problems[0].Detail, c.says) {
			t.Errorf("%+v", problems)
		}
	}
}
