// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// simulated returns a catalog of the built-in fleet. Requests with a root field of the names get
// status 500.
func simulated(t *testing.T, failing ...string) *Catalog {
	t.Helper()
	var faults []simulator.Fault
	for _, field := range failing {
		faults = append(faults, simulator.Fault{
			Field: field, Kind: simulator.Status, Code: http.StatusInternalServerError, Times: -1,
		})
	}
	return faulty(t, faults...)
}

// faulty returns a catalog of the built-in fleet behind a server with faults.
func faulty(t *testing.T, faults ...simulator.Fault) *Catalog {
	t.Helper()
	s, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Fail(faults...); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	address, err := gateway.ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{Address: address, Token: simulator.DefaultToken,
		Retry: gateway.Retry{Attempts: -1}})
	if err != nil {
		t.Fatal(err)
	}
	return New(client, time.Now)
}

// TestMistaken checks what the message about an unknown object says of a reference that is that of
// another kind, or that has a name for the ID.
func TestMistaken(t *testing.T) {
	t.Parallel()
	lookup, at := simulated(t), Path{"targets", "group"}
	action, computer := lookup.CheckActionGroup, lookup.CheckComputerGroup
	pack := func(ctx context.Context, ref gateway.Ref, at Path) ([]Problem, error) {
		_, problems, err := lookup.Package(ctx, ref, at)
		return problems, err
	}
	for name, c := range map[string]struct {
		check func(context.Context, gateway.Ref, Path) ([]Problem, error)
		ref   gateway.Ref
		at    Path
		want  string
	}{
		"the ID of a computer group": {action, gateway.Ref{ID: "13"}, at, `It is the computer group "All Linux" ` +
			`(ID 13). Write computer_group = { name = "All Linux" } for it`},
		"one that has a namesake": {action, gateway.Ref{ID: "11"}, at,
			`Tanium has an action group of this name, too: name = "All Windows" selects it.`},
		"the name of a computer group": {action, gateway.Ref{Name: "All Linux"}, at,
			`It is the computer group "All Linux" (ID 13).`},
		"the name of a computer group as ID": {action, gateway.Ref{ID: "All Linux"}, at,
			`It is the computer group "All Linux" (ID 13).`},
		"a computer group of a data source": {action, gateway.Ref{ID: "13"}, nil,
			"Use the data source tanium_computer_group for it."},
		"the ID of an action group": {computer, gateway.Ref{ID: "25"}, at, `It is the action group "Linux and Mac" ` +
			`(ID 25). In the targets of an action, write action_group = { name = "Linux and Mac" } for it.`},
		"the name of an action group": {computer, gateway.Ref{Name: "Linux and Mac"}, at,
			`It is the action group "Linux and Mac" (ID 25).`},
		"an action group of a data source": {computer, gateway.Ref{ID: "25"}, nil,
			"Use the data source tanium_action_group for it."},
		"a name as the ID of an action group": {action, gateway.Ref{ID: "All Computers"}, at,
			`"All Computers" is the name of an action group, not an ID. Write name = "All Computers", or id = "21".`},
		"a name as the ID of a computer group": {computer, gateway.Ref{ID: "All Mac"}, at,
			`"All Mac" is the name of a computer group, not an ID. Write name = "All Mac", or id = "14".`},
		"a name as the ID of a package": {pack, gateway.Ref{ID: "Registry - Set Value"}, at,
			`"Registry - Set Value" is the name of a package, not an ID. Write name = "Registry - Set Value", or ` +
				`id = "1234".`},
		"a misspelled name as an ID": {pack, gateway.Ref{ID: "Registry - Set Valu"}, at,
			`Did you mean "Registry - Set Value"?`},
		"an ID as the name of a package": {pack, gateway.Ref{Name: "1234"}, at,
			`1234 is the ID of the package "Registry - Set Value", not a name. Write id = "1234", or name = "Registry`},
		"an ID as the name of an action group": {action, gateway.Ref{Name: "21"}, at,
			`21 is the ID of the action group "All Computers", not a name.`},
		"unknown": {action, gateway.Ref{ID: "4711"}, at, "no action group with the ID 4711 that this token may use. " +
			"An action group limits"},
	} {
		problems, err := c.check(t.Context(), c.ref, c.at)
		if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Detail, c.want) {
			t.Errorf("%s: %+v, %v; want %s", name, problems, err, c.want)
		}
	}
}

// TestRefusedID checks that a refusal to look for a name as an ID is no failure, and that any other
// refusal is one.
func TestRefusedID(t *testing.T) {
	t.Parallel()
	fault := simulator.Fault{Field: "packageSpecs", Kind: simulator.GraphQLError}
	_, problems, err := faulty(t, fault).Package(t.Context(), gateway.Ref{ID: "Registry - Set Value"}, nil)
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Detail, `or id = "1234".`) {
		t.Errorf("%+v, %v", problems, err)
	}
	if _, problems, err = faulty(t, fault).Package(t.Context(), gateway.Ref{ID: "1234"}, nil); err == nil {
		t.Errorf("%+v", problems)
	}
}

// TestNoNames checks that the error about an unknown name is the same if the names that Tanium has
// cannot be read, without a suggestion, and that an interrupt is no such failure.
func TestNoNames(t *testing.T) {
	t.Parallel()
	lookup := simulated(t, "actionGroups", "computerGroups", "packageSpecs", "sensors")
	for name, check := range map[string]func(context.Context) ([]Problem, error){
		"Tanium has no action group with the name \"A\" that this token may use. An": func(
			ctx context.Context,
		) ([]Problem, error) {
			return lookup.CheckActionGroup(ctx, gateway.Ref{Name: "A"}, nil)
		},
		"Tanium has no computer group with the name \"A\" that this token may use.": func(
			ctx context.Context,
		) ([]Problem, error) {
			return lookup.CheckComputerGroup(ctx, gateway.Ref{Name: "A"}, nil)
		},
		"Tanium has no sensor \"A\" that this token may read.": func(ctx context.Context) ([]Problem, error) {
			problem, err := lookup.unknownSensor(ctx, "A", nil)
			return []Problem{problem}, err
		},
		"Tanium has no package with the name \"A\" that this token may use.": func(
			ctx context.Context,
		) ([]Problem, error) {
			_, problems, err := only(ctx, lookup, gateway.Ref{Name: "A"}, nil, nil,
				func(*gateway.PackageSpec) string { return "" })
			return problems, err
		},
	} {
		problems, err := check(t.Context())
		if err != nil || len(problems) != 1 || !strings.HasPrefix(problems[0].Detail, name) {
			t.Errorf("want %s: %+v, %v", name, problems, err)
		}
		interrupted, cancel := context.WithCancel(t.Context())
		cancel()
		if problems, err := check(interrupted); !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted: %+v, %v", problems, err)
		}
	}
}
