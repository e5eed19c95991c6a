// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

// Deployment is a request for one scheduled action. Several mutations make it.
type Deployment struct {
	Name, Comment string
	Metadata      map[string]string
	// PackageID and PackageName name the package. The ID wins over the name.
	PackageID, PackageName string
	Params                 []string
	SensorSourced          map[string]string
	Targets                Targets
	Schedule               Schedule
	// By is the ID of the calling user.
	By string
}

// Deploy checks a request as the server does and schedules it. Neither checks parameters
// (API.md#packages).
func (w *World) Deploy(request Deployment) (*ScheduledActionView, error) {
	views, err := w.DeployAll([]Deployment{request})
	if err != nil {
		return nil, err
	}
	return views[0], nil
}

// DeployAll schedules several requests, or none if one of them is rejected.
func (w *World) DeployAll(requests []Deployment) ([]*ScheduledActionView, error) {
	defer w.lock()()
	done, err := w.execute(Command{Deploy: requests})
	return done.scheduled, err
}

func (w *World) deploy(requests []Deployment) (commandResult, error) {
	prepared := make([]*ScheduledAction, len(requests))
	for i, request := range requests {
		scheduled, err := w.prepare(request)
		if err != nil {
			return commandResult{}, err
		}
		prepared[i] = scheduled
	}
	views := make([]*ScheduledActionView, len(prepared))
	for i, scheduled := range prepared {
		views[i] = w.accept(scheduled)
	}
	return commandResult{scheduled: views}, nil
}

func (w *World) prepare(request Deployment) (*ScheduledAction, error) {
	s := &ScheduledAction{
		Name: request.Name, Comment: w.options.Unknowns.Comments.stored(request.Comment), Metadata: request.Metadata,
		Params: request.Params, SensorSourced: request.SensorSourced,
		Creator: w.fleet.User(request.By), Created: w.now,
	}
	if s.Creator == nil {
		return nil, &Failure{"InvalidSession", "the user does not exist"}
	}
	if s.Package = w.fleet.Package(request.PackageID, request.PackageName); s.Package == nil {
		return nil, &Failure{"PackageNotFound", request.PackageID + request.PackageName}
	}
	if err := w.resolveTargets(s, request.Targets); err != nil {
		return nil, err
	}
	return s, s.applySchedule(request.Schedule, w.now)
}

// accept assigns an ID to a prepared scheduled action and issues or schedules its first action. A
// one-off that starts now issues it at once, so the answer contains it (API.md#last-action).
func (w *World) accept(s *ScheduledAction) *ScheduledActionView {
	w.accepted++
	s.ID = numberedID(firstScheduledAction, len(w.scheduled))
	w.scheduled = append(w.scheduled, s)
	s.Approved = !w.options.RequireApproval
	if s.Approved {
		w.issueOrSchedule(s)
	}
	return w.viewScheduled(s)
}
