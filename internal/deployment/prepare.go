// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// Preparer checks deployments before they are dispatched. One Preparer serves a whole run, so that
// its deployments share lookups and previews. It is safe for concurrent use.
type Preparer struct {
	// Catalog looks up packages, sensors and groups.
	Catalog *catalog.Catalog
	// Previews count endpoints.
	Previews *targeting.Previews
	// Clock is the server's clock, with which schedules are compared.
	Clock Clock
	// Limits are those of the organisation; nil for none.
	Limits []Limits

	// planned and deployed are the endpoints of the deployments of the run that are planned, and of
	// those that are sent.
	planned, deployed tally
}

// Known says which parts of a request have their final values. Only these are checked.
type Known struct{ Package, Targets, Schedule, Guard bool }

// PrepareOptions are the settings of a preparation.
type PrepareOptions struct {
	// Known are the parts of the request and the guard to check.
	Known Known
	// Guard limits the endpoints that the deployment may reach.
	Guard Guard
	// Preview are the settings of the count of endpoints; nil to skip the count, the guard and the
	// limits, if nothing is deployed.
	Preview *targeting.PreviewOptions
	// Deploys leaves the count and the guard to Dispatch, which counts right before it sends.
	Deploys bool
	// WaitFor are the endpoints that Dispatch waits for; nil for none.
	WaitFor *WaitFor
	// Remember is the number of endpoints that Dispatch returns as Counted, if it is more than
	// maxCounted, up to gateway.MaxPageSize: more names need more requests.
	Remember int
}

// Prepared is the result of a preparation.
type Prepared struct {
	// Request is the checked request.
	Request Request
	// Spec is the package; nil for an operation, and if the package is unknown or not found.
	Spec *gateway.PackageSpec
	// Reach is the set of endpoints that the deployment reaches; nil if they were not counted.
	Reach *targeting.Reach
	// Unreached are the endpoint IDs of the targets of which no endpoint was counted; nil for none,
	// and if Tanium named fewer endpoints than it counted.
	Unreached []string
	// Absent are the names and IDs of reviewed endpoints that were not counted; nil for none.
	Absent []string
	// counted are the first endpoints that were counted, up to maxCounted or
	// PrepareOptions.Remember.
	counted []gateway.Endpoint

	options PrepareOptions
	// key is that of the dispatch in the tally of the deployments that are sent.
	key uint64
}

// digest returns the digest of the deployment. Without its package, which is not known yet, it is
// that of the name and the targets.
func (p Prepared) digest() uint64 {
	request := p.Request
	input := gateway.ActionPerformInput{Name: gateway.Optional(request.Name), Targets: request.Targets.Input()}
	if request.Operation != nil || p.Spec != nil {
		input = request.redacted(p.Spec)
	}
	return digestOf(input, request.Triggers)
}

// input returns the request in Tanium's form. It names the reviewed endpoints if it can. The digest
// of the deployment does not depend on them: what was reviewed does not change what is deployed.
func (p Prepared) input() gateway.ActionPerformInput {
	request := p.Request
	if ids := p.options.Guard.Exact(); p.options.Known.Guard && ids != nil {
		request.Targets.EndpointIDs = ids
	}
	return request.input(p.Spec)
}

// ExpiryKnown reports that Schedule.Expiry is not an estimate.
func (p Prepared) ExpiryKnown() bool { return p.Spec != nil || p.Request.Schedule.ExpireSeconds != nil }

// Step is a step of a preparation.
type Step int

// The steps, in their order.
const (
	// StepPackage looks up the package.
	StepPackage Step = iota
	// StepTargets looks up the groups and sensors that the targets name.
	StepTargets
	// StepCount counts the endpoints.
	StepCount
)

// PrepareError is the failure of a request to Tanium during a preparation.
type PrepareError struct {
	Step Step
	Err  error
}

// Error returns the text of the failure.
func (e *PrepareError) Error() string { return e.Err.Error() }

// Unwrap returns the failure.
func (e *PrepareError) Unwrap() error { return e.Err }

// Prepare looks up the objects that a request names, checks the known parts, counts the endpoints
// and checks the guard. A deployment may be dispatched only if there are no problems and no error.
// The error is a *PrepareError. The problems found before it are returned with it.
func (p *Preparer) Prepare(
	ctx context.Context, request Request, options PrepareOptions,
) (Prepared, []catalog.Problem, error) {
	prepared := Prepared{Request: request, options: options}
	var problems []catalog.Problem
	known := options.Known
	p.Catalog.Prefetch(ctx, p.wanted(request, known))
	if request.Operation == nil && known.Package {
		spec, found, err := p.Catalog.Package(ctx, request.Package.Ref, catalog.Path{"package"})
		problems = append(problems, found...)
		if err != nil {
			return prepared, problems, &PrepareError{StepPackage, err}
		}
		prepared.Spec = spec
		if spec != nil && known.Schedule {
			problems = append(problems, request.check(spec)...)
		}
	}
	if known.Targets {
		found, err := request.Targets.Check(ctx, p.Catalog, catalog.Path{"targets"})
		problems = append(problems, found...)
		if err != nil {
			return prepared, problems, &PrepareError{StepTargets, err}
		}
	}
	if options.Preview != nil {
		found, err := p.checkLimits(ctx, prepared, options)
		problems = append(problems, found...)
		if err != nil {
			return prepared, problems, &PrepareError{StepTargets, err}
		}
	}
	if reviewed := options.Guard.Reviewed; known.Guard && reviewed != nil && options.Preview != nil {
		var targets *targeting.Targets
		if known.Targets {
			targets = &request.Targets
		}
		problems = append(problems, reviewed.check(targets, catalog.Path{"guard", "reviewed"})...)
	}
	if known.Schedule { // after the lookups, whose answers show the server's clock
		problems = append(problems, request.Schedule.checkTime(p.Clock.Now(), catalog.Path{"schedule"})...)
	}
	if !known.Targets || len(problems) > 0 || options.Preview == nil || options.Deploys {
		return prepared, problems, nil
	}
	found, err := p.count(ctx, &prepared, &p.planned, prepared.digest())
	if err != nil {
		return prepared, problems, &PrepareError{StepCount, err}
	}
	return prepared, append(problems, found...), nil
}

// Preview counts the endpoints that a deployment to the targets reaches. The targets may be of no
// request. It returns problems of the names in them. The error is a *PrepareError.
func (p *Preparer) Preview(
	ctx context.Context, targets targeting.Targets, options targeting.PreviewOptions,
) (targeting.Reach, []catalog.Problem, error) {
	p.Catalog.Prefetch(ctx, targets.Wanted())
	problems, err := targets.Check(ctx, p.Catalog, catalog.Path{"targets"})
	if err != nil {
		return targeting.Reach{}, problems, &PrepareError{StepTargets, err}
	}
	if len(problems) > 0 {
		return targeting.Reach{}, problems, nil
	}
	options.Batch = true
	reach, err := p.Previews.Get(ctx, targets, options)
	if err != nil {
		return targeting.Reach{}, nil, &PrepareError{StepCount, err}
	}
	return reach, nil, nil
}

// Digest returns the digest of a request of which all values are known; false if its package cannot
// be looked up, which Prepare reports. The limits do not matter: they may have changed since the
// deployment was made, and it is still the same. Digest looks up the names in the targets as well,
// because a preparation that follows needs them, in the same request to Tanium.
func (p *Preparer) Digest(ctx context.Context, request Request) (uint64, bool) {
	p.Catalog.Prefetch(ctx, p.wanted(request, Known{Package: true, Targets: true}))
	prepared := Prepared{Request: request}
	if request.Operation == nil {
		spec, problems, err := p.Catalog.Package(ctx, request.Package.Ref, nil)
		if err != nil || len(problems) > 0 {
			return 0, false
		}
		prepared.Spec = spec
	}
	return prepared.digest(), true
}

// Lookup looks up the names in a request and checks nothing, so that a digest or a preparation that
// follows in the same run finds them in memory. The error is a *PrepareError.
func (p *Preparer) Lookup(ctx context.Context, request Request) error {
	p.Catalog.Prefetch(ctx, p.wanted(request, Known{Package: true, Targets: true}))
	if request.Operation == nil {
		if _, _, err := p.Catalog.Package(ctx, request.Package.Ref, catalog.Path{"package"}); err != nil {
			return &PrepareError{StepPackage, err}
		}
	}
	if _, err := request.Targets.Check(ctx, p.Catalog, catalog.Path{"targets"}); err != nil {
		return &PrepareError{StepTargets, err}
	}
	return nil
}

// wanted is what is known of the names in a request, and the names in the limits.
func (p *Preparer) wanted(request Request, known Known) gateway.Wanted {
	var names gateway.Wanted
	if known.Targets {
		names = request.Targets.Wanted()
	}
	if request.Operation == nil && known.Package {
		names.PackageSpecs = []gateway.Ref{request.Package.Ref}
	}
	for _, limits := range p.Limits {
		limited := limits.names()
		names.PackageSpecs = append(names.PackageSpecs, limited.PackageSpecs...)
		names.ActionGroups = append(names.ActionGroups, limited.ActionGroups...)
	}
	return names
}

// count counts the endpoints, and checks the guard and the limits with those of the other
// deployments in a tally, where key is that of this one. The guard and the endpoint IDs may need
// more names than the preview asks for. More names need no more requests.
func (p *Preparer) count(
	ctx context.Context, prepared *Prepared, all *tally, key uint64,
) ([]catalog.Problem, error) {
	options := prepared.options
	preview, ids := *options.Preview, prepared.Request.Targets.EndpointIDs
	preview.Batch = !options.Deploys
	remember := max(options.Remember, maxCounted)
	preview.Sample = max(preview.Sample, len(ids), remember)
	if options.Known.Guard {
		preview.Sample = options.Guard.sampleSize(preview.Sample)
	}
	reach, err := p.Previews.Get(ctx, prepared.Request.Reach(), preview)
	if err != nil {
		return nil, err
	}
	var problems []catalog.Problem
	if options.Known.Guard {
		guard := options.Guard
		if options.WaitFor != nil && !options.Deploys {
			guard.Min = 0 // they may appear before the deployment
		}
		problems = guard.check(reach)
	}
	others := all.set(key, reach.Count)
	for _, limits := range p.Limits {
		problems = append(problems, limits.checkReach(reach, others)...)
	}
	if len(problems) > 0 {
		all.drop(key)
	}
	prepared.Unreached = reach.Unreached(ids)
	if reviewed := options.Guard.Reviewed; reviewed != nil && options.Known.Guard {
		prepared.Absent = reviewed.absent(reach)
	}
	prepared.counted = reach.Sample[:min(remember, len(reach.Sample))]
	reach.Sample = reach.Sample[:min(options.Preview.Sample, len(reach.Sample))]
	prepared.Reach = &reach
	return problems, nil
}
