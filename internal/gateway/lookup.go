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

// PackageSpecs lists the packages with exactly this name or ID: none, one, or (at most ten of)
// several.
func (c *Client) PackageSpecs(ctx context.Context, ref Ref) ([]*PackageSpec, error) {
	first := 10
	answer, err := PackageSpecs(ctx, c.reads, ref.filter(), &first)
	if err != nil {
		return nil, wrap("packageSpecs", err)
	}
	var found []*PackageSpec
	if answer.PackageSpecs != nil {
		for _, edge := range answer.PackageSpecs.Edges {
			found = append(found, &edge.Node)
		}
	}
	return found, nil
}

// PackageSpecProvenance tells who changed a package last, and its content set. It is nil where the
// tenant's schema is too old to say.
func (c *Client) PackageSpecProvenance(ctx context.Context, id string) (*PackageSpecProvenanceNode, error) {
	answer, err := PackageSpecProvenance(ctx, c.reads, Ref{ID: id}.filter())
	if err = wrap("packageSpecs", err); err != nil {
		var failure *Error
		if errors.As(err, &failure) && failure.Kind == KindInvalidDocument {
			return nil, nil //nolint:nilnil // Documented: a tenant that does not know the fields.
		}
		return nil, err
	}
	if answer.PackageSpecs == nil || len(answer.PackageSpecs.Edges) == 0 {
		return nil, nil //nolint:nilnil // Gone since it was listed, or hidden: nothing to tell.
	}
	return &answer.PackageSpecs.Edges[0].Node, nil
}

// ActionGroup finds an action group; nil where there is none that this token may see.
func (c *Client) ActionGroup(ctx context.Context, ref Ref) (*ActionGroup, error) {
	answer, err := GetActionGroup(ctx, c.reads, ref.input())
	if err != nil {
		return nil, wrap("actionGroup", err)
	}
	return answer.ActionGroup, nil
}

// ComputerGroup finds a computer group; nil where there is none that this token may see.
func (c *Client) ComputerGroup(ctx context.Context, ref Ref) (*ComputerGroup, error) {
	answer, err := GetComputerGroup(ctx, c.reads, ref.input())
	if err != nil {
		return nil, wrap("computerGroup", err)
	}
	return answer.ComputerGroup, nil
}

// Sensor finds a sensor by name; nil where there is none that this token may see. Sensors have no
// ID in this API.
func (c *Client) Sensor(ctx context.Context, name string) (*Sensor, error) {
	first := 1
	answer, err := Sensors(ctx, c.reads, Ref{Name: name}.filter(), &first)
	if err != nil {
		return nil, wrap("sensors", err)
	}
	if answer.Sensors == nil || len(answer.Sensors.Edges) == 0 {
		return nil, nil //nolint:nilnil // Documented: no such sensor.
	}
	return &answer.Sensors.Edges[0].Node, nil
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
