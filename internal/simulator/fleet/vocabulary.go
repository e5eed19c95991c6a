// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
)

// Vocabulary returns the names that a filter of this fleet's endpoints can use.
func (f *Fleet) Vocabulary() filter.Vocabulary { return vocabulary{fleet: f} }

type vocabulary struct {
	fleet *Fleet
	depth int // of groups made of groups
}

// maxGroupDepth limits nested groups, because a group can be a member of itself.
const maxGroupDepth = 8

// PathSensor returns the sensor of a field of the schema's type Endpoint; empty for none.
func PathSensor(path string) string {
	switch path {
	case "name":
		return "Computer Name"
	case "computerID":
		return "Computer ID"
	case "ipAddress":
		return "Tanium Client IP Address"
	case "os.platform":
		return "OS Platform"
	case "os.name":
		return "Operating System"
	case "serialNumber":
		return "Computer Serial Number"
	case "manufacturer":
		return "Manufacturer"
	case "model":
		return "Model"
	case "chassisType":
		return "Chassis Type"
	case "isVirtual":
		return "Is Virtual"
	case "lastLoggedInUser":
		return "Last Logged In User"
	case "domainName":
		return "Domain Name"
	default:
		return ""
	}
}

func (v vocabulary) Path(path string) (filter.Value, error) {
	switch path {
	case "id":
		return filter.Value{Type: filter.ID}, nil
	case lastSeen:
		return filter.Value{Type: filter.Time}, nil
	}
	if sensor := v.fleet.Sensor(PathSensor(path)); sensor != nil {
		return filter.Value{Type: sensor.ValueType, IgnoreCase: !sensor.CaseSensitive}, nil
	}
	return filter.Value{}, fmt.Errorf("filter path %q is not supported", path)
}

func (v vocabulary) Sensor(ref filter.SensorRef) (filter.Value, error) {
	sensor, err := v.fleet.ResolveSensor(ref.Name, ref.Params)
	if err != nil {
		return filter.Value{}, err
	}
	return sensor.DescribeColumn(ref.Column)
}

// DescribeColumn describes the values of a column. An empty name means the only column.
func (s *Sensor) DescribeColumn(name string) (filter.Value, error) {
	column := s.ColumnIndex(name)
	switch {
	case name == "" && len(s.Columns) > 0:
		return filter.Value{}, fmt.Errorf("sensor %q has several columns: a filter must name one", s.Name)
	case column < 0:
		return filter.Value{}, fmt.Errorf("column %q must refer to an existing column of sensor %q", name, s.Name)
	case len(s.Columns) == 0:
		return filter.Value{Type: s.ValueType, IgnoreCase: !s.CaseSensitive}, nil
	}
	return filter.Value{Type: s.Columns[column].ValueType, IgnoreCase: !s.CaseSensitive}, nil
}

// ResolveSensor finds a sensor and checks its parameters.
func (f *Fleet) ResolveSensor(name string, params map[string]string) (*Sensor, error) {
	sensor := f.Sensor(name)
	if sensor == nil {
		return nil, fmt.Errorf("sensor %q must refer to an existing sensor", name)
	}
	for given := range params {
		if !slices.ContainsFunc(sensor.Parameters, func(p Parameter) bool { return p.Name == given }) {
			return nil, fmt.Errorf("sensor %q has no parameter %q", name, given)
		}
	}
	for _, parameter := range sensor.Parameters {
		if _, given := params[parameter.Name]; !given && parameter.Default == nil {
			return nil, fmt.Errorf("sensor %q needs a value for its parameter %q", name, parameter.Name)
		}
	}
	return sensor, nil
}

func (v vocabulary) Column(string) (filter.Value, error) {
	return filter.Value{}, errors.New("a filter of endpoints has no column of its own")
}

func (v vocabulary) Group(ref filter.GroupRef) (filter.Matcher, error) {
	group := v.fleet.ComputerGroup(ref.ID, ref.Name)
	if group == nil {
		return nil, fmt.Errorf("computer group %q must refer to an existing computer group", ref.ID+ref.Name)
	}
	if v.depth >= maxGroupDepth {
		return nil, fmt.Errorf("computer group %q is a member of itself", group.Name)
	}
	return filter.Compile(group.Condition(), vocabulary{fleet: v.fleet, depth: v.depth + 1})
}

// Condition returns the group's rule as a filter.
func (g *ComputerGroup) Condition() filter.Filter {
	if g.Filter != nil {
		return *g.Filter
	}
	return g.Rule.Filter()
}

// Subject is an endpoint as a filter reads it.
type Subject struct {
	Fleet    *Fleet
	Endpoint *Endpoint
	Overlay  Overlay
	Now      time.Time
}

// Weight returns the number of runs in a subject. Each takes about as much memory as the subject
// itself.
func (s Subject) Weight() int { return len(s.Overlay.runs()) }

// lastSeen is the path of the time at which the endpoint was last seen.
const lastSeen = "eidLastSeen"

// LastSeen returns the current time for an endpoint that is online, and nil for others, whose time
// is not recorded.
func (s Subject) LastSeen() *time.Time {
	if !s.Overlay.Online {
		return nil
	}
	seen := s.Now.UTC()
	return &seen
}

// Field returns the value of a schema field.
func (s Subject) Field(path string) []string {
	switch path {
	case "id":
		return []string{s.Endpoint.ID}
	case lastSeen:
		if seen := s.LastSeen(); seen != nil {
			return []string{seen.Format(time.RFC3339)}
		}
		return nil
	}
	return s.Reading(filter.SensorRef{Name: PathSensor(path)})
}

// Reading returns the values of one column of a sensor.
func (s Subject) Reading(ref filter.SensorRef) []string {
	sensor := s.Fleet.Sensor(ref.Name)
	if sensor == nil {
		return nil
	}
	column := sensor.ColumnIndex(ref.Column)
	rows := s.Fleet.Read(s.Endpoint, s.Overlay, sensor, ref.Params)
	values := make([]string, len(rows))
	for i, row := range rows {
		values[i] = row[column]
	}
	return values
}

// Tags returns the custom tags of the endpoint; none if the fleet does not have the sensor.
func (s Subject) Tags() Rows { return s.Fleet.recorded(s.Endpoint, s.Overlay, sensorCustomTags) }

// Column returns nothing: an endpoint has no columns.
func (s Subject) Column(string) []string { return nil }
