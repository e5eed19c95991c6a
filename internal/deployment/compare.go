// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// allComputers is the computer group that Tanium targets if a deployment names no target group
// (API.md#targets).
const allComputers = "All Computers"

// Differences compares a request with an existing scheduled action and reports each difference as a
// problem. A filter, endpoint IDs and platforms cannot be compared, because Tanium folds them into
// one group (API.md#shown-targets). A value that Tanium does not show is not a difference. The
// package is nil for an operation.
func (r Request) Differences(
	ctx context.Context, lookup *catalog.Catalog, spec *gateway.PackageSpec, found *gateway.ScheduledActionDetails,
) ([]catalog.Problem, error) {
	var differences []catalog.Problem
	differ := func(at catalog.Path, tanium, configured string) {
		differences = append(differences, Different(at, tanium, configured))
	}
	if r.Operation == nil && spec != nil {
		r.comparePackage(spec, found.Package, differ)
	}
	at := catalog.Path{"targets"}
	if group := found.Targets.ActionGroup; named(group) && !same(group, r.Targets.ActionGroup) {
		differ(at.At("action_group"), describeRef(group), r.Targets.ActionGroup.String())
	}
	group, err := lookup.ExistingGroup(ctx, found.Targets.TargetGroup)
	if err != nil {
		return nil, err
	}
	if group != nil {
		r.compareGroup(*group, at, differ)
	}
	r.Schedule.compare(spec, found, catalog.Path{"schedule"}, differ)
	return differences, nil
}

// Different describes an argument that is not as Tanium shows it. Both values are for people.
func Different(at catalog.Path, tanium, configured string) catalog.Problem {
	return catalog.Problem{Path: at, Summary: "Different from the scheduled action",
		Detail: fmt.Sprintf("it is %s in Tanium and %s in the configuration", tanium, configured)}
}

// differFunc records a difference between the value in Tanium and the configured value.
type differFunc func(at catalog.Path, tanium, configured string)

func (r Request) comparePackage(spec *gateway.PackageSpec, found gateway.ScheduledActionPackage, differ differFunc) {
	at := catalog.Path{"package"}
	// An action with parameters may show a derived package, which has another ID and the name of
	// the original package.
	ref := gateway.NamedRef{Id: found.Id, Name: found.Name}
	if named(ref) && !same(ref, gateway.Ref{ID: spec.Id}) && !same(ref, gateway.Ref{Name: spec.Name}) {
		differ(at, describeRef(ref), fmt.Sprintf("%q", spec.Name))
		return
	}
	sent := r.Package.input(spec)
	if found.Params != nil && !slices.EqualFunc(found.Params, sent.Params, shows) {
		if r.Package.Secrets.Parameters != nil { // Tanium may show another secret
			differ(at.At("parameters_wo"), "not shown", "not shown")
		} else {
			differ(at.At("parameters"), fmt.Sprintf("%q", found.Params), fmt.Sprintf("%q", sent.Params))
		}
	}
	for _, parameter := range found.SensorSourcedParams {
		value, given := r.Package.SensorSourced[parameter.Name]
		secret, hidden := r.Package.Secrets.SensorSourced[parameter.Name]
		switch {
		case hidden && !shows(parameter.Value, secret):
			differ(at.At("sensor_sourced_parameters_wo", catalog.Key(parameter.Name)), "not shown", "not shown")
		case !hidden && (!given || !shows(parameter.Value, value)):
			path := at.At("sensor_sourced_parameters", catalog.Key(parameter.Name))
			differ(path, fmt.Sprintf("%q", parameter.Value), fmt.Sprintf("%q", value))
		}
	}
}

// compareGroup compares the target group with an existing group.
func (r Request) compareGroup(group gateway.NamedRef, at catalog.Path, differ differFunc) {
	narrowed := len(r.Targets.EndpointIDs) > 0 || len(r.Targets.Platforms) > 0
	allTargeted := same(group, gateway.Ref{Name: allComputers})
	switch {
	case r.Targets.Filter != nil:
		differ(at.At("filter"), "the group "+describeRef(group), "a filter")
	case r.Targets.ComputerGroup != nil && !same(group, *r.Targets.ComputerGroup) && (!narrowed || !allTargeted):
		differ(at.At("computer_group"), describeRef(group), r.Targets.ComputerGroup.String())
	case r.Targets.ComputerGroup == nil && !allTargeted:
		differ(at.At("computer_group"), describeRef(group), "not given")
	}
}

func (s Schedule) compare(
	spec *gateway.PackageSpec, found *gateway.ScheduledActionDetails, at catalog.Path, differ differFunc,
) {
	seconds := func(name string, tanium *int, configured int) {
		if value := gateway.Deref(tanium); value != configured {
			differ(at.At(name), fmt.Sprint(value), fmt.Sprint(configured))
		}
	}
	seconds("reissue_seconds", found.IssueSeconds, gateway.Deref(s.ReissueSeconds))
	seconds("distribute_seconds", found.DistributeSeconds, gateway.Deref(s.DistributeSeconds))
	if found.ExpireSeconds != nil && (s.ExpireSeconds != nil || spec != nil) {
		seconds("expire_seconds", found.ExpireSeconds, int(s.Expiry(spec)/time.Second))
	}
	times := func(name string, tanium, configured *time.Time) {
		switch {
		case tanium == nil && configured == nil:
		case tanium == nil || configured == nil ||
			!tanium.Truncate(time.Second).Equal(configured.Truncate(time.Second)):
			differ(at.At(name), describeTime(tanium), describeTime(configured))
		}
	}
	times("end_time", found.EndTime, s.EndTime)
	if s.StartTime != nil {
		times("start_time", found.StartTime, s.StartTime)
	}
}

// named reports whether Tanium shows the object's ID or name.
func named(ref gateway.NamedRef) bool {
	return gateway.Deref(ref.Id) != "" || gateway.Deref(ref.Name) != ""
}

// same reports whether the object that Tanium shows is the one that a reference names.
func same(shown gateway.NamedRef, ref gateway.Ref) bool {
	if ref.ID != "" {
		return gateway.Deref(shown.Id) == ref.ID
	}
	return gateway.Deref(shown.Name) == ref.Name
}

func describeRef(ref gateway.NamedRef) string {
	if name := gateway.Deref(ref.Name); name != "" {
		return fmt.Sprintf("%q", name)
	}
	return "ID " + gateway.Deref(ref.Id)
}

func describeTime(at *time.Time) string {
	if at == nil {
		return "not set"
	}
	return at.UTC().Format(timeFormat)
}
