// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// ComputerGroup describes a computer group to create.
type ComputerGroup struct {
	Name       string
	Filter     filter.Filter
	Management bool
	ContentSet string // empty for none
}

// ActionGroup describes an action group to create.
type ActionGroup struct {
	Name           string
	Any            bool
	ComputerGroups []Ref
	Visibility     string
	UserGroups     []string
}

// Registration registers a sensor with the data service, or ends its registration.
type Registration struct {
	Sensor  string
	Params  map[string]string
	Harvest bool
}

// CreateComputerGroup creates a computer group and returns its ID. Names are unique
// (API.md#computer-groups).
func (w *World) CreateComputerGroup(group ComputerGroup) (id string, err error) {
	defer w.lock()()
	done, err := w.execute(Command{CreateComputerGroup: &group})
	return done.id, err
}

// DeleteComputerGroup deletes a computer group and returns its ID. Scheduled actions that target it
// keep their targets (API.md#deleted-groups).
func (w *World) DeleteComputerGroup(ref Ref) (id string, err error) {
	defer w.lock()()
	done, err := w.execute(Command{DeleteComputerGroup: &ref})
	return done.id, err
}

// CreateActionGroup creates an action group and returns its ID.
func (w *World) CreateActionGroup(group ActionGroup) (id string, err error) {
	defer w.lock()()
	done, err := w.execute(Command{CreateActionGroup: &group})
	return done.id, err
}

// DeleteActionGroup deletes an action group and returns its ID.
func (w *World) DeleteActionGroup(ref Ref) (id string, err error) {
	defer w.lock()()
	done, err := w.execute(Command{DeleteActionGroup: &ref})
	return done.id, err
}

// Register registers a sensor with the data service, or ends its registration.
func (w *World) Register(registration Registration) error {
	defer w.lock()()
	_, err := w.execute(Command{Register: &registration})
	return err
}

// firstCreated is the first ID of created groups and tokens. It is far from the IDs of a fleet.
const firstCreated = 5001

func (w *World) createComputerGroup(group ComputerGroup) (commandResult, error) {
	if group.Name == "" || w.fleet.ComputerGroup("", group.Name) != nil {
		return commandResult{}, &Failure{"GroupNameNotUnique", group.Name}
	}
	if _, err := filter.Compile(group.Filter, w.fleet.Vocabulary()); err != nil {
		return commandResult{}, err
	}
	next := *w.fleet
	id := numberedID(firstCreated, w.created)
	w.created++
	next.ComputerGroups = append(slices.Clone(next.ComputerGroups),
		fleet.ComputerGroup{ID: id, Name: group.Name, Filter: &group.Filter, Management: group.Management,
			ContentSet: group.ContentSet,
			Expression: "made by the API"})
	w.fleet = &next
	return commandResult{id: id}, nil
}

func (w *World) deleteComputerGroup(ref Ref) (commandResult, error) {
	group := w.fleet.ComputerGroup(ref.ID, ref.Name)
	if group == nil {
		return commandResult{}, &Failure{"GroupNotFound", ref.ID + ref.Name}
	}
	for _, other := range w.fleet.ActionGroups {
		if slices.Contains(other.ComputerGroups, group.Name) {
			return commandResult{}, &Failure{"GroupInUse", fmt.Sprintf("action group %q contains it", other.Name)}
		}
	}
	for _, other := range w.fleet.ComputerGroups {
		if refersTo(other.Condition(), *group) {
			return commandResult{}, &Failure{"GroupInUse", fmt.Sprintf("computer group %q refers to it", other.Name)}
		}
	}
	id, next := group.ID, *w.fleet
	next.ComputerGroups = slices.DeleteFunc(slices.Clone(next.ComputerGroups), func(g fleet.ComputerGroup) bool {
		return g.ID == id
	})
	w.fleet = &next
	return commandResult{id: id}, nil
}

func refersTo(f filter.Filter, group fleet.ComputerGroup) bool {
	if f.MemberOf != nil && (f.MemberOf.ID == group.ID || f.MemberOf.ID == "" && f.MemberOf.Name == group.Name) {
		return true
	}
	return slices.ContainsFunc(f.Filters, func(child filter.Filter) bool { return refersTo(child, group) })
}

func (w *World) createActionGroup(group ActionGroup) (commandResult, error) {
	if group.Name == "" {
		return commandResult{}, &Failure{"ActionGroupNameInvalid", "the name is empty"}
	}
	if w.fleet.ActionGroup("", group.Name) != nil {
		return commandResult{}, &Failure{"GroupNameNotUnique", group.Name}
	}
	created := fleet.ActionGroup{
		Name:       group.Name,
		Any:        group.Any,
		Visibility: group.Visibility,
		UserGroups: group.UserGroups,
	}
	for _, ref := range group.ComputerGroups {
		member := w.fleet.ComputerGroup(ref.ID, ref.Name)
		if member == nil {
			return commandResult{}, &Failure{"GroupNotFound", ref.ID + ref.Name}
		}
		created.ComputerGroups = append(created.ComputerGroups, member.Name)
	}
	next := *w.fleet
	created.ID = numberedID(firstCreated, w.created)
	w.created++
	next.ActionGroups = append(slices.Clone(next.ActionGroups), created)
	w.fleet = &next
	return commandResult{id: created.ID}, nil
}

func (w *World) deleteActionGroup(ref Ref) (commandResult, error) {
	group := w.fleet.ActionGroup(ref.ID, ref.Name)
	if group == nil {
		return commandResult{}, &Failure{"ActionGroupNotFound", ref.ID + ref.Name}
	}
	id, next := group.ID, *w.fleet
	next.ActionGroups = slices.DeleteFunc(slices.Clone(next.ActionGroups), func(g fleet.ActionGroup) bool {
		return g.ID == id
	})
	w.fleet = &next
	return commandResult{id: id}, nil
}

func (w *World) register(r Registration) error {
	sensor, err := w.fleet.ResolveSensor(r.Sensor, r.Params)
	if err != nil {
		return &Failure{"SensorNotFound", err.Error()}
	}
	changed := *sensor
	if len(sensor.Parameters) == 0 {
		changed.Unregistered = !r.Harvest
	} else {
		changed.Registered = slices.DeleteFunc(slices.Clone(changed.Registered), func(values map[string]string) bool {
			return maps.Equal(values, r.Params)
		})
		if r.Harvest {
			changed.Registered = append(changed.Registered, r.Params)
		}
	}
	w.fleet = w.fleet.WithSensor(changed)
	return nil
}
