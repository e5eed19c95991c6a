// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/question"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// names are the parameters of some sensors.
func names(sensor string) ([]string, bool) {
	known := map[string][]string{
		"Custom Tag Exists": {"tag"}, "Folder Contents": {"folderPath"}, "File Exists": {"file"},
		"Installed Application Version": {"application"}, "Registry Value Data": {"strKey", "strValue"},
		"Computer Name": {}, "a": {"x", "y"}, "High CPU Processes": {"numOutput"},
		"Last System Crash in X Days": {"days"}, "Tanium Client Explicit Setting": {"name"},
	}
	ordered, ok := known[sensor]
	return ordered, ok
}

// render writes a filter in one line: !not, any(...), all(...), @group, sensor[params]:column.
func render(filter targeting.Filter) string {
	negated := ""
	if filter.Negated {
		negated = "!"
	}
	if filter.MemberOf != nil {
		return negated + "@" + filter.MemberOf.Name
	}
	if filter.Sensor == nil {
		list := make([]string, len(filter.Filters))
		for i, child := range filter.Filters {
			list[i] = render(child)
		}
		operator := "all"
		if filter.Any {
			operator = "any"
		}
		return negated + operator + "(" + strings.Join(list, ", ") + ")"
	}
	text := negated + filter.Sensor.Name
	if filter.Sensor.Params != nil {
		var params []string
		for _, name := range slices.Sorted(maps.Keys(filter.Sensor.Params)) {
			params = append(params, name+"="+filter.Sensor.Params[name])
		}
		text += "[" + strings.Join(params, "|") + "]"
	}
	if filter.Sensor.Column != "" {
		text += ":" + filter.Sensor.Column
	}
	return fmt.Sprintf("%s %s %q", text, cmp.Or(string(filter.Op), "EQ"), *filter.Value)
}

// parse returns the rendered filter of a text, or the error.
func parse(text string) string {
	parsed, err := question.Parse(text)
	if err != nil {
		return err.Error()
	}
	filter, err := parsed.Condition.Filter(names)
	if err != nil {
		return err.Error()
	}
	return render(filter)
}

// table reads a file of texts, each followed by a line with what is expected.
func table(t *testing.T, name string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	expected := map[string]string{}
	text := ""
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSuffix(line, "\n")
		switch want, isWant := strings.CutPrefix(line, "\t"); {
		case isWant:
			if _, twice := expected[text]; twice {
				t.Errorf("%s has %q twice", name, text)
			}
			expected[text] = want
		case !strings.HasPrefix(line, "#"):
			text = line
		}
	}
	return expected
}

func TestParse(t *testing.T) {
	t.Parallel()
	expected := table(t, "questions.txt")
	expected["  Is Linux\n\tequals   True ? "] = `Is Linux EQ "True"`
	for text, want := range expected {
		if got := parse(text); got != want {
			t.Errorf("%s\n\t got %s\n\twant %s", text, got, want)
		}
	}
	if len(expected) < 100 {
		t.Errorf("%d texts", len(expected))
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	expected := table(t, "mistakes.txt")
	for text, want := range map[string]string{
		"": "the text is empty", " ": "the text is empty", "a = \xff": "not valid UTF-8",
		"a = \x00":                         "remove this character",
		strings.Repeat("(", 101) + "a = 1": `at character 101, "(": the parentheses nest deeper than 100`,
		strings.Repeat("a = 1 and (a = 1 or (", 26) + "a" + strings.Repeat(")", 52): "the lists of conditions nest " +
			"deeper than 50",
		"a[1] = " + strings.Repeat("x", 100) + ",": `at character 108, ","`,
		strings.Repeat("x", 100) + "[1]":           "at the end",
		"a contains " + strings.Repeat("x", 100) + ".": `"` + strings.Repeat("x", 60) +
			`...": put`,
	} {
		expected[text] = want
	}
	for text, want := range expected {
		if got := parse(text); !strings.Contains(got, want) {
			t.Errorf("%s\n\t got %s\n\twant %s", text, got, want)
		}
		_, err := question.Parse(text)
		var mistake *question.Error
		if err != nil && !errors.As(err, &mistake) {
			t.Errorf("%s: %T", text, err)
		}
	}
}

// TestMixed checks that "and" beside "or" without parentheses is reported, with its place.
func TestMixed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`a = 1 and b = 2 or c = 3`:               17,
		`a = 1 or b = 2 and c = 3`:               7,
		`a = 1 and b = 2 or c = 3 or d = 4`:      17,
		`(a = 1 and b = 2) or c = 3`:             0,
		`a = 1 or b = 2 or c = 3`:                0,
		`x = 1 and (a = 1 or b = 2 and c = 3)`:   18,
		`not (a = 1 and b = 2) or (c = 3 and d)`: 0,
	} {
		parsed, err := question.Parse(text)
		if err != nil || parsed.Mixed != want {
			t.Errorf("%s: %d, %v, want %d", text, parsed.Mixed, err, want)
		}
	}
}
