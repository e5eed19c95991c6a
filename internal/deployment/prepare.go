// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Preparer checks deployments before they are dispatched. One serves a whole run, so that many
// deployments share their look-ups and previews. It is safe for concurrent use.
type Preparer struct {
	// Catalog looks up what a deployment names.
	Catalog *catalog.Catalog
	// Previews count endpoints.
	Previews *targeting.Previews
	// Clock tells whether a schedule is in the past.
	Clock Clock
}

// Known says which parts of a request have their final values. A plan checks these alone.
type Known struct{ Package, Targets, Schedule, Guard bool }

// PrepareOptions say how a deployment is prepared.
type PrepareOptions struct {
	// Known are the parts of the request to check.
	Known Known
	// Guard bounds the endpoints that the deployment may reach.
	Guard Guard
	// Preview is how the endpoints are counted; nil to count none and to check no guard.
	Preview *targeting.PreviewOptions
}

// Prepared is a deployment that was checked.
type Prepared struct {
	// Request is what was checked.
	Request Request
	// Spec is the package; nil for an operation, and for a package that is not known or not found.
	Spec *gateway.PackageSpec
	// Reach is the endpoints that the deployment reaches; nil where they were not counted.
	Reach *targeting.Reach
}

// Step is what a preparation was doing when it failed.
type Step int

// The steps, in their order.
const (
	// StepPackage looks up the package.
	StepPackage Step = iota
	// StepTargets looks up what the targets name.
	StepTargets
	// StepCount counts the endpoints.
	StepCount
)

// PrepareError is a request to Tanium that failed during a preparation.
type PrepareError struct {
	// Step that failed.
	Step Step
	// Err is why.
	Err error
}

// Error says why the step failed.
func (e *PrepareError) Error() string { return e.Err.Error() }

// Unwrap is why the step failed.
func (e *PrepareError) Unwrap() error { return e.Err }

// Prepare looks up what a request names, checks what is known of it, counts the endpoints that it
// would reach, and holds the guard against them. It collects what is wrong: only without problems
// and without an error may the deployment be dispatched. The error is a *PrepareError; what was
// found wrong before it is reported all the same.
func (p *Preparer) Prepare(
	ctx context.Context, request Request, options PrepareOptions,
) (Prepared, []catalog.Problem, error) {
	prepared := Prepared{Request: request}
	var problems []catalog.Problem
	known := options.Known
	p.Catalog.Prefetch(ctx, wanted(request, known))
	if request.Operation == nil && known.Package {
		spec, found, err := p.Catalog.Package(ctx, request.Package.Ref, catalog.Path{"package"})
		problems = append(problems, found...)
		if err != nil {
			return prepared, problems, &PrepareError{StepPackage, err}
		}
		prepared.Spec = spec
		if spec != nil && known.Schedule {
			problems = append(problems, request.Check(spec, nil)...)
		}
	}
	if known.Schedule {
		problems = append(problems, request.Schedule.CheckTime(p.Clock.Now(), catalog.Path{"schedule"})...)
	}
	if !known.Targets {
		return prepared, problems, nil
	}
	found, err := request.Targets.Check(ctx, p.Catalog, catalog.Path{"targets"})
	problems = append(problems, found...)
	if err != nil {
		return prepared, problems, &PrepareError{StepTargets, err}
	}
	if len(problems) > 0 || options.Preview == nil {
		return prepared, problems, nil
	}
	found, err = p.count(ctx, &prepared, options)
	if err != nil {
		return prepared, problems, &PrepareError{StepCount, err}
	}
	return prepared, append(problems, found...), nil
}

// wanted is what is known of the names in a request.
func wanted(request Request, known Known) gateway.Wanted {
	var names gateway.Wanted
	if known.Targets {
		names = request.Targets.Wanted()
	}
	if request.Operation == nil && known.Package {
		names.PackageSpecs = []gateway.Ref{request.Package.Ref}
	}
	return names
}

// count counts the endpoints and checks the guard, which may need more of them named than are asked
// for.
func (p *Preparer) count(ctx context.Context, prepared *Prepared, options PrepareOptions) ([]catalog.Problem, error) {
	preview := *options.Preview
	if options.Known.Guard {
		preview.Sample = options.Guard.SampleSize(preview.Sample)
	}
	reach, err := p.Previews.Get(ctx, p.Catalog, prepared.Request.Reach(), preview)
	if err != nil {
		return nil, err
	}
	var problems []catalog.Problem
	if options.Known.Guard {
		problems = options.Guard.Check(reach)
	}
	reach.Sample = reach.Sample[:min(options.Preview.Sample, len(reach.Sample))]
	prepared.Reach = &reach
	return problems, nil
}
