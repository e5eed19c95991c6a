// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"

	"github.com/Khan/genqlient/graphql"
)

// Wanted names objects to look up in one request.
type Wanted struct {
	PackageSpecs   []Ref
	ActionGroups   []Ref
	ComputerGroups []Ref
	// Sensors are names.
	Sensors []string
}

// Objects is what a look-up found, in the order of Wanted.
type Objects struct {
	// PackageSpecs are the packages of each name or ID, as Client.PackageSpecs lists them.
	PackageSpecs [][]*PackageSpec
	// ActionGroups, ComputerGroups and Sensors have nil for an object that does not exist.
	ActionGroups   []*ActionGroup
	ComputerGroups []*ComputerGroup
	Sensors        []*Sensor
}

// LookUp looks up several objects in one request. The error is of the first look-up that fails,
// which may be one of an object that does not exist (API.md#unknown-ids).
func (c *Client) LookUp(ctx context.Context, wanted Wanted) (Objects, error) {
	var requests []*graphql.Request
	var answers []any
	add := func(name, document string, variables, answer any) {
		requests = append(requests, &graphql.Request{OpName: name, Query: document, Variables: variables})
		answers = append(answers, answer)
	}
	packages := make([]PackageSpecsResponse, len(wanted.PackageSpecs))
	maxSpecs, one := maxPackageSpecs, 1
	for i, ref := range wanted.PackageSpecs {
		variables := &__PackageSpecsInput{Filter: ref.filter(), First: &maxSpecs}
		add("PackageSpecs", PackageSpecs_Operation, variables, &packages[i])
	}
	actionGroups := make([]GetActionGroupResponse, len(wanted.ActionGroups))
	for i, ref := range wanted.ActionGroups {
		add("GetActionGroup", GetActionGroup_Operation, &__GetActionGroupInput{Ref: ref.input()}, &actionGroups[i])
	}
	groups := make([]GetComputerGroupResponse, len(wanted.ComputerGroups))
	for i, ref := range wanted.ComputerGroups {
		add("GetComputerGroup", GetComputerGroup_Operation, &__GetComputerGroupInput{Ref: ref.input()}, &groups[i])
	}
	sensors := make([]SensorsResponse, len(wanted.Sensors))
	for i, name := range wanted.Sensors {
		variables := &__SensorsInput{Filter: Ref{Name: name}.filter(), First: &one}
		add("Sensors", Sensors_Operation, variables, &sensors[i])
	}
	if err := c.batched.makeRequests(ctx, requests, answers); err != nil {
		return Objects{}, c.mask.wrap("packageSpecs, actionGroup, computerGroup, sensors", err)
	}
	var found Objects
	for i := range packages {
		found.PackageSpecs = append(found.PackageSpecs, packages[i].nodes())
	}
	for i := range actionGroups {
		found.ActionGroups = append(found.ActionGroups, actionGroups[i].ActionGroup)
	}
	for i := range groups {
		found.ComputerGroups = append(found.ComputerGroups, groups[i].ComputerGroup)
	}
	for i := range sensors {
		found.Sensors = append(found.Sensors, sensors[i].first())
	}
	return found, nil
}
