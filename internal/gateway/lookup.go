// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
)

// maxNames is the maximum number of names to fetch for suggestions, which is Tanium's maximum for
// one page (API.md#limits).
const maxNames = 5000

// Ref is a reference to a package, a group or a sensor. If both fields are set, the ID counts, as
// in Tanium.
type Ref struct {
	ID   string
	Name string
}

// String returns the quoted name, or the ID, for a message.
func (r Ref) String() string {
	if r.ID != "" {
		return "ID " + r.ID
	}
	return fmt.Sprintf("%q", r.Name)
}

// input returns the reference for a request.
func (r Ref) input() NamedRefInput {
	if r.ID != "" {
		return NamedRefInput{Id: &r.ID}
	}
	return NamedRefInput{Name: &r.Name}
}

// filter returns a filter for exactly this ID or name.
func (r Ref) filter() *FieldFilter {
	path, value := "name", r.Name
	if r.ID != "" {
		path, value = "id", r.ID
	}
	return &FieldFilter{Path: &path, Value: &value}
}

// maxPackageSpecs bounds the packages of one name that are listed.
const maxPackageSpecs = 10

// PackageSpecs lists the packages with exactly this name or ID, at most ten.
func (c *Client) PackageSpecs(ctx context.Context, ref Ref) ([]*PackageSpec, error) {
	first := maxPackageSpecs
	answer, err := PackageSpecs(ctx, c.batched, ref.filter(), &first)
	if err != nil {
		return nil, c.mask.wrap("packageSpecs", err)
	}
	return answer.nodes(), nil
}

func (r *PackageSpecsResponse) nodes() []*PackageSpec {
	var found []*PackageSpec
	if r.PackageSpecs != nil {
		for _, edge := range r.PackageSpecs.Edges {
			found = append(found, &edge.Node)
		}
	}
	return found
}

// PackageSpecDetails lists packages as PackageSpecs does, and tells who changed each last, and its
// content set. Both are empty where the tenant's schema is too old to tell (API.md#versions).
func (c *Client) PackageSpecDetails(ctx context.Context, ref Ref) ([]*PackageSpecDetailsNode, error) {
	var found []*PackageSpecDetailsNode
	first := maxPackageSpecs
	answer, err := PackageSpecDetails(ctx, c.reads, ref.filter(), &first)
	var failure *Error
	if err = c.mask.wrap("packageSpecs", err); errors.As(err, &failure) && failure.Kind == KindInvalidDocument {
		specs, err := c.PackageSpecs(ctx, ref)
		for _, spec := range specs {
			found = append(found, &PackageSpecDetailsNode{PackageSpec: *spec})
		}
		return found, err
	}
	if err != nil {
		return nil, err
	}
	if answer.PackageSpecs != nil {
		for _, edge := range answer.PackageSpecs.Edges {
			found = append(found, &edge.Node)
		}
	}
	return found, nil
}

// ActionGroup looks up an action group; nil if this token sees none.
func (c *Client) ActionGroup(ctx context.Context, ref Ref) (*ActionGroup, error) {
	answer, err := GetActionGroup(ctx, c.batched, ref.input())
	if err != nil {
		return nil, c.mask.wrap("actionGroup", err)
	}
	return answer.ActionGroup, nil
}

// ComputerGroup looks up a computer group; nil if this token sees none.
func (c *Client) ComputerGroup(ctx context.Context, ref Ref) (*ComputerGroup, error) {
	answer, err := GetComputerGroup(ctx, c.batched, ref.input())
	if err != nil {
		return nil, c.mask.wrap("computerGroup", err)
	}
	return answer.ComputerGroup, nil
}

// Sensor looks up a sensor by name; nil if this token sees none. Sensors have no ID in this API.
func (c *Client) Sensor(ctx context.Context, name string) (*Sensor, error) {
	first := 1
	answer, err := Sensors(ctx, c.batched, Ref{Name: name}.filter(), &first)
	if err != nil {
		return nil, c.mask.wrap("sensors", err)
	}
	return answer.first(), nil
}

// first is the first sensor of an answer; nil for none.
func (r *SensorsResponse) first() *Sensor {
	if r.Sensors == nil || len(r.Sensors.Edges) == 0 {
		return nil
	}
	return &r.Sensors.Edges[0].Node
}

// PackageSpecNames lists the names of up to maxNames packages, for suggestions.
func (c *Client) PackageSpecNames(ctx context.Context) ([]string, error) {
	first := maxNames
	answer, err := PackageSpecNames(ctx, c.reads, &first)
	if err != nil {
		return nil, c.mask.wrap("packageSpecs", err)
	}
	if answer.PackageSpecs == nil {
		return nil, nil
	}
	return names(answer.PackageSpecs.Edges, func(edge PackageSpecNameEdge) string { return edge.Node.Name }), nil
}

// ActionGroupNames lists the names of up to maxNames action groups, for suggestions.
func (c *Client) ActionGroupNames(ctx context.Context) ([]string, error) {
	first := maxNames
	answer, err := ActionGroupNames(ctx, c.reads, &first)
	if err != nil {
		return nil, c.mask.wrap("actionGroups", err)
	}
	if answer.ActionGroups == nil {
		return nil, nil
	}
	return names(answer.ActionGroups.Edges, func(edge ActionGroupNameEdge) string { return edge.Node.Name }), nil
}

// ComputerGroupNames lists the names of up to maxNames computer groups, for suggestions.
func (c *Client) ComputerGroupNames(ctx context.Context) ([]string, error) {
	first := maxNames
	answer, err := ComputerGroupNames(ctx, c.reads, &first)
	if err != nil {
		return nil, c.mask.wrap("computerGroups", err)
	}
	if answer.ComputerGroups == nil {
		return nil, nil
	}
	return names(answer.ComputerGroups.Edges, func(edge ComputerGroupNameEdge) string { return edge.Node.Name }), nil
}

// SensorNames lists the names of up to maxNames sensors, for suggestions.
func (c *Client) SensorNames(ctx context.Context) ([]string, error) {
	first := maxNames
	answer, err := SensorNames(ctx, c.reads, &first)
	if err != nil {
		return nil, c.mask.wrap("sensors", err)
	}
	if answer.Sensors == nil {
		return nil, nil
	}
	return names(answer.Sensors.Edges, func(edge SensorNameEdge) string { return edge.Node.Name }), nil
}

// names returns the name of each edge.
func names[Edge any](edges []Edge, name func(Edge) string) []string {
	list := make([]string, 0, len(edges))
	for _, edge := range edges {
		list = append(list, name(edge))
	}
	return list
}
