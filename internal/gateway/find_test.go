// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// listed is a client of a server with a list of scheduled actions in two pages. It answers the
// requests for a following page with failures first, one for each.
func listed(t *testing.T, failures []http.HandlerFunc) (client *Client, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Variables struct {
				First int
				After string
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Error(err)
		}
		*asked = append(*asked, strings.TrimSpace(fmt.Sprint(request.Variables.First, " ", request.Variables.After)))
		if request.Variables.After != "" && len(failures) > 0 {
			fail := failures[0]
			failures = failures[1:]
			fail(w, r)
			return
		}
		id, more := "1", request.Variables.After == ""
		if !more {
			id = "2"
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"data":{"scheduledActions":{"edges":[{"node":{"id":%q}}],`+
			`"pageInfo":{"hasNextPage":%t,"endCursor":"c"}}}}`, id, more)
	}))
	t.Cleanup(server.Close)
	return dial(t, server.URL), asked
}

// TestFollowingPages checks what a list does if a following page fails: it is read again smaller,
// whatever the failure, and a list whose cursor has expired is read again from the start, a limited
// number of times and without doubling what was read.
func TestFollowingPages(t *testing.T) {
	t.Parallel()
	status := func(code int) http.HandlerFunc { return answer(code, "text/plain", "too large") }
	refused := answer(http.StatusOK, "application/json",
		`{"data":null,"errors":[{"message":"the cursor is not valid"}]}`)
	for name, c := range map[string]struct {
		failures []http.HandlerFunc
		asked    []string
		fails    bool
	}{
		"none":     {nil, []string{"100", "1000 c"}, false},
		"413":      {[]http.HandlerFunc{status(413)}, []string{"100", "1000 c", "100 c"}, false},
		"400":      {[]http.HandlerFunc{status(400)}, []string{"100", "1000 c", "100 c"}, false},
		"502":      {[]http.HandlerFunc{status(502)}, []string{"100", "1000 c", "100 c"}, false},
		"504":      {[]http.HandlerFunc{status(504)}, []string{"100", "1000 c", "100 c"}, false},
		"half":     {[]http.HandlerFunc{half}, []string{"100", "1000 c", "100 c"}, false},
		"an error": {[]http.HandlerFunc{refused}, []string{"100", "1000 c", "100 c"}, false},
		"a token":  {[]http.HandlerFunc{status(401), status(401)}, []string{"100", "1000 c", "1000 c"}, true},
		"an expired cursor": {[]http.HandlerFunc{refused, refused},
			[]string{"100", "1000 c", "100 c", "100", "1000 c"}, false},
		"an expired cursor for ever": {slices.Repeat([]http.HandlerFunc{refused}, 9), []string{"100", "1000 c", "100 c",
			"100", "1000 c", "100 c", "100", "1000 c", "100 c"}, true},
	} {
		for kind, read := range map[string]func(context.Context, *Client) ([]string, error){
			"found": func(ctx context.Context, client *Client) (ids []string, err error) {
				err = client.FindScheduledActions(ctx, nil, func(page []FoundScheduledAction, first bool) bool {
					if first {
						ids = nil
					}
					for _, one := range page {
						ids = append(ids, one.Id)
					}
					return true
				})
				return ids, err
			},
			"commented": func(ctx context.Context, client *Client) (ids []string, err error) {
				list, err := client.ScheduledActionsCommentedOnce(ctx, "m")
				for _, one := range list {
					ids = append(ids, one.Id)
				}
				return ids, err
			},
		} {
			client, asked := listed(t, c.failures)
			ids, err := read(t.Context(), client)
			if (err != nil) != c.fails || (err == nil && !slices.Equal(ids, []string{"1", "2"})) {
				t.Errorf("%s, %s: %q, %v", name, kind, ids, err)
			}
			if !slices.Equal(*asked, c.asked) {
				t.Errorf("%s, %s: asked %q, want %q", name, kind, *asked, c.asked)
			}
		}
	}
}
