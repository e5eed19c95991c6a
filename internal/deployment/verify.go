// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Verification counts the endpoints that match the targets of a remediation after its action, until
// few enough do.
type Verification struct {
	// Previews count the endpoints, and Clock times the pauses between two counts.
	Previews *targeting.Previews
	Clock    Clock
	// Targets are the endpoints that are out of compliance.
	Targets targeting.Targets
	// Sample is the maximum number of endpoints to name.
	Sample int
	// Accepts reports whether a number of remaining endpoints is accepted.
	Accepts func(remaining int) bool
	// Timeout is how long endpoints may take to leave the targets.
	Timeout time.Duration
}

// Pauses between two counts of a verification. Each doubles the one before: most endpoints report
// at once, and a question reaches all of them.
const (
	firstVerifyPause = 5 * time.Second
	lastVerifyPause  = time.Minute
)

// FreshSource asks the endpoints that are online for readings not older than a minute: a sensor may
// otherwise answer with one from before the action.
func FreshSource() *gateway.EndpointSource {
	source, age := targeting.LiveSource(), reportMaxAge
	source.Ts.MaxAge = &age
	return source
}

// Verify counts until the remaining endpoints are accepted or the timeout passes, and returns the
// last count. verified reports that it is complete and accepted: a count that fails or is
// incomplete is never taken for few endpoints. The error is that of the last count, or of the
// context.
func (v Verification) Verify(ctx context.Context) (reach targeting.Reach, verified bool, err error) {
	options := targeting.PreviewOptions{
		Source: FreshSource(), MaxRefreshes: targeting.MaxRefreshes, Sample: v.Sample,
	}
	begun, pause := v.Clock.Now(), firstVerifyPause
	for {
		counted, failure := v.Previews.Get(ctx, v.Targets, options)
		if err = failure; failure == nil {
			reach = counted
			if reach.Complete && v.Accepts(reach.Count) {
				return reach, true, nil
			}
		}
		left := v.Timeout - v.Clock.Now().Sub(begun)
		if ctx.Err() != nil || left <= 0 {
			return reach, false, err
		}
		select {
		case <-ctx.Done():
			return reach, false, ctx.Err()
		case <-v.Clock.After(min(pause, left)):
		}
		pause = min(2*pause, lastVerifyPause)
	}
}

// Unverified returns how many of the endpoints that an action was sent to do not answer now, and
// the first of them. Nobody knows whether these are compliant. counted are the first endpoints that
// were counted before the deployment, and targeted is the number of all.
//
// If all of them are known by name and few, it asks for these; see Unanswered. If they are many, it
// asks for all that have reported the action: one that answers and never ran it counts as
// unverified then. If some are not known, it asks how many have reported the action: then, one that
// came online later hides one that does not answer.
func Unverified(
	ctx context.Context, client *gateway.Client, counted []gateway.Endpoint, targeted int, parts []Part,
) (missing int, named []gateway.Endpoint, err error) {
	known := len(counted) >= targeted
	if known && len(counted) <= maxCounted {
		named, err = Unanswered(ctx, client, counted)
		return len(named), named, err
	}
	reports, most := ReportQuery{ActionIDs: issuedActions(parts)}, 1
	if len(reports.ActionIDs) == 0 {
		return targeted, nil, nil
	}
	if known {
		most = math.MaxInt // others have come online since
	}
	answer, err := targeting.Collect(ctx, client, reports.question(reports.ActionIDs, most))
	if err != nil || !known {
		return max(0, targeted-answer.Total), nil, err
	}
	named = silentOf(counted, answer.Endpoints)
	return len(named), named, nil
}

// Unanswered returns those of some endpoints that do not answer now. It asks one question for each
// maxCounted of them.
func Unanswered(
	ctx context.Context, client *gateway.Client, endpoints []gateway.Endpoint,
) (silent []gateway.Endpoint, err error) {
	for some := range slices.Chunk(endpoints, maxCounted) {
		ids := targeting.Filter{Any: true}
		for _, endpoint := range some {
			ids.Filters = append(ids.Filters, targeting.Filter{Path: "id", Value: &endpoint.Id})
		}
		answer, err := targeting.Collect(ctx, client, targeting.Query{
			Source: targeting.LiveSource(), MaxRefreshes: targeting.MaxRefreshes, MaxResults: len(some),
			Filter: ids.EndpointFilter(),
		})
		if err != nil {
			return nil, err
		}
		silent = append(silent, silentOf(some, answer.Endpoints)...)
	}
	return silent, nil
}

// silentOf returns those of some endpoints that are not among those that answered.
func silentOf(endpoints, answered []gateway.Endpoint) (silent []gateway.Endpoint) {
	answers := map[string]bool{}
	for _, endpoint := range answered {
		answers[endpoint.Id] = true
	}
	for _, endpoint := range endpoints {
		if !answers[endpoint.Id] {
			silent = append(silent, endpoint)
		}
	}
	return silent
}

// issuedActions returns the IDs of the actions that parts have issued.
func issuedActions(parts []Part) []string {
	var ids []string
	for _, part := range parts {
		if part.ActionID != "" {
			ids = append(ids, part.ActionID)
		}
	}
	return ids
}
