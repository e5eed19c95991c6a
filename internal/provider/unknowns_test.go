// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// switches returns the undocumented behaviors of Tanium, each alone and all together.
func switches() map[string]simulator.Options {
	all := simulator.Options{OldSchema: true,
		Unknowns: world.Unknowns{FailuresInErrors: true, MissingIsError: true, Deleted: world.DeletedIsShown,
			StopOverIsError: true, Placeholder: true,
			OldStatuses: true, CountSilent: true, DerivedPackages: true, JoinedStatuses: true,
			SucceededStatuses: true, Parameters: world.ParametersEncoded}}
	return map[string]simulator.Options{
		"likely": {}, "failures in errors": {Unknowns: world.Unknowns{FailuresInErrors: true}},
		"missing is an error":               {Unknowns: world.Unknowns{MissingIsError: true}},
		"deleted is shown":                  {Unknowns: world.Unknowns{Deleted: world.DeletedIsShown}},
		"stopping what is over is an error": {Unknowns: world.Unknowns{StopOverIsError: true}},
		"placeholder":                       {Unknowns: world.Unknowns{Placeholder: true}},
		"old statuses":                      {Unknowns: world.Unknowns{OldStatuses: true}},
		"silent ones count":                 {Unknowns: world.Unknowns{CountSilent: true}},
		"derived packages":                  {Unknowns: world.Unknowns{DerivedPackages: true}},
		"encoded parameters":                {Unknowns: world.Unknowns{Parameters: world.ParametersEncoded}},
		"partly encoded parameters":         {Unknowns: world.Unknowns{Parameters: world.ParametersPartlyEncoded}},
		"joined statuses":                   {Unknowns: world.Unknowns{JoinedStatuses: true}},
		"succeeded statuses":                {Unknowns: world.Unknowns{SucceededStatuses: true}},
		"late reports":                      {Unknowns: world.Unknowns{LateReports: time.Minute}},
		"old schema":                        {OldSchema: true}, "all": all,
	}
}

// TestUnknowns applies, updates and destroys an action with each undocumented behavior of Tanium.
func TestUnknowns(t *testing.T) {
	t.Parallel()
	with := func(more map[string]any) map[string]any {
		config := tagging()
		for name, value := range more {
			config[name] = value
		}
		return config
	}
	kinds := map[string]map[string]any{
		"now":   with(nil),
		"later": with(map[string]any{"schedule": map[string]any{"start_time": "2026-03-07T10:00:00Z"}}),
		"again": with(map[string]any{"schedule": map[string]any{"reissue_seconds": 3600}}),
	}
	ends := map[string]func(*tenant){
		"while it is open": func(*tenant) {},
		"when it is over":  func(s *tenant) { s.Advance(10 * time.Minute * 9) },
		"when it is gone":  func(s *tenant) { s.cancel(s.t, "88001") },
	}
	for i, name := range slices.Sorted(maps.Keys(switches())) {
		options := switches()[name]
		for j, kind := range slices.Sorted(maps.Keys(kinds)) {
			config := kinds[kind]
			for k, end := range slices.Sorted(maps.Keys(ends)) {
				// Each kind ends in one way, and in all ways where everything is tested.
				if os.Getenv(envEverything) == "" && (i+j)%len(ends) != k {
					continue
				}
				before := ends[end]
				t.Run(name+"/"+kind+"/"+end, func(t *testing.T) {
					t.Parallel()
					s := newTenant(t, options)
					session := newSession(t, s, s)
					state, diagnostics := session.apply(t.Context(), config, nil)
					if len(diagnostics) > 0 || session.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
						t.Fatalf("%s\n%s", session.attribute(state, "succeeded"), describe(diagnostics))
					}
					state = session.refresh(state)
					session.unchanged(config, state)
					before(s)
					if kind != "again" || end != "when it is gone" { // this is drift
						state = session.refresh(state)
						session.unchanged(config, state)
					}
					if diagnostics := session.destroy(state); len(diagnostics) > 0 {
						t.Error(describe(diagnostics))
					}
					if stats := s.Stats(); stats.Deployments != 1 || stats.OpenScheduledActions != 0 ||
						stats.Operations["actionPerform"] != 1 {
						t.Errorf("%+v", stats)
					}
				})
			}
		}
	}
}
