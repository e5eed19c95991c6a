// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestDeployEndings checks every ending of an invocation: what it says, and what is deployed and
// open then.
func TestDeployEndings(t *testing.T) {
	t.Parallel()
	noWait := map[string]any{"enabled": false}
	for name, c := range map[string]struct {
		options simulator.Options
		changes map[string]any
		faults  []simulator.Fault
		// says is what the diagnostics say; empty for none.
		says string
		// warns reports that the diagnostics are warnings.
		warns bool
		// line is the start of the last line of the progress.
		line              string
		deployments, open int
	}{
		"succeeds": {line: "Action 6112010 of scheduled action 88001 succeeded after 7s: 3 completed.",
			deployments: 1, open: 1},
		"does not wait": {changes: map[string]any{"wait": noWait},
			line: "Action 6112010 of scheduled action 88001: PENDING, 0 of 3 endpoints done (no endpoint has " +
				"reported yet), 0s elapsed. See ", deployments: 1, open: 1},
		"fails": {changes: map[string]any{"targets": failingTargets()},
			says: "ERROR Action failed: 1 of 1: Of 1 endpoint, 1 failed: ", deployments: 1, open: 1},
		"fails, and only warns": {changes: map[string]any{"targets": failingTargets(), "on_failure": "warn"},
			says: "WARNING Action failed: 1 of 1: Of 1 endpoint, 1 failed: ", warns: true, deployments: 1, open: 1},
		"is not in time": {changes: map[string]any{"timeouts": map[string]any{"invoke": "1ms"}},
			says: "ERROR Action did not finish in time: no endpoint has reported yet: Action 6112010 of " +
				"scheduled action 88001 was deployed but did not finish within the timeout of ",
			deployments: 1, open: 1},
		"is not in time, and only warns": {changes: map[string]any{"timeouts": map[string]any{"invoke": "1ms"},
			"on_timeout": "warn"}, says: "WARNING Action did not finish in time", warns: true, deployments: 1, open: 1},
		"breaks its guard": {changes: map[string]any{"guard": map[string]any{"max_endpoints": 2}},
			says: "ERROR Too many endpoints"},
		"names no package": {changes: map[string]any{"package": map[string]any{"name": "Custom Taging - Add Tags"}},
			says: "ERROR Unknown package: package.name"},
		"recurs": {changes: map[string]any{"schedule": map[string]any{"reissue_seconds": 7200}},
			says: "ERROR An invocation cannot deploy a recurring action"},
		"loses the answer": {faults: []simulator.Fault{{Field: "actionPerform", Kind: simulator.DropAfter, Times: 1}},
			line: "Action 6112010 of scheduled action 88001 succeeded", deployments: 1, open: 1},
		"never arrives": {faults: []simulator.Fault{{Field: "actionPerform", Kind: simulator.DropBefore, Times: 1}},
			says: "ERROR Action may or may not have been deployed", deployments: 0},
		"is refused": {faults: []simulator.Fault{{Field: "actionPerform", Kind: simulator.GraphQLError, Times: 1}},
			says: "ERROR Cannot deploy the action \"Tag\""},
		"cannot be read": {faults: []simulator.Fault{{Field: "action", Kind: simulator.Status,
			Code: http.StatusUnauthorized, Times: -1}}, says: "ERROR Cannot read the action's status", deployments: 1,
			open: 1},
		"survives an outage": {faults: []simulator.Fault{{Field: "action", Kind: simulator.Status,
			Code: http.StatusBadGateway, Times: 20}}, line: "Action 6112010 of scheduled action 88001 succeeded",
			deployments: 1, open: 1},
		"waits for approval, and does not": {options: simulator.Options{RequireApproval: true},
			changes: map[string]any{"wait": map[string]any{"approval": "continue"}},
			says: "WARNING Action waits for approval: scheduled action 88001: Scheduled action 88001 was " +
				"created.", warns: true,
			deployments: 1, open: 1},
		"fails because it is not approved": {options: simulator.Options{RequireApproval: true},
			changes: map[string]any{"wait": map[string]any{"approval": "fail"}},
			says:    "ERROR Action waits for approval", deployments: 1, open: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, c.options)
			if err := s.Fail(c.faults...); err != nil {
				t.Fatal(err)
			}
			session := newActionSession(t, s, s, simulator.DefaultToken)
			lines, ended := session.invoke(t.Context(), deployType, merged(c.changes))
			text := describe(ended)
			if !strings.Contains(text, c.says) || (c.says == "") != (len(ended) == 0) ||
				hasError(ended) != (c.says != "" && !c.warns) {
				t.Errorf("it says: %s", text)
			}
			if c.line != "" && (len(lines) == 0 || !strings.HasPrefix(lines[len(lines)-1], c.line)) {
				t.Errorf("its progress: %q", lines)
			}
			if stats := s.Stats(); stats.Deployments != c.deployments || stats.OpenScheduledActions != c.open {
				t.Errorf("%d deployments, %d open", stats.Deployments, stats.OpenScheduledActions)
			}
		})
	}
}

// TestDeployPlans checks what a plan of the action says, and that it deploys nothing.
func TestDeployPlans(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changes map[string]any
		says    string // empty for nothing
	}{
		"reach":      {says: "reaches 3 endpoints: "},
		"without it": {changes: map[string]any{"preview": map[string]any{"notice": false}}},
		"broken guard": {changes: map[string]any{"guard": map[string]any{"max_endpoints": 2}},
			says: "ERROR Too many endpoints"},
		"starts later": {changes: map[string]any{"schedule": map[string]any{"start_time": "2026-03-07T12:00:00Z"}},
			says: "WARNING Terraform waits for the action to start at"},
		"starts too late": {changes: map[string]any{"schedule": map[string]any{"start_time": "2026-03-07T12:00:00Z"},
			"timeouts": map[string]any{"invoke": "1h"}},
			says: "ERROR Timeout ends before the action starts: timeouts.invoke"},
		"recurring": {changes: map[string]any{"schedule": map[string]any{"reissue_seconds": 7200}},
			says: "ERROR An invocation cannot deploy a recurring action: schedule.reissue_seconds"},
		"bad timeout": {changes: map[string]any{"timeouts": map[string]any{"invoke": "-1h"}},
			says: "ERROR Invalid timeout: timeouts.invoke"},
		"no package": {changes: map[string]any{"package": nil}, says: "ERROR Missing package or operation"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newActionSession(t, s, s, simulator.DefaultToken)
			planned := session.plan(deployType, merged(c.changes))
			if text := describe(planned); !strings.Contains(text, c.says) || (c.says == "") != (text == "") {
				t.Errorf("it says: %s", text)
			}
			if stats := s.Stats(); stats.Operations["actionPerform"] != 0 {
				t.Errorf("%d deployments", stats.Operations["actionPerform"])
			}
		})
	}
}

// TestDeployInterrupted checks both values of on_interrupt, and that adopt resumes the wait for
// what was kept.
func TestDeployInterrupted(t *testing.T) {
	t.Parallel()
	for policy, c := range map[string]struct {
		says       string
		open       int
		operations map[string]int
	}{
		"cancel": {
			says: "ERROR Interrupted, and the action was cancelled: Action 6112010 of scheduled action 88001 was " +
				"deployed. The wait was interrupted after 4s. Scheduled action 88001 was deleted, and its action " +
				"6112010 was stopped. Last results: 3 downloading.",
			operations: map[string]int{"scheduledActionDelete": 1, "actionStop": 1}},
		"keep": {says: "ERROR Interrupted while the action was running: Action 6112010 of scheduled action 88001 was " +
			"deployed.", open: 1, operations: map[string]int{"scheduledActionDelete": 0, "actionStop": 0}},
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			session := newActionSession(t, s, &interruption{tenant: s, left: 3, stop: stop}, simulator.DefaultToken)
			lines, ended := session.invoke(ctx, deployType, merged(map[string]any{"on_interrupt": policy}))
			if text := describe(ended); !strings.Contains(text, c.says) {
				t.Errorf("it says: %s", text)
			}
			if last := lines[len(lines)-1]; strings.Contains(last, "succeeded") {
				t.Errorf("its progress: %q", lines)
			}
			stats := s.Stats()
			if stats.Deployments != 1 || stats.OpenScheduledActions != c.open {
				t.Errorf("%d deployments, %d open", stats.Deployments, stats.OpenScheduledActions)
			}
			for name, want := range c.operations {
				if stats.Operations[name] != want {
					t.Errorf("%s was sent %d times, want %d", name, stats.Operations[name], want)
				}
			}
			again := newActionSession(t, s, s, simulator.DefaultToken)
			if policy == "keep" {
				_, refused := again.invoke(t.Context(), deployType, tagging())
				if text := describe(refused); !strings.Contains(text, "ERROR Action is already deployed") {
					t.Errorf("it says: %s", text)
				}
			}
			lines, ended = again.invoke(t.Context(), deployType, merged(map[string]any{"on_duplicate": "adopt"}))
			want := map[string]string{"keep": "Action 6112010 ", "cancel": "Action 6112011 "}[policy]
			if hasError(ended) || !strings.HasPrefix(lines[len(lines)-1], want) {
				t.Errorf("then %q, %s", lines, describe(ended))
			}
		})
	}
}

// TestDeployInterruptedEarly checks an interrupt while the deployment is sent: what was deployed is
// cancelled, also if nothing waits for it.
func TestDeployInterruptedEarly(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]any{"waits": nil, "does not wait": map[string]any{"enabled": false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
				if strings.Contains(string(body), "mutation PerformAction") {
					stop() // the request was sent, and the answer has not arrived
				}
				return false
			})
			session := newActionSession(t, s, s, simulator.DefaultToken)
			lines, ended := session.invoke(ctx, deployType, merged(map[string]any{"wait": wait}))
			if len(lines) != 0 { // a line after an interrupt would keep Terraform from the diagnostics
				t.Errorf("its progress: %q", lines)
			}
			if text := describe(ended); !strings.Contains(text, "Scheduled action 88001 was deleted") {
				t.Errorf("it says: %s", text)
			}
			if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 0 {
				t.Errorf("%d deployments, %d open", stats.Deployments, stats.OpenScheduledActions)
			}
		})
	}
}

// TestDeployNotCancelled checks an interrupt after which the gateway refuses to cancel.
func TestDeployNotCancelled(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	refusal := simulator.Fault{Field: "scheduledActionDelete", Kind: simulator.GraphQLError, Times: -1}
	if err := s.Fail(refusal); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	session := newActionSession(t, s, &interruption{tenant: s, left: 3, stop: stop}, simulator.DefaultToken)
	_, ended := session.invoke(ctx, deployType, tagging())
	text := describe(ended)
	if !strings.Contains(text, "ERROR Cannot delete scheduled action 88001") ||
		!strings.Contains(text, "Action 6112010 is over, so no other endpoint starts it.") ||
		strings.Contains(text, "the action was cancelled") {
		t.Errorf("it says: %s", text)
	}
}

// TestDeployAgain checks that an action may be invoked again once it finished, although Tanium
// keeps it open, and not before.
func TestDeployAgain(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	for n := range 3 {
		session := newActionSession(t, s, s, simulator.DefaultToken)
		if _, ended := session.invoke(t.Context(), deployType, tagging()); len(ended) > 0 {
			t.Fatalf("invocation %d: %s", n, describe(ended))
		}
	}
	if stats := s.Stats(); stats.Deployments != 3 || stats.OpenScheduledActions != 3 {
		t.Errorf("%d deployments, %d open", stats.Deployments, stats.OpenScheduledActions)
	}
	first := newActionSession(t, s, s, simulator.DefaultToken)
	config := merged(map[string]any{"name": "Other", "wait": map[string]any{"enabled": false}})
	if _, ended := first.invoke(t.Context(), deployType, config); len(ended) > 0 {
		t.Fatal(describe(ended))
	}
	second := newActionSession(t, s, s, simulator.DefaultToken)
	if _, ended := second.invoke(t.Context(), deployType, config); !strings.Contains(describe(ended),
		"ERROR Action is already deployed: The same deployment as the action \"Other\" is open in Tanium: action "+
			"6112013 of scheduled action 88004") {
		t.Errorf("it says: %s", describe(ended))
	}
}

// TestDeployProgress checks that a long wait has a line at least once a minute, and few of them.
func TestDeployProgress(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	begun := s.Now()
	start := begun.Add(20 * time.Minute).Format(time.RFC3339)
	lines, ended := session.invoke(t.Context(), deployType, merged(map[string]any{
		"schedule": map[string]any{"start_time": start},
	}))
	minutes := int(s.Now().Sub(begun).Minutes())
	if hasError(ended) || minutes < 20 || len(lines) < minutes || len(lines) > 2*minutes+10 {
		t.Errorf("%d lines in %d minutes, %s: %q", len(lines), minutes, describe(ended), lines)
	}
}

// TestInvocationIsValidated checks that an invocation validates values that were unknown before.
// Terraform validates the configuration of an action before the plan only.
func TestInvocationIsValidated(t *testing.T) {
	t.Parallel()
	targets := func(name string, values ...any) map[string]any {
		return map[string]any{"targets": map[string]any{
			"action_group": map[string]any{"name": "All Computers"}, name: values,
		}}
	}
	for name, c := range map[string]struct {
		config map[string]any
		says   string
	}{
		"no endpoint": {targets("endpoint_ids"), "An empty set selects no endpoint."},
		"no platform": {targets("platforms"), "An empty set selects no endpoint."},
		"a policy":    {map[string]any{"on_duplicate": "adpt"}, `Did you mean "adopt"?`},
		"a percentage": {map[string]any{"wait": map[string]any{"max_failed_percent": 200}},
			"must be between 0.000000 and 100.000000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			session := newActionSession(t, s, s, simulator.DefaultToken)
			_, ended := session.invoke(t.Context(), deployType, merged(c.config))
			if said := describe(ended); !strings.Contains(said, c.says) || s.Stats().Deployments != 0 {
				t.Errorf("%d deployments: %s", s.Stats().Deployments, said)
			}
		})
	}
}

// TestAccInvocationIsValidated checks the same with Terraform.
func TestAccInvocationIsValidated(t *testing.T) {
	t.Parallel()
	needsActions(t)
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, `
resource "terraform_data" "release" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.tanium_action_deploy.tag]
    }
  }
}

action "tanium_action_deploy" "tag" {
  config {
    package {
      name       = "Custom Tagging - Add Tags"
      parameters = ["Blue"]
    }
    targets {
      action_group = { name = "All Computers" }
      endpoint_ids = ["274301", terraform_data.release.id]
    }
  }
}
`)
	code, output := w.try("apply", "-auto-approve", "-input=false")
	if code == 0 || !strings.Contains(output, "Invalid endpoint ID") ||
		s.Stats().Deployments != 0 {
		t.Errorf("exit code %d, %+v\n%s", code, s.Stats(), output)
	}
}

// TestCancelAction checks a cancellation, its repetition, and the platforms of an operation.
func TestCancelAction(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	config := merged(map[string]any{"wait": map[string]any{"enabled": false}})
	if _, ended := session.invoke(t.Context(), deployType, config); len(ended) > 0 {
		t.Fatal(describe(ended))
	}
	s.Advance(5 * time.Second)
	_, ended := session.invoke(t.Context(), cancelType, map[string]any{"scheduled_action_id": "6112010"})
	if !strings.Contains(describe(ended), "ERROR ID of an action, not of a scheduled action: ") {
		t.Errorf("ID of an action: %s", describe(ended))
	}
	id := map[string]any{"scheduled_action_id": "88001"}
	lines, ended := session.invoke(t.Context(), cancelType, id)
	want := []string{"Scheduled action 88001 was deleted, and its action 6112010 was stopped."}
	if len(ended) > 0 || !slices.Equal(lines, want) || s.Stats().OpenScheduledActions != 0 {
		t.Errorf("%q, %s, %d open", lines, describe(ended), s.Stats().OpenScheduledActions)
	}
	before := s.Stats().Operations["actionStop"]
	lines, ended = session.invoke(t.Context(), cancelType, id)
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "Warning: No such scheduled action: Tanium has no ") {
		t.Errorf("again: %q", lines)
	}
	if hasError(ended) || !strings.Contains(describe(ended), "WARNING No such scheduled action: Tanium has no "+
		"scheduled action 88001") || s.Stats().Operations["actionStop"] != before {
		t.Errorf("again: %s", describe(ended))
	}
}

// TestCancelCopyOfOther checks that a cancellation leaves a copy that was made in the console with
// another package, at once or later, and that has the marker of the original in its comment.
func TestCancelCopyOfOther(t *testing.T) {
	t.Parallel()
	for original, c := range map[string]struct {
		left  string
		after time.Duration
	}{"88001": {"88002", 10 * time.Second}, "88002": {"88001", 5 * time.Minute}} {
		s := deployWithoutWait(t, simulator.Options{}, nil)
		scheduled, err := s.client(t, simulator.DefaultToken).ScheduledAction(t.Context(), "88001")
		if err != nil {
			t.Fatal(err)
		}
		s.Advance(c.after)
		name, group, title := "Custom Tagging - Remove Tags", "All Computers", "Copy"
		s.schedule(t, simulator.DefaultToken, gateway.ActionPerformInput{
			Name: &title, Comment: &scheduled.Comment,
			Package: &gateway.PackageRefInput{Name: &name, Params: []string{"Red"}},
			Targets: gateway.ActionTargetsInput{ActionGroup: &gateway.ActionActionGroupInput{Name: &group}},
		})
		session := newActionSession(t, s, s, simulator.DefaultToken)
		lines, ended := session.invoke(t.Context(), cancelType, map[string]any{"scheduled_action_id": original})
		if said := strings.Join(lines, "\n"); hasError(ended) || !strings.Contains(said, original+" was deleted") ||
			strings.Contains(said, c.left) || s.Stats().OpenScheduledActions != 1 {
			t.Errorf("%s: %d open, %s%s", original, s.Stats().OpenScheduledActions, said, describe(ended))
		}
	}
}

// TestCancelInterrupted checks that an interrupted cancellation is an error.
func TestCancelInterrupted(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	config := merged(map[string]any{"wait": map[string]any{"enabled": false}})
	if _, ended := session.invoke(t.Context(), deployType, config); len(ended) > 0 {
		t.Fatal(describe(ended))
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
		if strings.Contains(string(body), "mutation ") {
			stop()
		}
		return false
	})
	again := newActionSession(t, s, s, simulator.DefaultToken)
	lines, ended := again.invoke(ctx, cancelType, map[string]any{"scheduled_action_id": "88001"})
	text := describe(ended)
	if len(lines) > 0 || !strings.Contains(text, "ERROR Interrupted during the cancellation: ") {
		t.Errorf("%q, %s", lines, text)
	}
}

// TestActionsWithoutID checks that an ID that was not given is an error, and sends nothing.
func TestActionsWithoutID(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	for _, name := range []string{cancelType, approveType} {
		for _, id := range []any{nil, ""} {
			_, ended := session.invoke(t.Context(), name, map[string]any{"scheduled_action_id": id})
			if !strings.Contains(describe(ended), "ERROR Missing ID") || s.Stats().Requests != 0 {
				t.Errorf("%s of %v: %s after %d requests", name, id, describe(ended), s.Stats().Requests)
			}
		}
	}
}

// TestCancelOperation checks that an ID of one platform cancels the deployment on all.
func TestCancelOperation(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	config := map[string]any{"operation": map[string]any{"add_tags": []any{"Blue"}},
		"targets": map[string]any{"action_group": map[string]any{"name": "All Computers"},
			"endpoint_ids": []any{"274301", "310011", "420007"}},
		"wait": map[string]any{"enabled": false}}
	if _, ended := session.invoke(t.Context(), deployType, config); len(ended) > 0 {
		t.Fatal(describe(ended))
	}
	s.Advance(5 * time.Second)
	lines, ended := session.invoke(t.Context(), cancelType, map[string]any{"scheduled_action_id": "88002"})
	if len(ended) > 0 || len(lines) != 2 || s.Stats().OpenScheduledActions != 0 {
		t.Errorf("%q, %s, %d open", lines, describe(ended), s.Stats().OpenScheduledActions)
	}
}

// TestApproveAction checks an approval by the creator, by another user, and its repetition.
func TestApproveAction(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{RequireApproval: true})
	creator := newActionSession(t, s, s, simulator.DefaultToken)
	config := merged(map[string]any{"wait": map[string]any{"enabled": false}})
	if _, ended := creator.invoke(t.Context(), deployType, config); len(ended) > 0 {
		t.Fatal(describe(ended))
	}
	approver := newActionSession(t, s, s, "token-approver")
	for _, c := range []struct {
		session    *actionSession
		id         string
		says, line string
	}{
		{creator, "88001", "Tanium does not let a user approve their own action.", ""},
		{approver, "88002", "ERROR No such scheduled action", ""},
		{approver, "88001", "", "Scheduled action 88001 was approved."},
		{approver, "88001", "", "Scheduled action 88001 was already approved."},
	} {
		lines, ended := c.session.invoke(t.Context(), approveType, map[string]any{"scheduled_action_id": c.id})
		if !strings.Contains(describe(ended), c.says) || (c.says == "") != (len(ended) == 0) ||
			(c.line != "" && !slices.Equal(lines, []string{c.line})) {
			t.Errorf("%s: %q, %s", c.id, lines, describe(ended))
		}
	}
}

// TestApproveOperation checks that an ID of one platform approves the deployment on all, and that
// the creator's refused approval names the others.
func TestApproveOperation(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{RequireApproval: true})
	creator := newActionSession(t, s, s, simulator.DefaultToken)
	config := onOperation()
	config["wait"] = unwaited()
	if _, ended := creator.invoke(t.Context(), deployType, config); len(ended) > 0 {
		t.Fatal(describe(ended))
	}
	given := map[string]any{"scheduled_action_id": "88002"}
	_, ended := creator.invoke(t.Context(), approveType, given)
	if !strings.Contains(describe(ended), "Still not approved: scheduled action 88001 of the same deployment.") {
		t.Error(describe(ended))
	}
	approver := newActionSession(t, s, s, "token-approver")
	for _, word := range []string{"", "already "} {
		want := []string{
			"Scheduled action 88002 was " + word + "approved.", "Scheduled action 88001 was " + word + "approved.",
		}
		lines, ended := approver.invoke(t.Context(), approveType, given)
		if len(ended) > 0 || !slices.Equal(lines, want) {
			t.Errorf("%q, want %q; %s", lines, want, describe(ended))
		}
	}
}

// TestApprovalNotConfirmed checks what is said if the approval is accepted and the reads after it
// fail for a while, or for ever.
func TestApprovalNotConfirmed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults []simulator.Fault // after the first read
		says   string
		never  string
	}{
		"the reads fail for a while": {[]simulator.Fault{
			{Field: "scheduledAction", Kind: simulator.GraphQLError, Skip: 1, Times: 2},
		}, "", "ERROR"},
		"the reads fail": {[]simulator.Fault{
			{Field: "scheduledAction", Kind: simulator.GraphQLError, Skip: 1, Times: -1},
		}, "ERROR Approval of scheduled action 88001 is accepted, but not confirmed: Tanium accepted the approval.",
			"is not approved:"},
		"the answer is lost, and the reads fail": {[]simulator.Fault{
			{Field: "scheduledAction", Kind: simulator.GraphQLError, Skip: 1, Times: -1},
			{Field: "scheduledActionApprove", Kind: simulator.DropAfter},
		}, "ERROR Not known whether scheduled action 88001 is approved: The approval was sent", "does not let a user"},
		"the answer is lost": {[]simulator.Fault{
			{Field: "scheduledActionApprove", Kind: simulator.DropAfter},
		}, "", "ERROR"},
		"nothing can be read": {[]simulator.Fault{
			{Field: "scheduledAction", Kind: simulator.Status, Code: 403, Times: -1},
		}, "Nothing was approved.", "accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{RequireApproval: true})
			creator := newActionSession(t, s, s, simulator.DefaultToken)
			config := merged(map[string]any{"wait": unwaited()})
			if _, ended := creator.invoke(t.Context(), deployType, config); len(ended) > 0 {
				t.Fatal(describe(ended))
			}
			if err := s.Fail(c.faults...); err != nil {
				t.Fatal(err)
			}
			approver := newActionSession(t, s, s, "token-approver")
			_, ended := approver.invoke(t.Context(), approveType, map[string]any{"scheduled_action_id": "88001"})
			said := describe(ended)
			if !strings.Contains(said, c.says) || (c.says == "") != (said == "") || strings.Contains(said, c.never) {
				t.Errorf("says %s", said)
			}
			if sent := s.Stats().Operations["scheduledActionApprove"]; sent > 1 {
				t.Errorf("%d approvals", sent)
			}
		})
	}
}

// TestStopWaitsForInvocations checks that an interrupt returns once the invocations have ended, so
// that Terraform receives their diagnostics.
func TestStopWaitsForInvocations(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	polled := make(chan struct{}, 1000)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		polled <- struct{}{}
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	s.url = front.URL
	session := newActionSession(t, s, deployment.SystemClock{}, simulator.DefaultToken)
	stream, err := session.server.InvokeAction(t.Context(),
		&tfprotov6.InvokeActionRequest{ActionType: deployType, Config: session.config(deployType, tagging())})
	if err != nil {
		t.Fatal(err)
	}
	var completed atomic.Pointer[tfprotov6.CompletedInvokeActionEventType]
	over := make(chan struct{})
	go func() {
		defer close(over)
		stream.Events(func(event tfprotov6.InvokeActionEvent) bool {
			if ended, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
				completed.Store(&ended)
			}
			return true
		})
	}()
	for s.Stats().Deployments == 0 {
		<-polled
	}
	if _, err := session.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	ended := completed.Load() // plugin-go drops what comes after this
	<-over
	if ended == nil || !strings.Contains(describe(ended.Diagnostics),
		"ERROR Interrupted, and the action was cancelled") {
		t.Errorf("when the interrupt returns, the invocation has said %+v", ended)
	}
}

// TestProgress checks which polls are reported.
func TestProgress(t *testing.T) {
	t.Parallel()
	begun := time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC)
	var lines []string
	p := &progress{send: func(line string) { lines = append(lines, line) }, targeted: new(2),
		url: func(id string) string { return "https://tanium/" + id }}
	parts := func(completed int) []deployment.Part {
		part := deployment.Part{ScheduledActionID: "10", ActionID: "77", Status: "OPEN"}
		part.Results.Completed = completed
		return []deployment.Part{part}
	}
	for _, c := range []struct {
		after time.Duration
		parts []deployment.Part
		lines int
	}{
		{parts: parts(0), lines: 1},
		{after: time.Second, parts: parts(0), lines: 1},
		{after: 2 * time.Second, parts: parts(1), lines: 1}, // changed, but too soon
		{after: 3 * time.Second, parts: parts(1), lines: 2},
		{after: 4 * time.Second, lines: 2},
		{after: 33 * time.Second, lines: 3},                  // nothing new for half a minute
		{after: 34 * time.Second, parts: parts(2), lines: 4}, // the last endpoint is done
	} {
		p.at(begun.Add(c.after), c.parts)
		if len(lines) != c.lines {
			t.Fatalf("after %s: %q", c.after, lines)
		}
	}
	want := "Action 77 of scheduled action 10: OPEN, 2 of 2 endpoints done (2 completed), 34s elapsed. " +
		"See https://tanium/77"
	if lines[3] != want {
		t.Errorf("%s\nwant %s", lines[3], want)
	}
}
