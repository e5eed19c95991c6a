// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Command is a request that changes the world. Exactly one field besides At is set.
type Command struct {
	At time.Time `json:"at"`

	Deploy              []Deployment   `json:"deploy,omitempty"`
	Stop                string         `json:"stop,omitempty"`
	Delete              string         `json:"delete,omitempty"`
	Approve             *Approval      `json:"approve,omitempty"`
	Edit                *Edit          `json:"edit,omitempty"`
	Disturb             []Change       `json:"disturb,omitempty"`
	CreateComputerGroup *ComputerGroup `json:"create_computer_group,omitempty"`
	DeleteComputerGroup *Ref           `json:"delete_computer_group,omitempty"`
	CreateActionGroup   *ActionGroup   `json:"create_action_group,omitempty"`
	DeleteActionGroup   *Ref           `json:"delete_action_group,omitempty"`
	Register            *Registration  `json:"register,omitempty"`
	Grant               *Grant         `json:"grant,omitempty"`
	Rotate              *Rotation      `json:"rotate,omitempty"`
	Revoke              *Revocation    `json:"revoke,omitempty"`
	// Forward is the skipped time.
	Forward time.Duration `json:"forward,omitempty"`
}

// Approval is a user's approval of a scheduled action.
type Approval struct{ ID, By string }

// Ref names an object. The ID wins over the name.
type Ref struct{ ID, Name string }

// commandResult is what a command created.
type commandResult struct {
	scheduled []*ScheduledActionView
	id        string
	token     *Token
}

// Failure is a rejected command, with one of the platform's error names (API.md#error-names).
type Failure struct{ Name, Detail string }

// Error returns the name and the detail.
func (f *Failure) Error() string {
	if f.Detail == "" {
		return f.Name
	}
	return f.Name + ": " + f.Detail
}

// execute writes a command to the journal before it applies it, so that a restart keeps every
// acknowledged command. The journal also keeps a rejected command, which is rejected again on
// replay. The caller holds the lock.
func (w *World) execute(c Command) (commandResult, error) {
	if w.ended {
		return commandResult{}, errors.New("nothing was done: the simulator was reset during the request")
	}
	c.At = w.now
	if w.options.Journal != nil {
		encoded, err := json.Marshal(c)
		if err != nil {
			return commandResult{}, err
		}
		if err := w.options.Journal.Append(encoded); err != nil {
			return commandResult{}, fmt.Errorf("nothing was done: the command could not be stored: %w", err)
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
	case c.Edit != nil:
		err = w.edit(*c.Edit)
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

// End calls replace and then rejects all further commands, so that a late command cannot get into
// the journal of the next world. No command runs during replace. If replace fails, End returns its
// error and the world continues.
func (w *World) End(replace func() error) error {
	defer w.lock()()
	if err := replace(); err != nil {
		return err
	}
	w.ended = true
	return nil
}
