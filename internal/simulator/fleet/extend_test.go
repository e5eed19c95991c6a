// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet_test

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

func load(t *testing.T, text string) *fleet.Fleet {
	t.Helper()
	loaded, err := fleet.Load("my.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

const extended = `extends: builtin
users: [{id: "2", name: approver, tokens: [token-mine]}, {id: "3", name: auditor, tokens: [token-auditor]}]
content_sets: [{id: "9", name: Mine}]
sensors: [{name: Shoe Size}, {name: Uptime, empty: "0"}]
packages: [{id: "38355", name: Custom Tagging - Add Tags, outcome: fail}, {id: "9001", name: Polish Shoes}]
computer_groups: [{id: "901", name: Shod, rule: {sensor: Shoe Size, value: "43"}}, {id: "14", name: All Mac,
  rule: {sensor: Is AIX, value: "True"}}]
action_groups: [{id: "902", name: Shod, computer_groups: [Shod]},
    {id: "22", name: All Windows, computer_groups: [No Computers]}]
profiles: [{name: ubuntu, platform: Linux, readings: {Shoe Size: [["44"]]}},
    {name: shoe, platform: Linux, readings: {Shoe Size: [["43"]]}}]
endpoints: [{id: "274177", name: renamed, profile: macbook}, {id: "1001", name: new, profile: shoe}]
id_changes: [{old: "9", new: "1001", after: 1h}]
`

// A file that extends the built-in fleet adds objects and replaces those of the same name.
func TestExtend(t *testing.T) {
	t.Parallel()
	own, plain := load(t, extended), builtin(t)
	sizes := func(f *fleet.Fleet) []int {
		return []int{len(f.Users), len(f.ContentSets), len(f.Sensors), len(f.Packages), len(f.ComputerGroups),
			len(f.ActionGroups),
			len(f.Profiles), len(f.Endpoints), len(f.IDChanges)}
	}
	for i, size := range sizes(own) {
		if size != sizes(plain)[i]+1 {
			t.Errorf("list %d has %d elements, and the built-in one %d", i, size, sizes(plain)[i])
		}
	}
	if own.User("2").Tokens[0] != "token-mine" || own.User("3") == nil {
		t.Errorf("users are %v", own.Users)
	}
	if own.Sensor("Uptime").Empty != "0" || own.Sensor("Shoe Size") == nil || own.Sensor("Custom Tags") == nil {
		t.Error("a sensor is not the one that is meant")
	}
	if own.Package("38355", "").Outcome != fleet.Fail || own.Package("", "Polish Shoes") == nil {
		t.Error("a package is not the one that is meant")
	}
	if own.ComputerGroup("14", "").Rule.Sensor != "Is AIX" ||
		own.ActionGroup("", "All Windows").ComputerGroups[0] != "No Computers" {
		t.Error("a group is not the one that is meant")
	}
	if e := own.Endpoint("274177"); e.Name != "renamed" || e.Platform() != "Mac" ||
		own.Endpoint("1001").Platform() != "Linux" {
		t.Error("an endpoint is not the one that is meant")
	}
	for id, size := range map[string]string{"1001": "43", "310011": "44"} {
		if rows := own.Read(own.Endpoint(id), fleet.Overlay{}, own.Sensor("Shoe Size"), nil); rows[0][0] != size {
			t.Errorf("%s reads %v", id, rows)
		}
	}
	if own.Digest == plain.Digest || own.Digest == load(t, extended+"#").Digest ||
		own.Digest != load(t, extended).Digest {
		t.Error("the digest does not tell fleets apart")
	}
	if load(t, "extends: builtin\n").Digest == load(t, "users: []\n").Digest {
		t.Error("the digest does not depend on what is extended")
	}
}

// An error in a file that extends is one line with its position.
func TestExtendRefuses(t *testing.T) {
	t.Parallel()
	for says, text := range map[string]string{
		`my.yaml: extends: unknown fleet "other", must be "builtin"`: "extends: other\n",
		"my.yaml:[2:1] unknown field":                                "extends: builtin\nusrs: []\n",
		`my.yaml: duplicate sensor "Uptime"`: "extends: builtin\nsensors: " +
			"[{name: Uptime}, {name: Uptime}]",
		`my.yaml: duplicate endpoint "1"`: "extends: builtin\nendpoints: " +
			"[{id: '1', profile: aix}, {id: '1', profile: aix}]",
		`my.yaml: duplicate ID of package x "1201"`: "extends: builtin\npackages: [{id: " +
			"'1201', name: x}]",
		`my.yaml: duplicate ID of user x "1"`: "extends: builtin\nusers: [{id: " +
			"'1', name: x}]",
		`my.yaml: duplicate ID of computer group x "1"`: "extends: builtin\ncomputer_groups: [{id: '1', name: " +
			"x, rule: {sensor: Uptime, value: '1'}}]",
		`my.yaml: duplicate ID of action group x "3"`: "extends: builtin\naction_groups: " +
			"[{id: '3', name: x}]",
		`my.yaml: user "x": token 1 is empty or a duplicate`: "extends: builtin\nusers: [{id: " +
			"'9', name: x, tokens: [token-simulator]}]",
		"my.yaml: endpoint 36 is empty": "extends: builtin\nendpoints: [null]",
		`my.yaml: package "Kill Process - ||Running Processes||": effect on sen`: "extends: builtin\nsensors: " +
			"[{name: Running Processes, columns: [{name: a}]}]",
	} {
		_, err := fleet.Load("my.yaml", strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q\nsays %v, want %q", text, err, says)
		}
	}
}

// A printed fleet is a file of the same fleet.
func TestYAML(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("builtin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := builtin(t).YAML(); err != nil || !bytes.Equal(text, whole) {
		t.Errorf("the built-in fleet is printed as %s, %v", text, err)
	}
	grown, err := builtin(t).Grow(50, 1)
	if err != nil {
		t.Fatal(err)
	}
	for what, of := range map[string]*fleet.Fleet{
		"extended": load(t, extended),
		"grown":    grown,
		"empty":    load(t, "extends: builtin"),
	} {
		text, err := of.YAML()
		if err != nil {
			t.Fatal(err)
		}
		again := load(t, string(text))
		for _, part := range [][2]any{
			{of.Users, again.Users}, {of.ContentSets, again.ContentSets}, {of.Sensors, again.Sensors},
			{of.Packages, again.Packages},
			{of.ComputerGroups, again.ComputerGroups}, {of.ActionGroups, again.ActionGroups},
			{of.Profiles, again.Profiles},
			{of.Endpoints, again.Endpoints}, {of.IDChanges, again.IDChanges},
		} {
			if !reflect.DeepEqual(part[0], part[1]) {
				t.Errorf("%s: %+v became %+v", what, part[0], part[1])
			}
		}
	}
}
