// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Command is something that somebody outside makes happen. Exactly one of the fields besides At is
// set.
type Command struct {
	At time.Time `json:"at"`

	Deploy              []Deployment   `json:"deploy,omitempty"`
	Stop                string         `json:"stop,omitempty"`
	Delete              string         `json:"delete,omitempty"`
	Approve             *Approval      `json:"approve,omitempty"`
	Disturb             []Change       `json:"disturb,omitempty"`
	CreateComputerGroup *ComputerGroup `json:"create_computer_group,omitempty"`
	DeleteComputerGroup *Ref           `json:"delete_computer_group,omitempty"`
	CreateActionGroup   *ActionGroup   `json:"create_action_group,omitempty"`
	DeleteActionGroup   *Ref           `json:"delete_action_group,omitempty"`
	Register            *Registration  `json:"register,omitempty"`
	Grant               *Grant         `json:"grant,omitempty"`
	Rotate              *Rotation      `json:"rotate,omitempty"`
	Revoke              *Revocation    `json:"revoke,omitempty"`
	// Forward is time that somebody skipped.
	Forward time.Duration `json:"forward,omitempty"`
}

// Approval of a scheduled action by a user.
type Approval struct{ ID, By string }

// Ref names something. The ID wins when both are given.
type Ref struct{ ID, Name string }

// outcome of a command: what it made.
type commandResult struct {
	scheduled []*ScheduledActionView
	id        string
	token     *Token
}

// Failure is a refusal with one of the platform's error names (API.md#error-names).
type Failure struct{ Name, Detail string }

// Error is the name and what it is about.
func (f *Failure) Error() string {
	if f.Detail == "" {
		return f.Name
	}
	return f.Name + ": " + f.Detail
}

// command keeps a command and then carries it out, so that nothing is acknowledged that a restart
// forgets. One that is refused is kept too, and is refused again when it is replayed. The lock is
// held.
func (w *World) execute(c Command) (commandResult, error) {
	if w.ended {
		return commandResult{}, errors.New("nothing was done, because the simulator was reset meanwhile")
	}
	c.At = w.now
	if w.options.Journal != nil {
		encoded, err := json.Marshal(c)
		if err != nil {
			return commandResult{}, err
		}
		if err := w.options.Journal.Append(encoded); err != nil {
			return commandResult{}, fmt.Errorf("nothing was done, because it could not be stored: %w", err)
		}
	}
	return w.apply(c)
}

func (w *World) apply(c Command) (done commandResult, err error) {
	switch {
	case c.Deploy != nil:
		return w.deploy(c.Deploy)
	case c.Stop != "":
		err = w.stop(c.Stop)
	case c.Delete != "":
		err = w.deleteScheduledAction(c.Delete)
	case c.Approve != nil:
		err = w.approve(*c.Approve)
	case c.Disturb != nil:
		w.disturb(c.Disturb)
	case c.CreateComputerGroup != nil:
		return w.createComputerGroup(*c.CreateComputerGroup)
	case c.DeleteComputerGroup != nil:
		return w.deleteComputerGroup(*c.DeleteComputerGroup)
	case c.CreateActionGroup != nil:
		return w.createActionGroup(*c.CreateActionGroup)
	case c.DeleteActionGroup != nil:
		return w.deleteActionGroup(*c.DeleteActionGroup)
	case c.Register != nil:
		err = w.register(*c.Register)
	case c.Grant != nil:
		return w.grant(*c.Grant)
	case c.Rotate != nil:
		return w.rotate(*c.Rotate)
	case c.Revoke != nil:
		err = w.revoke(*c.Revoke)
	}
	return done, err
}

// End puts something in the world's place. No command is carried out while it does, and none
// afterwards: a command that was asked for before must not get into the journal of the next world.
// An error is that of replace; the world then goes on.
func (w *World) End(replace func() error) error {
	defer w.lock()()
	if err := replace(); err != nil {
		return err
	}
	w.ended = true
	return nil
}

// Forward moves the time forward. An error is a time that cannot be reached, or the journal's.
func (w *World) Forward(by time.Duration) error {
	defer w.lock()()
	if by < 0 {
		return errors.New("the time cannot be moved backwards")
	}
	if by > w.options.Clock.Remaining() {
		return errors.New("the time cannot be moved so far")
	}
	if _, err := w.execute(Command{Forward: by}); err != nil {
		return err
	}
	w.options.Clock.Advance(by)
	return nil
}
