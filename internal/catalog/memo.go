// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import "sync"

// memo remembers answers by key. Callers that ask for one key at the same time wait for one
// request; if it fails, the next of them asks for itself, under its own context.
type memo[K comparable, V any] struct {
	mutex   sync.Mutex
	entries map[K]*memoEntry[V]
}

type memoEntry[V any] struct {
	mutex sync.Mutex
	known bool
	value V
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

// get returns what is known for the key, or asks; ask says whether its answer is worth keeping.
func (m *memo[K, V]) get(key K, ask func() (value V, keep bool, err error)) (V, error) {
	entry := m.entry(key)
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

// set remembers an answer.
func (m *memo[K, V]) set(key K, value V) {
	entry := m.entry(key)
	entry.mutex.Lock()
	defer entry.mutex.Unlock()
	entry.known, entry.value = true, value
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
