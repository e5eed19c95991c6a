// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Request is what is to be deployed, where and when.
type Request struct {
	// Name of the action; it need not be unique. Empty for none.
	Name string
	// Comment on the action; empty for none.
	Comment string
	// Operation to run; nil for Package.
	Operation *Operation
	// Package to run, without Operation.
	Package Package
	// Targets to run it on.
	Targets targeting.Targets
	// Schedule to run it by; the zero value for once and now.
	Schedule Schedule
	// Triggers tell a deployment from another of the same; they are not sent.
	Triggers map[string]string
}

// Package is a package and the values of its parameters.
type Package struct {
	// Ref names the package.
	Ref gateway.Ref
	// Parameters are the values of $1, $2 and so on, in order; nil for the package's own default.
	// Fewer than the package has: the rest is the package's default.
	Parameters []*string
	// SensorSourced are the values of the ||…|| placeholders, by name without the bars.
	SensorSourced map[string]string
}

// Schedule is when an action runs. A nil field is Tanium's default.
type Schedule struct {
	// StartTime is when the action starts; nil for now.
	StartTime *time.Time
	// EndTime ends a recurring action; nil for never. Only with ReissueSeconds.
	EndTime *time.Time
	// DistributeSeconds spreads the start over the endpoints; nil for all at once.
	DistributeSeconds *int
	// ExpireSeconds is how long an issued action is offered to endpoints; nil for MinExpireSeconds.
	ExpireSeconds *int
	// ReissueSeconds is how often the action is issued anew; nil for once.
	ReissueSeconds *int
}

// Recurring reports whether the action is issued more than once.
func (s Schedule) Recurring() bool { return s.ReissueSeconds != nil }

// MinExpireSeconds is Tanium's lower bound for the expiry of an action that runs the package, and
// its default.
func (s Schedule) MinExpireSeconds(spec *gateway.PackageSpec) int {
	return max(spec.ExpireSeconds, s.commandSeconds(spec))
}

// commandSeconds is how long the command of the last endpoint to start may take, from the start of
// the action.
func (s Schedule) commandSeconds(spec *gateway.PackageSpec) int {
	if s.DistributeSeconds == nil {
		return spec.CommandTimeoutSeconds
	}
	return spec.CommandTimeoutSeconds + *s.DistributeSeconds
}

// Expiry is how long an issued action is offered to endpoints; of an operation, for which there is
// no one package and spec is nil, it is a guess where the schedule does not say.
func (s Schedule) Expiry(spec *gateway.PackageSpec) time.Duration {
	switch {
	case s.ExpireSeconds != nil:
		return time.Duration(*s.ExpireSeconds) * time.Second
	case spec == nil:
		return operationPatience
	default:
		return time.Duration(s.MinExpireSeconds(spec)) * time.Second
	}
}

func (s Schedule) input() *gateway.ActionPerformScheduleInput {
	if s == (Schedule{}) {
		return nil
	}
	return &gateway.ActionPerformScheduleInput{
		StartTime:         s.StartTime,
		EndTime:           s.EndTime,
		DistributeSeconds: s.DistributeSeconds,
		ExpireSeconds:     s.ExpireSeconds,
		ReissueSeconds:    s.ReissueSeconds,
	}
}

// input is the request as it is sent, with the package's defaults filled in: Tanium passes
// parameters on as they are, and does not check that there are enough.
func (r Request) input(spec *gateway.PackageSpec) gateway.ActionPerformInput {
	input := gateway.ActionPerformInput{
		Name:     gateway.Optional(r.Name),
		Comment:  gateway.Optional(r.Comment),
		Targets:  r.Targets.Input(),
		Schedule: r.Schedule.input(),
	}
	if r.Operation != nil {
		input.Operation = r.Operation.input()
	} else {
		input.Package = r.Package.input(spec)
	}
	return input
}

// Reach is what the deployment reaches: its targets, on the platforms that its operation is for.
func (r Request) Reach() targeting.Targets {
	reach := r.Targets
	if r.Operation != nil && reach.Platforms == nil {
		reach.Platforms = r.Operation.platforms()
	}
	return reach
}

func (p Package) input(spec *gateway.PackageSpec) *gateway.PackageRefInput {
	wire := &gateway.PackageRefInput{Id: gateway.Optional(p.Ref.ID), Name: gateway.Optional(p.Ref.Name)}
	for i, parameter := range catalog.Positional(spec) {
		switch value := p.parameter(i); {
		case value != nil:
			wire.Params = append(wire.Params, *value)
		case parameter.DefaultValue != nil:
			wire.Params = append(wire.Params, *parameter.DefaultValue)
		default:
			wire.Params = append(wire.Params, "")
		}
	}
	for _, parameter := range spec.SensorSourcedParams {
		wire.SensorSourcedParams = append(wire.SensorSourcedParams,
			gateway.PackageParamInput{Name: parameter.Name, Value: p.SensorSourced[parameter.Name]})
	}
	return wire
}

// parameter is the value given at a position; nil for none.
func (p Package) parameter(i int) *string {
	if i >= len(p.Parameters) {
		return nil
	}
	return p.Parameters[i]
}
