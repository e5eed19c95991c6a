// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"context"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Catalog looks up the objects that deployments refer to, and caches those that Tanium has: a plan
// of a hundred actions that share a package asks for it once. A missing object is not cached,
// because another resource of the same run may create it. Catalog is safe for concurrent use.
type Catalog struct {
	client         *gateway.Client
	packageSpecs   memo[gateway.Ref, []*gateway.PackageSpec]
	packageDetails memo[gateway.Ref, []*gateway.PackageSpecDetailsNode]
	actionGroups   memo[gateway.Ref, *gateway.ActionGroup]
	computerGroups memo[gateway.Ref, *gateway.ComputerGroup]
	sensors        memo[string, *gateway.Sensor]
}

// New returns an empty Catalog. The function returns the current time, as time.Now does.
func New(client *gateway.Client, now func() time.Time) *Catalog {
	return &Catalog{
		client:         client,
		packageSpecs:   memo[gateway.Ref, []*gateway.PackageSpec]{now: now},
		packageDetails: memo[gateway.Ref, []*gateway.PackageSpecDetailsNode]{now: now},
		actionGroups:   memo[gateway.Ref, *gateway.ActionGroup]{now: now},
		computerGroups: memo[gateway.Ref, *gateway.ComputerGroup]{now: now},
		sensors:        memo[string, *gateway.Sensor]{now: now},
	}
}

// PackageSpecs returns the cached result of Client.PackageSpecs, or asks for it.
func (c *Catalog) PackageSpecs(ctx context.Context, ref gateway.Ref) ([]*gateway.PackageSpec, error) {
	return c.packageSpecs.get(ref, anyAge, func() ([]*gateway.PackageSpec, bool, error) {
		found, err := c.client.PackageSpecs(ctx, ref)
		return found, len(found) > 0, err
	})
}

// PackageSpecDetails returns the cached result of Client.PackageSpecDetails, or asks for it. It
// answers PackageSpecs as well.
func (c *Catalog) PackageSpecDetails(
	ctx context.Context, ref gateway.Ref,
) ([]*gateway.PackageSpecDetailsNode, error) {
	return c.packageDetails.get(ref, anyAge, func() ([]*gateway.PackageSpecDetailsNode, bool, error) {
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

// ActionGroup returns the cached result of Client.ActionGroup, or asks for it.
func (c *Catalog) ActionGroup(ctx context.Context, ref gateway.Ref) (*gateway.ActionGroup, error) {
	return c.actionGroup(ctx, ref, anyAge)
}

// currentFor is how long the members of an action group are current. Many deployments of one moment
// share them.
const currentFor = time.Second

// CurrentActionGroup is ActionGroup with its current members: somebody may change them during an
// apply that takes hours.
func (c *Catalog) CurrentActionGroup(ctx context.Context, ref gateway.Ref) (*gateway.ActionGroup, error) {
	return c.actionGroup(ctx, ref, currentFor)
}

func (c *Catalog) actionGroup(
	ctx context.Context, ref gateway.Ref, age time.Duration,
) (*gateway.ActionGroup, error) {
	return c.actionGroups.get(ref, age, func() (*gateway.ActionGroup, bool, error) {
		found, err := c.client.ActionGroup(ctx, ref)
		return found, found != nil, err
	})
}

// ComputerGroup returns the cached result of Client.ComputerGroup, or asks for it.
func (c *Catalog) ComputerGroup(ctx context.Context, ref gateway.Ref) (*gateway.ComputerGroup, error) {
	return c.computerGroups.get(ref, anyAge, func() (*gateway.ComputerGroup, bool, error) {
		found, err := c.client.ComputerGroup(ctx, ref)
		return found, found != nil, err
	})
}

// ExistingGroup returns the computer group that a scheduled action shows as its target, if that
// group exists on its own. It is nil for a group that Tanium made from a filter, which has no name,
// and for a group that Tanium does not show.
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

// Sensor returns the cached result of Client.Sensor, or asks for it.
func (c *Catalog) Sensor(ctx context.Context, name string) (*gateway.Sensor, error) {
	return c.sensors.get(name, anyAge, func() (*gateway.Sensor, bool, error) {
		found, err := c.client.Sensor(ctx, name)
		return found, found != nil, err
	})
}

// Client returns the client behind the catalog, for requests that are not cached.
func (c *Catalog) Client() *gateway.Client { return c.client }
