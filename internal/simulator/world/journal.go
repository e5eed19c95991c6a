// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"bytes"
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
// other method. It fails on a record that is not a command, or that no world has written.
func (w *World) Replay(records [][]byte) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	commands, err := decodeRecords(records)
	if err != nil {
		return err
	}
	for i, c := range commands {
		if err := w.replay(c); err != nil {
			return fmt.Errorf("record %d: %w", i+1, err)
		}
	}
	return nil
}

// replay applies a command. A damaged one can name what does not exist, which no check found when
// it was given.
func (w *World) replay(c Command) (err error) {
	defer func() {
		if failed := recover(); failed != nil {
			err = fmt.Errorf("the command cannot be applied: %v", failed)
		}
	}()
	w.advanceTo(c.At)
	_, _ = w.apply(c) // a command that was rejected is rejected again
	return nil
}

// decodeRecords decodes commands, whose times never decrease.
func decodeRecords(records [][]byte) ([]Command, error) {
	commands := make([]Command, len(records))
	for i, record := range records {
		decoder := json.NewDecoder(bytes.NewReader(record))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&commands[i]); err != nil {
			return nil, fmt.Errorf("record %d is not a command: %w", i+1, err)
		}
		if i > 0 && commands[i].At.Before(commands[i-1].At) {
			return nil, fmt.Errorf("record %d is earlier than the one before it", i+1)
		}
	}
	return commands, nil
}

// Last returns the time of the last record of a journal; zero for an empty one.
func Last(records [][]byte) (time.Time, error) {
	if len(records) == 0 {
		return time.Time{}, nil
	}
	commands, err := decodeRecords(records)
	if err != nil {
		return time.Time{}, err
	}
	last := commands[len(commands)-1]
	return last.At.Add(last.Forward), nil
}
