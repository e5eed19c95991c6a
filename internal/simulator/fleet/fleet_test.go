// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

func builtin(t *testing.T) *fleet.Fleet {
	t.Helper()
	f, err := fleet.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The built-in fleet has every name of Tanium's page.
func TestBuiltin(t *testing.T) {
	t.Parallel()
	f := builtin(t)
	for _, name := range []string{"Custom Tagging - Add Tags",
		"Kill Process - ||Running Processes with MD5 Hash_MD5 Hash||"} {
		if f.Package("", name) == nil {
			t.Errorf("no package %q", name)
		}
	}
	for _, name := range []string{"Computer Name", "OS Platform", "Running Processes with MD5 Hash"} {
		if f.Sensor(name) == nil {
			t.Errorf("no sensor %q", name)
		}
	}
	if f.ActionGroup("", "All Computers") == nil || f.Endpoint("274177") == nil ||
		f.Endpoint("274177").Name != "testmachine999" || f.User("1") == nil {
		t.Error("a name of the page is missing")
	}
}

// Each caller has its own built-in fleet, also one that extends it: what one changes, or what is
// completed, is not in another.
func TestBuiltinIsOwn(t *testing.T) {
	t.Parallel()
	changed := builtin(t)
	changed.Users[0].Name = "changed"
	changed.Package("", "Custom Tagging - Add Tags").Execute = fleet.Span{Min: 1, Max: 1}
	changed.Endpoint("274177").Name = "changed"
	columns := changed.Sensor("Running Processes with MD5 Hash").Columns
	columns[0].Name = "changed"
	for _, other := range []*fleet.Fleet{builtin(t), load(t, "extends: builtin")} {
		name := other.Sensor("Running Processes with MD5 Hash").Columns[0].Name
		if other.Users[0].Name == "changed" || other.Endpoint("274177").Name == "changed" || name == "changed" ||
			other.Package("", "Custom Tagging - Add Tags").Execute == (fleet.Span{Min: 1, Max: 1}) {
			t.Error("two fleets share an object")
		}
	}
	plain, own := builtin(t), load(t, "extends: builtin\nprofiles: [{name: macbook, platform: Linux}]\n")
	for _, endpoint := range own.Endpoints {
		if endpoint.Profile == "macbook" &&
			(endpoint.Platform() != "Linux" || plain.Endpoint(endpoint.ID).Platform() != "Mac") {
			t.Errorf("%s has the platform %s", endpoint.Name, endpoint.Platform())
		}
	}
}

// A sensor reads recorded data, derived data, or no results.
func TestRead(t *testing.T) {
	t.Parallel()
	f := builtin(t)
	e := f.Endpoint("274301")
	online := fleet.Overlay{Online: true}
	for _, c := range []struct {
		sensor string
		params map[string]string
		want   string
	}{
		{"Computer Name", nil, "[[wks-001]]"},
		{"Custom Tags", nil, "[[Pilot]]"},
		{"Custom Tag Exists", map[string]string{"tag": "pilot"}, "[[True]]"},
		{"Custom Tag Exists", map[string]string{"tag": "x"}, "[[False]]"},
		{"Is Windows", nil, "[[True]]"},
		{"Installed Application Version", map[string]string{"application": "7-Zip"}, "[[22.1]]"},
		{"Installed Application Version", map[string]string{"application": "Emacs"}, "[[[no results]]]"},
		{"High CPU Processes", map[string]string{"numOutput": "1"}, "[[svchost.exe]]"},
	} {
		if got := fmt.Sprint(f.Read(e, online, f.Sensor(c.sensor), c.params)); got != c.want {
			t.Errorf("%s %v reads %s, want %s", c.sensor, c.params, got, c.want)
		}
	}
	if got := fmt.Sprint(f.Read(f.Endpoint("274315"), online, f.Sensor("Custom Tags"), nil)); got != "[[[No Tags]]]" {
		t.Errorf("no tags read %s", got)
	}
}

// Packages have their effects, and every effect of the built-in packages changes something.
func TestApply(t *testing.T) {
	t.Parallel()
	f := builtin(t)
	server := f.Endpoint("100201")
	for _, c := range []struct {
		name           string
		params         []string
		sourced        map[string]string
		sensor, column string
		op             filter.Op
		value          string
		before, after  bool
	}{
		{"Custom Tagging - Add Tags", []string{"Blue Green"}, nil, "Custom Tags", "", filter.EQ, "Green", false, true},
		{"Kill Process - ||Running Processes||", nil, map[string]string{"Running Processes": "sshd.exe"},
			"Running Processes with MD5 Hash", "Process Name", filter.EQ, "sshd.exe", true, false},
		{"Kill Process - ||Running Processes with MD5 Hash_MD5 Hash||", nil,
			map[string]string{"Running Processes with MD5 Hash_MD5 Hash": "4BF0D5083604B3F8C67C6D0DD310E355"},
			"Running Processes", "", filter.EQ, "sshd.exe", true, false},
		{"Stop Service - ||Service Details_Service Name||", nil,
			map[string]string{"Service Details_Service Name": "Spooler"}, "Service Details", "Service Status",
			filter.Matches, "Stopped", true, true},
		{"Uninstall MSI ||Installed Applications_Name||", nil,
			map[string]string{"Installed Applications_Name": "7-Zip"}, "Installed Applications", "Name", filter.EQ,
			"7-Zip", true, false},
		{"Apply Windows IPsec Quarantine", nil, nil, "Custom Tags", "", filter.EQ, "Quarantined", false, true},
	} {
		match, err := filter.Compile(filter.Filter{
			Sensor: &filter.SensorRef{Name: c.sensor, Column: c.column},
			Op:     c.op,
			Value:  &c.value,
		}, f.Vocabulary())
		if err != nil {
			t.Fatal(err)
		}
		overlay := fleet.Overlay{Online: true}
		before := match(fleet.Subject{Fleet: f, Endpoint: server, Overlay: overlay})
		overlay.Readings = f.Apply(f.Package("", c.name), server, overlay, c.params, c.sourced)
		if after := match(fleet.Subject{Fleet: f, Endpoint: server, Overlay: overlay}); before != c.before ||
			after != c.after {
			t.Errorf("%s: %q was %v and is %v", c.name, c.value, before, after)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	const rest = "users: [{id: '1', name: a, tokens: [t]}]\nsensors: [{name: Computer Name}]\nprofiles: [{name: " +
		"p, platform: Linux}]\n"
	for says, text := range map[string]string{
		"my.yaml:[2:1] unknown field":               "users: []\nusrs: []\n",
		"my.yaml:[1:":                               "users: [",
		"profile \"p\": unknown platform \"Amiga\"": "profiles: [{name: p, platform: Amiga}]",
		"duplicate endpoint \"1\"": rest +
			"endpoints: [{id: '1', profile: p}, {id: '1', profile: p}]",
		"endpoint 1: unknown profile": rest + "endpoints: [{id: '1', profile: q}]",
		"there is no sensor \"Shoe Size\"": rest +
			"endpoints: [{id: '1', profile: p, readings: {Shoe Size: [['43']]}}]",
		"has 2 values, not 1": rest +
			"endpoints: [{id: '1', profile: p, readings: {Computer Name: [['a', 'b']]}}]",
		"unknown computer group \"All\"": rest +
			"action_groups: [{id: '1', name: All, computer_groups: [All]}]",
		"computer group \"Mine\" is a member of itself": rest +
			"computer_groups: [{id: '1', name: Mine, rule: {member_of: Mine}}]",
		"a rule has member_of and sensor; put them into all or any": rest +
			"computer_groups: [{id: '1', name: Mine, rule: {all: " +
			"[{sensor: Computer Name, value: a, member_of: Mine}]}}]",
		"online_after needs offline: true": rest + "endpoints: [{id: '1', profile: p, online_after: 5s}]",
		"expire_seconds must be between 0 and 315360000, not -5": rest +
			"packages: [{id: '1', name: x, expire_seconds: -5}]",
		"must refer to an existing sensor": rest +
			"computer_groups: [{id: '1', name: Mine, rule: {sensor: Shoe Size, value: '43'}}]",
		"unknown outcome \"maybe\"":   rest + "packages: [{id: '1', name: x, outcome: maybe}]",
		"unknown outcome \"perhaps\"": rest + "packages: [{id: '1', name: x, chances: {perhaps: 0.5}}]",
		"the sum of the chances is more than 1": rest +
			"packages: [{id: '1', name: x, chances: {fail: 0.5, retry: 0.6}}]",
		"the share of fail must be between 0 and 1, not -0.5": rest +
			"packages: [{id: '1', name: x, chances: {fail: -0.5}}]",
		"endpoint 1: execute of package x: max is 1s, which is less than min, 2s": rest +
			"packages: [{id: '1', name: x}]\nendpoints: [{id: '1', profile: p, execute: {x: {min: 2s, max: 1s}}}]",
		"endpoint 1: unknown package": rest +
			"endpoints: [{id: '1', profile: p, execute: {x: {min: 2s, max: 1s}}}]",
		"effect: unknown sensor": rest +
			"packages: [{id: '1', name: x, effects: [{kind: add_rows, sensor: Shoe Size}]}]",
		"user \"b\": token 1 is empty or a duplicate": "users: [{id: '1', name: a, tokens: [t]}, {id: '2', name: " +
			"b, tokens: [t]}]",
		"unknown value type \"Shoe\"": "sensors: [{name: x, value_type: Shoe}]",
	} {
		_, err := fleet.Load("my.yaml", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q\nsays %v, want %q", text, err, says)
		}
	}
	if _, err := fleet.Load("my.yaml", strings.NewReader(rest)); err != nil {
		t.Error(err)
	}
}

// Load accepts or rejects any fleet file without a panic.
func FuzzLoad(f *testing.F) {
	f.Add("users: [{id: '1', name: a}]\nendpoints: [{id: '1', profile: p}]\nprofiles: [{name: p, platform: " +
		"Linux, readings: {x: [[y]]}}]\nsensors: [{name: x}]")
	f.Add("extends: builtin\nendpoints: [null]\nsensors: [{name: Uptime, parameters: [{name: x}]}]")
	f.Add("computer_groups: [{id: '1', name: a, rule: {all: [{sensor: x, op: GT, value: '1'}]}}]")
	f.Add(aliasBomb(30))
	for _, each := range []string{"[", "{", "- ", "? ", "[a,", "{a: ", "a:\n "} {
		f.Add("users: " + strings.Repeat(each, 300))
	}
	f.Add("sensors: &a [*a]\nusers: [&b {id: '1', <<: *b}]")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 64<<10 {
			return // a larger file takes longer, and no other path
		}
		begin := time.Now()
		defer func() {
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("%d bytes take %s", len(text), took)
			}
		}()
		loaded, err := fleet.Load("fuzz.yaml", strings.NewReader(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q is refused by more than one line", text)
			}
			return
		}
		for _, endpoint := range loaded.Endpoints {
			for i := range loaded.Sensors {
				loaded.Read(endpoint, fleet.Overlay{}, &loaded.Sensors[i], nil)
			}
			for i := range loaded.Packages {
				loaded.Apply(&loaded.Packages[i], endpoint, fleet.Overlay{}, []string{"a b"}, nil)
			}
		}
	})
}

// The fleets of the guide are valid.
func TestGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../../templates/guides/testing-without-tanium.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(guide), "## A fleet of your own")
	var sizes []int
	for _, part := range strings.Split(section, "```yaml\n")[1:] {
		text, _, _ := strings.Cut(part, "```")
		loaded, err := fleet.Load("guide", strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		sizes = append(sizes, len(loaded.Endpoints))
	}
	if !slices.Equal(sizes, []int{36, 3, 36}) {
		t.Errorf("the fleets have %v endpoints", sizes)
	}
}

// Grow adds endpoints with distinct IDs, names and addresses, and adds the same ones for the same
// seed.
func TestGrow(t *testing.T) {
	t.Parallel()
	small := builtin(t)
	large, err := small.Grow(1000, 7)
	if err != nil || len(large.Endpoints) != 1000 || len(small.Endpoints) != 35 {
		t.Fatalf("%d and %d endpoints, %v", len(small.Endpoints), len(large.Endpoints), err)
	}
	again, _ := small.Grow(1000, 7)
	other, _ := small.Grow(1000, 8)
	names, addresses, serials, different := map[string]bool{}, map[string]bool{}, map[string]bool{}, false
	for i, e := range large.Endpoints {
		names[e.Name], addresses[e.IPAddress] = true, true
		serials[large.Read(e, fleet.Overlay{}, large.Sensor("Computer Serial Number"), nil)[0][0]] = true
		if again.Endpoints[i].Name != e.Name || large.Endpoint(e.ID) != e {
			t.Fatalf("endpoint %d is %s, and %s the second time", i, e.Name, again.Endpoints[i].Name)
		}
		different = different || other.Endpoints[i].Name != e.Name
	}
	if len(names) != 1000 || len(addresses) != 1000 || len(serials) != 1000 || !different {
		t.Errorf("%d names, %d addresses, %d serial numbers, another seed differs: %t", len(names), len(addresses),
			len(serials), different)
	}
	if same, err := small.Grow(10, 1); err != nil || same != small {
		t.Error("a fleet shrank")
	}
}
