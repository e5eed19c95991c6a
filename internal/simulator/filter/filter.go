// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package filter evaluates Tanium's filters. One evaluator serves endpoints, computer groups, the
// targets of actions, sensor readings, and the lists of packages and actions. The four filter
// inputs of the schema all become a Filter.
//
// It imports no other package of this project.
package filter

// Filter is a condition from a request. It is either single (one of Path, Sensor, MemberOf or
// Column, with Op and Value) or compound (Filters, with Any). A filter that is both or neither is
// an error.
type Filter struct {
	Path     string
	Sensor   *SensorRef
	MemberOf *GroupRef
	// Column is a column of the sensor whose reading is filtered (SensorValueFilter). Empty means
	// the sensor's only column.
	Column  string
	Op      Op
	Value   *string
	Filters []Filter
	Any     bool
	Negated bool
	// MaxAge is accepted for the live source only.
	MaxAge *int
}

// SensorRef names a sensor, a column if it has several, and the values of its parameters.
type SensorRef struct {
	Name   string
	Column string
	Params map[string]string
}

// GroupRef names a computer group. The ID wins over the name.
type GroupRef struct{ ID, Name string }

// Op is an operator, spelled as in the schema's FieldFilterOp. Empty means EQ.
type Op string

// Type is the type of a value and determines how values compare. It is spelled as in
// Sensor.valueType.
type Type string

// Value describes the values of a path or a column.
type Value struct {
	Type       Type
	IgnoreCase bool
}

// Vocabulary describes the names that a filter can use. Its errors go to the caller of the API and
// contain the unknown name.
type Vocabulary interface {
	// Path describes a field of the filtered record.
	Path(path string) (Value, error)
	// Sensor describes a reading. It checks the parameters and the column.
	Sensor(ref SensorRef) (Value, error)
	// Column describes a column of the filtered reading.
	Column(name string) (Value, error)
	// Group returns the compiled rule of a computer group.
	Group(ref GroupRef) (Matcher, error)
}

// Subject is a filtered object. A name can have several values; one matching value is enough.
type Subject interface {
	Field(path string) []string
	Reading(ref SensorRef) []string
	Column(name string) []string
}

// Matcher is a compiled filter. It is safe for concurrent use.
type Matcher func(Subject) bool
