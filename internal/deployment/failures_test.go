// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

func TestLastLines(t *testing.T) {
	t.Parallel()
	const at = "|2026-03-07T09:00:03Z|"
	for name, c := range map[string]struct {
		log   []string
		limit int
		want  []string
	}{
		"none":  {limit: 5},
		"empty": {log: []string{}, limit: 5, want: []string{}},
		"the output of the command": {log: []string{
			"000" + at + "Downloading", "001" + at + "Command Line: a.sh", "002" + at + "one",
			"003" + at + "two | three",
			"004" + at + "Completed. Exit code 1", "005" + at + "Cleaning up",
		}, limit: 5, want: []string{"one", "two | three"}},
		"its last lines": {log: []string{
			"001" + at + "Command Line: a.sh", "002" + at + "one", "003" + at + "two", "004" + at + "Completed.",
		}, limit: 1, want: []string{"two"}},
		"of the last attempt": {log: []string{
			"001" + at + "Command Line: a.sh", "002" + at + "one", "003" + at + "Completed.",
			"004" + at + "Command Line: a.sh", "005" + at + "two", "006" + at + "Completed.",
		}, limit: 5, want: []string{"two"}},
		"in another order": {log: []string{"10" + at + "ten", "9" + at + "nine", "1" + at + "Command Line: a.sh"},
			limit: 5,
			want:  []string{"nine", "ten"}},
		"a command that wrote nothing": {log: []string{
			"001" + at + "Command Line: a.sh", "002" + at + "Completed. Exit code 1",
		}, limit: 5, want: []string{"Completed. Exit code 1"}},
		"one that runs": {log: []string{"001" + at + "Command Line: a.sh", "002" + at + "one"}, limit: 5,
			want: []string{"one"}},
		"lines of another form": {log: []string{"one", "two|three|four", "", " "}, limit: 5,
			want: []string{"one", "two|three|four"}},
		"no lines wanted": {log: []string{"one"}, want: []string{}},
	} {
		if got := lastLines(c.log, c.limit); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Every log has at most as many lines as are wanted, and none that is not in it.
func FuzzLastLines(f *testing.F) {
	f.Add("000|x|Command Line: a\n001|x|b\n002|x|Completed.", 3)
	f.Add("||\n|\n\xff", 1)
	f.Fuzz(func(t *testing.T, log string, limit int) {
		limit = max(0, min(limit, 100))
		for _, line := range lastLines(strings.Split(log, "\n"), limit) {
			if !strings.Contains(log, line) {
				t.Errorf("%q is not in %q", line, log)
			}
		}
		if got := lastLines(strings.Split(log, "\n"), limit); len(got) > limit {
			t.Errorf("%d lines, want at most %d", len(got), limit)
		}
	})
}

func TestDescribeReports(t *testing.T) {
	t.Parallel()
	report := func(action, id, name, word string, log ...string) Report {
		return Report{ActionID: action, Endpoint: gateway.Endpoint{Id: id, Name: name}, Status: word, Log: log}
	}
	for name, c := range map[string]struct {
		reports []Report
		parts   []Part
		failed  int
		want    string
	}{
		"none": {},
		"one": {reports: []Report{report("7", "1", "a", "Failed.")}, parts: []Part{{ActionID: "7"}}, failed: 1,
			want: "\n  a (1): Failed."},
		"its log, and others": {
			reports: []Report{report("7", "1", "a", "Failed.", "x", "y"), report("7", "2", "b", "")},
			parts:   []Part{{ActionID: "7"}}, failed: 5,
			want: "\n  a (1): Failed.\n    | x\n    | y\n  b (2): no status\n  and 3 more"},
		"two actions": {reports: []Report{report("7", "1", "a", "Failed."), report("8", "1", "a", "Running.")},
			parts: []Part{{ActionID: "7", ScheduledActionID: "70"}, {ActionID: "8", ScheduledActionID: "80"}},
			want: "\n  a (1), action 7 of scheduled action 70: Failed." +
				"\n  a (1), action 8 of scheduled action 80: Running."},
	} {
		if got := DescribeReports(c.reports, c.parts, c.failed); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestUnsuccessful(t *testing.T) {
	t.Parallel()
	parts := []Part{{Results: gateway.ActionResults{Completed: 3, Failed: 2, PendingVerification: 4}}}
	for want, c := range map[int]struct {
		policy   Policy
		targeted *int
	}{7: {
		targeted: new(10)}, 3: {policy: Policy{SkipVerification: true},
		targeted: new(10)}, 2: {}, 0: {targeted: new(2)}} {
		if got := c.policy.Unsuccessful(parts, c.targeted); got != want {
			t.Errorf("%+v: %d, want %d", c, got, want)
		}
	}
}
