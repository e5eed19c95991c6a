// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Package finds a package. The problem is set when there is none, or more than one.
func (c *Catalog) Package(ctx context.Context, ref gateway.Ref, at Path) (*gateway.PackageSpec, []Problem, error) {
	found, err := c.PackageSpecs(ctx, ref)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]string, len(found))
	for i, spec := range found {
		ids[i] = spec.Id
	}
	problems, err := c.checkPackage(ctx, ref, ids, at)
	if err != nil || len(problems) > 0 {
		return nil, problems, err
	}
	return found[0], nil, nil
}

// PackageDetails finds a package as Package does, with its details.
func (c *Catalog) PackageDetails(
	ctx context.Context, ref gateway.Ref, at Path,
) (*gateway.PackageSpecDetailsNode, []Problem, error) {
	found, err := c.PackageSpecDetails(ctx, ref)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]string, len(found))
	for i, spec := range found {
		ids[i] = spec.Id
	}
	problems, err := c.checkPackage(ctx, ref, ids, at)
	if err != nil || len(problems) > 0 {
		return nil, problems, err
	}
	return found[0], nil, nil
}

// checkPackage reports a reference that does not find exactly one package.
func (c *Catalog) checkPackage(ctx context.Context, ref gateway.Ref, ids []string, at Path) ([]Problem, error) {
	attribute, named := "name", fmt.Sprintf("the name %q", ref.Name)
	if ref.ID != "" {
		attribute, named = "id", "the ID "+ref.ID
	}
	switch len(ids) {
	case 1:
		return nil, nil
	case 0:
		known, err := c.client.PackageSpecNames(ctx)
		if err != nil {
			return nil, err
		}
		return []Problem{{Path: at.At(attribute), Summary: "Unknown package",
			Detail: fmt.Sprintf("Tanium has no package with %s that this token may use.%s", named,
				Suggest(ref.Name, known))}}, nil
	default:
		return []Problem{{Path: at.At(attribute), Summary: "Several packages of this name",
			Detail: fmt.Sprintf("Tanium has %d packages with %s: the IDs are %s. Name the one meant by its id.",
				len(ids), named, strings.Join(ids, ", "))}}, nil
	}
}

// Positional lists a package's parameters in the order of their placeholders, which is the order
// values are passed in.
func Positional(spec *gateway.PackageSpec) []gateway.PackageSpecParam {
	parameters := slices.Clone(spec.Params)
	slices.SortStableFunc(parameters, func(a, b gateway.PackageSpecParam) int {
		return cmp.Compare(placeholder(a), placeholder(b))
	})
	return parameters
}

// placeholder is the n of $n.
func placeholder(parameter gateway.PackageSpecParam) int {
	n, err := strconv.Atoi(strings.TrimPrefix(parameter.Key, "$"))
	if err != nil {
		return 0 // not of the documented form: the server's order stands
	}
	return n
}
