// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import "context"

// The methods in this file list objects page by page, in Tanium's order, which is not documented.
// Each passes a page to take, and ends when take returns false or when there is no further page. A
// filter of nil lists all objects.

// page is a page of a list.
type page[T any] struct {
	items []T
	end   PageEnd
}

// walk reads the pages of a list. The function read returns nil where the answer has no list.
func walk[T any](
	hidden mask, operation string, read func(first int, after *string) (*page[T], error), take func([]T) bool,
) error {
	unreadable := func(message string) error {
		return &Error{Operation: operation, Kind: KindUnreadable, Sent: true, Message: message}
	}
	size, after := firstPage, ""
	for {
		page, err := read(size, Optional(after))
		if err != nil {
			return hidden.wrap(operation, err)
		}
		if page == nil {
			return unreadable("the answer has no list and no error")
		}
		next := Deref(page.end.EndCursor)
		switch {
		case !take(page.items) || !page.end.HasNextPage || len(page.items) == 0:
			return nil // an empty page ends the list, even if it announces another one
		case next == "" || next == after:
			return unreadable("the list is incomplete, and the answer has no cursor for the next page")
		}
		size, after = nextPage, next
	}
}

// nodes returns the node of each edge.
func nodes[Edge, Node any](edges []Edge, node func(*Edge) Node) []Node {
	list := make([]Node, len(edges))
	for i := range edges {
		list[i] = node(&edges[i])
	}
	return list
}

// FindScheduledActions lists scheduled actions.
func (c *Client) FindScheduledActions(
	ctx context.Context, filter *FieldFilter, take func([]FoundScheduledAction) bool,
) error {
	return walk(c.mask, "scheduledActions", func(first int, after *string) (*page[FoundScheduledAction], error) {
		answer, err := FindScheduledActions(ctx, c.reads, filter, first, after)
		if err != nil || answer.ScheduledActions == nil {
			return nil, err
		}
		list := answer.ScheduledActions
		return &page[FoundScheduledAction]{nodes(list.Edges, func(e *FoundEdge) FoundScheduledAction {
			return e.Node
		}), list.PageInfo}, nil
	}, take)
}

// FindPackageSpecs lists packages.
func (c *Client) FindPackageSpecs(ctx context.Context, filter *FieldFilter, take func([]PackageSpec) bool) error {
	return walk(c.mask, "packageSpecs", func(first int, after *string) (*page[PackageSpec], error) {
		answer, err := FindPackageSpecs(ctx, c.reads, filter, first, after)
		if err != nil || answer.PackageSpecs == nil {
			return nil, err
		}
		list := answer.PackageSpecs
		return &page[PackageSpec]{nodes(list.Edges, func(e *FoundPackageSpecEdge) PackageSpec {
			return e.Node
		}), list.PageInfo}, nil
	}, take)
}

// FindSensors lists sensors.
func (c *Client) FindSensors(ctx context.Context, filter *FieldFilter, take func([]FoundSensor) bool) error {
	return walk(c.mask, "sensors", func(first int, after *string) (*page[FoundSensor], error) {
		answer, err := FindSensors(ctx, c.reads, filter, first, after)
		if err != nil || answer.Sensors == nil {
			return nil, err
		}
		list := answer.Sensors
		return &page[FoundSensor]{nodes(list.Edges, func(e *FoundSensorEdge) FoundSensor {
			return e.Node
		}), list.PageInfo}, nil
	}, take)
}

// FindActionGroups lists action groups.
func (c *Client) FindActionGroups(ctx context.Context, take func([]ActionGroupDetails) bool) error {
	return walk(c.mask, "actionGroups", func(first int, after *string) (*page[ActionGroupDetails], error) {
		answer, err := FindActionGroups(ctx, c.reads, first, after)
		if err != nil || answer.ActionGroups == nil {
			return nil, err
		}
		list := answer.ActionGroups
		return &page[ActionGroupDetails]{nodes(list.Edges, func(e *FoundActionGroupEdge) ActionGroupDetails {
			return e.Node
		}), list.PageInfo}, nil
	}, take)
}

// FindComputerGroups lists computer groups.
func (c *Client) FindComputerGroups(ctx context.Context, take func([]ComputerGroupDetails) bool) error {
	return walk(c.mask, "computerGroups", func(first int, after *string) (*page[ComputerGroupDetails], error) {
		answer, err := FindComputerGroups(ctx, c.reads, first, after)
		if err != nil || answer.ComputerGroups == nil {
			return nil, err
		}
		list := answer.ComputerGroups
		return &page[ComputerGroupDetails]{nodes(list.Edges, func(e *FoundComputerGroupEdge) ComputerGroupDetails {
			return e.Node
		}), list.PageInfo}, nil
	}, take)
}

// ActionGroupDetails looks up an action group with what a data source shows; nil if this token sees
// none.
func (c *Client) ActionGroupDetails(ctx context.Context, ref Ref) (*ActionGroupDetails, error) {
	answer, err := GetActionGroupDetails(ctx, c.reads, ref.input())
	if err != nil {
		return nil, c.mask.wrap("actionGroup", err)
	}
	return answer.ActionGroup, nil
}

// ComputerGroupDetails looks up a computer group with what a data source shows; nil if this token
// sees none.
func (c *Client) ComputerGroupDetails(ctx context.Context, ref Ref) (*ComputerGroupDetails, error) {
	answer, err := GetComputerGroupDetails(ctx, c.reads, ref.input())
	if err != nil {
		return nil, c.mask.wrap("computerGroup", err)
	}
	return answer.ComputerGroup, nil
}
