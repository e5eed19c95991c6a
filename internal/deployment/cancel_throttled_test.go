// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestCancelThrottled checks that a cancellation reads again before it repeats a deletion that
// Tanium has throttled. A recurring action may have been issued during the pause, and Tanium may
// not show the ID of the new one after the deletion.
func TestCancelThrottled(t *testing.T) {
	t.Parallel()
	const gone, deletedOK = `"scheduledAction":null`, `"scheduledActionDelete":{"id":"10"}`
	const ended = deletedOK + `,"actionStop":{"id":"80"}`
	const pair, both = "GetDeployment", "DeleteAndStop"
	const schedule, read, remove, stop = "GetScheduledAction", "GetAction", "DeleteScheduledAction", "StopAction"
	first, again := scheduled("ENABLED", `{"id":"77"}`), scheduled("ENABLED", `{"id":"80"}`)
	open, stopped := action("80", "OPEN", 0, 0), action("80", "STOPPED", 0, 0)
	before, issued := first+","+action("77", "OPEN", 0, 0), again+","+action("77", "CLOSED", 1, 0)
	known := Part{ScheduledActionID: "10", ActionID: "77"}
	for name, test := range map[string]struct {
		part    Part
		answers map[string][]string
		want    Cancelled
		asked   []string
	}{
		"at once": {part: known, answers: map[string][]string{
			pair: {before, issued, gone + "," + stopped},
			both: {throttled, ended},
			read: {open},
		}, want: Cancelled{Deleted: true, StoppedActionID: "80", Unanswered: true},
			asked: []string{pair, both, pair, read, both, pair}},
		"not issued before": {part: Part{ScheduledActionID: "10"}, answers: map[string][]string{
			schedule: {scheduled("ENABLED", "null"), again, again},
			remove:   {throttled},
			pair:     {gone + "," + stopped},
			read:     {open},
			both:     {ended},
		}, want: Cancelled{Deleted: true, StoppedActionID: "80", Unanswered: true},
			asked: []string{schedule, remove, schedule, read, both, pair}},
		"stepwise": {part: known, answers: map[string][]string{
			pair:     {before, issued, gone + "," + stopped},
			both:     {unavailable, ended},
			schedule: {first},
			remove:   {throttled},
			read:     {open},
		}, want: Cancelled{Deleted: true, StoppedActionID: "80", Unanswered: true},
			asked: []string{pair, both, schedule, remove, pair, read, both, pair}},
		"carried out all the same": {part: known, answers: map[string][]string{
			pair:     {first + "," + action("77", "OPEN", 0, 0), gone + "," + action("77", "STOPPED", 0, 0)},
			both:     {throttled},
			schedule: {gone},
			remove:   {`"scheduledActionDelete":{"error":{"message":"SavedActionNotFound"}}`},
			read:     {action("77", "STOPPED", 0, 0)},
		}, want: Cancelled{Unanswered: true}, asked: []string{pair, both, pair, schedule, remove, schedule, read}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := newScriptedClient(t, test.answers)
			done, err := Cancel(t.Context(), client, test.part)
			if done != test.want || err != nil {
				t.Errorf("did %+v, %v", done, err)
			}
			if asked := played.requests(); !slices.Equal(asked, test.asked) {
				t.Errorf("asked %q, want %q", asked, test.asked)
			}
		})
	}
	client, played := newScriptedClient(t, map[string][]string{
		pair: {before}, both: {throttled},
	})
	done, err := Cancel(t.Context(), client, known)
	if !gateway.IsThrottled(err) || !strings.HasPrefix(err.Error(), "scheduled action 10 was not deleted: ") ||
		done != (Cancelled{Unanswered: true}) || slices.Contains(played.requests(), stop) {
		t.Errorf("throttled for good: did %+v, %v after %q", done, err, played.requests())
	}
}
