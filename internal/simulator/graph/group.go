// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

func (r *queryResolver) ActionGroup(_ context.Context, ref NamedRefInput) (*ActionGroup, error) {
	if group := r.fleet().ActionGroup(text(ref.ID), text(ref.Name)); group != nil {
		return pointer(r.actionGroup(*group)), nil
	}
	return nil, r.notFound("action group", text(ref.ID)+text(ref.Name))
}

func (r *queryResolver) ActionGroups(
	_ context.Context, after, before *string, first, last *int,
) (*ActionGroupConnection, error) {
	page, err := paginate(r.cursors, "actionGroups", pageArgs{after, before, first, last, maxRecords},
		func() ([]fleet.ActionGroup, error) {
			return r.fleet().ActionGroups, nil
		})
	if err != nil {
		return nil, err
	}
	return &ActionGroupConnection{TotalRecords: page.total, PageInfo: page.info(),
		Edges: edges(page, func(cursor string, group fleet.ActionGroup) ActionGroupEdge {
			return ActionGroupEdge{Cursor: cursor, Node: r.actionGroup(group)}
		})}, nil
}

func (r *resolver) actionGroup(group fleet.ActionGroup) ActionGroup {
	result := ActionGroup{
		ID:         group.ID,
		Name:       group.Name,
		Any:        group.Any,
		Visibility: ActionGroupVisibility(group.Visibility),
	}
	for _, name := range group.UserGroups {
		result.UserGroups = append(result.UserGroups, NamedRef{Name: &name})
	}
	for _, name := range group.ComputerGroups {
		if member := r.fleet().ComputerGroup("", name); member != nil {
			result.ComputerGroups = append(result.ComputerGroups, r.computerGroup(*member))
		}
	}
	return result
}

func (r *queryResolver) ComputerGroup(_ context.Context, ref NamedRefInput) (*ComputerGroup, error) {
	if group := r.fleet().ComputerGroup(text(ref.ID), text(ref.Name)); group != nil {
		return pointer(r.computerGroup(*group)), nil
	}
	return nil, r.notFound("computer group", text(ref.ID)+text(ref.Name))
}

func (r *queryResolver) ComputerGroups(
	_ context.Context, after, before *string, input *ComputerGroupsFilter, first, last *int,
) (*ComputerGroupConnection, error) {
	page, err := paginate(r.cursors, "computerGroups", pageArgs{after, before, first, last, maxRecords},
		func() ([]fleet.ComputerGroup, error) {
			return filterGroups(r.fleet().ComputerGroups, input)
		})
	if err != nil {
		return nil, err
	}
	return &ComputerGroupConnection{TotalRecords: page.total, PageInfo: page.info(),
		Edges: edges(page, func(cursor string, group fleet.ComputerGroup) ComputerGroupEdge {
			return ComputerGroupEdge{Cursor: cursor, Node: r.computerGroup(group)}
		})}, nil
}

func filterGroups(groups []fleet.ComputerGroup, input *ComputerGroupsFilter) ([]fleet.ComputerGroup, error) {
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
		if name(record{"name": group.Name}) && matches(input.FilterEnabled, usableAsFilter(group)) &&
			matches(input.ManagementRightsEnabled, group.Management) && matches(input.Type, ComputerGroupTypeStandard) {
			result = append(result, group)
		}
	}
	return result, nil
}

func matches[T comparable](wanted *T, got T) bool { return wanted == nil || *wanted == got }

func (r *resolver) computerGroup(group fleet.ComputerGroup) ComputerGroup {
	shown := ComputerGroup{
		ID:                      group.ID,
		Name:                    group.Name,
		Expression:              group.Expression,
		Type:                    ComputerGroupTypeStandard,
		FilterEnabled:           usableAsFilter(group),
		ManagementRightsEnabled: group.Management,
	}
	if set := r.contentSet(group.ContentSet); set != nil {
		shown.ContentSet, shown.ContentSetV2 = &NamedRef{ID: &set.ID, Name: &set.Name}, set
	}
	return shown
}

// usableAsFilter reports whether a group is a filter group: a group with a content set, or a group
// without management rights.
func usableAsFilter(group fleet.ComputerGroup) bool {
	return group.ContentSet != "" || !group.Management
}

func (r *mutationResolver) ActionGroupCreate(
	_ context.Context, input ActionGroupCreateInput,
) (*ActionGroupCreatePayload, error) {
	group := world.ActionGroup{
		Name:           input.Name,
		Any:            input.Any,
		ComputerGroups: refs(input.ComputerGroups),
		Visibility:     string(input.Visibility),
	}
	for _, ref := range input.UserGroups {
		group.UserGroups = append(group.UserGroups, text(ref.ID)+text(ref.Name))
	}
	id, err := r.world.CreateActionGroup(group)
	if err != nil {
		failure, err := r.refuse(err)
		return &ActionGroupCreatePayload{Error: failure}, err
	}
	return &ActionGroupCreatePayload{Group: pointer(r.actionGroup(*r.fleet().ActionGroup(id, "")))}, nil
}

func (r *mutationResolver) ActionGroupDelete(_ context.Context, ref NamedRefInput) (*ActionGroupDeletePayload, error) {
	id, err := r.world.DeleteActionGroup(world.Ref{ID: text(ref.ID), Name: text(ref.Name)})
	if err != nil {
		failure, err := r.refuse(err)
		return &ActionGroupDeletePayload{Error: failure}, err
	}
	return &ActionGroupDeletePayload{ID: &id}, nil
}

func (r *mutationResolver) ComputerGroupCreate(
	_ context.Context, input ComputerGroupCreateInput,
) (*ComputerGroupCreatePayload, error) {
	if set := input.ContentSetRef; set != nil && r.contentSetByRef(*set) == nil {
		failure, err := r.refuse(&world.Failure{Name: "ContentSetNotFound", Detail: text(set.ID) + text(set.Name)})
		return &ComputerGroupCreatePayload{Error: failure}, err
	}
	group := world.ComputerGroup{
		Name:       input.Name,
		Filter:     computerGroupFilter(input.Filter),
		Management: input.ManagementRightsEnabled,
	}
	if set := input.ContentSetRef; set != nil {
		group.ContentSet = r.contentSetByRef(*set).Name
	}
	id, err := r.world.CreateComputerGroup(group)
	if err != nil {
		failure, err := r.refuse(err)
		return &ComputerGroupCreatePayload{Error: failure}, err
	}
	return &ComputerGroupCreatePayload{Group: pointer(r.computerGroup(*r.fleet().ComputerGroup(id, "")))}, nil
}

func (r *mutationResolver) ComputerGroupDelete(
	_ context.Context, ref NamedRefInput,
) (*ComputerGroupDeletePayload, error) {
	id, err := r.world.DeleteComputerGroup(world.Ref{ID: text(ref.ID), Name: text(ref.Name)})
	if err != nil {
		failure, err := r.refuse(err)
		return &ComputerGroupDeletePayload{Error: failure}, err
	}
	return &ComputerGroupDeletePayload{ID: &id}, nil
}

func refs(inputs []NamedRefInput) []world.Ref {
	result := make([]world.Ref, len(inputs))
	for i, input := range inputs {
		result[i] = world.Ref{ID: text(input.ID), Name: text(input.Name)}
	}
	return result
}
