// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

func (r *queryResolver) Action(_ context.Context, ref IDRefInput) (*Action, error) {
	if view := r.world.Action(ref.ID); view != nil {
		return pointer(r.action(view)), nil
	}
	return nil, r.notFound("action", ref.ID)
}

func (r *queryResolver) Actions(
	_ context.Context, after, before *string, input *FieldFilter, first, last *int,
) (*ActionConnection, error) {
	if err := checkOneLevel(input); err != nil {
		return nil, err
	}
	page, err := paginate(r.cursors, "actions", pageArgs{after, before, first, last, maxActions},
		func() ([]*world.ActionView, error) {
			known := paths{"id": filter.ID, "name": filter.String, "comment": filter.String,
				"package.name": filter.String, "creator.user.name": filter.String, "creationTime": filter.Time,
				"expirationTime": filter.Time, "startTime": filter.Time, "distributeSeconds": filter.NumericInteger,
				"expireSeconds": filter.NumericInteger, "status": filter.String}
			return filterList(r.world.Actions(), input, known, func(a *world.ActionView) record {
				s := a.Scheduled
				return record{"id": a.ID, "name": s.Name, "comment": s.Comment, "package.name": s.Package.Name,
					"creator.user.name": s.Creator.Name, "creationTime": formatTime(a.Created),
					"expirationTime": formatTime(a.Expiration), "startTime": formatTime(a.Start),
					"distributeSeconds": wholeSeconds(s.Distribute), "expireSeconds": wholeSeconds(s.Expire),
					"status": string(r.status(a.Status))}
			})
		})
	if err != nil {
		return nil, err
	}
	return &ActionConnection{TotalRecords: page.total, PageInfo: page.info(),
		Edges: edges(page, func(cursor string, view *world.ActionView) ActionEdge {
			return ActionEdge{Cursor: cursor, Node: r.action(view)}
		})}, nil
}

func (r *mutationResolver) ActionStop(_ context.Context, ref IDRefInput) (*ActionStopPayload, error) {
	if err := r.world.Stop(ref.ID); err != nil {
		failure, err := r.refuse(err)
		return &ActionStopPayload{Error: failure}, err
	}
	return &ActionStopPayload{ID: &ref.ID}, nil
}

func (r *resolver) action(view *world.ActionView) Action {
	s := view.Scheduled
	count := func(state fleet.State) int { return view.Counts[state] }
	stopped := view.Status == world.Stopped
	return Action{
		ID: view.ID, Name: s.Name, Comment: s.Comment, CreationTime: optional(view.Created),
		Creator: principal(s.Creator), Approver: optionalPrincipal(s.Approver),
		DistributeSeconds: seconds(s.Distribute), ExpireSeconds: seconds(s.Expire), StartTime: optional(view.Start),
		ExpirationTime: optional(view.Expiration),
		Metadata:       metadata(s.Metadata), Package: r.packageRef(&s), Targets: targetsOf(&s),
		Status: pointer(r.status(view.Status)), Stopped: stopped, StoppedFlag: &stopped,
		Results: ActionResults{ID: view.ID, Waiting: count(fleet.Waiting), Downloading: count(fleet.Downloading),
			Running: count(fleet.Running), WaitingToRetry: count(fleet.WaitingToRetry),
			Completed: count(fleet.Completed), PendingVerification: count(fleet.PendingVerification),
			Verified: count(fleet.Verified), FailedVerification: count(fleet.FailedVerification),
			Failed: count(fleet.Failed), Expired: count(fleet.Expired)},
		scheduled: s.ID,
	}
}

// ScheduledAction returns the scheduled action that issued the action.
func (r *actionResolver) ScheduledAction(_ context.Context, action *Action) (*ScheduledAction, error) {
	view := r.world.ScheduledAction(action.scheduled)
	if view == nil {
		return nil, nil //nolint:nilnil // null: the scheduled action was deleted
	}
	return pointer(r.scheduledAction(view)), nil
}

// status returns the status with the name that the simulated schema uses.
func (r *resolver) status(status world.Status) ActionStatus {
	if r.world.Unknowns().OldStatuses {
		switch status {
		case world.Open:
			return ActionStatusActive
		case world.Closed:
			return ActionStatusExpired
		}
	}
	return ActionStatus(status)
}

// packageRef returns the package of a scheduled action. Tanium may show a package with parameters
// under a different ID (API.md#derived-packages), and the parameters encoded.
func (r *resolver) packageRef(s *world.ScheduledAction) PackageRef {
	unknowns := r.world.Unknowns()
	ref := PackageRef{ID: &s.Package.ID, Name: &s.Package.Name}
	for _, param := range s.Params {
		ref.Params = append(ref.Params, unknowns.Parameters.Shown(param))
	}
	for _, name := range slices.Sorted(maps.Keys(s.SensorSourced)) {
		ref.SensorSourcedParams = append(ref.SensorSourcedParams,
			PackageParam{Name: name, Value: unknowns.Parameters.Shown(s.SensorSourced[name])})
	}
	if unknowns.DerivedPackages && len(s.Params)+len(s.SensorSourced) > 0 {
		ref.ID = pointer("9" + s.ID)
	}
	return ref
}

func targetsOf(s *world.ScheduledAction) ActionTargets {
	targets := ActionTargets{ActionGroup: NamedRef{ID: &s.ActionGroup.ID, Name: &s.ActionGroup.Name}}
	if s.TargetGroup != nil {
		targets.TargetGroup = NamedRef{ID: &s.TargetGroup.ID, Name: &s.TargetGroup.Name}
	} else {
		targets.TargetGroup = NamedRef{ID: pointer("7" + s.ID), Name: pointer("")} // made of the filter
	}
	return targets
}

func principal(user *fleet.User) Principal {
	return Principal{User: NamedRef{ID: &user.ID, Name: &user.Name}}
}

func optionalPrincipal(user *fleet.User) *Principal {
	if user == nil {
		return nil
	}
	return pointer(principal(user))
}

func metadata(pairs map[string]string) []Metadata {
	result := []Metadata{}
	for _, name := range slices.Sorted(maps.Keys(pairs)) {
		result = append(result, Metadata{Name: name, Value: pairs[name]})
	}
	return result
}

func seconds(d time.Duration) *int { return pointer(int(d / time.Second)) }

func wholeSeconds(d time.Duration) string { return decimal(int(d / time.Second)) }

func decimal(n int) string { return strconv.Itoa(n) }

func formatTime(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

func formatBool(value bool) string { return strconv.FormatBool(value) }
