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

// Package looks up a package. There is one problem if Tanium has no such package or several of the
// same name; the package is then nil.
func (c *Catalog) Package(ctx context.Context, ref gateway.Ref, at Path) (*gateway.PackageSpec, []Problem, error) {
	found, err := c.PackageSpecs(ctx, ref)
	if err != nil && !refusesID(ref, err) {
		return nil, nil, err
	}
	return only(ctx, c, ref, at, found, func(spec *gateway.PackageSpec) string { return spec.Id })
}

// PackageDetails looks up a package as Package does, with its details.
func (c *Catalog) PackageDetails(
	ctx context.Context, ref gateway.Ref, at Path,
) (*gateway.PackageSpecDetailsNode, []Problem, error) {
	found, err := c.PackageSpecDetails(ctx, ref)
	if err != nil && !refusesID(ref, err) {
		return nil, nil, err
	}
	return only(ctx, c, ref, at, found, func(spec *gateway.PackageSpecDetailsNode) string { return spec.Id })
}

// refusesID reports whether Tanium refuses to look for an ID that is a name: an invalid filter is
// an error (API.md#filter-rules).
func refusesID(ref gateway.Ref, err error) bool {
	return ref.ID != "" && !isNumber(ref.ID) && gateway.IsRefused(err)
}

// only returns the only package found, or the problem that there is none or more than one.
func only[P any](
	ctx context.Context, c *Catalog, ref gateway.Ref, at Path, found []*P, id func(*P) string,
) (*P, []Problem, error) {
	switch len(found) {
	case 1:
		return found[0], nil, nil
	case 0:
		more, err := c.hint(ctx, ref, c.client.PackageSpecNames, func([]string) string {
			return mistaken("package", ref, c.findPackage(ctx))
		})
		if err != nil {
			return nil, nil, err
		}
		return nil, []Problem{{Path: at.At(attribute(ref)), Summary: "Unknown package",
			Detail: fmt.Sprintf("Tanium has no package with %s that this token may use.%s", named(ref), more)}}, nil
	default:
		ids := make([]string, len(found))
		for i, spec := range found {
			ids[i] = id(spec)
		}
		return nil, []Problem{{Path: at.At(attribute(ref)), Summary: "Several packages of this name",
			Detail: fmt.Sprintf("Tanium has %d packages with %s. Their IDs are %s. Select one by its id.",
				len(found), named(ref), strings.Join(ids, ", "))}}, nil
	}
}

// Positional returns a package's parameters in the order of their placeholders, which is the order
// of their values. See Numbered.
func Positional(spec *gateway.PackageSpec) []gateway.PackageSpecParam {
	parameters := slices.Clone(spec.Params)
	slices.SortStableFunc(parameters, func(a, b gateway.PackageSpecParam) int {
		return cmp.Compare(placeholder(a), placeholder(b))
	})
	return parameters
}

// Numbered reports whether the parameters of a package are numbered from $1 without gaps, as Tanium
// documents (API.md#packages). Otherwise it is not known which value a parameter takes.
func Numbered(parameters []gateway.PackageSpecParam) bool {
	for i, parameter := range parameters {
		if parameter.Key != "$"+strconv.Itoa(i+1) {
			return false
		}
	}
	return true
}

// placeholder returns the number n of the placeholder $n; 0 for another form.
func placeholder(parameter gateway.PackageSpecParam) int {
	n, err := strconv.Atoi(strings.TrimPrefix(parameter.Key, "$"))
	if err != nil {
		return 0 // an undocumented form keeps the server's order
	}
	return n
}
