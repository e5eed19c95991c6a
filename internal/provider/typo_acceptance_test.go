// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// arguments are the arguments of a block: an expression, or the arguments of a nested block.
type arguments map[string]any

// hcl returns arguments as lines of a block.
func (a arguments) hcl() string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a)) {
		switch value := a[name].(type) {
		case arguments:
			fmt.Fprintf(&text, "%s {\n%s}\n", name, value.hcl())
		default:
			fmt.Fprintf(&text, "%s = %s\n", name, value)
		}
	}
	return text.String()
}

// object returns arguments as an object.
func (a arguments) object() string {
	fields := make([]string, 0, len(a))
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if inner, ok := a[name].(arguments); ok {
			fields = append(fields, name+" = "+inner.object())
		} else {
			fields = append(fields, fmt.Sprint(name, " = ", a[name]))
		}
	}
	return "{ " + strings.Join(fields, ", ") + " }"
}

// mistake is a configuration with one error.
type mistake struct {
	what string
	body arguments
	// hint is the correct name, which the error must contain; empty for none.
	hint string
}

// mistakes returns a configuration for each argument with a wrong name and one with a wrong type.
func (a arguments) mistakes(at string, whole func(arguments) arguments) []mistake {
	var all []mistake
	for _, name := range slices.Sorted(maps.Keys(a)) {
		with := func(key string, value any) arguments {
			changed := maps.Clone(a)
			delete(changed, name)
			changed[key] = value
			return whole(changed)
		}
		all = append(all, mistake{at + name + " misspelled", with(name[:len(name)-1], a[name]), name})
		switch value := a[name].(type) {
		case arguments:
			all = append(all, mistake{at + name + " is an attribute", with(name, value.object()), ""})
			all = append(all,
				value.mistakes(at+name+".", func(inner arguments) arguments { return with(name, inner) })...)
		default:
			literal := value.(string) //nolint:forcetypeassert // a test's own literal
			all = append(all, mistake{at + name + " of another type", with(name, wrong(literal)), ""})
		}
	}
	return all
}

// wrong returns an expression of a type that cannot be converted to that of the given one.
func wrong(expression string) string {
	switch {
	case strings.HasPrefix(expression, `"`):
		return `["x"]`
	case expression == "true" || expression == "false":
		return `"maybe"`
	case strings.HasPrefix(expression, "[") || strings.HasPrefix(expression, "{"):
		return `"x"`
	default:
		return `"many"`
	}
}

// wrongFilters returns filters with one error, and the correct name of a misspelled key.
func wrongFilters() map[string]string {
	return map[string]string{
		`{ sensors = { name = "OS Platform" }, value = "x" }`:                        "sensor",
		`{ sensor = { nam = "OS Platform" }, value = "x" }`:                          "name",
		`{ sensor = { name = "OS Platform", colum = "a" }, value = "x" }`:            "column",
		`{ sensor = { name = "OS Platform", parms = { a = "b" } }, value = "x" }`:    "params",
		`{ sensor = { name = "OS Platform", params = { a = null } }, value = "x" }`:  "",
		`{ sensor = { name = "OS Platform", params = { a = ["b"] } }, value = "x" }`: "",
		`{ sensor = { name = null }, value = "x" }`:                                  "",
		`{ sensor = "OS Platform", value = "x" }`:                                    "",
		`{ sensor = { name = "OS Platform" }, valu = "x" }`:                          "value",
		`{ sensor = { name = "OS Platform" }, value = null }`:                        "",
		`{ sensor = { name = "OS Platform" }, value = ["x"] }`:                       "",
		`{ sensor = { name = "OS Platform" }, value = { a = "x" } }`:                 "",
		`{ sensor = { name = "OS Platform" }, value = "x", negate = true }`:          "negated",
		`{ sensor = { name = "OS Platform" }, value = "x", negated = "yes" }`:        "",
		`{ sensor = { name = "OS Platform" }, value = "x", negated = 1 }`:            "",
		`{ sensor = { name = "OS Platform" }, value = "x", opp = "EQ" }`:             "op",
		`{ sensor = { name = "OS Platform" }, value = "x", op = "IS" }`:              "",
		`{ sensor = { name = "OS Platform" }, value = "x", op = ["EQ"] }`:            "",
		`{ pat = "name", value = "x" }`:                                              "path",
		`{ memberof = { name = "All Windows" } }`:                                    "member_of",
		`{ member_of = { nme = "All Windows" } }`:                                    "name",
		`{ member_of = { name = "All Windows", idd = "1" } }`:                        "id",
		`{ member_of = "All Windows" }`:                                              "",
		`{ filter = [{ member_of = { name = "All Windows" } }] }`:                    "filters",
		`{ filters = { member_of = { name = "All Windows" } } }`:                     "",
		`{ filters = [{ member_of = { name = "All Windows" } }], anny = true }`:      "any",
		`{ filters = [{ member_of = { name = "All Windows" } }], any = "either" }`:   "",
		`{ filters = [] }`:     "",
		`{ filters = [null] }`: "",
		`{ filters = ["x"] }`:  "",
		`{}`:                   "",
		`"x"`:                  "",
		`[]`:                   "",
	}
}

// nested returns a filter alone, as a child and as a grandchild.
func nested(filter string) []string {
	const good = `{ member_of = { name = "All Windows" } }`
	return []string{
		filter,
		"{ filters = [" + good + ", " + filter + "] }",
		"{ filters = [" + good + ", { any = true, filters = [" + filter + ", " + good + "] }] }",
	}
}

// goodConfigurations returns configurations that together use every argument. They are only
// validated.
func goodConfigurations() map[string][]arguments {
	live := arguments{"expected_count": "1", "min_percentage": "0.5", "stable_wait_time": "1", "max_wait_time": "1",
		"max_age":        "60",
		"exclude_errors": "true", "exclude_no_results": "true", "max_refreshes": "1"}
	cached := arguments{"exclude_errors": "true", "exclude_no_results": "true"}
	filter := `{ sensor = { name = "OS Platform" }, value = "Windows" }`
	targets := arguments{
		"action_group": `{ name = "All Computers" }`,
		"filter":       filter,
		"endpoint_ids": `["1"]`,
		"platforms":    `["Windows"]`,
	}
	with := func(name string, value any) arguments {
		config := arguments{"targets": arguments{
			"action_group":   `{ id = "4" }`,
			"computer_group": `{ name = "All Windows" }`,
		}}
		config[name] = value
		return config
	}
	return map[string][]arguments{
		`resource "tanium_action"`: {
			{
				"name": `"a"`, "comment": `"b"`, "on_failure": `"warn"`, "on_timeout": `"warn"`, "on_destroy": `"keep"`,
				"on_duplicate":       `"adopt"`,
				"stop_when_finished": "true", "triggers": `{ a = "b" }`,
				"package": arguments{"name": `"a"`, "parameters": `["b"]`, "sensor_sourced_parameters": `{ c = "d" }`},
				"targets": targets,
				"schedule": arguments{
					"start_time":         `"2030-01-01T00:00:00Z"`,
					"distribute_seconds": "60",
					"expire_seconds":     "3600",
				},
				"guard": arguments{"min_endpoints": "1", "max_endpoints": "3", "expected_endpoints": "2",
					"max_growth_percent":   "10",
					"allowed_endpoint_ids": `["1"]`},
				"preview": arguments{"notice": "true", "sample_size": "3", "source": arguments{"live": arguments{
					"min_percentage": "0.99", "stable_wait_time": "1", "max_wait_time": "1", "max_refreshes": "1"}},
					"wait_for": arguments{"endpoints": "1", "timeout": `"5m"`}},
				"wait": arguments{"enabled": "true", "max_failed_percent": "1", "max_failed": "1",
					"min_completed_percent": "1",
					"for_verification":      "true", "approval": `"wait"`, "poll_interval": `"5s"`},
				"failure_report": arguments{"endpoints": "1", "log_lines": "1"},
				"timeouts":       arguments{"create": `"1h"`, "update": `"1h"`, "delete": `"1h"`},
			},
			with("package", arguments{"id": `"1"`}),
			with("operation", arguments{"add_tags": `["a"]`}),
			with("operation", arguments{"remove_tags": `["a"]`}),
			with("operation", arguments{"start_service": `"a"`}),
			with("operation", arguments{"stop_service": `"a"`}),
			with("operation", arguments{"restart_service": `"a"`}),
			with("operation", arguments{"reboot": arguments{"random_delay_seconds": "60"}}),
			with("operation",
				arguments{"change_client_setting": arguments{"name": `"LogVerbosityLevel"`, "value": `"1"`}}),
			with("operation",
				arguments{"collect_active_directory_info": arguments{"minimum_minutes_between_runs": "60"}}),
			{
				"package":  arguments{"name": `"a"`},
				"targets":  targets,
				"schedule": arguments{"reissue_seconds": "7200", "end_time": `"2030-01-01T00:00:00Z"`},
			},
		},
		`resource "tanium_remediation"`: {{
			"name": `"a"`, "comment": `"b"`, "on_destroy": `"keep"`, "triggers": `{ a = "b" }`,
			"package": arguments{"name": `"a"`}, "targets": targets,
			"schedule":       arguments{"distribute_seconds": "60", "expire_seconds": "3600"},
			"guard":          arguments{"max_endpoints": "3", "allowed_endpoint_ids": `["1"]`},
			"preview":        arguments{"notice": "true", "source": arguments{"cached": arguments{}}},
			"accept":         arguments{"remaining": "1", "remaining_percent": "5", "unverified": "true"},
			"verify":         arguments{"timeout": `"5m"`},
			"failure_report": arguments{"endpoints": "1", "log_lines": "1"},
			"timeouts":       arguments{"create": `"1h"`, "update": `"1h"`, "delete": `"1h"`},
		}},
		`resource "tanium_action_wait"`: {{"scheduled_action_ids": `["1"]`, "targeted_endpoint_count": "1",
			"max_failed_percent": "1", "max_failed": "1",
			"min_completed_percent": "1", "for_verification": "true", "poll_interval": `"5s"`, "on_failure": `"warn"`,
			"on_timeout": `"warn"`, "failure_report": arguments{"endpoints": "1", "log_lines": "1"},
			"timeouts": arguments{"create": `"1h"`, "update": `"1h"`}}},
		`resource "tanium_action_approval"`: {{"scheduled_action_id": `"1"`}},
		`data "tanium_action_preview"`: {{
			"max_results": "5", "source": arguments{"cached": arguments{}}, "targets": targets,
		}},
		`data "tanium_endpoints"`: {
			{
				"filter":      filter,
				"max_results": "1",
				"sensors":     `[{ name = "OS Platform" }]`,
				"source":      arguments{"live": live},
			},
			{"source": arguments{"cached": cached}},
		},
		`data "tanium_action_results"`: {{"action_ids": `["1"]`, "scheduled_action_ids": `["1"]`,
			"targeted_endpoint_count": "1", "max_failed_percent": "1",
			"max_results": "1", "include_completed": "true", "include_log": "true", "source": arguments{"live": live}}},
		`data "tanium_scheduled_actions"`: {{"name": `"a"`, "name_contains": `"a"`, "comment_contains": `"a"`,
			"package_name": `"a"`, "creator": `"a"`, "recurring": "true", "open": "true", "max_results": "1"}},
		`data "tanium_action_group"`:    {{"id": `"1"`}, {"name": `"a"`}},
		`data "tanium_action_groups"`:   {{"name": `"a"`, "name_contains": `"a"`, "max_results": "1"}},
		`data "tanium_computer_group"`:  {{"id": `"1"`}, {"name": `"a"`}},
		`data "tanium_computer_groups"`: {{"name": `"a"`, "name_contains": `"a"`, "max_results": "1"}},
		`data "tanium_sensor"`:          {{"name": `"a"`}},
		`data "tanium_sensors"`: {{"name": `"a"`, "name_contains": `"a"`, "content_set_name": `"a"`,
			"max_results": "1"}},
		`data "tanium_package_specs"`: {{"name": `"a"`, "name_contains": `"a"`, "content_set_name": `"a"`,
			"max_results": "1"}},
		`data "tanium_package_spec"`: {{"id": `"1"`}, {"name": `"a"`}},
	}
}

// allMistakes returns the mistakes of all arguments and of all parts of filters.
func allMistakes() map[string][]mistake {
	all := map[string][]mistake{}
	for kind, configurations := range goodConfigurations() {
		for i, config := range configurations {
			all[kind] = append(all[kind],
				config.mistakes(fmt.Sprint(i, " "), func(a arguments) arguments { return a })...)
		}
	}
	for filter, hint := range wrongFilters() {
		for _, each := range nested(filter) {
			all[`resource "tanium_action"`] = append(all[`resource "tanium_action"`], mistake{each, arguments{
				"package": arguments{"name": `"a"`}, "targets": arguments{
					"action_group": `{ name = "All Computers" }`,
					"filter":       each,
				}}, hint})
			all[`data "tanium_endpoints"`] = append(all[`data "tanium_endpoints"`],
				mistake{each, arguments{"filter": each}, hint})
		}
	}
	for sensors, hint := range map[string]string{
		`[{ nam = "a" }]`: "name", `[{ name = "a", colums = ["b"] }]`: "columns", `[{ name = "a", columns = "b" }]`: "",
		`[{ name = "a", param = { b = "c" } }]`: "params",
		`[{ name = "a", maxage = 60 }]`:         "max_age", `[{ name = "a", max_age = "old" }]`: "",
		`[{ name = "a", filters = { value = "b" } }]`:                          "filter",
		`[{ name = "a", filter = { valu = "b" } }]`:                            "value",
		`[{ name = "a", filter = { value = "b", negate = true } }]`:            "negated",
		`[{ name = "a", filter = { value = "b", restrictowner = false } }]`:    "restrict_owner",
		`[{ name = "a", filter = { filters = [{ value = "b", o = "EQ" }] } }]`: "op",
		`{ name = "a" }`: "", `["a"]`: "", `[{}]`: "",
	} {
		all[`data "tanium_endpoints"`] = append(all[`data "tanium_endpoints"`],
			mistake{"sensors " + sensors, arguments{"sensors": sensors}, hint})
	}
	for _, ref := range []struct{ wrong, hint string }{{`{ nam = "a" }`, "name"}, {`{ name = "a", idd = "1" }`, "id"},
		{`{}`, ""}, {`"a"`, ""}, {`{ name = ["a"] }`, ""}, {`{ name = null }`, ""}} {
		for _, at := range []string{"action_group", "computer_group"} {
			targets := arguments{"action_group": `{ name = "All Computers" }`}
			targets[at] = ref.wrong
			all[`resource "tanium_action"`] = append(all[`resource "tanium_action"`], mistake{at + " " + ref.wrong,
				arguments{"package": arguments{"name": `"a"`}, "targets": targets}, ref.hint})
		}
	}
	return all
}

// TestAccEveryTypo checks that "validate" reports every misspelled name and wrong type, at any
// depth, and suggests the correct name. Each mistake is in its own file of one configuration.
func TestAccEveryTypo(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, "")
	type place struct {
		mistake

		file string
		good bool
	}
	var places []place
	put := func(kind string, body arguments, m mistake, good bool) {
		m.what = kind + ": " + m.what
		file := fmt.Sprintf("x%d.tf", len(places))
		w.write(file, fmt.Sprintf("%s \"x%d\" {\n%s}\n", kind, len(places), body.hcl()))
		places = append(places, place{m, file, good})
	}
	for kind, configurations := range goodConfigurations() {
		for _, body := range configurations {
			put(kind, body, mistake{what: "nothing wrong"}, true)
		}
	}
	for kind, mistakes := range allMistakes() {
		for _, m := range mistakes {
			put(kind, m.body, m, false)
		}
	}
	output, err := w.command([]string{"validate", "-json"}).Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var answer struct {
		Diagnostics []struct {
			Severity, Summary, Detail string
			Range                     struct{ Filename string }
		}
	}
	if err := json.Unmarshal(output, &answer); err != nil {
		t.Fatalf("%v: %.500s", err, output)
	}
	for _, place := range places {
		var said []string
		for _, d := range answer.Diagnostics {
			if d.Severity == "error" && d.Range.Filename == place.file {
				said = append(said, d.Summary+": "+d.Detail)
			}
		}
		switch text := strings.Join(said, "\n"); {
		case place.good && len(said) > 0:
			t.Errorf("%s is refused:\n%s", place.what, text)
		case !place.good && len(said) == 0:
			t.Errorf("%s passes\n%s", place.what, place.body.hcl())
		case !place.good && !strings.Contains(text, fmt.Sprintf("%q", place.hint)) && place.hint != "":
			t.Errorf("%s is not corrected:\n%s", place.what, text)
		}
	}
	if stats := s.Stats(); stats.Requests != 0 || len(places) < 400 {
		t.Errorf("%d requests for %d mistakes", stats.Requests, len(places))
	}
}
