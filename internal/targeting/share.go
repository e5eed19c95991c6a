// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"fmt"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// ShareSensor is the sensor that divides endpoints. A Computer ID is a number that the Tanium
// Client keeps, so an endpoint stays in its share (API.md#sensors).
const ShareSensor = "Computer ID"

// Share returns a filter that keeps the endpoints whose Computer ID ends with two digits from the
// first number to the last, exclusively. Both are percentages. Shares that do not overlap have no
// endpoint in common, and the shares from 0 to 100 have all endpoints with a Computer ID. An
// endpoint does not change its share when other endpoints come or go. The error describes numbers
// that are not a share.
func Share(from, to int) (Filter, error) {
	switch {
	case from < 0 || from > 100 || to < 0 || to > 100:
		return Filter{}, fmt.Errorf("%d to %d is not a share. Its bounds are whole numbers from 0 to 100", from, to)
	case from >= to:
		return Filter{}, fmt.Errorf("the share from %d to %d percent is empty. The second must be greater", from, to)
	}
	pattern := endings(from, to-1)
	return Filter{Sensor: &catalog.Sensor{Name: ShareSensor}, Op: gateway.FieldFilterOpMatches, Value: &pattern}, nil
}

// endings returns a regular expression for the numbers whose last two digits are in a range. It
// uses only what all dialects of regular expressions have in common.
func endings(first, last int) string {
	digits := func(first, last int) string {
		if first == last {
			return fmt.Sprint(first)
		}
		return fmt.Sprintf("[%d-%d]", first, last)
	}
	var alternatives []string
	add := func(firstTen, lastTen, firstUnit, lastUnit int) {
		alternatives = append(alternatives, digits(firstTen, lastTen)+digits(firstUnit, lastUnit))
	}
	// Whole tens in the middle are one alternative. What is left is the end of the first ten and
	// the start of the last.
	firstTen, lastTen := first/10, last/10
	if firstTen == lastTen {
		add(firstTen, firstTen, first%10, last%10)
	} else {
		if first%10 != 0 {
			add(firstTen, firstTen, first%10, 9)
			firstTen++
		}
		wholeTen := lastTen
		if last%10 != 9 {
			wholeTen--
		}
		if firstTen <= wholeTen {
			add(firstTen, wholeTen, 0, 9)
		}
		if last%10 != 9 {
			add(lastTen, lastTen, 0, last%10)
		}
	}
	pattern := fmt.Sprintf("[0-9]*(%s)", strings.Join(alternatives, "|"))
	if first < 10 { // a number of one digit has a zero before it
		// In parentheses, because a server may put ^ before the pattern and $ after it.
		pattern = fmt.Sprintf("(%s|%s)", pattern, digits(first, min(last, 9)))
	}
	return pattern
}
