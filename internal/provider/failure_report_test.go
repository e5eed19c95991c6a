// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// fortyEndpoints is a fleet of 40 Linux servers, of which a command fails on three, and writes more
// lines than a report shows.
func fortyEndpoints(t *testing.T) *fleet.Fleet {
	t.Helper()
	var text strings.Builder
	text.WriteString("extends: builtin\npackages:\n  - {id: '9001', name: Patch kernel, command: /bin/sh patch.sh, " +
		"output: {succeed: [Patched], fail: [Reading repositories, one, two, three, four, " +
		"'E: Could not get lock /var/lib/dpkg/lock']}}\nendpoints:\n")
	for n := range 40 {
		outcome := "succeed"
		if n%13 == 7 {
			outcome = "fail"
		}
		fmt.Fprintf(&text, "  - {id: '%d', name: node-%02d, ip_address: 10.40.0.%d, profile: ubuntu, "+
			"outcomes: {Patch kernel: %s}}\n", 500000+n, n, n+1, outcome)
	}
	machines, err := fleet.Load("forty.yaml", strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	return machines
}

// patching is the configuration of an action on the forty endpoints.
func patching(more map[string]any) map[string]any {
	config := map[string]any{"name": "Patch", "package": map[string]any{"name": "Patch kernel"},
		"targets": map[string]any{"action_group": map[string]any{"name": "All Computers"},
			"filter": map[string]any{"sensor": map[string]any{"name": "Computer Name"}, "op": "STARTS_WITH",
				"value": "node-"}}}
	for name, value := range more {
		config[name] = value
	}
	return config
}

// threeFailed is what a person reads when 3 of 40 endpoints fail.
const threeFailed = `Of 40 endpoints, 3 failed: 7.5 %, where at most 0 % may fail.

Total: 37 completed, 3 failed. This was action 6112010 of scheduled action 88001. See URL

Endpoints that did not complete it:
  node-07 (500007): Failed.
    | one
    | two
    | three
    | four
    | E: Could not get lock /var/lib/dpkg/lock
  node-20 (500020): Failed.
    | one
    | two
    | three
    | four
    | E: Could not get lock /var/lib/dpkg/lock
  node-33 (500033): Failed.
    | one
    | two
    | three
    | four
    | E: Could not get lock /var/lib/dpkg/lock

`

// TestFailureReport checks what an apply and an invocation say of the endpoints that failed, the
// limits of the report, and that a report that cannot be made hides nothing.
func TestFailureReport(t *testing.T) {
	t.Parallel()
	const node = "\n  node-07 (500007): Failed."
	limit := func(endpoints, lines int) map[string]any {
		return map[string]any{"failure_report": map[string]any{"endpoints": endpoints, "log_lines": lines}}
	}
	for name, c := range map[string]struct {
		more   map[string]any
		faults []simulator.Fault
		// says and not are in the message and not in it.
		says, not string
	}{
		"all of it": {says: threeFailed, not: "\n  and "},
		"the first": {more: limit(2, 0), says: node + "\n  node-20 (500020): Failed.\n  and 1 more", not: "Completed."},
		"one endpoint": {more: limit(1, 1),
			says: node + "\n    | E: Could not get lock /var/lib/dpkg/lock\n  and 2 more",
			not:  "node-20"},
		"without its log": {more: limit(10, 0), says: node + "\n  node-20 (500020): Failed.", not: "|"},
		"off":             {more: limit(0, 5), says: "Of 40 endpoints, 3 failed", not: "node-"},
		"not all are done": {more: map[string]any{"timeouts": map[string]any{"create": "1ms", "invoke": "1ms"}},
			says: "Action did not finish in time", not: "Failed."},
		"a question that fails": {faults: []simulator.Fault{{Field: "endpoints", Skip: 1, Kind: simulator.Status,
			Code: http.StatusForbidden, Times: -1}},
			says: "The provider could not read which endpoints these are: ", not: "node-"},
		"only a warning": {more: map[string]any{"on_failure": "warn"},
			says: "WARNING Action failed: 3 of 40: Of 40 endpoints, 3 failed", not: "ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, how := range []string{"apply", "invoke"} {
				for _, succeeded := range []bool{false, true} {
					s := newTenant(t, simulator.Options{Fleet: fortyEndpoints(t),
						Unknowns: world.Unknowns{SucceededStatuses: succeeded}})
					if err := s.Fail(c.faults...); err != nil {
						t.Fatal(err)
					}
					var text string
					config := patching(c.more)
					if how == "apply" {
						if limits, ok := config["timeouts"].(map[string]any); ok {
							config["timeouts"] = map[string]any{"create": limits["create"]}
						}
						_, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil)
						text = describe(diagnostics)
					} else {
						session := newActionSession(t, s, s, simulator.DefaultToken)
						_, diagnostics := session.invoke(t.Context(), deployType, config)
						text = describe(diagnostics)
					}
					says := strings.ReplaceAll(c.says, "URL", s.url+"/ui/console/actions/status/6112010")
					if !strings.Contains(text, says) || strings.Contains(text, c.not) {
						t.Errorf("%s says: %s\nwant: %s\nnot: %s", how, text, says, c.not)
					}
				}
			}
		})
	}
}
