// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Request is a deployment to make: the package or operation, the targets and the schedule.
type Request struct {
	// Name is the action's name, which need not be unique. Empty for none.
	Name string
	// Comment is the action's comment; empty for none.
	Comment string
	// Operation is the operation to run; nil to run Package.
	Operation *Operation
	// Package is the package to run if Operation is nil.
	Package Package
	Targets targeting.Targets
	// Schedule is the schedule; the zero value runs the action once, now.
	Schedule Schedule
	// Triggers distinguish a deployment from an otherwise identical one. They are not sent.
	Triggers map[string]string
}

// Package is a package and the values of its parameters.
type Package struct {
	// Ref names the package.
	Ref gateway.Ref
	// Parameters are the values of $1, $2 and so on. A nil or missing value stands for the
	// package's default.
	Parameters []*string
	// SensorSourced are the values of the ||…|| placeholders, by their name without the bars.
	SensorSourced map[string]string
	// Secrets are the values that are kept out of digests and messages. They complete the others.
	Secrets Secrets
}

// Schedule is the schedule of an action. A nil field stands for Tanium's default.
type Schedule struct {
	// StartTime is when the action starts; nil for now.
	StartTime *time.Time
	// EndTime is the end of a recurring action; nil for no end. It requires ReissueSeconds.
	EndTime *time.Time
	// DistributeSeconds is the period over which endpoints start the action; nil to start at once.
	DistributeSeconds *int
	// ExpireSeconds is the expiry of an issued action, from its start; nil for minExpireSeconds.
	ExpireSeconds *int
	// ReissueSeconds is the interval of a recurring action; nil to run once.
	ReissueSeconds *int
}

// Recurring reports whether the action is issued more than once.
func (s Schedule) Recurring() bool { return s.ReissueSeconds != nil }

// minExpireSeconds returns the minimum expiry that Tanium accepts for an action with the package,
// which is also the default.
func (s Schedule) minExpireSeconds(spec *gateway.PackageSpec) int {
	return max(spec.ExpireSeconds, s.commandSeconds(spec))
}

// commandSeconds returns the time from the start of the action to the command timeout on the last
// endpoint that starts it.
func (s Schedule) commandSeconds(spec *gateway.PackageSpec) int {
	if s.DistributeSeconds == nil {
		return spec.CommandTimeoutSeconds
	}
	return spec.CommandTimeoutSeconds + *s.DistributeSeconds
}

// Expiry returns the expiry of an issued action. For an operation, spec is nil; if the schedule
// then sets no expiry, the result is an estimate.
func (s Schedule) Expiry(spec *gateway.PackageSpec) time.Duration {
	switch {
	case s.ExpireSeconds != nil:
		return time.Duration(*s.ExpireSeconds) * time.Second
	case spec == nil:
		return defaultOperationExpiry
	default:
		return time.Duration(s.minExpireSeconds(spec)) * time.Second
	}
}

// input returns the schedule for a request; nil for the zero value.
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

// input returns the request in Tanium's form, with the package's defaults filled in. Tanium does
// not add defaults and does not check the number of parameters.
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

// Reach returns the targets of the deployment, limited to the platforms that its operation
// supports.
func (r Request) Reach() targeting.Targets {
	reach := r.Targets
	if r.Operation != nil && reach.Platforms == nil {
		reach.Platforms = r.Operation.platforms()
	}
	return reach
}

// input returns the package for a request, with a value for each parameter.
func (p Package) input(spec *gateway.PackageSpec) *gateway.PackageRefInput {
	input := &gateway.PackageRefInput{Id: gateway.Optional(p.Ref.ID), Name: gateway.Optional(p.Ref.Name)}
	for i, parameter := range catalog.Positional(spec) {
		switch value := p.parameter(i); {
		case value != nil:
			input.Params = append(input.Params, *value)
		case parameter.DefaultValue != nil:
			input.Params = append(input.Params, *parameter.DefaultValue)
		default:
			input.Params = append(input.Params, "")
		}
	}
	for _, parameter := range spec.SensorSourcedParams {
		input.SensorSourcedParams = append(input.SensorSourcedParams,
			gateway.PackageParamInput{Name: parameter.Name, Value: p.sensorSourced(parameter.Name)})
	}
	return input
}

// parameter returns the value at an index; nil for none.
func (p Package) parameter(i int) *string {
	if i < len(p.Secrets.Parameters) && p.Secrets.Parameters[i] != nil {
		return p.Secrets.Parameters[i]
	}
	if i >= len(p.Parameters) {
		return nil
	}
	return p.Parameters[i]
}

// sensorSourced returns the value for a name; empty for none.
func (p Package) sensorSourced(name string) string {
	if value, secret := p.Secrets.SensorSourced[name]; secret {
		return value
	}
	return p.SensorSourced[name]
}
