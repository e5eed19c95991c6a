// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// TestCountComesLast checks that the count and the guard come after everything that takes time,
// with the members that the action group has then, and that nothing is cancelled or sent outside of
// the guard.
func TestCountComesLast(t *testing.T) {
	t.Parallel()
	const pair, group, endpoints, perform = "ListScheduledActions " +
		"merged", "GetActionGroup", "Endpoints", "PerformAction"
	const deployment, remove, details = "GetDeployment", "DeleteScheduledAction", "GetScheduledActionDetails"
	request := dispatched()
	marker, err := markerOf(request.input(reboot()), nil, 3, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	const closed = `{"id":"77","status":"CLOSED"}`
	failed := strings.Replace(node("10", Marker{Digest: marker.Digest, Nonce: 1}.String(), "ENABLED", closed),
		`"nextStartTime":null`, `"nextStartTime":"2030-01-01T00:00:00Z"`, 1)
	counted := func(n string) string {
		return `"endpoints":{"totalRecords":` + n + `,"collectionInfo":{"success":true,"respondedTotal":9,` +
			`"expectedTotal":9},"pageInfo":{},"edges":[]}`
	}
	adopts := Duplicates{On: DuplicateAdopt, Managed: true, Judge: func([]Part, int) Succession { return RunAgain }}
	for name, c := range map[string]struct {
		counts     []string
		duplicates Duplicates
		listed     []string
		asked      []string // of the requests that count, cancel and deploy
		refused    bool
	}{
		"within":               {[]string{counted("3")}, Duplicates{}, nil, []string{group, endpoints, perform}, false},
		"grown since the plan": {[]string{counted("4")}, Duplicates{}, nil, []string{group, endpoints}, true},
		"a failed one, within": {[]string{counted("3")}, adopts, []string{failed},
			[]string{group, endpoints, remove, group, endpoints, perform}, false},
		"a failed one, grown": {[]string{counted("4")}, adopts, []string{failed},
			[]string{group, endpoints}, true},
		"a failed one, grown during the cancellation": {[]string{counted("3"), counted("4")}, adopts, []string{failed},
			[]string{group, endpoints, remove, group, endpoints}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := newScriptedClient(t, map[string][]string{
				pair:      {paired(c.listed...), paired(node("11", marker.String(), "ENABLED", closed))},
				group:     {`"actionGroup":{"id":"4","name":"All","computerGroups":[{"id":"1","name":"All"}]}`},
				endpoints: c.counts,
				perform: {`"actionPerform":{"scheduledActions":[{"platforms":null,` +
					strings.Replace(scheduled("ENABLED", closed), `"id":"10"`, `"id":"11"`, 1) + `}]}`},
				deployment:           {scheduled("ENABLED", closed) + "," + action("77", "CLOSED", 0, 1)},
				remove:               {`"scheduledActionDelete":{"id":"10"}`},
				details:              {`"scheduledAction":null`},
				"GetScheduledAction": {`"scheduledAction":null`},
				"GetAction":          {action("77", "CLOSED", 0, 1)},
			})
			var now time.Time // every count is new
			later := func() time.Time {
				now = now.Add(2 * time.Second)
				return now
			}
			lookup, most := catalog.New(client, later), 3
			previews := &targeting.Previews{Catalog: lookup, Now: later}
			preparer := &Preparer{Catalog: lookup, Previews: previews, Clock: instantClock{}}
			d := &Dispatcher{Client: client, Clock: instantClock{}, Random: zeros{}, Preparer: preparer}
			prepared, problems, err := preparer.Prepare(t.Context(), request, PrepareOptions{
				Preview: &targeting.PreviewOptions{}, Deploys: true,
				Known: Known{Guard: true}, Guard: Guard{Max: &most},
			})
			if err != nil || len(problems) > 0 {
				t.Fatal(err, problems)
			}
			prepared.Spec = reboot()
			got, err := d.Dispatch(t.Context(), prepared, c.duplicates)
			var outside *OutOfGuard
			if errors.As(err, &outside) != c.refused || err != nil && !c.refused {
				t.Error(err)
			}
			if !c.refused && (got.Targeted != 3 || targetedOf(got.Marker.String()) != 3 || got.Reach.Count != 3) {
				t.Errorf("%+v", got)
			}
			asked := slices.DeleteFunc(played.requests(), func(name string) bool {
				return !slices.Contains([]string{group, endpoints, remove, perform}, name)
			})
			if !slices.Equal(asked, c.asked) {
				t.Errorf("asked %q", asked)
			}
		})
	}
}
