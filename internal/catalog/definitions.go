// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Definitions are the sensors and computer groups that a text names in any case, by the name in the
// text. A name that Tanium does not have, or has several times in different cases, is missing.
type Definitions struct {
	Sensors        map[string]*gateway.Sensor
	ComputerGroups map[string]*gateway.ComputerGroup
	// SensorNames and ComputerGroupNames are the names that Tanium has; nil if nothing is missing.
	SensorNames, ComputerGroupNames []string
}

// Define looks up sensors and computer groups by their names, in any case. Each name is looked up
// once, and the names that Tanium has are read only if one is not spelled as in Tanium.
func (c *Catalog) Define(ctx context.Context, sensors, groups []string) (Definitions, error) {
	found := Definitions{
		Sensors: map[string]*gateway.Sensor{}, ComputerGroups: map[string]*gateway.ComputerGroup{},
	}
	refs := make([]gateway.Ref, len(groups))
	for i, name := range groups {
		refs[i] = gateway.Ref{Name: name}
	}
	c.Prefetch(ctx, gateway.Wanted{Sensors: sensors, ComputerGroups: refs})
	var err error
	found.SensorNames, err = define(distinct(sensors), found.Sensors,
		func(name string) (*gateway.Sensor, error) { return c.Sensor(ctx, name) },
		func() ([]string, error) { return c.client.SensorNames(ctx) })
	if err != nil {
		return Definitions{}, err
	}
	found.ComputerGroupNames, err = define(distinct(groups), found.ComputerGroups,
		func(name string) (*gateway.ComputerGroup, error) {
			group, err := c.ComputerGroup(ctx, gateway.Ref{Name: name})
			if gateway.IsRefused(err) { // see CheckActionGroup
				return nil, nil //nolint:nilnil // Documented: no such group.
			}
			return group, err
		},
		func() ([]string, error) { return c.client.ComputerGroupNames(ctx) })
	return found, err
}

// define looks names up, and puts what it finds into a map. It returns the names that Tanium has if
// one is not spelled as in Tanium.
func define[T any](
	names []string, found map[string]*T, lookUp func(string) (*T, error), list func() ([]string, error),
) ([]string, error) {
	var known []string
	for _, name := range names {
		one, err := lookUp(name)
		if err != nil {
			return nil, err
		}
		if one == nil {
			if known == nil {
				if known, err = list(); err != nil {
					return nil, err
				}
			}
			if spelled := spelling(name, known); spelled != name {
				if one, err = lookUp(spelled); err != nil {
					return nil, err
				}
			}
		}
		if one != nil {
			found[name] = one
		}
	}
	return known, nil
}

// distinct returns sorted names without repetitions.
func distinct(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }

// spelling returns the only known name that equals a name in any case; otherwise the name itself.
func spelling(name string, known []string) string {
	same := map[string]bool{}
	found := name
	for _, each := range known {
		if strings.EqualFold(each, name) {
			same[each], found = true, each
		}
	}
	if len(same) != 1 {
		return name
	}
	return found
}
