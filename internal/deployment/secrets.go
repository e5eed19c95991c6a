// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Secrets are values of parameters that are sent to Tanium and must not appear anywhere else: not
// in the digest of a marker, which anybody who reads the comment could try values against, and not
// in a message.
type Secrets struct {
	// Parameters are the values of $1, $2 and so on. A nil or missing value is none.
	Parameters []*string
	// SensorSourced are the values of the ||…|| placeholders, by their name without the bars.
	SensorSourced map[string]string
	// Version distinguishes values in the digest; nil for none.
	Version *int
}

// Values returns the secret values, in no order.
func (s Secrets) Values() []string {
	values := slices.Collect(maps.Values(s.SensorSourced))
	for _, value := range s.Parameters {
		if value != nil {
			values = append(values, *value)
		}
	}
	return values
}

// redacted returns the secrets with their version in place of the values.
func (s Secrets) redacted() Secrets {
	version := "secret"
	if s.Version != nil {
		version = fmt.Sprintf("secret, version %d", *s.Version)
	}
	redacted := Secrets{SensorSourced: map[string]string{}}
	for _, value := range s.Parameters {
		if value != nil {
			value = &version
		}
		redacted.Parameters = append(redacted.Parameters, value)
	}
	for name := range s.SensorSourced {
		redacted.SensorSourced[name] = version
	}
	return redacted
}

// redacted returns the request in Tanium's form, without its secrets. Requests that mean the same
// are equal: sets have an order, and a default that is written out is left out.
func (r Request) redacted(spec *gateway.PackageSpec) gateway.ActionPerformInput {
	r.Package.Secrets = r.Package.Secrets.redacted()
	if seconds := r.Schedule.DistributeSeconds; seconds != nil && *seconds == 0 {
		r.Schedule.DistributeSeconds = nil
	}
	r.Targets.EndpointIDs = slices.Sorted(slices.Values(r.Targets.EndpointIDs))
	r.Targets.Platforms = slices.Sorted(slices.Values(r.Targets.Platforms))
	return r.input(spec)
}

// Validate reports parameters that are given twice, as a secret and not. It needs no request to
// Tanium.
func (p Package) Validate(at catalog.Path) []catalog.Problem {
	var problems []catalog.Problem
	report := func(path catalog.Path, other string) {
		problems = append(problems, catalog.Problem{
			Path: path, Summary: "Parameter is given twice",
			Detail: fmt.Sprintf("%s has a value for this parameter, too. Set it to null, or leave it out.", other),
		})
	}
	for i, secret := range p.Secrets.Parameters {
		if secret != nil && i < len(p.Parameters) && p.Parameters[i] != nil {
			report(at.At("parameters_wo", i), "parameters")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Secrets.SensorSourced)) {
		if _, given := p.SensorSourced[name]; given {
			report(at.At("sensor_sourced_parameters_wo", catalog.Key(name)), "sensor_sourced_parameters")
		}
	}
	return problems
}
