// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

func (r *queryResolver) ActionGroup(_ context.Context, ref NamedRefInput) (*ActionGroup, error) {
	if group := r.fleet().ActionGroup(text(ref.ID), text(ref.Name)); group != nil {
		return pointer(r.actionGroup(*group)), nil
	}
	return nil, r.missing("action group", text(ref.ID)+text(ref.Name))
}

func (r *queryResolver) ActionGroups(_ context.Context, after, before *string, first, last *int) (*ActionGroupConnection, error) {
	turned, err := turn(r.book, "actionGroups", window{after, before, first, last, mostRecords}, func() ([]fleet.ActionGroup, error) { return r.fleet().ActionGroups, nil })
	if err != nil {
		return nil, err
	}
	return &ActionGroupConnection{TotalRecords: turned.total, PageInfo: turned.info(), Edges: edges(turned, func(cursor string, group fleet.ActionGroup) ActionGroupEdge {
		return ActionGroupEdge{Cursor: cursor, Node: r.actionGroup(group)}
	})}, nil
}

func (r *resolver) actionGroup(group fleet.ActionGroup) ActionGroup {
	result := ActionGroup{ID: group.ID, Name: group.Name, Any: group.Any, Visibility: ActionGroupVisibilityAll}
	for _, name := range group.ComputerGroups {
		if member := r.fleet().ComputerGroup("", name); member != nil {
			result.ComputerGroups = append(result.ComputerGroups, computerGroup(*member))
		}
	}
	return result
}

func (r *queryResolver) ComputerGroup(_ context.Context, ref NamedRefInput) (*ComputerGroup, error) {
	if group := r.fleet().ComputerGroup(text(ref.ID), text(ref.Name)); group != nil {
		return pointer(computerGroup(*group)), nil
	}
	return nil, r.missing("computer group", text(ref.ID)+text(ref.Name))
}

func (r *queryResolver) ComputerGroups(_ context.Context, after, before *string, input *ComputerGroupsFilter, first, last *int) (*ComputerGroupConnection, error) {
	turned, err := turn(r.book, "computerGroups", window{after, before, first, last, mostRecords}, func() ([]fleet.ComputerGroup, error) { return pickGroups(r.fleet().ComputerGroups, input) })
	if err != nil {
		return nil, err
	}
	return &ComputerGroupConnection{TotalRecords: turned.total, PageInfo: turned.info(), Edges: edges(turned, func(cursor string, group fleet.ComputerGroup) ComputerGroupEdge {
		return ComputerGroupEdge{Cursor: cursor, Node: computerGroup(group)}
	})}, nil
}

func pickGroups(groups []fleet.ComputerGroup, input *ComputerGroupsFilter) ([]fleet.ComputerGroup, error) {
	if input == nil {
		return groups, nil
	}
	name := func(filter.Subject) bool { return true }
	if input.Name != nil {
		condition := filter.Filter{Path: "name", Value: input.Name}
		if input.NameOp != nil {
			condition.Op = filter.Op(*input.NameOp)
		}
		var err error
		if name, err = filter.Compile(condition, paths{"name": filter.String}); err != nil {
			return nil, err
		}
	}
	var result []fleet.ComputerGroup
	for _, group := range groups {
		shown := computerGroup(group)
		if name(record{"name": group.Name}) && agrees(input.FilterEnabled, shown.FilterEnabled) && agrees(input.ManagementRightsEnabled, shown.ManagementRightsEnabled) && agrees(input.Type, shown.Type) {
			result = append(result, group)
		}
	}
	return result, nil
}

func agrees[T comparable](wanted *T, got T) bool { return wanted == nil || *wanted == got }

func computerGroup(group fleet.ComputerGroup) ComputerGroup {
	return ComputerGroup{ID: group.ID, Name: group.Name, Expression: group.Expression, Type: ComputerGroupTypeStandard, FilterEnabled: !group.Management, ManagementRightsEnabled: group.Management}
}
