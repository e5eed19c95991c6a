// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// environment is what the provider passes to its resources and data sources when it is configured.
type environment struct {
	// lookup finds packages, sensors and groups, and holds the client.
	lookup *catalog.Catalog
	// preparer checks a deployment and counts its endpoints.
	preparer *deployment.Preparer
	// dispatcher deploys actions.
	dispatcher *deployment.Dispatcher
	// clock is the local clock. It measures elapsed times.
	clock deployment.Clock
	// serverClock is the server's clock, for times that the server gives or judges.
	serverClock deployment.Clock
	// applying is set once the run applies a change.
	applying atomic.Bool
	// refreshes are the IDs of the actions that the run has refreshed.
	refreshes sync.Map
	// token is when the only token of the user expires, once it is known.
	token tokenExpiry
}

// tokenExpiry is when the only token of the user expires. It is read once in a run, and is safe for
// concurrent use.
type tokenExpiry struct {
	mutex sync.Mutex
	read  bool
	at    time.Time // the zero time if it is not known
}

// tokenExpires returns when the token expires; false if the user has several tokens, because Tanium
// does not tell which of them is in use, if the token may not read them, or if it is in a file: a
// wait reads a renewed one.
func (e *environment) tokenExpires(ctx context.Context) (time.Time, bool) {
	if e.client().TokenFile() != "" {
		return time.Time{}, false
	}
	e.token.mutex.Lock()
	defer e.token.mutex.Unlock()
	if !e.token.read {
		tokens, err := e.client().MyTokens(ctx)
		if err == nil && len(tokens) == 1 {
			e.token.at = tokens[0].Expiration
		}
		e.token.read = ctx.Err() == nil
	}
	return e.token.at, !e.token.at.IsZero()
}

// noticeToken returns the notice of a deployment that starts, or whose wait may last, until after
// the token has expired; none if that is not known.
func (e *environment) noticeToken(
	ctx context.Context, given settings, prepared deployment.Prepared, wait time.Duration,
) (notices diag.Diagnostics) {
	expires, known := e.tokenExpires(ctx)
	if !known {
		return nil
	}
	start := prepared.Request.Schedule.StartTime
	switch end := e.serverClock.Now().Add(wait); {
	case start != nil && start.After(expires):
		notices.Append(message.NoticeTokenBeforeStart(prepared.Request.String(), expires, *start))
	case given.wait.enabled && end.After(expires):
		notices.Append(message.NoticeTokenExpires(prepared.Request.String(), expires, end))
	}
	return notices
}

// refreshed returns whether the run has refreshed an action, which an apply does not do.
func (e *environment) refreshed(id string) bool {
	_, ok := e.refreshes.Load(id)
	return ok
}

func (e *environment) client() *gateway.Client { return e.lookup.Client() }

// actionURL returns the page of an action in the console; empty for an empty ID.
func (e *environment) actionURL(id string) string {
	if id == "" {
		return ""
	}
	return e.client().Address().ActionURL(id)
}

// prepare checks a deployment as far as it is known, and counts the endpoints that it would reach
// as the options say.
func (e *environment) prepare(
	ctx context.Context, given settings, options deployment.PrepareOptions, diags *diag.Diagnostics,
) deployment.Prepared {
	if len(given.problems) > 0 {
		message.Report(given.problems, diags)
		return deployment.Prepared{}
	}
	if given.reviewedUnknown && options.Preview != nil {
		diags.Append(message.ReviewedUnknown())
		return deployment.Prepared{}
	}
	options.Guard, options.Known, options.WaitFor = given.guard, given.known, given.waitFor
	prepared, problems, err := e.preparer.Prepare(ctx, given.request, options)
	message.Report(problems, diags)
	if err != nil {
		diags.Append(message.NotPrepared(prepared.Request, err))
	}
	message.Report(given.checkStart(e.serverClock.Now()), diags) // after the answers, which show the server's clock
	return prepared
}

// planned returns the notices of a plan about a prepared deployment: the endpoints that the
// deployment would reach, endpoint IDs that it would not reach, an expiry that ends the wait before
// its timeout, a start in the past, how long the wait for a later start would last, a token that
// expires before the end, and a package that does not fit.
func (e *environment) planned(
	ctx context.Context, given settings, prepared deployment.Prepared,
) (notices diag.Diagnostics) {
	notices.Append(message.NoticeReach(prepared.Request, *prepared.Reach, given.guard, given.waitFor,
		given.duplicates == deployment.DuplicateAdopt, given.wait.enabled))
	if len(prepared.Absent) > 0 {
		notices.Append(message.NoticeAbsent(prepared.Request, prepared.Absent, len(given.guard.Reviewed.Names)))
	}
	if len(prepared.Unreached) > 0 {
		notices.Append(message.NoticeUnreached(prepared))
	}
	limit := e.waitLimit(prepared)
	timeout := limit
	if given.timeout != nil {
		timeout = *given.timeout
	}
	if given.wait.enabled && prepared.ExpiryKnown() && timeout > limit {
		notices.Append(message.NoticeExpires(prepared, timeout, given.timeoutName))
	}
	start, now := prepared.Request.Schedule.StartTime, e.serverClock.Now()
	if start != nil && !start.After(now) {
		notices.Append(message.NoticeStarted(*start, now))
	}
	if start != nil && start.After(now) && given.wait.enabled {
		notices.Append(message.NoticeStart(*start, now.Add(timeout).UTC()))
	}
	notices.Append(e.noticeToken(ctx, given, prepared, timeout)...)
	notices.Append(message.NoticePackage(prepared, e.client().Mask)...)
	return notices
}

// watch is how to wait for a deployment to a number of endpoints.
func (e *environment) watch(wait waitOptions, targeted *int) deployment.Watch {
	watch := deployment.Watch{
		Client: e.client(), Clock: e.clock, Interval: wait.interval, Bake: wait.bake,
		Targeted: targeted, Policy: wait.policy,
	}
	if wait.approval == approvalContinue || wait.approval == approvalFail {
		watch.ForApproval = deployment.LeaveApproval
	}
	return watch
}

// reportTimeout limits how long to ask which endpoints failed.
const reportTimeout = 20 * time.Second

// failedEndpoints asks the endpoints that have not completed a deployment what they say, and
// returns a paragraph about them for the end of a message; empty for none. It never fails: the
// message has the verdict. Of the endpoints that were counted before the deployment, it also names
// those that report nothing.
func (e *environment) failedEndpoints(
	ctx context.Context, settings deployment.FailureReport, parts []deployment.Part, failed int,
	counted []gateway.Endpoint,
) string {
	bounded, cancel := context.WithTimeout(ctx, reportTimeout)
	defer cancel()
	reports, err := settings.Collect(bounded, e.lookup, parts)
	if err == nil && failed > len(reports) {
		var silent []deployment.Report
		limit := min(settings.Endpoints, failed) - len(reports)
		silent, err = deployment.Silent(bounded, e.client(), counted, parts, limit)
		reports = append(reports, silent...)
	}
	switch {
	case err != nil:
		return fmt.Sprintf("\n\nThe provider could not read which endpoints these are: %s.", message.Cause(err))
	case len(reports) == 0:
		return ""
	default:
		return "\n\nEndpoints that did not complete it:" +
			e.client().Mask(deployment.DescribeReports(reports, parts, failed))
	}
}

// endpointsOf returns failedEndpoints of a wait that ended in failure or in time-out; empty for
// another ending. counted are the first endpoints that were counted before the deployment, if this
// run made it.
func (e *environment) endpointsOf(
	ctx context.Context, settings deployment.FailureReport, watch deployment.Watch, ending deployment.Ending,
	counted []gateway.Endpoint,
) string {
	failed := ending.Kind == deployment.Finished && !ending.Verdict.Succeeded
	if !failed && ending.Kind != deployment.TimedOut {
		return ""
	}
	unsuccessful := watch.Policy.Unsuccessful(ending.Parts, watch.Targeted)
	return e.failedEndpoints(ctx, settings, ending.Parts, unsuccessful, counted)
}

// waitLimit returns how long an action that is deployed now can take: the time until it starts,
// plus the time until it expires.
func (e *environment) waitLimit(prepared deployment.Prepared) time.Duration {
	schedule := prepared.Request.Schedule
	limit := schedule.Expiry(prepared.Spec) + deployment.ExpiryMargin
	if schedule.StartTime != nil {
		limit += max(0, schedule.StartTime.Sub(e.serverClock.Now()))
	}
	return limit
}

// remainingTime returns how long the actions can still take. It returns false if one is not issued
// yet.
func (e *environment) remainingTime(parts []deployment.Part) (time.Duration, bool) {
	longest, now := time.Duration(0), e.serverClock.Now()
	for _, part := range parts {
		if part.ExpirationTime == nil {
			return 0, false
		}
		longest = max(longest, part.ExpirationTime.Sub(now))
	}
	return longest + deployment.ExpiryMargin, true
}

// environmentFrom returns the environment in the provider data of a resource or data source. It is
// nil before the provider is configured, such as during validation.
func environmentFrom(data any, diags *diag.Diagnostics) *environment {
	if data == nil {
		return nil
	}
	env, ok := data.(*environment)
	if !ok {
		diags.AddError("Bug in the provider", fmt.Sprintf("The provider data has the unexpected type %T. Please "+
			"report this.", data))
	}
	return env
}

// logPause logs that a request pauses because the server is throttling it or asks for a pause. A
// person then sees what the command waits for.
func logPause(ctx context.Context, pause gateway.Pause) {
	fields := map[string]any{"status": pause.Status, "pause": pause.Length.String()}
	message := "a request to Tanium pauses"
	switch {
	case pause.Requested > pause.Length:
		fields["requested"] = pause.Requested.String()
		message += ", for less than the server asks for"
	case pause.Requested > 0:
		message += ", as the server asks for"
	}
	conceal.LogInfo(ctx, message, fields)
}

// logRepeat logs that a request got no answer and is sent again.
func logRepeat(ctx context.Context, repeat gateway.Repeat) {
	conceal.LogWarn(ctx, "no answer from Tanium, trying again", map[string]any{
		"host": repeat.Host, "attempt": repeat.Attempt, "attempts": repeat.Attempts, "reason": repeat.Reason,
	})
}
