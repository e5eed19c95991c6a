// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"cmp"
	"container/heap"
	"time"
)

// event is a function that runs at a time. Events at the same time run in the order in which they
// were scheduled.
type event struct {
	at       time.Time
	sequence int
	do       func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return cmp.Or(e[i].at.Compare(e[j].at), cmp.Compare(e[i].sequence, e[j].sequence)) < 0
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }

// Push implements heap.Interface.
func (e *events) Push(x any) { *e = append(*e, x.(event)) } //nolint:forcetypeassert // schedule pushes nothing else

// Pop implements heap.Interface.
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// schedule schedules a function. The caller holds the lock.
func (w *World) schedule(when time.Time, do func()) {
	w.sequence++
	heap.Push(&w.events, event{at: when, sequence: w.sequence, do: do})
}

// lock takes the lock and runs all due events. It returns the function that releases the lock.
func (w *World) lock() (unlock func()) {
	w.mutex.Lock()
	w.advanceTo(w.options.Clock.Now())
	return w.mutex.Unlock
}

// advanceTo runs all events up to a time. The caller holds the lock.
func (w *World) advanceTo(until time.Time) {
	for len(w.events) > 0 && !w.events[0].at.After(until) {
		next := heap.Pop(&w.events).(event) //nolint:forcetypeassert // schedule pushes nothing else
		w.now = next.at
		next.do()
	}
	if until.After(w.now) {
		w.now = until
	}
}
