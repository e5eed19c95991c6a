// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
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
	return newMarker(digestOf(input, triggers), input.Operation == nil, &targeted, random)
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

// Names in a list of requests for the searches by the family of a marker, before and after a
// deployment, and for those by the marker itself.
const (
	searches = "search"
	finds    = "find"
	lists    = "ListScheduledActions" // both
)

// inOrder returns the answers of a script with those to both kinds of search in the order in which
// they are asked.
func inOrder(answers map[string][]string, asked []string) map[string][]string {
	all, next := maps.Clone(answers), map[string]int{}
	for _, name := range asked {
		if of := answers[name]; name == searches || name == finds {
			all[lists] = append(all[lists], of[min(next[name], len(of)-1)])
			next[name]++
		}
	}
	return all
}

// requested returns a list of requests with the names that they have in a script.
func requested(asked []string) []string {
	names := slices.Clone(asked)
	for i, name := range names {
		if name == searches || name == finds {
			names[i] = lists
		}
	}
	return names
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
	another := func(nonce uint64) string { return Marker{Digest: marker.Digest, nonce: nonce}.String() + " INC-4711" }
	const open, over = `{"id":"77","status":"OPEN"}`, `{"id":"77","status":"CLOSED"}`
	mine := node("10", marker.String()+" INC-4711", "ENABLED", open)
	made := func(comment string) string {
		return `"actionPerform":{"scheduledActions":[{"platforms":null,` +
			strings.Replace(scheduled("ENABLED", open), `"comment":""`, `"comment":"`+comment+`"`, 1) + `}]}`
	}
	performed := made(marker.String() + " INC-4711")
	orphan := node("10", another(1), "ENABLED", open)
	older := node("9", another(1), "ENABLED", open)
	const search, find = searches, finds
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
		failed    func([]Part, *int) bool
	}{
		"answered": {answers: map[string][]string{search: {listed(), listed(mine)}, perform: {performed}},
			duplicate: DuplicateError, asked: []string{search, perform, search}},
		"a comment that is edited": {answers: map[string][]string{
			search:  {listed(), listed(mine)},
			perform: {made("INC-4711")},
		}, duplicate: DuplicateError, want: "marker lost", asked: []string{search, perform, search}},
		"a comment edited later": {answers: map[string][]string{search: {listed(), listed()}, perform: {performed}},
			duplicate: DuplicateError, want: "marker lost", asked: []string{search, perform, search}},
		"a second search that fails": {
			answers:   map[string][]string{search: {listed(), unavailable}, perform: {performed}},
			duplicate: DuplicateError, want: "unchecked", asked: []string{search, perform, search}},
		"refused": {answers: map[string][]string{search: {listed()}, find: {listed()}, perform: {failed}},
			duplicate: DuplicateError, want: "AddActionFailed", asked: []string{search, perform, find}},
		"refused, and done": {answers: map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(mine)},
			perform: {failed},
		}, duplicate: DuplicateError, asked: []string{search, perform, find, search}},
		"refused, and not searched": {
			answers:   map[string][]string{search: {listed()}, find: {unavailable}, perform: {failed}},
			duplicate: DuplicateError, want: "uncertain", asked: []string{search, perform, find}},
		"dropped, and done": {answers: map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(mine)},
			perform: {dropped},
		}, duplicate: DuplicateError, asked: []string{search, perform, find, search}},
		"dropped, and done late": {answers: map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(), listed(), listed(mine)},
			perform: {dropped},
		}, duplicate: DuplicateError, asked: []string{search, perform, find, find, find, search}},
		"dropped, and not done": {
			answers:   map[string][]string{search: {listed()}, find: {listed()}, perform: {dropped}},
			duplicate: DuplicateError, want: "uncertain, searched",
			asked: []string{search, perform, find, find, find, find}},
		"dropped, and done twice": {answers: map[string][]string{
			search:  {listed()},
			find:    {listed(mine, strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform: {dropped},
		}, duplicate: DuplicateError, want: "multiple 10, 11", asked: []string{search, perform, find}},
		"unavailable": {answers: map[string][]string{search: {listed()}, find: {unavailable}, perform: {unavailable}},
			duplicate: DuplicateError, want: "uncertain", asked: []string{search, perform, find, find, find, find}},
		"timed out, and done": {answers: map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(mine)},
			perform: {timedOut},
		}, duplicate: DuplicateError, asked: []string{search, perform, find, search}},
		"answered with nothing": {answers: map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(mine)},
			perform: {`"actionPerform":{}`},
		}, duplicate: DuplicateError, asked: []string{search, perform, find, search}},
		"answered without an ID": {answers: map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(mine)},
			perform: {strings.Replace(performed, `"10"`, "null", 1)},
		}, duplicate: DuplicateError, asked: []string{search, perform, find, search}},
		"an orphan": {answers: map[string][]string{search: {listed(orphan)}}, duplicate: DuplicateError,
			want: "duplicate action 77 of scheduled action 10", asked: []string{search, details}},
		"an orphan, known": {answers: map[string][]string{search: {listed(orphan)}, details: {by}},
			duplicate: DuplicateError,
			want: "duplicate action 77 of scheduled action 10, deployed by operator, starts at " +
				"2026-03-07 09:00:00 UTC",
			asked: []string{search, details}},
		"an orphan, adopted": {answers: map[string][]string{search: {listed(orphan)}, details: {by}},
			duplicate: DuplicateAdopt,
			asked:     []string{search, details}},
		"an orphan that failed": {
			answers: with(map[string][]string{search: {listed(orphan), listed(mine)}, perform: {performed},
				getAction: {action("77", "OPEN", 0, 1), action("77", "OPEN", 0, 1), action("77", "STOPPED", 0, 1)}}),
			duplicate: DuplicateAdopt,
			asked:     []string{search, getAction, details, deployment, deleteAndStop, deployment, perform, search},
			failed: func(parts []Part, _ *int) bool {
				return parts[0].Results.Failed > 0
			}},
		"two, not adopted": {
			answers:   map[string][]string{search: {listed(orphan, node("11", another(2), "ENABLED", open))}},
			duplicate: DuplicateAdopt,
			want:      "duplicate action 77 of scheduled action 10; action 77 of scheduled action 11",
			asked:     []string{search, details, details}},
		"an orphan, " +
			"ignored": {answers: map[string][]string{search: {listed(older, mine)}, perform: {performed}},
			duplicate: DuplicateIgnore,
			asked:     []string{perform, search}},
		"answered, and done twice": {answers: with(map[string][]string{
			search:  {listed(), listed(mine, strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform: {performed},
		}), duplicate: DuplicateError, asked: []string{search, perform, search, deployment, deleteAndStop, deployment}},
		"answered, done twice, and not cancelled": {answers: map[string][]string{
			search:     {listed(), listed(mine, strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform:    {performed},
			deployment: {unavailable},
		}, duplicate: DuplicateError,
			want: "multiple 10, 11", asked: []string{search, perform, search, deployment}},
		"one made twice, not adopted": {answers: map[string][]string{search: {listed(orphan,
			strings.Replace(orphan, `"10"`, `"11"`, 1))}}, duplicate: DuplicateAdopt, want: "multiple 10, 11",
			asked: []string{search, details, details}},
		"an orphan that is over": {answers: map[string][]string{
			search:  {listed(node("9", another(1), "ENABLED", over)), listed(mine)},
			perform: {performed},
		}, duplicate: DuplicateError, asked: []string{search, perform, search}},
		"a deleted orphan": {answers: map[string][]string{search: {listed(node("9", another(1), "DELETED", open))}},
			duplicate: DuplicateError,
			want:      "duplicate action 77 of scheduled action 9", asked: []string{search, details}},
		"a deleted orphan that is over": {answers: map[string][]string{
			search:  {listed(node("9", another(1), "DELETED", over)), listed(mine)},
			perform: {performed},
		}, duplicate: DuplicateError, asked: []string{search, perform, search}},
		"a younger twin": {answers: map[string][]string{
			search:  {listed(), listed(mine, node("11", another(1), "ENABLED", open))},
			perform: {performed},
		}, duplicate: DuplicateError, asked: []string{search, perform, search}},
		"an older twin": {answers: with(map[string][]string{
			search:  {listed(), listed(older, mine)},
			perform: {performed},
		}), duplicate: DuplicateError, want: "duplicate action 77 of scheduled action 9, cancelled 10",
			asked: []string{search, perform, search, deployment, deleteAndStop, deployment, details}},
		"an older twin, adopted": {answers: with(map[string][]string{search: {listed(),
			listed(strings.Replace(older, `"9"`, `"10"`, 1), strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform: {strings.Replace(performed, `"10"`, `"11"`, 1)}}), duplicate: DuplicateAdopt,
			asked: []string{search, perform, search, deployment, deleteAndStop, deployment, details}},
		"an older twin, and not cancelled": {answers: map[string][]string{
			search:     {listed(), listed(older, mine)},
			perform:    {performed},
			deployment: {unavailable},
		}, duplicate: DuplicateError,
			want:  "could not be read, and was not deleted",
			asked: []string{search, perform, search, deployment, details}},
		"a list that fails": {answers: map[string][]string{search: {unavailable}}, duplicate: DuplicateError,
			want:  "HTTP 503",
			asked: []string{search}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := newScriptedClient(t, inOrder(test.answers, test.asked))
			dispatcher := &Dispatcher{Client: client, Clock: instantClock{}, Random: zeros{}}
			duplicates := Duplicates{On: test.duplicate}
			if test.failed != nil {
				duplicates.Judge = func(parts []Part, sent *int) Succession {
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
			if asked := played.requests(); !slices.Equal(asked, requested(test.asked)) {
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
