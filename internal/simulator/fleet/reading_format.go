// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// readingFormat explains the format of readings when the sensor is not known.
const readingFormat = `a reading is a list of rows, and a row a list of texts: write <sensor>: ` +
	`[["<value>"]], or, of a sensor with parameters, <sensor>: [["<parameter>", "<value>"]]`

// UnmarshalYAML decodes rows. Its error explains the format.
func (r *Rows) UnmarshalYAML(unmarshal func(any) error) error {
	var plain [][]string
	err := unmarshal(&plain)
	if at := yaml.Error(nil); errors.As(err, &at) {
		return &yaml.SyntaxError{Message: readingFormat, Token: at.GetToken()}
	}
	*r = plain
	return err
}

// UnmarshalJSON decodes the rows of a control call. Its error explains the format.
func (r *Rows) UnmarshalJSON(text []byte) error {
	var plain [][]string
	if json.Unmarshal(text, &plain) != nil {
		return errors.New(readingFormat)
	}
	*r = plain
	return nil
}

// keyParameters returns the parameters whose values start each recorded row and select rows. These
// are all parameters, except for High CPU Processes, whose parameter is the number of rows.
func (s *Sensor) keyParameters() []Parameter {
	if s.Name == sensorHighCPU {
		return nil
	}
	return s.Parameters
}

// format shows the format of the sensor's readings.
func (s *Sensor) format() string {
	var values []string
	for _, parameter := range s.keyParameters() {
		values = append(values, `"<`+parameter.Name+`>"`)
	}
	for _, column := range s.Columns {
		values = append(values, `"<`+column.Name+`>"`)
	}
	if len(s.Columns) == 0 {
		values = append(values, `"<value>"`)
	}
	return fmt.Sprintf("%s: [[%s]]", s.Name, strings.Join(values, ", "))
}

// rowLength is the number of values in a recorded row.
func (s *Sensor) rowLength() int { return len(s.keyParameters()) + max(1, len(s.Columns)) }

// CheckReadings checks readings against their sensors. The error starts with where and explains the
// format.
func (f *Fleet) CheckReadings(readings map[string]Rows, where string) error {
	for name, rows := range readings {
		sensor := f.Sensor(name)
		if sensor == nil {
			return fmt.Errorf("%s: there is no sensor %q%s", where, name, f.suggestion(name))
		}
		if err := f.checkDerived(sensor); err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		for _, row := range rows {
			if len(row) != sensor.rowLength() {
				return fmt.Errorf("%s: a row of sensor %q has %d values, not %d: write %s",
					where, name, len(row), sensor.rowLength(), sensor.format())
			}
		}
	}
	return nil
}

// checkDerived rejects readings of a sensor with parameters that is derived from other data.
func (f *Fleet) checkDerived(sensor *Sensor) error {
	var from string
	switch {
	case len(sensor.Parameters) == 0:
		return nil
	case sensor.Name == sensorActionLog:
		return fmt.Errorf("sensor %q has no readings of its own: it reads the endpoint's runs", sensor.Name)
	case sensor.Name == sensorTagExists:
		from = sensorCustomTags
	case sensor.Name == sensorVersion:
		from = sensorApplications
	default:
		return nil
	}
	if of := f.Sensor(from); of != nil {
		return fmt.Errorf("sensor %q has no readings of its own: write %s", sensor.Name, of.format())
	}
	return fmt.Errorf("sensor %q has no readings of its own: it reads the sensor %q, which the fleet does not have",
		sensor.Name, from)
}

// suggestion is a hint for an unknown name that starts with the name of a sensor with parameters.
func (f *Fleet) suggestion(name string) string {
	var best *Sensor
	for i := range f.Sensors {
		sensor := &f.Sensors[i]
		if len(sensor.Parameters) == 0 || !strings.HasPrefix(name, sensor.Name) {
			continue
		}
		if best == nil || len(best.Name) < len(sensor.Name) {
			best = sensor
		}
	}
	if best == nil {
		return ""
	}
	if err := f.checkDerived(best); err != nil {
		return ": " + err.Error()
	}
	return ": write " + best.format()
}
