// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// TestNoticeUnreached checks that the notice names at most ten IDs, and that it gives only reasons
// that can be true.
func TestNoticeUnreached(t *testing.T) {
	t.Parallel()
	var ids []string
	for i := range 12 {
		ids = append(ids, fmt.Sprint(i+100))
	}
	for name, c := range map[string]struct {
		unreached   int
		reach       targeting.Reach
		says, omits string
	}{
		"one": {unreached: 1, reach: targeting.Reach{Complete: true, Online: true},
			says: "1 of 12 endpoint IDs: 100\n", omits: "more"},
		"ten": {unreached: 10, reach: targeting.Reach{Complete: true, Online: true}, says: "108, 109\n",
			omits: "more"},
		"eleven": {unreached: 11, reach: targeting.Reach{Complete: true, Online: true}, says: "109 and 1 more\n",
			omits: "110"},
		"live": {unreached: 1, reach: targeting.Reach{Complete: true, Online: true}, says: "they are offline",
			omits: "had answered"},
		"cached": {unreached: 1, reach: targeting.Reach{Complete: true}, says: "may exclude these endpoints.",
			omits: "offline"},
		"incomplete": {unreached: 1, reach: targeting.Reach{Online: true}, says: "Not all endpoints had answered",
			omits: "does not exist"},
	} {
		notice := message.NoticeUnreached(deployment.Prepared{
			Request: deployment.Request{Name: "Tag", Targets: targeting.Targets{EndpointIDs: ids}},
			Reach:   &c.reach, Unreached: ids[:c.unreached],
		})
		text := notice.Summary() + "\n" + notice.Detail()
		if !strings.Contains(text, c.says) || strings.Contains(text, c.omits) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// TestAccUnreached checks that a plan names the endpoint IDs that the deployment would not reach,
// whatever the reason, and that it needs no more requests than without them.
func TestAccUnreached(t *testing.T) {
	t.Parallel()
	const warning = "does not reach"
	for name, c := range map[string]struct {
		targets, says string // what the plan says; empty for nothing
	}{
		"all reached": {`endpoint_ids = ["274301", "274308"]`, ""},
		"more than named": {`endpoint_ids = ["100201", "100202", "100203", "100204", "100205", "274301", "999999"]`,
			"1 of 7 endpoint IDs: 999999"},
		"no such ID": {`endpoint_ids = ["274301", "999999"]`, "1 of 2 endpoint IDs: 999999"},
		"offline":    {`endpoint_ids = ["274301", "274322"]`, "1 of 2 endpoint IDs: 274322"},
		"excluded": {"endpoint_ids = [\"274301\", \"310011\"]\n    platforms = [\"Windows\"]",
			"1 of 2 endpoint IDs: 310011"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t, s, remedy(c.targets, ""))
			sent := s.requests()
			code, output := w.try("plan", "-input=false")
			if code != 0 || strings.Contains(output, warning) != (c.says != "") || !strings.Contains(output, c.says) {
				t.Errorf("exit code %d\n%s", code, output)
			}
			if asked := sent(); asked["endpoints"] != 1 {
				t.Errorf("sent %v", asked)
			}
		})
	}
}
