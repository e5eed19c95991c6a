// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"sync"
)

// Catalog looks up what a deployment refers to, each thing once for the life of the process: a plan of a hundred actions that share a
// package asks for it once. What was not found is asked for again, because another resource of the same run may create it meanwhile.
type Catalog struct {
	client         *Client
	packageSpecs   memo[Ref, []*PackageSpec]
	actionGroups   memo[Ref, *ActionGroup]
	computerGroups memo[Ref, *ComputerGroup]
	sensors        memo[string, *Sensor]
}

// NewCatalog makes an empty Catalog.
func NewCatalog(client *Client) *Catalog { return &Catalog{client: client} }

// PackageSpecs is Client.PackageSpecs, asked once.
func (c *Catalog) PackageSpecs(ctx context.Context, ref Ref) ([]*PackageSpec, error) {
	return c.packageSpecs.get(ref, func() ([]*PackageSpec, bool, error) {
		found, err := c.client.PackageSpecs(ctx, ref)
		return found, len(found) > 0, err
	})
}

// ActionGroup is Client.ActionGroup, asked once.
func (c *Catalog) ActionGroup(ctx context.Context, ref Ref) (*ActionGroup, error) {
	return c.actionGroups.get(ref, func() (*ActionGroup, bool, error) {
		found, err := c.client.ActionGroup(ctx, ref)
		return found, found != nil, err
	})
}

// ComputerGroup is Client.ComputerGroup, asked once.
func (c *Catalog) ComputerGroup(ctx context.Context, ref Ref) (*ComputerGroup, error) {
	return c.computerGroups.get(ref, func() (*ComputerGroup, bool, error) {
		found, err := c.client.ComputerGroup(ctx, ref)
		return found, found != nil, err
	})
}

// ExistingGroup is the computer group that a deployment shows as its target, if it is one that exists by itself; nil for a group that
// Tanium made of a filter, which has no name, and where the group cannot be told from that.
func (c *Catalog) ExistingGroup(ctx context.Context, shown NamedRef) (*NamedRef, error) {
	if deref(shown.Name) == "" {
		return nil, nil //nolint:nilnil // Documented: no such group.
	}
	group, err := c.ComputerGroup(ctx, Ref{ID: deref(shown.Id), Name: deref(shown.Name)})
	if group == nil {
		if err != nil && !refused(err) {
			return nil, err
		}
		return nil, nil //nolint:nilnil // Documented: no such group.
	}
	return &NamedRef{Id: &group.Id, Name: &group.Name}, nil
}

// Sensor is Client.Sensor, asked once.
func (c *Catalog) Sensor(ctx context.Context, name string) (*Sensor, error) {
	return c.sensors.get(name, func() (*Sensor, bool, error) {
		found, err := c.client.Sensor(ctx, name)
		return found, found != nil, err
	})
}

// Client is the client behind the catalog, for what is not looked up but asked.
func (c *Catalog) Client() *Client { return c.client }

// memo remembers answers by key. Callers that ask for one key at the same time wait for one request; if it fails, the next of them asks
// for itself, under its own context.
type memo[K comparable, V any] struct {
	mutex   sync.Mutex
	entries map[K]*memoEntry[V]
}

type memoEntry[V any] struct {
	mutex sync.Mutex
	known bool
	value V
}

// get returns what is known for the key, or asks; ask says whether its answer is worth keeping.
func (m *memo[K, V]) get(key K, ask func() (value V, keep bool, err error)) (V, error) {
	m.mutex.Lock()
	if m.entries == nil {
		m.entries = map[K]*memoEntry[V]{}
	}
	entry := m.entries[key]
	if entry == nil {
		entry = &memoEntry[V]{}
		m.entries[key] = entry
	}
	m.mutex.Unlock()

	entry.mutex.Lock()
	defer entry.mutex.Unlock()
	if entry.known {
		return entry.value, nil
	}
	value, keep, err := ask()
	if err == nil && keep {
		entry.known, entry.value = true, value
	}
	return value, err
}
