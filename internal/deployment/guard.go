// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Guard limits the endpoints that a deployment may reach. A deployment outside the limits is not
// sent.
type Guard struct {
	// Min is the minimum number of endpoints. 0 allows a deployment that reaches no endpoint.
	Min int
	// Max is the maximum number of endpoints; nil for no maximum.
	Max *int
	// Expected is the number of endpoints that the user expects, usually from an earlier preview;
	// nil for none.
	Expected *int
	// MaxGrowthPercent is the number of endpoints that may be reached beyond Expected and beyond
	// Reviewed, in percent of each.
	MaxGrowthPercent float64
	// Allowed are the IDs of the only endpoints that may be reached; nil for all endpoints.
	Allowed []string
	// Reviewed are the endpoints that were reviewed in the plan; nil for none.
	Reviewed *Reviewed
}

// Exact returns the IDs of the reviewed endpoints, ordered, if the deployment can name them: Tanium
// then keeps every other endpoint from running the action, also one that comes online later. It is
// nil if there are more than Tanium accepts, or if others may be added.
func (g Guard) Exact() []string {
	if g.Reviewed == nil || g.Reviewed.growth(g.MaxGrowthPercent) > 0 ||
		len(g.Reviewed.Names) > targeting.MaxEndpointIDs {
		return nil
	}
	return slices.SortedFunc(maps.Keys(g.Reviewed.Names), gateway.CompareIDs)
}

// sampleSize returns the number of endpoints that a preview must name so that the guard can check
// it, at least the given size. One name more than Allowed has, or than was reviewed and may be
// added, is enough: such a sample has an endpoint that is not allowed.
func (g Guard) sampleSize(size int) int {
	if g.Allowed != nil {
		size = max(size, len(g.Allowed)+1)
	}
	if g.Reviewed != nil {
		size = max(size, len(g.Reviewed.Names)+g.Reviewed.growth(g.MaxGrowthPercent)+1)
	}
	return size
}

// Limited reports whether the guard has an upper limit. It then requires a complete count.
func (g Guard) Limited() bool {
	return g.Max != nil || g.Expected != nil || g.Allowed != nil || g.Reviewed != nil
}

const (
	// maxNames is the maximum number of endpoints that a message about a limit names.
	maxNames = 10
	// defaultGroup is the action group that reaches no endpoint (API.md#targets).
	defaultGroup = "Default"
)

// hasRun is what to do about targets that no endpoint matches because the action has worked.
const hasRun = "If an apply was killed, its action may have run already: find it with the data source " +
	"tanium_scheduled_actions, and import it."

// check reports every limit that a reach exceeds. The paths are those of a configuration with the
// attributes guard and targets.
func (g Guard) check(reach targeting.Reach) []catalog.Problem {
	var problems []catalog.Problem
	report := func(at catalog.Path, summary, detail string, values ...any) {
		problems = append(problems, catalog.Problem{
			Path:    at,
			Summary: summary,
			Detail:  fmt.Sprintf(detail, values...) + " Nothing was deployed.",
		})
	}
	guard := catalog.Path{"guard"}
	switch {
	case reach.Count == 0 && g.Min > 0:
		if reach.ActionGroup == defaultGroup {
			report(catalog.Path{"targets", "action_group"}, "No endpoint matches", "The action group %q reaches no "+
				"endpoint. Name another action group, such as \"All Computers\".", defaultGroup)
			break
		}
		report(catalog.Path{"targets"}, "No endpoint matches", "The deployment would reach no endpoint: "+
			"no endpoint that answered belongs to the action group %q and meets every other condition. "+
			"Check the conditions with the data source tanium_endpoints. %s To allow a deployment that reaches no "+
			"endpoint, set guard { min_endpoints = 0 }.%s", reach.ActionGroup, hasRun, incompleteNote(reach))
	case reach.Count < g.Min:
		report(guard.At("min_endpoints"), "Too few endpoints",
			"The deployment would reach %s. The guard requires at least %d. Check targets before you decrease it.%s",
			NamedEndpoints(reach, maxNames), g.Min, incompleteNote(reach))
	}
	if g.Max != nil && reach.Count > *g.Max {
		report(guard.At("max_endpoints"), "Too many endpoints",
			"The deployment would reach %s. The guard allows at most %d. Check targets before you increase it.",
			NamedEndpoints(reach, maxNames), *g.Max)
	}
	if g.Expected != nil {
		// Multiplied, because the quotient of whole numbers would be rounded.
		if 100*float64(reach.Count) > float64(*g.Expected)*(100+g.MaxGrowthPercent) {
			report(guard.At("expected_endpoints"), "More endpoints than expected",
				"The deployment would reach %s. The guard expects %d and allows %g %% more. "+
					"Check the endpoints before you allow more.", NamedEndpoints(reach, maxNames),
				*g.Expected, g.MaxGrowthPercent)
		}
	}
	if g.Allowed != nil {
		at, notAllowed, unnamed := guard.At("allowed_endpoint_ids"), g.notAllowed(reach), reach.Count-len(reach.Sample)
		switch {
		case len(notAllowed) > 0:
			more := ""
			if cut := len(notAllowed) - maxNames; cut > 0 {
				more = fmt.Sprintf(" and %d more", cut)
				notAllowed = notAllowed[:maxNames]
			}
			if unnamed > 0 {
				more += fmt.Sprintf(", and possibly %d others", unnamed)
			}
			report(at, "Endpoints not allowed",
				"The deployment would reach endpoints that the guard does not allow: %s%s.",
				strings.Join(notAllowed, ", "), more)
		case reach.Count > len(g.Allowed):
			report(at, "More endpoints than allowed", "The deployment would reach %s. The guard allows %d.",
				count(reach.Count, "endpoint"), len(g.Allowed))
		case unnamed > 0: // Tanium named fewer endpoints than requested
			report(at, "Unknown endpoints",
				"The deployment would reach %s. Tanium lists only %d of them, so it is unknown whether the "+
					"others are allowed.", count(reach.Count, "endpoint"), len(reach.Sample))
		}
	}
	if g.Reviewed != nil {
		problems = append(problems, g.Reviewed.checkReach(reach, g.MaxGrowthPercent, guard.At("reviewed"))...)
	}
	if g.Limited() && !reach.Complete && problems == nil {
		report(guard, "Endpoints were not all counted",
			"The deployment would reach at least %s. %s at the time of the count, so the guard cannot be checked. "+
				"Try again. To wait longer for answers, increase stable_wait_time and max_refreshes in "+
				"preview { source { live { } } }.", NamedEndpoints(reach, maxNames), answered(reach))
	}
	return problems
}

// notAllowed returns the names and IDs of the endpoints in the sample that are not allowed.
func (g Guard) notAllowed(reach targeting.Reach) []string {
	var names []string
	for _, endpoint := range reach.Sample {
		if !slices.Contains(g.Allowed, endpoint.Id) {
			names = append(names, fmt.Sprintf("%s (%s)", endpoint.Name, endpoint.Id))
		}
	}
	return names
}

// incompleteNote returns a sentence for an incomplete count, with a leading space; empty for a
// complete one.
func incompleteNote(reach targeting.Reach) string {
	if reach.Complete {
		return ""
	}
	return fmt.Sprintf(" %s at the time of the count.", answered(reach))
}

// answered returns a clause with the number of endpoints that answered an incomplete count.
func answered(reach targeting.Reach) string {
	if reach.Answered == nil || reach.Asked == nil || *reach.Answered >= *reach.Asked {
		return "Not all endpoints had answered"
	}
	return fmt.Sprintf("Only %d of %s had answered", *reach.Answered, count(*reach.Asked, "endpoint"))
}
