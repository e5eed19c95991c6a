// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
)

// FailureReport asks the endpoints that have not completed a deployment what they say about it.
type FailureReport struct {
	// Endpoints is the maximum number of endpoints to name; 0 asks none.
	Endpoints int
	// LogLines is the maximum number of lines of an endpoint's action log; 0 reads no log.
	LogLines int
}

// maxAsked is the number of reports from which a report takes its endpoints: Tanium's order is not
// documented, and endpoints that failed matter more than endpoints that wait.
const maxAsked = 100

// Collect returns the reports of endpoints that have not completed the parts, with the last lines
// of their logs: first those that failed, then those that are under way. It returns them without
// logs if Tanium has no sensor for these, or if the question with the logs fails.
func (f FailureReport) Collect(ctx context.Context, lookup *catalog.Catalog, parts []Part) ([]Report, error) {
	query := ReportQuery{MaxReports: max(f.Endpoints, maxAsked), UnlessCompleted: true}
	for _, part := range parts {
		if part.ActionID != "" {
			query.ActionIDs = append(query.ActionIDs, part.ActionID)
		}
	}
	if f.Endpoints == 0 || len(query.ActionIDs) == 0 {
		return nil, nil
	}
	if f.LogLines > 0 {
		query.Log, _, _ = ActionLog(ctx, lookup) // without a log, the report has the statuses
	}
	answer, err := query.Collect(ctx, lookup.Client())
	if err != nil && query.Log != nil && ctx.Err() == nil {
		query.Log = nil
		answer, err = query.Collect(ctx, lookup.Client())
	}
	slices.SortStableFunc(answer.List, func(a, b Report) int { return cmp.Compare(a.State.rank(), b.State.rank()) })
	list := answer.List[:min(f.Endpoints, len(answer.List))]
	for i := range list {
		list[i].Log = lastLines(list[i].Log, f.LogLines)
	}
	return list, err
}

// rank returns the place of a state in a report of failures: states that failed, states that are
// not known, and then those under way, the latest first.
func (s ReportState) rank() int {
	return slices.Index([]ReportState{
		reportFailed, reportFailedVerification, reportExpired, reportStopped, reportUnknown, reportWaitingToRetry,
		reportPendingVerification, reportRunning, reportCopying, reportDownloading, reportWaiting,
	}, s)
}

// DescribeReports lists reports for a message, each on a line, with its log below it. It names the
// action and the scheduled action of each if the deployments have several parts. The number of
// endpoints that failed is known from the counters; the list may lack some.
func DescribeReports(reports []Report, parts []Part, failed int) string {
	var text strings.Builder
	scheduled := map[string]string{}
	for _, part := range parts {
		scheduled[part.ActionID] = part.ScheduledActionID
	}
	for _, report := range reports {
		fmt.Fprintf(&text, "\n  %s (%s)", report.Endpoint.Name, report.Endpoint.Id)
		if len(parts) > 1 && report.ActionID != "" {
			fmt.Fprintf(&text, ", action %s of scheduled action %s", report.ActionID, scheduled[report.ActionID])
		}
		fmt.Fprintf(&text, ": %s", cmp.Or(report.Status, "no status"))
		for _, line := range report.Log {
			fmt.Fprintf(&text, "\n    | %s", line)
		}
	}
	if more := failed - len(reports); more > 0 {
		fmt.Fprintf(&text, "\n  and %d more", more)
	}
	return text.String()
}

// The lines of an action log between which the output of the command stands
// (API.md#action-reports).
const (
	logCommand   = "Command Line"
	logCompleted = "Completed."
)

// lastLines returns the last lines of an action log without their numbers and times, at most limit.
// It returns those that the command wrote; of a log that has none, the last lines of the client. It
// never returns the command line, which has the parameters, also sensitive ones.
func lastLines(log []string, limit int) []string {
	lines := slices.Clone(log)
	slices.SortStableFunc(lines, func(a, b string) int {
		return cmp.Compare(lineNumber(a), lineNumber(b))
	})
	var all, output []string
	running := false
	for _, line := range lines {
		text := lineText(line)
		if strings.TrimSpace(text) == "" {
			continue
		}
		if strings.HasPrefix(text, logCommand) {
			running, output = true, nil // a second attempt
			continue
		}
		all = append(all, text)
		switch {
		case strings.HasPrefix(text, logCompleted):
			running = false
		case running:
			output = append(output, text)
		}
	}
	if len(output) == 0 {
		output = all
	}
	return output[max(0, len(output)-limit):]
}

// lineNumber returns the number at the start of a line of a log; 0 if there is none.
func lineNumber(line string) int {
	number, _, _ := strings.Cut(line, "|")
	parsed, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil {
		return 0
	}
	return parsed
}

// lineText returns the text of a line of a log, which follows its number and its time.
func lineText(line string) string {
	fields := strings.SplitN(line, "|", 3)
	if len(fields) < 3 || lineNumber(line) == 0 && strings.Trim(fields[0], "0 ") != "" {
		return line
	}
	return fields[2]
}
