// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package filter

import (
	"bytes"
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The value types, spelled as in Tanium's Sensor.valueType (API.md#sensors). Time and ID are the
// types of schema fields.
const (
	String         Type = "String"
	Numeric        Type = "Numeric"
	NumericInteger Type = "NumericInteger"
	Version        Type = "Version"
	DataSize       Type = "DataSize"
	IPAddress      Type = "IPAddress"
	BESDate        Type = "BESDate"
	WMIDate        Type = "WMIDate"
	Time           Type = "Time"
	ID             Type = "ID"
)

// Types returns every value type.
func Types() []Type {
	return []Type{String, Numeric, NumericInteger, Version, DataSize, IPAddress, BESDate, WMIDate, Time, ID}
}

// ordered reports whether values of the type compare by meaning, also for equality: 1.0 GB equals
// 1024 MB.
func (t Type) ordered() bool { return t != String && t != "" }

// Compare orders two values of a type. Invalid values, such as "[no results]", come last and
// compare as text.
func Compare(t Type, a, b string) int {
	left, leftErr := parse(t, a)
	right, rightErr := parse(t, b)
	switch {
	case leftErr == nil && rightErr == nil:
		return left.compare(right)
	case leftErr == nil:
		return -1
	case rightErr == nil:
		return 1
	default:
		return cmp.Compare(a, b)
	}
}

// key is a parsed value that can be ordered: a number, a list of numbers, or text.
type key struct {
	number float64
	parts  []uint64
	raw    []byte
	text   string
}

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.number, other.number), slices.Compare(k.parts, other.parts),
		bytes.Compare(k.raw, other.raw), cmp.Compare(k.text, other.text))
}

func parse(t Type, value string) (key, error) {
	trimmed := strings.TrimSpace(value)
	var result key
	var err error
	switch t {
	case Numeric, NumericInteger, ID:
		result.number, err = strconv.ParseFloat(strings.TrimSuffix(trimmed, "%"), 64)
	case Version:
		result.parts, err = parseVersion(trimmed)
	case DataSize:
		result.number, err = parseSize(trimmed)
	case IPAddress:
		var address netip.Addr
		address, err = netip.ParseAddr(trimmed)
		result.raw = address.AsSlice()
		result.number = float64(len(result.raw)) // IPv4 before IPv6
	case BESDate, WMIDate, Time:
		var at time.Time
		at, err = parseTime(t, trimmed)
		result.number = float64(at.Unix())
	default:
		result.text = strings.ToLower(value)
	}
	if err != nil {
		return key{}, fmt.Errorf("value %q is not convertible to %s", value, t)
	}
	return result, nil
}

func parseVersion(value string) ([]uint64, error) {
	var parts []uint64
	for part := range strings.SplitSeq(strings.TrimPrefix(value, "v"), ".") {
		number, err := strconv.ParseUint(part, 10, 64)
		if err != nil {
			return nil, err
		}
		parts = append(parts, number)
	}
	for len(parts) > 0 && parts[len(parts)-1] == 0 {
		parts = parts[:len(parts)-1] // 10.0 is 10
	}
	return parts, nil
}

func parseSize(value string) (float64, error) {
	digits := strings.TrimRight(value, "BKMGTPibkmgtp ")
	number, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if err != nil {
		return 0, err
	}
	unit := strings.ToUpper(strings.TrimSpace(value[len(digits):]))
	powers := map[string]int{
		"":    0,
		"B":   0,
		"K":   1,
		"KB":  1,
		"KIB": 1,
		"M":   2,
		"MB":  2,
		"MIB": 2,
		"G":   3,
		"GB":  3,
		"GIB": 3,
		"T":   4,
		"TB":  4,
		"TIB": 4,
		"P":   5,
		"PB":  5,
		"PIB": 5,
	}
	power, known := powers[unit]
	if !known {
		return 0, fmt.Errorf("unknown unit %q", unit)
	}
	for range power {
		number *= 1024
	}
	return number, nil
}

func parseTime(t Type, value string) (time.Time, error) {
	layouts := []string{time.RFC3339Nano, time.RFC3339}
	switch t {
	case BESDate:
		layouts = append(layouts, "Mon, 02 Jan 2006 15:04:05 -0700", time.DateOnly)
	case WMIDate:
		value, _, _ = strings.Cut(value, ".") // drop the fraction and zone of 20260102030405.000000+060
		layouts = append(layouts, "20060102150405", "20060102", time.DateOnly)
	}
	var failure error
	for _, layout := range layouts {
		at, err := time.Parse(layout, value)
		if err == nil {
			return at, nil
		}
		failure = err
	}
	return time.Time{}, failure
}
