// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"

	"github.com/Khan/genqlient/graphql"
)

// The methods in this file list objects page by page, in Tanium's order, which is not documented.
// Each passes a page to take, and ends when take returns false or when there is no further page. A
// filter of nil lists all objects.

// Take takes a page of a list, and reports whether to read the next one. If a cursor expires, the
// list begins again (API.md#cursors): after a first page, Take forgets what it took before it.
type Take[T any] func(page []T, first bool) bool

// MaxRestarts is how often a list is read again from its first page after a cursor has expired.
const MaxRestarts = 2

// page is a page of a list.
type page[T any] struct {
	items []T
	end   PageEnd
}

// reader reads a page of a list. It returns nil where the answer has no list.
type reader[T any] func(by graphql.Client, first int, after *string) (*page[T], error)

// readPages reads the pages of a list.
func readPages[T any](c *Client, operation string, read reader[T], take Take[T]) error {
	for restarts := 0; ; restarts++ {
		expired, err := readPagesOnce(c, operation, read, take)
		if !expired || restarts == MaxRestarts {
			return err
		}
	}
}

// readPagesOnce reads the pages of a list once. It reports whether a following page was refused, so
// that its cursor may have expired.
func readPagesOnce[T any](c *Client, operation string, read reader[T], take Take[T]) (expired bool, err error) {
	unreadable := func(message string) error {
		return &Error{Operation: operation, Kind: KindUnreadable, Sent: true, Message: message}
	}
	page, err := read(c.reads, firstPage, nil)
	size, after := nextPage, ""
	for first := true; ; first = false {
		if err != nil {
			err = c.mask.wrap(operation, err)
			return !first && RefusesPage(err), err
		}
		if page == nil {
			return false, unreadable("the answer has no list and no error")
		}
		next := Deref(page.end.EndCursor)
		switch {
		case !take(page.items, first) || !page.end.HasNextPage || len(page.items) == 0:
			return false, nil // an empty page ends the list, even if it announces another one
		case next == "" || next == after:
			return false, unreadable("the list is incomplete, and the answer has no cursor for the next page")
		}
		after = next
		page, size, err = following(c, operation, read, size, after)
	}
}

// following reads a following page. If it fails, it may be too large, whatever the kind of the
// failure: following then reads one of the size of the first page, and returns that size for the
// pages after it.
func following[T any](c *Client, operation string, read reader[T], size int, after string) (*page[T], int, error) {
	if size > firstPage {
		page, err := read(c.readsOnce, size, &after)
		if wrapped := c.mask.wrap(operation, err); wrapped == nil || !mayBeTooLarge(wrapped) {
			return page, size, err
		}
	}
	page, err := read(c.reads, firstPage, &after)
	return page, firstPage, err
}

// mayBeTooLarge reports whether a smaller page may avoid a failure, or the same page a moment
// later.
func mayBeTooLarge(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && (failure.Overloaded() || failure.Transient() || RefusesPage(err))
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
	ctx context.Context, filter *FieldFilter, take Take[FoundScheduledAction],
) error {
	return readPages(c, "scheduledActions", func(
		by graphql.Client, first int, after *string,
	) (*page[FoundScheduledAction], error) {
		answer, err := FindScheduledActions(ctx, by, filter, first, after)
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
func (c *Client) FindPackageSpecs(ctx context.Context, filter *FieldFilter, take Take[PackageSpec]) error {
	return readPages(c, "packageSpecs", func(by graphql.Client, first int, after *string) (*page[PackageSpec], error) {
		answer, err := FindPackageSpecs(ctx, by, filter, first, after)
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
func (c *Client) FindSensors(ctx context.Context, filter *FieldFilter, take Take[FoundSensor]) error {
	return readPages(c, "sensors", func(by graphql.Client, first int, after *string) (*page[FoundSensor], error) {
		answer, err := FindSensors(ctx, by, filter, first, after)
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
func (c *Client) FindActionGroups(ctx context.Context, take Take[ActionGroupDetails]) error {
	return readPages(c, "actionGroups", func(
		by graphql.Client, first int, after *string,
	) (*page[ActionGroupDetails], error) {
		answer, err := FindActionGroups(ctx, by, first, after)
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
func (c *Client) FindComputerGroups(ctx context.Context, take Take[ComputerGroupDetails]) error {
	return readPages(c, "computerGroups", func(
		by graphql.Client, first int, after *string,
	) (*page[ComputerGroupDetails], error) {
		answer, err := FindComputerGroups(ctx, by, first, after)
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
