// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"sync"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestLateCalls checks that calls which come after an interrupt send nothing, and that a provider
// which is configured anew, as with -debug, works again.
func TestLateCalls(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	session.interrupt()
	before := s.Stats().Requests
	for name, config := range map[string]map[string]any{
		deployType:  tagging(),
		cancelType:  {"scheduled_action_id": "88001"},
		approveType: {"scheduled_action_id": "88001"},
	} {
		lines, ended := session.invoke(t.Context(), name, config)
		if text := describe(ended); !strings.HasPrefix(text, "ERROR Interrupted before the action was invoked: "+
			"Nothing was deployed, cancelled or approved.") || len(lines) > 0 {
			t.Errorf("%s: %q, %s", name, lines, text)
		}
	}
	if after := s.Stats().Requests; after != before {
		t.Errorf("%d requests", after-before)
	}
	state, diagnostics := session.apply(t.Context(), tagging(), nil)
	value, err := state.Unmarshal(session.kind())
	const says = "ERROR Interrupted before the action was deployed: Nothing was deployed. To deploy it, " +
		"run the same command again."
	if text := describe(diagnostics); err != nil || !value.IsNull() || text != says {
		t.Errorf("the resource: %v %s", err, text)
	}
	if deployed := s.Stats().Operations["actionPerform"]; deployed != 0 {
		t.Errorf("%d deployments", deployed)
	}
	session.configure()
	if _, ended := session.invoke(t.Context(), deployType, tagging()); hasError(ended) || s.Stats().Deployments != 1 {
		t.Errorf("configured anew: %s", describe(ended))
	}
}

// TestInterruptAmongInvocations checks that each of many invocations, some before and some after an
// interrupt, says what it did, and that nothing stays open.
func TestInterruptAmongInvocations(t *testing.T) {
	t.Parallel()
	const invocations = 10
	for moment := range 12 {
		s := newTenant(t, simulator.Options{})
		session := newActionSession(t, s, deployment.SystemClock{}, simulator.DefaultToken)
		var all sync.WaitGroup
		var stop sync.Once
		begun := make(chan struct{})
		for i := range invocations {
			all.Go(func() {
				if i == moment {
					stop.Do(func() { close(begun) })
				}
				config := merged(map[string]any{"on_duplicate": "ignore"})
				_, ended := session.invoke(t.Context(), deployType, config)
				if text := describe(ended); !strings.Contains(text, "ERROR Interrupted") {
					t.Errorf("%d: it says %s", moment, text)
				}
			})
		}
		if moment >= invocations {
			stop.Do(func() { close(begun) })
		}
		<-begun
		session.interrupt()
		all.Wait()
		if stats := s.Stats(); stats.OpenScheduledActions != 0 {
			t.Errorf("%d: %d of %d deployments are open", moment, stats.OpenScheduledActions, stats.Deployments)
		}
	}
}
