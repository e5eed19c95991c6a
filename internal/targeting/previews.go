// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// previewLifetime is how long a preview is reused for the same targets. Terraform plans an action
// again right before it creates it, and many actions may have the same targets.
const previewLifetime = time.Second

// Previews caches previews for previewLifetime. It is safe for concurrent use.
type Previews struct {
	// Catalog looks up action groups, and holds the client.
	Catalog *catalog.Catalog
	// Now returns the current time, as time.Now does.
	Now func() time.Time

	mutex   sync.Mutex
	entries map[string]*previewEntry
}

// previewEntry is a cached preview. Its mutex is locked during the request.
type previewEntry struct {
	mutex sync.Mutex
	// asked and answered are the times of the request and of its answer; the zero time for none.
	asked, answered time.Time
	reach           Reach
}

// at returns when the lifetime of the preview begins. An answer may take longer than that:
// endpoints come and go meanwhile, so a count before a deployment is as old as its request. What
// only shows a count takes that of an answer that it has waited for.
func (e *previewEntry) at(options PreviewOptions) time.Time {
	if options.Batch {
		return e.answered
	}
	return e.asked
}

// Get returns a cached or new count of the endpoints that the targets reach. Concurrent callers
// with the same targets and options share a preview. An error says if the action group does not
// exist; Targets.Check reports that as a problem.
func (p *Previews) Get(ctx context.Context, targets Targets, options PreviewOptions) (Reach, error) {
	key, err := json.Marshal(struct {
		Targets Targets
		Options PreviewOptions
	}{targets, options})
	if err != nil {
		return Reach{}, err
	}
	entry := p.entry(string(key))
	entry.mutex.Lock()
	defer entry.mutex.Unlock()
	if !entry.asked.IsZero() && p.Now().Sub(entry.at(options)) < previewLifetime {
		return entry.reach, nil
	}
	asked := p.Now()
	group, err := p.Catalog.CurrentActionGroup(ctx, targets.ActionGroup)
	switch {
	case err != nil:
		return Reach{}, err
	case group == nil:
		return Reach{}, &gateway.Error{
			Operation: "actionGroup",
			Kind:      gateway.KindRefused,
			Message:   "there is no action group " + targets.ActionGroup.String(),
		}
	}
	reach, err := targets.preview(ctx, p.Catalog.Client(), group, options)
	if err != nil {
		return reach, err
	}
	entry.asked, entry.answered, entry.reach = asked, p.Now(), reach
	return reach, nil
}

func (p *Previews) entry(key string) *previewEntry {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.entries == nil {
		p.entries = map[string]*previewEntry{}
	}
	entry := p.entries[key]
	if entry == nil {
		entry = &previewEntry{}
		p.entries[key] = entry
	}
	return entry
}
