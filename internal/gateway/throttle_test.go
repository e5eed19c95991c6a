// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// TestWhileThrottled checks in simulated time how often, and after which pauses, a function is
// called again.
func TestWhileThrottled(t *testing.T) {
	t.Parallel()
	other := errors.New("another failure")
	limited := func(header http.Header, paused time.Duration) error {
		return &Error{Kind: KindThrottled, header: header, Throttled: paused}
	}
	plain, requested := limited(nil, 0), limited(http.Header{"Retry-After": {"20"}}, 0)
	for name, test := range map[string]struct {
		errors []error // the last one is repeated
		stop   time.Duration
		want   error
		calls  int
		took   time.Duration
	}{
		"never":            {errors: []error{nil}, calls: 1},
		"another failure":  {errors: []error{plain, other}, want: other, calls: 2, took: time.Second},
		"twice":            {errors: []error{plain, plain, nil}, calls: 3, took: 2 * time.Second},
		"as requested":     {errors: []error{requested, nil}, calls: 2, took: 20 * time.Second},
		"for good":         {errors: []error{requested}, want: requested, calls: 4, took: time.Minute},
		"after its pauses": {errors: []error{limited(nil, time.Minute)}, want: plain, calls: 1},
		"interrupted": {errors: []error{requested}, stop: 30 * time.Second, want: requested, calls: 2,
			took: 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var pauses int
				client := &Client{repeated: &repetition{
					retry:  Retry{MinWait: time.Second, Throttled: time.Minute},
					random: func() float64 { return 0 }, now: time.Now,
					onPause: func(context.Context, Pause) { pauses++ },
				}}
				ctx := t.Context()
				if test.stop > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.stop)
					defer cancel()
				}
				begun, calls := time.Now(), 0
				err := client.WhileThrottled(ctx, func() error {
					calls++
					return test.errors[min(calls, len(test.errors))-1]
				})
				took := time.Since(begun)
				if (err == nil) != (test.want == nil) || IsThrottled(err) != IsThrottled(test.want) ||
					calls != test.calls || took != test.took {
					t.Errorf("%d calls and %d pauses in %v, %v", calls, pauses, took, err)
				}
				if pauses < calls-1 {
					t.Errorf("%d pauses were reported of %d", pauses, calls-1)
				}
			})
		})
	}
}
