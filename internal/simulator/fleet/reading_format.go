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

// anySpelling is how readings are written, of a sensor that is not known yet.
const readingFormat = `a reading is a list of rows, and a row a list of texts: write <sensor>: ` +
	`[["<value>"]], or, of a sensor with parameters, <sensor>: [["<parameter>", "<value>"]]`

// UnmarshalYAML reads rows, and says how they are written where they are written otherwise.
func (r *Rows) UnmarshalYAML(unmarshal func(any) error) error {
	var plain [][]string
	err := unmarshal(&plain)
	if at := yaml.Error(nil); errors.As(err, &at) {
		return &yaml.SyntaxError{Message: readingFormat, Token: at.GetToken()}
	}
	*r = plain
	return err
}

// UnmarshalJSON is UnmarshalYAML for the control calls.
func (r *Rows) UnmarshalJSON(text []byte) error {
	var plain [][]string
	if json.Unmarshal(text, &plain) != nil {
		return errors.New(readingFormat)
	}
	*r = plain
	return nil
}

// choosing are the parameters whose values a row begins with, to be chosen by them. They are all of
// a sensor's, but for the one of a sensor that says how many rows to show.
func (s *Sensor) keyParameters() []Parameter {
	if s.Name == sensorHighCPU {
		return nil
	}
	return s.Parameters
}

// spelling is how readings of a sensor are written.
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

// stored is how many values a row has on record.
func (s *Sensor) rowLength() int { return len(s.keyParameters()) + max(1, len(s.Columns)) }

// CheckReadings holds readings against the sensors they are of. The error begins with whose they
// are, and shows how they are written.
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

// checkDerived refuses readings of a sensor with parameters that follows from something else.
func (f *Fleet) checkDerived(sensor *Sensor) error {
	var from string
	switch {
	case len(sensor.Parameters) == 0:
		return nil
	case sensor.Name == sensorActionLog:
		return fmt.Errorf("sensor %q has no readings of its own: it reads what the endpoint runs", sensor.Name)
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

// meant is a hint for a name that goes on after that of a sensor with parameters, as if with their
// values.
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
