// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"fmt"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// MaxEndpointIDs is Tanium's limit for endpoints targeted by ID.
const MaxEndpointIDs = 25

// Targets is the set of endpoints of a deployment: those in the action group that also meet every
// other condition given.
type Targets struct {
	// ActionGroup bounds the deployment. It is required here, though not by Tanium: its own default
	// is the group "Default", which holds no computers, so that a deployment without one runs
	// nowhere and says nothing.
	ActionGroup gateway.Ref
	// Filter chooses endpoints; nil for no such condition. At most one of Filter and ComputerGroup.
	Filter *Filter
	// ComputerGroup chooses the members of an existing group; nil for no such condition.
	ComputerGroup *gateway.Ref
	// EndpointIDs chooses endpoints by ID, at most MaxEndpointIDs; nil for no such condition.
	EndpointIDs []string
	// Platforms chooses by operating system; nil for no such condition.
	Platforms []gateway.EndpointPlatform
}

// Input is the target set as a deployment takes it.
func (t Targets) Input() gateway.ActionTargetsInput {
	input := gateway.ActionTargetsInput{
		ActionGroup: &gateway.ActionActionGroupInput{
			Id:   gateway.Optional(t.ActionGroup.ID),
			Name: gateway.Optional(t.ActionGroup.Name),
		},
		Endpoints: t.EndpointIDs,
		Platforms: t.Platforms,
	}
	switch {
	case t.Filter != nil:
		input.TargetGroup = &gateway.ActionTargetGroupInput{Filter: t.Filter.ComputerGroupFilter()}
	case t.ComputerGroup != nil:
		input.TargetGroup = &gateway.ActionTargetGroupInput{
			Id:   gateway.Optional(t.ComputerGroup.ID),
			Name: gateway.Optional(t.ComputerGroup.Name),
		}
	}
	return input
}

// platformSensors are the sensors by which Tanium decides whether an endpoint is of a platform.
func platformSensor(platform gateway.EndpointPlatform) *catalog.Sensor {
	return &catalog.Sensor{Name: fmt.Sprintf("Is %s", platform)}
}

// EndpointFilter is the filter that lists exactly the endpoints a deployment to these targets would
// reach: every condition, and membership in the action group, combined with AND. It is nil for an
// action group of no computer groups, which reaches nobody.
func (t Targets) EndpointFilter(group *gateway.ActionGroup) *gateway.EndpointFieldFilter {
	if len(group.ComputerGroups) == 0 {
		return nil
	}
	members := Filter{Any: group.Any}
	for _, member := range group.ComputerGroups {
		members.Filters = append(members.Filters, Filter{MemberOf: &gateway.Ref{ID: member.Id}})
	}
	conditions := []Filter{single(members)}
	if t.Filter != nil {
		conditions = append(conditions, *t.Filter)
	}
	if t.ComputerGroup != nil {
		conditions = append(conditions, Filter{MemberOf: t.ComputerGroup})
	}
	if len(t.EndpointIDs) > 0 {
		ids := Filter{Any: true}
		for _, id := range t.EndpointIDs {
			ids.Filters = append(ids.Filters, Filter{Path: "id", Value: &id})
		}
		conditions = append(conditions, single(ids))
	}
	if len(t.Platforms) > 0 {
		isTrue := "True"
		platforms := Filter{Any: true}
		for _, platform := range t.Platforms {
			platforms.Filters = append(platforms.Filters, Filter{Sensor: platformSensor(platform), Value: &isTrue})
		}
		conditions = append(conditions, single(platforms))
	}
	return single(Filter{Filters: conditions}).EndpointFilter()
}

// single unwraps a compound filter of one child, for a request that reads like what it means.
func single(compound Filter) Filter {
	if len(compound.Filters) == 1 {
		return compound.Filters[0]
	}
	return compound
}
