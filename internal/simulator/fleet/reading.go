// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"slices"
	"strconv"
	"strings"
)

// NoResults is the reading of a sensor that has no value (API.md#readings).
const NoResults = "[no results]"

// Overlay is what has changed on an endpoint since the start: its readings by sensor, whether it is
// online, and its runs of actions.
type Overlay struct {
	Readings map[string]Rows
	Online   bool
	// Runs returns the runs; nil for none. It is a function, because most sensors do not read them,
	// and an endpoint can have thousands.
	Runs func() []Run
	// JoinedStatuses makes the sensor "Action Statuses" write a multi-word state as one word.
	JoinedStatuses bool
	// SucceededStatuses makes it write "Succeeded" for "Completed".
	SucceededStatuses bool
}

func (o Overlay) runs() []Run {
	if o.Runs == nil {
		return nil
	}
	return o.Runs()
}

// Read returns a sensor's rows for an endpoint, at least one. The caller must check the parameters:
// see Vocabulary.
func (f *Fleet) Read(e *Endpoint, overlay Overlay, sensor *Sensor, params map[string]string) Rows {
	rows, derived := f.derive(e, overlay, sensor, params)
	if !derived {
		rows = f.recorded(e, overlay, sensor.Name)
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

// recorded returns the latest recorded rows: of the overlay, the endpoint or the profile.
func (f *Fleet) recorded(e *Endpoint, overlay Overlay, sensor string) Rows {
	if rows, changed := overlay.Readings[sensor]; changed {
		return rows
	}
	if rows, own := e.Readings[sensor]; own {
		return rows
	}
	return e.profile.Readings[sensor]
}

// Sensors that are derived from other data.
const (
	sensorCustomTags   = "Custom Tags"
	sensorApplications = "Installed Applications"
	sensorSerialNumber = "Computer Serial Number"
	sensorTagExists    = "Custom Tag Exists"
	sensorVersion      = "Installed Application Version"
	sensorHighCPU      = "High CPU Processes"
)

func (f *Fleet) derive(e *Endpoint, overlay Overlay, sensor *Sensor, params map[string]string) (Rows, bool) {
	single := func(value string) (Rows, bool) { return Rows{{value}}, true }
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
		return single(e.Name)
	case "Computer ID":
		return single(computerID(e.ID))
	case sensorSerialNumber:
		if rows := f.recorded(e, overlay, sensor.Name); len(rows) > 0 {
			return rows, true
		}
		return single("SN-" + e.ID)
	case "OS Platform":
		return single(e.Platform())
	case "Tanium Client IP Address", "IP Address":
		return single(e.IPAddress)
	case "Online":
		return single(formatBool(overlay.Online))
	case "Is Windows", "Is Linux", "Is Mac", "Is Solaris", "Is AIX":
		return single(formatBool(strings.TrimPrefix(sensor.Name, "Is ") == e.Platform()))
	case sensorTagExists:
		return single(formatBool(containsValue(f.recorded(e, overlay, sensorCustomTags), parameter("tag"))))
	case sensorVersion:
		rows := selectRows(f.recorded(e, overlay, sensorApplications), []string{parameter("application")})
		return firstValues(rows), true
	case sensorActionStatuses:
		return actionStatuses(overlay.runs(), overlay), true
	case sensorActionLog:
		limit, _ := strconv.Atoi(parameter("lines"))
		return actionLog(overlay.runs(), parameter("actionID"), limit), true
	case sensorHighCPU:
		rows := f.recorded(e, overlay, sensor.Name)
		if limit, err := strconv.Atoi(parameter("numOutput")); err == nil {
			rows = rows[:max(0, min(limit, len(rows)))]
		}
		return rows, true
	default:
		keys := sensor.keyParameters()
		values := make([]string, len(keys))
		for i, each := range keys {
			values[i] = parameter(each.Name)
		}
		return selectRows(f.recorded(e, overlay, sensor.Name), values), len(values) > 0
	}
}

// selectRows returns the rows that start with the values, without the values.
func selectRows(rows Rows, values []string) Rows {
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

func containsValue(rows Rows, value string) bool {
	return slices.ContainsFunc(rows, func(row []string) bool { return strings.EqualFold(row[0], value) })
}

func formatBool(value bool) string {
	if value {
		return "True"
	}
	return "False"
}

// computerID returns a unique number that differs from every endpoint ID, so that a mix-up of the
// two fails.
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
