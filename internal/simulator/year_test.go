// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// The time moves by a year in one step, in which an hourly action issues all its actions. A step in
// which more happens is rejected and changes nothing. BenchmarkYear measures how long a year takes.
func TestYear(t *testing.T) {
	t.Parallel()
	const year = `{"advance_seconds": 31536000}`
	s := start(t, simulator.Options{})
	s.ask(perform, tag(fields{"schedule": fields{"reissueSeconds": 3600}}))
	if status, says := control(t, s, "/simulator/clock", year); status != http.StatusNoContent {
		t.Fatalf("answers %d: %s", status, says)
	}
	issued := s.Actions()[0].Actions
	check(t, "issued", len(issued), 8761)
	check(t, "completed", issued[8759].Counts["completed"], 7) // the package fails on one platform

	machines, err := builtinFleet()
	if err != nil {
		t.Fatal(err)
	}
	large, err := machines.Grow(1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	s = start(t, simulator.Options{Fleet: large})
	s.ask(perform, tag(fields{"schedule": fields{"reissueSeconds": 3600}}))
	before := s.Clock().Now()
	status, says := control(t, s, "/simulator/clock", year)
	if status != http.StatusBadRequest || !strings.Contains(says, "nothing was done: recurring actions would issue "+
		"8760 actions within 8760h0m0s, and with 1000 endpoints one step of the time may issue at most 1000") {
		t.Errorf("answers %d: %s", status, says)
	}
	check(t, "time", s.Clock().Now(), before)
	if status, says = control(t, s, "/simulator/clock", `{"advance_seconds": 86400}`); status != http.StatusNoContent {
		t.Errorf("a day answers %d: %s", status, says)
	}
}
