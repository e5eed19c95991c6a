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
	digest, err := digestOf(input, triggers)
	if err != nil {
		return Marker{}, err
	}
	return newMarker(digest, input.Operation == nil, &targeted, random)
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
		"answered": {map[string][]string{search: {listed(), listed(mine)}, perform: {performed}},
			DuplicateError, "", []string{search, perform, search}, nil},
		"a comment that is edited": {map[string][]string{
			search:  {listed(), listed(mine)},
			perform: {made("INC-4711")},
		}, DuplicateError, "marker lost", []string{search, perform, search}, nil},
		"a comment edited later": {map[string][]string{search: {listed(), listed()}, perform: {performed}},
			DuplicateError, "marker lost", []string{search, perform, search}, nil},
		"a second search that fails": {map[string][]string{search: {listed(), unavailable}, perform: {performed}},
			DuplicateError, "unchecked", []string{search, perform, search}, nil},
		"refused": {map[string][]string{search: {listed()}, find: {listed()}, perform: {failed}},
			DuplicateError, "AddActionFailed", []string{search, perform, find}, nil},
		"refused, and done": {map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(mine)},
			perform: {failed},
		}, DuplicateError, "", []string{search, perform, find, search}, nil},
		"refused, and not searched": {map[string][]string{search: {listed()}, find: {unavailable}, perform: {failed}},
			DuplicateError, "uncertain", []string{search, perform, find}, nil},
		"dropped, and done": {map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(mine)},
			perform: {dropped},
		}, DuplicateError, "", []string{search, perform, find, search}, nil},
		"dropped, and done late": {map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(), listed(), listed(mine)},
			perform: {dropped},
		}, DuplicateError, "", []string{search, perform, find, find, find, search}, nil},
		"dropped, and not done": {map[string][]string{search: {listed()}, find: {listed()}, perform: {dropped}},
			DuplicateError, "uncertain, searched", []string{search, perform, find, find, find, find}, nil},
		"dropped, and done twice": {map[string][]string{
			search:  {listed()},
			find:    {listed(mine, strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform: {dropped},
		}, DuplicateError, "multiple 10, 11", []string{search, perform, find}, nil},
		"unavailable": {map[string][]string{search: {listed()}, find: {unavailable}, perform: {unavailable}},
			DuplicateError, "uncertain", []string{search, perform, find, find, find, find}, nil},
		"timed out, and done": {map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(mine)},
			perform: {timedOut},
		}, DuplicateError, "", []string{search, perform, find, search}, nil},
		"answered with nothing": {map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(mine)},
			perform: {`"actionPerform":{}`},
		}, DuplicateError, "", []string{search, perform, find, search}, nil},
		"answered without an ID": {map[string][]string{
			search:  {listed(), listed(mine)},
			find:    {listed(mine)},
			perform: {strings.Replace(performed, `"10"`, "null", 1)},
		}, DuplicateError, "", []string{search, perform, find, search}, nil},
		"an orphan": {map[string][]string{search: {listed(orphan)}}, DuplicateError,
			"duplicate scheduled action 10", []string{search, details}, nil},
		"an orphan, known": {map[string][]string{search: {listed(orphan)}, details: {by}}, DuplicateError,
			"duplicate scheduled action 10, deployed by operator, starts at 2026-03-07 09:00:00 UTC",
			[]string{search, details}, nil},
		"an orphan, adopted": {map[string][]string{search: {listed(orphan)}, details: {by}}, DuplicateAdopt,
			"", []string{search, details}, nil},
		"an orphan that failed": {with(map[string][]string{search: {listed(orphan), listed(mine)}, perform: {performed},
			getAction: {action("77", "OPEN", 0, 1), action("77", "OPEN", 0, 1), action("77", "STOPPED", 0, 1)}}),
			DuplicateAdopt, "",
			[]string{search, getAction, details, deployment, deleteAndStop, deployment, perform, search},
			func(parts []Part, _ *int) bool {
				return parts[0].Results.Failed > 0
			}},
		"two, not adopted": {map[string][]string{search: {listed(orphan, node("11", another(2), "ENABLED", open))}},
			DuplicateAdopt, "duplicate scheduled action 10; scheduled action 11",
			[]string{search, details, details}, nil},
		"an orphan, " +
			"ignored": {map[string][]string{search: {listed(older, mine)}, perform: {performed}}, DuplicateIgnore,
			"", []string{perform, search}, nil},
		"answered, and done twice": {with(map[string][]string{
			search:  {listed(), listed(mine, strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform: {performed},
		}), DuplicateError, "",
			[]string{search, perform, search, deployment, deleteAndStop, deployment}, nil},
		"answered, done twice, and not cancelled": {map[string][]string{
			search:     {listed(), listed(mine, strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform:    {performed},
			deployment: {unavailable},
		}, DuplicateError,
			"multiple 10, 11", []string{search, perform, search, deployment}, nil},
		"one made twice, not adopted": {map[string][]string{search: {listed(orphan,
			strings.Replace(orphan, `"10"`, `"11"`, 1))}}, DuplicateAdopt, "multiple 10, 11",
			[]string{search, details, details}, nil},
		"an orphan that is over": {map[string][]string{
			search:  {listed(node("9", another(1), "ENABLED", over)), listed(mine)},
			perform: {performed},
		}, DuplicateError, "", []string{search, perform, search}, nil},
		"a deleted orphan": {map[string][]string{
			search:  {listed(node("9", another(1), "DELETED", open)), listed(mine)},
			perform: {performed},
		}, DuplicateError, "", []string{search, perform, search}, nil},
		"a younger twin": {map[string][]string{
			search:  {listed(), listed(mine, node("11", another(1), "ENABLED", open))},
			perform: {performed},
		}, DuplicateError, "", []string{search, perform, search}, nil},
		"an older twin": {with(map[string][]string{
			search:  {listed(), listed(older, mine)},
			perform: {performed},
		}), DuplicateError, "duplicate scheduled action 9, cancelled 10",
			[]string{search, perform, search, deployment, deleteAndStop, deployment, details}, nil},
		"an older twin, adopted": {with(map[string][]string{search: {listed(),
			listed(strings.Replace(older, `"9"`, `"10"`, 1), strings.Replace(mine, `"10"`, `"11"`, 1))},
			perform: {strings.Replace(performed, `"10"`, `"11"`, 1)}}), DuplicateAdopt,
			"", []string{search, perform, search, deployment, deleteAndStop, deployment, details}, nil},
		"an older twin, and not cancelled": {map[string][]string{
			search:     {listed(), listed(older, mine)},
			perform:    {performed},
			deployment: {unavailable},
		}, DuplicateError,
			"could not be read, and was not deleted", []string{search, perform, search, deployment, details}, nil},
		"a list that fails": {map[string][]string{search: {unavailable}}, DuplicateError, "HTTP 503",
			[]string{search}, nil},
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
