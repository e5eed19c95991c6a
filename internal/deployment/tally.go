// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "sync"

// tally counts the endpoints of the deployments of a run, by the digest of each: Terraform plans an
// object several times. It is safe for concurrent use.
type tally struct {
	mutex  sync.Mutex
	counts map[uint64]int
}

// set records the number of endpoints of a deployment, and returns that of all others.
func (t *tally) set(digest uint64, count int) (others int) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	put(&t.counts, digest, count)
	for other, each := range t.counts {
		if other != digest {
			others += each
		}
	}
	return others
}

// drop forgets a deployment that is not made.
func (t *tally) drop(digest uint64) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.counts, digest)
}
