// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// MaxEndpointIDs is Tanium's maximum number of endpoints targeted by ID.
const MaxEndpointIDs = 25

// Targets are the endpoints of a deployment: those in the action group that also meet every other
// given condition.
type Targets struct {
	// ActionGroup limits the deployment. It is required here, although Tanium has a default: the
	// group "Default", which has no computers. A deployment without an action group would run on no
	// endpoint, without an error.
	ActionGroup gateway.Ref
	// Filter selects endpoints; nil for no such condition. At most one of Filter and ComputerGroup
	// is set.
	Filter *Filter
	// ComputerGroup selects the members of an existing group; nil for no such condition.
	ComputerGroup *gateway.Ref
	// EndpointIDs selects endpoints by ID, at most MaxEndpointIDs; nil for no such condition.
	EndpointIDs []string
	// Platforms selects endpoints by operating system; nil for no such condition.
	Platforms []gateway.EndpointPlatform
}

// Input returns the targets in the form for a deployment.
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

// Digest returns a hash of the targets. Equal targets in another order have the same, and a group
// by name has another one than the same group by ID.
func (t Targets) Digest() string {
	t.EndpointIDs = slices.Sorted(slices.Values(t.EndpointIDs))
	t.Platforms = slices.Sorted(slices.Values(t.Platforms))
	encoded, _ := json.Marshal(t.Input()) // texts, numbers and lists are always encoded
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:digestBytes])
}

// digestBytes is the length of a digest: two targets of one configuration do not have the same by
// chance.
const digestBytes = 8

// PlatformSensor returns the sensor by which Tanium decides whether an endpoint is of a platform.
func PlatformSensor(platform gateway.EndpointPlatform) *catalog.Sensor {
	return &catalog.Sensor{Name: fmt.Sprintf("Is %s", platform)}
}

// EndpointFilter returns the filter that lists exactly the endpoints that a deployment to the
// targets reaches: membership in the action group and every other condition, combined with AND. It
// is nil for an action group without computer groups, which reaches no endpoint.
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
			platforms.Filters = append(platforms.Filters, Filter{Sensor: PlatformSensor(platform), Value: &isTrue})
		}
		conditions = append(conditions, single(platforms))
	}
	return single(Filter{Filters: conditions}).EndpointFilter()
}

// single returns the only child of a compound filter with one child, which keeps requests simple.
// It returns other filters unchanged.
func single(compound Filter) Filter {
	if len(compound.Filters) == 1 {
		return compound.Filters[0]
	}
	return compound
}
