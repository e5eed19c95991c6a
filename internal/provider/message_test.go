// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestDescribeEnding checks what messages say of parts that were not issued, that are missing, and
// that nobody reported.
func TestDescribeEnding(t *testing.T) {
	t.Parallel()
	waiting := deployment.Part{ScheduledActionID: "88001"}
	approved := deployment.Part{ScheduledActionID: "88002", Approved: true}
	placeholder := deployment.Part{ScheduledActionID: "88003", ActionID: "5", Status: gateway.ActionStatusPending}
	ran := deployment.Part{ScheduledActionID: "88004", ActionID: "6", Approved: true, IssueCount: 1,
		Status: gateway.ActionStatusOpen, Results: gateway.ActionResults{Completed: 2}}
	silent := ran
	silent.Status, silent.Results = gateway.ActionStatusClosed, gateway.ActionResults{}
	const changed, nowhere = "Endpoints that started the action may have changed", "so it ran on no endpoint"
	for name, c := range map[string]struct {
		kind    deployment.EndingKind
		parts   []deployment.Part
		missing []deployment.Part
		says    []string
		not     []string
	}{
		"waits for approval": {deployment.TimedOut, []deployment.Part{waiting}, nil,
			[]string{"Scheduled action 88001 waits for the approval of another user: in the Tanium console"},
			[]string{"files of the package"}},
		"not issued": {deployment.TimedOut, []deployment.Part{approved}, nil,
			[]string{"Scheduled action 88002 needs no approval any more", "the files of the package"},
			[]string{"another user"}},
		"both": {deployment.TimedOut, []deployment.Part{waiting, approved, ran}, nil,
			[]string{"Scheduled action 88001 waits", "Scheduled action 88002 needs no " +
				"approval"}, []string{"88004 waits"}},
		"under way": {deployment.TimedOut, []deployment.Part{ran}, nil, []string{"2 completed"},
			[]string{"approval"}},
		"deleted unissued": {deployment.Gone, []deployment.Part{waiting}, nil, []string{nowhere}, []string{changed}},
		"deleted placeholder": {deployment.Gone, []deployment.Part{placeholder}, nil, []string{nowhere},
			[]string{changed}},
		"deleted later": {deployment.Gone, []deployment.Part{ran}, nil, []string{changed}, []string{nowhere}},
		"deleted in part": {deployment.Gone, []deployment.Part{ran, waiting}, []deployment.Part{waiting},
			[]string{"Action (not issued yet) of scheduled action 88001 was deployed, but Tanium no longer shows it",
				nowhere, "Tanium still shows action 6 of scheduled action 88004: 2 completed."}, []string{changed}},
		"over, and silent": {deployment.Interrupted, []deployment.Part{silent}, nil, []string{"no endpoint has " +
			"reported;"},
			[]string{"yet"}},
	} {
		ending := deployment.Ending{Kind: c.kind, Parts: c.parts, Timeout: time.Minute}
		if c.missing != nil {
			ending.Err = &deployment.Missing{Parts: c.missing}
		}
		_, text := describeEnding(ending, "")
		for _, says := range c.says {
			if !strings.Contains(text, says) {
				t.Errorf("%s: it does not say %q: %s", name, says, text)
			}
		}
		for _, not := range c.not {
			if strings.Contains(text, not) {
				t.Errorf("%s: it says %q: %s", name, not, text)
			}
		}
	}
}

// TestRecoveryText checks that what to do after a refused deployment has no remains of Go's syntax.
func TestRecoveryText(t *testing.T) {
	t.Parallel()
	for _, then := range []recovery{resourceRecovery(), invocationRecovery()} {
		for _, text := range []string{
			then.own, then.held, then.duplicate, then.ended, then.halted, then.left, then.uncertain, then.surplus,
		} {
			if strings.ContainsAny(text, "\t`+") || strings.Count(text, `"`)%2 != 0 {
				t.Errorf("%q", text)
			}
		}
	}
}

// TestAcceptedFailure checks that an apply says how many failures it accepts.
func TestAcceptedFailure(t *testing.T) {
	t.Parallel()
	config := map[string]any{"targets": failingTargets(), "wait": map[string]any{"max_failed": 1}}
	const says = `WARNING Failures of the action "Tag" were accepted: 1 of 1: wait accepts them`
	s := newTenant(t, simulator.Options{})
	if _, said := newSession(t, s, s).apply(t.Context(), merged(config), nil); !strings.Contains(describe(said), says) {
		t.Errorf("the apply says %s", describe(said))
	}
	s = newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	_, said := session.invoke(t.Context(), deployType, merged(config))
	if !strings.Contains(describe(said), says) {
		t.Errorf("the invocation says %s", describe(said))
	}
}

// TestAcceptSome checks that the advice about a failure names the limit that the deployment did not
// meet: another one would change nothing.
func TestAcceptSome(t *testing.T) {
	t.Parallel()
	one, most := 1, 90.0
	for name, c := range map[string]struct {
		policy deployment.Policy
		want   string
	}{
		"default":       {deployment.Policy{}, "increase wait.max_failed_percent."},
		"max_failed":    {deployment.Policy{MaxFailed: &one}, "increase wait.max_failed."},
		"min_completed": {deployment.Policy{MinCompletedPercent: &most}, "decrease wait.min_completed_percent."},
	} {
		parts := []deployment.Part{{ActionID: "1", Status: gateway.ActionStatusClosed,
			Results: gateway.ActionResults{Completed: 2, Failed: 2}}}
		if said := acceptSome("wait.", c.policy.Judge(parts, new(4))); !strings.HasSuffix(said, c.want) {
			t.Errorf("%s: %s", name, said)
		}
	}
}
