// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestShortened checks that a command is one line of limited length.
func TestShortened(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]string{
		"a\n b":                  "a b",
		strings.Repeat("é", 200): strings.Repeat("é", 200),
		strings.Repeat("é", 201): strings.Repeat("é", 200) + "…",
	} {
		if got := shortened(command); got != want {
			t.Errorf("%q is %q", command, got)
		}
	}
}

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
		"waits for approval": {kind: deployment.TimedOut, parts: []deployment.Part{waiting},
			says: []string{"Scheduled action 88001 waits for the approval of another user: in the Tanium console"},
			not:  []string{"files of the package"}},
		"not issued": {kind: deployment.TimedOut, parts: []deployment.Part{approved},
			says: []string{"Scheduled action 88002 needs no approval any more", "the files of the package"},
			not:  []string{"another user"}},
		"both": {kind: deployment.TimedOut, parts: []deployment.Part{waiting, approved, ran},
			says: []string{"Scheduled action 88001 waits", "Scheduled action 88002 needs no " +
				"approval"}, not: []string{"88004 waits"}},
		"under way": {kind: deployment.TimedOut, parts: []deployment.Part{ran}, says: []string{"2 completed"},
			not: []string{"approval"}},
		"deleted unissued": {kind: deployment.Gone, parts: []deployment.Part{waiting}, says: []string{nowhere},
			not: []string{changed}},
		"deleted placeholder": {kind: deployment.Gone, parts: []deployment.Part{placeholder}, says: []string{nowhere},
			not: []string{changed}},
		"deleted later": {kind: deployment.Gone, parts: []deployment.Part{ran}, says: []string{changed},
			not: []string{nowhere}},
		"deleted in part": {kind: deployment.Gone, parts: []deployment.Part{ran, waiting},
			missing: []deployment.Part{waiting},
			says: []string{
				"Action (not issued yet) of scheduled action 88001 was deployed, but Tanium no longer shows it",
				nowhere, "Tanium still shows action 6 of scheduled action 88004: 2 completed."},
			not: []string{changed}},
		"over, and silent": {kind: deployment.Interrupted, parts: []deployment.Part{silent},
			says: []string{"The action is over in Tanium, with status CLOSED", "no endpoint has reported."},
			not:  []string{"yet", "continues"}},
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
	for _, then := range []Recovery{ResourceRecovery(), InvocationRecovery()} {
		for _, text := range []string{
			then.own, then.held, then.duplicate, then.ended, then.halted, then.left, then.uncertain, then.surplus,
		} {
			if strings.ContainsAny(text, "\t`+") || strings.Count(text, `"`)%2 != 0 {
				t.Errorf("%q", text)
			}
		}
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

// TestTaintHint checks that only the error of a creation speaks of a tainted resource.
func TestTaintHint(t *testing.T) {
	t.Parallel()
	parts := []deployment.Part{{ScheduledActionID: "88001", ActionID: "6112010"}}
	for _, updated := range []bool{false, true} {
		var said []diag.Diagnostic
		for _, kind := range []deployment.EndingKind{deployment.TimedOut, deployment.Unreadable} {
			ending := deployment.Ending{Kind: kind, Parts: parts, Err: errors.New("no answer")}
			said = append(said, DiagnoseEnding(ending, "", "", false, updated))
		}
		for _, each := range said {
			if strings.Contains(each.Detail(), "tainted") == updated || each.Severity() != diag.SeverityError {
				t.Errorf("updated is %t: %s: %s", updated, each.Summary(), each.Detail())
			}
		}
	}
}

// TestEndings checks that a message about a wait that ended does not say that an action runs which
// is done, and that the link to the console ends its paragraph.
func TestEndings(t *testing.T) {
	t.Parallel()
	parts := []deployment.Part{{ScheduledActionID: "88001", ActionID: "6112010", Status: "OPEN"}}
	const url = "https://tanium/6112010"
	for name, c := range map[string]struct {
		ending deployment.Ending
		says   string
	}{
		"running": {deployment.Ending{Kind: deployment.Interrupted},
			"The action continues in Tanium: no endpoint has reported yet; last seen status OPEN. See " + url + "\n\n"},
		"baking": {deployment.Ending{Kind: deployment.Interrupted, Baking: true},
			"It succeeded before that, and its bake time was not over: no endpoint has reported yet. See " + url +
				"\n\n"},
		"late": {deployment.Ending{Kind: deployment.TimedOut},
			"last seen status OPEN. See " + url + "\n\nTo wait longer"},
		"unreadable": {deployment.Ending{Kind: deployment.Unreadable, Err: errors.New("no answer")},
			"last seen status OPEN. See " + url + "\n\n"},
	} {
		c.ending.Parts = parts
		if said := DiagnoseEnding(c.ending, url, "", false, false).Detail(); !strings.Contains(said, c.says) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// TestNoticeAdopts checks that the notice of an import says how long the apply may wait.
func TestNoticeAdopts(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 3, 7, 9, 11, 2, 0, time.UTC)
	open := deployment.Part{ScheduledActionID: "88001", ActionID: "6112010", Status: "OPEN", ExpirationTime: &end}
	over := open
	over.Status = "CLOSED"
	for name, c := range map[string]struct {
		part        deployment.Part
		waits, says bool
	}{
		"open":           {part: open, waits: true, says: true},
		"over":           {part: over, waits: true},
		"not waited for": {part: open},
	} {
		said := NoticeAdopts([]deployment.Part{c.part}, c.waits).Detail()
		if strings.Contains(said, "it waits until the action expires at 2026-03-07 09:11:02 UTC") != c.says {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// TestTokenAdvice checks what a person reads of a token that is not accepted: the token comes
// before the address, and its file is named if it is from one.
func TestTokenAdvice(t *testing.T) {
	t.Parallel()
	login := gateway.Error{Kind: gateway.KindNotGateway, StatusCode: 302, Location: "/login"}
	for _, c := range []struct {
		failure gateway.Error
		file    string
		unread  error
		words   []string
	}{
		{gateway.Error{Kind: gateway.KindUnauthenticated}, "", nil,
			[]string{"expired or revoked", "Set a valid token in api_token or TANIUM_API_TOKEN."}},
		{gateway.Error{Kind: gateway.KindUnauthenticated}, "/run/token", nil, []string{"expired or revoked",
			`from the file "/run/token", given as api_token_file or TANIUM_API_TOKEN_FILE`, "read it again",
			"Write a valid token to it, and run Terraform again."}},
		{gateway.Error{Kind: gateway.KindUnauthenticated}, "/run/token", errors.New("is empty"),
			[]string{`read from the file "/run/token"`, "but the file is empty. Write a valid token"}},
		{login, "", nil, []string{"A login page may be the answer to a token", "api_token or TANIUM_API_TOKEN",
			"If the token is valid", "url or TANIUM_URL"}},
		{login, "/run/token", nil, []string{"A login page", `"/run/token"`, "url or TANIUM_URL"}},
	} {
		c.failure.TokenFile, c.failure.TokenFileError = c.file, c.unread
		text := Advice(&c.failure, RightToRead)
		rest := text
		for _, word := range c.words {
			_, after, found := strings.Cut(rest, word)
			if !found {
				t.Errorf("%q is missing or not in order: %s", word, text)
			}
			rest = after
		}
	}
}

// TestCancelledText checks that a cancellation claims only what it is known to have done.
func TestCancelledText(t *testing.T) {
	t.Parallel()
	for want, done := range map[string]deployment.Cancelled{
		"Scheduled action 88001 was deleted, and its action 7 was stopped":   {Deleted: true, StoppedActionID: "7"},
		"Scheduled action 88001 was already deleted, and no action was open": {},
		"Scheduled action 88001 is deleted, and no action is open":           {Unanswered: true},
		"Scheduled action 88001 was deleted, and no action is open":          {Unanswered: true, Deleted: true},
	} {
		if got := CancelledText(deployment.Part{ScheduledActionID: "88001"}, done); got != want {
			t.Errorf("%+v: %s", done, got)
		}
	}
}
