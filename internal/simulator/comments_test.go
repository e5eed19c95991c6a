// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/store"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// A changed comment appears in the answer, in every later read, after a restart, and in filters.
func TestComments(t *testing.T) {
	t.Parallel()
	given := "<Tag> web-01 & übrige" + strings.Repeat("-ü", 150)
	for mode, stored := range map[world.Comments]string{
		"":                    given,
		world.CommentsCut:     string([]rune(given)[:255]),
		world.CommentsUpper:   "<TAG> WEB-01 & ÜBRIGE" + strings.Repeat("-Ü", 150),
		world.CommentsEscaped: "&lt;Tag&gt; web-01 &amp; übrige" + strings.Repeat("-ü", 150),
		world.CommentsBlanks:  "<Tag> web 01 & übrige" + strings.Repeat(" ü", 150),
	} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			at0 := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
			file := filepath.Join(t.TempDir(), "store")
			startStored := func() (*tenant, *store.Store) {
				kept, err := store.Open(file, "comments")
				if err != nil {
					t.Fatal(err)
				}
				options := simulator.Options{Store: kept, Clock: clock.Manual(at0, 0)}
				options.Unknowns.Comments = mode
				return start(t, options), kept
			}
			s, kept := startStored()
			made := s.ask(`mutation($input: ActionPerformInput!) { actionPerform(input: $input) {
			  scheduledActions { scheduledAction { id comment lastAction { id comment } } } } }`,
				tag(fields{"comment": given}))
			answered := at(made, "actionPerform", "scheduledActions", 0, "scheduledAction")
			check(t, "answer", at(answered, "comment"), stored)
			check(t, "action in the answer", at(answered, "lastAction", "comment"), stored)
			read := func(s *tenant) {
				t.Helper()
				found := s.ask(`query($scheduled: ID!, $action: ID!, $text: String!, $given: String!) {
				  scheduledAction(ref: {id: $scheduled}) { comment } action(ref: {id: $action}) { comment }
				  stored: scheduledActions(filter: {path: "comment", value: $text}) { edges { node { comment } } }
				  given: scheduledActions(filter: {path: "comment", value: $given}) { totalRecords } }`,
					fields{"scheduled": at(answered, "id"), "action": at(answered, "lastAction", "id"),
						"text": stored, "given": given})
				check(t, "scheduled action", at(found, "scheduledAction", "comment"), stored)
				check(t, "action", at(found, "action", "comment"), stored)
				check(t, "found by what is stored", at(found, "stored", "edges", 0, "node", "comment"), stored)
				if count := fmt.Sprint(at(found, "given", "totalRecords")); (count == "1") != (given == stored) {
					t.Errorf("by what was given %s are found", count)
				}
			}
			read(s)
			check(t, "report", s.Actions()[0].Comment, stored)
			if err := kept.Close(); err != nil {
				t.Fatal(err)
			}
			s, kept = startStored()
			read(s)
			if err := kept.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}
