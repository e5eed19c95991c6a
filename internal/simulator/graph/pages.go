// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Limits of a list (API.md#limits).
const (
	mostRecords  = 5000
	mostActions  = 200
	cursorIdle   = 5 * time.Minute
	cursorLife   = time.Hour
	defaultFirst = 20
	// mostCollections and mostHeld bound the memory of a long life; Tanium names no such limits. So
	// many records of endpoints take about 100 MB, and are ten whole fleets of a hundred thousand.
	mostCollections = 1000
	mostHeld        = 1_000_000
)

// window is what part of a list is asked for.
type window struct {
	after, before *string
	first, last   *int
	most          int
}

// book keeps the collections that cursors point into: a cursor belongs to one field and one
// collection, lives five minutes after the last use of any cursor of the collection, and an hour at
// most (API.md#cursors).
type book struct {
	now   func() time.Time
	mutex sync.Mutex
	next  int
	open  map[string]*collection
	held  int // weight of all that are open
}

type collection struct {
	field         string
	records       any
	weight        int
	created, used time.Time
}

func newBook(now func() time.Time) *book { return &book{now: now, open: map[string]*collection{}} }

var errCursor = errors.New("the cursor is not valid: it belongs to another field, or its collection has expired")

// keep opens a collection. Beyond the limit of memory, those that were used least lately are
// dropped; their cursors then count as expired. The newest is always kept.
func (b *book) keep(field string, records any, weight int) (id string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	now := b.now()
	for id, old := range b.open {
		if old.dead(now) {
			b.close(id)
		}
	}
	for len(b.open) > 0 && (len(b.open) >= mostCollections || b.held+weight > mostHeld) {
		b.close(b.oldest())
	}
	b.next++
	id = strconv.Itoa(b.next)
	b.open[id] = &collection{field: field, records: records, weight: weight, created: now, used: now}
	b.held += weight
	return id
}

// oldest is the collection that was used least lately; of several the one made first.
func (b *book) oldest() string {
	return slices.MinFunc(slices.Collect(maps.Keys(b.open)), func(x, y string) int {
		return cmp.Or(b.open[x].used.Compare(b.open[y].used), cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
	})
}

// close forgets a collection; the lock is held.
func (b *book) close(id string) {
	if closed := b.open[id]; closed != nil {
		b.held -= closed.weight
		delete(b.open, id)
	}
}

// weigh is how much memory records take, in records of the usual size.
func weigh[T any](records []T) int {
	weight := len(records)
	for _, record := range records {
		if heavy, own := any(record).(interface{ Weight() int }); own {
			weight += heavy.Weight()
		}
	}
	return weight
}

func (c *collection) dead(now time.Time) bool {
	return now.Sub(c.used) > cursorIdle || now.Sub(c.created) > cursorLife
}

// find is the collection and the place that a cursor points at.
func (b *book) find(field, cursor string) (id string, records any, index int, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", nil, 0, errCursor
	}
	id, place, _ := strings.Cut(string(raw), ":")
	if index, err = strconv.Atoi(place); err != nil {
		return "", nil, 0, errCursor
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	found, now := b.open[id], b.now()
	if found == nil || found.field != field || found.dead(now) {
		return "", nil, 0, errCursor
	}
	found.used = now
	return id, found.records, index, nil
}

// drop closes the collection of a cursor that has been found.
func (b *book) drop(cursor string) {
	raw, _ := base64.RawURLEncoding.DecodeString(cursor)
	id, _, _ := strings.Cut(string(raw), ":")
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.close(id)
}

func cursor(id string, index int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(id + ":" + strconv.Itoa(index)))
}

// page is a part of a collection.
type page[T any] struct {
	id      string // of the collection
	records []T
	begin   int // index of the first record within the collection
	total   int
	all     []T
}

// turn gives the part of a list that is asked for. The list is only made when no cursor says which
// one it is.
func turn[T any](b *book, field string, w window, list func() ([]T, error)) (page[T], error) {
	from := w.after
	if from == nil {
		from = w.before
	}
	if err := w.check(); err != nil {
		return page[T]{}, err
	}
	var all []T
	var id string
	index := -1
	if from == nil {
		var err error
		if all, err = list(); err != nil {
			return page[T]{}, err
		}
		all = slices.Clone(all) // without the room that it grew into
		id = b.keep(field, all, weigh(all))
	} else {
		var records any
		var err error
		if id, records, index, err = b.find(field, *from); err != nil {
			return page[T]{}, err
		}
		all, _ = records.([]T)
	}
	begin, end := 0, len(all)
	switch {
	case w.after != nil:
		begin = min(index+1, end)
	case w.before != nil:
		end = min(index, end)
	}
	if w.last != nil {
		begin = max(begin, end-*w.last)
	} else {
		end = min(end, begin+w.size())
	}
	return page[T]{id: id, records: all[begin:end], begin: begin, total: len(all), all: all}, nil
}

func (w window) size() int {
	if w.first == nil {
		return defaultFirst
	}
	return *w.first
}

func (w window) check() error {
	switch {
	case w.after != nil && w.before != nil:
		return errors.New("after and before cannot both be given")
	case w.before != nil && w.last == nil:
		return errors.New("before needs last")
	case w.last != nil && (*w.last < 0 || *w.last > w.most):
		return fmt.Errorf("last must be between 0 and %d", w.most)
	case w.size() < 0 || w.size() > w.most:
		return fmt.Errorf("first must be between 0 and %d", w.most)
	}
	return nil
}

func (p page[T]) cursor(i int) string { return cursor(p.id, p.begin+i) }

func (p page[T]) info() PageInfo {
	info := PageInfo{HasPreviousPage: p.begin > 0, HasNextPage: p.begin+len(p.records) < p.total}
	if len(p.records) > 0 {
		info.StartCursor, info.EndCursor = pointer(p.cursor(0)), pointer(p.cursor(len(p.records)-1))
	}
	return info
}

// edges maps the records of a page, with their cursors.
func edges[T, E any](p page[T], edge func(cursor string, record T) E) []E {
	result := make([]E, len(p.records))
	for i, record := range p.records {
		result[i] = edge(p.cursor(i), record)
	}
	return result
}
