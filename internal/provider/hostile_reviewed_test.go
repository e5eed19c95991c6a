// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// reviewing is a deployment to Windows servers, with changes and with what a preview of its targets
// says. Its guard may have more arguments.
func reviewing(session *session, changes map[string]any, more ...map[string]any) map[string]any {
	config := merged(map[string]any{"targets": windowsServers(), "wait": unwaited()})
	maps.Copy(config, changes)
	targets, _ := config["targets"].(map[string]any)
	guard := map[string]any{"reviewed": session.reviewed(targets, nil)}
	for _, each := range more {
		maps.Copy(guard, each)
	}
	config["guard"] = guard
	return config
}

// TestReviewedLateEndpoint checks that an endpoint that was not reviewed does not run the action
// when it comes online after the deployment, although it is one of the endpoint IDs of the targets,
// or although the guard allows a growth that is less than an endpoint.
func TestReviewedLateEndpoint(t *testing.T) {
	t.Parallel()
	named, _ := tagging()["targets"].(map[string]any)
	for name, c := range map[string]struct {
		late    string
		targets map[string]any
		growth  any
		count   int
	}{
		"endpoint IDs": {late: "100203", targets: named, count: 2},
		"small growth": {late: "100205", targets: windowsServers(), growth: 5, count: 7},
	} {
		s := newTenant(t, simulator.Options{})
		s.online(t, false, c.late)
		session := newSession(t, s, s)
		config := reviewing(session, map[string]any{"targets": c.targets},
			map[string]any{"max_growth_percent": c.growth})
		if _, said := session.apply(t.Context(), config, nil); hasError(said) {
			t.Fatalf("%s: %s", name, describe(said))
		}
		s.online(t, true, c.late)
		s.Advance(time.Minute)
		if served := s.served(); len(served) != c.count || slices.Contains(served, c.late) {
			t.Errorf("%s: %v ran it", name, served)
		}
	}
}

// TestReviewedReplacement checks that the plan of a replacement uses the set of the configuration,
// and not that of the deployment that is replaced.
func TestReviewedReplacement(t *testing.T) {
	t.Parallel()
	narrow := windowsServers()
	narrow["endpoint_ids"] = []any{"100201"}
	for name, changes := range map[string]map[string]any{
		"targets":  {"targets": narrow},
		"triggers": {"triggers": map[string]any{"run": "2"}},
	} {
		s := newTenant(t, simulator.Options{})
		s.online(t, false, "100205")
		session := newSession(t, s, s)
		state, said := session.apply(t.Context(), reviewing(session, nil), nil)
		if hasError(said) {
			t.Fatalf("%s: %s", name, describe(said))
		}
		s.online(t, true, "100205")
		s.Advance(2 * time.Second) // a count is kept for a second
		session.configure()
		planned := session.plannedWith(reviewing(session, changes), session.refresh(state))
		if hasError(planned.Diagnostics) || len(planned.RequiresReplace) != 1 {
			t.Errorf("%s: %v %s", name, planned.RequiresReplace, describe(planned.Diagnostics))
		}
	}
}

// TestReviewedKept checks that the state keeps the set of the deployment if another limit of the
// guard is added afterwards.
func TestReviewedKept(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	s.online(t, false, "100205")
	state, said := session.apply(t.Context(), reviewing(session, nil), nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	s.online(t, true, "100205")
	s.Advance(2 * time.Second)
	session.configure()
	config := reviewing(session, nil, map[string]any{"max_endpoints": 9})
	state, said = session.apply(t.Context(), config, session.refresh(state))
	if hasError(said) {
		t.Fatal(describe(said))
	}
	if said := session.attribute(state, "guard"); !strings.Contains(said, `"max_endpoints":tftypes.Number<"9">`) ||
		strings.Contains(said, "100205") || !strings.Contains(said, "100201") {
		t.Error(said)
	}
	s.expectOneDeployment(t)
}

// TestLimitPerRunIdentical checks that identical deployments of a run count each, and that one that
// fails does not make the run forget one that was made.
func TestLimitPerRunIdentical(t *testing.T) {
	t.Setenv("TANIUM_LIMIT_MAX_ENDPOINTS_PER_RUN", "5")
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	named := func(name string, more map[string]any) map[string]any {
		config := merged(map[string]any{"name": name, "wait": unwaited(), "on_duplicate": "ignore"})
		maps.Copy(config, more)
		return config
	}
	if _, said := session.invoke(t.Context(), deployType, named("first", nil)); hasError(said) {
		t.Fatal(describe(said))
	}
	const together = "the other deployments of this run reach 3. At most 5 are allowed together."
	for _, each := range []struct {
		config map[string]any
		says   string
	}{
		{named("first", nil), together},
		{named("first", map[string]any{"guard": map[string]any{"max_endpoints": 1}}), "Too many endpoints"},
		{named("second", nil), together},
	} {
		_, said := session.invoke(t.Context(), deployType, each.config)
		if !strings.Contains(describe(said), each.says) {
			t.Errorf("it does not say %q: %s", each.says, describe(said))
		}
	}
	s.expectOneDeployment(t)
}

// TestLimitsKeepWhatRuns checks that a limit stops no action that was deployed before it: a tainted
// one is taken over, a wait is resumed, and an import adopts.
func TestLimitsKeepWhatRuns(t *testing.T) {
	t.Parallel()
	denied := map[string]any{"denied_packages": []any{"Custom Tagging - Add Tags"}}
	t.Run("wait", func(t *testing.T) {
		t.Parallel()
		s := newTenant(t, simulator.Options{})
		config := merged(map[string]any{
			"wait": unwaited(), "schedule": map[string]any{"start_time": s.serverTime(0, time.Minute)},
		})
		one := newSession(t, s, s)
		state, said := one.apply(t.Context(), config, nil)
		if hasError(said) {
			t.Fatal(describe(said))
		}
		two, _ := limitSession(t, s, denied)
		two.private, config["wait"] = one.private, nil
		if _, said = two.apply(t.Context(), config, two.refresh(state)); hasError(said) {
			t.Error(describe(said))
		}
		s.expectOneDeployment(t)
	})
	t.Run("import", func(t *testing.T) {
		t.Parallel()
		s := newTenant(t, simulator.Options{})
		config := merged(map[string]any{"targets": windowsServers(), "wait": unwaited()})
		state, said := newSession(t, s, s).apply(t.Context(), config, nil)
		if hasError(said) {
			t.Fatal(describe(said))
		}
		two, _ := limitSession(t, s, denied)
		id := strings.Trim(strings.TrimPrefix(two.attribute(state, "id"), "tftypes.String<"), "\">")
		answer, err := two.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
			TypeName: actionType, ID: id,
		})
		if err != nil || hasError(answer.Diagnostics) {
			t.Fatal(err, describe(answer.Diagnostics))
		}
		two.private = answer.ImportedResources[0].Private
		planned := two.plannedWith(config, two.refresh(answer.ImportedResources[0].State))
		if hasError(planned.Diagnostics) || len(planned.RequiresReplace) > 0 {
			t.Error(planned.RequiresReplace, describe(planned.Diagnostics))
		}
	})
	t.Run("taint", func(t *testing.T) {
		t.Parallel()
		s := newTenant(t, simulator.Options{})
		if err := unreadable(s); err != nil {
			t.Fatal(err)
		}
		config, one := merged(nil), newSession(t, s, s)
		state, said := one.apply(t.Context(), config, nil)
		if !hasError(said) {
			t.Fatal("the first apply succeeds")
		}
		if err := s.Fail(); err != nil {
			t.Fatal(err)
		}
		two := newSession(t, s, s)
		two.private = one.private
		state = two.refresh(state)
		planned := two.planned(config, nil)
		three, _ := limitSession(t, s, denied)
		if said := three.applyGone(state, planned.PlannedPrivate); hasError(said) {
			t.Fatal(describe(said))
		}
		again := three.planned(config, nil)
		applied, err := three.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
			TypeName: three.name, Config: three.dynamic(encode(three.kind(), config)),
			PriorState:   three.dynamic(tftypes.NewValue(three.kind(), nil)),
			PlannedState: again.PlannedState, PlannedPrivate: again.PlannedPrivate,
		})
		if err != nil || hasError(again.Diagnostics) || hasError(applied.Diagnostics) {
			t.Error(err, describe(again.Diagnostics), describe(applied.Diagnostics))
		}
		s.expectOneDeployment(t)
	})
}

// TestLimitInvalid checks that a limit that cannot be read stops a deployment, and neither a
// refresh nor a destroy.
func TestLimitInvalid(t *testing.T) {
	s := newTenant(t, simulator.Options{})
	config := merged(map[string]any{"wait": unwaited()})
	one := newSession(t, s, s)
	state, said := one.apply(t.Context(), config, nil)
	if hasError(said) {
		t.Fatal(describe(said))
	}
	t.Setenv("TANIUM_LIMIT_MAX_ENDPOINTS", "2,000")
	two := newSession(t, s, s)
	two.private = one.private
	other := merged(map[string]any{"name": "Another", "wait": unwaited()})
	const says = "ERROR Invalid environment variable: TANIUM_LIMIT_MAX_ENDPOINTS is \"2,000\"."
	if said := describe(two.planned(other, nil).Diagnostics); !strings.Contains(said, says) {
		t.Error(said)
	}
	if said := two.applyGone(two.refresh(state), two.private); hasError(said) {
		t.Error(describe(said))
	}
	if open := s.Stats().OpenScheduledActions; open != 0 {
		t.Errorf("%d scheduled actions are open", open)
	}
}

// TestWaitForExisting checks that a deployment that exists is adopted or refused at once, although
// its endpoints have left the targets.
func TestWaitForExisting(t *testing.T) {
	t.Parallel()
	for on, says := range map[string]string{"adopt": "WARNING", "error": "already"} {
		s := newTenant(t, simulator.Options{})
		if _, said := newSession(t, s, s).apply(t.Context(), appearing(nil), nil); hasError(said) {
			t.Fatal(describe(said))
		}
		s.online(t, false, "100201")
		s.Advance(5 * time.Second)
		begun := s.Now()
		session := newSession(t, s, s)
		_, said := session.apply(t.Context(), appearing(map[string]any{"on_duplicate": on}), nil)
		if hasError(said) != (on == "error") || !strings.Contains(describe(said), says) {
			t.Errorf("%s: %s", on, describe(said))
		}
		if took := s.Now().Sub(begun); took > time.Minute {
			t.Errorf("%s: it waits for %s", on, took)
		}
		s.expectOneDeployment(t)
	}
}

// TestWaitForUnknown checks that a plan does not fail if the number of endpoints is known after
// apply only, as that of machines of the same configuration.
func TestWaitForUnknown(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	s.online(t, false, "100201")
	config := appearing(map[string]any{"preview": map[string]any{"source": nil, "wait_for": map[string]any{
		"endpoints": tftypes.UnknownValue, "timeout": "5m",
	}}})
	planned := newSession(t, s, s).planned(config, nil)
	const says = "The apply waits up to 5m0s for the endpoints that wait_for requires, a number that is known after"
	if said := describe(planned.Diagnostics); hasError(planned.Diagnostics) || !strings.Contains(said, says) {
		t.Error(said)
	}
}
