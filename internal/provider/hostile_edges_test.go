// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// randomFilter returns a filter that a deployment can have, in a random spelling. Its conditions do
// not depend on what the deployment does.
func randomFilter(random *rand.Rand, depth int) map[string]any {
	made := map[string]any{}
	sensor := func(name string, value any) {
		made["sensor"], made["value"] = map[string]any{"name": name}, value
	}
	switch kind := random.IntN(10); {
	case kind < 4 && depth > 0:
		var filters []any
		for range 1 + random.IntN(3) {
			filters = append(filters, randomFilter(random, depth-1))
		}
		made["filters"] = filters
		if random.IntN(2) == 0 {
			made["any"] = random.IntN(3) > 0
		}
	case kind < 6:
		value, op := pick(random, "win-", "lnx-app", "WIN-WEB-01", "-01", "wks-0", ".*-0[12]", "(win|mac).*", "sql"),
			pick[any](random, nil, "EQ", "CONTAINS", "STARTS_WITH", "ENDS_WITH", "MATCHES")
		sensor("Computer Name", value)
		made["op"] = op
	case kind < 7:
		sensor("OS Platform", pick(random, "Windows", "Linux", "Mac", "windows"))
	case kind < 8:
		sensor("Is Windows", pick[any](random, true, "True", false, "False", "true"))
	case kind < 9:
		sensor("Uptime", pick[any](random, 7, "7", 12, "012"))
		made["op"] = pick[any](random, "GT", "LTE", nil)
	default:
		made["member_of"] = pick(random, map[string]any{"name": "All Windows Servers"}, map[string]any{"id": 12},
			map[string]any{"id": "13", "name": nil}, map[string]any{"name": "All Mac"}, map[string]any{"id": "2"})
	}
	if random.IntN(4) == 0 {
		made["negated"] = random.IntN(3) > 0
	}
	if random.IntN(4) == 0 {
		made["path"] = nil
	}
	return made
}

// randomTargets returns targets in a random spelling.
func randomTargets(random *rand.Rand) map[string]any {
	targets := map[string]any{"action_group": pick(random, map[string]any{"name": "All Computers"},
		map[string]any{"id": "21"}, map[string]any{"id": 24}, map[string]any{"name": "Linux and Mac"},
		map[string]any{"name": "All Windows", "id": nil})}
	switch random.IntN(4) {
	case 0:
		targets["computer_group"] = pick(random, map[string]any{"name": "All Windows Servers"},
			map[string]any{"id": "13"}, map[string]any{"id": 15})
	case 1, 2:
		targets["filter"] = randomFilter(random, 3)
	}
	shuffled := func(of ...any) []any {
		random.Shuffle(len(of), func(a, b int) { of[a], of[b] = of[b], of[a] })
		return of[:1+random.IntN(len(of))]
	}
	if random.IntN(4) == 0 {
		targets["endpoint_ids"] = shuffled("100201", "100205", "100208", "274301", "310011", "420007", "510001", "1")
	}
	if random.IntN(4) == 0 {
		targets["platforms"] = shuffled("Windows", "Linux", "Mac", "AIX", "Solaris")
	}
	return targets
}

// edge is a random guard, and whether it allows what a deployment reaches.
type edge struct {
	guard  map[string]any
	allows bool
}

// newEdge returns a guard with values at the edge of what a deployment reaches.
func newEdge(random *rand.Rand, reached []string) edge {
	n := len(reached)
	made := edge{guard: map[string]any{"min_endpoints": max(0, n-1+random.IntN(3))}, allows: true}
	if random.IntN(2) == 0 {
		made.guard["min_endpoints"] = 0
	}
	made.allows = n >= made.guard["min_endpoints"].(int) //nolint:forcetypeassert // set above
	if random.IntN(2) == 0 {
		most := max(0, n-1+random.IntN(3))
		made.guard["max_endpoints"] = most
		made.allows = made.allows && n <= most
	}
	if random.IntN(2) == 0 {
		expected := max(0, n-random.IntN(4)+random.IntN(2))
		growth := new(big.Rat)
		switch {
		case random.IntN(3) == 0 || expected == 0:
		case random.IntN(3) == 0:
			growth.SetInt64(int64(random.IntN(120)))
		default: // a hair's breadth around the exact growth
			growth.SetFrac64(int64(100*(n-expected)), int64(expected))
			growth.Add(growth, big.NewRat(int64(random.IntN(3)-1), 1000000))
		}
		if growth.Sign() < 0 {
			growth.SetInt64(0)
		}
		text := growth.FloatString(7)
		exact, _ := new(big.Rat).SetString(text)
		number, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
		if err != nil {
			panic(err)
		}
		made.guard["expected_endpoints"] = expected
		if exact.Sign() > 0 || random.IntN(2) == 0 {
			made.guard["max_growth_percent"] = number
		}
		most := exact.Mul(exact.Add(exact, big.NewRat(100, 1)), big.NewRat(int64(expected), 100))
		made.allows = made.allows && most.Cmp(big.NewRat(int64(n), 1)) >= 0
	}
	if random.IntN(3) == 0 {
		allowed := []any{"1"}
		without := random.IntN(2 * (n + 1))
		for i, id := range reached {
			if i != without {
				allowed = append(allowed, id)
			}
		}
		made.guard["allowed_endpoint_ids"] = allowed
		made.allows = made.allows && without >= n
	}
	return made
}

// TestHostileEdges checks for random targets that a guard allows a deployment if and only if the
// endpoints that Tanium runs it on meet the guard, with values at the edge.
func TestHostileEdges(t *testing.T) {
	t.Parallel()
	inShards(t, randomCases(60, 120), 72, func(t *testing.T, random *rand.Rand, cases int) {
		s := newTenant(t, simulator.Options{})
		session := newInvoker(t, s)
		allowed, done := 0, 0
		for done < cases {
			if err := s.Reset(); err != nil {
				t.Fatal(err)
			}
			session.configure()
			config := merged(map[string]any{"targets": randomTargets(random), "on_duplicate": "ignore",
				"wait": unwaited(), "guard": map[string]any{"min_endpoints": 0}})
			ended := session.deploy(t.Context(), config)
			if s.Stats().Deployments != 1 {
				t.Fatalf("%v: %s", config["targets"], ended)
			}
			reached := s.served()
			for range 6 {
				done++
				edge := newEdge(random, reached)
				config["guard"] = edge.guard
				before := s.Stats().Deployments
				ended := session.deploy(t.Context(), config)
				made := s.Stats().Deployments - before
				if made > 1 || (made == 1) != edge.allows {
					t.Errorf("%d deployments to %d endpoints %v\nof %v\nguard %v, which allows it: %t\n%s", made,
						len(reached), reached, config["targets"], edge.guard, edge.allows, ended)
				}
				if made == 1 {
					allowed++
					if again := s.served(); !slices.Equal(again, reached) {
						t.Errorf("served %v, then %v", reached, again)
					}
				}
			}
		}
		if allowed*20 < done {
			t.Errorf("%d of %d deployments were allowed", allowed, done)
		}
	})
}
