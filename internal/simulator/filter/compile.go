// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package filter

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The operators. READ_AFTER and UPDATED_AFTER are missing, because the schema has them only for
// data sources that the simulator does not have.
const (
	EQ         Op = "EQ"
	Contains   Op = "CONTAINS"
	StartsWith Op = "STARTS_WITH"
	EndsWith   Op = "ENDS_WITH"
	Matches    Op = "MATCHES"
	GT         Op = "GT"
	GTE        Op = "GTE"
	LT         Op = "LT"
	LTE        Op = "LTE"
)

// maxDepth limits nesting, so that no request exhausts the stack. Tanium has no such limit.
const maxDepth = 32

// Compile checks a filter against a vocabulary and compiles it. Tanium fails on an invalid filter
// instead of matching nothing (API.md#filter-rules), so every error here is for the caller of the
// API.
func Compile(f Filter, vocabulary Vocabulary) (Matcher, error) {
	return compile(f, vocabulary, 1)
}

func compile(f Filter, vocabulary Vocabulary, depth int) (Matcher, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("filter nests deeper than %d", maxDepth)
	}
	subjects := 0
	for _, given := range []bool{f.Path != "", f.Sensor != nil, f.MemberOf != nil, f.Column != ""} {
		if given {
			subjects++
		}
	}
	var match Matcher
	var err error
	switch {
	case f.Filters != nil && (subjects > 0 || f.Value != nil):
		return nil, errors.New("filter is both single and compound")
	case f.Filters != nil:
		match, err = compound(f, vocabulary, depth)
	case subjects > 1:
		return nil, errors.New("filter has more than one of path, sensor, memberOf and column")
	case f.MemberOf != nil:
		match, err = vocabulary.Group(*f.MemberOf)
	default:
		match, err = single(f, vocabulary)
	}
	if err != nil {
		return nil, err
	}
	if f.Negated {
		return func(s Subject) bool { return !match(s) }, nil
	}
	return match, nil
}

func compound(f Filter, vocabulary Vocabulary, depth int) (Matcher, error) {
	if len(f.Filters) == 0 {
		return nil, errors.New("compound filter has no filters")
	}
	children := make([]Matcher, len(f.Filters))
	for i, child := range f.Filters {
		match, err := compile(child, vocabulary, depth+1)
		if err != nil {
			return nil, err
		}
		children[i] = match
	}
	if len(children) == 1 {
		return children[0], nil // Any has no effect on a single filter; Tanium's page has such a filter
	}
	decisive := f.Any
	return func(s Subject) bool {
		for _, match := range children {
			if match(s) == decisive {
				return decisive
			}
		}
		return !decisive
	}, nil
}

func single(f Filter, vocabulary Vocabulary) (Matcher, error) {
	if f.Value == nil {
		return nil, errors.New("filter has no value")
	}
	var value Value
	var values func(Subject) []string
	var err error
	switch {
	case f.Path != "":
		path := f.Path
		value, err = vocabulary.Path(path)
		values = func(s Subject) []string { return s.Field(path) }
	case f.Sensor != nil:
		ref := *f.Sensor
		value, err = vocabulary.Sensor(ref)
		values = func(s Subject) []string { return s.Reading(ref) }
	default:
		column := f.Column
		value, err = vocabulary.Column(column)
		values = func(s Subject) []string { return s.Column(column) }
	}
	if err != nil {
		return nil, err
	}
	accept, err := predicate(f.Op, value, *f.Value)
	if err != nil {
		return nil, err
	}
	return func(s Subject) bool { return slices.ContainsFunc(values(s), accept) }, nil
}

// predicate returns a function that compares a value with the constant of a filter.
func predicate(op Op, value Value, constant string) (func(string) bool, error) {
	fold := func(s string) string { return s }
	if value.IgnoreCase {
		fold = strings.ToLower
	}
	wanted := fold(constant)
	switch op {
	case EQ, "":
		return equality(value, constant, fold)
	case Contains:
		return func(s string) bool { return strings.Contains(fold(s), wanted) }, nil
	case StartsWith:
		return func(s string) bool { return strings.HasPrefix(fold(s), wanted) }, nil
	case EndsWith:
		return func(s string) bool { return strings.HasSuffix(fold(s), wanted) }, nil
	case Matches:
		return expression(value, constant)
	case GT, GTE, LT, LTE:
		return ordering(op, value, constant)
	default:
		return nil, fmt.Errorf("operator %s is not supported by this source", op)
	}
}

func equality(value Value, constant string, fold func(string) string) (func(string) bool, error) {
	if !value.Type.ordered() {
		wanted := fold(constant)
		return func(s string) bool { return fold(s) == wanted }, nil
	}
	wanted, err := parse(value.Type, constant)
	if err != nil {
		return nil, err
	}
	return func(s string) bool {
		got, err := parse(value.Type, s)
		return err == nil && got.compare(wanted) == 0
	}, nil
}

// expression matches the whole value (API.md#operators). Tanium uses Boost's engine. Go's has
// neither back references nor look-around, so an expression with one is an error here.
func expression(value Value, constant string) (func(string) bool, error) {
	flags := "(?s)"
	if value.IgnoreCase {
		flags = "(?si)"
	}
	compiled, err := regexp.Compile(flags + "^(?:" + constant + ")$")
	if err != nil {
		return nil, fmt.Errorf("invalid regular expression %q", constant)
	}
	return compiled.MatchString, nil
}

func ordering(op Op, value Value, constant string) (func(string) bool, error) {
	wanted, err := parse(value.Type, constant)
	if err != nil {
		return nil, err
	}
	return func(s string) bool {
		got, err := parse(value.Type, s)
		if err != nil {
			return false // a value without an order, such as "[no results]", never matches
		}
		switch order := got.compare(wanted); op {
		case GT:
			return order > 0
		case GTE:
			return order >= 0
		case LT:
			return order < 0
		default:
			return order <= 0
		}
	}, nil
}
