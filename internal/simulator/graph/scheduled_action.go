// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

func (r *queryResolver) ScheduledAction(_ context.Context, ref IDRefInput) (*ScheduledAction, error) {
	if view := r.world.ScheduledAction(ref.ID); view != nil {
		return pointer(r.scheduledAction(view)), nil
	}
	return nil, r.notFound("scheduled action", ref.ID)
}

func (r *queryResolver) ScheduledActions(
	_ context.Context, after, before *string, input *FieldFilter, first, last *int,
) (*ScheduledActionConnection, error) {
	if err := checkOneLevel(input); err != nil {
		return nil, err
	}
	page, err := paginate(r.cursors, "scheduledActions", pageArgs{after, before, first, last, maxRecords},
		func() ([]*world.ScheduledActionView, error) {
			known := paths{"id": filter.ID, "name": filter.String, "comment": filter.String,
				"package.name": filter.String, "creator.user.name": filter.String, "nextStartTime": filter.Time,
				"lastStartTime": filter.Time, "distributeSeconds": filter.NumericInteger,
				"expireSeconds": filter.NumericInteger, "issueSeconds": filter.NumericInteger,
				"issueCount": filter.NumericInteger, "startTime": filter.Time, "endTime": filter.Time}
			return filterList(r.world.ScheduledActions(), input, known, func(s *world.ScheduledActionView) record {
				result := record{"id": s.ID, "name": s.Name, "comment": s.Comment, "package.name": s.Package.Name,
					"creator.user.name": s.Creator.Name,
					"distributeSeconds": wholeSeconds(s.Distribute), "expireSeconds": wholeSeconds(s.Expire),
					"issueSeconds": wholeSeconds(s.Reissue), "issueCount": decimal(len(s.Issued)),
					"startTime": formatTime(s.Start)}
				for path, at := range map[string]*time.Time{
					"nextStartTime": s.Next,
					"lastStartTime": lastStart(s),
					"endTime":       s.End,
				} {
					if at != nil {
						result[path] = formatTime(*at)
					}
				}
				return result
			})
		})
	if err != nil {
		return nil, err
	}
	return &ScheduledActionConnection{TotalRecords: page.total, PageInfo: page.info(),
		Edges: edges(page, func(cursor string, view *world.ScheduledActionView) ScheduledActionEdge {
			return ScheduledActionEdge{Cursor: cursor, Node: r.scheduledAction(view)}
		})}, nil
}

func (r *mutationResolver) ScheduledActionDelete(
	_ context.Context, ref IDRefInput,
) (*ScheduledActionDeletePayload, error) {
	if err := r.world.Delete(ref.ID); err != nil {
		failure, err := r.refuse(err)
		return &ScheduledActionDeletePayload{Error: failure}, err
	}
	return &ScheduledActionDeletePayload{ID: &ref.ID}, nil
}

func (r *mutationResolver) ScheduledActionApprove(
	ctx context.Context, ref IDRefInput,
) (*ScheduledActionApprovePayload, error) {
	if err := r.world.Approve(ref.ID, userOf(ctx)); err != nil {
		failure, err := r.refuse(err)
		return &ScheduledActionApprovePayload{Error: failure}, err
	}
	return &ScheduledActionApprovePayload{ID: &ref.ID, Approved: pointer(true)}, nil
}

func (r *resolver) scheduledAction(view *world.ScheduledActionView) ScheduledAction {
	s := &view.ScheduledAction
	status := ScheduledActionStatusEnabled
	if s.Deleted {
		status = ScheduledActionStatusDeleted
	}
	result := ScheduledAction{
		ID: s.ID, Name: s.Name, Comment: s.Comment, Approved: s.Approved, Approver: optionalPrincipal(s.Approver),
		Creator:           principal(s.Creator),
		DistributeSeconds: seconds(s.Distribute), ExpireSeconds: seconds(s.Expire), EndTime: s.End,
		IssueCount: len(s.Issued), LastStartTime: lastStart(view),
		Metadata: metadata(s.Metadata), NextStartTime: s.Next, Package: r.packageRef(s), StartTime: &s.Start,
		Status: &status, Targets: targetsOf(s),
	}
	if s.Reissue > 0 {
		result.IssueSeconds = seconds(s.Reissue)
	}
	if view.Last != nil {
		result.LastAction = pointer(r.action(view.Last))
	}
	return result
}

func lastStart(view *world.ScheduledActionView) *time.Time {
	if len(view.Issued) == 0 {
		return nil
	}
	return &view.Issued[len(view.Issued)-1].Start
}
