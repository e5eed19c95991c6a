// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
)

// maxNames bounds the names fetched to suggest from: Tanium's ceiling for one page.
const maxNames = 5000

// Ref names a package, a group or a sensor. The ID wins where both are given, as it does in Tanium.
type Ref struct {
	ID   string
	Name string
}

// String is the reference in words: a quoted name, or an ID.
func (r Ref) String() string {
	if r.ID != "" {
		return "ID " + r.ID
	}
	return fmt.Sprintf("%q", r.Name)
}

func (r Ref) input() NamedRefInput {
	if r.ID != "" {
		return NamedRefInput{Id: &r.ID}
	}
	return NamedRefInput{Name: &r.Name}
}

// filter keeps the records with exactly this ID or name.
func (r Ref) filter() *FieldFilter {
	path, value := "name", r.Name
	if r.ID != "" {
		path, value = "id", r.ID
	}
	return &FieldFilter{Path: &path, Value: &value}
}

// maxPackageSpecs bounds the packages of one name that are listed.
const maxPackageSpecs = 10

// PackageSpecs lists the packages with exactly this name or ID: none, one, or (at most ten of)
// several.
func (c *Client) PackageSpecs(ctx context.Context, ref Ref) ([]*PackageSpec, error) {
	first := maxPackageSpecs
	answer, err := PackageSpecs(ctx, c.shared, ref.filter(), &first)
	if err != nil {
		return nil, wrap("packageSpecs", err)
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
	if err = wrap("packageSpecs", err); errors.As(err, &failure) && failure.Kind == KindInvalidDocument {
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

// ActionGroup finds an action group; nil where there is none that this token may see.
func (c *Client) ActionGroup(ctx context.Context, ref Ref) (*ActionGroup, error) {
	answer, err := GetActionGroup(ctx, c.shared, ref.input())
	if err != nil {
		return nil, wrap("actionGroup", err)
	}
	return answer.ActionGroup, nil
}

// ComputerGroup finds a computer group; nil where there is none that this token may see.
func (c *Client) ComputerGroup(ctx context.Context, ref Ref) (*ComputerGroup, error) {
	answer, err := GetComputerGroup(ctx, c.shared, ref.input())
	if err != nil {
		return nil, wrap("computerGroup", err)
	}
	return answer.ComputerGroup, nil
}

// Sensor finds a sensor by name; nil where there is none that this token may see. Sensors have no
// ID in this API.
func (c *Client) Sensor(ctx context.Context, name string) (*Sensor, error) {
	first := 1
	answer, err := Sensors(ctx, c.shared, Ref{Name: name}.filter(), &first)
	if err != nil {
		return nil, wrap("sensors", err)
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

// PackageSpecNames lists the packages' names, to suggest from.
func (c *Client) PackageSpecNames(ctx context.Context) ([]string, error) {
	first := maxNames
	answer, err := PackageSpecNames(ctx, c.reads, &first)
	if err != nil {
		return nil, wrap("packageSpecs", err)
	}
	if answer.PackageSpecs == nil {
		return nil, nil
	}
	return names(answer.PackageSpecs.Edges, func(edge PackageSpecNameEdge) string { return edge.Node.Name }), nil
}

// ActionGroupNames lists the action groups' names, to suggest from.
func (c *Client) ActionGroupNames(ctx context.Context) ([]string, error) {
	first := maxNames
	answer, err := ActionGroupNames(ctx, c.reads, &first)
	if err != nil {
		return nil, wrap("actionGroups", err)
	}
	if answer.ActionGroups == nil {
		return nil, nil
	}
	return names(answer.ActionGroups.Edges, func(edge ActionGroupNameEdge) string { return edge.Node.Name }), nil
}

// ComputerGroupNames lists the computer groups' names, to suggest from.
func (c *Client) ComputerGroupNames(ctx context.Context) ([]string, error) {
	first := maxNames
	answer, err := ComputerGroupNames(ctx, c.reads, &first)
	if err != nil {
		return nil, wrap("computerGroups", err)
	}
	if answer.ComputerGroups == nil {
		return nil, nil
	}
	return names(answer.ComputerGroups.Edges, func(edge ComputerGroupNameEdge) string { return edge.Node.Name }), nil
}

// SensorNames lists the sensors' names, to suggest from.
func (c *Client) SensorNames(ctx context.Context) ([]string, error) {
	first := maxNames
	answer, err := SensorNames(ctx, c.reads, &first)
	if err != nil {
		return nil, wrap("sensors", err)
	}
	if answer.Sensors == nil {
		return nil, nil
	}
	return names(answer.Sensors.Edges, func(edge SensorNameEdge) string { return edge.Node.Name }), nil
}

func names[Edge any](edges []Edge, name func(Edge) string) []string {
	list := make([]string, 0, len(edges))
	for _, edge := range edges {
		list = append(list, name(edge))
	}
	return list
}
