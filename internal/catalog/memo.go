// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"math"
	"sync"
	"time"
)

// memo remembers answers by key. Callers that ask for one key at the same time wait for one
// request; if it fails, the next of them asks for itself, under its own context.
type memo[K comparable, V any] struct {
	now     func() time.Time
	mutex   sync.Mutex
	entries map[K]*memoEntry[V]
}

type memoEntry[V any] struct {
	mutex sync.Mutex
	known bool
	value V
	at    time.Time // of the answer
}

// set sets the answer. The caller holds the lock.
func (e *memoEntry[V]) set(value V, known bool, at time.Time) {
	e.value, e.known, e.at = value, known, at
}

// entry is that of a key, not locked.
func (m *memo[K, V]) entry(key K) *memoEntry[V] {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.entries == nil {
		m.entries = map[K]*memoEntry[V]{}
	}
	entry := m.entries[key]
	if entry == nil {
		entry = &memoEntry[V]{}
		m.entries[key] = entry
	}
	return entry
}

// anyAge is the age of an answer that is known for the whole run.
const anyAge = time.Duration(math.MaxInt64)

// get returns what is known for the key if it is younger than an age, or asks; ask says whether its
// answer is worth keeping.
func (m *memo[K, V]) get(key K, age time.Duration, ask func() (value V, keep bool, err error)) (V, error) {
	entry := m.entry(key)
	entry.mutex.Lock()
	defer entry.mutex.Unlock()
	if entry.known && (age == anyAge || m.now().Sub(entry.at) < age) {
		return entry.value, nil
	}
	asked := m.now()
	value, keep, err := ask()
	if err == nil {
		entry.set(value, keep, asked)
	}
	return value, err
}

// set remembers an answer.
func (m *memo[K, V]) set(key K, value V) {
	entry := m.entry(key)
	entry.mutex.Lock()
	defer entry.mutex.Unlock()
	entry.set(value, true, m.now())
}

// lockUnknown locks the entries of keys that are not known, and returns them with their keys. The
// keys must be in an order that all callers keep.
func (m *memo[K, V]) lockUnknown(keys []K) (unknown []K, entries []*memoEntry[V]) {
	for _, key := range keys {
		entry := m.entry(key)
		entry.mutex.Lock()
		if entry.known {
			entry.mutex.Unlock()
			continue
		}
		unknown, entries = append(unknown, key), append(entries, entry)
	}
	return unknown, entries
}

func unlock[V any](entries []*memoEntry[V]) {
	for _, entry := range entries {
		entry.mutex.Unlock()
	}
}
