// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// TestCountComesLast checks that the count and the guard come after everything that takes time,
// with the members that the action group has then, and that nothing is cancelled or sent outside of
// the guard.
func TestCountComesLast(t *testing.T) {
	t.Parallel()
	const group, endpoints, perform = "GetActionGroup", "Endpoints", "PerformAction"
	const deployment, remove, details = "GetDeployment", "DeleteScheduledAction", "GetScheduledActionDetails"
	request := dispatched()
	marker, err := markerOf(request.input(reboot()), nil, 3, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	const closed = `{"id":"77","status":"CLOSED"}`
	failed := strings.Replace(node("10", Marker{Digest: marker.Digest, nonce: 1}.String(), "ENABLED", closed),
		`"nextStartTime":null`, `"nextStartTime":"2030-01-01T00:00:00Z"`, 1)
	counted := func(n string) string {
		return `"endpoints":{"totalRecords":` + n + `,"collectionInfo":{"success":true,"respondedTotal":9,` +
			`"expectedTotal":9},"pageInfo":{},"edges":[]}`
	}
	adopts := Duplicates{On: DuplicateAdopt, Managed: true, Judge: func([]Part, *int) Succession { return RunAgain }}
	for name, c := range map[string]struct {
		counts     []string
		duplicates Duplicates
		listed     []string
		asked      []string // of the requests that count, cancel and deploy
		refused    bool
	}{
		"within":               {counts: []string{counted("3")}, asked: []string{group, endpoints, perform}},
		"grown since the plan": {counts: []string{counted("4")}, asked: []string{group, endpoints}, refused: true},
		"a failed one, within": {counts: []string{counted("3")}, duplicates: adopts, listed: []string{failed},
			asked: []string{group, endpoints, remove, group, endpoints, perform}},
		"a failed one, grown": {counts: []string{counted("4")}, duplicates: adopts, listed: []string{failed},
			asked: []string{group, endpoints}, refused: true},
		"a failed one, grown during the cancellation": {counts: []string{counted("3"), counted("4")},
			duplicates: adopts, listed: []string{failed},
			asked: []string{group, endpoints, remove, group, endpoints}, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := newScriptedClient(t, map[string][]string{
				lists:     {listed(c.listed...), listed(node("11", marker.String(), "ENABLED", closed))},
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
			if !c.refused && (*got.Targeted != 3 || *targetedOf(got.Marker.String()) != 3 || got.Reach.Count != 3) {
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

// stallingListener delivers the nth connection to nobody: it accepts it and never reads from it.
type stallingListener struct {
	net.Listener

	accepted atomic.Int32
	stalled  int32
	kept     net.Conn // the stalled one, which would be closed if nothing held it
}

func (l *stallingListener) Accept() (net.Conn, error) {
	for {
		connection, err := l.Listener.Accept()
		if err != nil || l.accepted.Add(1) != l.stalled {
			return connection, err
		}
		l.kept = connection
	}
}

// TestCountAgain checks that a deployment whose request gets no connection in time is counted again
// before it is sent, and not sent if the guard does not allow it any more.
func TestCountAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		counts  []int
		refused bool
		asked   []string
	}{
		"the same": {counts: []int{3, 3}, asked: []string{"Endpoints", "Endpoints", "PerformAction"}},
		"grown":    {counts: []int{3, 4}, refused: true, asked: []string{"Endpoints", "Endpoints"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var counts []string
			for _, n := range c.counts {
				counts = append(counts, fmt.Sprintf(`"endpoints":{"totalRecords":%d,"collectionInfo":{"success":true},`+
					`"pageInfo":{},"edges":[]}`, n))
			}
			played := &script{answers: map[string][]string{
				"ListScheduledActions": {listed()},
				"GetActionGroup":       {`"actionGroup":{"id":"4","computerGroups":[{"id":"1"}]}`},
				"Endpoints":            counts,
				"PerformAction": {`"actionPerform":{"scheduledActions":[{"platforms":null,` +
					scheduled("ENABLED", `{"id":"77","status":"OPEN"}`) + `}]}`},
			}}
			server := httptest.NewUnstartedServer(played)
			server.Config.SetKeepAlivesEnabled(false) // each request has a connection
			stalling := &stallingListener{Listener: server.Listener, stalled: 4}
			server.Listener = stalling
			server.StartTLS()
			t.Cleanup(server.Close)
			address, err := gateway.ParseAddress(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			client, err := gateway.New(gateway.Options{Address: address, Token: "token-test", InsecureSkipVerify: true,
				Retry: gateway.Retry{Attempts: -1}, ConnectTimeout: 200 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			var now time.Time // every count is new
			later := func() time.Time {
				now = now.Add(2 * time.Second)
				return now
			}
			lookup, most := catalog.New(client, later), 3
			preparer := &Preparer{Catalog: lookup, Clock: instantClock{},
				Previews: &targeting.Previews{Catalog: lookup, Now: later}}
			d := &Dispatcher{Client: client, Clock: instantClock{}, Random: zeros{}, Preparer: preparer}
			prepared := Prepared{Request: dispatched(), Spec: reboot(), options: PrepareOptions{
				Preview: &targeting.PreviewOptions{}, Known: Known{Guard: true}, Guard: Guard{Max: &most},
			}}
			_, err = d.Dispatch(t.Context(), prepared, Duplicates{})
			var outside *OutOfGuard
			if errors.As(err, &outside) != c.refused || err != nil && !c.refused {
				t.Error(err)
			}
			asked := slices.DeleteFunc(played.requests(), func(name string) bool {
				return name != "Endpoints" && name != "PerformAction"
			})
			if !slices.Equal(asked, c.asked) {
				t.Errorf("asked %q", asked)
			}
		})
	}
}
