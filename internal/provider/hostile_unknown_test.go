// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// limitOf is a limit of a deployment to the endpoints 100201, 100202 and 100203.
type limitOf struct {
	block, name string
	// within and beyond are values that allow the deployment, and that do not; nil for none.
	within, beyond any
}

// allLimits returns every limit of a deployment.
func allLimits() []limitOf {
	named := map[string]any{"sensor": map[string]any{"name": "Computer Name"}, "op": "STARTS_WITH", "value": "win-"}
	return []limitOf{
		{block: "targets", name: "filter", within: named},
		{block: "targets", name: "computer_group", within: map[string]any{"name": "All Windows Servers"}},
		{block: "targets", name: "endpoint_ids", within: []any{"100201", "100202", "100203"}},
		{block: "targets", name: "platforms", within: []any{"Windows"}},
		{block: "guard", name: "max_endpoints", within: 3, beyond: 2},
		{block: "guard", name: "expected_endpoints", within: 3, beyond: 2},
		{block: "guard", name: "allowed_endpoint_ids", within: []any{"100201", "100202", "100203"},
			beyond: []any{"100201", "100202"}},
	}
}

// hide makes attributes of a configuration unknown. An attribute is the path of its names.
func hide(t *testing.T, value tftypes.Value, attributes map[string]bool) tftypes.Value {
	t.Helper()
	transform := func(at *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		var names []string
		for _, step := range at.Steps() {
			name, ok := step.(tftypes.AttributeName)
			if !ok {
				return value, nil
			}
			names = append(names, string(name))
		}
		if !attributes[strings.Join(names, ".")] {
			return value, nil
		}
		kind := value.Type()
		if len(names) > 1 && slices.Contains([]string{"filter", "computer_group"}, names[1]) {
			kind = tftypes.DynamicPseudoType
		}
		return tftypes.NewValue(kind, tftypes.UnknownValue), nil
	}
	hidden, err := tftypes.Transform(value, transform)
	if err != nil {
		t.Fatal(err)
	}
	return hidden
}

// consistent reports whether core accepts the second plan of an object after the first one: what
// was known must not change.
func consistent(t *testing.T, first, second tftypes.Value) bool {
	t.Helper()
	if !first.IsKnown() {
		return true
	}
	if first.IsNull() || second.IsNull() || !second.IsKnown() || first.Type().Is(tftypes.String) ||
		first.Type().Is(tftypes.Number) || first.Type().Is(tftypes.Bool) {
		return first.Equal(second)
	}
	attributes, others := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	if first.As(&attributes) == nil && second.As(&others) == nil {
		for name, value := range attributes {
			if other, ok := others[name]; !ok || !consistent(t, value, other) {
				return false
			}
		}
		return len(attributes) == len(others)
	}
	var elements, candidates []tftypes.Value
	if first.As(&elements) != nil || second.As(&candidates) != nil {
		t.Fatalf("not comparable: %v, %v", first, second)
	}
	if first.Type().Is(tftypes.Set{}) {
		for _, element := range elements {
			if element.IsFullyKnown() && !slices.ContainsFunc(candidates, element.Equal) {
				return false
			}
		}
		return len(elements) >= len(candidates)
	}
	if len(elements) != len(candidates) {
		return false
	}
	for i := range elements {
		if !consistent(t, elements[i], candidates[i]) {
			return false
		}
	}
	return true
}

// TestHostileUnknowns plans deployments whose limits are not known, and applies them with other
// values, with null, and with values that forbid the deployment. A limit that was not known must
// not vanish.
func TestHostileUnknowns(t *testing.T) {
	t.Parallel()
	inShards(t, randomCases(30, 60), 73, func(t *testing.T, random *rand.Rand, cases int) {
		s := newTenant(t, simulator.Options{})
		session := newSession(t, s, s)
		endings := map[string]int{}
		for range cases {
			session.configure()
			runUnknown(t, random, s, session, endings)
		}
		if endings["deployed"]*30 < cases || endings["inconsistent"]*50 < cases {
			t.Errorf("the cases check little: %v", endings)
		}
	})
}

// runUnknown runs one case, and counts how it ended.
func runUnknown(t *testing.T, random *rand.Rand, s *tenant, session *session, endings map[string]int) {
	t.Helper()
	targets := map[string]any{"action_group": map[string]any{"name": "All Computers"}}
	guard := map[string]any{}
	blocks := map[string]map[string]any{"targets": targets, "guard": guard}
	hidden := map[string]bool{}
	lost, forbidden := "", false
	all := allLimits()
	random.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
	for _, limit := range all[:1+random.IntN(4)] {
		if limit.name == "computer_group" && targets["filter"] != nil || limit.name == "filter" &&
			targets["computer_group"] != nil {
			continue // they conflict
		}
		blocks[limit.block][limit.name] = limit.within
		if limit.beyond != nil && random.IntN(4) == 0 {
			blocks[limit.block][limit.name], forbidden = limit.beyond, true
		}
		if random.IntN(2) == 0 {
			hidden[limit.block+"."+limit.name] = true
			if random.IntN(3) == 0 {
				lost = limit.block + "." + limit.name
				delete(blocks[limit.block], limit.name)
			}
		}
	}
	if targets["endpoint_ids"] == nil && random.IntN(4) > 0 && lost != "targets.endpoint_ids" {
		targets["endpoint_ids"] = []any{"100201", "100202", "100203"}
	}
	config := merged(map[string]any{"targets": targets, "guard": guard, "wait": unwaited(), "on_duplicate": "ignore"})
	final := encode(session.kind(), config)
	null := session.dynamic(tftypes.NewValue(session.kind(), nil))
	plan := func(value tftypes.Value) *tfprotov6.PlanResourceChangeResponse {
		planned, err := session.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: session.name, Config: session.dynamic(value), PriorState: null,
			ProposedNewState: session.dynamic(value),
		})
		if err != nil {
			t.Fatal(err)
		}
		return planned
	}
	first := plan(hide(t, final, hidden))
	if hasError(first.Diagnostics) {
		endings["first plan fails"]++
		return
	}
	session.configure()
	second := plan(final)
	if hasError(second.Diagnostics) {
		endings["second plan fails"]++
		return
	}
	was, err := first.PlannedState.Unmarshal(session.kind())
	if err != nil {
		t.Fatal(err)
	}
	is, err := second.PlannedState.Unmarshal(session.kind())
	if err != nil {
		t.Fatal(err)
	}
	if !consistent(t, was, is) {
		endings["inconsistent"]++
		if lost == "" {
			t.Errorf("core refuses the apply of %v, %v not known: %v\n%v", config,
				slices.Collect(maps.Keys(hidden)), was, is)
		}
		return
	}
	before := s.Stats().Deployments
	applied, err := session.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: session.name, Config: session.dynamic(final), PriorState: null, PlannedState: second.PlannedState,
		PlannedPrivate: second.PlannedPrivate,
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.Stats().Deployments == before {
		endings["apply fails"]++
		return
	}
	endings["deployed"]++
	if lost != "" || forbidden {
		t.Errorf("deployed %v\n%v not known in the plan; lost: %s; forbidden: %t\n%s", config,
			slices.Collect(maps.Keys(hidden)), lost, forbidden, describe(applied.Diagnostics))
	}
}

// TestHostileUnknownInvocations checks that no plan of an invocation accepts a limit that it does
// not know, beside any other limits.
func TestHostileUnknownInvocations(t *testing.T) {
	t.Parallel()
	inShards(t, randomCases(30, 60), 74, func(t *testing.T, random *rand.Rand, cases int) {
		s := newTenant(t, simulator.Options{})
		session := newInvoker(t, s)
		for range cases {
			session.configure()
			blocks := map[string]map[string]any{"guard": {},
				"targets": {"action_group": map[string]any{"name": "All Computers"}}}
			hidden := map[string]bool{}
			for _, limit := range allLimits() {
				if limit.name == "computer_group" || random.IntN(2) == 0 {
					continue
				}
				blocks[limit.block][limit.name] = limit.within
				if random.IntN(3) == 0 {
					hidden[limit.block+"."+limit.name] = true
				}
			}
			config := merged(map[string]any{"targets": blocks["targets"], "guard": blocks["guard"]})
			encoded, err := tfprotov6.NewDynamicValue(session.kind, hide(t, encode(session.kind, config), hidden))
			if err != nil {
				t.Fatal(err)
			}
			planned, err := session.server.PlanAction(t.Context(),
				&tfprotov6.PlanActionRequest{ActionType: deployType, Config: &encoded})
			if err != nil {
				t.Fatal(err)
			}
			if len(hidden) > 0 && !hasError(planned.Diagnostics) {
				t.Errorf("planned %v although %v is not known: %s", config, slices.Collect(maps.Keys(hidden)),
					describe(planned.Diagnostics))
			}
		}
	})
}
