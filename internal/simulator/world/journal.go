// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"encoding/json"
	"fmt"
	"time"
)

// Journal keeps commands, in their order. Whatever happens besides follows from them and the time.
type Journal interface {
	// Append keeps a command for good before it returns; an error means that it was not kept.
	Append(command []byte) error
}

// Replay carries out commands of a journal, each at its time. It is called once, before anything
// else. An error is a record that is no command.
func (w *World) Replay(records [][]byte) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for i, record := range records {
		var c Command
		if err := json.Unmarshal(record, &c); err != nil {
			return fmt.Errorf("record %d is no command: %w", i+1, err)
		}
		w.advanceTo(c.At)
		_, _ = w.apply(c) // one that was refused is refused again
	}
	return nil
}

// Last is the time of the last record of a journal; zero for an empty one.
func Last(records [][]byte) (time.Time, error) {
	if len(records) == 0 {
		return time.Time{}, nil
	}
	var c Command
	if err := json.Unmarshal(records[len(records)-1], &c); err != nil {
		return time.Time{}, fmt.Errorf("the last record is no command: %w", err)
	}
	return c.At.Add(c.Forward), nil
}
