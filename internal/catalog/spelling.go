// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"context"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// SensorSpelling returns the name of a sensor as Tanium spells it, for a name in any case. It
// returns the name unchanged if Tanium has no such sensor, or several that differ in case.
func (c *Catalog) SensorSpelling(ctx context.Context, name string) (string, error) {
	if found, err := c.Sensor(ctx, name); found != nil || err != nil {
		return name, err
	}
	known, err := c.client.SensorNames(ctx)
	return spelling(name, known), err
}

// ComputerGroupSpelling is SensorSpelling for a computer group.
func (c *Catalog) ComputerGroupSpelling(ctx context.Context, name string) (string, error) {
	found, err := c.ComputerGroup(ctx, gateway.Ref{Name: name})
	if found != nil || (err != nil && !gateway.IsRefused(err)) {
		return name, err
	}
	known, err := c.client.ComputerGroupNames(ctx)
	return spelling(name, known), err
}

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
