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

// PackageSpecs lists the packages with exactly this name or ID, at most ten.
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

// PackageSpecProvenance returns the user who last changed a package, and its content set. It is nil
// if the tenant's schema does not have these fields, or if the package does not exist.
func (c *Client) PackageSpecProvenance(ctx context.Context, id string) (*PackageSpecProvenanceNode, error) {
	answer, err := PackageSpecProvenance(ctx, c.reads, Ref{ID: id}.filter())
	if err = wrap("packageSpecs", err); err != nil {
		var failure *Error
		if errors.As(err, &failure) && failure.Kind == KindInvalidDocument {
			return nil, nil //nolint:nilnil // Documented: the tenant's schema lacks the fields.
		}
		return nil, err
	}
	if answer.PackageSpecs == nil || len(answer.PackageSpecs.Edges) == 0 {
		return nil, nil //nolint:nilnil // Documented: no such package.
	}
	return &answer.PackageSpecs.Edges[0].Node, nil
}

// ActionGroup looks up an action group; nil if this token sees none.
func (c *Client) ActionGroup(ctx context.Context, ref Ref) (*ActionGroup, error) {
	answer, err := GetActionGroup(ctx, c.reads, ref.input())
	if err != nil {
		return nil, wrap("actionGroup", err)
	}
	return answer.ActionGroup, nil
}

// ComputerGroup looks up a computer group; nil if this token sees none.
func (c *Client) ComputerGroup(ctx context.Context, ref Ref) (*ComputerGroup, error) {
	answer, err := GetComputerGroup(ctx, c.reads, ref.input())
	if err != nil {
		return nil, wrap("computerGroup", err)
	}
	return answer.ComputerGroup, nil
}

// Sensor looks up a sensor by name; nil if this token sees none. Sensors have no ID in this API.
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

// PackageSpecNames lists the names of up to maxNames packages, for suggestions.
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

// ActionGroupNames lists the names of up to maxNames action groups, for suggestions.
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

// ComputerGroupNames lists the names of up to maxNames computer groups, for suggestions.
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

// SensorNames lists the names of up to maxNames sensors, for suggestions.
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

// names returns the name of each edge.
func names[Edge any](edges []Edge, name func(Edge) string) []string {
	list := make([]string, 0, len(edges))
	for _, edge := range edges {
		list = append(list, name(edge))
	}
	return list
}
