// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Guard bounds the endpoints that a deployment may reach. A deployment outside of it is not sent.
type Guard struct {
	// Min is the least number of endpoints. 0 allows a deployment that reaches nobody.
	Min int
	// Max is the greatest number of endpoints; nil for none.
	Max *int
	// Expected is the number somebody has looked at before; nil for none.
	Expected *int
	// MaxGrowthPercent is how much more than Expected may be reached, in percent of it.
	MaxGrowthPercent float64
	// Allowed are the only endpoints that may be reached, by ID; nil for all.
	Allowed []string
}

// SampleSize is how many endpoints a preview must name for the guard to judge it, given how many
// are wanted anyway. One more than are allowed is enough: it cannot be allowed.
func (g Guard) SampleSize(wanted int) int {
	if g.Allowed == nil {
		return wanted
	}
	return max(wanted, len(g.Allowed)+1)
}

// Check reports how a reach is outside of the guard. The paths are those of a configuration with
// the attributes guard and targets.
func (g Guard) Check(reach targeting.Reach) []catalog.Problem {
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
		report(catalog.Path{"targets"}, "No endpoint matches", "The deployment would reach no endpoint: "+
			"none that is asked belongs to the action group and meets every other condition. "+
			"Check the conditions with the data source tanium_endpoints. If reaching nobody is all right, set guard "+
			"{ min_endpoints = 0 }.%s", partly(reach))
	case reach.Count < g.Min:
		report(guard.At("min_endpoints"), "Too few endpoints",
			"The deployment would reach %s, and the guard asks for at least %d.%s", count(reach.Count, "endpoint"),
			g.Min, partly(reach))
	}
	if g.Max != nil && reach.Count > *g.Max {
		report(guard.At("max_endpoints"), "Too many endpoints",
			"The deployment would reach %s, and the guard allows at most %d.", count(reach.Count, "endpoint"), *g.Max)
	}
	if g.Expected != nil {
		if most := float64(*g.Expected) * (1 + g.MaxGrowthPercent/100); float64(reach.Count) > most {
			report(guard.At("expected_endpoints"), "More endpoints than expected",
				"The deployment would reach %s, where %d were expected and %g %% more are allowed. "+
					"Check which endpoints it reaches before you allow more.", count(reach.Count, "endpoint"),
				*g.Expected, g.MaxGrowthPercent)
		}
	}
	if g.Allowed != nil {
		at, notAllowed, unnamed := guard.At("allowed_endpoint_ids"), g.notAllowed(reach), reach.Count-len(reach.Sample)
		switch {
		case len(notAllowed) > 0:
			more := ""
			if unnamed > 0 {
				more = fmt.Sprintf(" and possibly %d more", unnamed)
			}
			report(at, "Endpoints that are not allowed",
				"The deployment would reach endpoints that are not among the allowed: %s%s.",
				strings.Join(notAllowed, ", "), more)
		case reach.Count > len(g.Allowed):
			report(at, "More endpoints than allowed", "The deployment would reach %s, and %d are allowed.",
				count(reach.Count, "endpoint"), len(g.Allowed))
		case unnamed > 0: // fewer were listed than were asked for
			report(at, "Endpoints that are not known",
				"The deployment would reach %s, and Tanium lists %d of them: whether the others are "+
					"allowed is not known.", count(reach.Count, "endpoint"), len(reach.Sample))
		}
	}
	return problems
}

// notAllowed names the endpoints in the sample that are not allowed.
func (g Guard) notAllowed(reach targeting.Reach) []string {
	var names []string
	for _, endpoint := range reach.Sample {
		if !slices.Contains(g.Allowed, endpoint.Id) {
			names = append(names, fmt.Sprintf("%s (%s)", endpoint.Name, endpoint.Id))
		}
	}
	return names
}

func partly(reach targeting.Reach) string {
	if reach.Complete {
		return ""
	}
	return " Not all endpoints had answered when this was counted."
}
