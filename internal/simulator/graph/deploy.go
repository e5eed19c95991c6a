// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"
	"errors"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

func (r *mutationResolver) ActionPerform(ctx context.Context, input ActionPerformInput) (*ActionPerformPayload, error) {
	if (input.Package == nil) == (input.Operation == nil) {
		failure, err := r.refuse(errors.New("input: exactly one of package and operation must be given"))
		return &ActionPerformPayload{Error: failure}, err
	}
	base := deployment(ctx, input.Name, input.Comment, input.Metadata, input.Targets)
	if schedule := input.Schedule; schedule != nil {
		base.Schedule = world.Schedule{StartTime: schedule.StartTime, EndTime: schedule.EndTime,
			ExpireSeconds: schedule.ExpireSeconds, ReissueSeconds: schedule.ReissueSeconds,
			DistributeSeconds: number(schedule.DistributeSeconds)}
	}
	var parts []part
	if input.Package != nil {
		parts = []part{packagePart(*input.Package)}
	} else {
		var err error
		if parts, err = operationParts(*input.Operation, base.Targets.Platforms); err == nil {
			err = checkOperation(parts, r.fleet())
		}
		if err != nil {
			failure, err := r.refuse(err)
			return &ActionPerformPayload{Error: failure}, err
		}
	}
	views, err := r.world.DeployAll(requests(base, parts))
	if err != nil {
		failure, err := r.refuse(err)
		return &ActionPerformPayload{Error: failure}, err
	}
	payload := &ActionPerformPayload{}
	for i, view := range views {
		performed := ActionPerformPlatform{ScheduledAction: r.scheduledAction(view)}
		for _, platform := range parts[i].platforms {
			performed.Platforms = append(performed.Platforms, EndpointPlatform(platform))
		}
		payload.ScheduledActions = append(payload.ScheduledActions, performed)
	}
	return payload, nil
}

func (r *mutationResolver) ActionCreate(ctx context.Context, input ActionCreateInput) (*ActionCreatePayload, error) {
	request := packagePart(input.Package).request(deployment(ctx, input.Name, input.Comment, input.Metadata,
		input.Targets))
	if schedule := input.Schedule; schedule != nil {
		request.Schedule = world.Schedule{
			StartTime:         schedule.StartTime,
			ExpireSeconds:     schedule.ExpireSeconds,
			DistributeSeconds: number(schedule.DistributeSeconds),
		}
	}
	view, err := r.world.Deploy(request)
	if err != nil {
		failure, err := r.refuse(err)
		return &ActionCreatePayload{Error: failure}, err
	}
	if view.Last == nil {
		return &ActionCreatePayload{}, nil // the action is not issued yet
	}
	return &ActionCreatePayload{Action: pointer(r.action(view.Last))}, nil
}

func (r *mutationResolver) ScheduledActionCreate(
	ctx context.Context, input ScheduledActionCreateInput,
) (*ScheduledActionCreatePayload, error) {
	request := packagePart(input.Package).request(deployment(ctx, input.Name, input.Comment, input.Metadata,
		input.Targets))
	schedule := input.Schedule
	request.Schedule = world.Schedule{StartTime: schedule.StartTime, EndTime: schedule.EndTime,
		ExpireSeconds: schedule.ExpireSeconds, ReissueSeconds: &schedule.ReissueSeconds,
		DistributeSeconds: number(schedule.DistributeSeconds)}
	view, err := r.world.Deploy(request)
	if err != nil {
		failure, err := r.refuse(err)
		return &ScheduledActionCreatePayload{Error: failure}, err
	}
	return &ScheduledActionCreatePayload{ScheduledAction: pointer(r.scheduledAction(view))}, nil
}

func deployment(
	ctx context.Context, name, comment *string, pairs []MetadataInput, input ActionTargetsInput,
) world.Deployment {
	request := world.Deployment{
		Name:     text(name),
		Comment:  text(comment),
		Metadata: map[string]string{},
		By:       userOf(ctx).ID,
	}
	for _, pair := range pairs {
		request.Metadata[pair.Name] = pair.Value
	}
	targets := &request.Targets
	if group := input.ActionGroup; group != nil {
		targets.ActionGroup = &filter.GroupRef{ID: text(group.ID), Name: text(group.Name)}
	}
	if group := input.TargetGroup; group != nil {
		if group.ID != nil || group.Name != nil {
			targets.Group = &filter.GroupRef{ID: text(group.ID), Name: text(group.Name)}
		}
		if group.Filter != nil {
			targets.Filter = pointer(computerGroupFilter(*group.Filter))
		}
	}
	targets.Endpoints = input.Endpoints
	for _, platform := range input.Platforms {
		targets.Platforms = append(targets.Platforms, string(platform))
	}
	return request
}

// part is one scheduled action of a deployment.
type part struct {
	platforms              []string // only for an operation
	packageID, packageName string
	params                 []string
	sourced                map[string]string
}

func packagePart(ref PackageRefInput) part {
	p := part{packageID: text(ref.ID), packageName: text(ref.Name), params: ref.Params, sourced: map[string]string{}}
	for _, param := range ref.SensorSourcedParams {
		p.sourced[param.Name] = param.Value
	}
	return p
}

func (p part) request(base world.Deployment) world.Deployment {
	base.PackageID, base.PackageName, base.Params, base.SensorSourced = p.packageID, p.packageName, p.params, p.sourced
	if p.platforms != nil {
		base.Targets.Platforms = slices.Clone(p.platforms)
	}
	return base
}

func requests(base world.Deployment, parts []part) []world.Deployment {
	requests := make([]world.Deployment, len(parts))
	for i, p := range parts {
		requests[i] = p.request(base)
	}
	return requests
}

func number(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}
