// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// policiesFolder has the policies for the JSON of a plan.
const policiesFolder = examplesRoot + "/policies/opa"

// envOPA has the path of Open Policy Agent. `make opa` builds it.
const envOPA = "TANIUM_TEST_OPA"

// opa runs Open Policy Agent and returns what it prints.
func opa(t *testing.T, arguments ...string) string {
	t.Helper()
	program := os.Getenv(envOPA)
	if program == "" {
		skip(t, envOPA+" is not set: make opa builds Open Policy Agent")
	}
	output, err := exec.CommandContext(t.Context(), program, arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("opa %v: %v\n%s", arguments, err, output)
	}
	return string(output)
}

// policyResult is what the policies of a folder say about an input.
type policyResult struct {
	Deny  []string `json:"deny"`
	Allow []bool   `json:"allow"` // empty if it is undefined
	Reach []struct {
		Address   string            `json:"address"`
		AtMost    *int              `json:"at_most"`
		Endpoints map[string]string `json:"endpoints"`
	} `json:"reach"`
}

// judge applies the policies of a folder to an input.
func judge(t *testing.T, folder, input string) policyResult {
	t.Helper()
	output := opa(t, "eval", "--strict-builtin-errors", "--format=raw", "--data="+folder, "--input="+input,
		`{"deny": data.tanium.deny, "allow": [true | data.tanium.allow], "reach": data.tanium.reach}`)
	var result policyResult
	if err := json.Unmarshal([]byte(output), &result); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if allowed := len(result.Allow) > 0; allowed != (len(result.Deny) == 0) {
		t.Errorf("allow is %v: %q", allowed, result.Deny)
	}
	return result
}

// planJSON plans and returns the path of the plan's JSON.
func (w *workspace) planJSON(arguments ...string) string {
	w.t.Helper()
	w.run(append([]string{"plan", "-input=false", "-out=plan"}, arguments...))
	output, err := w.command([]string{"show", "-json", "plan"}).Output()
	if err != nil {
		w.t.Fatal(err)
	}
	w.write("plan.json", string(output))
	return filepath.Join(w.folder, "plan.json")
}

// policyCase is a resource with what the policies say about it. What is empty has a default that
// no policy refuses.
type policyCase struct {
	run, targets, guard, more string
	// refused has the beginning of each message, without the address of the resource.
	refused []string
	// most is the highest number of endpoints that it can reach; 0 for any.
	most int
}

const (
	restartClient = `package { name = "Restart Tanium Client" }`
	serversOnly   = `action_group = { name = "All Windows Servers" }`
	everyComputer = `action_group = { name = "All Computers" }`
	oneFilter     = `filter = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" }`
)

// resource returns the configuration of the case.
func (c policyCase) resource(name string) string {
	either := func(text, fallback string) string {
		if text == "" {
			return fallback
		}
		return text
	}
	return fmt.Sprintf("resource \"tanium_action\" %q {\n  name = %q\n  %s\n  targets {\n    %s\n  }\n"+
		"  guard {\n    %s\n  }\n  wait {\n    enabled = false\n  }\n  %s\n}\n", name, name,
		either(c.run, restartClient), either(c.targets, serversOnly), either(c.guard, "max_endpoints = 40"), c.more)
}

// policyCases are resources that are created, by name.
func policyCases() map[string]policyCase {
	const (
		noGuard  = "It has no guard. Set guard { reviewed = data.tanium_action_preview.NAME.reviewed }, or one of: "
		recurs   = "It recurs every 86400 seconds without an end. Set schedule.end_time."
		unscoped = `It deploys to the action group "All Computers" without a filter.`
		registry = `package {
    name = "Registry - Set Value"
    parameters = ["HKLM", "a", "b", "REG_SZ", %s]
    %s
  }`
	)
	reach := func(n int) string { return fmt.Sprintf("It can reach %d endpoints, and 100 are allowed.", n) }
	return map[string]policyCase{
		"reviewed":   {guard: "reviewed = data.tanium_action_preview.servers.reviewed", most: 8},
		"limited":    {guard: "max_endpoints = 40", most: 40},
		"at_limit":   {guard: "max_endpoints = 100", most: 100},
		"no_limit":   {guard: "min_endpoints = 0", refused: []string{noGuard}},
		"few_by_ids": {targets: `endpoint_ids = ["100201"]` + "\n" + everyComputer, most: 1},

		"above_limit":    {guard: "max_endpoints = 101", refused: []string{reach(101)}, most: 101},
		"above_reviewed": {guard: growingReview, refused: []string{reach(104)}, most: 104},
		"above_expected": {
			guard:   "expected_endpoints = 90\nmax_growth_percent = 12.5",
			refused: []string{reach(101)}, most: 101,
		},
		"above_ids": {
			guard:   "allowed_endpoint_ids = [for i in range(101) : tostring(100150 + i)]",
			refused: []string{reach(101)}, most: 101,
		},
		"lowest_limit": {guard: growingReview + "\nmax_endpoints = 99", most: 99},

		"all":             {targets: everyComputer, refused: []string{unscoped}},
		"all_platforms":   {targets: everyComputer + "\nplatforms = [\"Windows\"]", refused: []string{unscoped}},
		"all_in_all":      {targets: everyComputer + "\n" + allMembers("All Computers"), refused: []string{unscoped}},
		"all_of_group":    {targets: everyComputer + "\n" + allMembers("All Windows")},
		"all_with_filter": {targets: everyComputer + "\n" + oneFilter},
		"known_late":      {targets: everyComputer + "\n" + lateFilter},
		"forbidden_reboot": {
			run:     "operation {\n reboot {}\n }",
			refused: []string{`The operation "reboot" is forbidden (reboot).`},
		},
		"forbidden_package": {
			run:     `package { name = "Reboot Windows Machine" }`,
			refused: []string{`The package "Reboot Windows Machine" is forbidden (Reboot *).`},
		},
		"forbidden_lock": {
			run:     `package { name = "Tanium Client - Set Action Lock On" }`,
			refused: []string{`The package "Tanium Client - Set Action Lock On" is forbidden (*Action Lock*).`},
		},
		"forbidden_group": {
			targets: `action_group = { name = "Default - All Computers" }` + "\n" + oneFilter,
			refused: []string{`The action group "Default - All Computers" is forbidden (Default - All Computers).`},
		},
		"allowed_operation": {run: `operation { add_tags = ["Pilot"] }`},
		"package_by_id": {
			run:     `package { id = "1221" }`,
			refused: []string{"package has the ID 1221, which cannot be compared with names."},
		},
		"group_by_id": {
			targets: "action_group = { id = 21, name = null }\n" + oneFilter,
			refused: []string{"targets.action_group has the ID 21, which cannot be compared with names."},
		},

		"secret": {
			run:     fmt.Sprintf(registry, "var.password", ""),
			refused: []string{"package.parameters[4] has a sensitive value. Use package.parameters_wo"},
		},
		"secret_known_late": {
			run:     fmt.Sprintf(registry, "sensitive(terraform_data.late.id)", ""),
			refused: []string{"package.parameters[4] has a sensitive value."},
		},
		"secret_bare": {
			run:     fmt.Sprintf(registry, "nonsensitive(var.password)", ""),
			refused: []string{`package.parameters refers to the sensitive variable "password".`},
		},
		"secret_trigger": {
			more:    "triggers = { parameters_wo = var.password }",
			refused: []string{"triggers.parameters_wo has a sensitive value."},
		},
		"secret_twice": {
			run:  fmt.Sprintf(registry, "nonsensitive(var.password)", ""),
			more: "triggers = { password = var.password }",
			refused: []string{
				"triggers.password has a sensitive value.",
				`package.parameters refers to the sensitive variable "password".`,
			},
		},
		"secret_named_wo": {
			run: `package {
    name = "Kill Process - ||Running Processes||"
    sensor_sourced_parameters = { "Running Processes" = var.password }
  }`,
			refused: []string{"package.sensor_sourced_parameters.Running Processes has a sensitive value."},
		},
		"write_only": {
			run: fmt.Sprintf(registry, "null",
				"parameters_wo = sensitive([null, null, null, null, var.ephemeral])\nparameters_wo_version = 1"),
		},
		"no_secret": {run: fmt.Sprintf(registry, "local.password", "")},

		"recurring":      {more: "schedule {\n reissue_seconds = 86400\n }", refused: []string{recurs}},
		"recurring_ends": {more: "schedule {\n reissue_seconds = 86400\n end_time = \"2026-06-01T00:00:00Z\"\n }"},

		"unknown_guard": {
			guard:   "max_endpoints = length(terraform_data.late.id)",
			refused: []string{"guard.max_endpoints is not known in the plan."},
		},
		"unknown_minimum": {
			guard:   "min_endpoints = length(terraform_data.late.id)",
			refused: []string{noGuard, "guard.min_endpoints is not known in the plan."},
		},
		"unknown_package": {
			run:     `package { name = terraform_data.late.id }`,
			refused: []string{"package.name is not known in the plan."},
		},
		"unknown_group": {
			targets: "action_group = { name = terraform_data.late.id }\n" + oneFilter,
			refused: []string{"targets.action_group.name is not known in the plan."},
		},
		"unknown_filter": {
			targets: everyComputer + "\nfilter = terraform_data.late.output",
			refused: []string{"targets.filter is not known in the plan."},
		},
		"unknown_operation": {
			run:     "operation {\n restart_service = terraform_data.late.id\n }",
			refused: []string{"operation.restart_service is not known in the plan."},
		},
		"unknown_end": {
			more:    "schedule {\n reissue_seconds = 86400\n end_time = terraform_data.late.id\n }",
			refused: []string{"schedule.end_time is not known in the plan."},
		},
	}
}

const (
	// bareLimits lacks most limits, and has one of the wrong type.
	bareLimits = `{"limits": {"max_endpoints": "100", "guards": []}}`

	growingReview = "reviewed = data.tanium_action_preview.servers.reviewed\n    max_growth_percent = 1200"
	lateFilter    = `filter = { sensor = { name = "Computer Name" }, value = terraform_data.late.id }`
)

// allMembers returns a condition of targets.
func allMembers(group string) string { return fmt.Sprintf("computer_group = { name = %q }", group) }

// policySurroundings is what the cases refer to.
const policySurroundings = `
variable "password" {
  sensitive = true
  default   = "example-password"
}

locals {
  password = "none"
}

variable "ephemeral" {
  ephemeral = true
  sensitive = true
  default   = "example-ephemeral"
}

resource "terraform_data" "late" {
  input = { sensor = { name = "Computer Name" }, value = uuid() }
}

data "tanium_action_preview" "servers" {
  targets {
    action_group = { name = "All Windows Servers" }
  }
}
`

// policyModule is a module with a deployment that the policies refuse.
const policyModule = `
terraform {
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

variable "secret" {
  sensitive = true
}

resource "tanium_action" "inner" {
  for_each = toset(["a.b\"]c"])
  package {
    name       = "Registry - Set Value"
    parameters = ["HKLM", "a", "b", "REG_SZ", nonsensitive(var.secret)]
  }
  targets {
    action_group = { name = "All Windows Servers" }
  }
  triggers = { module = path.module }
}
`

// TestAccPolicies checks what the policies refuse in a plan of Terraform, which deployments they
// judge, and that each of their rules is needed.
func TestAccPolicies(t *testing.T) {
	t.Parallel()
	needsMinor(t, 11)
	opa(t, "check", "--strict", policiesFolder)
	if unformatted := opa(t, "fmt", "--list", policiesFolder); unformatted != "" {
		t.Errorf("opa fmt changes %s", unformatted)
	}
	s := newTenant(t, simulator.Options{})
	unguarded := func(name, more string) string {
		return fmt.Sprintf("resource \"tanium_action\" %q {\n  name = %q\n  %s\n  targets {\n    %s\n  }\n"+
			"  wait {\n    enabled = false\n  }\n  %s\n}\n", name, name, restartClient, serversOnly, more)
	}
	w := newAttachedWorkspace(t, s, unguarded("kept", "")+unguarded("updated", "")+unguarded("removed", "")+
		unguarded("replaced", "")+unguarded("replaced_early", "lifecycle {\n    create_before_destroy = true\n  }"))
	w.run([]string{"apply", "-auto-approve", "-input=false"})
	state := w.run([]string{"show", "-json"})

	cases := policyCases()
	configuration := policySurroundings + unguarded("kept", "") + unguarded("updated", "on_destroy = \"keep\"") +
		unguarded("replaced", "comment = \"again\"") +
		unguarded("replaced_early", "comment = \"again\"\n  lifecycle {\n    create_before_destroy = true\n  }") +
		"module \"outer\" {\n  source = \"./outer\"\n  count = 1\n  secret = var.password\n}\n"
	for name, each := range cases {
		configuration += each.resource(name)
	}
	w.write("main.tf", s.config("%s", configuration))
	for _, folder := range []string{"outer", "outer/within"} {
		if err := os.Mkdir(filepath.Join(w.folder, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	w.write("outer/within/main.tf", policyModule)
	w.write("outer/main.tf", "variable \"secret\" {}\n\nmodule \"within\" {\n  source   = \"./within\"\n"+
		"  for_each = toset([\"x\"])\n  secret   = var.secret\n}\n")
	w.run([]string{"get"})
	plan := w.planJSON()
	result := judge(t, policiesFolder, plan)

	const inner = `module.outer[0].module.within["x"].tanium_action.inner["a.b\"]c"]`
	want := map[string][]string{
		inner: {
			"It has no guard.", `package.parameters refers to the sensitive variable "secret".`,
		},
		"tanium_action.replaced":       {"It has no guard."},
		"tanium_action.replaced_early": {"It has no guard."},
	}
	for name, each := range cases {
		want["tanium_action."+name] = each.refused
	}
	checkRefused(t, result.Deny, want)
	for _, each := range result.Reach {
		if _, judged := want[each.Address]; !judged {
			t.Errorf("%s is judged", each.Address)
		}
		want := cases[strings.TrimPrefix(each.Address, "tanium_action.")].most
		if want != 0 && (each.AtMost == nil || *each.AtMost != want) {
			t.Errorf("%s reaches %v endpoints at most, want %d", each.Address, each.AtMost, want)
		}
		if reviewed := each.Address == "tanium_action.reviewed"; reviewed && each.Endpoints["100205"] != "win-web-02" {
			t.Errorf("%s: %v", each.Address, each.Endpoints)
		}
	}
	if len(result.Reach) != len(want) {
		t.Errorf("%d deployments, want %d", len(result.Reach), len(want))
	}

	t.Run("jq", func(t *testing.T) {
		t.Parallel()
		checkJQ(t, plan)
	})

	// An input that is no plan, and limits that are missing, are refused.
	w.write("state.json", state)
	notAPlan := filepath.Join(w.folder, "state.json")
	checkRefused(t, judge(t, policiesFolder, notAPlan).Deny,
		map[string][]string{"The input is not the JSON of a plan. Give the output of: terraform show -json PLAN": {""}})
	bare := copyPolicies(t, "data.json", bareLimits)
	missing := judge(t, bare, plan).Deny
	for _, name := range []string{"max_endpoints", "all_computers", "forbidden_packages", "known_package_ids"} {
		if !slices.ContainsFunc(missing, func(message string) bool {
			return strings.HasPrefix(message, "The limit "+name+" is missing or has the wrong type.")
		}) {
			t.Errorf("%s is not missed: %q", name, missing)
		}
	}

	// An ID that the limits list is not refused. Letters of either case are the same.
	known, err := os.ReadFile(filepath.Join(policiesFolder, "data.json"))
	if err != nil {
		t.Fatal(err)
	}
	listed := copyPolicies(t, "data.json", strings.NewReplacer(
		`"all_computers": ["All Computers"`, `"all_computers": ["all computers"`,
		`"known_package_ids": []`, `"known_package_ids": ["1221"]`,
		`"known_action_group_ids": []`, `"known_action_group_ids": ["21"]`).Replace(string(known)))
	delete(want, "tanium_action.package_by_id")
	delete(want, "tanium_action.group_by_id")
	checkRefused(t, judge(t, listed, plan).Deny, want)

	// Without any one rule, the policies say something else about one of these inputs.
	same := func(messages, want []string) bool { return fmt.Sprint(messages) == fmt.Sprint(want) }
	notPlanned := judge(t, policiesFolder, notAPlan).Deny
	rules := 0
	for name, text := range policyFiles(t) {
		for _, rule := range regexp.MustCompile(`(?ms)^deny contains .*?^}\n`).FindAllString(text, -1) {
			rules++
			folder := copyPolicies(t, name, strings.Replace(text, rule, "", 1))
			if !same(judge(t, folder, plan).Deny, result.Deny) || !same(judge(t, folder, notAPlan).Deny, notPlanned) {
				continue
			}
			limits := filepath.Join(folder, "data.json")
			if err := os.WriteFile(limits, []byte(bareLimits), 0o600); err != nil {
				t.Fatal(err)
			}
			if same(judge(t, folder, plan).Deny, missing) {
				t.Errorf("%s: no case needs this rule:\n%s", name, rule)
			}
		}
	}
	if rules < 12 {
		t.Errorf("%d rules", rules)
	}
}

// checkRefused checks that the messages are those of each address, by their beginnings.
func checkRefused(t *testing.T, messages []string, want map[string][]string) {
	t.Helper()
	said := slices.Clone(messages)
	for address, beginnings := range want {
		for _, beginning := range beginnings {
			i := slices.IndexFunc(said, func(message string) bool {
				rest, found := strings.CutPrefix(message, address)
				return found && strings.HasPrefix(strings.TrimPrefix(rest, ": "), beginning)
			})
			if i < 0 {
				t.Errorf("%s: not refused: %s", address, beginning)
				continue
			}
			said = slices.Delete(said, i, i+1)
		}
	}
	for _, message := range said {
		t.Errorf("also refused: %s", message)
	}
}

// policyFiles returns the text of each policy, by the name of its file.
func policyFiles(t *testing.T) map[string]string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(policiesFolder, "*.rego"))
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	files := map[string]string{}
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(path)] = string(text)
	}
	return files
}

// copyPolicies copies the policies to a folder and writes one of the files anew.
func copyPolicies(t *testing.T, name, text string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(policiesFolder)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, name)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestAccPoliciesOfInvocations checks what the policies refuse in an invocation that a plan
// triggers, and in one that it is made for.
func TestAccPoliciesOfInvocations(t *testing.T) {
	t.Parallel()
	needsActions(t)
	s := newTenant(t, simulator.Options{})
	action := func(name, run, targets, guard string) string {
		return fmt.Sprintf("action \"tanium_action_deploy\" %q {\n  config {\n    name = %q\n    %s\n    targets {\n"+
			"      %s\n    }\n    %s\n  }\n}\n", name, name, run, targets, guard)
	}
	configuration := policySurroundings +
		action("reviewed", restartClient, serversOnly,
			"guard { reviewed = data.tanium_action_preview.servers.reviewed }") +
		action("secret", `package {
      name = "Registry - Set Value"
      parameters = ["HKLM", "a", "b", "REG_SZ", var.password]
    }`, everyComputer, "") +
		action("idle", restartClient, serversOnly, "") + `
action "tanium_action_cancel" "another" {
  config {
    scheduled_action_id = "1"
  }
}

resource "terraform_data" "release" {
  lifecycle {
    action_trigger {
      events = [after_create]
      actions = [
        action.tanium_action_deploy.reviewed, action.tanium_action_deploy.secret, action.tanium_action_cancel.another,
      ]
    }
  }
}
`
	w := newAttachedWorkspace(t, s, configuration)
	plan := w.planJSON()
	result := judge(t, policiesFolder, plan)
	checkRefused(t, result.Deny, map[string][]string{"action.tanium_action_deploy.secret": {
		"It has no guard.", "package.parameters[4] has a sensitive value.",
		`It deploys to the action group "All Computers" without a filter.`,
	}})
	if len(result.Reach) != 2 || len(result.Reach[0].Endpoints) != 8 {
		t.Errorf("%+v", result.Reach)
	}
	checkJQ(t, plan)
	checkRefused(t, judge(t, policiesFolder, w.planJSON("-invoke=action.tanium_action_deploy.reviewed")).Deny, nil)
	invoked := w.planJSON("-invoke=action.tanium_action_deploy.idle")
	checkRefused(t, judge(t, policiesFolder, invoked).Deny,
		map[string][]string{"action.tanium_action_deploy.idle": {"It has no guard."}})
}

// checkJQ runs the programs for jq that print which endpoints each deployment would reach, and
// compares what they print with what the policies say.
func checkJQ(t *testing.T, plan string) {
	t.Helper()
	jq, err := exec.LookPath("jq")
	if err != nil {
		t.Log("there is no jq")
		return
	}
	run := func(arguments ...string) string {
		t.Helper()
		output, err := exec.CommandContext(t.Context(), jq, append(arguments, plan)...).CombinedOutput()
		if err != nil {
			t.Fatalf("jq %q: %v: %s", arguments, err, output)
		}
		return strings.TrimSpace(string(output))
	}
	var want []string
	named := map[string]map[string]string{}
	for _, each := range judge(t, policiesFolder, plan).Reach {
		if !strings.HasPrefix(each.Address, "action.") {
			named[each.Address] = each.Endpoints
		}
		if each.Endpoints == nil {
			want = append(want, each.Address+": not named in the plan")
			continue
		}
		var endpoints []string
		for _, id := range slices.Sorted(maps.Keys(each.Endpoints)) {
			endpoints = append(endpoints, fmt.Sprintf("%s (%s)", each.Endpoints[id], id))
		}
		want = append(want,
			fmt.Sprintf("%s: %d endpoints: %s", each.Address, len(endpoints), strings.Join(endpoints, ", ")))
	}
	got := strings.Split(run("-r", "-f", filepath.Join(policiesFolder, "reach.jq")), "\n")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("jq prints %q, want %q", got, want)
	}

	// The guide has a shorter line, for resources alone.
	guide, err := os.ReadFile(filepath.Join(examplesRoot, "..", "templates", "guides", "pipelines.md"))
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^jq '(.*)' plan\.json$`).FindSubmatch(guide)
	if line == nil {
		t.Fatal("the guide has no line with jq")
	}
	decoder := json.NewDecoder(strings.NewReader(run(string(line[1]))))
	for decoder.More() {
		var one map[string]map[string]string
		if err := decoder.Decode(&one); err != nil {
			t.Fatal(err)
		}
		for address, endpoints := range one {
			if !maps.Equal(endpoints, named[address]) {
				t.Errorf("%s: %v, want %v", address, endpoints, named[address])
			}
		}
		maps.DeleteFunc(named, func(address string, _ map[string]string) bool { return one[address] != nil })
	}
	for address, endpoints := range named {
		if endpoints != nil {
			t.Errorf("the line of the guide does not print %s", address)
		}
	}
}
