// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// zeros is a source of zero bytes in place of random ones.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// markerOf returns a marker for a new attempt at a deployment.
func markerOf(
	input gateway.ActionPerformInput, triggers map[string]string, targeted int, random io.Reader,
) (Marker, error) {
	digest, err := digestOf(input, triggers)
	if err != nil {
		return Marker{}, err
	}
	return newMarker(digest, input.Operation == nil, targeted, random)
}

func dispatched() Request {
	return Request{
		Comment: "INC-4711",
		Package: Package{Ref: gateway.Ref{Name: "r"}},
		Targets: targeting.Targets{ActionGroup: gateway.Ref{ID: "4"}},
	}
}

// node returns a scheduled action in a list.
func node(id, comment, status, last string) string {
	return `{"node":{"id":"` + id + `","name":"","comment":"` + comment + `","approved":true,"status":"` + status +
		`","issueCount":1,"issueSeconds":null,"nextStartTime":null,"endTime":null,"lastAction":` + last + `}}`
}

// listed returns the answer to a search for one text.
func listed(nodes ...string) string {
	return `"scheduledActions":{"pageInfo":{"hasNextPage":false},"edges":[` + strings.Join(nodes, ",") + `]}`
}

// paired returns the answer to a search for two texts: the marker's digits, which find the given
// nodes, and the form of earlier versions, which finds none.
func paired(nodes ...string) string {
	const page = `{"pageInfo":{"hasNextPage":false},"edges":[`
	return `"scheduledActions_0":` + page + strings.Join(nodes, ",") + `]},"scheduledActions_1":` + page + `]}`
}

// TestDispatch checks that a deployment is sent once for every answer. A lost answer is found by
// its marker. An identical open deployment prevents another one. Of two simultaneous deployments,
// the younger gives way.
func TestDispatch(t *testing.T) {
	t.Parallel()
	request := dispatched()
	marker, err := markerOf(request.input(reboot()), nil, 0, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	another := func(nonce uint64) string { return Marker{Digest: marker.Digest, Nonce: nonce}.String() + " INC-4711" }
	const open, over = `{"id":"77","status":"OPEN"}`, `{"id":"77","status":"CLOSED"}`
	mine := node("10", marker.String()+" INC-4711", "ENABLED", open)
	made := func(comment string) string {
		return `"actionPerform":{"scheduledActions":[{"platforms":null,` +
			strings.Replace(scheduled("ENABLED", open), `"comment":""`, `"comment":"`+comment+`"`, 1) + `}]}`
	}
	performed := made(marker.String() + " INC-4711")
	orphan := node("10", another(1), "ENABLED", open)
	older := node("9", another(1), "ENABLED", open)
	const list, pair = "ListScheduledActions", "ListScheduledActions merged"
	const perform, details = "PerformAction", "GetScheduledActionDetails"
	const getAction = "GetAction"
	const by = `"scheduledAction":{"startTime":"2026-03-07T09:00:00Z","creator":{"user":{"name":"operator"}}}`
	const failed, timedOut = `"actionPerform":{"error":{"message":"AddActionFailed"}}`, `"actionPerform":{"error":{` +
		`"timedOut":true}}`
	const deployment, deleteAndStop = "GetDeployment", "DeleteAndStop"
	cancelling := map[string][]string{
		deployment: {scheduled("ENABLED", open) + "," + action("77", "OPEN", 0, 0),
			`"scheduledAction":null,` + action("77", "STOPPED", 0, 0)},
		deleteAndStop: {`"scheduledActionDelete":{"id":"10"},"actionStop":{"id":"77"}`},
	}
	with := func(more map[string][]string) map[string][]string {
		all := maps.Clone(cancelling)
		maps.Copy(all, more)
		return all
	}
	for name, test := range map[string]struct {
		answers   map[string][]string
		duplicate OnDuplicate
		want      string // empty for success
		asked     []string
		failed    func([]Part, int) bool
	}{
		"answered": {map[string][]string{pair: {paired(), paired(mine)}, perform: {performed}},
			DuplicateError, "", []string{pair, perform, pair}, nil},
		"a comment that is edited": {map[string][]string{
			pair:    {paired(), paired(mine)},
			perform: {made("INC-4711")},
		}, DuplicateError, "marker lost", []string{pair, perform, pair}, nil},
		"a comment edited later": {map[string][]string{pair: {paired(), paired()}, perform: {performed}},
			DuplicateError, "marker lost", []string{pair, perform, pair}, nil},
		"a second search that fails": {map[string][]string{pair: {paired(), unavailable}, perform: {performed},
			list: {unavailable}},
			DuplicateError, "unchecked", []string{pair, perform, pair, list}, nil},
		"refused": {map[string][]string{pair: {paired()}, list: {listed()}, perform: {failed}},
			DuplicateError, "AddActionFailed", []string{pair, perform, list}, nil},
		"refused, and done": {map[string][]string{
			pair:    {paired(), paired(mine)},
			list:    {listed(mine)},
			perform: {failed},
		}, DuplicateError, "", []string{pair, perform, list, pair}, nil},
		"refused, and not searched": {map[string][]string{pair: {paired()}, list: {unavailable}, perform: {failed}},
			DuplicateError, "uncertain", []string{pair, perform, list}, nil},
		"dropped, and done": {map[string][]string{
			pair:    {paired(), paired(mine)},
			list:    {listed(mine)},
			perform: {dropped},
		}, DuplicateError, "", []string{pair, perform, list, pair}, nil},
		"dropped, and done late": {map[string][]string{
			pair:    {paired(), paired(mine)},
			list:    {listed(), listed(), listed(mine)},
			perform: {dropped},
		}, DuplicateError, "", []string{pair, perform, list, list, list, pair}, nil},
		"dropped, and not done": {map[string][]string{pair: {paired()}, list: {listed()}, perform: {dropped}},
			DuplicateError, "uncertain, searched", []string{pair, perform, list, list, list, list}, nil},
		"dropped, and done twice": {map[string][]string{
			pair:    {paired()},
			list:    {listed(mine, strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform: {dropped},
		}, DuplicateError, "multiple 10, 11", []string{pair, perform, list}, nil},
		"unavailable": {map[string][]string{pair: {paired()}, list: {unavailable}, perform: {unavailable}},
			DuplicateError, "uncertain", []string{pair, perform, list, list, list, list}, nil},
		"timed out, and done": {map[string][]string{
			pair:    {paired(), paired(mine)},
			list:    {listed(mine)},
			perform: {timedOut},
		}, DuplicateError, "", []string{pair, perform, list, pair}, nil},
		"answered with nothing": {map[string][]string{
			pair:    {paired(), paired(mine)},
			list:    {listed(mine)},
			perform: {`"actionPerform":{}`},
		}, DuplicateError, "", []string{pair, perform, list, pair}, nil},
		"answered without an ID": {map[string][]string{
			pair:    {paired(), paired(mine)},
			list:    {listed(mine)},
			perform: {strings.Replace(performed, `"10"`, "null", 1)},
		}, DuplicateError, "", []string{pair, perform, list, pair}, nil},
		"an orphan": {map[string][]string{pair: {paired(orphan)}}, DuplicateError,
			"duplicate scheduled action 10", []string{pair, details}, nil},
		"an orphan, known": {map[string][]string{pair: {paired(orphan)}, details: {by}}, DuplicateError,
			"duplicate scheduled action 10, deployed by operator, starts at 2026-03-07 09:00:00 UTC",
			[]string{pair, details}, nil},
		"an orphan, adopted": {map[string][]string{pair: {paired(orphan)}, details: {by}}, DuplicateAdopt,
			"", []string{pair, details}, nil},
		"an orphan that failed": {with(map[string][]string{pair: {paired(orphan), paired(mine)}, perform: {performed},
			getAction: {action("77", "OPEN", 0, 1), action("77", "OPEN", 0, 1), action("77", "STOPPED", 0, 1)}}),
			DuplicateAdopt, "",
			[]string{pair, getAction, details, deployment, deleteAndStop, deployment, perform, pair},
			func(parts []Part, _ int) bool {
				return parts[0].Results.Failed > 0
			}},
		"two, not adopted": {map[string][]string{pair: {paired(orphan, node("11", another(2), "ENABLED", open))}},
			DuplicateAdopt, "duplicate scheduled action 10; scheduled action 11",
			[]string{pair, details, details}, nil},
		"an orphan, ignored": {map[string][]string{pair: {paired(older, mine)}, perform: {performed}}, DuplicateIgnore,
			"", []string{perform, pair}, nil},
		"answered, and done twice": {with(map[string][]string{
			pair:    {paired(), paired(mine, strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform: {performed},
		}), DuplicateError, "",
			[]string{pair, perform, pair, deployment, deleteAndStop, deployment}, nil},
		"answered, done twice, and not cancelled": {map[string][]string{
			pair:       {paired(), paired(mine, strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform:    {performed},
			deployment: {unavailable},
		}, DuplicateError,
			"multiple 10, 11", []string{pair, perform, pair, deployment}, nil},
		"one made twice, not adopted": {map[string][]string{pair: {paired(orphan,
			strings.Replace(orphan, `"10"`, `"11"`, 1))}}, DuplicateAdopt, "multiple 10, 11",
			[]string{pair, details, details}, nil},
		"an orphan that is over": {map[string][]string{
			pair:    {paired(node("9", another(1), "ENABLED", over)), paired(mine)},
			perform: {performed},
		}, DuplicateError, "", []string{pair, perform, pair}, nil},
		"a deleted orphan": {map[string][]string{
			pair:    {paired(node("9", another(1), "DELETED", open)), paired(mine)},
			perform: {performed},
		}, DuplicateError, "", []string{pair, perform, pair}, nil},
		"an old orphan": {map[string][]string{pair: {strings.Replace(paired(), `"scheduledActions_1":{"pageInfo":{`+
			`"hasNextPage":false},"edges":[`,
			`"scheduledActions_1":{"pageInfo":{"hasNextPage":false},"edges":[`+
				node("10", fmt.Sprintf("INC-4711 %s0123456789abcdef", marker.oldFamily()), "ENABLED", open), 1)}},
			DuplicateError, "duplicate scheduled action 10", []string{pair, details}, nil},
		"a younger twin": {map[string][]string{
			pair:    {paired(), paired(mine, node("11", another(1), "ENABLED", open))},
			perform: {performed},
		}, DuplicateError, "", []string{pair, perform, pair}, nil},
		"an older twin": {with(map[string][]string{
			pair:    {paired(), paired(older, mine)},
			perform: {performed},
		}), DuplicateError, "duplicate scheduled action 9, cancelled 10",
			[]string{pair, perform, pair, deployment, deleteAndStop, deployment, details}, nil},
		"an older twin, adopted": {with(map[string][]string{pair: {paired(),
			paired(strings.Replace(older, `"9"`, `"10"`, 1), strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform: {strings.Replace(performed, `"10"`, `"11"`, 1)}}), DuplicateAdopt,
			"", []string{pair, perform, pair, deployment, deleteAndStop, deployment, details}, nil},
		"an older twin, and not cancelled": {map[string][]string{
			pair:       {paired(), paired(older, mine)},
			perform:    {performed},
			deployment: {unavailable},
		}, DuplicateError,
			"could not be read, and was not deleted", []string{pair, perform, pair, deployment, details}, nil},
		"a list that fails": {map[string][]string{pair: {unavailable}, list: {unavailable}}, DuplicateError, "HTTP 503",
			[]string{pair, list}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := newScriptedClient(t, test.answers)
			dispatcher := &Dispatcher{Client: client, Clock: instantClock{}, Random: zeros{}}
			duplicates := Duplicates{On: test.duplicate}
			if test.failed != nil {
				duplicates.Judge = func(parts []Part, sent int) Succession {
					return judgeAs(test.failed(parts, sent))(parts, sent)
				}
			}
			dispatched, err := dispatcher.Dispatch(t.Context(), Prepared{Request: request, Spec: reboot()}, duplicates)
			parts := dispatched.Parts
			if got := verdict(dispatched, err); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("error is %q, want %q", got, test.want)
			}
			if err == nil &&
				(len(parts) != 1 || parts[0].ScheduledActionID != "10" || parts[0].ActionID != "77" ||
					parts[0].Status != gateway.ActionStatusOpen) {
				t.Errorf("deployed %+v", parts)
			}
			if asked := played.requests(); !slices.Equal(asked, test.asked) {
				t.Errorf("asked %q, want %q", asked, test.asked)
			}
		})
	}
}

func verdict(dispatched Dispatched, err error) string {
	var uncertain *Uncertain
	var duplicate *Duplicate
	var multiple *Multiple
	switch {
	case err == nil && dispatched.MarkerLost:
		return "marker lost"
	case err == nil && dispatched.Unchecked != nil:
		return "unchecked"
	case err == nil:
		return ""
	case errors.As(err, &multiple):
		return "multiple " + strings.Join(multiple.ScheduledActionIDs, ", ")
	case errors.As(err, &uncertain) && uncertain.Searched:
		return "uncertain, searched"
	case errors.As(err, &uncertain):
		return "uncertain"
	case errors.As(err, &duplicate) && len(dispatched.Parts) == 0:
		words := "duplicate " + DescribeExisting(duplicate.Existing)
		if duplicate.Cancelled != nil {
			words += ", cancelled " + strings.Join(duplicate.Cancelled, ", ")
		}
		return words
	default:
		return err.Error()
	}
}

// The digest differs for every difference in a deployment and its triggers.
func TestMarker(t *testing.T) {
	t.Parallel()
	seen := map[uint64]string{}
	expire := 900
	for name, change := range map[string]func(*Request){
		"same": func(*Request) {}, "name": func(r *Request) { r.Name = "x" }, "comment": func(r *Request) {
			r.Comment = "x"
		}, "package": func(r *Request) { r.Package.Ref.Name = "x" },
		"targets": func(r *Request) { r.Targets.EndpointIDs = []string{"1"} }, "schedule": func(r *Request) {
			r.Schedule.ExpireSeconds = &expire
		}, "triggers": func(r *Request) { r.Triggers = map[string]string{"a": "b"} },
	} {
		request := dispatched()
		change(&request)
		marker, err := markerOf(request.input(reboot()), request.Triggers, 0, zeros{})
		if err != nil {
			t.Fatal(err)
		}
		if other := seen[marker.Digest]; other != "" {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[marker.Digest] = name
		if got := *marker.comment("INC-4711"); !strings.HasSuffix(got, " INC-4711") || !marker.in(got) ||
			Unmarked(got) != "INC-4711" {
			t.Errorf("comment is %q", got)
		}
	}
}

// A marker is found in an edited comment, also a marker of earlier versions.
func TestMarkerSurvives(t *testing.T) {
	t.Parallel()
	marker := Marker{Digest: 0x0123456789ab, Nonce: 0xfedcba9876543210}
	long := *marker.comment(strings.Repeat("<INC-4711> & more ", 30))
	for name, comment := range map[string]string{
		"as it was": long, "cut": long[:255], "in capitals": strings.ToUpper(long), "escaped": html.EscapeString(long),
		"without dashes":          strings.ReplaceAll(long, "-", " "),
		"of an earlier version":   "INC-4711 terraform-0123456789ab-fedcba9876543210",
		"of that, in capitals":    "INC-4711 TERRAFORM-0123456789AB-FEDCBA9876543210",
		"of that, without dashes": "INC 4711 terraform 0123456789ab fedcba9876543210",
	} {
		if !marker.in(comment) {
			t.Errorf("%s: not found in %q", name, comment)
		}
	}
	for _, comment := range []string{"", "INC-4711", "terraform", "terraform-0123456789ab", "terraform123"} {
		if _, found := MarkerOf(comment); found || Unmarked(comment) != comment {
			t.Errorf("found in %q", comment)
		}
	}
}

func TestInterruptBeforeDispatchSendsNothing(t *testing.T) {
	t.Parallel()
	client, played := newScriptedClient(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dispatcher := &Dispatcher{Client: client, Clock: instantClock{}, Random: zeros{}}
	if _, err := dispatcher.Dispatch(ctx, Prepared{Request: dispatched(), Spec: reboot()},
		Duplicates{}); !errors.Is(err, context.Canceled) ||
		slices.Contains(played.requests(), "PerformAction") {
		t.Errorf("error %v after %q", err, played.requests())
	}
}

// TestSingleOf checks that a marker tells a package from an operation, with any random bits, and
// that its length does not change. Those of earlier versions do not tell.
func TestSingleOf(t *testing.T) {
	t.Parallel()
	for _, input := range []gateway.ActionPerformInput{{}, {Operation: &gateway.ActionOperationInput{}}} {
		for _, random := range []io.Reader{zeros{}, bytes.NewReader(bytes.Repeat([]byte{255}, 8))} {
			marker, err := markerOf(input, nil, 3, random)
			if err != nil {
				t.Fatal(err)
			}
			comment, single := *marker.comment("INC-1"), input.Operation == nil
			if singleOf(comment) != single || targetedOf(comment) != 3 || len(marker.String()) != 44 {
				t.Errorf("%s of a package: %t", marker, single)
			}
		}
	}
	for _, comment := range []string{"", "INC-1", "terraform-0123456789ab-fedcba98ffffffff"} {
		if singleOf(comment) {
			t.Errorf("a package in %q", comment)
		}
	}
}

// TestTargetedOf checks the number of endpoints in a marker, which other versions do not have.
func TestTargetedOf(t *testing.T) {
	t.Parallel()
	for targeted, want := range map[int]int{0: TargetedUnknown, 1: 1, 7: 7, 1<<24 - 1: 1<<24 - 1,
		1 << 24: TargetedUnknown, TargetedUnknown: TargetedUnknown, -1: TargetedUnknown} {
		marker, err := markerOf(gateway.ActionPerformInput{}, nil, targeted, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if got := targetedOf(*marker.comment("INC-1")); got != want {
			t.Errorf("%d of %d", got, targeted)
		}
	}
	for _, comment := range []string{"", "INC-1", "terraform-0123456789ab-fedcba9876543210"} {
		if got := targetedOf(comment); got != TargetedUnknown {
			t.Errorf("%d in %q", got, comment)
		}
	}
}
