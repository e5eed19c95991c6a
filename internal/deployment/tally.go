// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "sync"

// tally counts the endpoints of the deployments of a run, by a key of each. That of a planned one
// is its digest, because Terraform plans an object several times. Each one that is sent has a key
// of its own, because identical ones may be sent. It is safe for concurrent use.
type tally struct {
	mutex  sync.Mutex
	counts map[uint64]int
	last   uint64
}

// key returns a key that no other deployment has.
func (t *tally) key() uint64 {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.last++
	return t.last
}

// set records the number of endpoints of a deployment, and returns that of all others.
func (t *tally) set(key uint64, count int) (others int) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	put(&t.counts, key, count)
	for other, each := range t.counts {
		if other != key {
			others += each
		}
	}
	return others
}

// drop forgets a deployment that is not made.
func (t *tally) drop(key uint64) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.counts, key)
}
