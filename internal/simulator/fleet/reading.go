// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	_ "embed" // the fleet that is built in
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
