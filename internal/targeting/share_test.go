// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// TestShareIsExact checks the bounds of each possible share, and of the tens within it.
func TestShareIsExact(t *testing.T) {
	t.Parallel()
	for from := range 100 {
		for to := from + 1; to <= 100; to++ {
			filter, err := targeting.Share(from, to)
			if err != nil {
				t.Fatal(err)
			}
			pattern := regexp.MustCompile("^" + *filter.Value + "$")
			for _, n := range []int{0, 9, 10, from - 1, from, from/10*10 + 9, to/10*10 - 1, to - 1, to, 99} {
				if n < 0 || n > 99 {
					continue
				}
				ids := []string{fmt.Sprintf("%02d", n), fmt.Sprintf("4294967%02d", n)}
				if n < 10 {
					ids[0] = fmt.Sprint(n)
				}
				for _, id := range ids {
					if pattern.MatchString(id) != (from <= n && n < to) {
						t.Fatalf("share(%d, %d) is %q: %s", from, to, *filter.Value, id)
					}
				}
			}
			for _, text := range []string{"", "x12"} {
				if pattern.MatchString(text) {
					t.Fatalf("share(%d, %d) is %q: it keeps %q", from, to, *filter.Value, text)
				}
			}
		}
	}
}

func TestShareForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to int
		want     string
	}{
		{0, 100, "([0-9]*([0-9][0-9])|[0-9])"},
		{0, 1, "([0-9]*(00)|0)"},
		{0, 5, "([0-9]*(0[0-4])|[0-4])"},
		{5, 25, "([0-9]*(0[5-9]|1[0-9]|2[0-4])|[5-9])"},
		{25, 100, "[0-9]*(2[5-9]|[3-9][0-9])"},
		{99, 100, "[0-9]*(99)"},
	} {
		filter, err := targeting.Share(c.from, c.to)
		if err != nil || *filter.Value != c.want || filter.Sensor.Name != "Computer ID" || filter.Op != "MATCHES" {
			t.Errorf("share(%d, %d): %+v, %v, want %q", c.from, c.to, filter, err, c.want)
		}
	}
	for _, c := range []struct{ from, to int }{{-1, 5}, {5, 101}, {101, 102}, {5, 5}, {6, 5}} {
		if _, err := targeting.Share(c.from, c.to); err == nil {
			t.Errorf("share(%d, %d) is not an error", c.from, c.to)
		}
	}
}

// TestSharesArePartition checks on 100 000 simulated endpoints that each is in exactly one of five
// shares, and that a share is within 1 % of its size. TestAccShare has the filter on the wire.
func TestSharesArePartition(t *testing.T) {
	t.Parallel()
	const total = 100_000
	machines, err := fleet.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if machines, err = machines.Grow(total, 1); err != nil {
		t.Fatal(err)
	}
	bounds := []int{0, 1, 6, 25, 63, 100}
	var patterns []*regexp.Regexp
	for i, from := range bounds[:len(bounds)-1] {
		filter, err := targeting.Share(from, bounds[i+1])
		if err != nil {
			t.Fatal(err)
		}
		patterns = append(patterns, regexp.MustCompile("^"+*filter.Value+"$"))
	}
	sizes := make([]int, len(patterns))
	for n, endpoint := range machines.Endpoints {
		id := machines.Read(endpoint, fleet.Overlay{}, machines.Sensor("Computer ID"), nil)[0][0]
		number, err := strconv.Atoi(id)
		if err != nil {
			t.Fatal(err)
		}
		for i, pattern := range patterns {
			want := bounds[i] <= number%100 && number%100 < bounds[i+1]
			if want {
				sizes[i]++
			}
			// The others are tried on a part: with the race detector, 500 000 matches take long.
			if (want || n%20 == 0) && pattern.MatchString(id) != want {
				t.Fatalf("the endpoint with the Computer ID %s is in the share %d: %t", id, i, !want)
			}
		}
	}
	for i, size := range sizes {
		want := float64(bounds[i+1]-bounds[i]) / 100 * total
		if off := math.Abs(float64(size)-want) / want; off > 0.01 {
			t.Errorf("the share from %d to %d has %d endpoints", bounds[i], bounds[i+1], size)
		}
	}
}
