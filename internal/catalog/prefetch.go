// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	"context"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Prefetch looks up what is not known yet of some objects, in one request. It reports nothing: an
// object that it does not find is looked up again by the method that checks it.
//
// The entries stay locked meanwhile, so that several deployments look up what they share once. All
// callers lock them in one order.
func (c *Catalog) Prefetch(ctx context.Context, wanted gateway.Wanted) {
	var unknown gateway.Wanted
	var packages []*memoEntry[[]*gateway.PackageSpec]
	var actionGroups []*memoEntry[*gateway.ActionGroup]
	var groups []*memoEntry[*gateway.ComputerGroup]
	var sensors []*memoEntry[*gateway.Sensor]
	unknown.PackageSpecs, packages = c.packageSpecs.lockUnknown(ordered(wanted.PackageSpecs))
	defer unlock(packages)
	unknown.ActionGroups, actionGroups = c.actionGroups.lockUnknown(ordered(wanted.ActionGroups))
	defer unlock(actionGroups)
	unknown.ComputerGroups, groups = c.computerGroups.lockUnknown(ordered(wanted.ComputerGroups))
	defer unlock(groups)
	names := slices.Compact(slices.Sorted(slices.Values(wanted.Sensors)))
	unknown.Sensors, sensors = c.sensors.lockUnknown(names)
	defer unlock(sensors)

	if len(packages)+len(actionGroups)+len(groups)+len(sensors) < 2 {
		return // a single object needs no request of its own here
	}
	now := c.packageSpecs.now()
	found, err := c.client.LookUp(ctx, unknown)
	if err != nil {
		return
	}
	for i, specs := range found.PackageSpecs {
		packages[i].set(specs, len(specs) > 0, now)
	}
	for i, group := range found.ActionGroups {
		actionGroups[i].set(group, group != nil, now)
	}
	for i, group := range found.ComputerGroups {
		groups[i].set(group, group != nil, now)
	}
	for i, sensor := range found.Sensors {
		sensors[i].set(sensor, sensor != nil, now)
	}
}

// ordered sorts references and removes repetitions.
func ordered(refs []gateway.Ref) []gateway.Ref {
	sorted := slices.SortedFunc(slices.Values(refs), func(a, b gateway.Ref) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Name, b.Name))
	})
	return slices.Compact(sorted)
}
