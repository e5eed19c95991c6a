// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestHalted checks that an error offers on_failure only where an apply then accepts the result,
// and that it does not call a recurring action stopped whose scheduled action is gone.
func TestHalted(t *testing.T) {
	t.Parallel()
	const accepts, gone = `on_failure = "warn"`, "Scheduled action 88001 was deleted"
	const stopped, ends = "was stopped in Tanium", "issues no more actions"
	const stop, open = gateway.ActionStatusStopped, gateway.ActionStatusOpen
	for name, c := range map[string]struct {
		part   deployment.Part
		recurs bool
		says   []string
	}{
		"stopped":             {part: deployment.Part{Status: stop}, says: []string{stopped, accepts}},
		"stopped and deleted": {part: deployment.Part{Status: stop, Deleted: true}, says: []string{stopped, accepts}},
		"deleted":             {part: deployment.Part{Status: open, Deleted: true}, says: []string{gone}},
		"recurring, stopped":  {part: deployment.Part{Status: stop}, recurs: true, says: []string{stopped, accepts}},
		"recurring, deleted": {part: deployment.Part{Status: stop, Deleted: true}, recurs: true,
			says: []string{gone, ends}},
	} {
		c.part.ScheduledActionID, c.part.ActionID = "88001", "6112010"
		text := Halted("the action", []deployment.Part{c.part}, c.recurs).Detail()
		for _, part := range []string{accepts, gone, stopped, ends} {
			want := strings.Contains(strings.Join(c.says, "\n"), part)
			if strings.Contains(text, part) != want {
				t.Errorf("%s: %q: want %v in %s", name, part, want, text)
			}
		}
	}
}
