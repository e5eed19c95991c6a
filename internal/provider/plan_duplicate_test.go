// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestPlanDuplicate checks that the plan of a creation says whether the apply will refuse to repeat
// an identical deployment, as the apply then does, and that a search that fails fails no plan.
func TestPlanDuplicate(t *testing.T) {
	t.Parallel()
	const will = "WARNING Apply will fail: "
	for name, c := range map[string]struct {
		happens     func(t *testing.T, s *tenant)
		targets     map[string]any
		choice      string
		unknown     string // an argument that only the apply knows
		options     simulator.Options
		says        string // by the plan: that the apply fails
		announces   string // by the plan: what the apply does
		fails       bool   // the apply, although the plan says nothing
		searches    int
		deployments int // in the end, if there are more than one
	}{
		"open": {says: will + `the action "Tag" is already deployed: The same deployment as the action "Tag" is open ` +
			"in Tanium: action 6112010 of scheduled action 88001", searches: 1},
		"over": {happens: func(_ *testing.T, s *tenant) { s.Advance(2 * time.Hour) },
			says: will + `the action "Tag" has already run`, searches: 1},
		"stopped": {happens: func(t *testing.T, s *tenant) {
			t.Helper()
			if err := stop(s); err != nil {
				t.Fatal(err)
			}
		}, says: will + `the action "Tag" was stopped or deleted in Tanium`, searches: 1},
		"over long ago": {happens: func(_ *testing.T, s *tenant) { s.Advance(30 * time.Hour) }, searches: 1},
		"cancelled":     {happens: func(t *testing.T, s *tenant) { t.Helper(); s.cancel(t, "88001") }, searches: 1},
		"adopted": {choice: "adopt", searches: 1, announces: `WARNING Apply takes over the action "Tag", which is ` +
			"already deployed: It is action 6112010 of scheduled action 88001"},
		"failed": {choice: "adopt", targets: failingTargets(), searches: 1, deployments: 2,
			happens:   func(_ *testing.T, s *tenant) { s.Advance(time.Minute) },
			announces: `WARNING Apply cancels the action "Tag", which has failed, and deploys it again: `},
		"adopted, but stopped": {choice: "adopt", happens: func(t *testing.T, s *tenant) {
			t.Helper()
			if err := stop(s); err != nil {
				t.Fatal(err)
			}
		}, says: will + `the action "Tag" was stopped or deleted in Tanium`, searches: 1},
		"adopted, but copied": {choice: "adopt", happens: func(t *testing.T, s *tenant) {
			t.Helper()
			made, err := s.client(t, simulator.DefaultToken).ScheduledAction(t.Context(), "88001")
			if err != nil {
				t.Fatal(err)
			}
			s.schedule(t, "token-approver", tagInput("A copy", made.Comment))
		}, says: will + `the action "Tag" was deployed more than once: `, searches: 1},
		"deleted, and its action open": {
			options: simulator.Options{Unknowns: world.Unknowns{Deleted: world.DeletedIsShown}}, happens: deleteFirst,
			says: will + `the action "Tag" was stopped or deleted in Tanium`, searches: 1,
		},
		"adopted, but deleted": {choice: "adopt",
			options: simulator.Options{Unknowns: world.Unknowns{Deleted: world.DeletedIsShown}}, happens: deleteFirst,
			says: will + `the action "Tag" was stopped or deleted in Tanium`, searches: 1,
		},
		"deleted, and its action over": {
			options: simulator.Options{Unknowns: world.Unknowns{Deleted: world.DeletedIsShown}},
			happens: func(t *testing.T, s *tenant) {
				t.Helper()
				deleteFirst(t, s)
				s.Advance(2 * time.Hour)
			}, searches: 1,
		},
		"the choice is unknown":           {choice: "ignore", unknown: "on_duplicate"},
		"unknown whether failures matter": {choice: "adopt", unknown: "on_failure"},
		"ignored":                         {choice: "ignore"},
		"search fails": {happens: func(t *testing.T, s *tenant) {
			t.Helper()
			if err := s.Fail(simulator.Fault{
				Field: "scheduledActions", Kind: simulator.GraphQLError, Message: "denied", Times: -1,
			}); err != nil {
				t.Fatal(err)
			}
		}, fails: true, searches: 2}, // with others, and alone
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, c.options)
			unwaited := merged(map[string]any{"wait": map[string]any{"enabled": false}})
			if c.targets != nil {
				unwaited["targets"] = c.targets
			}
			if _, said := newSession(t, s, s).apply(t.Context(), unwaited, nil); hasError(said) {
				t.Fatal(describe(said)) // its state is lost
			}
			if c.happens != nil {
				c.happens(t, s)
			}
			if c.choice != "" {
				unwaited["on_duplicate"] = c.choice
			}
			partly := maps.Clone(unwaited)
			if c.unknown != "" {
				partly[c.unknown] = tftypes.UnknownValue
			}
			requests, session := s.requests(), newSession(t, s, s)
			planned := session.planned(partly, nil)
			said := describe(planned.Diagnostics)
			if hasError(planned.Diagnostics) || !strings.Contains(said, c.says) ||
				strings.Contains(said, will) != (c.says != "") || !strings.Contains(said, c.announces) ||
				strings.Contains(said, "othing was deployed") ||
				strings.Contains(said, "WARNING Apply ") != (c.says+c.announces != "") {
				t.Errorf("the plan says %s, want %q", said, c.says)
			}
			if got := requests()["scheduledActions"]; got != c.searches {
				t.Errorf("%d searches, want %d", got, c.searches)
			}
			if err := s.Fail(); err != nil {
				t.Fatal(err)
			}
			_, reported := newSession(t, s, s).apply(t.Context(), unwaited, nil)
			if hasError(reported) != (c.fails || c.says != "") {
				t.Errorf("the apply says %s", describe(reported))
			}
			if made := s.Stats().Deployments; c.announces != "" && made != max(1, c.deployments) {
				t.Errorf("%d deployments", made)
			}
		})
	}
}

// deleteFirst deletes the first scheduled action, and leaves its action open.
func deleteFirst(t *testing.T, s *tenant) {
	t.Helper()
	s.Advance(5 * time.Second)
	if err := s.client(t, simulator.DefaultToken).DeleteScheduledAction(t.Context(), "88001"); err != nil {
		t.Fatal(err)
	}
}

// TestPlanHeld checks that the plan of a creation does not say that the apply will fail if the
// state has the deployment: the creation may replace it.
func TestPlanHeld(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	state, said := newSession(t, s, s).apply(t.Context(), tagging(), nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	session := newSession(t, s, s)
	marker := strings.TrimSuffix(strings.TrimPrefix(session.attribute(state, "marker"), `tftypes.String<`), ">")
	if _, err := session.server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: session.name, RawState: &tfprotov6.RawState{JSON: []byte(`{"marker":` + marker + `}`)},
	}); err != nil {
		t.Fatal(err)
	}
	requests := s.requests()
	planned := describe(session.planned(tagging(), nil).Diagnostics)
	if !strings.Contains(planned, `WARNING The state already has the deployment of the action "Tag"`) ||
		strings.Contains(planned, "Apply will fail") || requests()["scheduledActions"] > 0 {
		t.Error(planned)
	}
}
