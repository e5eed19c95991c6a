// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"encoding/binary"
	"io"
	"slices"
	"sync"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// run records what one run of the provider deploys, keeps and adopts. It is safe for concurrent
// use.
type run struct {
	mutex   sync.Mutex
	markers map[Marker]bool   // markers of this run's deployments
	kept    map[string]bool   // scheduled actions that this run leaves in Tanium, by ID
	adopted map[string]uint64 // the latest adoption of a scheduled action, by its ID
	planned map[string]plan   // what this run plans for scheduled actions in the state, by ID

	cancelled map[string][]string // IDs of scheduled actions that this run cancelled, by name
}

// plan is what is planned for a scheduled action. Both are true if objects of the state share it.
type plan struct{ cancel, keep bool }

// deploy records the marker of a deployment.
func (r *run) deploy(marker Marker) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.markers == nil {
		r.markers = map[Marker]bool{}
	}
	r.markers[marker] = true
}

// keep records scheduled actions that remain in Tanium.
func (r *run) keep(ids []string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.kept == nil {
		r.kept = map[string]bool{}
	}
	for _, id := range ids {
		r.kept[id] = true
	}
}

// adopt records that this run adopts scheduled actions. It returns a number for the adoption, which
// is never 0.
func (r *run) adopt(ids []string, random io.Reader) (adoption uint64, err error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.adopted == nil {
		r.adopted = map[string]uint64{}
	}
	if err := binary.Read(random, binary.BigEndian, &adoption); err != nil {
		return 0, err
	}
	adoption |= 1
	for _, id := range ids {
		r.adopted[id] = adoption
	}
	return adoption, nil
}

// adoption returns the latest adoption of a scheduled action; 0 for none.
func (r *run) adoption(id string) uint64 {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.adopted[id]
}

// cancel records that this run cancelled a scheduled action.
func (r *run) cancel(name, id string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.cancelled == nil {
		r.cancelled = map[string][]string{}
	}
	r.cancelled[name] = append(r.cancelled[name], id)
}

// cancelledAs returns the scheduled actions with a name that this run cancelled.
func (r *run) cancelledAs(name string) []string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Clone(r.cancelled[name])
}

// plan records that an object in the state is planned, whose scheduled actions it cancels or keeps.
// It returns those for which the opposite is planned for another object.
func (r *run) plan(ids []string, cancel bool) (conflicts []string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.planned == nil {
		r.planned = map[string]plan{}
	}
	for _, id := range ids {
		planned := r.planned[id]
		planned.cancel, planned.keep = planned.cancel || cancel, planned.keep || !cancel
		r.planned[id] = planned
		if planned.cancel && planned.keep {
			conflicts = append(conflicts, id)
		}
	}
	return conflicts
}

// others returns the open attempts that this run neither made nor keeps.
func (r *run) others(all []attempt) []attempt {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(all), func(one attempt) bool {
		kept := slices.ContainsFunc(one, func(s *gateway.ScheduledAction) bool { return r.kept[s.Id] })
		return !one.open() || r.markers[one.marker()] || kept
	})
}
