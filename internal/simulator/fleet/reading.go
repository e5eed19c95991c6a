// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// NoResults is what a sensor reports that has nothing to report (API.md#readings).
const NoResults = "[no results]"

// Overlay is what has changed on an endpoint since the beginning: its readings by sensor, whether
// it is online, and the actions it was given to run.
type Overlay struct {
	Readings map[string]Rows
	Online   bool
	Runs     []Run
	// JoinedStatuses is how the sensor "Action Statuses" spells states.
	JoinedStatuses bool
}

// Read is what a sensor reports of an endpoint: its rows, at least one. The parameters must be
// right: see Vocabulary.
func (f *Fleet) Read(e *Endpoint, overlay Overlay, sensor *Sensor, params map[string]string) Rows {
	rows, derived := f.derive(e, overlay, sensor, params)
	if !derived {
		rows = f.held(e, overlay, sensor.Name)
	}
	if len(rows) > 0 {
		return rows
	}
	empty := make([]string, max(1, len(sensor.Columns)))
	for i := range empty {
		empty[i] = sensor.Empty
	}
	return Rows{empty}
}

// held is what is on record, by what is newest.
func (f *Fleet) held(e *Endpoint, overlay Overlay, sensor string) Rows {
	if rows, changed := overlay.Readings[sensor]; changed {
		return rows
	}
	if rows, own := e.Readings[sensor]; own {
		return rows
	}
	return e.profile.Readings[sensor]
}

// Sensors that are not on record but follow from what is.
const (
	sensorCustomTags   = "Custom Tags"
	sensorApplications = "Installed Applications"
	sensorSerialNumber = "Computer Serial Number"
	sensorTagExists    = "Custom Tag Exists"
	sensorVersion      = "Installed Application Version"
	sensorBusiest      = "High CPU Processes"
)

func (f *Fleet) derive(e *Endpoint, overlay Overlay, sensor *Sensor, params map[string]string) (Rows, bool) {
	one := func(value string) (Rows, bool) { return Rows{{value}}, true }
	parameter := func(name string) string {
		value, given := params[name]
		if !given {
			for _, parameter := range sensor.Parameters {
				if parameter.Name == name && parameter.Default != nil {
					value = *parameter.Default
				}
			}
		}
		return value
	}
	switch sensor.Name {
	case "Computer Name":
		return one(e.Name)
	case "Computer ID":
		return one(computerID(e.ID))
	case sensorSerialNumber:
		if held := f.held(e, overlay, sensor.Name); len(held) > 0 {
			return held, true
		}
		return one("SN-" + e.ID)
	case "OS Platform":
		return one(e.Platform())
	case "Tanium Client IP Address", "IP Address":
		return one(e.IPAddress)
	case "Online":
		return one(truth(overlay.Online))
	case "Is Windows", "Is Linux", "Is Mac", "Is Solaris", "Is AIX":
		return one(truth(strings.TrimPrefix(sensor.Name, "Is ") == e.Platform()))
	case sensorTagExists:
		return one(truth(holds(f.held(e, overlay, sensorCustomTags), parameter("tag"))))
	case sensorVersion:
		return firstValues(chosen(f.held(e, overlay, sensorApplications), []string{parameter("application")})), true
	case sensorActionStatuses:
		return statuses(overlay.Runs, overlay.JoinedStatuses), true
	case sensorActionLog:
		most, _ := strconv.Atoi(parameter("lines"))
		return log(overlay.Runs, parameter("actionID"), most), true
	case sensorBusiest:
		rows := f.held(e, overlay, sensor.Name)
		if most, err := strconv.Atoi(parameter("numOutput")); err == nil {
			rows = rows[:max(0, min(most, len(rows)))]
		}
		return rows, true
	default:
		chooses := sensor.choosing()
		values := make([]string, len(chooses))
		for i, each := range chooses {
			values[i] = parameter(each.Name)
		}
		return chosen(f.held(e, overlay, sensor.Name), values), len(values) > 0
	}
}

// chosen is what comes after some values in the rows that begin with them.
func chosen(rows Rows, values []string) Rows {
	var result Rows
	for _, row := range rows {
		if len(row) > len(values) && slices.EqualFunc(row[:len(values)], values, strings.EqualFold) {
			result = append(result, row[len(values):])
		}
	}
	return result
}

func firstValues(rows Rows) Rows {
	result := make(Rows, len(rows))
	for i, row := range rows {
		result[i] = row[:1]
	}
	return result
}

func holds(rows Rows, value string) bool {
	return slices.ContainsFunc(rows, func(row []string) bool { return strings.EqualFold(row[0], value) })
}

func truth(value bool) string {
	if value {
		return "True"
	}
	return "False"
}

// computerID is a number that is unique and no endpoint's ID: taking the one for the other is a
// mistake that must not work here.
func computerID(id string) string {
	number, err := strconv.ParseUint(id, 10, 32)
	if err != nil {
		return id
	}
	return strconv.FormatUint((number*2654435761)%4294967296, 10)
}

// EffectKind is what an effect does.
type EffectKind string

// The kinds of effect.
const (
	AddRows    EffectKind = "add_rows"    // a row for each word of the value
	RemoveRows EffectKind = "remove_rows" // rows whose column is the value, or one of its words
	SetColumn  EffectKind = "set_column"  // in rows whose column is the value, another column
)

// Effect is a change that a completed run makes to what a sensor reads.
type Effect struct {
	Kind   EffectKind `yaml:"kind"`
	Sensor string     `yaml:"sensor"`
	// Column of the value; the only one, without it.
	Column string `yaml:"column"`
	// Value may be a parameter of the package, "$1", or a sensor-sourced one, "||name||".
	Value string `yaml:"value"`
	// Words: the value is a list of words, divided by blanks.
	Words bool `yaml:"words"`
	// Set and To are the column to set and what to, for SetColumn.
	Set string `yaml:"set"`
	To  string `yaml:"to"`
	// Linked removes, for RemoveRows, what the rows removed name from another sensor's rows.
	Linked *Link `yaml:"linked"`
}

// Link ties the rows of two sensors.
type Link struct {
	From   string `yaml:"from"` // column of the rows removed
	Sensor string `yaml:"sensor"`
	Column string `yaml:"column"` // the only one, without it
}

func (f *Fleet) checkEffect(effect Effect) error {
	switch effect.Kind {
	case AddRows, RemoveRows, SetColumn:
	default:
		return fmt.Errorf("unknown effect %q", effect.Kind)
	}
	type place struct{ sensor, column string }
	places := []place{{effect.Sensor, effect.Column}}
	if effect.Kind == SetColumn {
		places = append(places, place{effect.Sensor, effect.Set})
	}
	if effect.Linked != nil {
		places = append(places, place{effect.Sensor, effect.Linked.From},
			place{effect.Linked.Sensor, effect.Linked.Column})
	}
	for _, place := range places {
		sensor := f.Sensor(place.sensor)
		if sensor == nil {
			return fmt.Errorf("effect on an unknown sensor %q", place.sensor)
		}
		if len(sensor.choosing()) > 0 {
			return fmt.Errorf("effect on sensor %q: it has parameters, and an effect has no values for them",
				place.sensor)
		}
		if sensor.ColumnIndex(place.column) < 0 {
			return fmt.Errorf("effect on sensor %q: unknown column %q", place.sensor, place.column)
		}
	}
	return nil
}

// ColumnIndex is the index of a column; an empty name, and that of the sensor, is the only one of a
// sensor without several. -1 is none.
func (s *Sensor) ColumnIndex(name string) int {
	if len(s.Columns) == 0 {
		if name == "" || name == s.Name {
			return 0
		}
		return -1
	}
	return slices.IndexFunc(s.Columns, func(column Column) bool { return column.Name == name })
}

// Apply is what a completed run of the package leaves: the readings it changed, by sensor.
func (f *Fleet) Apply(
	p *Package, e *Endpoint, overlay Overlay, params []string, sourced map[string]string,
) map[string]Rows {
	changed := map[string]Rows{}
	current := func(sensor string) Rows {
		if rows, ok := changed[sensor]; ok {
			return rows
		}
		return f.held(e, overlay, sensor)
	}
	for _, effect := range p.Effects {
		words := []string{parameterValue(effect.Value, params, sourced)}
		if effect.Words {
			words = strings.Fields(words[0])
		}
		sensor := f.Sensor(effect.Sensor)
		column := sensor.ColumnIndex(effect.Column)
		rows := current(effect.Sensor)
		named := func(row []string) bool {
			return slices.ContainsFunc(words, func(word string) bool { return strings.EqualFold(word, row[column]) })
		}
		switch effect.Kind {
		case AddRows:
			rows = slices.Clone(rows)
			for _, word := range words {
				if !holds(rows, word) {
					rows = append(rows, []string{word})
				}
			}
			changed[effect.Sensor] = rows
		case RemoveRows:
			if link := effect.Linked; link != nil {
				from, other := sensor.ColumnIndex(link.From), f.Sensor(link.Sensor).ColumnIndex(link.Column)
				var names []string
				for _, row := range rows {
					if named(row) {
						names = append(names, row[from])
					}
				}
				changed[link.Sensor] = without(current(link.Sensor), func(row []string) bool {
					return slices.Contains(names, row[other])
				})
			}
			changed[effect.Sensor] = without(rows, named)
		case SetColumn:
			set := sensor.ColumnIndex(effect.Set)
			result := make(Rows, len(rows))
			for i, row := range rows {
				if result[i] = row; named(row) {
					result[i] = slices.Clone(row)
					result[i][set] = effect.To
				}
			}
			changed[effect.Sensor] = result
		}
	}
	return changed
}

func without(rows Rows, drop func([]string) bool) Rows {
	result := Rows{}
	for _, row := range rows {
		if !drop(row) {
			result = append(result, row)
		}
	}
	return result
}

// parameterValue puts the parameters of an action into a placeholder.
func parameterValue(placeholder string, params []string, sourced map[string]string) string {
	if name, ok := strings.CutPrefix(placeholder, "||"); ok {
		return sourced[strings.TrimSuffix(name, "||")]
	}
	if number, ok := strings.CutPrefix(placeholder, "$"); ok {
		if n, err := strconv.Atoi(number); err == nil && n >= 1 && n <= len(params) {
			return params[n-1]
		}
		return ""
	}
	return placeholder
}
