// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

const parameterised = `extends: builtin
sensors:
  - {name: Registry Value, parameters: [{name: hive}, {name: key, default: Run}], columns: [{name: Name}, {name: Data}]}
endpoints:
  - {id: "1", profile: aix, readings: READINGS}
`

// A row of a sensor with parameters starts with their values, which select the rows.
func TestParameters(t *testing.T) {
	t.Parallel()
	f := load(t,
		strings.Replace(parameterised, "READINGS",
			`{Registry Value: [[HKLM, Run, a, "1"], [HKLM, Run, b, "2"], [HKCU, Run, c, "3"], [HKLM, Old, d, "4"]], `+
				`File Exists: [["/etc/motd", "True"]], Folder Contents: [["/srv", "a"], ["/srv", "b"]], High CPU `+
				`Processes: [["x"], ["y"]]}`, 1))
	for _, c := range []struct {
		sensor string
		params map[string]string
		want   string
	}{
		{"Registry Value", map[string]string{"hive": "hklm"}, "[[a 1] [b 2]]"},
		{"Registry Value", map[string]string{"hive": "HKLM", "key": "Old"}, "[[d 4]]"},
		{"Registry Value", map[string]string{"hive": "HKU"}, "[[[no results] [no results]]]"},
		{"File Exists", map[string]string{"file": "/etc/motd"}, "[[True]]"},
		{"File Exists", map[string]string{"file": "/etc/hosts"}, "[[False]]"},
		{"Folder Contents", map[string]string{"folderPath": "/srv"}, "[[a] [b]]"},
		{"High CPU Processes", map[string]string{"numOutput": "1"}, "[[x]]"},
		{"Installed Application Version", map[string]string{"application": "openssl"}, "[[3.0.10]]"},
	} {
		if got := fmt.Sprint(f.Read(f.Endpoint("1"), fleet.Overlay{}, f.Sensor(c.sensor), c.params)); got != c.want {
			t.Errorf("%s %v reads %s, want %s", c.sensor, c.params, got, c.want)
		}
	}
}

// Readings in another format are rejected by one line that shows the format, in a file and in a
// call.
func TestSpelling(t *testing.T) {
	t.Parallel()
	plain := builtin(t)
	for _, c := range []struct{ readings, says string }{
		{`{"File Exists": [["/etc/motd"]]}`, `has 1 values, not 2: write File Exists: [["<file>", "<value>"]]`},
		{`{"File Exists": [["/etc/motd", "True", "x"]]}`, `write File Exists: [["<file>", "<value>"]]`},
		{`{"File Exists[/etc/motd]": [["True"]]}`,
			`there is no sensor "File Exists[/etc/motd]": write File Exists: [["<file>", "<value>"]]`},
		{`{"Custom Tag Exists(Pilot)": [["True"]]}`,
			`"Custom Tag Exists" has no readings of its own: write Custom Tags: [["<value>"]]`},
		{`{"Custom Tag Exists": [["Pilot", "True"]]}`, `has no readings of its own: write Custom Tags: [["<value>"]]`},
		{`{"Installed Application Version": [["a", "1"]]}`,
			`write Installed Applications: [["<Name>", "<Version>", "<Silent Uninstall String>", "<Uninstallable>"]]`},
		{`{"Tanium Action Log": [["1", "20", "x"]]}`, `it reads the endpoint's runs`},
		{`{"High CPU Processes": [["3", "x"]]}`, `write High CPU Processes: [["<value>"]]`},
		{`{"File Exists": {"/etc/motd": "True"}}`,
			`write <sensor>: [["<value>"]], or, of a sensor with parameters, <sensor>: [["<parameter>", "<value>"]]`},
		{`{"File Exists": ["/etc/motd", "True"]}`, `[["<parameter>", "<value>"]]`},
		{`{"File Exists": "True"}`, `[["<parameter>", "<value>"]]`},
		{`{"File Exists": [{"file": "/etc/motd", "value": "True"}]}`, `[["<parameter>", "<value>"]]`},
	} {
		_, loading := fleet.Load("my.yaml",
			strings.NewReader(strings.Replace(parameterised, "READINGS", c.readings, 1)))
		var readings map[string]fleet.Rows
		calling := json.Unmarshal([]byte(c.readings), &readings)
		if calling == nil {
			calling = plain.CheckReadings(readings, "endpoint 1")
		}
		for where, err := range map[string]error{"my.yaml:": loading, "": calling} {
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), where) ||
				strings.Contains(err.Error(), "\n") {
				t.Errorf("%s\nsays %v, want %q", c.readings, err, c.says)
			}
		}
	}
	_, err := fleet.Load("my.yaml", strings.NewReader("sensors: [{name: x, parameters: [{name: p}]}]\npackages: "+
		"[{id: '1', name: y, effects: [{kind: add_rows, sensor: x}]}]"))
	if err == nil || !strings.Contains(err.Error(), "an effect has no values for its parameters") {
		t.Errorf("an effect on a sensor with parameters: %v", err)
	}
}
