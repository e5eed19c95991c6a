// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "testing"

// TestDispatchFailsUnclaimed checks that a dispatch that fails before it adopts a deployment leaves
// it to the resource that has it: a destroy in the same run would otherwise not cancel it, and no
// state would have it.
func TestDispatchFailsUnclaimed(t *testing.T) {
	t.Parallel()
	request := dispatched()
	marker, err := markerOf(request.input(reboot()), nil, 0, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	other := Marker{Digest: marker.Digest, nonce: 1}.String()
	open := listed(node("10", other, "ENABLED", `{"id":"77","status":"OPEN"}`))
	for name, failed := range map[string]bool{"not read": false, "not cancelled": true} {
		answers := map[string][]string{"ListScheduledActions": {open}, "GetAction": {unavailable}}
		if failed {
			answers["GetAction"] = []string{action("77", "OPEN", 0, 1), unavailable}
		}
		client, _ := newScriptedClient(t, answers)
		dispatcher := &Dispatcher{Client: client, Clock: instantClock{}, Random: zeros{}}
		_, err := dispatcher.Dispatch(t.Context(), Prepared{Request: request, Spec: reboot()}, Duplicates{
			On: DuplicateAdopt, Managed: true, Judge: judgeAs(failed),
		})
		if end, ok := dispatcher.BeginCancel("10", 0); err == nil || !ok {
			t.Errorf("%s: error %v, may be cancelled: %t", name, err, ok)
		} else {
			end()
		}
	}
}

// judgeAs returns a judgement of every deployment as failed or not.
func judgeAs(failed bool) func([]Part, *int) Succession {
	return func([]Part, *int) Succession {
		if failed {
			return RunAgain
		}
		return TakeOver
	}
}
