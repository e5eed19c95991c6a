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

// Validate reports problems of the schedule that can be found without a request to Tanium.
func (s Schedule) Validate(at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	if s.EndTime != nil && s.ReissueSeconds == nil {
		problems = append(problems,
			catalog.Problem{Path: at.At("end_time"), Summary: "End time for a non-recurring action",
				Detail: "end_time ends a recurring action. Set reissue_seconds, or remove end_time. To limit how " +
					"long endpoints may start an action that does not recur, set expire_seconds."})
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

// checkTime reports an end time in the past: the action would never be issued.
func (s Schedule) checkTime(now time.Time, at catalog.Path) []catalog.Problem {
	if s.EndTime == nil || s.EndTime.After(now) {
		return nil
	}
	return []catalog.Problem{{Path: at.At("end_time"), Summary: "End time is in the past",
		Detail: fmt.Sprintf("The action would be issued until %s. It is %s now, so the action would never run. "+
			"Set a later end_time.",
			s.EndTime.Format(timeFormat), now.UTC().Format(timeFormat))}}
}

// timeFormat is the form of a time in a message.
const timeFormat = "2006-01-02 15:04:05 MST"

// FormatTime returns a time as messages show it.
func FormatTime(at time.Time) string { return at.UTC().Format(timeFormat) }

// check reports parameters and a schedule that do not fit the package. Tanium does not check the
// number and names of parameters: a wrong one fails at the endpoint.
func (r Request) check(spec *gateway.PackageSpec) []catalog.Problem {
	at := catalog.Path{"package"}
	problems := r.Package.checkParameters(spec, at)
	problems = append(problems, r.Package.checkSensorSourced(spec, at)...)
	return append(problems, r.Schedule.check(spec, catalog.Path{"schedule"})...)
}

func (p Package) checkParameters(spec *gateway.PackageSpec, at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	parameters := catalog.Positional(spec)
	limit := func(name string, given int) {
		if given > len(parameters) {
			path := at.At(name, len(parameters))
			problems = append(problems, catalog.Problem{Path: path, Summary: "Too many parameters",
				Detail: fmt.Sprintf("The package %q takes %s, and the configuration gives %s. "+
					"Tanium would ignore the extra values.%s",
					spec.Name, count(len(parameters), "parameter"), count(given, "value"), labels(parameters))})
		}
	}
	limit("parameters", len(p.Parameters))
	limit("parameters_wo", len(p.Secrets.Parameters))
	for i, parameter := range parameters {
		// An empty default counts as no default: a tagging package that runs with it adds no tag.
		if p.parameter(i) != nil || (parameter.DefaultValue != nil && *parameter.DefaultValue != "") {
			continue
		}
		path := at.At("parameters")
		if i < len(p.Parameters) {
			path = path.At(i)
		}
		problems = append(problems, catalog.Problem{Path: path, Summary: "Missing parameter",
			Detail: fmt.Sprintf("The package %q has no default for the parameter %s (%s). Give a value.", spec.Name,
				parameter.Key, parameter.Label)})
	}
	return problems
}

func (p Package) checkSensorSourced(spec *gateway.PackageSpec, at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	names := make([]string, 0, len(spec.SensorSourcedParams))
	for _, parameter := range spec.SensorSourcedParams {
		names = append(names, parameter.Name)
		_, given := p.SensorSourced[parameter.Name]
		if _, secret := p.Secrets.SensorSourced[parameter.Name]; !given && !secret {
			path := at.At("sensor_sourced_parameters")
			problems = append(problems, catalog.Problem{Path: path, Summary: "Missing sensor-sourced parameter",
				Detail: fmt.Sprintf("The package %q needs a value for the sensor-sourced parameter %q. The API does "+
					"not take it from the sensor.", spec.Name, parameter.Name)})
		}
	}
	unknown := func(given map[string]string, at catalog.Path) {
		for _, name := range slices.Sorted(maps.Keys(given)) {
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
	}
	unknown(p.SensorSourced, at.At("sensor_sourced_parameters"))
	unknown(p.Secrets.SensorSourced, at.At("sensor_sourced_parameters_wo"))
	return problems
}

func (s Schedule) check(spec *gateway.PackageSpec, at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	minimum := s.minExpireSeconds(spec)
	if s.ExpireSeconds != nil && *s.ExpireSeconds < minimum {
		problems = append(problems,
			catalog.Problem{Path: at.At("expire_seconds"), Summary: "Action would expire too early",
				Detail: fmt.Sprintf("expire_seconds is %d. For the package %q it must be at least %d, the larger of "+
					"the package's own expiry (%d s) and its command timeout plus distribute_seconds (%d s).",
					*s.ExpireSeconds, spec.Name, minimum, spec.ExpireSeconds, s.commandSeconds(spec))})
	}
	if s.ReissueSeconds != nil && s.ExpireSeconds == nil && *s.ReissueSeconds <= minimum {
		problems = append(problems, reissueProblem(at, *s.ReissueSeconds, minimum))
	}
	return problems
}

func reissueProblem(at catalog.Path, reissue, expire int) catalog.Problem {
	return catalog.Problem{Path: at.At("reissue_seconds"), Summary: "Action would be reissued before it expires",
		Detail: fmt.Sprintf("reissue_seconds is %d. It must be greater than the expiry of an issued action, %d s.",
			reissue, expire)}
}

// labels lists the keys and labels of parameters as a sentence with a leading space; empty for
// none.
func labels(parameters []gateway.PackageSpecParam) string {
	if len(parameters) == 0 {
		return ""
	}
	list := make([]string, len(parameters))
	for i, parameter := range parameters {
		list[i] = fmt.Sprintf("%s is %q", parameter.Key, parameter.Label)
	}
	return " " + strings.Join(list, ", ") + "."
}

// count returns a number with its noun, in the plural unless the number is 1.
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
