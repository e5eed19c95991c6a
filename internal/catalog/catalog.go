// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Catalog looks up what a deployment refers to, each thing once for the life of the process: a plan
// of a hundred actions that share a package asks for it once. What was not found is asked for
// again, because another resource of the same run may create it meanwhile.
type Catalog struct {
	client         *gateway.Client
	packageSpecs   memo[gateway.Ref, []*gateway.PackageSpec]
	packageDetails memo[gateway.Ref, []*gateway.PackageSpecDetailsNode]
	actionGroups   memo[gateway.Ref, *gateway.ActionGroup]
	computerGroups memo[gateway.Ref, *gateway.ComputerGroup]
	sensors        memo[string, *gateway.Sensor]
}

// New makes an empty Catalog.
func New(client *gateway.Client) *Catalog { return &Catalog{client: client} }

// PackageSpecs is Client.PackageSpecs, asked once.
func (c *Catalog) PackageSpecs(ctx context.Context, ref gateway.Ref) ([]*gateway.PackageSpec, error) {
	return c.packageSpecs.get(ref, func() ([]*gateway.PackageSpec, bool, error) {
		found, err := c.client.PackageSpecs(ctx, ref)
		return found, len(found) > 0, err
	})
}

// PackageSpecDetails is Client.PackageSpecDetails, asked once. It answers PackageSpecs as well.
func (c *Catalog) PackageSpecDetails(
	ctx context.Context, ref gateway.Ref,
) ([]*gateway.PackageSpecDetailsNode, error) {
	return c.packageDetails.get(ref, func() ([]*gateway.PackageSpecDetailsNode, bool, error) {
		found, err := c.client.PackageSpecDetails(ctx, ref)
		var specs []*gateway.PackageSpec
		for _, each := range found {
			specs = append(specs, &each.PackageSpec)
		}
		if len(specs) > 0 {
			c.packageSpecs.set(ref, specs)
		}
		return found, len(found) > 0, err
	})
}

// ActionGroup is Client.ActionGroup, asked once.
func (c *Catalog) ActionGroup(ctx context.Context, ref gateway.Ref) (*gateway.ActionGroup, error) {
	return c.actionGroups.get(ref, func() (*gateway.ActionGroup, bool, error) {
		found, err := c.client.ActionGroup(ctx, ref)
		return found, found != nil, err
	})
}

// ComputerGroup is Client.ComputerGroup, asked once.
func (c *Catalog) ComputerGroup(ctx context.Context, ref gateway.Ref) (*gateway.ComputerGroup, error) {
	return c.computerGroups.get(ref, func() (*gateway.ComputerGroup, bool, error) {
		found, err := c.client.ComputerGroup(ctx, ref)
		return found, found != nil, err
	})
}

// ExistingGroup is the computer group that a deployment shows as its target, if it is one that
// exists by itself; nil for a group that Tanium made of a filter, which has no name, and where the
// group cannot be told from that.
func (c *Catalog) ExistingGroup(ctx context.Context, shown gateway.NamedRef) (*gateway.NamedRef, error) {
	if gateway.Deref(shown.Name) == "" {
		return nil, nil //nolint:nilnil // Documented: no such group.
	}
	group, err := c.ComputerGroup(ctx, gateway.Ref{ID: gateway.Deref(shown.Id), Name: gateway.Deref(shown.Name)})
	if group == nil {
		if err != nil && !gateway.IsRefused(err) {
			return nil, err
		}
		return nil, nil //nolint:nilnil // Documented: no such group.
	}
	return &gateway.NamedRef{Id: &group.Id, Name: &group.Name}, nil
}

// Sensor is Client.Sensor, asked once.
func (c *Catalog) Sensor(ctx context.Context, name string) (*gateway.Sensor, error) {
	return c.sensors.get(name, func() (*gateway.Sensor, bool, error) {
		found, err := c.client.Sensor(ctx, name)
		return found, found != nil, err
	})
}

// Client is the client behind the catalog, for what is not looked up but asked.
func (c *Catalog) Client() *gateway.Client { return c.client }
