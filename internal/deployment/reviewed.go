// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Reviewed is a set of endpoints that was counted for a plan, so that people and policies can
// review it. A deployment is made only if no other endpoint matches, apart from the growth that its
// guard allows. See Exact for endpoints that come online later.
type Reviewed struct {
	// Names are the names of the endpoints, by ID.
	Names map[string]string
	// Count is the number of endpoints that were counted.
	Count int
	// Complete reports that all endpoints were counted, and Truncated that Names lacks some.
	Complete, Truncated bool
	// CountedAt is the time of the count, for messages.
	CountedAt string
	// Targets is the digest of the targets that were counted.
	Targets string
}

// check reports a set that nobody can rely on, and one of other targets; nil targets are not known.
func (r Reviewed) check(targets *targeting.Targets, at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	report := func(summary, detail string) {
		problems = append(problems, catalog.Problem{
			Path: at, Summary: summary, Detail: detail + " Nothing was deployed.",
		})
	}
	switch {
	case targets != nil && (r.Targets != targets.Digest() || r.beyond(targets.EndpointIDs)):
		report("Reviewed set is of other targets", "The set was counted for other targets than those of this "+
			"deployment, or before they were changed. Give the data source tanium_action_preview the same arguments "+
			"in targets, in the same words: a group by name and by ID count as different.")
	case r.Count <= 0 || len(r.Names) == 0:
		report("Reviewed set is empty", fmt.Sprintf("The count of %s found no endpoint, so the deployment may reach "+
			"none. Check the conditions in targets. %s", r.CountedAt, hasRun))
	case r.Truncated || len(r.Names) < r.Count:
		report("Reviewed set is not whole", fmt.Sprintf("The count of %s found %s, and the set names %d. Increase "+
			"max_results of the data source tanium_action_preview, or split the deployment.", r.CountedAt,
			Endpoints(r.Count), len(r.Names)))
	case !r.Complete:
		report("Reviewed set was not counted to the end", fmt.Sprintf("Not all endpoints had answered the count of "+
			"%s. Plan again. To wait longer for answers, increase stable_wait_time and max_refreshes in the block "+
			"source of the data source tanium_action_preview.", r.CountedAt))
	}
	return problems
}

// beyond reports whether the set has an endpoint that targets with endpoint IDs do not reach; false
// without endpoint IDs. A deployment names the set in place of the IDs.
func (r Reviewed) beyond(ids []string) bool {
	if len(ids) == 0 {
		return false
	}
	for id := range r.Names {
		if !slices.Contains(ids, id) {
			return true
		}
	}
	return false
}

// growth returns the number of endpoints that may be reached beyond the reviewed ones.
func (r Reviewed) growth(percent float64) int {
	return int(min(float64(len(r.Names))*percent/100, math.MaxInt32))
}

// outside returns the names and IDs of the endpoints in the sample that were not reviewed.
func (r Reviewed) outside(reach targeting.Reach) []string {
	var names []string
	for _, endpoint := range reach.Sample {
		if _, reviewed := r.Names[endpoint.Id]; !reviewed {
			names = append(names, fmt.Sprintf("%s (%s)", endpoint.Name, endpoint.Id))
		}
	}
	return names
}

// absent returns the names and IDs of the reviewed endpoints that a reach does not have, sorted. It
// returns nil if the reach does not name all of its endpoints.
func (r Reviewed) absent(reach targeting.Reach) []string {
	if len(reach.Sample) < reach.Count {
		return nil
	}
	var absent []string
	for id, name := range r.Names {
		if !slices.ContainsFunc(reach.Sample, func(one gateway.Endpoint) bool { return one.Id == id }) {
			absent = append(absent, fmt.Sprintf("%s (%s)", name, id))
		}
	}
	slices.Sort(absent)
	return absent
}

// checkReach reports endpoints that were not reviewed, beyond the growth that the guard allows.
func (r Reviewed) checkReach(reach targeting.Reach, percent float64, at catalog.Path) []catalog.Problem {
	outside, unnamed, more := r.outside(reach), max(0, reach.Count-len(reach.Sample)), r.growth(percent)
	if len(outside)+unnamed <= more {
		return nil
	}
	shown := outside[:min(maxNames, len(outside))]
	list := strings.Join(shown, ", ")
	if cut := len(outside) - len(shown) + unnamed; cut > 0 && list != "" {
		list += fmt.Sprintf(" and %d more", cut)
	}
	if list == "" {
		list = fmt.Sprintf("%d that Tanium does not name", unnamed)
	}
	allowed := "max_growth_percent allows no other"
	if more > 0 {
		allowed = fmt.Sprintf("max_growth_percent allows %d more", more)
	}
	return []catalog.Problem{{
		Path: at, Summary: "Endpoints were not reviewed",
		Detail: fmt.Sprintf("The deployment would reach %s. These were not reviewed: %s. The reviewed set has %s, "+
			"counted at %s, and %s. Plan again, and review the new set. Nothing was deployed.",
			Endpoints(reach.Count), list, Endpoints(len(r.Names)), r.CountedAt, allowed),
	}}
}
