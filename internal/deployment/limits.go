// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Limits are limits of an organisation. They hold for every deployment of a run, beside its guard.
// There may be several: all of them hold, so the strictest one decides. The zero value of a field
// is no limit.
type Limits struct {
	// Where returns where the limit with a name is set, for messages.
	Where func(name string) string
	// MaxEndpoints is the maximum number of endpoints of a deployment.
	MaxEndpoints *int
	// MaxEndpointsPerRun is the maximum number of endpoints of all deployments of a run. An
	// endpoint counts once for each deployment that reaches it.
	MaxEndpointsPerRun *int
	// AllowedActionGroups are the only action groups, by name or ID; nil for all.
	AllowedActionGroups []string
	// AllowedPackages are the only packages, by name or ID; nil for all. An operation is
	// operationPrefix and its name, because Tanium picks its packages.
	AllowedPackages []string
	// DeniedPackages are packages that may not be run, by name or ID. An operation is as in
	// AllowedPackages.
	DeniedPackages []string
	// RequireGuard requires an upper limit in the guard of every deployment.
	RequireGuard bool
	// Invalid are the limits that cannot be read; nil for none. No deployment is made then, but
	// everything else goes on: a destroy must be able to cancel an action.
	Invalid []catalog.Problem
}

// Names of the limits in a configuration.
const (
	LimitNameEndpoints       = "max_endpoints"
	LimitNameEndpointsPerRun = "max_endpoints_per_run"
	LimitNameActionGroups    = "allowed_action_groups"
	LimitNameAllowedPackages = "allowed_packages"
	LimitNameDeniedPackages  = "denied_packages"
	LimitNameRequireGuard    = "require_guard"
)

// operationPrefix begins the name of an operation among the names of packages.
const operationPrefix = "operation:"

// counts reports whether a limit needs a complete count.
func (l Limits) counts() bool { return l.MaxEndpoints != nil || l.MaxEndpointsPerRun != nil }

// countLimit returns the name of the limit that needs a complete count.
func (l Limits) countLimit() string {
	if l.MaxEndpoints == nil {
		return LimitNameEndpointsPerRun
	}
	return LimitNameEndpoints
}

// problem returns the problem of a deployment that a limit refuses, at the argument at fault.
func (l Limits) problem(at catalog.Path, name, summary, detail string, values ...any) catalog.Problem {
	return catalog.Problem{
		Path:    at,
		Summary: "Limit of the organisation: " + summary,
		Detail: fmt.Sprintf(detail, values...) + fmt.Sprintf(" The limit is %s. A configuration cannot lift it. "+
			"Nothing was deployed.", l.Where(name)),
	}
}

// checkLimits reports what the limits do not allow, apart from numbers of endpoints, as far as it
// is known.
func (p *Preparer) checkLimits(
	ctx context.Context, prepared Prepared, options PrepareOptions,
) (problems []catalog.Problem, err error) {
	for _, limits := range p.Limits {
		problems = append(problems, limits.Invalid...)
		unknown, err := p.unknownNames(ctx, limits)
		if err != nil {
			return problems, err
		}
		problems = append(problems, unknown...)
		problems = append(problems, limits.checkWork(prepared, options.Known)...)
		if options.Known.Targets && limits.AllowedActionGroups != nil {
			group, err := p.Catalog.ActionGroup(ctx, prepared.Request.Targets.ActionGroup)
			if err != nil {
				return problems, err
			}
			if group != nil && !slices.Contains(limits.AllowedActionGroups, group.Name) &&
				!slices.Contains(limits.AllowedActionGroups, group.Id) {
				at := catalog.Path{"targets", "action_group"}
				problems = append(problems, limits.problem(at, LimitNameActionGroups, "action group is not allowed",
					"The action group %q is not one of %s.", group.Name, quoted(limits.AllowedActionGroups)))
			}
		}
		if limits.RequireGuard && options.Known.Guard && !options.Guard.Limited() {
			problems = append(problems, limits.problem(catalog.Path{"guard"}, LimitNameRequireGuard, "guard is missing",
				"A deployment requires a guard with an upper limit: reviewed, max_endpoints, expected_endpoints or "+
					"allowed_endpoint_ids."))
		}
		if limits.counts() && options.Preview != nil && options.Preview.RequiredShare() < targeting.MinAnswered {
			problems = append(problems, limits.problem(
				catalog.Path{"preview", "source", "live", "min_percentage"}, limits.countLimit(),
				"count would not suffice", "The count may end before most endpoints have answered. Increase "+
					"min_percentage to at least %g, or remove it.", targeting.MinAnswered))
		}
	}
	return problems, nil
}

// checkWork reports a package or operation that is not allowed.
func (l Limits) checkWork(prepared Prepared, known Known) []catalog.Problem {
	at, names := catalog.Path{"operation"}, []string(nil)
	switch {
	case prepared.Request.Operation != nil:
		names = []string{operationPrefix + prepared.Request.Operation.name()}
	case known.Package && prepared.Spec != nil:
		at, names = catalog.Path{"package"}, []string{prepared.Spec.Name, prepared.Spec.Id}
	default:
		return nil
	}
	// Tanium ignores case in some places, so another spelling does not escape a denial.
	denied := func(name string) bool {
		return slices.ContainsFunc(names, func(own string) bool { return strings.EqualFold(own, name) })
	}
	if slices.ContainsFunc(l.DeniedPackages, denied) {
		return []catalog.Problem{
			l.problem(at, LimitNameDeniedPackages, "package is denied", "%q may not be run.", names[0]),
		}
	}
	allowed := func(name string) bool { return slices.Contains(names, name) }
	if l.AllowedPackages != nil && !slices.ContainsFunc(l.AllowedPackages, allowed) {
		return []catalog.Problem{l.problem(at, LimitNameAllowedPackages, "package is not allowed",
			"%q is not one of %s.", names[0], quoted(l.AllowedPackages))}
	}
	return nil
}

// unknownNames reports names in the limits that Tanium does not have: a limit with a mistake would
// deny nothing, or everything.
func (p *Preparer) unknownNames(ctx context.Context, limits Limits) (problems []catalog.Problem, err error) {
	report := func(name, entry string, found []catalog.Problem) {
		for _, each := range found {
			problems = append(problems, catalog.Problem{
				Summary: "Limit of the organisation names something unknown",
				Detail: fmt.Sprintf("%s has %q. %s Nothing was deployed. The limit is %s.", name, entry, each.Detail,
					limits.Where(name)),
			})
		}
	}
	for name, entries := range map[string][]string{
		LimitNameAllowedPackages: limits.AllowedPackages, LimitNameDeniedPackages: limits.DeniedPackages,
	} {
		for _, entry := range entries {
			if operation, ok := strings.CutPrefix(entry, operationPrefix); ok {
				if !slices.Contains(operationNames(), operation) {
					report(name, entry, []catalog.Problem{{Detail: "There is no such operation." +
						catalog.Suggest(operation, operationNames())}})
				}
				continue
			}
			_, found, err := p.Catalog.Package(ctx, refTo(entry), nil)
			if err != nil {
				return problems, err
			}
			report(name, entry, found)
		}
	}
	for _, entry := range limits.AllowedActionGroups {
		found, err := p.Catalog.CheckActionGroup(ctx, refTo(entry), nil)
		if err != nil {
			return problems, err
		}
		report(LimitNameActionGroups, entry, found)
	}
	slices.SortFunc(problems, func(a, b catalog.Problem) int { return strings.Compare(a.Detail, b.Detail) })
	return problems, nil
}

// names is what the limits name, to be looked up.
func (l Limits) names() (wanted gateway.Wanted) {
	for _, entry := range slices.Concat(l.AllowedPackages, l.DeniedPackages) {
		if !strings.HasPrefix(entry, operationPrefix) {
			wanted.PackageSpecs = append(wanted.PackageSpecs, refTo(entry))
		}
	}
	for _, entry := range l.AllowedActionGroups {
		wanted.ActionGroups = append(wanted.ActionGroups, refTo(entry))
	}
	return wanted
}

// refTo returns a reference by ID if a text has only digits, and by name otherwise.
func refTo(entry string) gateway.Ref {
	if entry != "" && strings.Trim(entry, "0123456789") == "" {
		return gateway.Ref{ID: entry}
	}
	return gateway.Ref{Name: entry}
}

// checkReach reports numbers of endpoints that the limits do not allow. others is the number of
// endpoints of the other deployments of the run.
func (l Limits) checkReach(reach targeting.Reach, others int) []catalog.Problem {
	at := catalog.Path{"targets"}
	var problems []catalog.Problem
	if l.MaxEndpoints != nil && reach.Count > *l.MaxEndpoints {
		problems = append(problems, l.problem(at, LimitNameEndpoints, "too many endpoints",
			"The deployment would reach %s. At most %d are allowed.", NamedEndpoints(reach, maxNames), *l.MaxEndpoints))
	}
	if l.MaxEndpointsPerRun != nil && reach.Count+others > *l.MaxEndpointsPerRun {
		problems = append(problems, l.problem(at, LimitNameEndpointsPerRun, "too many endpoints in one run",
			"The deployment would reach %s, and the other deployments of this run reach %d. At most %d are allowed "+
				"together. An endpoint counts once for each deployment.", NamedEndpoints(reach, maxNames), others,
			*l.MaxEndpointsPerRun))
	}
	if l.counts() && !reach.Complete && problems == nil {
		problems = append(problems, l.problem(at, l.countLimit(), "endpoints were not all counted",
			"The deployment would reach at least %s. %s at the time of the count. Try again. To wait longer for "+
				"answers, increase stable_wait_time and max_refreshes in preview { source { live { } } }.",
			NamedEndpoints(reach, maxNames), answered(reach)))
	}
	return problems
}

// quoted lists texts in quotation marks.
func quoted(texts []string) string {
	if len(texts) == 0 {
		return "none"
	}
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = fmt.Sprintf("%q", text)
	}
	return strings.Join(list, ", ")
}
