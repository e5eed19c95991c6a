// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package filter decides whether something passes one of Tanium's filters. One evaluator serves
// endpoints, computer groups, the targets of actions, sensor readings and the lists of packages and
// actions: the four filter inputs of the schema are all a Filter here.
//
// It imports nothing of this project.
package filter

// Filter is a condition as a request states it. It is single (one of Path, Sensor, MemberOf or
// Column, with Op and Value) or compound (Filters, with Any); being both is an error, as is being
// neither.
type Filter struct {
	Path     string
	Sensor   *SensorRef
	MemberOf *GroupRef
	// Column is that of the sensor whose reading is filtered (SensorValueFilter). Empty is the
	// sensor's only column.
	Column  string
	Op      Op
	Value   *string
	Filters []Filter
	Any     bool
	Negated bool
	// MaxAge is accepted for the live source only.
	MaxAge *int
}

// SensorRef names a reading: a sensor, its column where it has several, and the values of its
// parameters.
type SensorRef struct {
	Name   string
	Column string
	Params map[string]string
}

// GroupRef names a computer group. The ID wins when both are given.
type GroupRef struct{ ID, Name string }

// Op is an operator, spelled as in the schema's FieldFilterOp. Empty is EQ.
type Op string

// Type says how values compare. It is spelled as in Sensor.valueType.
type Type string

// Value describes what a path or a column holds.
type Value struct {
	Type       Type
	IgnoreCase bool
}

// Vocabulary is what a filter may speak of. Its errors are for the caller of the API and name what
// is unknown.
type Vocabulary interface {
	// Path describes a field of the filtered record.
	Path(path string) (Value, error)
	// Sensor describes a reading, once its parameters and column are known to be right.
	Sensor(ref SensorRef) (Value, error)
	// Column describes a column of the reading under filter.
	Column(name string) (Value, error)
	// Group is the rule of a computer group.
	Group(ref GroupRef) (Matcher, error)
}

// Subject is what is filtered. A value may be manifold: one that passes is enough.
type Subject interface {
	Field(path string) []string
	Reading(ref SensorRef) []string
	Column(name string) []string
}

// Matcher is a compiled filter. It is safe for concurrent use.
type Matcher func(Subject) bool
