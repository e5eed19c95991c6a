// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// TestDispatchOperation checks deployments of an operation, which have several scheduled actions.
func TestDispatchOperation(t *testing.T) {
	t.Parallel()
	request := Request{
		Operation: &Operation{AddTags: []string{"x"}},
		Targets:   targeting.Targets{ActionGroup: gateway.Ref{ID: "4"}},
	}
	own, err := markerOf(request.redacted(nil), nil, 0, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	const open, lost = `{"id":"77","status":"OPEN"}`, `"actionPerform":{"error":{"timedOut":true}}`
	other := Marker{Digest: own.Digest, nonce: 1}
	with := func(marker Marker, ids ...string) (nodes []string) {
		for _, id := range ids {
			nodes = append(nodes, node(id, marker.String(), "ENABLED", open))
		}
		return nodes
	}
	performed := func(ids ...string) string {
		parts := make([]string, len(ids))
		for i, id := range ids {
			set := strings.NewReplacer(`"10"`, `"`+id+`"`, `"comment":""`, `"comment":"`+own.String()+`"`)
			parts[i] = `{"platforms":null,` + set.Replace(scheduled("ENABLED", open)) + `}`
		}
		return `"actionPerform":{"scheduledActions":[` + strings.Join(parts, ",") + `]}`
	}
	runs := func(id, pack string) string {
		return fmt.Sprintf(`"scheduledAction":{"id":%q,"creator":{"user":{"name":"operator"}},"package":{"name":%q}}`,
			id, pack)
	}
	for name, c := range map[string]struct {
		answers map[string][]string
		want    []string // IDs of the parts
		failure string
	}{
		// The other run deployed 11 and 13, so it gives way.
		"the younger first": {answers: map[string][]string{
			"ListScheduledActions": {listed(),
				listed(slices.Concat(with(own, "10", "12"), with(other, "11", "13"))...)},
			"PerformAction": {performed("12", "10")},
		}, want: []string{"12", "10"}},
		"a late one": {answers: map[string][]string{
			"ListScheduledActions": {listed(), listed(with(own, "10")...), listed(with(own, "10")...),
				listed(with(own, "10", "12")...)},
			"PerformAction":             {lost},
			"GetScheduledActionDetails": {runs("10", "Tag (Windows)"), runs("12", "Tag (Linux)")},
		}, want: []string{"10", "12"}},
		"done twice": {answers: map[string][]string{
			"ListScheduledActions":      {listed(), listed(with(own, "10", "12")...)},
			"PerformAction":             {lost},
			"GetScheduledActionDetails": {runs("10", "Tag (Windows)"), runs("12", "Tag (Windows)")},
		}, failure: "multiple 10, 12"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := newScriptedClient(t, c.answers)
			dispatcher := &Dispatcher{Client: client, Clock: instantClock{}, Random: zeros{}}
			got, err := dispatcher.Dispatch(t.Context(), Prepared{Request: request}, Duplicates{})
			var ids []string
			for _, part := range got.Parts {
				ids = append(ids, part.ScheduledActionID)
			}
			if verdict(got, err) != c.failure || !slices.Equal(ids, c.want) || len(got.Cancelled) > 0 {
				t.Errorf("%q, parts %v, cancelled %v, asked %q", verdict(got, err), ids, got.Cancelled,
					played.requests())
			}
		})
	}
}
