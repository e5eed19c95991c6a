// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	"context"
	"fmt"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// CheckActionGroup reports an action group that Tanium does not have.
//
// It is not documented whether Tanium answers an unknown group with null or with an error, so a
// refusal counts as an unknown group.
func (c *Catalog) CheckActionGroup(ctx context.Context, ref gateway.Ref, at Path) ([]Problem, error) {
	group, err := c.ActionGroup(ctx, ref)
	if group != nil || (err != nil && !gateway.IsRefused(err)) {
		return nil, err
	}
	more, err := c.hint(ctx, ref, c.client.ActionGroupNames, func(known []string) string {
		return cmp.Or(mistaken("action group", ref, c.findActionGroup(ctx)), c.isComputerGroup(ctx, ref, known, at))
	})
	if err != nil {
		return nil, err
	}
	return []Problem{{Path: at.At(attribute(ref)), Summary: "Unknown action group",
		Detail: fmt.Sprintf("Tanium has no action group with %s that this token may use.%s An action group limits "+
			"where an action may run. It must already exist.", named(ref), more)}}, nil
}

// CheckComputerGroup reports a computer group that Tanium does not have, in the same way as
// CheckActionGroup.
func (c *Catalog) CheckComputerGroup(ctx context.Context, ref gateway.Ref, at Path) ([]Problem, error) {
	group, err := c.ComputerGroup(ctx, ref)
	if group != nil || (err != nil && !gateway.IsRefused(err)) {
		return nil, err
	}
	more, err := c.hint(ctx, ref, c.client.ComputerGroupNames, func(known []string) string {
		return cmp.Or(mistaken("computer group", ref, c.findComputerGroup(ctx)), c.isActionGroup(ctx, ref, known, at))
	})
	if err != nil {
		return nil, err
	}
	problem := UnknownComputerGroup(ref, nil, at.At(attribute(ref)))
	problem.Detail += more
	return []Problem{problem}, nil
}

// UnknownComputerGroup is the problem of a computer group that is not among those that Tanium has.
func UnknownComputerGroup(ref gateway.Ref, known []string, at Path) Problem {
	return Problem{
		Path: at, Summary: "Unknown computer group",
		Detail: fmt.Sprintf("Tanium has no computer group with %s that this token may use.%s", named(ref),
			Suggest(ref.Name, known)),
	}
}

// attribute returns the name of the attribute that counts: id, or name if there is no ID.
func attribute(ref gateway.Ref) string {
	if ref.ID != "" {
		return "id"
	}
	return "name"
}

// named describes a reference in a message.
func named(ref gateway.Ref) string {
	if ref.ID != "" {
		return "the ID " + ref.ID
	}
	return fmt.Sprintf("the name %q", ref.Name)
}
