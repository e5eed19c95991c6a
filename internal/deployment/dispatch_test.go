// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// zeros are random to nobody.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func dispatched() Request {
	return Request{Comment: "INC-4711", Package: Package{Ref: gateway.Ref{Name: "r"}}, Targets: targeting.Targets{ActionGroup: gateway.Ref{ID: "4"}}}
}

// node is a scheduled action of a list.
func node(comment, status, last string) string {
	return `{"node":{"id":"10","name":"","comment":"` + comment + `","approved":true,"status":"` + status + `","issueCount":1,"issueSeconds":null,"nextStartTime":null,"endTime":null,"lastAction":` + last + `}}`
}

func listed(nodes ...string) string {
	return `"scheduledActions":{"edges":[` + strings.Join(nodes, ",") + `]}`
}

// A deployment is sent once whatever comes back. A lost answer is looked for by the marker; the same deployment that is open stops it before.
func TestDispatch(t *testing.T) {
	t.Parallel()
	request := dispatched()
	marker, err := newMarker(request.input(reboot()), nil, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	performed := `"actionPerform":{"scheduledActions":[{"platforms":null,` + scheduled("ENABLED", `{"id":"77","status":"OPEN"}`) + `}]}`
	const open, over = `{"id":"77","status":"OPEN"}`, `{"id":"77","status":"CLOSED"}`
	lost := listed(node("INC-4711 "+marker.String(), "ENABLED", open))
	orphan := listed(node("INC-4711 "+marker.family()+"0123", "ENABLED", open))
	const list, perform, details = "ListScheduledActions", "PerformAction", "GetScheduledActionDetails"
	const by = `"scheduledAction":{"startTime":"2026-03-07T09:00:00Z","creator":{"user":{"name":"operator"}}}`
	for name, test := range map[string]struct {
		answers   map[string][]string
		duplicate OnDuplicate
		want      string // nothing for success
		asked     []string
	}{
		"answered":               {map[string][]string{list: {listed()}, perform: {performed}}, DuplicateError, "", []string{list, perform}},
		"refused":                {map[string][]string{list: {listed()}, perform: {`"actionPerform":{"error":{"message":"AddActionFailed"}}`}}, DuplicateError, "AddActionFailed", []string{list, perform, list}},
		"refused, and done":      {map[string][]string{list: {listed(), lost}, perform: {`"actionPerform":{"error":{"message":"AddActionFailed"}}`}}, DuplicateError, "", []string{list, perform, list}},
		"refused, who knows":     {map[string][]string{list: {listed(), down}, perform: {`"actionPerform":{"error":{"message":"AddActionFailed"}}`}}, DuplicateError, "uncertain", []string{list, perform, list}},
		"dropped, and done":      {map[string][]string{list: {listed(), lost}, perform: {dead}}, DuplicateError, "", []string{list, perform, list}},
		"dropped, and done late": {map[string][]string{list: {listed(), listed(), listed(), lost}, perform: {dead}}, DuplicateError, "", []string{list, perform, list, list, list}},
		"dropped, and not done":  {map[string][]string{list: {listed()}, perform: {dead}}, DuplicateError, "uncertain, looked", []string{list, perform, list, list, list, list}},
		"unavailable":            {map[string][]string{list: {listed(), down}, perform: {down}}, DuplicateError, "uncertain", []string{list, perform, list, list, list, list}},
		"timed out, and done":    {map[string][]string{list: {listed(), lost}, perform: {`"actionPerform":{"error":{"timedOut":true}}`}}, DuplicateError, "", []string{list, perform, list}},
		"answered with nothing":  {map[string][]string{list: {listed(), lost}, perform: {`"actionPerform":{}`}}, DuplicateError, "", []string{list, perform, list}},
		"an orphan":              {map[string][]string{list: {orphan}}, DuplicateError, "duplicate scheduled action 10", []string{list, details}},
		"an orphan, known":       {map[string][]string{list: {orphan}, details: {by}}, DuplicateError, "duplicate scheduled action 10, deployed by operator at 2026-03-07 09:00:00 UTC", []string{list, details}},
		"an orphan, adopted":     {map[string][]string{list: {orphan}, details: {by}}, DuplicateAdopt, "", []string{list, details}},
		"two, not adopted":       {map[string][]string{list: {listed(node(marker.family()+"1", "ENABLED", open), node(marker.family()+"2", "ENABLED", open))}}, DuplicateAdopt, "duplicate scheduled action 10; scheduled action 10", []string{list, details, details}},
		"an orphan, ignored":     {map[string][]string{perform: {performed}}, DuplicateIgnore, "", []string{perform}},
		"an orphan that is over": {map[string][]string{list: {listed(node(marker.family()+"1", "ENABLED", over))}, perform: {performed}}, DuplicateError, "", []string{list, perform}},
		"a deleted orphan":       {map[string][]string{list: {listed(node(marker.family()+"1", "DELETED", open))}, perform: {performed}}, DuplicateError, "", []string{list, perform}},
		"a list that fails":      {map[string][]string{list: {down}}, DuplicateError, "HTTP 503", []string{list}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := play(t, test.answers)
			dispatcher := &Dispatcher{Client: client, Clock: instant{}, Random: zeros{}}
			dispatched, err := dispatcher.Dispatch(t.Context(), request, reboot(), test.duplicate)
			parts := dispatched.Parts
			if got := verdict(err); !strings.Contains(got, test.want) || (err == nil) != (test.want == "") {
				t.Errorf("error is %q, want %q", got, test.want)
			}
			if err == nil && (len(parts) != 1 || parts[0].ScheduledActionID != "10" || parts[0].ActionID != "77" || parts[0].Status != gateway.ActionStatusOpen) {
				t.Errorf("deployed %+v", parts)
			}
			if asked := played.requests(); !slices.Equal(asked, test.asked) {
				t.Errorf("asked %q, want %q", asked, test.asked)
			}
		})
	}
}

func verdict(err error) string {
	var uncertain *Uncertain
	var duplicate *Duplicate
	switch {
	case err == nil:
		return ""
	case errors.As(err, &uncertain) && uncertain.Looked:
		return "uncertain, looked"
	case errors.As(err, &uncertain):
		return "uncertain"
	case errors.As(err, &duplicate):
		return "duplicate " + DescribeExisting(duplicate.Existing)
	default:
		return err.Error()
	}
}

// A run's own deployments are no duplicates of each other.
func TestDispatchTwins(t *testing.T) {
	t.Parallel()
	request := dispatched()
	marker, err := newMarker(request.input(reboot()), nil, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	performed := `"actionPerform":{"scheduledActions":[{"platforms":null,` + scheduled("ENABLED", `{"id":"77","status":"OPEN"}`) + `}]}`
	client, _ := play(t, map[string][]string{"ListScheduledActions": {listed(), listed(node(marker.String(), "ENABLED", `{"id":"77","status":"OPEN"}`))}, "PerformAction": {performed}})
	dispatcher := &Dispatcher{Client: client, Clock: instant{}, Random: zeros{}}
	for range 2 {
		if _, err := dispatcher.Dispatch(t.Context(), request, reboot(), DuplicateError); err != nil {
			t.Error(err)
		}
	}
}

// The digest tells deployments apart by everything that is deployed, and by triggers; the nonce by the attempt.
func TestMarker(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	expire := 900
	for name, change := range map[string]func(*Request){
		"same": func(*Request) {}, "name": func(r *Request) { r.Name = "x" }, "comment": func(r *Request) { r.Comment = "x" }, "package": func(r *Request) { r.Package.Ref.Name = "x" },
		"targets": func(r *Request) { r.Targets.EndpointIDs = []string{"1"} }, "schedule": func(r *Request) { r.Schedule.ExpireSeconds = &expire }, "triggers": func(r *Request) { r.Triggers = map[string]string{"a": "b"} },
	} {
		request := dispatched()
		change(&request)
		marker, err := newMarker(request.input(reboot()), request.Triggers, zeros{})
		if err != nil {
			t.Fatal(err)
		}
		if other := seen[marker.Digest]; other != "" {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[marker.Digest] = name
		if got := *marker.comment("INC-4711"); !strings.HasPrefix(got, "INC-4711 terraform-") || !marker.in(got) {
			t.Errorf("comment is %q", got)
		}
	}
}

func TestInterruptBeforeDispatchSendsNothing(t *testing.T) {
	t.Parallel()
	client, played := play(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dispatcher := &Dispatcher{Client: client, Clock: instant{}, Random: zeros{}}
	if _, err := dispatcher.Dispatch(ctx, dispatched(), reboot(), DuplicateError); !errors.Is(err, context.Canceled) || slices.Contains(played.requests(), "PerformAction") {
		t.Errorf("error %v after %q", err, played.requests())
	}
}
