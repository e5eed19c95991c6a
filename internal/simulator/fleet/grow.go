// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
)

// firstGenerated is the ID of the first generated endpoint. IDs in use are skipped.
const firstGenerated = 1_000_001

// Grow returns the fleet with generated endpoints, up to a total number. Each generated endpoint
// copies one of the fleet's own, chosen by the seed, with a different ID, name, address and serial
// number. A fleet that already has enough endpoints is returned unchanged. Grow fails if the fleet
// has no endpoint to copy.
func (f *Fleet) Grow(total int, seed uint64) (*Fleet, error) {
	if total <= len(f.Endpoints) {
		return f, nil
	}
	if len(f.Endpoints) == 0 {
		return nil, errors.New("the fleet has no endpoint to copy")
	}
	models := make([]*Endpoint, len(f.Endpoints))
	for i, endpoint := range f.Endpoints {
		model := *endpoint
		model.Readings = maps.Clone(endpoint.Readings) // shared by all copies
		delete(model.Readings, sensorSerialNumber)
		models[i] = &model
	}
	next := *f
	next.text = nil
	next.Endpoints = append(make([]*Endpoint, 0, total), f.Endpoints...)
	next.index.endpoints = make(map[string]*Endpoint, total)
	maps.Copy(next.index.endpoints, f.index.endpoints)
	random := rand.New(rand.NewPCG(seed, uint64(len(models))))
	for n := firstGenerated; len(next.Endpoints) < total; n++ {
		id := strconv.Itoa(n)
		if next.index.endpoints[id] != nil {
			continue
		}
		made := *models[random.IntN(len(models))]
		offset := n - firstGenerated
		made.ID, made.Name = id, made.Name+"-"+strconv.Itoa(offset+1)
		made.IPAddress = fmt.Sprintf("10.%d.%d.%d", 100+offset>>16%100, offset>>8%256, offset%256)
		next.Endpoints = append(next.Endpoints, &made)
		next.index.endpoints[id] = &made
	}
	next.Endpoints = slices.Clip(next.Endpoints)
	return &next, nil
}
