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
	maxRecords    = 5000
	maxActions    = 200
	maxCursorIdle = 5 * time.Minute
	maxCursorAge  = time.Hour
	defaultFirst  = 20
	// maxCollections and maxWeight limit memory; Tanium documents no such limits. A million
	// endpoint records take about 100 MB. They are ten collections of a hundred thousand endpoints.
	maxCollections = 1000
	maxWeight      = 1_000_000
	// betweenPages is how soon a reader asks for the next page.
	betweenPages = time.Minute
)

// pageArgs are the paging arguments of a list.
type pageArgs struct {
	after, before *string
	first, last   *int
	max           int
}

// cursors holds the collections that cursors point into. A cursor belongs to one field and one
// collection. It expires five minutes after the last use of any cursor of the collection, and at
// most an hour after the collection is created (API.md#cursors).
type cursors struct {
	now         func() time.Time
	mutex       sync.Mutex
	next        int
	collections map[string]*collection
	weight      int // total weight of the collections
}

type collection struct {
	field         string
	records       any
	weight        int
	created, used time.Time
	continued     bool // a page after the first was read, and there are more
}

func newCursors(now func() time.Time) *cursors {
	return &cursors{now: now, collections: map[string]*collection{}}
}

var errCursor = errors.New("the cursor is not valid: it belongs to another field, or its collection has expired")

// add adds a collection. Over the memory limit it deletes others, whose cursors then count as
// expired: first those that nobody reads on, as a count or a reader that has ended leaves them, and
// of these the least recently used. It never deletes the new one.
func (c *cursors) add(field string, records any, weight int) (id string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	now := c.now()
	for id, old := range c.collections {
		if old.expired(now) {
			c.close(id)
		}
	}
	for len(c.collections) > 0 && (len(c.collections) >= maxCollections || c.weight+weight > maxWeight) {
		c.close(c.leastNeeded(now))
	}
	c.next++
	id = strconv.Itoa(c.next)
	c.collections[id] = &collection{field: field, records: records, weight: weight, created: now, used: now}
	c.weight += weight
	return id
}

// leastNeeded returns the ID of the collection to delete first; of several, the first created.
func (c *cursors) leastNeeded(now time.Time) string {
	continued := func(id string) int {
		if one := c.collections[id]; one.continued && now.Sub(one.used) < betweenPages {
			return 1
		}
		return 0
	}
	return slices.MinFunc(slices.Collect(maps.Keys(c.collections)), func(x, y string) int {
		return cmp.Or(cmp.Compare(continued(x), continued(y)),
			c.collections[x].used.Compare(c.collections[y].used), cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
	})
}

// close deletes a collection. The caller holds the lock.
func (c *cursors) close(id string) {
	if closed := c.collections[id]; closed != nil {
		c.weight -= closed.weight
		delete(c.collections, id)
	}
}

// weigh returns the memory that records take, in units of a usual record.
func weigh[T any](records []T) int {
	weight := len(records)
	for _, record := range records {
		if heavy, own := any(record).(interface{ Weight() int }); own {
			weight += heavy.Weight()
		}
	}
	return weight
}

func (c *collection) expired(now time.Time) bool {
	return now.Sub(c.used) > maxCursorIdle || now.Sub(c.created) > maxCursorAge
}

// find returns the collection and the index that a cursor points at.
func (c *cursors) find(field, cursor string) (id string, records any, index int, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", nil, 0, errCursor
	}
	id, place, _ := strings.Cut(string(raw), ":")
	if index, err = strconv.Atoi(place); err != nil {
		return "", nil, 0, errCursor
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	found, now := c.collections[id], c.now()
	if found == nil || found.field != field || found.expired(now) {
		return "", nil, 0, errCursor
	}
	found.used = now
	return id, found.records, index, nil
}

// read records that a page after the first was read, and whether there are more.
func (c *cursors) read(id string, more bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if found := c.collections[id]; found != nil {
		found.continued = more
	}
}

// remove deletes the collection of a valid cursor.
func (c *cursors) remove(cursor string) {
	raw, _ := base64.RawURLEncoding.DecodeString(cursor)
	id, _, _ := strings.Cut(string(raw), ":")
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.close(id)
}

func cursor(id string, index int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(id + ":" + strconv.Itoa(index)))
}

// listPage is a page of a collection.
type listPage[T any] struct {
	id      string // ID of the collection
	records []T
	start   int // index of the first record in the collection
	total   int
	all     []T
}

// paginate returns the requested page of a list. It calls list only if no cursor names a
// collection.
func paginate[T any](c *cursors, field string, args pageArgs, list func() ([]T, error)) (listPage[T], error) {
	from := args.after
	if from == nil {
		from = args.before
	}
	if err := args.check(); err != nil {
		return listPage[T]{}, err
	}
	var all []T
	var id string
	index := -1
	if from == nil {
		var err error
		if all, err = list(); err != nil {
			return listPage[T]{}, err
		}
		all = slices.Clone(all) // drop the unused capacity
		id = c.add(field, all, weigh(all))
	} else {
		var records any
		var err error
		if id, records, index, err = c.find(field, *from); err != nil {
			return listPage[T]{}, err
		}
		all, _ = records.([]T)
	}
	start, end := 0, len(all)
	switch {
	case args.after != nil:
		start = min(index+1, end)
	case args.before != nil:
		end = min(index, end)
	}
	if args.last != nil {
		start = max(start, end-*args.last)
	} else {
		end = min(end, start+args.size())
	}
	if from != nil {
		c.read(id, end < len(all))
	}
	return listPage[T]{id: id, records: all[start:end], start: start, total: len(all), all: all}, nil
}

func (a pageArgs) size() int {
	if a.first == nil {
		return defaultFirst
	}
	return *a.first
}

func (a pageArgs) check() error {
	switch {
	case a.after != nil && a.before != nil:
		return errors.New("after and before cannot both be given")
	case a.before != nil && a.last == nil:
		return errors.New("before needs last")
	case a.last != nil && (*a.last < 0 || *a.last > a.max):
		return fmt.Errorf("last must be between 0 and %d", a.max)
	case a.size() < 0 || a.size() > a.max:
		return fmt.Errorf("first must be between 0 and %d", a.max)
	}
	return nil
}

func (p listPage[T]) cursor(i int) string { return cursor(p.id, p.start+i) }

func (p listPage[T]) info() PageInfo {
	info := PageInfo{HasPreviousPage: p.start > 0, HasNextPage: p.start+len(p.records) < p.total}
	if len(p.records) > 0 {
		info.StartCursor, info.EndCursor = pointer(p.cursor(0)), pointer(p.cursor(len(p.records)-1))
	}
	return info
}

// edges converts the records of a page with their cursors.
func edges[T, E any](p listPage[T], edge func(cursor string, record T) E) []E {
	result := make([]E, len(p.records))
	for i, record := range p.records {
		result[i] = edge(p.cursor(i), record)
	}
	return result
}
