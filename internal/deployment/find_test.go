// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestSearchFilter checks which conditions Tanium gets: none, one, or one level of several.
func TestSearchFilter(t *testing.T) {
	t.Parallel()
	yes := true
	for name, c := range map[string]struct {
		search ActionSearch
		want   string
	}{
		"none":           {ActionSearch{Recurring: &yes, Open: &yes}, "null"},
		"one":            {ActionSearch{Name: "a"}, `{"op":"EQ","path":"name","value":"a"}`},
		"part of a name": {ActionSearch{NameContains: "a"}, `{"op":"CONTAINS","path":"name","value":"a"}`},
		"several": {ActionSearch{CommentContains: "a", Package: "b", Creator: "c"}, `{"filters":[` +
			`{"op":"CONTAINS","path":"comment","value":"a"},{"op":"EQ","path":"package.name","value":"b"},` +
			`{"op":"EQ","path":"creator.user.name","value":"c"}]}`},
	} {
		got, err := json.Marshal(c.search.filter())
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, want %s, %v", name, got, c.want, err)
		}
	}
}

// foundPage is a page of scheduled actions with the given IDs, and a cursor if another follows.
func foundPage(next string, ids ...string) string {
	edges := make([]string, len(ids))
	for i, id := range ids {
		edges[i] = fmt.Sprintf(`{"node":{"id":%q,"name":"a","comment":"","approved":true,"issueCount":1,`+
			`"lastAction":null,"creator":{"user":{}},"package":{"params":[],"sensorSourcedParams":[]},`+
			`"targets":{"actionGroup":{},"targetGroup":{}}}}`, id)
	}
	return fmt.Sprintf(`"scheduledActions":{"edges":[%s],"pageInfo":{"hasNextPage":%t,"endCursor":%q}}`,
		strings.Join(edges, ","), next != "", next)
}

// TestFind checks the pages that a search reads, and their order and limit.
func TestFind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pages     []string
		most      int
		want      []string
		truncated bool
		fails     string
		requests  int
	}{
		"pages": {pages: []string{foundPage("x", "20", "3"), foundPage("y"), foundPage("", "1")}, most: 9,
			want: []string{"3", "20"}, requests: 2},
		"all pages": {pages: []string{foundPage("x", "20", "3"), foundPage("", "1")}, most: 9,
			want: []string{"1", "3", "20"}, requests: 2},
		"as many": {pages: []string{foundPage("", "20", "3")}, most: 2, want: []string{"3", "20"}, requests: 1},
		"more": {pages: []string{foundPage("x", "20", "3", "1"), foundPage("", "2")}, most: 2,
			want: []string{"3", "20"}, truncated: true, requests: 1},
		"none": {pages: []string{foundPage("")}, most: 2, requests: 1},
		"same cursor": {pages: []string{foundPage("x", "1"), foundPage("x", "2")}, most: 9,
			fails: "no cursor for the next page", requests: 2},
		"no list": {pages: []string{`"scheduledActions":null`}, most: 9, fails: "no list and no error", requests: 1},
	} {
		client, played := newScriptedClient(t, map[string][]string{"FindScheduledActions": c.pages})
		found, truncated, err := ActionSearch{Max: c.most}.Find(t.Context(), client, nil)
		var ids []string
		for _, one := range found {
			ids = append(ids, one.Scheduled.Id)
		}
		if c.fails != "" {
			ids = nil
		}
		if (err != nil) != (c.fails != "") || (err != nil && !strings.Contains(err.Error(), c.fails)) ||
			!slices.Equal(ids, c.want) || truncated != c.truncated || len(played.requests()) != c.requests {
			t.Errorf("%s: %q, truncated %t, %v after %q", name, ids, truncated, err, played.requests())
		}
	}
}

// TestFindHeedsCase checks that a search heeds case, also if Tanium ignores it.
func TestFindHeedsCase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		search ActionSearch
		want   int
	}{
		{search: ActionSearch{Name: "a"}, want: 1},
		{search: ActionSearch{Name: "A"}},
		{search: ActionSearch{NameContains: "a"}, want: 1},
		{search: ActionSearch{NameContains: "A"}},
	} {
		client, _ := newScriptedClient(t, map[string][]string{"FindScheduledActions": {foundPage("", "1")}})
		c.search.Max = 9
		found, _, err := c.search.Find(t.Context(), client, nil)
		if err != nil || len(found) != c.want {
			t.Errorf("%+v finds %d, want %d, %v", c.search, len(found), c.want, err)
		}
	}
}
