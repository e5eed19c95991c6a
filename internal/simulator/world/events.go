// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"cmp"
	"container/heap"
	"time"
)

// event is something that happens at a time. The sequence orders what happens at once, by when it
// was arranged.
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

// Push is heap.Interface.
func (e *events) Push(x any) { *e = append(*e, x.(event)) } //nolint:forcetypeassert // only at pushes

// Pop is heap.Interface.
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// at arranges that something happens; the lock is held.
func (w *World) schedule(when time.Time, do func()) {
	w.sequence++
	heap.Push(&w.events, event{at: when, sequence: w.sequence, do: do})
}

// enter lets everything happen that is due, and holds the lock until the function returned is
// called.
func (w *World) lock() (unlock func()) {
	w.mutex.Lock()
	w.advanceTo(w.options.Clock.Now())
	return w.mutex.Unlock
}

// pass lets everything happen until a time; the lock is held.
func (w *World) advanceTo(until time.Time) {
	for len(w.events) > 0 && !w.events[0].at.After(until) {
		next := heap.Pop(&w.events).(event) //nolint:forcetypeassert // only at pushes
		w.now = next.at
		next.do()
	}
	if until.After(w.now) {
		w.now = until
	}
}
