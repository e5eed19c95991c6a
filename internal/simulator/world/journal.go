// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"encoding/json"
	"fmt"
	"time"
)

// Journal keeps commands in their order. The commands and the time determine everything else.
type Journal interface {
	// Append stores a command durably before it returns. On error the command is not stored.
	Append(command []byte) error
}

// Replay applies the commands of a journal, each at its time. It must be called once, before any
// other method. It fails on a record that is not a command.
func (w *World) Replay(records [][]byte) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for i, record := range records {
		var c Command
		if err := json.Unmarshal(record, &c); err != nil {
			return fmt.Errorf("record %d is not a command: %w", i+1, err)
		}
		w.advanceTo(c.At)
		_, _ = w.apply(c) // a command that was rejected is rejected again
	}
	return nil
}

// Last returns the time of the last record of a journal; zero for an empty one.
func Last(records [][]byte) (time.Time, error) {
	if len(records) == 0 {
		return time.Time{}, nil
	}
	var c Command
	if err := json.Unmarshal(records[len(records)-1], &c); err != nil {
		return time.Time{}, fmt.Errorf("the last record is not a command: %w", err)
	}
	return c.At.Add(c.Forward), nil
}
