// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// ExpiryMargin is how long after its expiry Tanium may take to report an action as closed, and how
// long a watch reads the counters of an action that is over on while they show endpoints under way
// (API.md#expiry). A stopped action is no exception: commands that run at the stop go on.
const ExpiryMargin = 2 * time.Minute

// Reporting reports whether an action is over and its counters show endpoints under way, which may
// still report.
func (p Part) Reporting() bool { return Terminal(p.Status) && underway(p.Results) > 0 }

// unreported counts the endpoints for which a wait reads an action on that is over. One that waits
// does not start an action that was stopped (API.md#stop-and-delete). If it has started it just
// before, a refresh finds out.
func (p Part) unreported(results gateway.ActionResults) int {
	if p.Status == gateway.ActionStatusStopped {
		results.Waiting = 0
	}
	return underway(results)
}

// closing is what a watch has seen of the end of a part.
type closing struct {
	// seen reports that the part was read as over, first at the time since.
	seen  bool
	since time.Time
	// settled reports that nothing is expected any more of the part: no endpoint is under way,
	// ExpiryMargin has passed, or Tanium has purged it.
	settled bool
}

// take takes the result of a read at a time. Once ExpiryMargin has passed, a read that fails counts
// as well: the part stays as it was last read.
func (c *closing) take(policy Policy, part Part, read bool, now time.Time) {
	if read && !c.seen && part.ActionID != "" && Terminal(part.Status) {
		c.seen, c.since = true, now
	}
	idle := part.unreported(policy.total([]Part{part})) == 0
	c.settled = c.seen && (idle || now.Sub(c.since) >= ExpiryMargin)
}

// reporting reports whether endpoints may still report for the part.
func (c closing) reporting() bool { return c.seen && !c.settled }

// allSettled reports whether nothing is expected any more of any part.
func allSettled(ends []closing) bool {
	return !slices.ContainsFunc(ends, func(end closing) bool { return !end.settled })
}

// readsOn reports whether a deployment is finished only because it is over, while endpoints may
// still report.
func (p Policy) readsOn(parts []Part, targeted *int, ends []closing) bool {
	return allOver(parts) && !p.reached(parts, targeted) && !allSettled(ends)
}

// lost reports whether a deployment with several parts cannot succeed any more: somebody stopped
// one before its endpoints were done, and no failure is accepted. The others may go on for hours.
func (p Policy) lost(parts []Part, targeted *int, ends []closing) bool {
	if len(parts) == 1 || !p.acceptsNone() || p.Judge(parts, targeted).Succeeded {
		return false
	}
	for i, part := range parts {
		unfinished := underway(part.Results) > 0 || ended(part.Results) == 0
		if part.Status == gateway.ActionStatusStopped && ends[i].settled && unfinished {
			return true
		}
	}
	return false
}

// acceptsNone reports whether the policy accepts no failure.
func (p Policy) acceptsNone() bool {
	return p.MinCompletedPercent == nil && (p.maxFailedPercent() == 0 || p.MaxFailed != nil && *p.MaxFailed == 0)
}

// allOver reports whether every part is over.
func allOver(parts []Part) bool {
	return !slices.ContainsFunc(parts, func(part Part) bool { return !Terminal(part.Status) })
}

// Completes reports whether the counters of a deployment that is over have changed since a verdict
// on them that was made while endpoints were under way.
func (p Policy) Completes(before, after []Part) bool {
	return len(before) == len(after) && allOver(before) && allOver(after) && underway(p.total(before)) > 0 &&
		Total(before) != Total(after) &&
		slices.EqualFunc(before, after, func(a, b Part) bool { return a.ActionID == b.ActionID })
}
