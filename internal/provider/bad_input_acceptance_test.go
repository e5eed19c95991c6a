// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// block converts an object on one line to the body of a block.
func block(object string) string {
	arguments := strings.TrimSuffix(strings.TrimPrefix(object, "{ "), " }")
	var lines strings.Builder
	depth := 0
	for _, letter := range arguments {
		switch letter {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',':
			if depth == 0 {
				letter = '\n'
			}
		}
		lines.WriteRune(letter)
	}
	return "{\n" + lines.String() + "\n}"
}

// TestAccActionBadInput checks that the plan reports invalid arguments at their attribute and
// deploys nothing. Some of the expected texts are in the line that Terraform shows.
func TestAccActionBadInput(t *testing.T) {
	t.Parallel()
	ids := make([]string, 26)
	for i := range ids {
		ids[i] = fmt.Sprintf("%q", fmt.Sprint(i))
	}
	const tagging = `{ name = "Custom Tagging - Add Tags", parameters = ["Blue"] }`
	const everyone = `{ action_group = { name = "All Computers" } }`
	cases := map[string]badInput{}
	for name, c := range map[string]struct {
		pack, targets, more string
		says                string
	}{
		"no action group":      {tagging, `{ endpoint_ids = ["274177"] }`, "", "Missing action group"},
		"unnamed action group": {tagging, `{ action_group = {} }`, "", "Action group is not named"},
		"filter and computer group": {tagging, `{ action_group = { name = "All Computers" }, computer_group = { name ` +
			`= "All Windows" }, filter = { sensor = { name = "OS Platform" }, value = "Windows" } }`,
			"", "Tanium accepts either filter or computer_group"},
		"26 endpoints": {tagging, `{ action_group = { name = "All Computers" }, endpoint_ids = [` +
			strings.Join(ids, ", ") + `] }`, "", "must contain at most 25 elements, got: 26"},
		"no endpoint": {tagging, `{ action_group = { name = "All Computers" }, endpoint_ids = [] }`, "",
			"An empty set selects no endpoint. Nothing was deployed. Add a value to endpoint_ids."},
		"no platform": {tagging, `{ action_group = { name = "All Computers" }, platforms = [] }`, "",
			"set count = length(var.platforms) == 0 ? 0 : 1 in the resource"},
		"an ID with a zero": {tagging,
			`{ action_group = { name = "All Computers" }, endpoint_ids = ["0100201"] }`,
			"", `"0100201" is not the form that Tanium uses for this ID. Use "100201".`},
		"an ID with a blank": {tagging,
			`{ action_group = { name = "All Computers" }, endpoint_ids = [" 100201"] }`, "", `Use "100201".`},
		"a name for an ID": {tagging,
			`{ action_group = { name = "All Computers" }, endpoint_ids = ["100201", "win-dc-01"] }`,
			"", `"win-dc-01" is not an endpoint ID.`},
		"an ID of a spreadsheet": {tagging,
			`{ action_group = { name = "All Computers" }, endpoint_ids = ["310011.0"] }`, "", `Use "310011".`},
		"an allowed ID of a spreadsheet": {tagging, everyone, `guard { allowed_endpoint_ids = ["3.10011e5"] }`,
			`Use "310011".`},
		"an endless schedule": {tagging, everyone, `schedule { expire_seconds = 2147483648 }`,
			"must be between 1 and 2147483647"},
		"unknown package": {`{ name = "Custom Tagging - Ad Tags" }`, everyone, "",
			`"Custom Tagging - Add Tags"`},
		"unknown package ID":     {`{ id = "1" }`, everyone, "", "Unknown package"},
		"package without a name": {`{ parameters = ["Blue"] }`, everyone, "", "Missing package name"},
		"missing parameter":      {`{ name = "Custom Tagging - Add Tags" }`, everyone, "", "Missing parameter"},
		"too many parameters": {`{ name = "Custom Tagging - Add Tags", parameters = ["a", "b"] }`, everyone, "",
			"takes 1 parameter, and the configuration gives 2 values"},
		"missing sourced parameter": {`{ name = "Kill Process - ||Running Processes||" }`, everyone, "",
			"Missing sensor-sourced parameter"},
		"unknown sourced parameter": {`{ name = "Kill Process - ||Running Processes||", sensor_sourced_parameters = ` +
			`{ "Running Processes" = "a", "Running" = "b" } }`, everyone, "", "Unknown sensor-sourced parameter"},
		"unknown action group": {tagging, `{ action_group = { name = "All Computer" } }`, "", `"All Computers"`},
		"a computer group as action group": {tagging, `{ action_group = { id = "13" } }`, "",
			`It is the computer group "All Linux" (ID 13). Write computer_group = { name = "All Linux" } for it`},
		"an action group as computer group": {tagging,
			`{ action_group = { name = "All Computers" }, computer_group = { name = "Linux and Mac" } }`, "",
			`It is the action group "Linux and Mac" (ID 25).`},
		"a name as the ID of a group": {tagging, `{ action_group = { id = "All Computers" } }`, "",
			`Write name = "All Computers", or id = "21".`},
		"a name as the ID of a package": {`{ id = "Custom Tagging - Add Tags", parameters = ["Blue"] }`, everyone, "",
			`Write name = "Custom Tagging - Add Tags", or id = "38355".`},
		"unknown computer group": {tagging,
			`{ action_group = { name = "All Computers" }, computer_group = { name = "All Window" } }`,
			"", `"All Windows"`},
		"unknown member group": {tagging,
			`{ action_group = { name = "All Computers" }, filter = { member_of = { name = "All Window" } } }`,
			"", "Unknown computer group"},
		"unknown sensor": {tagging, `{ action_group = { name = "All Computers" }, filter = { sensor = { ` +
			`name = "Operating Systems" }, value = "x" } }`, "", `"Operating System"`},
		"unknown sensor, deep": {tagging, `{ action_group = { name = "All Computers" }, filter = { filters = [{ ` +
			`sensor = { name = "OS Platform" }, value = "Windows" }, { sensor = { name = "Operating Systems" }, ` +
			`value = "x" }] } }`, "", "targets.filter.filters[1].sensor.name: Tanium has no sensor"},
		"poll interval": {tagging, everyone, `wait { poll_interval = "5" }`,
			`"5" is not a duration. Use a number and a unit, such as "10s"`},
		"short poll interval": {tagging, everyone, `wait { poll_interval = "10ms" }`, "It must be at least 1s"},
		"unknown column": {tagging, `{ action_group = { name = "All Computers" }, filter = { sensor = { ` +
			`name = "Running Processes with MD5 Hash", column = "MD5" }, value = "x" } }`, "", `"MD5 Hash"`},
		"missing column": {tagging, `{ action_group = { name = "All Computers" }, filter = { sensor = { ` +
			`name = "Running Processes with MD5 Hash" }, value = "x" } }`, "", "several columns"},
		"missing sensor parameter": {tagging, `{ action_group = { name = "All Computers" }, filter = { sensor = { ` +
			`name = "Custom Tag Exists" }, value = "True" } }`, "", "Missing sensor parameter"},
		"unknown operator": {tagging, `{ action_group = { name = "All Computers" }, filter = { sensor = { ` +
			`name = "OS Platform" }, op = "EQUALS", value = "x" } }`, "", "EQ"},
		"operator in lower case": {tagging, `{ action_group = { name = "All Computers" }, filter = { sensor = { ` +
			`name = "OS Platform" }, op = "eq", value = "x" } }`, "", "EQ"},
		"unknown platform": {tagging, `{ action_group = { name = "All Computers" }, platforms = ["windows"] }`,
			"", `Did you mean "Windows"?`},
		"platform Unknown": {tagging, `{ action_group = { name = "All Computers" }, platforms = ["Unknown"] }`,
			"", `not "Unknown".`},
		"unknown policy": {tagging, everyone, `on_failure = "waarn"`, `Did you mean "warn"?`},
		"single and compound": {tagging, `{ action_group = { name = "All Computers" }, filter = { sensor = { ` +
			`name = "OS Platform" }, filters = [{ sensor = { name = "OS Platform" }, value = "x" }] } }`, "",
			"Filter is both single and compound"},
		"path in a target": {tagging,
			`{ action_group = { name = "All Computers" }, filter = { path = "name", value = "x" } }`,
			"", "Filter by path cannot target an action"},
		"end without reissue": {tagging, everyone, `schedule { end_time = "2027-01-01T00:00:00Z" }`,
			"reissue_seconds"},
		"expires too early": {tagging, everyone, `schedule { expire_seconds = 60 }`,
			"Action would expire too early"},
		"reissued too early": {tagging, everyone, `schedule { reissue_seconds = 600 }`,
			"Action would be reissued before it expires"},
		"nobody matches": {tagging, `{ action_group = { name = "All Computers" }, filter = { sensor = { ` +
			`name = "Computer Name" }, value = "nobody" } }`, "", "reaches"},
		"guard that allows none": {tagging, `{ action_group = { name = "All Computers" } }`,
			`guard { max_endpoints = 0 }`, "Guard allows no deployment"},
		"days": {tagging, `{ action_group = { name = "All Computers" } }`,
			`timeouts { create = "1d" }`, `"24h" is a day`},
		"group that reaches no endpoint": {tagging, `{ action_group = { name = "Default" } }`, "",
			`The action group "Default" reaches`},
		"guard": {tagging, everyone, `guard { max_endpoints = 29 }`, "30 endpoints"},
	} {
		body := fmt.Sprintf("  package %s\n  targets %s\n  %s\n", block(c.pack), block(c.targets), c.more)
		cases[name] = badInput{body, c.says}
	}
	runBadInput(t, cases)
}

// badInput is the body of an action, and what its error must say: words with " ... " between them.
type badInput struct{ body, says string }

// runBadInput plans actions that all have an error, in one configuration. The errors of those that
// are invalid hide those that a plan finds, so these are planned again.
func runBadInput(t *testing.T, cases map[string]badInput) {
	t.Helper()
	s := newTenant(t, simulator.Options{})
	w, said := newAttachedWorkspace(t, s, ""), map[string]string{}
	for range 2 {
		configuration := s.config("")
		for name, c := range cases {
			if said[labelled(name)] == "" {
				configuration += labelled(name) + " {\n" + c.body + "}\n"
			}
		}
		w.write("main.tf", configuration)
		maps.Copy(said, w.reported())
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := said[labelled(name)]
			for words := range strings.SplitSeq(c.says, " ... ") {
				_, after, found := strings.Cut(said, words)
				if !found {
					t.Fatalf("does not say %q: %s", words, said)
				}
				said = after
			}
		})
	}
	for context := range said {
		if !strings.Contains(context, "tanium_action") {
			t.Errorf("an error in %q: %s", context, said[context])
		}
	}
	if stats := s.Stats(); stats.Operations["actionPerform"] != 0 || stats.Deployments != 0 {
		t.Errorf("%d requests to deploy, %d deployments", stats.Operations["actionPerform"], stats.Deployments)
	}
}

// labelled begins the action of a case.
func labelled(name string) string {
	return fmt.Sprintf("resource \"tanium_action\" %q", "bad_"+strings.NewReplacer(" ", "_", ",", "").Replace(name))
}

// TestAccProviderBadInput checks the messages for a gateway that is unreachable, rejects the token,
// or is another server.
func TestAccProviderBadInput(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	html := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!DOCTYPE html><title>Tanium</title>"))
	}))
	t.Cleanup(html.Close)
	// Not the port of a server that was closed: a simulator of another test can get that one.
	const down = "http://127.0.0.1:1"
	for name, c := range map[string]struct{ url, token, says string }{
		"expired token": {s.url, "token-expired", "The token is wrong, expired or revoked"},
		"HTML":          {html.URL, simulator.DefaultToken, "Check url or TANIUM_URL"},
		"down":          {down, simulator.DefaultToken, "that the server is running and reachable"},
		"no URL":        {"", simulator.DefaultToken, "TANIUM_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAttachedWorkspace(t, s, "")
			w.write("main.tf", fmt.Sprintf("provider \"tanium\" {\n  url = %q\n  api_token = %q\n}\n", c.url, c.token)+
				fmt.Sprintf(tagAction, "Blue", ""))
			w.exits(1, c.says, "plan", "-input=false")
		})
	}
	t.Cleanup(func() {
		if stats := s.Stats(); stats.Deployments != 0 || stats.Operations["actionPerform"] != 0 {
			t.Errorf("%+v", stats)
		}
	})
}
