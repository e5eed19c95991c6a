// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// The endings have one order of precedence.
func TestEndingKind(t *testing.T) {
	t.Parallel()
	other := errors.New("refused")
	for name, test := range map[string]struct {
		err                   error
		interrupted, timedOut bool
		want                  EndingKind
	}{
		"finished":                       {nil, false, false, Finished},
		"finished, interrupted after":    {nil, true, false, Finished},
		"finished, timed out after":      {nil, false, true, Finished},
		"interrupted":                    {context.Canceled, true, false, Interrupted},
		"interrupted, and no approval":   {ErrUnapproved, true, false, Interrupted},
		"interrupted, and gone":          {ErrGone, true, true, Interrupted},
		"interrupted, and not readable":  {other, true, false, Interrupted},
		"no approval":                    {ErrUnapproved, false, false, Unapproved},
		"no approval, timed out":         {ErrUnapproved, false, true, Unapproved},
		"gone":                           {ErrGone, false, false, Gone},
		"gone, timed out":                {ErrGone, false, true, Gone},
		"timed out":                      {context.DeadlineExceeded, false, true, TimedOut},
		"timed out, after a failed read": {errors.Join(context.DeadlineExceeded, other), false, true, TimedOut},
		"not readable":                   {other, false, false, Unreadable},
	} {
		if got := endingKind(test.err, test.interrupted, test.timedOut); got != test.want {
			t.Errorf("%s is %d, want %d", name, got, test.want)
		}
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	part := Part{ScheduledActionID: "10", ActionID: "77"}
	client, _ := newScriptedClient(t, map[string][]string{
		"GetAction": {action("77", "OPEN", 1, 0), action("77", "OPEN", 1, 1)},
	})
	ending := Watch{Client: client, Clock: instantClock{}, Targeted: 2}.Await(t.Context(), []Part{part}, time.Hour)
	if ending.Kind != Finished || ending.Verdict.Succeeded || ending.Parts[0].Results.Failed != 1 ||
		ending.LastFailure() != nil {
		t.Errorf("%+v", ending)
	}
	// With an unknown number of endpoints, an endpoint that did not report is not a failure.
	client, _ = newScriptedClient(t, map[string][]string{"GetAction": {action("77", "CLOSED", 1, 0)}})
	ending = Watch{Client: client, Clock: instantClock{}, Targeted: TargetedUnknown}.Await(t.Context(),
		[]Part{part}, time.Hour)
	if ending.Kind != Finished || !ending.Verdict.Succeeded {
		t.Errorf("%+v", ending)
	}
	client, _ = newScriptedClient(t, map[string][]string{"GetAction": {unavailable}})
	ending = Watch{Client: client, Clock: SystemClock{}, Interval: time.Hour, Targeted: 2}.Await(t.Context(),
		[]Part{part}, 50*time.Millisecond)
	var failure *gateway.Error
	if ending.Kind != TimedOut || !errors.As(ending.LastFailure(), &failure) || failure.StatusCode != 503 {
		t.Errorf("%+v", ending)
	}
}
