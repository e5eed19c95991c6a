// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// beginning precedes the conditions of a printed question.
const beginning = "Get Computer Name from all machines with "

// Print returns the question that lists the endpoints of a filter. Parse and Condition.Filter give
// the filter back; a list with one filter becomes that filter. Print fails for a filter that no
// question can express, for a value that has a character which is not visible, because Parse
// refuses it, and for parameters whose names are not known.
func Print(filter targeting.Filter, names Names) (string, error) {
	filter = collapse(filter)
	if depthOf(filter) > maxDepth {
		return "", fmt.Errorf("the filter nests deeper than %d lists", maxDepth)
	}
	text, err := conditions(filter, names)
	if filter.Filters != nil && !filter.Negated {
		text = "( " + text + " )" // as Tanium prints several conditions
	}
	return beginning + text, err
}

// depthOf returns how deep the lists of a filter nest: 0 for a single condition.
func depthOf(filter targeting.Filter) int {
	depth := 0
	for _, child := range filter.Filters {
		depth = max(depth, depthOf(child))
	}
	if len(filter.Filters) > 1 {
		depth++
	}
	return depth
}

// collapse returns the filter in a list of one.
func collapse(filter targeting.Filter) targeting.Filter {
	for len(filter.Filters) == 1 {
		child := filter.Filters[0]
		child.Negated = child.Negated != filter.Negated
		filter = child
	}
	return filter
}

// conditions prints a collapsed filter, without parentheses around it.
func conditions(filter targeting.Filter, names Names) (string, error) {
	if len(filter.Filters) == 0 {
		return single(filter, names)
	}
	texts := make([]string, len(filter.Filters))
	for i, child := range filter.Filters {
		child = collapse(child)
		text, err := conditions(child, names)
		if err != nil {
			return "", err
		}
		if child.Filters != nil && !child.Negated {
			text = "( " + text + " )"
		}
		texts[i] = text
	}
	separator := " and "
	if filter.Any {
		separator = " or "
	}
	text := strings.Join(texts, separator)
	if filter.Negated {
		text = "not ( " + text + " )"
	}
	return text, nil
}

// single prints a filter with one condition.
func single(filter targeting.Filter, names Names) (string, error) {
	switch {
	case filter.MemberOf != nil && filter.MemberOf.Name == "":
		return "", fmt.Errorf("a question names a computer group, and the filter has the ID %s", filter.MemberOf.ID)
	case filter.MemberOf != nil && filter.Negated:
		return "not " + quotedName(filter.MemberOf.Name), nil
	case filter.MemberOf != nil:
		return quotedName(filter.MemberOf.Name), nil
	case filter.Path != "":
		return "", fmt.Errorf("a question has no counterpart of the path %q", filter.Path)
	case filter.Sensor == nil || filter.Value == nil:
		return "", errors.New("the filter has no condition")
	}
	subject, err := sensor(*filter.Sensor, names)
	if err != nil {
		return "", err
	}
	prefix := ""
	text, ok := canonical(filter.Op, filter.Negated)
	if !ok && filter.Negated {
		prefix = "not "
		text, ok = canonical(filter.Op, false)
	}
	if !ok {
		return "", fmt.Errorf("a question has no counterpart of the operator %s", filter.Op)
	}
	return prefix + subject + " " + text + " " + quote(*filter.Value), checkVisible(*filter.Value)
}

// sensor prints a sensor with its parameters and its column.
func sensor(reference catalog.Sensor, names Names) (string, error) {
	text := quotedName(reference.Name)
	if len(reference.Params) > 0 {
		ordered, known := names(reference.Name)
		if !known {
			return "", &Error{NamesUnknown: true, Message: fmt.Sprintf("a question gives the parameters of the sensor "+
				"%q by position, and the order of their names is not known", reference.Name)}
		}
		var list []string
		for _, name := range ordered {
			value, given := reference.Params[name]
			if !given {
				break
			}
			if err := checkVisible(value); err != nil {
				return "", err
			}
			list = append(list, quote(value))
		}
		if len(list) != len(reference.Params) {
			return "", fmt.Errorf("a question gives the parameters of the sensor %q by position: %s. The filter "+
				"leaves one out before another, or has one with another name", reference.Name,
				strings.Join(ordered, ", "))
		}
		text += "[" + strings.Join(list, ", ") + "]"
	}
	if reference.Column != "" {
		text += ":" + quotedName(reference.Column)
	}
	return text, nil
}

// checkVisible reports a value with a character that is not visible.
func checkVisible(value string) error {
	at := strings.IndexFunc(value, isInvisible)
	if at < 0 {
		return nil
	}
	r, _ := utf8.DecodeRuneInString(value[at:])
	return fmt.Errorf("the value %q has the character %U, which is not visible in a question", value, r)
}

// quote puts a text in quotation marks.
func quote(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

// quotedName puts a name in quotation marks unless each of its words is surely a word of a name.
func quotedName(name string) string {
	special := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '/'
	}
	syntax := []string{"from", "where", "equal", "greater", "less", "start", "end", "match"}
	words := strings.Split(name, " ")
	for i, each := range words {
		beginsSensor := i == 0 && len(words) > 1 && strings.EqualFold(each, "is") // such as Is Windows
		if each == "" || strings.ContainsFunc(each, special) || isReserved(each) || isComment(each) ||
			isOtherSyntax(each) || isMisspelledOperator(each) && !beginsSensor ||
			slices.Contains(syntax, strings.ToLower(each)) {
			return quote(name)
		}
	}
	return name
}
