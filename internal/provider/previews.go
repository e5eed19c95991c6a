// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// freshness is how long a preview serves another question for the same: Terraform plans an action
// again right before it is created, and a hundred actions may share their targets.
const freshness = time.Second

// previews remembers for a moment which endpoints targets reach.
type previews struct {
	clock deployment.Clock

	mutex   sync.Mutex
	entries map[string]*preview
}

type preview struct {
	mutex sync.Mutex
	at    time.Time
	reach targeting.Reach
}

// get is the preview of targets, which nobody else takes meanwhile, or the one that was just taken.
func (p *previews) get(
	ctx context.Context, lookup *catalog.Catalog, targets targeting.Targets, look targeting.Look,
) (targeting.Reach, error) {
	key, err := json.Marshal(struct {
		Targets targeting.Targets
		Look    targeting.Look
	}{targets, look})
	if err != nil {
		return targeting.Reach{}, err
	}
	p.mutex.Lock()
	if p.entries == nil {
		p.entries = map[string]*preview{}
	}
	entry := p.entries[string(key)]
	if entry == nil {
		entry = &preview{}
		p.entries[string(key)] = entry
	}
	p.mutex.Unlock()

	entry.mutex.Lock()
	defer entry.mutex.Unlock()
	if !entry.at.IsZero() && p.clock.Now().Sub(entry.at) < freshness {
		return entry.reach, nil
	}
	reach, err := targets.Preview(ctx, lookup, look)
	if err != nil {
		return reach, err
	}
	entry.at, entry.reach = p.clock.Now(), reach
	return reach, nil
}
