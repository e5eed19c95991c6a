// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Validate reports what is wrong with a schedule by itself, without asking anybody.
func (s Schedule) Validate(at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	if s.EndTime != nil && s.ReissueSeconds == nil {
		problems = append(problems,
			catalog.Problem{Path: at.At("end_time"), Summary: "End time of an action that does not recur",
				Detail: "end_time ends the reissuing of a recurring action. Give reissue_seconds as well, or remove " +
					"end_time; to bound how long endpoints may still run a single action, use expire_seconds."})
	}
	if s.StartTime != nil && s.EndTime != nil && !s.EndTime.After(*s.StartTime) {
		problems = append(problems,
			catalog.Problem{Path: at.At("end_time"), Summary: "End time is not after the start time",
				Detail: fmt.Sprintf("The action would end at %s and start at %s.", s.EndTime.Format(timeFormat),
					s.StartTime.Format(timeFormat))})
	}
	if s.ReissueSeconds != nil && s.ExpireSeconds != nil && *s.ReissueSeconds <= *s.ExpireSeconds {
		problems = append(problems, reissueProblem(at, *s.ReissueSeconds, *s.ExpireSeconds))
	}
	return problems
}

// CheckTime reports a schedule that can never issue an action any more.
func (s Schedule) CheckTime(now time.Time, at catalog.Path) []catalog.Problem {
	if s.EndTime == nil || s.EndTime.After(now) {
		return nil
	}
	return []catalog.Problem{{Path: at.At("end_time"), Summary: "End time is in the past",
		Detail: fmt.Sprintf("The action would be issued until %s, and it is %s now: it would never run. "+
			"Give a later end_time.",
			s.EndTime.Format(timeFormat), now.UTC().Format(timeFormat))}}
}

const timeFormat = "2006-01-02 15:04:05 MST"

// Check reports what of a request does not fit the package it runs: the number and names of its
// parameters, which Tanium accepts as they come and fails on at the endpoint, and the arithmetic of
// its schedule.
func (r Request) Check(spec *gateway.PackageSpec, at catalog.Path) []catalog.Problem {
	problems := r.Package.checkParameters(spec, at.At("package", "parameters"))
	problems = append(problems, r.Package.checkSensorSourced(spec, at.At("package", "sensor_sourced_parameters"))...)
	return append(problems, r.Schedule.check(spec, at.At("schedule"))...)
}

func (p Package) checkParameters(spec *gateway.PackageSpec, at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	wanted := catalog.Positional(spec)
	if len(p.Parameters) > len(wanted) {
		problems = append(problems, catalog.Problem{Path: at.At(len(wanted)), Summary: "Too many parameters",
			Detail: fmt.Sprintf("The package %q takes %s, and the configuration gives %s. "+
				"Tanium would ignore the surplus.%s",
				spec.Name, count(len(wanted), "parameter"), count(len(p.Parameters), "value"), describe(wanted))})
	}
	for i, parameter := range wanted {
		// An empty default is how a package says that there is none: run with it, a tagging package
		// tags nothing.
		if p.parameter(i) != nil || (parameter.DefaultValue != nil && *parameter.DefaultValue != "") {
			continue
		}
		where := at
		if i < len(p.Parameters) {
			where = at.At(i)
		}
		problems = append(problems, catalog.Problem{Path: where, Summary: "Missing parameter",
			Detail: fmt.Sprintf("The package %q needs a value for %s (%s), for which it has no default.", spec.Name,
				parameter.Key, parameter.Label)})
	}
	return problems
}

func (p Package) checkSensorSourced(spec *gateway.PackageSpec, at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	names := make([]string, 0, len(spec.SensorSourcedParams))
	for _, parameter := range spec.SensorSourcedParams {
		names = append(names, parameter.Name)
		if _, given := p.SensorSourced[parameter.Name]; !given {
			problems = append(problems, catalog.Problem{Path: at, Summary: "Missing sensor-sourced parameter",
				Detail: fmt.Sprintf("The package %q needs a value for %q. In the API nothing is taken from the "+
					"sensor: the value is what you pass.", spec.Name, parameter.Name)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.SensorSourced)) {
		if slices.Contains(names, name) {
			continue
		}
		detail := fmt.Sprintf("The package %q has no sensor-sourced parameters.", spec.Name)
		if len(names) > 0 {
			detail = fmt.Sprintf("The package %q has no sensor-sourced parameter %q.%s", spec.Name,
				name, catalog.Suggest(name, names))
		}
		problems = append(problems, catalog.Problem{
			Path:    at.At(catalog.Key(name)),
			Summary: "Unknown sensor-sourced parameter",
			Detail:  detail,
		})
	}
	return problems
}

func (s Schedule) check(spec *gateway.PackageSpec, at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	least := s.MinExpireSeconds(spec)
	if s.ExpireSeconds != nil && *s.ExpireSeconds < least {
		problems = append(problems,
			catalog.Problem{Path: at.At("expire_seconds"), Summary: "Action would expire too early",
				Detail: fmt.Sprintf("With the package %q, expire_seconds must be at least %d: "+
					"the larger of the package's own expiry (%d s) and its command timeout plus distribute_seconds "+
					"(%d s). It is %d.", spec.Name, least, spec.ExpireSeconds, s.commandSeconds(spec),
					*s.ExpireSeconds)})
	}
	if s.ReissueSeconds != nil && s.ExpireSeconds == nil && *s.ReissueSeconds <= least {
		problems = append(problems, reissueProblem(at, *s.ReissueSeconds, least))
	}
	return problems
}

func reissueProblem(at catalog.Path, reissue, expire int) catalog.Problem {
	return catalog.Problem{Path: at.At("reissue_seconds"), Summary: "Action would be reissued before it expires",
		Detail: fmt.Sprintf("reissue_seconds must be greater than the expiry of one issue, which is %d s; it is %d.",
			expire, reissue)}
}

func describe(parameters []gateway.PackageSpecParam) string {
	if len(parameters) == 0 {
		return ""
	}
	list := make([]string, len(parameters))
	for i, parameter := range parameters {
		list[i] = fmt.Sprintf("%s is %q", parameter.Key, parameter.Label)
	}
	return " " + strings.Join(list, ", ") + "."
}

// count is a number and its noun.
func count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	default:
		return fmt.Sprintf("%d %ss", n, noun)
	}
}
