// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestThrottled checks that a plan and an apply outlast a rate limit that rejects more reads in a
// row than other failures may fail, and deploy once.
func TestThrottled(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	throttle := simulator.Fault{Field: "endpoints", Kind: simulator.Status, Code: 429, Times: 6}
	s.throttled = time.Minute
	session := newSession(t, s, s)
	if err := s.Fail(throttle); err != nil {
		t.Fatal(err)
	}
	if planned := session.planned(tagging(), nil); hasError(planned.Diagnostics) {
		t.Error(describe(planned.Diagnostics))
	}
	throttle.Field = "action"
	if err := s.Fail(throttle); err != nil {
		t.Fatal(err)
	}
	state, diagnostics := session.apply(t.Context(), tagging(), nil)
	if hasError(diagnostics) || session.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
		t.Error(describe(diagnostics))
	}
	s.expectOneDeployment(t)
}

// TestThrottledTooLong checks the error of a plan after a rate limit has rejected its reads for as
// long as they are repeated.
func TestThrottledTooLong(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	if err := s.Fail(simulator.Fault{Kind: simulator.Status, Code: 429, Times: -1}); err != nil {
		t.Fatal(err)
	}
	text := describe(newSession(t, s, s).planned(tagging(), nil).Diagnostics)
	for _, want := range []string{"Tanium's rate limit was reached (HTTP 429)", "asked again for 1s", "-parallelism"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing: %s", want, text)
		}
	}
	if strings.Contains(text, "Check that the server is running") {
		t.Error(text)
	}
}

// TestThrottledAdvice checks that advice about a request that is not repeated does not say so.
func TestThrottledAdvice(t *testing.T) {
	t.Parallel()
	if got := advice(&gateway.Error{Kind: gateway.KindThrottled}, ""); strings.Contains(got, "asked again") {
		t.Error(got)
	}
	got := advice(&gateway.Error{Kind: gateway.KindThrottled, Throttled: 5 * time.Minute}, "")
	if !strings.Contains(got, "asked again for 5m0s") {
		t.Error(got)
	}
}
