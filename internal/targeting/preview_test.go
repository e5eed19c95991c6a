// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"slices"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestUnreached checks which endpoint IDs a preview names as not reached.
func TestUnreached(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ids, sample []string
		count       int
		want        []string
	}{
		"none given":           {nil, []string{"1"}, 1, nil},
		"all":                  {[]string{"1", "2"}, []string{"2", "1"}, 2, nil},
		"some":                 {[]string{"3", "1", "2"}, []string{"1"}, 1, []string{"3", "2"}},
		"nothing":              {[]string{"1", "2"}, nil, 0, []string{"1", "2"}},
		"not all are named":    {[]string{"1", "2", "3"}, []string{"1"}, 2, nil},
		"counted without name": {[]string{"1"}, nil, 1, nil},
	} {
		reach := Reach{Count: c.count}
		for _, id := range c.sample {
			reach.Sample = append(reach.Sample, gateway.Endpoint{Id: id})
		}
		if got := reach.Unreached(c.ids); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// reachOf counts the endpoints of targets by the answers of a script.
func reachOf(t *testing.T, now func() time.Time, answers ...string) (previews *Previews, requests *[]recorded) {
	t.Helper()
	lookup, requests := scripted(t, map[string][]string{
		"GetActionGroup": {`{"data":{"actionGroup":{"id":"4","name":"All","computerGroups":[{"id":"1"}]}}}`},
		"Endpoints":      answers,
	})
	return &Previews{Catalog: lookup, Now: now}, requests
}

// TestContradictoryCount checks that a count is at least the number of different endpoints that are
// named, and that an endpoint which is named twice counts once.
func TestContradictoryCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer string
		count  int
		named  []string
	}{
		"as it should be":     {page(2, true, false, "", "1", "2"), 2, []string{"1", "2"}},
		"more than the total": {page(2, true, false, "", "1", "2", "3"), 3, []string{"1", "2", "3"}},
		"named twice":         {page(3, true, false, "", "1", "1", "1"), 3, []string{"1"}},
	} {
		previews, _ := reachOf(t, time.Now, c.answer)
		reach, err := previews.Get(t.Context(), Targets{ActionGroup: gateway.Ref{ID: "4"}}, PreviewOptions{Sample: 9})
		var named []string
		for _, endpoint := range reach.Sample {
			named = append(named, endpoint.Id)
		}
		if err != nil || reach.Count != c.count || !slices.Equal(named, c.named) {
			t.Errorf("%s: %d, %q, %v", name, reach.Count, named, err)
		}
	}
}

// TestPreviewAge checks that the age of a count before a deployment is that of its request: an
// answer may take longer than a count is reused. A plan takes the answer all the same.
func TestPreviewAge(t *testing.T) {
	t.Parallel()
	type count struct {
		took  time.Duration
		batch bool
	}
	for given, want := range map[count]int{
		{time.Millisecond, false}: 1, {20 * time.Second, false}: 2,
		{time.Millisecond, true}: 1, {20 * time.Second, true}: 1,
	} {
		var requests *[]recorded
		var previews *Previews
		counts := func() (n int) {
			for _, request := range *requests {
				if request.OperationName == "Endpoints" {
					n++
				}
			}
			return n
		}
		answer := page(1, true, false, "", "1")
		previews, requests = reachOf(t, func() time.Time {
			return time.Unix(1000, 0).Add(time.Duration(counts()) * given.took)
		}, answer, answer)
		for range 2 {
			if _, err := previews.Get(t.Context(), Targets{ActionGroup: gateway.Ref{ID: "4"}},
				PreviewOptions{Batch: given.batch}); err != nil {
				t.Fatal(err)
			}
		}
		if counts() != want {
			t.Errorf("%+v: %d counts", given, counts())
		}
	}
}
